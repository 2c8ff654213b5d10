//! Cases that the server finds, by their titles and numbers or because they are late.

use crate::texts;

texts! {
    "archive"

    MOVED "最近变动" "Last moved";
    CLOCK "环节" "Step";
    SENT_TO "已转给" "Sent to";
    NOTHING_LATE
        "在您可看的事项里没有超期的。"
        "None of the cases that you may read is late.";
    NONE
        "在您可看的事项里没有找到。"
        "Nothing was found among the cases that you may read.";
    MORE
        "后面还有"
        "There is more"
        terminal
        "：加上 --after {next} 往后看"
        ": add --after {next}";
}
