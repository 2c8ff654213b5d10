//! Who may do what to a unit: two persons give a post, an invitation or a clearance, and let a device
//! go on; one ends a post or a clearance, and stops a device.
//!
//! | file | what |
//! | --- | --- |
//! | `clearing` | who is cleared for the unit's confidential feed, and with which devices |
//! | `asking` | what one administrator asks for and a second one confirms |
//! | `ending` | posts that end, devices that are stopped |

mod asking;
mod clearing;
mod ending;

use super::{Unit, UnitCommand, UnitKind, UnitView};
use crate::documents::Document;
use crate::id::MemberId;
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

/// Who does what only administrators do.
const ADMINISTRATOR: &[UnitRole] = &[UnitRole::Administrator];

/// A unit that a command is about.
pub(crate) enum UnitSubject {
    /// One that is being created.
    Created,
    /// One as it stands.
    Standing(Box<UnitView>),
}

/// A condition on what is done to a unit's people and their devices.
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
    /// The appointment is one in the unit that is not over.
    NotOver,
    /// The post ends earlier than it would have.
    Earlier,
    /// The device is of somebody who has, had or will have a post in the unit.
    OfThePeople,
    /// The post can be given: it is one of the unit's, to whom the town's lists mean, once.
    Appointable,
    /// The same was not asked for by another command that waits.
    AskedOnce,
    /// The asking waits, and is another's.
    AskedByAnother,
    /// Somebody could still ask for it.
    StillFits,
    /// It waits, or is an invitation.
    Withdrawable,
    /// The unit is the town itself.
    InTown,
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
            Self::NotOver => "an appointment in the unit that is not over",
            Self::Earlier => "earlier than it would have ended",
            Self::OfThePeople => "a device of somebody with a post in the unit, past ones too",
            Self::Appointable => {
                "a post of the unit, with dates in their order, for somebody who is called so and \
                 has not got it then"
            }
            Self::AskedOnce => "not asked for already",
            Self::AskedByAnother => "waits, and another asked for it",
            Self::StillFits => "could still be asked for",
            Self::Withdrawable => "waits, or is an invitation",
            Self::InTown => "in the town's own unit",
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
        Row::new("end_post", ADMINISTRATOR, From::There)
            .bounds(&[UnitBound::NotOver, UnitBound::Earlier]),
        Row::new("stop_device", ADMINISTRATOR, From::There).bounds(&[UnitBound::OfThePeople]),
        Row::new("ask_appointment", ADMINISTRATOR, From::There).bounds(&[
            UnitBound::PeopleHere,
            UnitBound::NotForOneself,
            UnitBound::Appointable,
            UnitBound::AskedOnce,
        ]),
        Row::new("ask_invitation", ADMINISTRATOR, From::There).bounds(&[
            UnitBound::NotForOneself,
            UnitBound::NotOver,
            UnitBound::AskedOnce,
        ]),
        Row::new("ask_thaw", ADMINISTRATOR, From::There).bounds(&[
            UnitBound::OfThePeople,
            UnitBound::NotForOneself,
            UnitBound::AskedOnce,
        ]),
        Row::new("confirm_asked", ADMINISTRATOR, From::There).bounds(&[
            UnitBound::NotForOneself,
            UnitBound::AskedByAnother,
            UnitBound::StillFits,
        ]),
        Row::new(
            "withdraw_asked",
            &[UnitRole::Server, UnitRole::Administrator],
            From::There,
        )
        .bounds(&[UnitBound::Withdrawable]),
        Row::new("ask_import", ADMINISTRATOR, From::There)
            .bounds(&[UnitBound::InTown, UnitBound::AskedOnce]),
        Row::new("imported", &[UnitRole::Server], From::There),
        Row::new("import_failed", &[UnitRole::Server], From::There),
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
            UnitBound::PeopleHere | UnitBound::InTown => &[],
            UnitBound::Clearable | UnitBound::Begun | UnitBound::NotOver => &["appointment"],
            UnitBound::NotForOneself => &["appointment", "device", "member", "asked"],
            UnitBound::BySecondPerson => &["appointment", "clear"],
            UnitBound::Noted => &["device"],
            UnitBound::Earlier => &["appointment", "until"],
            UnitBound::OfThePeople => &["device", "member", "why"],
            UnitBound::Appointable => &["member", "key", "name", "post", "from", "until"],
            UnitBound::AskedOnce => &["member", "post", "appointment", "device"],
            UnitBound::AskedByAnother | UnitBound::StillFits | UnitBound::Withdrawable => {
                &["asked"]
            }
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
            UnitSubject::Standing(unit) => check(bound, question, command, unit),
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

/// Whether a command about a unit's people or their devices keeps to a bound.
fn check(
    bound: UnitBound,
    question: &Question<'_>,
    command: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    let author = Author::of(question).member();
    match bound {
        // Asked of the town, not of the unit alone.
        UnitBound::OneTown => Ok(()),
        UnitBound::PeopleHere => Ok(has_people(question, unit)?),
        UnitBound::Clearable => clearing::clearable(command, unit),
        UnitBound::NotForOneself => not_for_oneself(author, command, unit),
        UnitBound::BySecondPerson => clearing::by_second_person(author, command, unit),
        UnitBound::Begun => clearing::begun(command, unit),
        UnitBound::Noted => clearing::noted_and_waits(command, unit),
        UnitBound::NotOver => ending::not_over(command, unit, question.now),
        UnitBound::Earlier => ending::earlier(command, unit),
        UnitBound::OfThePeople => Ok(ending::of_the_people(command, unit)?),
        UnitBound::Appointable => asking::appointable(question.organisation, command, unit),
        UnitBound::AskedOnce => asking::asked_once(command, unit),
        UnitBound::AskedByAnother => asking::by_another(author, command, unit),
        UnitBound::StillFits => asking::still_fits(question, command, unit),
        UnitBound::Withdrawable => asking::withdrawable(command, unit),
        UnitBound::InTown if unit.kind == UnitKind::Town => Ok(()),
        UnitBound::InTown => Err(RefusalCode::BadValue.into()),
    }
}

/// Whether a command is not for its author.
fn not_for_oneself(
    author: Option<MemberId>,
    command: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    if asking::is_for_the_town(command, unit) {
        return Ok(());
    }
    let of_member = whom_for(command, unit).ok_or(RefusalCode::BadValue)?;
    if author == Some(of_member) {
        Err(RefusalCode::SecondPerson.into())
    } else {
        Ok(())
    }
}

/// The member for whom it is.
fn whom_for(command: &UnitCommand, unit: &UnitView) -> Option<MemberId> {
    clearing::whom_for(command, unit).or_else(|| asking::whom_for(command, unit))
}
