//! Households.

use crate::texts;

texts! {
    "household"

    DOOR "门牌" "Door";
    CONTACT "联系人" "Contact";
    PHONE "电话" "Phone";
    COUNT "人数" "Count";
    ALLEY "所属巷" "Alley";
    NONE
        "没有住户。"
        "No households."
        terminal
        "尚未同步的话，请运行：alleyway sync"
        " If you have not synced yet, run: alleyway sync";
    NOT_FOUND
        "找不到住户“{text}”"
        "No household is called “{text}”"
        terminal
        "，请看：alleyway households"
        "; see: alleyway households";
}
