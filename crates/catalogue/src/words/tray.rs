//! Outcomes of steps that do not simply stand.

use crate::words;

words! {
    /// Why a command was not carried out, but kept for a person to look at.
    KEPT "kept"

    "post_ended" "任职已结束" "the post had ended";
    "device_revoked" "设备已停用" "the device was revoked";
    "device_lost" "设备已挂失" "the device was reported lost";
    "before_restore" "服务器从备份恢复前已采纳，现在不再适用" "it stood before the server was restored, and does not fit any more";
    "device_frozen" "设备已冻结" "the device was frozen";
    "forked" "设备恢复旧备份后已没有这一条" "its device's chain went on without it";
}

words! {
    /// The outcome of an item of a tray.
    OUTCOME "outcome"

    "taken" "以自己的名义办理" "done as one's own";
    "dismissed" "不办" "not to be done";
}

words! {
    /// The outcome of a command that was handed in.
    FATE "fate"

    "admitted" "已生效" "it stands";
    "after_post" "已生效（卸任后补交）" "it stands, handed in after the post ended";
    "kept" "未执行，已转交处理" "not carried out, kept in a tray for somebody to look at";
    "refused" "被退回" "refused";
}

words! {
    /// Why documents left a device, for the receipt.
    EVICTION "eviction"

    "scope" "不再属于本人职责范围" "no longer within this member's duties";
    "stopped" "本设备已被停用" "this device is not to go on";
}
