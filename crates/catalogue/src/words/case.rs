//! A case: its states, its fields, its codes.

use crate::words;

words! {
    /// States of a case.
    STAGE "stage"

    "reported" "已上报" "reported";
    "accepted" "已受理" "accepted";
    "in_progress" "处置中" "in progress";
    "waiting" "已挂起" "waiting";
    "resolved" "已办结" "resolved";
    "verified" "已核查" "verified";
    "closed" "已结案" "closed";
    "rejected" "不予受理" "rejected";
    "withdrawn" "已撤回" "withdrawn";
    "duplicate" "已并案" "duplicate";
}

words! {
    /// Categories to begin with; a town can have its own.
    CATEGORY "category"

    "road" "道路" "road";
    "water" "用水" "water";
    "power" "用电" "power";
    "housing" "住房" "housing";
    "sanitation" "环境卫生" "sanitation";
    "elderly" "养老" "elderly";
    "education" "教育" "education";
    "health" "医疗卫生" "health";
    "subsidy" "补贴" "subsidy";
    "safety" "安全" "safety";
    "dispute" "纠纷" "dispute";
    "conduct" "干部作风" "conduct of an official";
    "other" "其他" "other";
}

words! {
    /// The finding of a verification.
    FINDING "finding"

    "fixed" "已解决" "fixed";
    "partly" "部分解决" "partly fixed";
    "not" "未解决" "not fixed";
    "told_fixed"
        "群众称已解决；查询码由办结人发出，还须由村支部核实"
        "said to be fixed; the code came from who resolved it, so the branch is still to ask";
}

words! {
    /// How a report came to whoever recorded it.
    ORIGIN "origin"

    "chief" "巷长走访" "the alley chief";
    "clerk" "窗口" "the service centre's counter";
    "form" "网上表单" "a form";
    "phone" "电话" "a phone call";
    "12345" "12345热线" "the 12345 hotline";
    "petition" "信访" "a petition";
    "slip" "意见箱" "a paper slip";
    "patrol" "巡查" "a patrol";
}

words! {
    /// Fields of cases and households.
    FIELD "field"

    "title" "标题" "title";
    "text" "内容" "text";
    "category" "类别" "category";
    "place" "地点" "place";
    "point" "坐标" "point";
    "contact" "联系人" "contact";
    "phone" "电话" "phone";
    "may_text" "可发短信" "may be texted";
    "household" "住户" "household";
    "door" "门牌" "door";
    "count" "人数" "people";
}

words! {
    /// Which way a case was sent.
    REFERRAL "referral"

    "escalate" "提级，待接收" "escalated, waiting to be received";
    "dispatch" "派单，待接收" "dispatched, waiting to be received";
}

words! {
    /// Why work waits. A town can have codes of its own.
    WAIT "wait"

    "weather" "天气" "weather";
    "material" "等材料" "waiting for material";
    "funds" "等资金" "waiting for funds";
    "resident" "等住户" "waiting for the resident";
    "permit" "等审批" "waiting for a permit";
    "season" "不在施工季" "not the season for it";
    "law" "等政策法规" "waiting for a rule";
}

words! {
    /// Why a case is not taken on. A town can have codes of its own.
    REJECT "reject"

    "not_ours" "不属办理范围" "not ours to handle";
    "no_basis" "没有依据" "no basis for it";
    "not_found" "查无此情况" "not found to be so";
}

words! {
    /// How a case ended. A town can have codes of its own.
    CLOSURE "closure"

    "fixed" "已解决" "fixed";
    "no_authority" "无权处理" "outside our power";
    "no_funds" "没有资金" "no funds";
    "against_law" "法规不允许" "not lawful";
}

words! {
    /// Why a case is sent back. A town can have codes of its own.
    RETURN "return"

    "not_ours" "不归本单位" "not ours to handle";
    "not_here" "不在本地" "not in our area";
    "cannot" "办不了" "beyond what we can do";
    "unclear" "情况不清" "not clear enough";
}

words! {
    /// Why two cases are one. A town can have codes of its own.
    MERGE "merge"

    "same_matter" "同一件事" "the same matter";
    "same_place" "同一地点" "the same place";
    "said_again" "重复反映" "reported again";
}
