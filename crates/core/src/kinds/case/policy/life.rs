//! From where the steps of a case go, and what an author is told who comes too late or too early.

use super::bounds::CaseBound;
use crate::documents::Document;
use crate::id::CommandId;
use crate::kinds::case::{Case, CaseStage, CaseState};
use crate::policy::author::Author;
use crate::policy::row::{From, Row};
use crate::refusal::{Refusal, RefusalCode};

/// From where a step of a case goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CaseLife {
    /// From which states.
    pub(super) stages: Stages,
    /// While a referral is pending.
    pub(super) pending: DuringReferral,
}

/// The states from which a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stages {
    /// From these.
    In(&'static [CaseStage]),
    /// From every state but closed and the ends.
    Open,
    /// From every state but the ends; on a merged case for those who do not know yet that it goes on
    /// in another.
    NotEndedButMerged,
    /// Once it is resolved; where other cases were merged into it, until it is closed: what one of
    /// several residents found is not all that there is to say.
    ToVerify,
    /// As it was first reported: no step has moved it.
    Untouched,
    /// While a leader's order to handle it stands.
    Supervised,
    /// While a referral is pending.
    Referral,
    /// After a second return, or where a referral found nobody.
    ToRule,
}

/// The rule for a step while a referral is pending, or a ruling awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DuringReferral {
    /// It is possible all the same.
    Allowed,
    /// It waits for the receiver.
    Blocked,
}

impl CaseLife {
    /// Whether the case stands so.
    pub(super) fn is_so(self, case: &CaseState) -> Result<(), RefusalCode> {
        if self.pending == DuringReferral::Blocked {
            if case.referral.is_some() {
                return Err(RefusalCode::ReferralPending);
            }
            if case.awaits_ruling() && case.stage.is_open() {
                return Err(RefusalCode::ReturnedTwice);
            }
        }
        let stands = match self.stages {
            Stages::In(stages) => stages.contains(&case.stage),
            Stages::NotEndedButMerged => {
                case.stage.is_open()
                    || matches!(case.stage, CaseStage::Closed | CaseStage::Duplicate)
            }
            Stages::ToVerify => {
                case.stage == CaseStage::Resolved
                    || (case.has_merged && case.stage == CaseStage::Verified)
            }
            Stages::Untouched => case.is_untouched,
            Stages::Supervised if case.stage.is_open() && !case.supervised => {
                return Err(RefusalCode::NotSupervised);
            }
            Stages::ToRule if !case.awaits_ruling() && case.ruler_above.is_none() => {
                return Err(RefusalCode::NotReturnedTwice);
            }
            Stages::Open | Stages::Supervised | Stages::Referral | Stages::ToRule => {
                case.stage.is_open()
            }
        };
        if stands {
            Ok(())
        } else {
            Err(RefusalCode::WrongState)
        }
    }

    /// The states, as the page calls them.
    #[cfg(test)]
    pub(super) fn words(self) -> String {
        match self.stages {
            Stages::In(stages) => stages
                .iter()
                .map(|stage| format!("`{stage}`"))
                .collect::<Vec<_>>()
                .join(", "),
            Stages::Open => "any open".to_owned(),
            Stages::NotEndedButMerged => {
                "any but the ends; merged, where it is passed on".to_owned()
            }
            Stages::ToVerify => {
                "`resolved`; `verified`, if other cases were merged into it".to_owned()
            }
            Stages::Untouched => "as it was first reported: no step has moved it".to_owned(),
            Stages::Supervised => "open, and ordered to be handled".to_owned(),
            Stages::Referral => "referral pending".to_owned(),
            Stages::ToRule => "twice returned, or sent where nobody is".to_owned(),
        }
    }

    /// The page's words on the step while a referral is pending.
    #[cfg(test)]
    pub(super) fn pending_words(self) -> &'static str {
        match (self.stages, self.pending) {
            (Stages::Referral, _) => "",
            (_, DuringReferral::Allowed) => "yes",
            (_, DuringReferral::Blocked) => "no",
        }
    }
}

/// Names the step that came first, where a step did: without it the author cannot see why.
pub(super) fn with_first(refusal: Refusal, document: &Document, case: &CaseState) -> Refusal {
    let depends_on_state = matches!(
        refusal.code,
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
            code: refusal.code,
            first: Some(case.moved),
            by: Some(case.moved_by),
        }
    } else {
        refusal
    }
}

/// Before the receiver is asked for: without a referral there is none.
pub(super) fn is_expected(
    row: &Row<Case>,
    author: &Author<'_>,
    case: &CaseState,
) -> Result<(), RefusalCode> {
    let answers = matches!(row.from, From::When(life) if life.stages == Stages::Referral);
    if answers && case.referral.is_none() {
        Err(no_referral(author, case, row))
    } else {
        Ok(())
    }
}

/// Somebody with no working post is not told who holds what.
pub(super) fn not_the_one(author: &Author<'_>, case: &CaseState, row: &Row<Case>) -> RefusalCode {
    match row.who.first() {
        Some(role) if author.acts_somewhere() => role.refusal(author, case),
        _ => RefusalCode::NotPermitted,
    }
}

/// Why there is no referral to answer, as far as the author may know.
fn no_referral(author: &Author<'_>, case: &CaseState, row: &Row<Case>) -> RefusalCode {
    let binds = row.bounds.contains(&CaseBound::NotRuled) && case.ruled == Some(case.holder);
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
