//! The full check of a store: every record, and that none is missing.

use std::fmt;
use std::ops::Bound;

use alleyway_core::store::StoreError;
use sled::IVec;

use super::entries::{EntryKey, parse, printable, row_key};
use super::envelope::{Unopened, parts};
use super::tail::Contents;
use super::{SledStore, guarded};

/// Entries read at once.
pub(crate) const PAGE_ENTRIES: usize = 256;
/// Damaged keys that a report names.
pub const DAMAGED_NAMED_MAX: usize = 10_000;

/// The number of the check in the background.
const PATROL: u32 = 0;

/// What a full check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Records read.
    pub rows: u64,
    /// Bytes of all values.
    pub bytes: u64,
    /// Records whose key was destroyed: unreadable, as they should be.
    pub erased: u64,
    /// Damaged keys in hexadecimal, the first [`DAMAGED_NAMED_MAX`] of them.
    pub damaged: Vec<String>,
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

    fn name(&mut self, damaged: String) {
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
            write!(f, " (the first is {first})")?;
        }
        f.write_str(if self.complete {
            ", none missing"
        } else {
            ", some are missing or old"
        })
    }
}

/// A check under way: how far it has come, and what it found so far.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    last: Option<IVec>,
    contents: Contents,
    report: VerifyReport,
}

impl Sweep {
    /// Follows a change of what was already passed, so that commits may go on between two pages.
    pub(super) fn changed(&mut self, key: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) {
        if self.last.as_deref().is_some_and(|last| key <= last) {
            self.contents.replace(key, old, new);
        }
    }
}

impl SledStore {
    /// Reads every record, page by page, and names all that are damaged. `progress` is told after
    /// each page how many records were read so far.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if the keys or the disk cannot be read. Damage is no error but part
    /// of the report.
    pub fn verify_all(&self, progress: &mut dyn FnMut(u64)) -> Result<VerifyReport, StoreError> {
        let mut sweep = Sweep::default();
        while !self.verify_page(&mut sweep)? {
            progress(sweep.report.rows);
        }
        Ok(sweep.report)
    }

    /// Reads the next page of records; the report, once all were read. Then it begins anew.
    ///
    /// This is the check in the background of a running server: the writer calls it when nothing
    /// waits, and commits between two calls are accounted for.
    ///
    /// # Errors
    /// As [`SledStore::verify_all`].
    pub fn verify_some(&self) -> Result<Option<VerifyReport>, StoreError> {
        self.verify_some_of(PATROL)
    }

    /// The same for the check of that number, beside the one in the background. There are never more
    /// than the administrator's requests.
    ///
    /// # Errors
    /// As [`SledStore::verify_all`].
    pub fn verify_some_of(&self, check: u32) -> Result<Option<VerifyReport>, StoreError> {
        let mut sweep = self.sweep.borrow_mut().remove(&check).unwrap_or_default();
        if self.verify_page(&mut sweep)? {
            return Ok(Some(sweep.report));
        }
        self.sweep.borrow_mut().insert(check, sweep);
        Ok(None)
    }

    /// Returns whether the sweep has come to the end.
    fn verify_page(&self, sweep: &mut Sweep) -> Result<bool, StoreError> {
        let page = match guarded(|| self.page(sweep.last.as_ref())) {
            Ok(page) => page,
            Err(error) => {
                // sled itself cannot read on.
                sweep.report.name(format!("the ledger's file: {error}"));
                return Ok(true);
            }
        };
        sweep.last = page
            .last()
            .map(|(last, _)| last.clone())
            .or_else(|| sweep.last.take());
        for (key, value) in &page {
            guarded(|| self.verify_entry(key, value, sweep))?;
        }
        // Waiting for an empty page would chase what is written at the end between two of them.
        let is_over = page.len() < PAGE_ENTRIES;
        if is_over {
            sweep.report.complete = sweep.contents == self.tail.contents;
        }
        Ok(is_over)
    }

    fn page(&self, last: Option<&IVec>) -> Result<Vec<(IVec, IVec)>, StoreError> {
        let after = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.db
            .range::<&IVec, _>((after, Bound::Unbounded))
            .take(PAGE_ENTRIES)
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::Failed(error.to_string()))
    }

    fn verify_entry(&self, key: &[u8], value: &[u8], sweep: &mut Sweep) -> Result<(), StoreError> {
        let Sweep {
            contents, report, ..
        } = sweep;
        let entry = parse(key);
        if entry != EntryKey::Tail {
            contents.add(key, value);
        }
        match entry {
            EntryKey::Row(row) => {
                report.rows += 1;
                match self.value_of(row, value) {
                    Ok(value) => report.bytes += value.len() as u64,
                    Err(Unopened::Damaged | Unopened::Failed(StoreError::Damaged(_))) => {
                        report.name(printable(row));
                    }
                    Err(Unopened::Destroyed) => report.erased += 1,
                    Err(Unopened::Failed(error)) => return Err(error),
                }
            }
            EntryKey::Part { row, index } => {
                if !self.has_part(row, index)? {
                    report.name(format!(
                        "{} (part {index} belongs to nothing)",
                        printable(row)
                    ));
                }
            }
            EntryKey::Tail => {}
            EntryKey::Foreign => report.name(format!("{} (not of this store)", printable(key))),
        }
        Ok(())
    }

    fn has_part(&self, row: &[u8], index: u32) -> Result<bool, StoreError> {
        let value = self.entry(&row_key(row)?)?;
        Ok(value
            .as_deref()
            .and_then(parts)
            .is_some_and(|(count, _)| (1..=count).contains(&index)))
    }
}
