//! Where a log lies: a port over six files, so that the log knows no file system.

use alleyway_core::store::StoreError;

/// One of the two places that hold the log in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// That of a new log.
    First,
    /// The other one.
    Second,
}

impl Slot {
    /// The place that the log goes to when it is written anew.
    pub(super) fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// One of the files of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The header of what is in a slot, with its data key.
    Seal(Slot),
    /// The commits.
    Log(Slot),
    /// The mark: how far commits were acknowledged.
    Mark,
}

/// The files of one log.
///
/// # Contract
/// * A file that was never written is empty.
/// * What is written or cut is seen by whoever reads next. It survives a power cut only once
///   [`Medium::sync`] of that file has returned: before, any part of it may be there, in any order,
///   in whole sectors of 512 bytes. Bytes that did not arrive are zeros, or lie behind the end.
/// * One process at a time holds the files. Who has them sees to that, not this port.
pub trait Medium {
    /// All bytes of a file.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn load(&self, part: Part) -> Result<Vec<u8>, StoreError>;

    /// The bytes of a file from `at` on, `length` of them, or fewer if it ends before.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn read(&self, part: Part, at: u64, length: usize) -> Result<Vec<u8>, StoreError>;

    /// Writes bytes at a place. Where that is behind the end, the file grows.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is no room, [`StoreError::Failed`]; a part may be written.
    fn write(&mut self, part: Part, at: u64, bytes: &[u8]) -> Result<(), StoreError>;

    /// Cuts a file to a length that is not more than it has.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn cut(&mut self, part: Part, length: u64) -> Result<(), StoreError>;

    /// Returns when all that was written to a file, its length and its name would survive a power
    /// cut.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Failed`]; nobody knows then what is there.
    fn sync(&mut self, part: Part) -> Result<(), StoreError>;

    /// Keeps so many bytes of the disk, in a file that nobody reads; fewer than before, too. What is
    /// kept is not synced: a power cut may leave more or less of it.
    ///
    /// # Errors
    /// [`StoreError::Full`] if the disk has not so many: what was kept before still is.
    /// [`StoreError::Failed`].
    fn reserve(&mut self, bytes: u64) -> Result<(), StoreError>;

    /// Gives up what is kept. Whether anything was.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn release(&mut self) -> Result<bool, StoreError>;

    /// Keeps the two damaged files of a slot under other names, in the place of those that were
    /// kept before. Both are empty then.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn set_aside(&mut self, slot: Slot) -> Result<(), StoreError>;

    /// Destroys the damaged files that are kept, if there are any.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    fn discard_kept(&mut self) -> Result<(), StoreError>;
}
