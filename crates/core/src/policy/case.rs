//! The rules of cases: the table's row, then what the row cannot say.

use super::roles::acts_somewhere;
use super::table::{From, Pending, Row, row_of};
use super::{Authority, Question, known, needs};
use crate::command::CaseCommand;
use crate::command::case::Report;
use crate::command::unit::{Post, UnitKind};
use crate::documents::{CaseStage, CaseState, Document};
use crate::id::{CommandId, UnitId};
use crate::limits::REOPEN_DAYS;
use crate::organisation::acting_post;
use crate::refusal::{Refusal, RefusalCode};

/// Whether the step is allowed.
pub(super) fn judge(question: &Question<'_>, document: Option<&Document>, body: &CaseCommand) -> Result<(), Refusal> {
    needs::step(body, question.now)?;
    if let CaseCommand::Report(body) = body {
        return Ok(report(question, body)?);
    }
    let document = document.ok_or(RefusalCode::UnknownDocument)?;
    let case = document.case().ok_or(RefusalCode::UnknownDocument)?;
    let row = row_of(body).ok_or(RefusalCode::UnknownCommand)?;
    judge_row(question, &case, row)
        .and_then(|()| judge_body(question, document, &case, body))
        .map_err(|code| with_first(code, document, &case))
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
        Refusal { code, first: Some(case.moved), by: Some(case.moved_by) }
    } else {
        code.into()
    }
}

/// A chief reports for his own alley, a centre's clerk for the village's branch; a resident's form
/// goes to either.
fn report(question: &Question<'_>, body: &Report) -> Result<(), RefusalCode> {
    let organisation = question.organisation;
    known(question, body.owner)?;
    let owner_kind = organisation.kind(body.owner);
    let Authority::Member(member) = question.author else {
        let takes_forms = matches!(owner_kind, Some(UnitKind::Alley | UnitKind::Branch));
        return if takes_forms { Ok(()) } else { Err(RefusalCode::NotPermitted) };
    };
    let chief = owner_kind == Some(&UnitKind::Alley)
        && body.taken_at.is_none()
        && organisation.acts_for(member, body.owner, question.now);
    let clerk = organisation.posts_of(member, question.now).any(|post| {
        let branch = organisation.village_of(post.unit).and_then(|village| organisation.branch_of(village));
        post.post == Post::CentreClerk && body.taken_at == Some(post.unit) && branch == Some(body.owner)
    });
    if chief || clerk { Ok(()) } else { Err(RefusalCode::NotPermitted) }
}

fn judge_row(question: &Question<'_>, case: &CaseState, row: &Row) -> Result<(), RefusalCode> {
    // Before the receiver is asked for: without a referral there is none.
    if matches!(row.from, From::Referral) && case.referral.is_none() {
        return Err(no_referral(question, case, row));
    }
    if !row.who.iter().any(|role| role.is_had(question, case)) {
        return Err(not_the_one(question, case, row));
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
    };
    if stands { Ok(()) } else { Err(RefusalCode::WrongState) }
}

/// Somebody with no working post is not told who holds what.
fn not_the_one(question: &Question<'_>, case: &CaseState, row: &Row) -> RefusalCode {
    match (question.author, row.who.first()) {
        (Authority::Member(member), Some(role)) if acts_somewhere(question, member) => role.refusal(question, case),
        _ => RefusalCode::NotPermitted,
    }
}

/// Why there is no referral to answer, as far as the author may know.
fn no_referral(question: &Question<'_>, case: &CaseState, row: &Row) -> RefusalCode {
    let Authority::Member(member) = question.author else { return RefusalCode::NotPermitted };
    if !acts_somewhere(question, member) {
        RefusalCode::NotPermitted
    } else if case.awaits_ruling() {
        RefusalCode::ReturnedTwice
    } else if row.step == "return"
        && case.ruled == Some(case.holder)
        && question.organisation.acts_for(member, case.holder, question.now)
    {
        RefusalCode::Ruled
    } else {
        RefusalCode::NoReferral
    }
}

fn judge_body(
    question: &Question<'_>,
    document: &Document,
    case: &CaseState,
    body: &CaseCommand,
) -> Result<(), RefusalCode> {
    let organisation = question.organisation;
    match body {
        CaseCommand::Escalate(body) => {
            known(question, body.to)?;
            if organisation.next_level_up(case.holder) == Some(body.to) {
                Ok(())
            } else {
                Err(RefusalCode::NotNextLevel)
            }
        }
        CaseCommand::Dispatch(body) => {
            known(question, body.to)?;
            if organisation.may_be_dispatched(case.holder, body.to) { Ok(()) } else { Err(RefusalCode::NotBelow) }
        }
        CaseCommand::Rule(body) => rule(question, case, body.to),
        CaseCommand::Return(_) if case.ruled == case.referral.as_ref().map(|referral| referral.to) => {
            Err(RefusalCode::Ruled)
        }
        CaseCommand::Verify(_) => match question.author {
            Authority::Member(member) if case.resolvers.contains(&member) => Err(RefusalCode::ResolvedByAuthor),
            _ => Ok(()),
        },
        CaseCommand::Resolve(body)
            if body.verifier.is_some() && body.verifier != super::verifier_of(organisation, case) =>
        {
            Err(RefusalCode::NotNextLevel)
        }
        CaseCommand::Reopen(_) => reopen(question, document, case),
        CaseCommand::Merge(body) if body.into == document.id() => Err(RefusalCode::BadMerge),
        _ => Ok(()),
    }
}

/// A ruling names a unit of the town that somebody can act for, or the town itself.
fn rule(question: &Question<'_>, case: &CaseState, to: UnitId) -> Result<(), RefusalCode> {
    known(question, to)?;
    let organisation = question.organisation;
    let acts = organisation.kind(to).and_then(acting_post).is_some();
    let in_town = organisation.town_of(case.holder).is_some_and(|town| town == to || organisation.is_below(to, town));
    if acts && in_town { Ok(()) } else { Err(RefusalCode::NotBelow) }
}

/// The days count from the receipt of the step that ended the case.
fn reopen(question: &Question<'_>, document: &Document, case: &CaseState) -> Result<(), RefusalCode> {
    let ended = case.closed.and_then(|id| document.version_of(id)).and_then(|version| document.receipt(version));
    match ended {
        Some(receipt) if question.now > receipt.received.plus_days(REOPEN_DAYS) => Err(RefusalCode::TooLate),
        _ => Ok(()),
    }
}
