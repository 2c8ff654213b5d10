//! A store of which single records cannot be read: the rest opens, and nothing typed is thrown away.
//!
//! | record | what becomes of it |
//! | --- | --- |
//! | a document | dropped, and asked for at the next sync |
//! | a batch of another device | dropped; its author still has it |
//! | what lists show of a document | dropped, and made of the document when a list needs it; if the document itself is not here, it is asked for |
//! | parts of a document, what was looked at, what was asked for | dropped; a document that was asked for still is |
//! | a typed command whose batch is readable | put back from its batch; the batch is sent again, for its verdicts |
//! | another typed command | left where it is, and named |
//! | a sealed batch | left where it is, and named; its commands without a verdict are sealed anew, and may have been sent |
//! | the keys, the device's place in the sync | the store does not open |

use thiserror::Error;

use std::cell::RefCell;

use super::awaiting::Awaiting;
use super::carrying::Carrying;
use super::held::Held;
use super::identity::Identity;
use super::line::Remembered;
use super::outbox::Outbox;
use super::receipts::Receipts;
use super::state::State;
use super::{Replica, rows};
use alleyway_core::id::DocumentId;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::frame::Why;
use alleyway_core::time::Date;
use alleyway_core::wire::Wire;

/// A device as far as its store can be read.
#[derive(Debug)]
pub struct Opened {
    /// The device.
    pub replica: Replica,
    /// The records that could not be read.
    pub damage: Vec<Damage>,
    /// Writes that mend the store, to be committed like any other writes before anything else is done.
    pub repairs: Vec<Write>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The record's key.
    pub key: Vec<u8>,
    /// Its content.
    pub what: Damaged,
}

/// The content of a damaged record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    /// A document; the next sync fetches it.
    Document(DocumentId),
    /// Something that is made anew as it is needed.
    Passing,
    /// A command typed here, by its counter, that was put back from the batch it was sent in.
    Restored(u64),
    /// A command typed here, by its counter. It is lost to this device; the server has it only if
    /// it was sent before.
    Command(u64),
    /// A sealed batch, by its number; commands of it that have no verdict are sealed anew, and are
    /// not taken back any more: they may have been sent in it.
    Batch(u64),
    /// A record of what was typed here whose key, too, is not what was written.
    Unknown,
}

impl Damaged {
    /// Whether it is something that was typed and may be gone.
    pub fn may_be_lost(self) -> bool {
        matches!(self, Self::Command(_) | Self::Unknown)
    }

    /// Whether the record stays in the store until its owner has dealt with it.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Command(_) | Self::Batch(_) | Self::Unknown)
    }
}

/// Why a device did not open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Its keys and its identity cannot be read.
    #[error("the record of the device's keys is damaged")]
    Identity,
    /// Its place in the sync cannot be read: commands could be given numbers twice.
    #[error("the record of the device's place in the sync is damaged")]
    State,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Identity => Self::damaged(rows::IDENTITY),
            OpenError::State => Self::damaged(rows::STATE),
            OpenError::Store(error) => error,
        }
    }
}

impl Replica {
    /// Opens a device's store, as [`Replica::open_tolerantly`] does, for those who need not know
    /// which records could not be read.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the device's keys or its place in the sync cannot be read.
    pub fn open(records: &dyn Records) -> Result<Self, StoreError> {
        Ok(Self::open_tolerantly(records)?.replica)
    }

    /// Opens a device's store; an empty one is a device that is not enrolled. Documents are read,
    /// and decoded when they are looked at. Single records that cannot be read are named.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_tolerantly(records: &dyn Records) -> Result<Opened, OpenError> {
        let vital = |error: StoreError, vital: OpenError| match error {
            StoreError::Damaged(_) => vital,
            other => OpenError::Store(other),
        };
        let identity = Identity::read(records).map_err(|e| vital(e, OpenError::Identity))?;
        let state = State::read(records).map_err(|e| vital(e, OpenError::State))?;
        let mut damaged = Vec::new();
        let mut held = Held::read(records, &mut damaged)?;
        held.opened(state.last_contact().map(Date::of));
        let secret = identity.as_ref().map(Identity::sealing_secret);
        let key = secret.and_then(|secret| state.lease().resting_key(secret));
        let repairs = key.map(|key| held.unlock(key)).unwrap_or_default();
        let carrying = Carrying::read(records, &mut damaged)?;
        let receipts = Receipts::read(records, &mut damaged)?;
        let key = identity.as_ref().map(Identity::key);
        let remembered = Remembered::read(records)?;
        let outbox = Outbox::read(records, key, &mut damaged)?;
        let mut opened = Opened {
            replica: Self {
                identity,
                state,
                held,
                outbox,
                carrying,
                receipts,
                remembered,
                awaiting: Awaiting::default(),
                worked: RefCell::default(),
                session: None,
            },
            damage: Vec::new(),
            repairs,
        };
        for key in damaged {
            opened.take_damaged(key);
        }
        Ok(opened)
    }
}

impl Opened {
    fn take_damaged(&mut self, key: Vec<u8>) {
        let of = key.get(1..).unwrap_or_default();
        let number = <[u8; 8]>::try_from(of).map(u64::from_be_bytes);
        let what = match (key.first(), number) {
            (Some(&rows::OUTBOX | &rows::LOCKED), Ok(counter)) => self.put_back(&key, counter),
            (Some(&rows::BATCHES), Ok(number)) => self.seal_anew(number),
            (Some(&rows::OUTBOX | &rows::LOCKED | &rows::BATCHES), Err(_)) => Damaged::Unknown,
            (kind, _) => {
                self.repairs.push(rows::remove(key.clone()));
                match (kind, DocumentId::from_bytes(of)) {
                    (Some(&rows::DOCUMENTS), Ok(id)) => {
                        self.repairs.push(rows::remove(rows::row(id)));
                        self.want(id);
                        Damaged::Document(id)
                    }
                    (Some(&rows::ROWS), Ok(id)) if self.replica.held.is_filed(id) => {
                        self.want(id);
                        Damaged::Passing
                    }
                    (Some(&rows::WANTED), Ok(id)) => {
                        self.repairs.pop();
                        self.want(id);
                        Damaged::Passing
                    }
                    _ => Damaged::Passing,
                }
            }
        };
        self.damage.push(Damage { key, what });
    }

    fn want(&mut self, id: DocumentId) {
        let wanted = self.replica.held.want(id, Why::Missing);
        self.repairs.push(wanted);
    }

    fn put_back(&mut self, damaged: &[u8], counter: u64) -> Damaged {
        let Some(writes) = self.replica.outbox.put_back(damaged, counter) else {
            return Damaged::Command(counter);
        };
        self.repairs.extend(writes);
        Damaged::Restored(counter)
    }

    fn seal_anew(&mut self, number: u64) -> Damaged {
        let writes = self.replica.outbox.seal_anew(number);
        self.repairs.extend(writes);
        Damaged::Batch(number)
    }
}

#[cfg(test)]
mod tests;
