//! The fields of a step that policy fills in, from what stands: the next level, who rules, who is asked
//! to verify, who reviews, the household's door.

use super::{
    CaseCommand, CaseState, Report, above_who_withdraws, is_taken_by, reviewer_of, ruler_of,
    verifier_of,
};
use crate::command::fields::Edit;
use crate::documents::DocumentKind;
use crate::documents::fields::names_document;
use crate::id::{DocumentId, UnitId};
use crate::kinds::directory::PostRow;
use crate::kinds::kind::Stands;
use crate::kinds::unit::Post;
use crate::limits::NAME_BYTES_MAX;
use crate::number::TrackingCode;
use crate::organisation::acting_post;
use crate::refusal::RefusalCode;
use crate::step::FieldType as _;
use crate::text::Text;

/// Fills in what follows from what stands, and nobody types.
///
/// # Errors
/// The step is not possible, for nothing follows.
pub(super) fn complete(command: &mut CaseCommand, stands: &Stands<'_>) -> Result<(), RefusalCode> {
    match command {
        CaseCommand::Report(report) => {
            report.tracking = TrackingCode::blank();
            complete_door(report, stands);
        }
        CaseCommand::Edit(edit) => complete_edit(edit, stands),
        _ => {}
    }
    let Some(document) = stands.document else {
        return Ok(());
    };
    let Some(case) = document.case() else {
        return Ok(());
    };
    let organisation = stands.organisation;
    match command {
        CaseCommand::Escalate(step) => {
            step.to = organisation
                .next_level_up(case.holder)
                .ok_or(RefusalCode::NoLevelAbove)?;
        }
        CaseCommand::Return(step) => step.ruler = ruler_of(organisation, &case).or(step.ruler),
        CaseCommand::Resolve(step) => step.verifier = verifier_of(organisation, &case),
        // A review that nobody could take up would leave the petition with nobody.
        CaseCommand::Reopen(step) => {
            let reviewer = reviewer_of(organisation, document, &case);
            step.reviewer =
                reviewer.filter(|unit| is_taken_by(organisation, &case, *unit, stands.now));
        }
        CaseCommand::Recuse(step) => {
            let acts = |unit| acts_for(stands, unit);
            step.above = above_who_withdraws(organisation, &case, acts);
        }
        CaseCommand::PartDone(step) => {
            step.unit = part_of(stands, &case).ok_or(RefusalCode::NotPermitted)?;
        }
        CaseCommand::Supervise(step) => step.unit = orders_for(stands, &case).or(step.unit),
        _ => {}
    }
    Ok(())
}

/// A door that was written down stays, wherever the household has moved meanwhile.
fn complete_door(report: &mut Report, stands: &Stands<'_>) {
    let household = report.household;
    let door = || household.and_then(|household| door_of(household, stands));
    report.door = match report.door.take() {
        Some(door) if household.is_some() => Some(door),
        _ => door(),
    };
}

/// The document that an edit names, if its field holds one.
pub(super) fn named_by(edit: &Edit) -> Option<DocumentId> {
    names_document(DocumentKind::Case, &edit.field)
        .then(|| DocumentId::parse(&edit.value))
        .flatten()
}

/// The door of a household that is not known here is what the case says of that household already.
fn complete_edit(edit: &mut Edit, stands: &Stands<'_>) {
    let household = named_by(edit);
    let said = |household: DocumentId| {
        let live = stands.document?.live(&edit.field).into_iter();
        let mut same = live.filter(|live| live.value == household.key() && !live.door.is_empty());
        same.next_back().map(|live| Text::cut(&live.door))
    };
    let door =
        household.and_then(|household| door_of(household, stands).or_else(|| said(household)));
    edit.door = match edit.door.take() {
        Some(door) if household.is_some() => Some(door),
        _ => door,
    };
}

/// The unit whose part of the case somebody does: one that was asked and has not done it, before others.
fn part_of(stands: &Stands<'_>, case: &CaseState) -> Option<UnitId> {
    let own = case.co_handlers.iter();
    let own = own.filter(|(unit, _)| acts_for(stands, **unit));
    own.min_by_key(|(_, is_done)| **is_done)
        .map(|(unit, _)| *unit)
}

/// Whether who types has a post that runs a unit.
fn acts_for(stands: &Stands<'_>, unit: UnitId) -> bool {
    let acting = stands.organisation.kind(unit).and_then(acting_post);
    let runs = |post: &&PostRow| post.unit == unit && Some(&post.post) == acting.as_ref();
    stands.posts.iter().any(runs)
}

/// The unit in whose name somebody orders the case to be handled: one above the holder that he acts
/// for, or that in which he is an auditor.
fn orders_for(stands: &Stands<'_>, case: &CaseState) -> Option<UnitId> {
    let organisation = stands.organisation;
    let leads = |post: &&&PostRow| {
        let acting = organisation.kind(post.unit).and_then(acting_post);
        let acts = acting.as_ref() == Some(&post.post);
        acts && organisation.is_below(case.holder, post.unit)
    };
    let posts = || {
        let counts =
            |post: &&&PostRow| !case.confidential || organisation.is_cleared(post.appointment);
        stands.posts.iter().filter(counts)
    };
    let audits = || posts().find(|post| post.post == Post::Auditor);
    let post = posts().find(leads).or_else(audits)?;
    Some(post.unit)
}

fn door_of(household: DocumentId, stands: &Stands<'_>) -> Option<Text<NAME_BYTES_MAX>> {
    let door = (stands.name_of)(household).filter(|door| !door.is_empty());
    door.map(|door| Text::cut(&door))
}
