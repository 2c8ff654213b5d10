//! Clearances for confidential cases.

use super::Entry;

/// The texts.
pub(super) const TEXTS: &[Entry] = &[
    ("terminal.confidential_mark", "保密", "confidential"),
    (
        "terminal.no_clearances",
        "没有保密授权，也没有待确认的设备。",
        "Nobody is cleared, and no device waits.",
    ),
    (
        "terminal.clearances_how",
        "授权要两个人：一人 confidential clear，另一人 confidential confirm；confidential end 终止。用 --all 看可以授权的岗位。",
        "A clearance takes two persons: one types `confidential clear`, another `confidential confirm`; `confidential end` ends it. --all shows the posts that may be cleared.",
    ),
    ("terminal.clearance", "授权", "Clearance"),
    ("terminal.unit", "组织", "Unit"),
    ("terminal.appointment", "任职编号", "Appointment"),
    ("terminal.clearance_none", "未授权", "none"),
    (
        "terminal.clearance_asked",
        "待第二人确认（{by}申请）",
        "asked for by {by}, waits for a second person",
    ),
    (
        "terminal.clearance_given",
        "已授权（{by}申请，{confirmed}确认）",
        "cleared by {by} and {confirmed}",
    ),
    ("terminal.console", "服务器控制台", "the server's console"),
    (
        "terminal.confirmed_already",
        "已由{by}确认，不必再确认。",
        "{by} has confirmed it already; nothing is left to do.",
    ),
    (
        "terminal.device_waits",
        "待第二人确认",
        "waits for a second person",
    ),
    (
        "terminal.device_confirmed",
        "已确认（{confirmed}）",
        "confirmed by {confirmed}",
    ),
    (
        "terminal.appointment_not_found",
        "没有叫“{text}”的任职。用 alleyway confidential --all 查看。",
        "No appointment is called “{text}”. `alleyway confidential --all` lists them.",
    ),
    (
        "terminal.noted_device_not_found",
        "没有登记过叫“{text}”的设备。用 alleyway confidential 查看。",
        "No device called “{text}” was noted. `alleyway confidential` lists them.",
    ),
    (
        "terminal.confidential_news",
        "保密事项的阅读权限或设备有变化：{units}。用 alleyway confidential 查看。",
        "Who reads confidential cases, or on which device, has changed: {units}. `alleyway confidential` shows it.",
    ),
];
