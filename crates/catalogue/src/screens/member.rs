//! Who a person is here, and what the device knows of units and people.

use crate::texts;

texts! {
    "member"

    NAME "姓名" "Name";
    POSTS "职务" "Posts";
    NO_POSTS
        "尚未取得职务，请先同步"
        "none known yet; sync first"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    NO_POST_NOW "现无职务：已结束，或尚未开始" "none now: ended, or not begun";
    NO_POST_HOW
        "您现在没有职务：原职务已结束，或尚未开始。"
        "You hold no post now: it has ended, or has not begun."
        terminal
        "已交出的及其结果见：alleyway receipts"
        " What was handed in and what became of it: alleyway receipts";
    TOWN "乡镇" "Town";
    UNIT "组织" "Unit";
    DEVICE "设备" "Device";
    LAST_CONTACT "服务器最后确认" "Last confirmed by the server";
    NEVER_CONTACT
        "还没有同步过"
        "never yet"
        terminal
        "，请运行：alleyway sync"
        "; run: alleyway sync";
    RESIDENT "居民" "the resident";
    CONSOLE "服务器控制台" "the server's console";
    UNIT_NOT_FOUND
        "找不到单位“{text}”。已知的有：{known}"
        "No unit is called “{text}”. Known: {known}";
    MEMBER_NOT_FOUND
        "没有叫“{text}”的成员。本机认识的有：{known}"
        "No member is called “{text}”. This device knows: {known}";
}
