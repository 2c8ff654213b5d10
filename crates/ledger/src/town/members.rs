//! Members: who has which posts and devices; appointments made and ended one at a time.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::{AdminCommand, AdminError, DeviceRow, Ledger};
use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, MemberId, UnitId};
use alleyway_core::kinds::directory::PostRow;
use alleyway_core::kinds::unit::UnitView;
use alleyway_core::kinds::unit::{Amend, Appoint, UnitCommand, UnitKind};
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;

/// A member, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The member.
    pub member: MemberId,
    /// The key that the town's lists use.
    pub key: String,
    /// The name.
    pub name: String,
    /// Every post, past and future ones too.
    pub posts: Vec<PostRow>,
    /// The devices.
    pub devices: Vec<DeviceRow>,
}

/// Why an appointment was not made or ended.
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
    /// There is no such post in a unit of this kind.
    #[error("there is no such post in a unit of this kind")]
    PostUnfit {
        /// What the unit is.
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
        /// How.
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

impl Ledger {
    /// Every member who has or had a post, by key.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn members(&mut self, records: &dyn Records) -> Result<Vec<MemberRow>, StoreError> {
        let mut keys = BTreeMap::new();
        for unit in self.units(records)? {
            for post in unit.appointments {
                keys.insert(post.member, post.key.clone());
            }
        }
        let devices = self.devices(records)?;
        let members: BTreeSet<MemberId> = self
            .organisation
            .appointments()
            .map(|post| post.member)
            .collect();
        let mut rows: Vec<MemberRow> = members
            .into_iter()
            .map(|member| MemberRow {
                member,
                key: keys.remove(&member).unwrap_or_default(),
                name: self
                    .organisation
                    .name(member)
                    .unwrap_or_default()
                    .to_owned(),
                posts: self.organisation.appointments_of(member).cloned().collect(),
                devices: devices
                    .iter()
                    .filter(|device| device.member == member)
                    .cloned()
                    .collect(),
            })
            .collect();
        rows.sort_by(|a, b| (&a.key, a.member).cmp(&(&b.key, b.member)));
        Ok(rows)
    }

    /// The unit with this key, or id.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn unit_of_key(
        &mut self,
        records: &dyn Records,
        key: &str,
    ) -> Result<Option<UnitId>, StoreError> {
        let units = self.units(records)?;
        let of_key = units
            .iter()
            .find(|unit| unit.key == key)
            .map(|unit| unit.id);
        Ok(
            of_key
                .or_else(|| UnitId::parse(key).filter(|id| self.organisation.unit(*id).is_some())),
        )
    }

    /// Every end that each appointment has had, in the order in which they were set: the present one
    /// is the last. None is an open one.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn ends_of_appointments(
        &mut self,
        records: &dyn Records,
    ) -> Result<BTreeMap<CommandId, Vec<Option<Time>>>, StoreError> {
        let mut ends: BTreeMap<CommandId, Vec<Option<Time>>> = BTreeMap::new();
        for id in self.documents_of::<UnitView>(records)? {
            let Some(document) = self.documents.take(records, &self.pending, id)? else {
                continue;
            };
            for entry in document.log() {
                let appointment = match entry.kind.as_str() {
                    "appoint" => Some(entry.command),
                    "amend_appointment" => entry
                        .details
                        .get("appointment")
                        .and_then(|id| CommandId::parse(id)),
                    _ => None,
                };
                let until = entry
                    .details
                    .get("until")
                    .and_then(|until| until.parse().ok())
                    .map(Time);
                if let Some(appointment) = appointment {
                    ends.entry(appointment).or_default().push(until);
                }
            }
            self.documents.put(document);
        }
        Ok(ends)
    }

    /// Gives somebody a post in the unit with this key. `seed` is 32 random bytes.
    ///
    /// # Errors
    /// [`AppointError`]; the outer one if the store fails.
    pub fn appoint(
        &mut self,
        records: &dyn Records,
        unit: &str,
        appoint: Appoint,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<CommandId, AppointError>, StoreError> {
        let Some(unit) = self.unit_of_key(records, unit)? else {
            return Ok(Err(AppointError::UnknownUnit));
        };
        if let Err(error) = check(&self.organisation, unit, &appoint) {
            return Ok(Err(error));
        }
        let appointment = CommandId(self.admin_document(&seed, 0).0);
        let body = Body::from(UnitCommand::Appoint(appoint));
        let done = self.administer(
            records,
            vec![AdminCommand {
                document: Some(unit),
                body,
            }],
            seed,
            now,
        )?;
        Ok(done.map(|_| appointment).map_err(AppointError::NotAdmitted))
    }

    /// Ends an appointment.
    ///
    /// # Errors
    /// [`AppointError`]; the outer one if the store fails.
    pub fn end_appointment(
        &mut self,
        records: &dyn Records,
        appointment: CommandId,
        until: Time,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<PostRow, AppointError>, StoreError> {
        let Some(row) = self.organisation.appointment(appointment).cloned() else {
            return Ok(Err(AppointError::UnknownAppointment));
        };
        if until <= row.from {
            return Ok(Err(AppointError::EndsFirst));
        }
        let amend = Amend {
            appointment,
            name: row.name.clone(),
            from: row.from,
            until: Some(until),
        };
        let body = Body::from(UnitCommand::Amend(amend));
        let done = self.administer(
            records,
            vec![AdminCommand {
                document: Some(row.unit),
                body,
            }],
            seed,
            now,
        )?;
        let mut ended = row;
        ended.until = Some(until);
        Ok(done.map(|_| ended).map_err(AppointError::NotAdmitted))
    }
}

/// Whether an appointment can be made, by the rules that an import's rows keep to.
fn check(organisation: &Organisation, unit: UnitId, appoint: &Appoint) -> Result<(), AppointError> {
    let unseen = |text: &str| text.trim().is_empty() || text.contains(char::is_control);
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
