//! The needs of whoever runs a store besides the port: that it is whole, a copy of it, and room.
//!
//! # Contract
//! * **Counters.** [`Upkeep::stats`] are of this store since it was opened.
//! * **Verifying.** [`Upkeep::verify_some`] reads the next few hundred records of a check, some
//!   milliseconds' worth. The last call says which records cannot be read, and whether the records are
//!   exactly those of the last commit: none missing, none old. Commits may come between two calls and
//!   are accounted for. Checks of different numbers do not disturb each other; one that has ended begins
//!   anew. A record whose key was destroyed is erased, not damaged.
//! * **A copy of one moment.** [`Upkeep::begin_copy`] begins one, [`Upkeep::copy_some`] returns the next
//!   slice: entries in ascending order of their keys. Commits go on between two slices. The last slice
//!   says what they changed behind the copy; with that laid over, the copy is the store of the moment of
//!   its last slice, and nothing else. The [`Tail`] that comes with it proves that: its sum is the one over
//!   the copied entries. One copy at a time, as far as a store needs that.
//! * **Entries are the same for every store**: keys, envelopes and parts are those of `store::entries` and
//!   `store::envelope`. So what is copied out of one store is restored into any other.
//! * **Document keys.** [`Upkeep::document_keys`], asked after the copy's last slice, holds every key that
//!   its entries need: a key is never drawn twice, and one that was destroyed meanwhile is zeros.
//! * **Room.** [`Upkeep::room`] can be asked by any thread while the writer has the store.
//!
//! The suite `conformance`, behind the feature of that name, tests every adapter against these
//! sentences.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use alleyway_core::store::{Store, StoreError};

use crate::problems::ProblemShown;

use super::StoreStats;
use super::engine::Entry;
use super::room::Room;
use super::tail::Tail;

/// Damaged keys that a report names.
pub const DAMAGED_NAMED_MAX: usize = 10_000;
/// Document keys read at once, 32 bytes each.
pub const KEYS_SLICE: u64 = 4_096;
/// The number of a check that nothing else goes on beside.
const ALONE: u32 = u32::MAX;

/// The needs of a server besides the port. The module says what holds.
pub trait Upkeep: Store + fmt::Debug + Send {
    /// Counters since the store was opened.
    fn stats(&self) -> StoreStats;

    /// Where it keeps its bytes.
    fn room(&self) -> Arc<dyn Room>;

    /// Reads the next few records of the check of that number.
    ///
    /// # Errors
    /// If the store cannot be read at all. Damage is part of the report.
    fn verify_some(&self, check: u32) -> Result<Verified, StoreError>;

    /// Reads every record; `progress` hears how many have been read.
    ///
    /// # Errors
    /// As [`Upkeep::verify_some`].
    fn verify_all(&self, progress: &mut dyn FnMut(u64)) -> Result<VerifyReport, StoreError> {
        loop {
            match self.verify_some(ALONE)? {
                Verified::Some(rows) => progress(rows),
                Verified::All(report) => return Ok(report),
            }
        }
    }

    /// Begins a copy. False if one is under way.
    fn begin_copy(&self) -> bool;

    /// The copy's next slice. At its end there is no copy under way any more.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn copy_some(&self) -> Result<Copied, StoreError>;

    /// Forgets a copy that is under way.
    fn abandon_copy(&self);

    /// The keys of these slots, one after the other, at most [`KEYS_SLICE`] of them and none beyond
    /// those that stand.
    ///
    /// # Errors
    /// If they cannot be read.
    fn document_keys(&self, slots: Range<u64>) -> Result<Vec<u8>, StoreError>;
}

/// How far a check is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// So many records were read; there are more.
    Some(u64),
    /// All were read.
    All(VerifyReport),
}

/// Damage to a store. Keys are in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damaged {
    /// A record does not open.
    Record {
        /// Its key.
        record: String,
    },
    /// A part of a value whose record does not name it.
    Part {
        /// The record's key.
        record: String,
        /// The part's number, from 1.
        part: u32,
    },
    /// An entry that no store of this program writes.
    Foreign {
        /// Its key.
        record: String,
    },
    /// The engine could not read on.
    Unreadable {
        /// The engine's reason.
        reason: String,
    },
}

impl Damaged {
    /// The key, or what the engine said: the word for the damage in an error of the store.
    pub fn record(&self) -> &str {
        match self {
            Self::Record { record } | Self::Part { record, .. } | Self::Foreign { record } => {
                record
            }
            Self::Unreadable { reason } => reason,
        }
    }
}

/// The findings of a full check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Records read.
    pub rows: u64,
    /// Bytes of all values.
    pub bytes: u64,
    /// Records whose key was destroyed: unreadable, as they should be.
    pub erased: u64,
    /// The damage, the first [`DAMAGED_NAMED_MAX`] of it.
    pub damaged: Vec<Damaged>,
    /// How many are damaged.
    pub damaged_count: u64,
    /// Whether the records are exactly those that the last commit left: none missing, none old.
    pub complete: bool,
}

impl VerifyReport {
    /// Whether nothing is damaged and nothing is missing.
    pub fn is_sound(&self) -> bool {
        self.damaged_count == 0 && self.complete
    }

    /// Counts a damaged record, and names it if there is room.
    pub(super) fn name(&mut self, damaged: Damaged) {
        self.damaged_count += 1;
        if self.damaged.len() < DAMAGED_NAMED_MAX {
            self.damaged.push(damaged);
        }
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} records read, {} damaged",
            self.rows, self.damaged_count
        )?;
        if let Some(first) = self.damaged.first() {
            write!(f, " ({})", ProblemShown::from(first).text_en)?;
        }
        f.write_str(if self.complete {
            ", none missing"
        } else {
            ", some are missing or old"
        })
    }
}

/// Entries that changed behind a copy; none is an entry that went.
pub type Changed = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A slice of a copy.
#[derive(Debug)]
pub enum Copied {
    /// Entries, in the order of their keys.
    Entries(Vec<Entry>),
    /// The last ones.
    End(CopyEnd),
    /// More was written meanwhile than is kept, or no copy was begun. There is none any more.
    Abandoned,
}

/// The end of a copy.
#[derive(Debug)]
pub struct CopyEnd {
    /// The last entries, in the order of their keys.
    pub entries: Vec<Entry>,
    /// The changes of entries that were copied before.
    pub changed: Changed,
    /// How the store ends at this moment.
    pub tail: Tail,
}
