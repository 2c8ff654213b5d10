//! The full check of a store: every record, and that none is missing.

use std::ops::Bound;

use alleyway_core::store::StoreError;

use super::TownStore;
use super::engine::{Engine, EngineError, Entry};
use super::entries::{EntryKey, parse, printable, row_key};
use super::envelope::{Unopened, parts};
use super::tail::Contents;
use super::upkeep::{Damaged, Verified, VerifyReport};

/// Entries read at once.
const PAGE_ENTRIES: usize = 256;

/// A check under way: how far it has come, and what it found so far.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    last: Option<Vec<u8>>,
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

impl<E: Engine> TownStore<E> {
    /// Reads the next page of a check.
    pub(super) fn verify_next(&self, check: u32) -> Result<Verified, StoreError> {
        let mut sweep = self.sweeps.borrow_mut().remove(&check).unwrap_or_default();
        if self.verify_page(&mut sweep)? {
            return Ok(Verified::All(sweep.report));
        }
        let rows = sweep.report.rows;
        self.sweeps.borrow_mut().insert(check, sweep);
        Ok(Verified::Some(rows))
    }

    /// Returns whether the sweep has come to the end.
    fn verify_page(&self, sweep: &mut Sweep) -> Result<bool, StoreError> {
        let page = match self.page(sweep.last.as_deref()) {
            Ok(page) => page,
            Err(error) => {
                // The engine itself cannot read on.
                sweep.report.name(Damaged::Unreadable {
                    reason: error.to_string(),
                });
                return Ok(true);
            }
        };
        sweep.last = page
            .last()
            .map(|(last, _)| last.clone())
            .or_else(|| sweep.last.take());
        for (key, value) in &page {
            self.verify_entry(key, value, sweep)?;
        }
        // Waiting for an empty page would chase what is written at the end between two of them.
        let is_over = page.len() < PAGE_ENTRIES;
        if is_over {
            sweep.report.complete = sweep.contents == self.tail.contents;
        }
        Ok(is_over)
    }

    fn page(&self, last: Option<&[u8]>) -> Result<Vec<Entry>, EngineError> {
        let after = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.engine
            .range(after, Bound::Unbounded)
            .take(PAGE_ENTRIES)
            .collect()
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
                        report.name(Damaged::Record {
                            record: printable(row),
                        });
                    }
                    Err(Unopened::Destroyed) => report.erased += 1,
                    Err(Unopened::Failed(error)) => return Err(error),
                }
            }
            EntryKey::Part { row, index } => {
                if !self.has_part(row, index)? {
                    report.name(Damaged::Part {
                        record: printable(row),
                        part: index,
                    });
                }
            }
            EntryKey::Tail => {}
            EntryKey::Foreign => report.name(Damaged::Foreign {
                record: printable(key),
            }),
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
