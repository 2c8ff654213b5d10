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
    ROWS "{rows} 处更改" "{rows} rows";
    IMPORT_ASKED
        "已提出导入，待第二位管理员确认；服务器把名单保存七天。"
        "The import is asked for, and waits for a second administrator; the server keeps the lists for seven days.";
    IMPORT_NOT_ASKED
        "没有提出导入：名单没有更改，或者有误。"
        "No import is asked for: the lists change nothing, or a row is bad.";
    IMPORT_WAITS
        "{by}提出导入（{asked}），提出时共 {rows} 处更改。现在会更改："
        "{by} asks for an import ({asked}) of {rows} rows. Now it would change:";
    IMPORT_DIFFERS
        "更改的数目与提出时不同：现在确认，不会导入。请撤回后重新提出。"
        "It would change another number of rows than was asked for: if it is confirmed now, nothing is imported. Withdraw it and ask anew.";
    IMPORT_DONE
        "上一次导入（{by}提出，{rows} 处更改）已于{at}完成。"
        "The last import (asked for by {by}, {rows} rows) was carried out at {at}.";
    IMPORT_FAILED
        "上一次导入（{by}提出，{rows} 处更改）于{at}没有执行：{why}。什么也没有改。"
        "The last import (asked for by {by}, {rows} rows) was not carried out at {at}: {why}. Nothing was changed.";
    NO_IMPORT
        "没有提出过导入。"
        "No import was asked for.";
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
