//! A store of which single records cannot be read: the rest opens, and nothing typed is thrown away.
//!
//! | record | what becomes of it |
//! | --- | --- |
//! | a document | dropped, and asked for at the next sync |
//! | a batch of another device | dropped; its author still has it |
//! | parts of a document, what was looked at, what was asked for | dropped; a document that was asked for still is |
//! | a typed command whose batch is readable | put back from its batch; the batch is sent again, for its verdicts |
//! | another typed command | left where it is, and named |
//! | a sealed batch | left where it is, and named; its commands without a verdict are sealed anew |
//! | the keys, the device's place in the sync | the store does not open |

use std::collections::BTreeSet;

use thiserror::Error;

use super::confirmed::Confirmed;
use super::outbox::{Fate, Outgoing};
use super::restored::GivenUp;
use super::{Replica, rows};
use alleyway_core::batch::Batch;
use alleyway_core::documents::Document;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::frame::Why;
use alleyway_core::wire::Wire;

/// A device as far as its store can be read.
#[derive(Debug)]
pub struct Opened {
    /// The device.
    pub replica: Replica,
    /// What could not be read, in the order of the store.
    pub damage: Vec<Damage>,
    /// What mends the store, to be committed like any other writes before anything else is done.
    pub repairs: Vec<Write>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The record's key.
    pub key: Vec<u8>,
    /// What it held.
    pub what: Damaged,
}

/// What a damaged record held.
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
    /// A sealed batch, by its number; commands of it that have no verdict are sealed anew.
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
    /// Where it stands in the sync cannot be read: commands could be given numbers twice.
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
        let mut replica = Self::empty();
        replica.identity =
            rows::get(records, rows::IDENTITY).map_err(|e| vital(e, OpenError::Identity))?;
        replica.state = rows::get(records, rows::STATE)
            .map_err(|e| vital(e, OpenError::State))?
            .unwrap_or_default();
        replica.compared = match rows::get(records, rows::COMPARED) {
            // Of some incarnation before the one that was heard last: which one, nobody knows.
            Err(StoreError::Damaged(_)) => Some(0),
            read => read?,
        };
        replica.noted = replica.state.lease.as_ref().map_or(0, |lease| lease.spent);
        let mut damaged = replica.read_received(records)?;
        damaged.extend(replica.read_typed(records)?);
        let mut opened = Opened {
            replica,
            damage: Vec::new(),
            repairs: Vec::new(),
        };
        for key in damaged {
            opened.take_damaged(key);
        }
        Ok(opened)
    }

    /// What came from the server. The keys of what cannot be read.
    fn read_received(&mut self, records: &dyn Records) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut damaged = rows::each(records, rows::DOCUMENTS, |id, value| {
            self.documents.insert(id, Confirmed::read(id, value)?);
            Some(())
        })?;
        damaged.extend(rows::each(records, rows::WANTED, |id, value| {
            self.wanted.insert(id, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each(records, rows::LOOKED_AT, |id, value| {
            self.looked_at.insert(id, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        damaged.extend(rows::each(
            records,
            rows::CARRIED,
            |(device, number): (DeviceId, [u8; 8]), value| {
                self.carrying.put(
                    (device, u64::from_be_bytes(number)),
                    Wire::from_bytes(value).ok()?,
                );
                Some(())
            },
        )?);
        damaged.extend(rows::each(
            records,
            rows::RECEIPTS,
            |number: [u8; 8], value| {
                self.receipts
                    .insert(u64::from_be_bytes(number), Wire::from_bytes(value).ok()?);
                Some(())
            },
        )?);
        damaged.extend(rows::each(
            records,
            rows::PARTS,
            |(id, (version, index)), value| {
                self.parts.insert((id, version, index), value.to_vec());
                Some(())
            },
        )?);
        Ok(damaged)
    }

    /// What was typed here. The keys of what cannot be read.
    fn read_typed(&mut self, records: &dyn Records) -> Result<Vec<Vec<u8>>, StoreError> {
        if let Some(identity) = &self.identity {
            self.outbox.set_key(identity.secret().public());
        }
        let outbox = &mut self.outbox;
        let mut damaged = rows::each(records, rows::BATCHES, |number: [u8; 8], value| {
            outbox
                .batches
                .insert(u64::from_be_bytes(number), Wire::from_bytes(value).ok()?);
            Some(())
        })?;
        damaged.extend(rows::each(
            records,
            rows::VERDICTS,
            |number: [u8; 8], value| {
                outbox
                    .proofs
                    .insert(u64::from_be_bytes(number), Wire::from_bytes(value).ok()?);
                Some(())
            },
        )?);
        damaged.extend(rows::each(
            records,
            rows::GIVEN_UP,
            |number: [u8; 8], value| {
                let places: GivenUp = Wire::from_bytes(value).ok()?;
                outbox
                    .given_up
                    .insert(u64::from_be_bytes(number), places.iter().copied().collect());
                Some(())
            },
        )?);
        damaged.extend(rows::each(
            records,
            rows::OUTBOX,
            |counter: [u8; 8], value| {
                outbox
                    .commands
                    .insert(u64::from_be_bytes(counter), Wire::from_bytes(value).ok()?);
                Some(())
            },
        )?);
        damaged.extend(rows::each(
            records,
            rows::LOCKED,
            |counter: [u8; 8], value| {
                outbox
                    .locked
                    .insert(u64::from_be_bytes(counter), Wire::from_bytes(value).ok()?);
                Some(())
            },
        )?);
        Ok(damaged)
    }

    /// A command from the batch it was sealed in.
    fn sealed_command(&self, counter: u64) -> Option<Outgoing> {
        let key = self.identity.as_ref()?.secret().public();
        self.outbox.batches.iter().find_map(|(number, sealed)| {
            let batch = Batch::unpack(sealed.packed()?, &key).ok()?;
            let (place, command) = (0_u32..)
                .zip(batch.commands.iter())
                .find(|(_, c)| c.counter == counter)?;
            Some(Outgoing {
                command: command.clone(),
                sealed: Some((*number, place)),
                fate: Fate::PENDING,
            })
        })
    }

    /// A confirmed document, decoded. One whose bytes are not those that were written is noted.
    pub(super) fn decoded(&self, id: DocumentId) -> Option<&Document> {
        // While the lease has ended nothing can be read, and nothing is damaged.
        let key = self.lease_key()?;
        let document = self.documents.get(&id)?.document(&key);
        if document.is_none() {
            self.unreadable.borrow_mut().insert(id);
        }
        document
    }

    /// Asks for the documents that could not be decoded when they were looked at. A sync begins
    /// with it; a program that ends before its next sync keeps the writes.
    pub fn want_unreadable(&mut self) -> Vec<Write> {
        let unreadable: BTreeSet<DocumentId> = std::mem::take(self.unreadable.get_mut());
        let asked: Vec<DocumentId> = unreadable
            .into_iter()
            .filter(|id| !self.wanted.contains_key(id))
            .collect();
        asked
            .into_iter()
            .map(|id| {
                self.wanted.insert(id, Why::Missing);
                self.write_wanted(id)
            })
            .collect()
    }

    /// How many documents are to be fetched whole: they are missing here, or damaged.
    pub fn wanted_count(&self) -> usize {
        self.wanted.len()
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
                        self.want(id);
                        Damaged::Document(id)
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
        self.replica.wanted.insert(id, Why::Missing);
        self.repairs.push(self.replica.write_wanted(id));
    }

    /// A command's row is made anew from its batch, which is sent again: what the server said of it
    /// was in the row.
    fn put_back(&mut self, damaged: &[u8], counter: u64) -> Damaged {
        let Some(outgoing) = self.replica.sealed_command(counter) else {
            return Damaged::Command(counter);
        };
        let outbox = &mut self.replica.outbox;
        if let Some((number, _)) = outgoing.sealed
            && let Some(sealed) = outbox.batches.get_mut(&number)
        {
            sealed.answered = false;
            self.repairs.push(outbox.write_batch(number));
        }
        outbox.commands.insert(counter, outgoing);
        let written = outbox.write(counter);
        if written.key != damaged {
            // It was typed behind the lease, and can be read again.
            self.repairs.push(rows::remove(damaged.to_vec()));
        }
        self.repairs.push(written);
        Damaged::Restored(counter)
    }

    /// A batch that cannot be sent as it was: what has no verdict goes out under a new number. The
    /// server gives an id its verdict once, whichever batch it comes in.
    fn seal_anew(&mut self, number: u64) -> Damaged {
        let outbox = &mut self.replica.outbox;
        for counter in outbox.in_batch(number).into_values() {
            if let Some(outgoing) = outbox.commands.get_mut(&counter)
                && outgoing.fate.is_pending()
            {
                outgoing.sealed = None;
                self.repairs.push(outbox.write(counter));
            } else if let Some(locked) = outbox.locked.get_mut(&counter)
                && locked.fate.is_pending()
            {
                locked.sealed = None;
                self.repairs.push(outbox.write(counter));
            }
        }
        Damaged::Batch(number)
    }
}

#[cfg(test)]
mod tests;
