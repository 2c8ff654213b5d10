//! Texts about devices that are stopped, and about moving to another one.

use super::Entry;

/// The terminal's.
pub(super) const TEXTS: &[Entry] = &[
    (
        "terminal.stopped_revoked",
        "管理员停用了这台设备：本机上的事项已清除。已交出{sent}条，尚未交出{unsent}条；请用新的邀请码在另一个目录登记。",
        "The administrator has revoked this device: what it showed is gone. Handed in: {sent}; still here: {unsent}. Enrol a new one, in another folder, with a new code.",
    ),
    (
        "terminal.stopped_lost",
        "这台设备已挂失：本机上的事项已清除。已交出{sent}条，尚未交出{unsent}条；交完之后本机数据即被清除。",
        "This device was reported lost: what it showed is gone. Handed in: {sent}; still here: {unsent}. Once all is handed in, this device is wiped.",
    ),
    (
        "terminal.stopped_frozen",
        "有两部手机在用这台设备的身份，它被冻结了：请联系管理员核对；恢复后再同步即可继续。已交出{sent}条，尚未交出{unsent}条。",
        "Two phones use this device's identity, so it was frozen: ask the administrator, who can let it go on; then sync again. Handed in: {sent}; still here: {unsent}.",
    ),
    (
        "terminal.stopped_wiped",
        "这台设备已挂失：未发送的已交给服务器，本机的全部数据已清除。",
        "This device was reported lost: what was unsent is with the server, and everything here has been wiped.",
    ),
    (
        "terminal.move_safe",
        "可以换手机：这台设备上没有未发送或被退回的内容。",
        "Safe to go: nothing on this device is unsent, and nothing refused waits.",
    ),
    (
        "terminal.move_waits",
        "还不能换手机：未确认{unsent}条，被退回未处理{refused}条，代人转交{carried}批。它们只在这台设备上。",
        "Not safe yet: unsent {unsent}, refused and not dealt with {refused}, carried for others {carried}. They are on this device only.",
    ),
    (
        "terminal.move_unreached",
        "没有连上服务器（{reason}）。",
        "The server was not reached ({reason}).",
    ),
    (
        "terminal.move_held",
        "服务器上有这台设备（{device}）到第{held}批为止的全部记录。",
        "The server has everything of this device ({device}) up to its batch {held}.",
    ),
    (
        "terminal.move_do_first",
        "先处理：alleyway sync；被退回的见 alleyway refused。",
        "First: alleyway sync; what was refused: alleyway refused",
    ),
    (
        "terminal.move_how",
        "请管理员运行：alleyway-server invite 本人的key --replaces {device}。在新手机上用那个二维码或代码登记，这台设备随即停用；之后在本机运行 alleyway wipe。",
        "Ask the administrator for: alleyway-server invite KEY --replaces {device}. Enrol the new phone with that code; this one is revoked then. Last, on this one: alleyway wipe",
    ),
    (
        "terminal.moved_from",
        "接替设备{device}，它已停用。服务器收到它的第{held}批为止（{received}）：采纳{admitted}条，退回{refused}条，待审{kept}条，缺{missing}批。",
        "In the place of device {device}, which is revoked. The server has its batches up to {held} ({received}): {admitted} admitted, {refused} refused, {kept} in trays, {missing} missing.",
    ),
    (
        "terminal.moved_rest",
        "旧手机上未发送的内容不在这里：旧手机若再同步一次，它们会进入待审；否则就丢失了。",
        "What was unsent on the old phone is not here: if that phone syncs once more, it goes to the review tray; otherwise it is lost.",
    ),
    ("terminal.never", "从未", "never"),
    (
        "terminal.bad_link",
        "登记链接不对：请重新扫码，或输入地址和代码。",
        "Not an enrolment link; scan the code again, or type the address and the code.",
    ),
];
