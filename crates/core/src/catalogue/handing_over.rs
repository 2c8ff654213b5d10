//! The terminal's texts about trays and receipts.

use super::Entry;

/// Proposals, review, receipts.
pub(super) const TEXTS: &[Entry] = &[
    (
        "terminal.no_proposals",
        "没有待处理的前任建议。",
        "Nobody proposed anything.",
    ),
    (
        "terminal.proposals_how",
        "以自己的名义办理：alleyway proposals take ID；不办：alleyway proposals dismiss ID",
        "To do one as your own: alleyway proposals take ID; not to: alleyway proposals dismiss ID",
    ),
    (
        "terminal.no_review",
        "没有待复核的内容。",
        "Nothing is to be reviewed.",
    ),
    (
        "terminal.review_how",
        "以自己的名义办理：alleyway review take ID；不办：alleyway review dismiss ID",
        "To do one as your own: alleyway review take ID; not to: alleyway review dismiss ID",
    ),
    ("terminal.item", "编号", "item"),
    ("terminal.author", "填写人", "by"),
    ("terminal.why_kept", "原因", "why it is here"),
    (
        "terminal.item_dismissed",
        "已标为不办：{kind} {number}",
        "Dismissed: {kind} {number}",
    ),
    (
        "terminal.item_not_found",
        "没有待处理项“{text}”，请看：alleyway proposals 和 alleyway review；新的可能要先同步。",
        "No open item is called “{text}”; see: alleyway proposals, alleyway review. New ones may need a sync first.",
    ),
    (
        "terminal.item_take_first",
        "它所属的事项或住户还没有办理，请先办理{item}。",
        "What it is about has not been taken yet. Take {item} first.",
    ),
    (
        "terminal.item_unknown",
        "这是新版本的操作，本程序不认识：请更新程序后再办理，或标为不办。",
        "This is a step of a newer version that this program does not know. Update it and take it then, or dismiss it.",
    ),
    (
        "terminal.open_items",
        "待处理：前任建议{proposals}条（alleyway proposals），待复核{review}条（alleyway review）",
        "Open: {proposals} proposals (alleyway proposals), {review} to review (alleyway review)",
    ),
    (
        "terminal.no_receipts",
        "本设备没有移交记录。",
        "Nothing has left this device.",
    ),
    (
        "terminal.receipt_evicted",
        "{at}  {why}：移出{documents}件，其中事项：{cases}",
        "{at}  {why}: {documents} documents left; cases among them: {cases}",
    ),
    (
        "terminal.receipt_handed_in",
        "{at}  移交了未发送的内容：",
        "{at}  unsent work was handed in:",
    ),
    (
        "terminal.receipt_unnamed",
        "另有{count}项未逐一列出",
        "{count} more are not named",
    ),
    ("terminal.none", "无", "none"),
    (
        "terminal.sync_kept",
        "有{count}条未执行，已转交有关人员处理，请看：alleyway receipts",
        "{count} were not carried out, and lie in a tray for somebody to look at; see: alleyway receipts",
    ),
    (
        "terminal.device_stopped",
        "本设备已被停用，不能再记录；之前填写的，同步时仍会移交（alleyway sync）。请联系管理员。",
        "This device is not to go on: nothing more is recorded on it. What was typed before is still handed in (alleyway sync). Ask the administrator.",
    ),
    (
        "terminal.stopped_here",
        "{why}：本机上的事项已清除。已交出的及其结果见 alleyway receipts，还在本机的见 alleyway pending 和 alleyway refused。请联系管理员。",
        "Stopped ({why}): what it showed is gone. What was handed in and what became of it: alleyway receipts; what is still here: alleyway pending, alleyway refused. Ask the administrator.",
    ),
    (
        "terminal.no_post_now",
        "现无职务：已结束，或尚未开始",
        "none now: ended, or not begun",
    ),
    (
        "terminal.no_post_how",
        "您现在没有职务：原职务已结束，或尚未开始。已交出的及其结果见：alleyway receipts",
        "You hold no post now: it has ended, or has not begun. What was handed in and what became of it: alleyway receipts",
    ),
    (
        "terminal.after_post_mark",
        "卸任后补交",
        "handed in after the post ended",
    ),
];
