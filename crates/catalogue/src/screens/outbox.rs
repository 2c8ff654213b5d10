//! Steps that are unconfirmed or refused on this device.

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
    STEP
        "{kind}，{number}"
        "{kind}, {number}";
    TAKES_BACK
        "撤销这一步，不能恢复：{step}。"
        "This is taken back for good: {step}.";
    TAKES_ALONG
        "建立在它上面的一起撤销：{steps}。"
        "These stand on it and go too: {steps}.";
    ASK_TAKING_BACK
        "确实要撤销吗？"
        "Take back?"
        terminal
        "输入 yes 确认："
        " Type yes to confirm: ";
    NOT_CONFIRMED
        "没有确认，没有撤销。"
        "Not confirmed, not taken back."
        terminal
        "脚本里请加 --yes。"
        " In scripts add --yes.";
    TAKEN_BACK
        "已撤销：{step}。"
        "Taken back: {step}.";
    NOT_TAKEN_BACK
        "这条操作已交出，不能撤销。"
        "This command was handed over and cannot be taken back.";
    PERHAPS_SENT
        "这条操作可能已经发出：装着它的那一批读不出来了，或者这台设备是从旧副本继续的。不能撤销，同步后才知道结果。"
        "This command may have been sent already: its batch cannot be read any more, or this device went on from an older copy. It cannot be taken back; a sync says what became of it.";
}
