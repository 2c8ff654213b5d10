//! The log written anew, under another data key, into the other slot.
//!
//! Cut off before the new log is durable, the log is as it was; cut off behind it, the next opening
//! writes over the old one. The old data key is nowhere else than in its small file: with it goes
//! every copy of an old value that the disk still holds.

use std::collections::BTreeMap;

use alleyway_core::store::StoreError;

use super::frame::{FrameBuilder, Tip};
use super::header::Header;
use super::opening::discard;
use super::{Frame, Left, Log, Medium, Name, NewValue, Part, Rows, Slot, failed};
use crate::keys::StoreKey;

/// The log anew, before it is written.
struct Renewed {
    data: StoreKey,
    seal: Vec<u8>,
    frame: Frame,
    unreadable: usize,
}

impl<M: Medium> Log<M> {
    /// Commits changes as [`Log::commit`] does, and destroys the key under which everything lay
    /// until then: what they replace or remove can be read nowhere any more, not even with the
    /// host's key. As far as the disk lets a file be written over.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Failed`]: the log is to be opened anew. Either nothing
    /// was written, or all; then the opening destroys the old key.
    pub fn commit_anew(&mut self, changes: &[NewValue<'_>]) -> Result<(), StoreError> {
        self.is_usable()?;
        let done = self
            .renew_reserved(changes)
            .and_then(|_| self.discard_former())
            .and_then(|()| self.medium.discard_kept());
        done.map_err(|error| self.fail(error))
    }

    /// Leaves out what is not needed any more. If that fails, the log goes on as it is.
    pub(super) fn compact(&mut self) {
        match self.renew_reserved(&[]) {
            // If the disk refuses that, it is done before the slot is used again.
            Ok(_) => drop(self.discard_former()),
            Err(error) => {
                if self.undo().is_err() {
                    // The new log may be whole: what comes next would not be in it.
                    self.fail(error);
                }
            }
        }
    }

    /// As [`Log::renew`], if need be in the room that is kept.
    fn renew_reserved(&mut self, changes: &[NewValue<'_>]) -> Result<usize, StoreError> {
        match self.renew(changes) {
            Err(StoreError::Full(reason)) => {
                self.undo()?;
                if !self.medium.release()? {
                    return Err(StoreError::Full(reason));
                }
                self.renew(changes)
            }
            done => done,
        }
    }

    /// Takes away what of a new log was written, durably.
    fn undo(&mut self) -> Result<(), StoreError> {
        let slot = self.slot.other();
        let (seal, log) = (Part::Seal(slot), Part::Log(slot));
        self.medium.cut(log, 0)?;
        self.medium.sync(log)?;
        // A full disk may not let it be written over.
        let _ = discard(&mut self.medium, seal, self.left.seal);
        self.medium.cut(seal, 0)?;
        self.medium.sync(seal)?;
        self.left = Left::default();
        Ok(())
    }

    /// Writes a damaged log anew and sets the damaged one aside. How many values cannot be read.
    pub(super) fn mend(&mut self) -> Result<usize, StoreError> {
        let unreadable = self.renew_reserved(&[])?;
        self.medium.set_aside(self.slot.other())?;
        self.left = Left::default();
        Ok(unreadable)
    }

    /// Moves the log into the other slot, with changes. The old one is as it was. How many values
    /// cannot be read.
    fn renew(&mut self, changes: &[NewValue<'_>]) -> Result<usize, StoreError> {
        let renewed = self.renewed(changes)?;
        let slot = self.slot.other();
        // Where the new log does not arrive there must be nothing else.
        self.discard_former()?;
        self.left = renewed.left();
        write(&mut self.medium, slot, &renewed.seal, &renewed.frame)?;
        // From here on the new one is the log.
        self.slot = slot;
        self.left.log = self.tip.end;
        self.generation += 1;
        (self.data, self.tip) = (renewed.data, renewed.frame.tip);
        self.rows = Rows::default();
        self.rows.apply(renewed.frame.changes);
        self.acknowledge();
        Ok(renewed.unreadable)
    }

    /// Writes over what lies in the other slot, the key first.
    pub(super) fn discard_former(&mut self) -> Result<(), StoreError> {
        let slot = self.slot.other();
        discard(&mut self.medium, Part::Seal(slot), self.left.seal)?;
        self.left.seal = 0;
        discard(&mut self.medium, Part::Log(slot), self.left.log)?;
        self.left.log = 0;
        Ok(())
    }

    /// All rows under another key, with changes. A value that cannot be read stays named.
    fn renewed(&self, changes: &[NewValue<'_>]) -> Result<Renewed, StoreError> {
        let data = StoreKey::random().map_err(failed)?;
        let changed: BTreeMap<&Name, Option<&[u8]>> =
            changes.iter().map(|(name, value)| (name, *value)).collect();
        let mut draft = FrameBuilder::new(&data);
        let mut unreadable = 0;
        for (name, _) in self.rows.iter() {
            if changed.contains_key(name) {
                continue;
            }
            match self.get(name) {
                Ok(Some(value)) => draft.put(name.clone(), &value)?,
                Ok(None) => {}
                Err(StoreError::Damaged(_)) => {
                    unreadable += 1;
                    draft.lose(name.clone())?;
                }
                Err(error) => return Err(error),
            }
        }
        for (name, value) in changed {
            if let Some(value) = value {
                draft.put(name.clone(), value)?;
            }
        }
        let first = self.tip.sequence + 1;
        let header = Header::new(&self.host, &data, self.generation + 1, first).map_err(failed)?;
        let frame = draft.finish(&Tip::before(first))?;
        Ok(Renewed {
            seal: header.encode(),
            frame,
            data,
            unreadable,
        })
    }
}

impl Renewed {
    fn left(&self) -> Left {
        Left {
            seal: self.seal.len() as u64,
            log: self.frame.bytes.len() as u64,
        }
    }
}

/// Writes a new log into an empty slot. Its key is durable first: a log is never without one.
pub(super) fn write(
    medium: &mut impl Medium,
    slot: Slot,
    seal: &[u8],
    frame: &Frame,
) -> Result<(), StoreError> {
    for (part, bytes) in [(Part::Seal(slot), seal), (Part::Log(slot), &frame.bytes)] {
        medium.write(part, 0, bytes)?;
        medium.sync(part)?;
    }
    Ok(())
}
