//! Flights: what a device sends in one request. Authenticated first, parsed after.

use crate::batch::{Batch, VerifiedBatch};
use crate::crypto::{PublicKey, SealingSecret, SecretKey, Signature, hash};
use crate::id::{DeviceId, DocumentId, TownId};
use crate::limits::{FLIGHT_BYTES_MAX, FLIGHT_FRAMES_MAX, WANTED_DOCUMENTS_MAX};
use crate::sync::frame::{
    Arrived, Closed, DeviceFrame, Hello, Holdings, PROTOCOL_VERSION, Slow, Verdicts, Why,
    next_frame, put_frame,
};
use crate::sync::pieces::{Pieces, Taken};
use crate::time::Time;
use crate::wire::{Reader, Wire, WireError, put_varint};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

const DOMAIN: &str = "alleyway flight 1";

/// Why a flight was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FlightError {
    /// Longer than [`FLIGHT_BYTES_MAX`], or more frames than [`FLIGHT_FRAMES_MAX`].
    #[error("the flight is too large")]
    TooLarge,
    /// Another version of the protocol.
    #[error("protocol version {0} is not spoken here")]
    UnknownVersion(u8),
    /// It cannot be read.
    #[error("the flight cannot be read: {0}")]
    Malformed(#[from] WireError),
    /// It is not the device's.
    #[error("the flight's signature is wrong")]
    BadSignature,
    /// A batch in it is not the device's.
    #[error("a batch's signature is wrong")]
    BadBatchSignature,
}

impl FlightError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::UnknownVersion(_) => "unknown_version",
            Self::Malformed(_) => "malformed",
            Self::BadSignature => "bad_signature",
            Self::BadBatchSignature => "bad_batch_signature",
        }
    }
}

/// A flight of which only the hello has been read.
#[derive(Debug, Clone)]
pub struct Flight {
    hello: Hello,
    signature: Signature,
    rest: Vec<u8>,
}

/// A flight that its device signed, of which nothing behind the hello has been read: one signature
/// was checked. Whoever has limits asks them now, and whether the challenge was used already.
#[derive(Debug, Clone)]
pub struct SignedFlight {
    town: TownId,
    hello: Hello,
    key: PublicKey,
    rest: Vec<u8>,
    arrived: Option<Arrived>,
}

/// A flight whose batches its device signed too.
#[derive(Debug, Clone)]
pub struct VerifiedFlight {
    /// The hello.
    pub hello: Hello,
    /// The device's key.
    pub key: PublicKey,
    /// Its batches, in order.
    pub batches: Vec<VerifiedBatch>,
    /// The verdicts that it says the server gave on its batches before it was restored from a
    /// backup, by the batch's number; not checked yet. What is said twice of one batch counts as it
    /// was said last.
    pub stood: BTreeMap<u64, Verdicts>,
    /// Documents it wants whole.
    pub wanted: Vec<(DocumentId, Why)>,
    /// The holdings, if it compares.
    pub holdings: Option<Holdings>,
    /// Whether it lacks its half of the lease.
    pub asks_lease: bool,
    /// Whether rows are enough of what has long been over.
    pub takes_rows: bool,
    /// The capacity of its line, if that is little.
    pub slow: Option<Slow>,
    /// How much has come of what it brings in pieces, if that is not whole yet.
    pub arrived: Option<Arrived>,
    /// Batches sealed to the town, to be opened by [`VerifiedFlight::open`].
    closed: Vec<Closed>,
    /// Batches of other devices that this one carried, opened.
    pub carried: Vec<CarriedBatch>,
}

/// A batch that one device carried for another.
#[derive(Debug, Clone)]
pub struct CarriedBatch {
    /// Whose it says it is.
    pub device: DeviceId,
    /// The number it says it has.
    pub number: u64,
    /// The batch, if it can be read and its device signed it.
    pub batch: Option<VerifiedBatch>,
}

fn message(town: TownId, hello: &Hello, rest: &[u8]) -> [u8; 32] {
    hash(DOMAIN, &[&town.0, &hello.to_bytes(), rest])
}

/// Signs and encodes a flight.
pub fn encode(town: TownId, secret: &SecretKey, hello: &Hello, frames: &[DeviceFrame]) -> Vec<u8> {
    let mut rest = Vec::new();
    for frame in frames {
        put_frame(&mut rest, frame);
    }
    let mut out = vec![PROTOCOL_VERSION];
    put_frame(
        &mut out,
        &(
            hello.clone(),
            secret.sign(DOMAIN, &message(town, hello, &rest)),
        ),
    );
    out.extend_from_slice(&rest);
    out
}

impl Flight {
    /// Reads the hello, nothing else.
    ///
    /// # Errors
    /// All of [`FlightError`] but a wrong signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, FlightError> {
        if bytes.len() > FLIGHT_BYTES_MAX {
            return Err(FlightError::TooLarge);
        }
        let mut from = Reader::new(bytes);
        let version = from.byte()?;
        if version != PROTOCOL_VERSION {
            return Err(FlightError::UnknownVersion(version));
        }
        let hello = next_frame(&mut from)?.ok_or(WireError::Truncated)?;
        let (hello, signature) = Wire::from_bytes(hello)?;
        let rest = from.take(from.remaining())?.to_vec();
        Ok(Self {
            hello,
            signature,
            rest,
        })
    }

    /// Who says it sent it.
    pub fn device(&self) -> DeviceId {
        self.hello.device
    }

    /// Checks the signature, and reads nothing further.
    ///
    /// # Errors
    /// [`FlightError::BadSignature`].
    pub fn verify(self, town: TownId, key: &PublicKey) -> Result<SignedFlight, FlightError> {
        let Self {
            hello,
            signature,
            rest,
        } = self;
        // Checked in any case: a wrong key must not be told by an answer that comes sooner.
        let signed = key.verifies(DOMAIN, &message(town, &hello, &rest), &signature);
        if !signed || DeviceId::of(key) != hello.device {
            return Err(FlightError::BadSignature);
        }
        Ok(SignedFlight {
            town,
            hello,
            key: *key,
            rest,
            arrived: None,
        })
    }
}

impl SignedFlight {
    /// The hello.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Joins the piece that the flight brings with those before it. If that makes them whole, the
    /// flight is from here on as if their frames stood in it. To be called behind the device's limits
    /// and its challenge.
    ///
    /// # Errors
    /// [`FlightError::Malformed`] if it brings more than one piece, or cannot be read.
    pub fn joined(mut self, pieces: &mut Pieces, now: Time) -> Result<Self, FlightError> {
        let device = self.hello.device;
        if !self.has_piece()? {
            pieces.forget(device);
            return Ok(self);
        }
        let (mut rest, mut piece) = (Vec::new(), None);
        let mut from = Reader::new(&self.rest);
        while let Some(frame) = next_frame(&mut from)? {
            if !DeviceFrame::is_piece(frame) {
                put_varint(&mut rest, frame.len() as u64);
                rest.extend_from_slice(frame);
            } else if let DeviceFrame::Piece(one) = DeviceFrame::from_bytes(frame)?
                && piece.replace(one).is_some()
            {
                return Err(WireError::Invalid("a second piece").into());
            }
        }
        match piece.map(|piece| pieces.take(device, &piece, now)) {
            None => pieces.forget(device),
            Some(Taken::Part(arrived)) => self.arrived = Some(arrived),
            Some(Taken::Whole(frames)) => rest.extend(frames),
        }
        self.rest = rest;
        Ok(self)
    }

    /// Whether a piece is in it: hardly any flight has one, and the rest is left as it came.
    fn has_piece(&self) -> Result<bool, FlightError> {
        let mut from = Reader::new(&self.rest);
        let mut has = false;
        while let Some(frame) = next_frame(&mut from)? {
            has |= DeviceFrame::is_piece(frame);
        }
        Ok(has)
    }

    /// How long what stands behind the hello is, in bytes.
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// Whether nothing stands behind the hello.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether it brings batches, as far as that can be seen before they are read.
    pub fn hands_in(&self) -> bool {
        let mut from = Reader::new(&self.rest);
        while let Ok(Some(frame)) = next_frame(&mut from) {
            if DeviceFrame::is_batch(frame) {
                return true;
            }
        }
        false
    }

    /// Reads the rest, and checks the signature of every batch that is not sealed to the town.
    ///
    /// # Errors
    /// [`FlightError::Malformed`], [`FlightError::TooLarge`], [`FlightError::BadBatchSignature`].
    pub fn read(self) -> Result<VerifiedFlight, FlightError> {
        self.read_counting(&mut 0)
    }

    /// The same. `checked` grows by one for each signature that was checked, also of a flight that
    /// is not taken.
    ///
    /// # Errors
    /// As [`SignedFlight::read`].
    pub fn read_counting(self, checked: &mut u64) -> Result<VerifiedFlight, FlightError> {
        let mut verified = VerifiedFlight {
            hello: self.hello,
            key: self.key,
            batches: Vec::new(),
            stood: BTreeMap::new(),
            wanted: Vec::new(),
            holdings: None,
            asks_lease: false,
            takes_rows: false,
            slow: None,
            arrived: self.arrived,
            closed: Vec::new(),
            carried: Vec::new(),
        };
        let mut from = Reader::new(&self.rest);
        let mut count = 0;
        while let Some(frame) = next_frame(&mut from)? {
            count += 1;
            if count > FLIGHT_FRAMES_MAX {
                return Err(FlightError::TooLarge);
            }
            verified.take(self.town, DeviceFrame::from_bytes(frame)?, checked)?;
        }
        Ok(verified)
    }
}

impl VerifiedFlight {
    fn take(
        &mut self,
        town: TownId,
        frame: DeviceFrame,
        checked: &mut u64,
    ) -> Result<(), FlightError> {
        match frame {
            DeviceFrame::Batch(packed) => {
                let batch = Batch::unpack(&packed, &self.key)?;
                *checked += 1;
                self.batches.push(
                    batch
                        .verify(town, &self.key)
                        .ok_or(FlightError::BadBatchSignature)?,
                );
            }
            DeviceFrame::Want(want) => {
                self.wanted.extend(want.documents.iter().copied());
                self.wanted.truncate(WANTED_DOCUMENTS_MAX);
            }
            DeviceFrame::Holdings(holdings) => self.holdings = Some(holdings),
            DeviceFrame::AskLease(_) => self.asks_lease = true,
            DeviceFrame::AskRows(_) => self.takes_rows = true,
            DeviceFrame::Closed(closed) => self.closed.push(closed),
            DeviceFrame::Slow(slow) => self.slow = Some(slow),
            // They are joined before anything is read; none is within another.
            DeviceFrame::Piece(_) => return Err(WireError::Invalid("a piece").into()),
            DeviceFrame::Stood(verdicts) => {
                self.stood.insert(verdicts.batch, verdicts);
            }
        }
        Ok(())
    }

    /// How many batches are sealed to the town: each costs a key agreement and a signature to open.
    pub fn closed_batches(&self) -> usize {
        self.closed.len()
    }

    /// The devices whose batches are sealed to the town: their keys are needed to go on.
    pub fn closed_devices(&self) -> BTreeSet<DeviceId> {
        self.closed.iter().map(|closed| closed.device).collect()
    }

    /// Opens the batches that are sealed to the town. Those of the device itself stand with its
    /// others; of a carried one that cannot be opened, only that is known.
    ///
    /// # Errors
    /// [`FlightError::BadBatchSignature`] if one of the device's own cannot be opened.
    pub fn open(
        mut self,
        town: TownId,
        secret: &SealingSecret,
        key_of: impl Fn(DeviceId) -> Option<PublicKey>,
    ) -> Result<Self, FlightError> {
        for closed in std::mem::take(&mut self.closed) {
            let (device, number) = (closed.device, closed.number);
            let opened = key_of(device).and_then(|key| {
                let batch = Batch::unpack(&closed.open(secret)?, &key).ok()?;
                batch
                    .verify(town, &key)
                    .filter(|batch| batch.batch().number == number)
            });
            if device == self.hello.device {
                self.batches
                    .push(opened.ok_or(FlightError::BadBatchSignature)?);
            } else {
                self.carried.push(CarriedBatch {
                    device,
                    number,
                    batch: opened,
                });
            }
        }
        self.batches.sort_by_key(|batch| batch.batch().number);
        Ok(self)
    }
}
