//! Units and posts.

use crate::words;

words! {
    /// Kinds of units.
    UNIT "unit"

    "county" "县" "county";
    "town" "镇" "town";
    "village" "村" "village";
    "community" "社区" "community";
    "alley" "巷" "alley";
    "branch" "支部" "branch";
    "department" "部门" "department";
    "centre" "服务中心" "service centre";
    "committee" "人民调解委员会" "mediation committee";
    "desk" "监督受理窗口" "complaints desk";
}

words! {
    /// Why a device is not to go on.
    STOP "stop"

    "revoked" "停用" "revoked";
    "lost" "挂失" "lost";
    "frozen" "冻结" "frozen";
}

words! {
    /// Why an import that was asked for was not carried out.
    IMPORT_FAULT "import_fault"

    "gone" "服务器上没有这份名单" "the server does not have the lists";
    "too_old" "七天内没有人确认" "nobody confirmed it within seven days";
    "differs" "更改的数目与提出时不同" "it would have changed another number of rows than was asked for";
    "unfit" "名单与现在的情况不符" "the lists do not fit the town as it is now";
    "post_ended" "提出或确认的人已不再是管理员" "one of the two who wanted it is no administrator any more";
    "for_oneself" "会给提出或确认的人任职" "it would have given a post to one of the two who wanted it";
}

words! {
    /// Posts.
    POST "post"

    "alley_chief" "巷长" "alley chief";
    "branch_secretary" "支部书记" "branch secretary";
    "town_dispatcher" "镇调度员" "town dispatcher";
    "department_handler" "经办人" "department handler";
    "centre_clerk" "服务中心工作人员" "centre clerk";
    "canteen_clerk" "食堂工作人员" "canteen clerk";
    "mediator" "调解员" "mediator";
    "committee_head" "调委会主任" "head of the mediation committee";
    "desk_officer" "监督受理员" "officer of the complaints desk";
    "auditor" "督查员" "auditor";
    "administrator" "管理员" "administrator";
}
