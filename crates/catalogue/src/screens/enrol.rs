//! Taking a device into a town.

use crate::texts;

texts! {
    "enrol"

    ENROLLED
        "已登记到{town}：{name}，设备号{device}。"
        "Enrolled in {town}: {name}, device {device}.";
    NOT_ENROLLED
        "这台设备尚未登记。请向管理员要邀请码"
        "This device is not enrolled. Ask the administrator for a code"
        terminal
        "，然后：alleyway enrol 地址 邀请码"
        ", then: alleyway enrol URL CODE";
    ALREADY_ENROLLED
        "这个目录里的设备已登记（未确认{unsent}条，被退回{refused}条）。"
        "The device in this folder is enrolled already (unsent: {unsent}; refused: {refused})."
        terminal
        "新设备请用另一个 --home 目录；换手机：alleyway move；清除本机数据：alleyway wipe"
        " Use another --home for a new one. To move to another phone: alleyway move. To take this one's data away: alleyway wipe";
    BAD_URL
        "服务器地址不对，例：https://town.example:8470"
        "Not a server's address; write it like https://town.example:8470";
    BAD_CODE
        "邀请码不对，请逐字核对。"
        "The code is not valid; compare every letter.";
    BAD_LINK
        "登记链接不对：请重新扫码，或输入地址和代码。"
        "Not an enrolment link; scan the code again, or type the address and the code.";
}
