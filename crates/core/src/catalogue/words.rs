//! The words of the field, by area.

use super::Entry;

/// States of a case.
pub(super) const STAGES: &[Entry] = &[
    ("stage.reported", "已上报", "reported"),
    ("stage.accepted", "已受理", "accepted"),
    ("stage.in_progress", "处置中", "in progress"),
    ("stage.waiting", "已挂起", "waiting"),
    ("stage.resolved", "已办结", "resolved"),
    ("stage.verified", "已核查", "verified"),
    ("stage.closed", "已结案", "closed"),
    ("stage.rejected", "不予受理", "rejected"),
    ("stage.withdrawn", "已撤回", "withdrawn"),
    ("stage.duplicate", "已并案", "duplicate"),
];

/// What commands do.
pub(super) const KINDS: &[Entry] = &[
    ("kind.report", "上报", "report"),
    ("kind.accept", "受理", "accept"),
    ("kind.reject", "不予受理", "reject"),
    ("kind.start", "处置", "start"),
    ("kind.note", "记录", "note"),
    ("kind.visit", "走访", "visit"),
    ("kind.edit", "修改", "edit"),
    ("kind.escalate", "提级", "escalate"),
    ("kind.receive", "接收", "receive"),
    ("kind.return", "退回", "return"),
    ("kind.rule", "裁定", "rule"),
    ("kind.dispatch", "派单", "dispatch"),
    ("kind.wait", "挂起", "wait"),
    ("kind.resume", "恢复", "resume"),
    ("kind.extend", "延期", "extend"),
    ("kind.supervise", "督办", "supervise"),
    ("kind.resolve", "办结", "resolve"),
    ("kind.verify", "核查", "verify"),
    ("kind.close", "结案", "close"),
    ("kind.reopen", "重办", "reopen"),
    ("kind.withdraw", "撤回", "withdraw"),
    ("kind.merge", "并案", "merge"),
    (
        "kind.stood",
        "恢复前已采纳的一步",
        "a step that stood before the restore",
    ),
    ("kind.create_unit", "新建组织", "create unit"),
    ("kind.rename_unit", "组织改名", "rename unit"),
    ("kind.move_unit", "组织调整", "move unit"),
    ("kind.appoint", "任职", "appoint"),
    ("kind.amend_appointment", "任职变更", "amend appointment"),
    ("kind.clear", "申请阅读保密事项", "ask for a clearance"),
    (
        "kind.confirm_clearance",
        "确认阅读保密事项",
        "confirm a clearance",
    ),
    ("kind.end_clearance", "终止阅读保密事项", "end a clearance"),
    ("kind.note_device", "登记新设备", "note a new device"),
    ("kind.confirm_device", "确认新设备", "confirm a new device"),
    ("kind.create_household", "新建住户", "create household"),
    ("kind.move_household", "住户调整", "move household"),
    ("kind.open_directory", "建立名录", "open directory"),
    ("kind.update_directory", "更新名录", "update directory"),
    ("kind.retire_devices", "设备停用或恢复", "retire devices"),
    ("kind.clearances", "更新保密授权", "update clearances"),
    ("kind.open_tray", "建立待处理箱", "open tray"),
    ("kind.put_item", "放入待处理箱", "put into the tray"),
    (
        "kind.settle_item",
        "处理待处理项",
        "settle an item of the tray",
    ),
    ("kind.unknown", "新版本的操作", "a step of a newer version"),
];

/// Kinds of units.
pub(super) const UNITS: &[Entry] = &[
    ("unit.county", "县", "county"),
    ("unit.town", "镇", "town"),
    ("unit.village", "村", "village"),
    ("unit.community", "社区", "community"),
    ("unit.alley", "巷", "alley"),
    ("unit.branch", "支部", "branch"),
    ("unit.department", "部门", "department"),
    ("unit.centre", "服务中心", "service centre"),
];

/// Posts.
pub(super) const POSTS: &[Entry] = &[
    ("post.alley_chief", "巷长", "alley chief"),
    ("post.branch_secretary", "支部书记", "branch secretary"),
    ("post.town_dispatcher", "镇调度员", "town dispatcher"),
    ("post.department_handler", "经办人", "department handler"),
    ("post.centre_clerk", "服务中心工作人员", "centre clerk"),
    ("post.canteen_clerk", "食堂工作人员", "canteen clerk"),
    ("post.mediator", "调解员", "mediator"),
    ("post.auditor", "督查员", "auditor"),
    ("post.administrator", "管理员", "administrator"),
];

/// Categories to begin with; a town can have its own.
pub(super) const CATEGORIES: &[Entry] = &[
    ("category.road", "道路", "road"),
    ("category.water", "用水", "water"),
    ("category.power", "用电", "power"),
    ("category.housing", "住房", "housing"),
    ("category.sanitation", "环境卫生", "sanitation"),
    ("category.elderly", "养老", "elderly"),
    ("category.education", "教育", "education"),
    ("category.health", "医疗卫生", "health"),
    ("category.subsidy", "补贴", "subsidy"),
    ("category.safety", "安全", "safety"),
    ("category.dispute", "纠纷", "dispute"),
    ("category.other", "其他", "other"),
];

/// What a verification found.
pub(super) const FINDINGS: &[Entry] = &[
    ("finding.fixed", "已解决", "fixed"),
    ("finding.partly", "部分解决", "partly fixed"),
    ("finding.not", "未解决", "not fixed"),
];

/// Fields of cases and households.
pub(super) const FIELDS: &[Entry] = &[
    ("field.title", "标题", "title"),
    ("field.text", "内容", "text"),
    ("field.category", "类别", "category"),
    ("field.place", "地点", "place"),
    ("field.point", "坐标", "point"),
    ("field.contact", "联系人", "contact"),
    ("field.household", "住户", "household"),
    ("field.door", "门牌", "door"),
    ("field.count", "人数", "people"),
];

/// What a step sets or says beside fields.
pub(super) const SAID: &[Entry] = &[
    ("said.reason", "理由", "why"),
    ("said.tried", "已做", "tried"),
    ("said.to", "送往", "to"),
    ("said.by", "期限", "by"),
    ("said.field", "字段", "field"),
    ("said.value", "改为", "new value"),
    ("said.result", "结果", "result"),
    ("said.code", "结论", "outcome"),
    ("said.into", "并入", "into"),
    ("said.alley", "巷", "alley"),
    ("said.confidential", "保密", "confidential"),
];

/// Which way a case was sent.
pub(super) const REFERRALS: &[Entry] = &[
    (
        "referral.escalate",
        "提级，待接收",
        "escalated, waiting to be received",
    ),
    (
        "referral.dispatch",
        "派单，待接收",
        "dispatched, waiting to be received",
    ),
];

/// The steps on the resident's tracking page. What is not here is not shown there.
pub(super) const TRACKING: &[Entry] = &[
    (
        "track.report",
        "您的诉求已登记",
        "Your request was recorded",
    ),
    ("track.accept", "已受理", "It was accepted"),
    ("track.reject", "不予受理", "It was not accepted"),
    ("track.start", "已开始办理", "Work began"),
    ("track.note", "补充了说明", "A word was added"),
    (
        "track.escalate",
        "已报上一级",
        "It was passed to the next level up",
    ),
    (
        "track.receive",
        "已由接收单位接办",
        "The unit it was sent to has taken it on",
    ),
    (
        "track.return",
        "被退回，另行安排",
        "It was sent back and is being arranged anew",
    ),
    (
        "track.rule",
        "镇里已确定承办单位",
        "The town decided who handles it",
    ),
    (
        "track.dispatch",
        "已派给承办单位",
        "It was sent to the unit that will handle it",
    ),
    ("track.wait", "办理暂停", "Work is paused"),
    ("track.resume", "恢复办理", "Work goes on"),
    ("track.extend", "办理期限延长", "The date was put off"),
    (
        "track.resolve",
        "已办结，待核查",
        "The work is done and will be checked",
    ),
    ("track.verify", "已核查", "It was checked"),
    ("track.close", "已结案", "It was closed"),
    ("track.reopen", "重新办理", "It was opened again"),
    ("track.withdraw", "已撤回", "It was withdrawn"),
    (
        "track.merge",
        "并入同一事项办理",
        "It is handled together with another request",
    ),
];

/// Why work waits. A town can have codes of its own.
pub(super) const WAITS: &[Entry] = &[
    ("wait.weather", "天气", "weather"),
    ("wait.material", "等材料", "waiting for material"),
    ("wait.funds", "等资金", "waiting for funds"),
    ("wait.resident", "等住户", "waiting for the resident"),
    ("wait.permit", "等审批", "waiting for a permit"),
];

/// Why a case is not taken on. A town can have codes of its own.
pub(super) const REJECTS: &[Entry] = &[
    (
        "reject.not_responsible",
        "不属办理范围",
        "not ours to handle",
    ),
    ("reject.no_basis", "没有依据", "no basis for it"),
    ("reject.not_found", "查无此情况", "not found to be so"),
];

/// Why a command was not carried out, but kept for a person to look at.
pub(super) const KEPT: &[Entry] = &[
    ("kept.post_ended", "任职已结束", "the post had ended"),
    (
        "kept.device_revoked",
        "设备已停用",
        "the device was revoked",
    ),
    (
        "kept.device_lost",
        "设备已挂失",
        "the device was reported lost",
    ),
    (
        "kept.before_restore",
        "服务器从备份恢复前已采纳，现在不再适用",
        "it stood before the server was restored, and does not fit any more",
    ),
    ("kept.device_frozen", "设备已冻结", "the device was frozen"),
    (
        "kept.forked",
        "设备恢复旧备份后已没有这一条",
        "its device's chain went on without it",
    ),
];

/// What became of a command that was handed in.
pub(super) const FATES: &[Entry] = &[
    ("fate.admitted", "已生效", "it stands"),
    (
        "fate.after_post",
        "已生效（卸任后补交）",
        "it stands, handed in after the post ended",
    ),
    (
        "fate.kept",
        "未执行，已转交处理",
        "not carried out, kept in a tray for somebody to look at",
    ),
    ("fate.refused", "被退回", "refused"),
];

/// Why documents left a device, for the receipt.
pub(super) const EVICTIONS: &[Entry] = &[
    (
        "eviction.scope",
        "不再属于本人职责范围",
        "no longer within this member's duties",
    ),
    (
        "eviction.stopped",
        "本设备已被停用",
        "this device is not to go on",
    ),
];

/// How a case ended. A town can have codes of its own.
pub(super) const CLOSURES: &[Entry] = &[
    ("closure.fixed", "已解决", "fixed"),
    ("closure.no_authority", "无权处理", "outside our power"),
    ("closure.no_funds", "没有资金", "no funds"),
    ("closure.against_law", "法规不允许", "not lawful"),
];
