//! Who may do what to a unit, and who is cleared for its confidential feed: two persons give a
//! clearance, one ends it.

use super::{Clearance, NotedDevice, Post, Unit, UnitCommand, UnitKind, UnitView};
use crate::documents::Document;
use crate::id::{CommandId, MemberId};
use crate::policy::author::Author;
use crate::policy::row::{From, Row};
#[cfg(test)]
use crate::policy::rules::Part;
use crate::policy::rules::{Never, Rules};
use crate::policy::{Authority, Question};
use crate::refusal::{Refusal, RefusalCode};

/// A relation of an author to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitRole {
    /// Is an administrator of the unit's town.
    Administrator,
    /// Reads the unit's confidential feed.
    ReaderOfConfidential,
    /// The server itself: imports and administration.
    Server,
}

#[cfg(test)]
impl UnitRole {
    /// The role, as the page calls it.
    fn words(self) -> &'static str {
        match self {
            Self::Administrator => "an administrator of the unit's town",
            Self::ReaderOfConfidential => "who reads the unit's confidential feed",
            Self::Server => "the server",
        }
    }
}

/// A unit that a command is about.
pub(crate) enum UnitSubject {
    /// One that is being created.
    Created,
    /// One as it stands.
    Standing(Box<UnitView>),
}

/// A condition on a clearance or a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitBound {
    /// A town is the ledger's only one.
    OneTown,
    /// The unit's people are here: it is not above the town.
    PeopleHere,
    /// The appointment is one that may be cleared, and nobody has asked for it yet.
    Clearable,
    /// Not by the member whom it is for, or whose device it is.
    NotForOneself,
    /// The present asking is confirmed, by another than who asked.
    BySecondPerson,
    /// Somebody has asked for the clearance.
    Begun,
    /// The device was noted, and nobody has confirmed it yet.
    Noted,
}

#[cfg(test)]
impl UnitBound {
    /// The bound, as the page calls it.
    fn words(self) -> &'static str {
        match self {
            Self::OneTown => "one ledger is one town",
            Self::PeopleHere => "in a unit of the town: the people of a county are not here",
            Self::Clearable => {
                "an appointment in the unit, no auditor's or administrator's, not yet asked for"
            }
            Self::NotForOneself => "never by the member whom it is for",
            Self::BySecondPerson => "the present asking, by another than who asked",
            Self::Begun => "somebody asked for it",
            Self::Noted => "a device that was noted, not yet confirmed",
        }
    }
}

impl Rules for Unit {
    type Subject<'a> = UnitSubject;
    type Role = UnitRole;
    type Life = Never;
    type Need = Never;
    type Bound = UnitBound;

    const SERVER: Self::Role = UnitRole::Server;

    const ROWS: &'static [Row<Self>] = &[
        Row::new("create_unit", &[UnitRole::Server], From::Nothing).bounds(&[UnitBound::OneTown]),
        Row::new("rename_unit", &[UnitRole::Server], From::There),
        Row::new("move_unit", &[UnitRole::Server], From::There),
        Row::new("appoint", &[UnitRole::Server], From::There).bounds(&[UnitBound::PeopleHere]),
        Row::new("amend_appointment", &[UnitRole::Server], From::There),
        Row::new(
            "clear",
            &[
                UnitRole::Server,
                UnitRole::Administrator,
                UnitRole::ReaderOfConfidential,
            ],
            From::There,
        )
        .bounds(&[UnitBound::Clearable, UnitBound::NotForOneself]),
        Row::new(
            "confirm_clearance",
            &[UnitRole::Administrator, UnitRole::ReaderOfConfidential],
            From::There,
        )
        .bounds(&[UnitBound::NotForOneself, UnitBound::BySecondPerson]),
        Row::new(
            "end_clearance",
            &[
                UnitRole::Server,
                UnitRole::Administrator,
                UnitRole::ReaderOfConfidential,
            ],
            From::There,
        )
        .bounds(&[UnitBound::Begun]),
        Row::new("note_device", &[UnitRole::Server], From::There),
        Row::new(
            "confirm_device",
            &[UnitRole::Administrator, UnitRole::ReaderOfConfidential],
            From::There,
        )
        .bounds(&[UnitBound::NotForOneself, UnitBound::Noted]),
    ];

    fn row_of(command: &UnitCommand) -> &'static str {
        command.kind()
    }

    fn subject<'a>(
        command: &'a UnitCommand,
        document: Option<&'a Document>,
    ) -> Result<UnitSubject, RefusalCode> {
        if let UnitCommand::Create(_) = command {
            return Ok(UnitSubject::Created);
        }
        let unit = document
            .and_then(Document::unit)
            .ok_or(RefusalCode::UnknownDocument)?;
        Ok(UnitSubject::Standing(Box::new(unit)))
    }

    fn asks_clearance(_: &UnitSubject) -> bool {
        false
    }

    fn is_expected(_: &Row<Self>, _: &Author<'_>, _: &UnitSubject) -> Result<(), RefusalCode> {
        Ok(())
    }

    fn is_had(role: UnitRole, author: &Author<'_>, subject: &UnitSubject) -> bool {
        match (role, subject) {
            (UnitRole::Server, _) => author.is(Authority::Server),
            (UnitRole::Administrator, UnitSubject::Standing(unit)) => author.administers(unit.id),
            (UnitRole::ReaderOfConfidential, UnitSubject::Standing(unit)) => {
                author.reads_confidential(unit.id)
            }
            (UnitRole::Administrator | UnitRole::ReaderOfConfidential, UnitSubject::Created) => {
                false
            }
        }
    }

    fn not_the_one(_: &Row<Self>, _: &Author<'_>, _: &UnitSubject) -> RefusalCode {
        RefusalCode::NotPermitted
    }

    fn stands(life: Never, _: &UnitSubject) -> Result<(), RefusalCode> {
        match life {}
    }

    fn has(need: Never, _: &Question<'_>, _: &UnitCommand) -> Result<(), RefusalCode> {
        match need {}
    }

    fn asks_for(need: Never) -> Option<&'static str> {
        match need {}
    }

    fn looks_at(bound: UnitBound) -> &'static [&'static str] {
        match bound {
            UnitBound::OneTown => &["kind"],
            UnitBound::PeopleHere => &[],
            UnitBound::Clearable | UnitBound::Begun => &["appointment"],
            UnitBound::NotForOneself => &["appointment", "device"],
            UnitBound::BySecondPerson => &["appointment", "clear"],
            UnitBound::Noted => &["device"],
        }
    }

    fn keeps(
        bound: UnitBound,
        question: &Question<'_>,
        command: &UnitCommand,
        subject: &UnitSubject,
    ) -> Result<(), Refusal> {
        match subject {
            UnitSubject::Created => Ok(is_the_only_town(question, command)?),
            UnitSubject::Standing(unit) if bound == UnitBound::PeopleHere => {
                Ok(has_people(question, unit)?)
            }
            UnitSubject::Standing(unit) => {
                check(bound, Author::of(question).member(), command, unit)
            }
        }
    }

    fn with_first(refusal: Refusal, _: &UnitSubject) -> Refusal {
        refusal
    }

    #[cfg(test)]
    fn words(part: Part<Self>) -> String {
        match part {
            Part::Role(role) => role.words().to_owned(),
            Part::Life(life) | Part::WhilePending(life) => match life {},
            Part::Need(need) => match need {},
            Part::Bound(bound) => bound.words().to_owned(),
        }
    }
}

/// Whether a unit that is created leaves the ledger with one town.
fn is_the_only_town(question: &Question<'_>, command: &UnitCommand) -> Result<(), RefusalCode> {
    let is_town = matches!(command, UnitCommand::Create(create) if create.kind == UnitKind::Town);
    if is_town && question.organisation.towns().next().is_some() {
        return Err(RefusalCode::SecondTown);
    }
    Ok(())
}

/// Whether the people of a unit have their posts here.
fn has_people(question: &Question<'_>, unit: &UnitView) -> Result<(), RefusalCode> {
    if question.organisation.has_people(unit.id) {
        Ok(())
    } else {
        Err(RefusalCode::PeopleElsewhere)
    }
}

/// Whether a command about a unit's clearances keeps to a bound.
fn check(
    bound: UnitBound,
    author: Option<MemberId>,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    match bound {
        // Asked of the town, not of the unit alone.
        UnitBound::OneTown | UnitBound::PeopleHere => Ok(()),
        UnitBound::Clearable => clearable(appointment_of(body), unit),
        UnitBound::NotForOneself => {
            let of_member = whom_for(body, unit).ok_or(RefusalCode::BadValue)?;
            if author == Some(of_member) {
                Err(RefusalCode::SecondPerson.into())
            } else {
                Ok(())
            }
        }
        UnitBound::BySecondPerson => by_second_person(author, body, unit),
        UnitBound::Begun => asked(unit, appointment_of(body))
            .map(|_| ())
            .ok_or_else(|| RefusalCode::WrongState.into()),
        UnitBound::Noted => {
            let device = noted(body, unit).ok_or(RefusalCode::BadValue)?;
            if device.confirmed_by.is_some() {
                Err(RefusalCode::WrongState.into())
            } else {
                Ok(())
            }
        }
    }
}

/// Administrators see no case content, and auditors what is not confidential.
fn clearable(appointment: Option<CommandId>, unit: &UnitView) -> Result<(), Refusal> {
    let found = unit
        .appointments
        .iter()
        .find(|made| Some(made.id) == appointment)
        .ok_or(RefusalCode::BadValue)?;
    if matches!(
        found.post,
        Post::Auditor | Post::Administrator | Post::Unknown(_)
    ) {
        return Err(RefusalCode::BadValue.into());
    }
    match found.clearance {
        Some(clearance) => Err(came_first(&clearance)),
        None => Ok(()),
    }
}

fn by_second_person(
    author: Option<MemberId>,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    let UnitCommand::ConfirmClearance(confirm) = body else {
        return Err(RefusalCode::UnknownCommand.into());
    };
    let Some(present) = asked(unit, Some(confirm.appointment)) else {
        return Err(RefusalCode::WrongState.into());
    };
    if present.clear != confirm.clear || present.confirmed_by.is_some() {
        return Err(came_first(&present));
    }
    if author == Some(present.by) {
        Err(RefusalCode::SecondPerson.into())
    } else {
        Ok(())
    }
}

fn came_first(clearance: &Clearance) -> Refusal {
    Refusal {
        code: RefusalCode::WrongState,
        first: Some(clearance.clear),
        by: Some(clearance.by),
    }
}

fn asked(unit: &UnitView, appointment: Option<CommandId>) -> Option<Clearance> {
    unit.appointments
        .iter()
        .find(|made| Some(made.id) == appointment)?
        .clearance
}

fn noted<'a>(body: &UnitCommand, unit: &'a UnitView) -> Option<&'a NotedDevice> {
    let UnitCommand::ConfirmDevice(confirm) = body else {
        return None;
    };
    unit.devices
        .iter()
        .find(|noted| noted.device == confirm.device)
}

fn appointment_of(body: &UnitCommand) -> Option<CommandId> {
    match body {
        UnitCommand::Clear(body) => Some(body.appointment),
        UnitCommand::ConfirmClearance(body) => Some(body.appointment),
        UnitCommand::EndClearance(body) => Some(body.appointment),
        _ => None,
    }
}

/// The member whose appointment or device it is.
fn whom_for(body: &UnitCommand, unit: &UnitView) -> Option<MemberId> {
    match appointment_of(body) {
        Some(appointment) => unit
            .appointments
            .iter()
            .find(|made| made.id == appointment)
            .map(|made| made.member),
        None => noted(body, unit).map(|device| device.member),
    }
}
