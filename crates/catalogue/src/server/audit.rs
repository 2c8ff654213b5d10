//! The words of the audit's records.

use crate::words;

words! {
    /// Kinds, numbers and reasons, as programs read them. A number that means something else in one
    /// kind has that kind before it.
    AUDIT "audit"

    "verdicts" "裁决" "verdicts";
    "invited" "邀请" "invited";
    "enrolled" "设备登记" "enrolled";
    "stopped" "设备停用" "stopped";
    "reinstated" "设备恢复" "reinstated";
    "renamed" "设备改名" "renamed";
    "forked" "手机曾从备份恢复" "forked";
    "read" "督查查阅" "read";
    "quarantine_ended" "隔离结束" "quarantine ended";
    "exported" "导出记录" "exported";
    "appointed" "任职" "appointed";
    "post_ended" "任职终止" "post ended";
    "post_amended" "任职变更" "post amended";
    "cleared" "申请保密授权" "clearance asked for";
    "clearance_confirmed" "确认保密授权" "clearance confirmed";
    "clearance_ended" "终止保密授权" "clearance ended";
    "budget_used_up" "设备交的已到限额" "device budget used up";
    "device_confirmed" "确认设备" "device confirmed";
    "commanded" "管理员的指令" "an administrator's command";
    "invitation_withdrawn" "邀请作废" "invitation withdrawn";
    "restored" "从备份恢复" "restored from a backup";
    "incarnation" "第几代" "incarnation";
    "unknown" "新版本的记录" "a record of a newer version";
    "batch" "批次" "batch";
    "admitted" "采纳" "admitted";
    "kept" "待审" "kept";
    "waiting" "等待" "waiting";
    "quarantine_ended.kept" "继续使用" "go on";
    "quarantine_ended.revoked" "停用" "revoked";
    "withdrawn" "作废邀请" "invitations withdrawn";
    "records" "条数" "records";
    "revoked" "停用" "revoked";
    "lost" "挂失" "lost";
    "frozen" "冻结" "frozen";
    "device" "设备" "device";
    "by" "经办" "by";
    "refused" "退回" "refused";
}
