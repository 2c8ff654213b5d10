//! An append-only log of sealed, chained commits that is the whole store.
//!
//! # Contract
//! * [`Log::commit`] applies all changes or none, and returns only when they would survive a power
//!   cut: one write, one sync.
//! * A commit that returned is there when the log is opened again; of one that did not return, all
//!   or nothing is.
//! * A value that is not what was written is never returned: [`Log::get`] says that it is damaged,
//!   and every other value can still be read. What the server cannot send again stands twice, in
//!   different blocks. A log that lost more than that is refused, and stays as it is.
//! * Names and values are sealed under the log's data key, and that under the host's key, in a file
//!   of its own. The log says how long its commits are, and how many there were.
//! * The log is written anew, under another data key, into the other one of two slots, when half of
//!   it is not needed any more (`is_long`) or when nothing of what was there shall be readable
//!   ([`Log::commit_anew`]). The moment the new log is durable is the commit. The old data key is
//!   then written over with zeros, and so is the old log.
//! * [`Log::reserve`] keeps room for commits to come, and for the log to be written anew. When
//!   there is no other room left, [`Log::commit_reserved`], [`Log::commit_anew`] and what writes the
//!   log anew use it; [`Log::commit`] does not.
//! * A commit that failed leaves the log unusable: whatever comes next fails as it did. It is to be
//!   opened anew, and then says whether the commit is there.
//!
//! Nothing here knows a file system: the six files lie behind [`Medium`].
//!
//! | module | what |
//! | --- | --- |
//! | `header` | format, generation, data key |
//! | `frame` | one commit, written and read |
//! | `scan` | a whole log, read; torn or damaged |
//! | `rows` | what the log holds now |
//! | `mark` | how far commits were acknowledged |
//! | `opening` | which of the two slots holds the log |
//! | `renewal` | the log written anew |
//! | `reserve` | room that is kept |

mod frame;
mod header;
mod mark;
mod medium;
mod opening;
mod renewal;
mod reserve;
mod rows;
mod scan;

use alleyway_core::store::StoreError;

pub use header::FORMAT;
pub use medium::{Medium, Part, Slot};
pub use opening::{FoundLog, LogError, Look};
pub use rows::{Name, Table};

use crate::keys::StoreKey;
use frame::{Frame, FrameBuilder, Tip, open_value};
use rows::{Rows, Value};

/// A block of the disk, in bytes: damage takes one of them.
const BLOCK_BYTES: usize = 4_096;
/// How far a log grows beyond twice what its rows take, in bytes, before it is written anew.
const GROWTH_BYTES_MAX: u64 = 256 * 1024;

/// An open log.
#[derive(Debug)]
pub struct Log<M> {
    medium: M,
    /// Where the log is now.
    slot: Slot,
    /// The bytes that still lie in the other slot, and are to be written over before that is used.
    left: Left,
    generation: u64,
    /// The host's key, which seals the data key.
    host: StoreKey,
    /// The data key, which seals everything else.
    data: StoreKey,
    rows: Rows,
    tip: Tip,
    /// The error with which a commit failed.
    failed: Option<StoreError>,
}

/// The bytes that lie in a slot which is not the log.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    seal: u64,
    log: u64,
}

/// A row's new value; none takes the row away.
pub type NewValue<'a> = (Name, Option<&'a [u8]>);

impl<M: Medium> Log<M> {
    /// Commits changes together, durably.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Failed`]: the log is to be opened anew.
    pub fn commit(&mut self, changes: &[NewValue<'_>]) -> Result<(), StoreError> {
        self.commit_by(changes, Self::append)
    }

    fn commit_by(
        &mut self,
        changes: &[NewValue<'_>],
        append: impl FnOnce(&mut Self, &Frame) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.is_usable()?;
        let mut draft = FrameBuilder::new(&self.data);
        for (name, value) in changes {
            match value {
                Some(value) => draft.put(name.clone(), value)?,
                None => draft.remove(name.clone())?,
            }
        }
        let frame = draft.finish(&self.tip)?;
        if let Err(error) = append(self, &frame) {
            // As if it had never been begun, if the disk still takes that.
            let _ = self.take_back();
            return Err(self.fail(error));
        }
        self.rows.apply(frame.changes);
        self.tip = frame.tip;
        self.acknowledge();
        if is_long(self.tip.end, self.rows.bytes()) {
            self.compact();
        }
        Ok(())
    }

    fn append(&mut self, frame: &Frame) -> Result<(), StoreError> {
        let part = Part::Log(self.slot);
        self.medium.write(part, self.tip.end, &frame.bytes)?;
        self.medium.sync(part)
    }

    /// Takes away what was appended and does not count.
    fn take_back(&mut self) -> Result<(), StoreError> {
        self.medium.cut(Part::Log(self.slot), self.tip.end)
    }

    /// The value of a row.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not what was written, [`StoreError::Failed`] if the file
    /// could not be read.
    pub fn get(&self, name: &Name) -> Result<Option<Vec<u8>>, StoreError> {
        let sealed = match self.rows.get(name) {
            None => return Ok(None),
            Some(Value::Lost) => return Err(StoreError::damaged(&name.key)),
            Some(Value::Sealed(sealed)) => sealed,
        };
        let length = usize::try_from(sealed.length).map_err(failed)?;
        for at in std::iter::once(sealed.at).chain(sealed.again) {
            let bytes = self.medium.read(Part::Log(self.slot), at, length)?;
            if let Some(value) = open_value(&self.data, name, sealed, &bytes) {
                return Ok(Some(value));
            }
        }
        Err(StoreError::damaged(&name.key))
    }

    /// The keys of a table from one on to another one, which is not among them.
    pub fn keys(&self, table: Table, from: &[u8], to: &[u8]) -> impl Iterator<Item = &Name> {
        self.rows.range(table, from, to)
    }

    /// The host's key.
    pub fn host(&self) -> &StoreKey {
        &self.host
    }

    fn is_usable(&self) -> Result<(), StoreError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.failed = Some(error.clone());
        error
    }

    /// Notes that the last commit is durable. A mark that is behind costs nothing but a warning
    /// when more is damaged.
    fn acknowledge(&mut self) {
        let mark = mark::encode(self.tip.sequence);
        let _ = self.medium.write(Part::Mark, 0, &mark);
    }
}

/// True if a log is to be written anew: `bytes` is its length, `live` what its rows would take.
fn is_long(bytes: u64, live: u64) -> bool {
    let least = live.saturating_mul(2).saturating_add(GROWTH_BYTES_MAX);
    bytes > least
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

#[cfg(any(test, feature = "harm"))]
impl<M: Medium> Log<M> {
    /// Flips a bit of a row's value wherever it lies in the file.
    ///
    /// # Errors
    /// What the medium says; [`StoreError::Failed`] if there is no such value.
    pub fn spoil(&mut self, name: &Name) -> Result<(), StoreError> {
        let Some(Value::Sealed(sealed)) = self.rows.get(name) else {
            return Err(failed("there is no such value"));
        };
        for at in std::iter::once(sealed.at).chain(sealed.again) {
            let part = Part::Log(self.slot);
            let mut byte = self.medium.read(part, at, 1)?;
            for byte in &mut byte {
                *byte ^= 1;
            }
            self.medium.write(part, at, &byte)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
