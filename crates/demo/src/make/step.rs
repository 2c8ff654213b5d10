//! A story's step as a draft on a phone.

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::{DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::{
    Accept, CaseCommand, Close, CoHandlers, Dispatch, Escalate, Extend, Note, Receive, Reject,
    Reopen, Report, Resolve, Resume, Return, Rule, Start, Supervise, Verify, Visit, Wait, Withdraw,
};
use alleyway_core::text::Text;
use alleyway_replica::Draft;

use super::rounds::Turn;
use crate::lists::Lists;
use crate::phone::Phone;
use crate::story::Act;
use crate::town::Town;

/// Where the stories play: what is needed to know units and households by the names they have in them.
pub(super) struct Scene<'a> {
    lists: &'a Lists,
    /// A member of each unit, by key.
    members: BTreeMap<&'a str, &'a str>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(town: &'a Town) -> Self {
        let lists = &town.lists;
        let members = lists.members.iter();
        Self {
            lists,
            members: members
                .map(|member| (member.unit.as_str(), member.key.as_str()))
                .collect(),
        }
    }

    /// A unit, as a phone knows it: where its member has a post.
    fn unit(&self, phone: &Phone, key: &str) -> Option<UnitId> {
        let member = MemberId::derive(phone.town()?, self.members.get(key)?);
        let mut posts = phone.replica.organisation().appointments_of(member);
        Some(posts.next()?.unit)
    }

    /// A household of an alley, as a phone knows it.
    fn household(&self, phone: &Phone, alley: UnitId, place: usize) -> Option<DocumentId> {
        let door = &self.lists.households.get(place)?.door;
        let mut lines = phone.replica.households().into_iter();
        lines
            .find(|line| line.row.alley == alley && *line.row.door == **door)
            .map(|line| line.document)
    }
}

/// A step as the draft of a command; none if the phone does not know what the step names.
pub(super) fn draft(
    scene: &Scene<'_>,
    turn: &Turn<'_>,
    document: Option<DocumentId>,
    phone: &mut Phone,
) -> Option<Draft> {
    let command = match &turn.step.act {
        act @ Act::Report { .. } => CaseCommand::Report(report(scene, turn, act, phone)?),
        act => {
            document?;
            step(scene, act, phone)?
        }
    };
    let body: Body = command.into();
    let target = document.filter(|_| !body.creates());
    Some(Draft { target, body })
}

/// A step on a case. What policy decides (who verifies, who rules) the replica fills in.
fn step(scene: &Scene<'_>, act: &Act, phone: &Phone) -> Option<CaseCommand> {
    Some(match act {
        Act::Report { .. } => return None,
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
            to: scene.unit(phone, to)?,
            reason: Text::cut(reason),
            tried: Text::cut(tried),
        }),
        Act::Receive => CaseCommand::Receive(Receive {}),
        Act::Return { reason } => CaseCommand::Return(Return {
            reason: Text::cut(reason),
            ruler: None,
            resident_text: Text::default(),
            code: Text::default(),
        }),
        Act::Rule { to, reason } => CaseCommand::Rule(Rule {
            to: scene.unit(phone, to)?,
            reason: Text::cut(reason),
        }),
        Act::Dispatch { to, by } => CaseCommand::Dispatch(Dispatch {
            to: scene.unit(phone, to)?,
            by: *by,
            resident_text: Text::default(),
            with: CoHandlers::default(),
        }),
        act => work(act)?,
    })
}

/// Steps that send the case nowhere.
fn work(act: &Act) -> Option<CaseCommand> {
    Some(match act {
        Act::Wait { reason } => CaseCommand::Wait(Wait {
            reason: Text::cut(reason),
            resident_text: Text::default(),
        }),
        Act::Resume => CaseCommand::Resume(Resume {
            text: Text::default(),
        }),
        Act::Extend { by, reason, told } => CaseCommand::Extend(Extend {
            by: *by,
            reason: Text::cut(reason),
            resident_text: Text::cut(told),
        }),
        Act::Supervise { text } => CaseCommand::Supervise(Supervise {
            text: Text::cut(text),
            unit: None,
        }),
        Act::Resolve { text, told } => CaseCommand::Resolve(Resolve {
            text: Text::cut(text),
            verifier: None,
            resident_text: Text::cut(told),
        }),
        Act::Verify { result, text } => CaseCommand::Verify(Verify {
            result: result.clone(),
            text: Text::cut(text),
            code_of: None,
        }),
        Act::Close { code, text } => CaseCommand::Close(Close {
            code: Text::cut(code),
            text: Text::cut(text),
        }),
        Act::Reopen { reason } => CaseCommand::Reopen(Reopen {
            reason: Text::cut(reason),
            reviewer: None,
        }),
        Act::Withdraw { text } => CaseCommand::Withdraw(Withdraw {
            text: Text::cut(text),
        }),
        _ => return None,
    })
}

fn report(scene: &Scene<'_>, turn: &Turn<'_>, act: &Act, phone: &mut Phone) -> Option<Report> {
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
    let owner = scene.unit(phone, &turn.story.alley)?;
    let household = turn
        .story
        .household
        .and_then(|place| scene.household(phone, owner, place));
    Some(Report {
        owner,
        device_code: phone.device_code()?,
        tracking: phone.tracking_code(),
        category: Text::cut(category),
        title: Text::cut(title),
        text: Text::cut(text),
        place: Text::cut(place),
        point: *point,
        contact: Text::cut(contact),
        household,
        taken_at: None,
        confidential: false,
        door: None,
        slip: None,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    })
}
