//! A story's step as a command's body.

use alleyway_core::command::Body;
use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{
    Accept, Close, Dispatch, Escalate, Extend, Note, Receive, Reject, Reopen, Report, Resolve,
    Resume, Return, Rule, Start, Supervise, Verify, Visit, Wait, Withdraw,
};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_ledger::Named;

use super::make::Places;
use crate::town::{Act, CaseStory};

/// What a report needs besides its act.
pub(super) struct ReportedBy<'a> {
    /// The device's code.
    pub(super) device_code: u32,
    /// The case's tracking code.
    pub(super) tracking: TrackingCode,
    /// The case.
    pub(super) story: &'a CaseStory,
}

/// The body of a step; none if it names a unit that the town lacks.
pub(super) fn body(
    act: &Act,
    places: &Places,
    reported: &ReportedBy<'_>,
    named: Named,
) -> Option<Body> {
    let unit = |key: &str| places.units.get(key).copied();
    Some(Body::from(match act {
        Act::Report { .. } => CaseCommand::Report(report(act, places, reported)?),
        Act::Accept => CaseCommand::Accept(Accept {}),
        Act::Reject { reason, text } => CaseCommand::Reject(Reject {
            reason: Text::cut(reason),
            text: Text::cut(text),
        }),
        Act::Start => CaseCommand::Start(Start {}),
        Act::Note(text) => CaseCommand::Note(Note {
            text: Text::cut(text),
        }),
        Act::Visit(text) => CaseCommand::Visit(Visit {
            text: Text::cut(text),
        }),
        Act::Escalate { to, reason, tried } => CaseCommand::Escalate(Escalate {
            to: unit(to)?,
            reason: Text::cut(reason),
            tried: Text::cut(tried),
        }),
        Act::Receive => CaseCommand::Receive(Receive {}),
        Act::Return { reason } => CaseCommand::Return(Return {
            reason: Text::cut(reason),
            ruler: named.ruler,
        }),
        Act::Rule { to, reason } => CaseCommand::Rule(Rule {
            to: unit(to)?,
            reason: Text::cut(reason),
        }),
        Act::Dispatch { to, by } => CaseCommand::Dispatch(Dispatch {
            to: unit(to)?,
            by: *by,
        }),
        Act::Wait { reason } => CaseCommand::Wait(Wait {
            reason: Text::cut(reason),
        }),
        Act::Resume => CaseCommand::Resume(Resume {
            text: Text::default(),
        }),
        Act::Extend { by, reason } => CaseCommand::Extend(Extend {
            by: *by,
            reason: Text::cut(reason),
        }),
        Act::Supervise { text } => CaseCommand::Supervise(Supervise {
            text: Text::cut(text),
        }),
        Act::Resolve { text } => CaseCommand::Resolve(Resolve {
            text: Text::cut(text),
            verifier: named.verifier,
        }),
        Act::Verify { result, text } => CaseCommand::Verify(Verify {
            result: result.clone(),
            text: Text::cut(text),
        }),
        Act::Close { code, text } => CaseCommand::Close(Close {
            code: Text::cut(code),
            text: Text::cut(text),
        }),
        Act::Reopen { reason } => CaseCommand::Reopen(Reopen {
            reason: Text::cut(reason),
        }),
        Act::Withdraw { text } => CaseCommand::Withdraw(Withdraw {
            text: Text::cut(text),
        }),
    }))
}

fn report(act: &Act, places: &Places, reported: &ReportedBy<'_>) -> Option<Report> {
    let Act::Report {
        category,
        title,
        text,
        place,
        point,
        contact,
    } = act
    else {
        return None;
    };
    let owner: UnitId = places.units.get(&reported.story.alley).copied()?;
    let household = reported
        .story
        .household
        .and_then(|at| places.households.get(at).copied().flatten());
    Some(Report {
        owner,
        device_code: reported.device_code,
        tracking: reported.tracking,
        category: Text::cut(category),
        title: Text::cut(title),
        text: Text::cut(text),
        place: Text::cut(place),
        point: *point,
        contact: Text::cut(contact),
        household,
        taken_at: None,
        confidential: false,
    })
}
