//! A phone: a real replica, and the driver of its syncs.

use alleyway_client::{DriveError, Driver};
use alleyway_core::crypto::{first, hash};
use alleyway_core::id::TownId;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, StoreError};
use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_replica::{
    Draft, Effect, EnrolmentError, RecordError, Recorded, Replica, SealingPair, SyncSummary,
};
use thiserror::Error;

use crate::line::{Line, LineError};

/// Why a phone could not go on.
#[derive(Debug, Error)]
pub enum PhoneError {
    /// The server, or the line to it.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The phone is enrolled already.
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    /// The answer cannot be.
    #[error(transparent)]
    Drive(#[from] DriveError),
    /// A new phone's empty store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sync ended without saying so, or the line gave fewer answers than it was asked for.
    #[error("the sync has no end")]
    NoEnd,
}

/// A phone. It lives as long as the value: nothing reads its store again, so what the replica would
/// have it keep is not kept.
#[derive(Debug)]
pub struct Phone {
    /// The device's machine.
    pub replica: Replica,
    /// Its town and its code.
    identity: Option<(TownId, u32)>,
    seed: [u8; 32],
    drawn: u64,
    /// The sync whose flight is on its way.
    syncing: Option<Driver>,
    summary: SyncSummary,
}

impl Phone {
    /// A new phone. All that it draws by chance, its keys too, is made of `seed`: 32 random bytes
    /// that no other phone has.
    ///
    /// # Errors
    /// [`PhoneError::Store`].
    pub fn new(seed: [u8; 32]) -> Result<Self, PhoneError> {
        Ok(Self {
            replica: Replica::open(&MemoryStore::default())?,
            identity: None,
            seed,
            drawn: 0,
            syncing: None,
            summary: SyncSummary::default(),
        })
    }

    /// A new phone, enrolled with an invitation's code.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub fn enrolled(
        line: &mut impl Line,
        code: InvitationCode,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Self, PhoneError> {
        let mut phone = Self::new(seed)?;
        let request = phone.enrolment(code, "phone", now)?;
        let answer = line.enrol(vec![request], now)?.pop();
        phone.take_identity(&answer.ok_or(PhoneError::NoEnd)?, now);
        Ok(phone)
    }

    /// The request that it sends to be enrolled under a name.
    ///
    /// # Errors
    /// [`PhoneError::Enrolment`].
    pub fn enrolment(
        &mut self,
        code: InvitationCode,
        name: &str,
        now: Time,
    ) -> Result<Enrol, PhoneError> {
        let (signing, sealing) = (self.random(), self.random());
        let sealing = SealingPair::of(sealing);
        let (_, request) =
            self.replica
                .enrol_request(code, Text::cut(name), signing, sealing, now)?;
        Ok(request)
    }

    /// The server's answer to [`Phone::enrolment`].
    pub fn take_identity(&mut self, answer: &Enrolled, now: Time) {
        self.replica.enrolled(answer, now);
        self.identity = Some((answer.town, answer.device_code));
    }

    /// Its town; none before it is enrolled.
    pub fn town(&self) -> Option<TownId> {
        self.identity.map(|(town, _)| town)
    }

    /// The code that its case numbers begin with; none before it is enrolled.
    pub fn device_code(&self) -> Option<u32> {
        self.identity.map(|(_, code)| code)
    }

    /// Thirty-two bytes, other ones each time.
    pub fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash(
            "alleyway demo phone 1",
            &[&self.seed, &self.drawn.to_be_bytes()],
        )
    }

    /// A new tracking code.
    pub fn tracking_code(&mut self) -> TrackingCode {
        TrackingCode::from_random(first(&self.random()))
    }

    /// Types a command.
    ///
    /// # Errors
    /// As [`Replica::record`].
    pub fn record(&mut self, draft: Draft, now: Time) -> Result<Recorded, RecordError> {
        let random = self.random();
        let (_, recorded) = self.replica.record(draft, now, random)?;
        Ok(recorded)
    }

    /// Syncs.
    ///
    /// # Errors
    /// [`PhoneError`].
    pub fn sync(&mut self, line: &mut impl Line, now: Time) -> Result<SyncSummary, PhoneError> {
        let mut flight = self.begin_sync(now)?;
        while let Some(sent) = flight {
            let answer = line.sync(vec![sent], now)?.pop();
            flight = self.take_answer(&answer.ok_or(PhoneError::NoEnd)?, now)?;
        }
        Ok(self.summary.clone())
    }

    /// Begins a sync: the first flight, or none if it is over already.
    ///
    /// # Errors
    /// [`PhoneError::Drive`].
    pub fn begin_sync(&mut self, now: Time) -> Result<Option<Vec<u8>>, PhoneError> {
        let random = self.random();
        let driver = Driver::begin(&mut self.replica, now, random);
        self.go_on(driver, now)
    }

    /// Takes the answer to a flight: the next flight, or none once the sync is over.
    ///
    /// # Errors
    /// [`PhoneError::Drive`].
    pub fn take_answer(&mut self, answer: &[u8], now: Time) -> Result<Option<Vec<u8>>, PhoneError> {
        let mut driver = self.syncing.take().ok_or(PhoneError::NoEnd)?;
        driver.answer(answer);
        // It has no store: every write is as durable as it will ever be.
        while driver.next(&mut self.replica, now)?.is_some() {
            driver.persisted();
        }
        let random = self.random();
        driver.response_ended(&mut self.replica, now, random)?;
        self.go_on(driver, now)
    }

    fn go_on(&mut self, mut driver: Driver, now: Time) -> Result<Option<Vec<u8>>, PhoneError> {
        while let Some(effect) = driver.next(&mut self.replica, now)? {
            match effect {
                Effect::Persist(_) | Effect::PersistAnew(_) => driver.persisted(),
                Effect::Send(flight) => {
                    self.syncing = Some(driver);
                    return Ok(Some(flight));
                }
                Effect::Wipe => {}
                Effect::Done(summary) => {
                    self.summary = summary;
                    return Ok(None);
                }
            }
        }
        Err(PhoneError::NoEnd)
    }

    /// How the last sync ended.
    pub fn summary(&self) -> &SyncSummary {
        &self.summary
    }
}
