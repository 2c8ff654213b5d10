//! Figures of cases.

use crate::words;

words! {
    /// The names of figures.
    FIGURE "figure"

    "reported" "上报" "reported";
    "open" "未结" "open";
    "closed" "结案" "closed";
    "rejected" "不予受理" "not taken on";
    "withdrawn" "撤回" "withdrawn";
    "merged" "并案" "merged";
    "returned" "退回" "returned";
    "returned_twice" "二次退回" "returned twice";
    "reopened" "重办" "reopened";
    "waits" "挂起次数" "waits";
    "waiting_days" "挂起天数" "days of waiting";
    "verified" "核查" "verified";
    "accept_time" "受理用时" "until accepted";
    "handle_time" "办理用时" "until done";
    "whole_wait" "群众等待总时长" "the resident's whole wait";
    "verify_time" "核查用时" "until verified";
    "late_ever" "首次超期" "turned late";
    "late_now" "月末超期" "late as the month ended";
}

words! {
    /// Who verified.
    VERIFIED_BY "verified_by"

    "resident" "由群众" "by the resident";
    "office" "由巷长或支部" "by the chief or the branch";
    "nobody" "未核查" "by nobody";
}
