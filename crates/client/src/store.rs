//! The store in which a device keeps its rows: a port.
//!
//! # Contract
//! A store is a sorted map from keys to values, and beside it a few settings by name, so that no
//! key of one can be taken for a key of the other.
//!
//! * [`Store::commit`] applies all writes or none, and returns only when they would survive a power
//!   cut. Behind a commit that failed the store is not used again: it is dropped and opened anew,
//!   and is then as it was before that commit or as it would be behind it.
//! * [`Store::commit_anew`] does the same, and nothing that its writes replace or remove, nor
//!   anything removed earlier, can be read again by whoever holds the store and its key. Cut off in
//!   between, the store is as before, or as behind it once it has been opened.
//! * [`Store::reserve`] keeps room of the disk for commits to come. Only [`Store::commit_reserved`]
//!   and [`Store::commit_anew`] may use it up, when there is no other room left: a device that can
//!   record nothing more can still hand in, and lock what is on it.
//! * What was committed is read back until it is overwritten or removed. A value that was damaged is
//!   never returned: reading it is [`StoreError::Damaged`], and every other value can still be read.
//!   A damaged store that can be opened at all says what was found ([`Store::rebuilt`]).
//! * [`Records::scan`] and [`Records::keys`] return keys in ascending order, bytewise.
//! * Every value is sealed; names of rows need not be.
//! * One process holds a store, and one value of it; a second opening is refused. Dropping the value
//!   closes the store: when `drop` returns, another may open it.
//!
//! Nothing above the port may assume more: not an engine, not files.

use alleyway_replica::Room;

use alleyway_core::store::{MemoryStore, Records, StoreError, Transaction, Write};

/// A device's store.
pub trait Store: Records {
    /// Commits `writes` together, durably.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Failed`]: the store is to be dropped and opened anew.
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError>;

    /// Keeps room for commits to come; a call takes the place of the one before. A store that counts
    /// no room keeps none.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is not so much; the store can be used as before then.
    /// [`StoreError::Failed`].
    fn reserve(&mut self, room: Room) -> Result<(), StoreError>;

    /// Commits `writes` as [`Store::commit`] does, if need be in the room that is kept.
    ///
    /// # Errors
    /// As [`Store::commit`].
    fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError>;

    /// Commits `writes` as [`Store::commit_reserved`] does, and makes what was there before unreadable.
    ///
    /// # Errors
    /// As [`Store::commit`].
    fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError>;

    /// One of the device's own settings.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not what was written, [`StoreError::Failed`] if it could not
    /// be read.
    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts one of the device's own settings, durably.
    ///
    /// # Errors
    /// As [`Store::commit`].
    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError>;

    /// The findings when the store was opened and had to be rebuilt; none if it was whole.
    fn rebuilt(&self) -> Option<Rebuilt>;
}

/// A store that was damaged and rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where the damaged one is kept, for people.
    pub kept: String,
    /// Rows that were found and cannot be read.
    pub unreadable: usize,
}

/// Keys of settings in a store without a place of their own for them: no row of a replica begins so.
const SETTINGS: &[u8] = b"\xffsetting ";

/// For tests: nothing survives the process, and nothing replaced is left.
impl Store for MemoryStore {
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        alleyway_core::store::Store::commit(
            self,
            &Transaction {
                writes: writes.to_vec(),
                ..Transaction::default()
            },
        )
    }

    fn reserve(&mut self, _: Room) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        Store::commit(self, writes)
    }

    fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        Store::commit(self, writes)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(&[SETTINGS, name.as_bytes()].concat())
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let key = [SETTINGS, name.as_bytes()].concat();
        let value = Some(value.to_vec());
        Store::commit(
            self,
            &[Write {
                key,
                value,
                slot: None,
            }],
        )
    }

    fn rebuilt(&self) -> Option<Rebuilt> {
        None
    }
}
