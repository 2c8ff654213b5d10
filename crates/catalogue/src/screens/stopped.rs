//! A device that the administrator stopped.

use crate::texts;

texts! {
    "stopped"

    REVOKED
        "管理员停用了这台设备：本机上的事项已清除。已交出{sent}条，尚未交出{unsent}条；请用新的邀请码在另一个目录登记。"
        "The administrator has revoked this device: what it showed is gone. Handed in: {sent}; still here: {unsent}. Enrol a new one, in another folder, with a new code.";
    LOST
        "这台设备已挂失：本机上的事项已清除。已交出{sent}条，尚未交出{unsent}条；交完之后本机数据即被清除。"
        "This device was reported lost: what it showed is gone. Handed in: {sent}; still here: {unsent}. Once all is handed in, this device is wiped.";
    FROZEN
        "有两部手机在用这台设备的身份，它被冻结了：请联系管理员核对；恢复后再同步即可继续。已交出{sent}条，尚未交出{unsent}条。"
        "Two phones use this device's identity, so it was frozen: ask the administrator, who can let it go on; then sync again. Handed in: {sent}; still here: {unsent}.";
    WIPED
        "这台设备已挂失：未发送的已交给服务器，本机的全部数据已清除。"
        "This device was reported lost: what was unsent is with the server, and everything here has been wiped.";
    NOTHING_RECORDED
        "本设备已被停用，不能再记录；之前填写的，同步时仍会移交。请联系管理员。"
        "This device is not to go on: nothing more is recorded on it. What was typed before is still handed in at a sync. Ask the administrator."
        terminal
        "移交：alleyway sync"
        " To hand it in: alleyway sync";
    HERE
        "{why}：本机上的事项已清除。请联系管理员。"
        "Stopped ({why}): what it showed is gone. Ask the administrator."
        terminal
        "已交出的及其结果见 alleyway receipts，还在本机的见 alleyway pending 和 alleyway refused。"
        " What was handed in and what became of it: alleyway receipts; what is still here: alleyway pending, alleyway refused.";
}
