//! The town's people as administrators see them, and what two of them do.

use crate::texts;

texts! {
    "administration"

    NOTHING
        "没有提出的事，也没有任职。"
        "Nothing was asked for, and nobody has a post.";
    ASKED "提出编号" "Asked for";
    WHAT "事项" "What";
    ABOUT "内容" "About";
    STATE "状态" "State";
    WAITS
        "待第二位管理员确认（{by}提出）"
        "asked for by {by}, waits for a second administrator";
    GIVEN
        "已确认（{by}提出，{confirmed}确认）"
        "asked for by {by}, confirmed by {confirmed}";
    KEY "编号" "Key";
    FROM "起" "From";
    UNTIL "止" "Until";
    CODE "设备号" "Device";
    ENROLLED "登记时间" "Enrolled";
    LAST "最近交来" "Last handed in";
    STOPPED "停用" "Stopped";
    INVITED
        "{name}的邀请码：{code}\n有效至{until}。只在这里显示，请当面交给本人。"
        "The code for {name}: {code}\nGood until {until}. It is shown here alone; hand it to the person.";
    LINK
        "二维码内容：{link}"
        "For a QR code: {link}";
    ASKED_NOT_FOUND
        "没有叫“{text}”的提出事项。"
        "Nothing that was asked for is called “{text}”."
        terminal
        "用 alleyway admin 查看。"
        " `alleyway admin` lists it.";
    NO_LISTS
        "“{folder}”里没有 units.csv、members.csv、households.csv 和 book.toml。"
        "There is no units.csv, members.csv, households.csv or book.toml in “{folder}”.";
    DEVICE_NOT_FOUND
        "此人没有叫“{text}”的设备。"
        "The member has no device called “{text}”."
        terminal
        "用 alleyway admin devices 查看。"
        " `alleyway admin devices` lists them.";
}
