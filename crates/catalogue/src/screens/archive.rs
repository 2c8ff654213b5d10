//! Cases that the server finds by their titles and numbers.

use crate::texts;

texts! {
    "archive"

    MOVED "最近变动" "Last moved";
    NONE
        "在您可看的事项里没有找到。"
        "Nothing was found among the cases that you may read.";
    MORE
        "后面还有"
        "There is more"
        terminal
        "：加上 --after {next} 再找"
        ": add --after {next}";
}
