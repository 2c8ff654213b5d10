//! Appointments made, ended and cleared one at a time.

use thiserror::Error;

use super::{administration, members};
use crate::error::LedgerError;
use crate::own::{AdminCommand, AdminError};
use crate::rows::Tx;
use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::directory::PostRow;
use alleyway_core::kinds::unit::{Amend, Appoint, Clear, UnitCommand, UnitKind};
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;
use alleyway_core::text::typed;
use alleyway_core::time::Time;

/// The reason for which an appointment was not made or ended.
#[derive(Debug, Clone, Error)]
pub enum AppointError {
    /// No unit has the key.
    #[error("no unit has this key")]
    UnknownUnit,
    /// There is no such appointment.
    #[error("there is no such appointment")]
    UnknownAppointment,
    /// It ends before it begins.
    #[error("an appointment ends after it begins")]
    EndsFirst,
    /// The unit is above the town, or of the county: its people are not here.
    #[error("the people of this unit have no posts here")]
    PeopleElsewhere,
    /// There is no such post in a unit of this kind.
    #[error("there is no such post in a unit of this kind")]
    PostUnfit {
        /// The kind of the unit.
        kind: UnitKind,
    },
    /// The member has the post in the unit at some of that time.
    #[error("the member has this post in the unit already")]
    AlreadyAppointed {
        /// The appointment.
        appointment: CommandId,
    },
    /// The key is empty, or has control characters.
    #[error("a member's key has visible characters only")]
    BadKey,
    /// The name is empty, or has control characters.
    #[error("a member's name has visible characters only")]
    BadName,
    /// The key is that of somebody who is called otherwise.
    #[error("the key belongs to somebody who is called otherwise")]
    NameDiffers {
        /// The name.
        known: String,
    },
    /// The ledger did not admit it.
    #[error(transparent)]
    NotAdmitted(#[from] AdminError),
}

impl AppointError {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::UnknownUnit => "unknown_unit",
            Self::UnknownAppointment => "unknown_appointment",
            Self::EndsFirst => "ends_first",
            Self::PeopleElsewhere => "people_elsewhere",
            Self::PostUnfit { .. } => "post_unfit",
            Self::AlreadyAppointed { .. } => "already_appointed",
            Self::BadKey => "bad_key",
            Self::BadName => "bad_name",
            Self::NameDiffers { .. } => "name_differs",
            Self::NotAdmitted(error) => error
                .refusal
                .as_ref()
                .map_or("base_missing", |refusal| refusal.code.word()),
        }
    }
}

/// Gives somebody a post in the unit with this key. `seed` is 32 random bytes.
pub(crate) fn appoint(
    tx: &mut Tx<'_>,
    unit: &str,
    appoint: Appoint,
    seed: [u8; 32],
    now: Time,
) -> Result<CommandId, LedgerError<AppointError>> {
    let Some(unit) = members::unit_of_key(tx, unit)? else {
        return Err(LedgerError::Refused(AppointError::UnknownUnit));
    };
    check(tx.organisation(), unit, &appoint).map_err(LedgerError::Refused)?;
    change(tx, unit, UnitCommand::Appoint(appoint), seed, now)
}

/// Ends an appointment.
pub(crate) fn end_appointment(
    tx: &mut Tx<'_>,
    appointment: CommandId,
    until: Time,
    seed: [u8; 32],
    now: Time,
) -> Result<PostRow, LedgerError<AppointError>> {
    let Some(row) = tx.organisation().appointment(appointment).cloned() else {
        return Err(LedgerError::Refused(AppointError::UnknownAppointment));
    };
    if until <= row.from {
        return Err(LedgerError::Refused(AppointError::EndsFirst));
    }
    let amend = Amend {
        appointment,
        name: row.name.clone(),
        from: row.from,
        until: Some(until),
    };
    change(tx, row.unit, UnitCommand::Amend(amend), seed, now)?;
    Ok(PostRow {
        until: Some(until),
        ..row
    })
}

/// Asks, as the first person, for an appointment's clearance; a member confirms it.
pub(crate) fn clear_appointment(
    tx: &mut Tx<'_>,
    appointment: CommandId,
    seed: [u8; 32],
    now: Time,
) -> Result<PostRow, LedgerError<AppointError>> {
    let Some(row) = tx.organisation().appointment(appointment).cloned() else {
        return Err(LedgerError::Refused(AppointError::UnknownAppointment));
    };
    let clear = UnitCommand::Clear(Clear { appointment });
    change(tx, row.unit, clear, seed, now)?;
    Ok(row)
}

/// Carries out one change of a unit. Returns the id of its command.
fn change(
    tx: &mut Tx<'_>,
    unit: UnitId,
    change: UnitCommand,
    seed: [u8; 32],
    now: Time,
) -> Result<CommandId, LedgerError<AppointError>> {
    let command = AdminCommand {
        document: Some(unit),
        body: Body::from(change),
    };
    match administration::administer(tx, vec![command], seed, now) {
        Ok(done) => {
            let none = || StoreError::Failed("a change without a command".to_owned());
            Ok(*done.commands.first().ok_or_else(none)?)
        }
        Err(LedgerError::Refused(error)) => {
            Err(LedgerError::Refused(AppointError::NotAdmitted(error)))
        }
        Err(LedgerError::Store(error)) => Err(LedgerError::Store(error)),
    }
}

/// Whether an appointment can be made, by the rules that an import's rows keep to.
fn check(organisation: &Organisation, unit: UnitId, appoint: &Appoint) -> Result<(), AppointError> {
    let unseen = |text: &str| typed::is_nothing(text) || text.contains(char::is_control);
    if unseen(&appoint.key) {
        return Err(AppointError::BadKey);
    }
    if unseen(&appoint.name) {
        return Err(AppointError::BadName);
    }
    if appoint.until.is_some_and(|until| until <= appoint.from) {
        return Err(AppointError::EndsFirst);
    }
    let kind = &organisation
        .unit(unit)
        .ok_or(AppointError::UnknownUnit)?
        .kind;
    if !organisation.has_people(unit) {
        return Err(AppointError::PeopleElsewhere);
    }
    if !appoint.post.fits(kind) {
        return Err(AppointError::PostUnfit { kind: kind.clone() });
    }
    if let Some(known) = organisation
        .name(appoint.member)
        .filter(|known| *known != appoint.name.as_str())
    {
        return Err(AppointError::NameDiffers {
            known: known.to_owned(),
        });
    }
    let ends_first = |until: Option<Time>, from: Time| until.is_some_and(|until| until <= from);
    let same = organisation.appointments_of(appoint.member).find(|made| {
        made.unit == unit
            && made.post == appoint.post
            && !ends_first(made.until, appoint.from)
            && !ends_first(appoint.until, made.from)
    });
    same.map_or(Ok(()), |made| {
        Err(AppointError::AlreadyAppointed {
            appointment: made.appointment,
        })
    })
}
