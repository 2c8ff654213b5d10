//! A case against its row: who, then whether what stands allows it, and what came first.

use super::author::Author;
use super::subject::Subject;
use super::table::{From, Pending, Row};
use super::{Question, Standing};
use crate::documents::Document;
use crate::id::CommandId;
use crate::kinds::case::{CaseStage, CaseState};
use crate::refusal::{Refusal, RefusalCode};

/// Whether the row allows the step, and the step keeps to the row's bounds.
pub(super) fn judge(
    question: &Question<'_>,
    row: &Row,
    subject: &Subject<'_>,
    document: &Document,
    case: &CaseState,
) -> Result<(), Refusal> {
    judge_row(question, row, subject, case)
        .and_then(|()| {
            row.bounds
                .iter()
                .try_for_each(|bound| bound.check(question, document, case))
        })
        .map_err(|code| with_first(code, document, case))
}

/// Names the step that came first, where a step did: without it the author cannot see why.
fn with_first(code: RefusalCode, document: &Document, case: &CaseState) -> Refusal {
    let depends_on_state = matches!(
        code,
        RefusalCode::WrongState
            | RefusalCode::NotHolder
            | RefusalCode::NotReceiver
            | RefusalCode::NoReferral
            | RefusalCode::ReferralPending
            | RefusalCode::ReturnedTwice
            | RefusalCode::NotReturnedTwice
    );
    if depends_on_state && case.moved != CommandId(document.id().0) {
        Refusal {
            code,
            first: Some(case.moved),
            by: Some(case.moved_by),
        }
    } else {
        code.into()
    }
}

fn judge_row(
    question: &Question<'_>,
    row: &Row,
    subject: &Subject<'_>,
    case: &CaseState,
) -> Result<(), RefusalCode> {
    let asks_clearance = case.confidential && question.standing != Standing::Stood;
    let author = if asks_clearance {
        Author::cleared(question)
    } else {
        Author::of(question)
    };
    // Before the receiver is asked for: without a referral there is none.
    if matches!(row.from, From::Referral) && case.referral.is_none() {
        return Err(no_referral(&author, case, row));
    }
    if !row.who.iter().any(|role| role.is_had(&author, subject)) {
        let uncleared = Author::of(question);
        if asks_clearance && row.who.iter().any(|role| role.is_had(&uncleared, subject)) {
            return Err(RefusalCode::NotCleared);
        }
        return Err(not_the_one(&author, case, row));
    }
    if row.pending == Pending::Blocked {
        if case.referral.is_some() {
            return Err(RefusalCode::ReferralPending);
        }
        if case.awaits_ruling() && case.stage.is_open() {
            return Err(RefusalCode::ReturnedTwice);
        }
    }
    let stands = match row.from {
        From::In(stages) => stages.contains(&case.stage),
        From::NotEnded => case.stage.is_open() || case.stage == CaseStage::Closed,
        From::TwiceReturned if !case.awaits_ruling() => return Err(RefusalCode::NotReturnedTwice),
        From::Open | From::Referral | From::TwiceReturned => case.stage.is_open(),
        From::There => true,
        From::Nothing => false,
    };
    if stands {
        Ok(())
    } else {
        Err(RefusalCode::WrongState)
    }
}

/// Somebody with no working post is not told who holds what.
fn not_the_one(author: &Author<'_>, case: &CaseState, row: &Row) -> RefusalCode {
    match row.who.first() {
        Some(role) if author.acts_somewhere() => role.refusal(author, case),
        _ => RefusalCode::NotPermitted,
    }
}

/// Why there is no referral to answer, as far as the author may know.
fn no_referral(author: &Author<'_>, case: &CaseState, row: &Row) -> RefusalCode {
    let binds =
        row.bounds.contains(&super::bounds::Bound::NotRuled) && case.ruled == Some(case.holder);
    if !author.acts_somewhere() {
        RefusalCode::NotPermitted
    } else if case.awaits_ruling() {
        RefusalCode::ReturnedTwice
    } else if binds && author.acts_for(case.holder) {
        RefusalCode::Ruled
    } else {
        RefusalCode::NoReferral
    }
}
