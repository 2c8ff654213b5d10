//! Why a signed read was not answered.

use crate::texts;

texts! {
    "read"

    BAD_PROOF
        "请求没有带有效的签名。"
        "The request carries no proof that can be read.";
    BAD_QUERY
        "查询条件不对。"
        "A field of the query is unknown, there twice, or not of its form.";
    BAD_LISTS
        "名单与所声明的校验值不符，或者不是名单。请重新发送。"
        "The lists are not what their hash says, or no lists. Send them again.";
    READER_STOPPED
        "这台设备已停用。"
        "This device is stopped.";
    OUT_OF_SCOPE
        "以您现在的职务看不到这些内容。"
        "Your posts do not let you read that now.";
    OF_ONE_PERSON
        "一条巷子只有一位巷长：不统计到个人。"
        "An alley has one chief: there are no figures of one person.";
    STALE_PROOF
        "本机时间与服务器相差太多，请同步后再试。"
        "The request's time is too far from the server's; sync, and ask again.";
    VOID_CHALLENGE
        "请同步后再试。"
        "The server has given this device another challenge since; sync, and ask again.";
    READ_TWICE
        "同一个请求不能发送两次。"
        "The same request was taken before.";
    NOT_CONFIRMED
        "这份邀请还没有第二位管理员确认。"
        "No second administrator has confirmed this invitation yet.";
    CODE_WAS_USED
        "邀请码已经用过。"
        "The invitation's code was used.";
    CODE_IS_OVER
        "邀请码已过期或已作废，或者所邀请的职务已经结束。请重新提出邀请。"
        "The invitation's code has expired or was withdrawn, or the post that it is for is over. Ask for another invitation.";
    IMPORT_WAITS
        "已经提出过一次导入，还没有办完。请先确认或撤回那一次，再提出新的。"
        "An import that was asked for has not ended. Confirm it or withdraw it, then ask for another.";
    CODE_SHOWN
        "邀请码已经显示过，不再显示。没有记下的，请撤回这份邀请，重新提出。"
        "The invitation's code was shown before, and is shown no more. If it was not written down, withdraw the invitation and ask for another.";
}
