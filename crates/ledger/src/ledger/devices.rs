//! Invitations, enrolment, and devices as an administrator sees and changes them.

use super::Ledger;
use crate::devices::{
    self, Confirmed, DeviceChange, DeviceError, DeviceRow, InviteError, enrolment, quarantine,
    stopping,
};
use crate::error::LedgerError;
use crate::lists::{self, ConfirmedImport};
use crate::reads::{self, ReadError, ShownInvitation};
use crate::rows::Tx;
use alleyway_core::crypto::Hash;
use alleyway_core::id::{CommandId, DeviceId, MemberId};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::enrol::{EnrolError, Enrolled, InvitationCode, VerifiedEnrol};
use alleyway_core::time::Time;

impl Ledger {
    /// Invites a member under a one-time code, good for 14 days.
    ///
    /// # Errors
    /// [`InviteError`], or the store fails.
    pub fn invite(
        &mut self,
        records: &dyn Records,
        member: MemberId,
        code: &InvitationCode,
        now: Time,
    ) -> Result<(), LedgerError<InviteError>> {
        enrolment::invite(&mut self.tx(records), member, code, now)
    }

    /// Invites a member to enrol a device in the place of the one with the code `replaced`, which is
    /// revoked when that happens.
    ///
    /// # Errors
    /// [`InviteError`], or the store fails.
    pub fn invite_to_move(
        &mut self,
        records: &dyn Records,
        member: MemberId,
        code: &InvitationCode,
        replaced: u32,
        now: Time,
    ) -> Result<(), LedgerError<InviteError>> {
        enrolment::invite_to_move(&mut self.tx(records), member, code, replaced, now)
    }

    /// Takes a device in. The same code and key again get the same answer.
    ///
    /// # Errors
    /// [`EnrolError`], or the store fails.
    pub fn enrol(
        &mut self,
        records: &dyn Records,
        request: &VerifiedEnrol,
        now: Time,
    ) -> Result<Enrolled, LedgerError<EnrolError>> {
        let mut tx = Tx::new(records, &self.setup, &mut self.memory);
        enrolment::enrol(&mut tx, &mut self.challenges, request, now)
    }

    /// The member of an administrator's device whose signature was checked.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn read_administrator(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        now: Time,
    ) -> Result<MemberId, LedgerError<ReadError>> {
        reads::administrator(&self.tx(records), device, now)
    }

    /// The town's devices and whose they are by name, for an administrator's device whose signature
    /// was checked.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn read_devices(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        now: Time,
    ) -> Result<Vec<(DeviceRow, String)>, LedgerError<ReadError>> {
        reads::devices_read(&mut self.tx(records), device, now)
    }

    /// Keeps lists, whose hash is `hash`, for an administrator's device whose signature was checked: so that their
    /// import can be asked for.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn keep_lists(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        hash: Hash,
        bytes: Vec<u8>,
        now: Time,
    ) -> Result<(), LedgerError<ReadError>> {
        let mut tx = self.tx(records);
        reads::administrator(&tx, device, now)?;
        if lists::keep(&mut tx, hash, bytes, now)? {
            Ok(())
        } else {
            Err(LedgerError::Refused(ReadError::ImportWaits))
        }
    }

    /// The lists whose import `asked` asks for and that wait for a second person, for an administrator's device
    /// whose signature was checked.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn waiting_lists(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        asked: CommandId,
        now: Time,
    ) -> Result<Vec<u8>, LedgerError<ReadError>> {
        let tx = self.tx(records);
        reads::administrator(&tx, device, now)?;
        lists::waiting(&tx, asked)?.ok_or(LedgerError::Refused(ReadError::OutOfScope))
    }

    /// Deletes the lists whose import a command asked for, where the town's document takes no step that says so.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn forget_lists(
        &mut self,
        records: &dyn Records,
        asked: CommandId,
    ) -> Result<(), StoreError> {
        lists::forget(&mut self.tx(records), asked)
    }

    /// The import that two administrators want, and that is to be carried out; none if none is.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn confirmed_import(
        &mut self,
        records: &dyn Records,
    ) -> Result<Option<ConfirmedImport>, StoreError> {
        lists::confirmed(&mut self.tx(records))
    }

    /// The code of the invitation that `asked`, for the device that asked, whose signature was
    /// checked. `random` is 32 random bytes.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn read_invitation(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        asked: CommandId,
        random: [u8; 32],
        now: Time,
    ) -> Result<ShownInvitation, LedgerError<ReadError>> {
        reads::invitation(&mut self.tx(records), device, asked, random, now)
    }

    /// All devices, by code; the server's own is not among them.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn devices(&self, records: &dyn Records) -> Result<Vec<DeviceRow>, StoreError> {
        devices::list(self.memory.view(records), &self.memory.server())
    }

    /// Changes the device with this code.
    ///
    /// # Errors
    /// [`DeviceError`], or the store fails.
    pub fn change_device(
        &mut self,
        records: &dyn Records,
        code: u32,
        change: DeviceChange,
        now: Time,
    ) -> Result<DeviceRow, LedgerError<DeviceError>> {
        if self.quarantine.is_some() {
            return Err(LedgerError::Refused(DeviceError::Quarantine));
        }
        stopping::change(&mut self.tx(records), code, change, now)
    }

    /// Ends the quarantine: `goes_on` says which devices go on, the others are revoked. Invitations
    /// that look unused are withdrawn. The journal begins anew, from what the ledger then knows.
    ///
    /// # Errors
    /// Whatever the store says; the quarantine then goes on.
    pub fn end_quarantine(
        &mut self,
        records: &dyn Records,
        goes_on: &dyn Fn(u32) -> bool,
        now: Time,
    ) -> Result<Option<Confirmed>, StoreError> {
        if self.quarantine.is_none() {
            return Ok(None);
        }
        let confirmed = quarantine::end(&mut self.tx(records), goes_on, now)?;
        self.quarantine = None;
        Ok(Some(confirmed))
    }
}
