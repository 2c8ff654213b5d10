//! What is unconfirmed or refused on this device.

use crate::texts;

texts! {
    "outbox"

    COMMAND "操作号" "Command";
    CASE "事项" "Case";
    KIND "操作" "Step";
    AT "时间" "When";
    REASON "原因" "Why";
    NOTHING_PENDING "没有未确认的操作。" "Nothing is unconfirmed.";
    NOTHING_REFUSED "没有被退回的操作。" "Nothing was refused.";
    DROPPED
        "已放弃：{kind}，{number}。"
        "Given up: {kind}, {number}.";
    NOT_FOUND
        "找不到操作“{text}”"
        "No command of yours is called “{text}”"
        terminal
        "，请看：alleyway pending 和 alleyway refused"
        "; see: alleyway pending, alleyway refused";
    NOT_REFUSED
        "这条操作没有被退回，只有被退回的才能修改、重发或放弃。"
        "This command was not refused; only refused ones are mended, sent again or given up.";
    NOT_TAKEN_BACK
        "这条操作已交出，不能撤销。"
        "This command was handed over and cannot be taken back.";
}
