//! Clearances for confidential cases, and the devices they are for.

use crate::texts;

texts! {
    "clearance"

    NOBODY
        "没有保密授权，也没有待确认的设备。"
        "Nobody is cleared, and no device waits.";
    CLEARANCE "授权" "Clearance";
    APPOINTMENT "任职编号" "Appointment";
    NONE "未授权" "none";
    ASKED
        "待第二人确认（{by}申请）"
        "asked for by {by}, waits for a second person";
    GIVEN
        "已授权（{by}申请，{confirmed}确认）"
        "cleared by {by} and {confirmed}";
    CONFIRMED_ALREADY
        "已由{by}确认，不必再确认。"
        "{by} has confirmed it already; nothing is left to do.";
    DEVICE_WAITS "待第二人确认" "waits for a second person";
    DEVICE_CONFIRMED
        "已确认（{confirmed}）"
        "confirmed by {confirmed}";
    APPOINTMENT_NOT_FOUND
        "没有叫“{text}”的任职。"
        "No appointment is called “{text}”."
        terminal
        "用 alleyway confidential --all 查看。"
        " `alleyway confidential --all` lists them.";
    NOTED_DEVICE_NOT_FOUND
        "没有登记过叫“{text}”的设备。"
        "No device called “{text}” was noted."
        terminal
        "用 alleyway confidential 查看。"
        " `alleyway confidential` lists them.";
    NEWS
        "保密事项的阅读权限或设备有变化：{units}。"
        "Who reads confidential cases, or on which device, has changed: {units}."
        terminal
        "用 alleyway confidential 查看。"
        " `alleyway confidential` shows it.";
}
