//! Committing a transaction, durably.

use std::collections::BTreeMap;
use std::time::Instant;

use alleyway_core::store::{StoreError, Transaction, Write};
use alleyway_core::wire::Wire as _;

use super::engine::{Engine, Entry, EntryChange};
use super::entries::{TAIL, row_key};
use super::envelope::{self, parts};
use super::tail::{Contents, Tail};
use super::{SyncTimes, TownStore};
use crate::passing::until_passed;

/// The changes of entries.
type Changes = BTreeMap<Vec<u8>, Change>;

/// The entry as it was and as it will be; none is no entry. Looked up once: the lookup costs as
/// much as the write.
struct Change {
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
}

impl<E: Engine> TownStore<E> {
    /// The order matters, each step is durable before the next: security journal, keys, engine, high
    /// water.
    pub(super) fn commit_durably(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        let begun = Instant::now();
        self.stats.last_syncs = SyncTimes::default();
        self.write_journal(transaction)?;
        self.provide_slots(transaction)?;
        let changes = self.changes(transaction)?;
        let contents = self.contents_after(&changes);
        let (commits, slots) = (self.tail.commits + 1, self.keys.count());
        let tail = Tail {
            commits,
            reach: transaction.high_water,
            slots,
            contents,
        };
        self.write_ledger(changes, &tail)?;
        self.write_high_water(&tail)?;
        self.tail = tail;
        if self.engine.is_unsynced()? {
            self.stats.blob_alarms += 1;
        }
        self.stats.commits += 1;
        self.stats.last_commit = begun.elapsed();
        self.stats.commit_time += self.stats.last_commit;
        Ok(())
    }

    fn write_journal(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        let begun = Instant::now();
        let written = until_passed("security/journal", || {
            self.journal.write(&transaction.journal)
        })
        .map_err(|error| io_failed("security/journal", &error))?;
        if written.fsyncs > 0 {
            self.stats.last_syncs.journal = begun.elapsed();
        }
        self.stats.fsyncs += written.fsyncs;
        self.stats.bytes_written += written.bytes;
        Ok(())
    }

    fn provide_slots(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        let highest = transaction
            .writes
            .iter()
            .filter(|write| write.value.is_some())
            .filter_map(|write| write.slot)
            .max();
        let Some(slot) = highest else { return Ok(()) };
        let begun = Instant::now();
        let drawn = self.keys.provide(slot)?;
        if drawn > 0 {
            self.stats.last_syncs.keys = begun.elapsed();
            self.stats.fsyncs += 1;
            self.stats.bytes_written += drawn;
        }
        Ok(())
    }

    fn changes(&self, transaction: &Transaction) -> Result<Changes, StoreError> {
        let mut changes = Changes::new();
        for write in &transaction.writes {
            let row = row_key(&write.key)?;
            if changes.contains_key(&row) {
                return Err(StoreError::Failed(
                    "a key occurs twice in one transaction".to_owned(),
                ));
            }
            let old = self.entry(&row)?;
            if old.as_deref().and_then(parts).is_some() {
                self.remove_parts(write, &mut changes)?;
            }
            changes.insert(row, Change { old, new: None });
            if let Some(value) = &write.value {
                for (key, envelope) in self.wrap(write, value)? {
                    self.put(key, envelope, &mut changes)?;
                }
            }
        }
        Ok(changes)
    }

    fn put(
        &self,
        key: Vec<u8>,
        envelope: Vec<u8>,
        changes: &mut Changes,
    ) -> Result<(), StoreError> {
        if let Some(change) = changes.get_mut(&key) {
            change.new = Some(envelope);
        } else {
            let old = self.entry(&key)?;
            changes.insert(
                key,
                Change {
                    old,
                    new: Some(envelope),
                },
            );
        }
        Ok(())
    }

    /// Takes out the parts of the value that a write replaces. They are looked up, not counted, so
    /// that a damaged row leaves none behind.
    fn remove_parts(&self, write: &Write, changes: &mut Changes) -> Result<(), StoreError> {
        for part in self.parts_of(&write.key, 0..=u32::MAX) {
            let (key, old) = part?;
            changes.insert(
                key,
                Change {
                    old: Some(old),
                    new: None,
                },
            );
        }
        Ok(())
    }

    fn wrap(&self, write: &Write, value: &[u8]) -> Result<Vec<Entry>, StoreError> {
        let envelope = match write.slot {
            None => envelope::plain(&write.key, value),
            Some(slot) => {
                let destroyed =
                    || StoreError::Failed(format!("the key of slot {slot} was destroyed"));
                let slot_key = self.keys.key(slot)?.ok_or_else(destroyed)?;
                envelope::sealed(&write.key, value, slot, &slot_key)?
            }
        };
        envelope::split(&write.key, envelope)
    }

    /// The sum after the changes; the sum of a check in progress follows for what it has passed.
    fn contents_after(&mut self, changes: &Changes) -> Contents {
        let mut contents = self.tail.contents.clone();
        for (key, Change { old, new }) in changes {
            contents.replace(key, old.as_deref(), new.as_deref());
            for sweep in self.sweeps.get_mut().values_mut() {
                sweep.changed(key, old.as_deref(), new.as_deref());
            }
            if let Some(copying) = self.copying.get_mut() {
                copying.changed(key, new.as_deref());
            }
        }
        contents
    }

    fn write_ledger(&mut self, changes: Changes, tail: &Tail) -> Result<(), StoreError> {
        let mut batch: Vec<EntryChange> = changes
            .into_iter()
            .map(|(key, change)| (key, change.new))
            .collect();
        batch.push((TAIL.to_vec(), Some(envelope::plain(TAIL, &tail.to_bytes()))));
        let bytes: usize = batch
            .iter()
            .map(|(key, new)| key.len() + new.as_ref().map_or(0, Vec::len))
            .sum();
        self.stats.last_syncs.ledger = self.engine.apply(batch)?;
        self.stats.fsyncs += 1;
        self.stats.bytes_written += bytes as u64;
        Ok(())
    }

    fn write_high_water(&mut self, tail: &Tail) -> Result<(), StoreError> {
        let begun = Instant::now();
        let bytes = until_passed("high-water", || self.high_water.write(tail))
            .map_err(|error| io_failed("high-water", &error))?;
        self.stats.last_syncs.high_water = begun.elapsed();
        self.stats.fsyncs += 1;
        self.stats.bytes_written += bytes;
        Ok(())
    }
}

fn io_failed(what: &str, error: &std::io::Error) -> StoreError {
    StoreError::Failed(format!("{what}: {error}"))
}
