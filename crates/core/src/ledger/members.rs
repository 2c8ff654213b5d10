//! Members: who has which posts and devices; appointments made and ended one at a time.

use std::collections::BTreeSet;

use thiserror::Error;

use super::{AdminCommand, AdminError, DeviceRow, Ledger};
use crate::command::Body;
use crate::command::directory::PostRow;
use crate::command::unit::{Amend, Appoint, UnitCommand};
use crate::id::{CommandId, MemberId, UnitId};
use crate::store::{Records, StoreError};
use crate::time::Time;

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
            Self::NotAdmitted(error) => error.refusal.as_ref().map_or("base_missing", |refusal| refusal.code.word()),
        }
    }
}

impl Ledger {
    /// Every member who has or had a post, by key.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn members(&mut self, records: &dyn Records) -> Result<Vec<MemberRow>, StoreError> {
        let mut keys = std::collections::BTreeMap::new();
        for unit in self.units(records)? {
            for post in unit.appointments {
                keys.insert(post.member, post.key.clone());
            }
        }
        let devices = self.devices(records)?;
        let members: BTreeSet<MemberId> = self.organisation.appointments().map(|post| post.member).collect();
        let mut rows: Vec<MemberRow> = members
            .into_iter()
            .map(|member| MemberRow {
                member,
                key: keys.remove(&member).unwrap_or_default(),
                name: self.organisation.name(member).unwrap_or_default().to_owned(),
                posts: self.organisation.appointments_of(member).cloned().collect(),
                devices: devices.iter().filter(|device| device.member == member).cloned().collect(),
            })
            .collect();
        rows.sort_by(|a, b| (&a.key, a.member).cmp(&(&b.key, b.member)));
        Ok(rows)
    }

    /// The unit with this key, or id.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn unit_of_key(&mut self, records: &dyn Records, key: &str) -> Result<Option<UnitId>, StoreError> {
        let units = self.units(records)?;
        let of_key = units.iter().find(|unit| unit.key == key).map(|unit| unit.id);
        Ok(of_key.or_else(|| UnitId::parse(key).filter(|id| self.organisation.unit(*id).is_some())))
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
        let Some(unit) = self.unit_of_key(records, unit)? else { return Ok(Err(AppointError::UnknownUnit)) };
        if appoint.until.is_some_and(|until| until <= appoint.from) {
            return Ok(Err(AppointError::EndsFirst));
        }
        let appointment = CommandId(self.admin_document(&seed, 0).0);
        let body = Body::Unit(UnitCommand::Appoint(appoint));
        let done = self.administer(records, vec![AdminCommand { document: Some(unit), body }], seed, now)?;
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
        let amend = Amend { appointment, name: row.name.clone(), from: row.from, until: Some(until) };
        let body = Body::Unit(UnitCommand::Amend(amend));
        let done = self.administer(records, vec![AdminCommand { document: Some(row.unit), body }], seed, now)?;
        let mut ended = row;
        ended.until = Some(until);
        Ok(done.map(|_| ended).map_err(AppointError::NotAdmitted))
    }
}
