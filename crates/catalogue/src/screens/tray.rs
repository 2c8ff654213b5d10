//! Items of trays: what others proposed, and what is to be reviewed.

use crate::texts;

texts! {
    "tray"

    NO_PROPOSALS "没有待处理的前任建议。" "Nobody proposed anything.";
    NO_REVIEW "没有待复核的内容。" "Nothing is to be reviewed.";
    ITEM "编号" "item";
    AUTHOR "填写人" "by";
    WHY_KEPT "原因" "why it is here";
    DISMISSED
        "已标为不办：{kind} {number}"
        "Dismissed: {kind} {number}";
    DISMISSED_OF_AUTHOR
        "已标为不办：{author}填写的{count}条"
        "Dismissed: {count} items by {author}";
    DISMISSED_OF_DEVICE
        "已标为不办：{author}在那台设备上填写的{count}条"
        "Dismissed: {count} items that {author} typed on that device";
    NOT_FOUND
        "没有待处理项“{text}”；新的可能要先同步。"
        "No open item is called “{text}”. New ones may need a sync first."
        terminal
        "请看：alleyway proposals 和 alleyway review"
        " See: alleyway proposals, alleyway review";
    TAKE_FIRST
        "它所属的事项或住户还没有办理，请先办理{item}。"
        "What it is about has not been taken yet. Take {item} first.";
    UNKNOWN
        "这是新版本的操作，本程序不认识：请更新程序后再办理，或标为不办。"
        "This is a step of a newer version that this program does not know. Update it and take it then, or dismiss it.";
    OPEN_ITEMS
        "待处理：前任建议{proposals}条，待复核{review}条"
        "Open: {proposals} proposals, {review} to review"
        terminal
        "（alleyway proposals，alleyway review）"
        " (alleyway proposals, alleyway review)";
}
