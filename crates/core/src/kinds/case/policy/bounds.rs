//! The bounds that a step must keep to beside its row: its target, its author's past, its time.
//! Asked last.

use std::collections::BTreeSet;

use super::apart::{is_kept_from, is_not_named, named_by};
use super::{CaseSubject, above_who_withdraws, reopened_until, reviewer_of, ruler_of, verifier_of};
use crate::documents::Document;
use crate::id::UnitId;
use crate::kinds::case::clocks::{ClockKind, ReadBy};
use crate::kinds::case::{CaseCommand, CaseState, Dispatch, Extend, Report};
use crate::organisation::{Organisation, acting_post};
use crate::policy::author::Author;
use crate::policy::needs::known;
use crate::policy::{Authority, Question};
use crate::refusal::RefusalCode;
use crate::time::Date;

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseBound {
    /// An escalation goes one level up.
    ToNextLevel,
    /// A dispatch goes to a unit below, or to a department of the town.
    ToUnitBelow,
    /// A dispatch asks units to do a part that it could be sent to: each once, none that holds or
    /// handles the case.
    BesideIt,
    /// Who withdraws names the level above, which acts where nobody else of the unit can.
    NamesAbove,
    /// Who has done a part acts for a unit that was asked to.
    OwnPart,
    /// A ruling names a unit of the town that somebody can act for, or the town itself; that of a unit
    /// above a receiver for which nobody acts itself, or one that it could send the case to.
    ToUnitOfTown,
    /// A unit that was ruled to handle the case does not return it.
    NotRuled,
    /// The second return names the town that rules: else nobody who may go on would see the case.
    RulerNamed,
    /// Who ever resolved the case does not verify it.
    NotByResolver,
    /// The unit asked to verify is the one above an owner who resolves its own case.
    VerifierAbove,
    /// The unit that reviews a petition is the one above its last holder.
    ReviewerAbove,
    /// The days count from the receipt of the step that ended the case.
    InTime,
    /// An order is given in the name of a unit above the holder that its author acts for, or in which he
    /// is an auditor.
    InOwnName,
    /// Of a complaint about a person no step names the unit complained of, nor one within it; and none of
    /// these takes it down or receives it.
    NotAbout,
    /// A date is put off, never brought forward.
    Later,
    /// A petition's date is put off by so many days at most as the town's book has.
    WithinTerm,
    /// A case is not merged into itself.
    IntoAnother,
    /// A confidential case is reported by somebody who is cleared where he reports it.
    ByCleared,
    /// A confidential case goes where somebody is cleared to read it.
    SeenThere,
}

impl CaseBound {
    /// The fields of a step that it looks at.
    pub(super) fn looks_at(self) -> &'static [&'static str] {
        match self {
            Self::ToNextLevel | Self::ToUnitBelow | Self::ToUnitOfTown => &["to"],
            Self::NotRuled | Self::NotByResolver | Self::InTime => &[],
            Self::RulerNamed => &["ruler"],
            Self::VerifierAbove => &["verifier"],
            Self::ReviewerAbove => &["reviewer"],
            Self::InOwnName | Self::OwnPart => &["unit"],
            Self::BesideIt => &["to", "with"],
            Self::NamesAbove => &["above"],
            Self::Later | Self::WithinTerm => &["by"],
            Self::IntoAnother => &["into"],
            Self::NotAbout => &[
                "to", "with", "ruler", "verifier", "reviewer", "above", "unit", "about", "owner",
                "taken_at",
            ],
            Self::ByCleared => &["owner", "confidential"],
            Self::SeenThere => &[
                "to",
                "with",
                "verifier",
                "reviewer",
                "above",
                "owner",
                "confidential",
            ],
        }
    }

    /// Whether the step keeps to it.
    pub(super) fn check(
        self,
        question: &Question<'_>,
        command: &CaseCommand,
        subject: &CaseSubject<'_>,
    ) -> Result<(), RefusalCode> {
        match subject {
            CaseSubject::Reported(report) => self.check_report(question, report),
            CaseSubject::Standing(document, case) => {
                self.check_step(question, command, document, case)
            }
        }
    }

    /// Whether a report keeps to it: only of a confidential one is anything asked.
    fn check_report(self, question: &Question<'_>, report: &Report) -> Result<(), RefusalCode> {
        if self == Self::NotAbout {
            return is_kept_from(question.organisation, report);
        }
        if !report.confidential {
            return Ok(());
        }
        let (keeps, otherwise) = match self {
            Self::ByCleared => (reports_cleared(question, report), RefusalCode::NotCleared),
            Self::SeenThere => (takes(question, report.owner), RefusalCode::NobodyCleared),
            _ => (false, RefusalCode::UnknownCommand),
        };
        if keeps { Ok(()) } else { Err(otherwise) }
    }

    fn check_step(
        self,
        question: &Question<'_>,
        body: &CaseCommand,
        document: &Document,
        case: &CaseState,
    ) -> Result<(), RefusalCode> {
        let organisation = question.organisation;
        let (keeps, otherwise) = match (self, body) {
            (Self::ToNextLevel, CaseCommand::Escalate(body)) => {
                let above = organisation.next_level_up(case.holder);
                let above = above.ok_or(RefusalCode::NoLevelAbove)?;
                known(organisation, body.to)?;
                (above == body.to, RefusalCode::NotNextLevel)
            }
            (Self::ToUnitBelow, CaseCommand::Dispatch(body)) => {
                known(organisation, body.to)?;
                (
                    organisation.may_be_dispatched(case.holder, body.to),
                    RefusalCode::NotBelow,
                )
            }
            (Self::ToUnitOfTown, CaseCommand::Rule(body)) => {
                known(organisation, body.to)?;
                (may_be_ruled(question, case, body.to), RefusalCode::NotBelow)
            }
            (Self::BesideIt | Self::NamesAbove | Self::OwnPart | Self::InOwnName, body) => {
                return self.check_unit_named(question, body, case);
            }
            (Self::NotRuled, _) => {
                let receiver = case.referral.as_ref().map(|referral| referral.to);
                (
                    case.ruled.is_none() || case.ruled != receiver,
                    RefusalCode::Ruled,
                )
            }
            // Whose code it was is for the server to say, of what a resident types.
            (Self::NotByResolver, CaseCommand::Verify(body))
                if body.code_of.is_some() && Author::of(question).member().is_some() =>
            {
                (false, RefusalCode::BadValue)
            }
            (Self::NotByResolver, _) => {
                let author = Author::of(question).member();
                (
                    !author.is_some_and(|author| case.resolvers.contains(&author)),
                    RefusalCode::ResolvedByAuthor,
                )
            }
            (Self::VerifierAbove, CaseCommand::Resolve(body)) => {
                let asked =
                    body.verifier.is_none() || body.verifier == verifier_of(organisation, case);
                (asked, RefusalCode::NotNextLevel)
            }
            (Self::ReviewerAbove, CaseCommand::Reopen(body)) => {
                let reviewer = || reviewer_of(organisation, document, case);
                let asked = body.reviewer.is_none() || body.reviewer == reviewer();
                (asked, RefusalCode::NotNextLevel)
            }
            (Self::RulerNamed, CaseCommand::Return(body)) => {
                let first = body.ruler.is_none() && case.returns == 0;
                (
                    first || body.ruler == ruler_of(organisation, case),
                    RefusalCode::NotNextLevel,
                )
            }
            (Self::InTime, _) => {
                let late = reopened_until(document, case).is_some_and(|until| question.now > until);
                (!late, RefusalCode::TooLate)
            }
            (Self::Later | Self::WithinTerm, CaseCommand::Extend(body)) => {
                return self.check_extension(question, body, document, case);
            }
            (Self::NotAbout, body) => {
                return is_not_named(organisation, case.about, &named_by(body));
            }
            (Self::SeenThere, body) => return is_seen(question, case, body),
            (Self::IntoAnother, CaseCommand::Merge(body)) => {
                (body.into != document.id(), RefusalCode::BadMerge)
            }
            _ => (false, RefusalCode::UnknownCommand),
        };
        if keeps { Ok(()) } else { Err(otherwise) }
    }

    /// Whether a date is put off, and by no more than may be.
    fn check_extension(
        self,
        question: &Question<'_>,
        body: &Extend,
        document: &Document,
        case: &CaseState,
    ) -> Result<(), RefusalCode> {
        let (keeps, otherwise) = if self == Self::Later {
            let is_later = case.due_now().is_none_or(|due| body.by > due);
            (is_later, RefusalCode::NotLater)
        } else {
            let latest = latest_of_petition(question, document);
            (
                latest.is_none_or(|latest| body.by <= latest),
                RefusalCode::TooFar,
            )
        };
        if keeps { Ok(()) } else { Err(otherwise) }
    }

    /// Whether the units that a step names beside the one it goes to are the right ones.
    fn check_unit_named(
        self,
        question: &Question<'_>,
        body: &CaseCommand,
        case: &CaseState,
    ) -> Result<(), RefusalCode> {
        let organisation = question.organisation;
        let (keeps, otherwise) = match (self, body) {
            (Self::BesideIt, CaseCommand::Dispatch(body)) => {
                return are_beside(organisation, case, body);
            }
            (Self::NamesAbove, CaseCommand::Recuse(body)) => (
                body.above
                    == above_who_withdraws(organisation, case, |unit| {
                        Author::of(question).acts_for(unit)
                    }),
                RefusalCode::NotNextLevel,
            ),
            (Self::OwnPart, CaseCommand::PartDone(body)) => {
                let was_asked = case.co_handlers.contains_key(&body.unit);
                let acts = Author::of(question).acts_for(body.unit);
                (was_asked && acts, RefusalCode::NotPermitted)
            }
            (Self::InOwnName, CaseCommand::Supervise(body)) => {
                let author = Author::of(question);
                let may = |unit: UnitId| {
                    let above = organisation.is_below(case.holder, unit);
                    (above && author.acts_for(unit)) || author.audits(unit)
                };
                (body.unit.is_none_or(may), RefusalCode::BadValue)
            }
            _ => (false, RefusalCode::UnknownCommand),
        };
        if keeps { Ok(()) } else { Err(otherwise) }
    }

    /// The bound, as the generated page calls it.
    #[cfg(test)]
    pub(super) fn words(self) -> String {
        match self {
            Self::ToNextLevel => "to the next level only; there is none above a town".to_owned(),
            Self::ToUnitBelow => "to a unit below, or a department of the town".to_owned(),
            Self::ToUnitOfTown => {
                "to a unit of the town that somebody acts for, or the town; where a referral found nobody, to the own unit or one that it could dispatch to".to_owned()
            }
            Self::NotRuled => "not by a unit that was ruled to handle it".to_owned(),
            Self::RulerNamed => "a second one names the town, which rules".to_owned(),
            Self::NotByResolver => "never by a person who resolved it, in whatever post".to_owned(),
            Self::VerifierAbove => {
                "an owner that resolves may ask the next level to verify".to_owned()
            }
            Self::ReviewerAbove => {
                "of a petition the next level may be named, which reviews it".to_owned()
            }
            Self::BesideIt => {
                "with at most five units beside it that it could be sent to, each once".to_owned()
            }
            Self::NamesAbove => {
                "names the level above, which acts where nobody else of the unit can".to_owned()
            }
            Self::OwnPart => "for the author's own unit".to_owned(),
            Self::InOwnName => "in the name of the author's unit, which may end it".to_owned(),
            Self::InTime => {
                format!("within {} days of its end", crate::limits::REOPEN_DAYS)
            }
            Self::IntoAnother => "another case, which is open".to_owned(),
            Self::Later => "later than the date that counts".to_owned(),
            Self::WithinTerm => "a petition: by the days of the town's book at most".to_owned(),
            Self::NotAbout => {
                "if about a person: neither the unit complained of nor one within it".to_owned()
            }
            Self::ByCleared => {
                "if confidential: by somebody cleared for the unit he reports for".to_owned()
            }
            Self::SeenThere => {
                "if confidential: to a unit where somebody who acts for it is cleared".to_owned()
            }
        }
    }
}

/// Whether the units that a dispatch asks to do a part can do it beside the one it is sent to.
fn are_beside(
    organisation: &Organisation,
    case: &CaseState,
    body: &Dispatch,
) -> Result<(), RefusalCode> {
    let mut known_so_far = BTreeSet::from([case.holder, body.to]);
    for unit in body.with.0.iter() {
        known(organisation, *unit)?;
        if !known_so_far.insert(*unit) {
            return Err(RefusalCode::BadCoHandler);
        }
        if !organisation.may_be_dispatched(case.holder, *unit) {
            return Err(RefusalCode::NotBelow);
        }
    }
    Ok(())
}

fn may_be_ruled(question: &Question<'_>, case: &CaseState, to: UnitId) -> bool {
    let organisation = question.organisation;
    let town = organisation.town_of(case.holder);
    let rules_town = Author::of(question).acts_for_some(town);
    match case.ruler_above {
        Some(above) if !rules_town => above == to || organisation.may_be_dispatched(above, to),
        _ => {
            let acts = organisation.kind(to).and_then(acting_post).is_some();
            let is_in = |town: UnitId| town == to || organisation.is_below(to, town);
            acts && town.is_some_and(is_in)
        }
    }
}

/// The last day to which the date of a petition, or of its review, can be put off, by the rules of the
/// day; none for any other case, and while neither clock runs.
fn latest_of_petition(question: &Question<'_>, document: &Document) -> Option<Date> {
    if !document.is_petition() {
        return None;
    }
    let times = document.case_times(ReadBy::all(question.organisation))?;
    let mut clocks = times.clocks.iter();
    let clock =
        clocks.find(|clock| matches!(clock.kind, ClockKind::Petition | ClockKind::Review))?;
    let book = question.organisation.rulebook();
    let today = Date::of(question.now);
    let term = book.at(today).deadlines().petition_extension;
    Some(book.calendar_at(today).due(clock.due?, term).day)
}

/// The resident has no post, and so no clearance: the form is read where somebody is cleared. Whoever
/// takes a complaint about a person down for a desk does not read it, and needs none.
fn reports_cleared(question: &Question<'_>, report: &Report) -> bool {
    if report.about.is_some() && report.taken_at.is_some() {
        return true;
    }
    match question.author {
        Authority::Member(_) => {
            Author::cleared(question).acts_for(report.taken_at.unwrap_or(report.owner))
        }
        Authority::Resident | Authority::Server => true,
    }
}

/// Whether the unit that a step sends a case to sees it, if it is confidential.
fn is_seen(
    question: &Question<'_>,
    case: &CaseState,
    body: &CaseCommand,
) -> Result<(), RefusalCode> {
    let unseen = case.confidential && named_by(body).into_iter().any(|to| !takes(question, to));
    if unseen {
        Err(RefusalCode::NobodyCleared)
    } else {
        Ok(())
    }
}

fn takes(question: &Question<'_>, unit: UnitId) -> bool {
    question
        .organisation
        .takes_confidential(unit, question.posts_at())
}
