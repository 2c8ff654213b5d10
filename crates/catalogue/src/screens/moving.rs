//! Moving to another phone.

use crate::texts;

texts! {
    "moving"

    SAFE
        "可以换手机：这台设备上没有未发送或被退回的内容。"
        "Safe to go: nothing on this device is unsent, and nothing refused waits.";
    WAITS
        "还不能换手机：未确认{unsent}条，被退回未处理{refused}条，代人转交{carried}批。它们只在这台设备上。"
        "Not safe yet: unsent {unsent}, refused and not dealt with {refused}, carried for others {carried}. They are on this device only.";
    UNREACHED
        "没有连上服务器（{reason}）。"
        "The server was not reached ({reason}).";
    HELD
        "服务器上有这台设备（{device}）到第{held}批为止的全部记录。"
        "The server has everything of this device ({device}) up to its batch {held}.";
    HOW
        "请管理员为您开一个接替设备{device}的邀请码。在新手机上用那个二维码或代码登记，这台设备随即停用；之后清除本机数据。"
        "Ask the administrator for a code that replaces device {device}. Enrol the new phone with that code; this one is revoked then. Last, take this one's data away."
        terminal
        "管理员运行：alleyway-server invite 本人的key --replaces {device}；最后在本机运行：alleyway wipe"
        " The administrator runs: alleyway-server invite KEY --replaces {device}. Last, on this one: alleyway wipe";
    MOVED_FROM
        "接替设备{device}，它已停用。服务器收到它的第{held}批为止（{received}）：采纳{admitted}条，退回{refused}条，待审{kept}条，缺{missing}批。"
        "In the place of device {device}, which is revoked. The server has its batches up to {held} ({received}): {admitted} admitted, {refused} refused, {kept} in trays, {missing} missing.";
    MOVED_REST
        "旧手机上未发送的内容不在这里：旧手机若再同步一次，它们会进入待审；否则就丢失了。"
        "What was unsent on the old phone is not here: if that phone syncs once more, it goes to the review tray; otherwise it is lost.";
}
