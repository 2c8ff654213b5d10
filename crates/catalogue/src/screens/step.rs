//! A step that is recorded, or cannot be.

use crate::texts;

texts! {
    "step"

    SAVED
        "已保存：{kind}，{number}。尚未得到服务器确认。"
        "Saved: {kind}, {number}. Not yet confirmed by the server.";
    SAVED_LATER
        "已保存：{kind}，{number}。服务器确认后才生效。"
        "Saved: {kind}, {number}. It takes effect when the server admits it.";
    SAVED_UNREAD
        "已保存并封存：{kind}，{number}。联系服务器后由服务器核对，之后可再阅读。"
        "Saved and sealed: {kind}, {number}. The server judges it at the next contact; then it can be read again.";
    TRACKING_SAID
        "群众凭查询码查看进展：{code}"
        "The resident follows it with the tracking code: {code}";
    NOBODY_THERE
        "注意：{unit}现在没有人办事，送过去暂时没人接收。可以收回，另派别处。"
        "Note: nobody acts for {unit} now, so nobody receives it yet. You can take it back and send it elsewhere.";
    NOT_ALLOWED "不能这样做：{reason}" "Not possible: {reason}";
    NOT_SAVED
        "没有保存：{reason}。请检查磁盘空间和目录权限，再做一次。"
        "Not saved: {reason}. Check the room on the disk and who may write to it, then do it again.";
    STORAGE_FULL
        "没有保存：磁盘已满（{reason}）。以前保存的都还在。请腾出空间，再做一次。"
        "Not saved: the disk is full ({reason}). Nothing saved before is lost. Free some space, then do it again.";
    ROOM_KEPT
        "没有保存：磁盘快满了，剩下的空间留给发送已保存的内容。以前保存的都还在。请先同步，或腾出空间，再做一次"
        "Not saved: the disk is nearly full, and what room is left is kept for handing in what was saved before. Nothing of that is lost. Sync first, or free some space, then do it again"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    NO_LEVEL_ABOVE
        "承办单位之上没有已知的上一级，请先同步"
        "No level above the holder is known here; sync first"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    NO_ALLEY
        "本人没有可以上报的职务，请先同步"
        "You hold no post that reports; sync first"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    UNKNOWN_CODE
        "镇规则里没有代码“{value}”。可选：{known}"
        "The town's book has no code “{value}”. Choose one of: {known}";
}
