//! Clocks of a case, and the light that follows from them.

use crate::words;

words! {
    /// The kinds of clocks.
    CLOCK "clock"

    "accept" "受理" "acceptance";
    "inform" "告知" "telling the resident";
    "return" "退回" "answering the referral";
    "handle" "办理" "handling";
    "petition" "信访办理" "handling of the petition";
    "review" "复查" "review";
    "verify" "核查" "verification";
    "supervise" "督办回复" "answering the order";
    "waiting" "挂起" "waiting";
}

words! {
    /// Lights of a case.
    LIGHT "light"

    "green" "绿灯" "green";
    "yellow" "黄灯" "yellow";
    "red" "红灯" "red";
    "supervised" "督办" "supervised";
}

words! {
    /// Where a due date comes from.
    SET_BY "set_by"

    "book" "按镇规则" "by the town's book";
    "order" "按派单要求" "as the dispatch asked";
    "extension" "已延期" "extended";
    "external" "按外部工单" "as the other system asks";
}
