//! Devices' flights, and residents.

use super::Ledger;
use crate::answer::{self, Answering, Continuation, Reply};
use crate::error::LedgerError;
use crate::reads::{
    self, Coverage, Figures, FiguresQuery, HouseholdCount, LateList, ReadError, Search,
};
use crate::resident::{self, ResidentDone, ResidentError, ResidentRequest, Tracking};
use crate::rows::Tx;
use alleyway_core::id::{DeviceId, UnitId};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_core::time::Time;

impl Ledger {
    fn answering<'a>(&'a mut self, records: &'a dyn Records) -> (Tx<'a>, Answering<'a>) {
        let tx = Tx::new(records, &self.setup, &mut self.memory);
        let answering = Answering {
            challenges: &mut self.challenges,
            hand_in: &mut self.hand_in,
            shared: &mut self.shared_documents,
        };
        (tx, answering)
    }

    /// Answers a flight whose signature was verified. A device that is not enrolled is answered
    /// with nothing: whoever verified the flight knew its key.
    ///
    /// # Errors
    /// Whatever the store says; nothing of the answer may then be sent.
    pub fn sync(
        &mut self,
        records: &dyn Records,
        flight: &VerifiedFlight,
        now: Time,
    ) -> Result<Reply, StoreError> {
        let (mut tx, mut answering) = self.answering(records);
        answer::sync(&mut tx, &mut answering, flight, now)
    }

    /// Answers a flight whose challenge is void with a new one. The edge asks for it before it reads
    /// what stands behind the hello; [`Ledger::sync`] looks at the challenge in any case.
    pub fn challenge(&mut self, records: &dyn Records, device: DeviceId, now: Time) -> Reply {
        let (mut tx, mut answering) = self.answering(records);
        answer::challenge(&mut tx, &mut answering, device, now)
    }

    /// The next part of an answer.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn page(
        &mut self,
        records: &dyn Records,
        next: &Continuation,
        now: Time,
    ) -> Result<Reply, StoreError> {
        let (mut tx, mut answering) = self.answering(records);
        answer::page(&mut tx, &mut answering, next, now)
    }

    /// Figures, for a device whose signature was checked: of months that the server has printed by time.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn read_figures(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        query: FiguresQuery,
        now: Time,
    ) -> Result<Figures, LedgerError<ReadError>> {
        reads::figures(&mut self.tx(records), device, query, now)
    }

    /// How alleys are looked after, for a device whose signature was checked. `counted` is a count that
    /// came to its end.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn read_coverage(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        unit: Option<UnitId>,
        counted: &HouseholdCount,
        now: Time,
    ) -> Result<Coverage, LedgerError<ReadError>> {
        reads::coverage(&mut self.tx(records), device, unit, counted, now)
    }

    /// Looks at some more places for a page of a search, for a device whose signature was checked. Whether
    /// the page is full, or nothing is left.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn search(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        search: &mut Search,
        now: Time,
    ) -> Result<bool, LedgerError<ReadError>> {
        reads::search(&mut self.tx(records), device, search, now)
    }

    /// Looks at some more late cases for a page of them, for a device whose signature was checked. Whether
    /// the page is full, or nothing is left.
    ///
    /// # Errors
    /// [`ReadError`], or the store fails.
    pub fn late(
        &mut self,
        records: &dyn Records,
        device: DeviceId,
        list: &mut LateList,
        now: Time,
    ) -> Result<bool, LedgerError<ReadError>> {
        reads::late(&mut self.tx(records), device, list, now)
    }

    /// The page that the resident with this code sees at `now`.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn track(
        &mut self,
        records: &dyn Records,
        code: TrackingCode,
        now: Time,
    ) -> Result<Tracking, StoreError> {
        resident::track(&mut self.tx(records), code, now)
    }

    /// Keeps the record of the page with this code, if its case has none yet: of an older release.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn keep_tracked(
        &mut self,
        records: &dyn Records,
        code: TrackingCode,
    ) -> Result<(), StoreError> {
        resident::keep_page(&mut self.tx(records), code)
    }

    /// Carries out a resident's step, wholly or not at all. `seed` is 32 random bytes.
    ///
    /// # Errors
    /// [`ResidentError`], or the store fails.
    pub fn resident(
        &mut self,
        records: &dyn Records,
        request: &ResidentRequest,
        seed: [u8; 32],
        now: Time,
    ) -> Result<ResidentDone, LedgerError<ResidentError>> {
        resident::carry_out(&mut self.tx(records), request, seed, now)
    }
}
