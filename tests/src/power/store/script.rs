//! What a phone's store is asked to do, step by step, from one number.

use std::collections::BTreeMap;

use alleyway_core::store::{StoreError, Write};
use alleyway_demo::Chance;
use alleyway_device::store::DeviceStore;

/// Settings that steps put.
pub(super) const SETTINGS: [&str; 2] = ["server", "language"];
/// Documents that come and change.
const DOCUMENTS: usize = 12;
/// A document, in bytes, at most.
const DOCUMENT_BYTES_MAX: usize = 24 * 1024;
/// What was typed, in bytes, at most.
const TYPED_BYTES_MAX: usize = 2_000;
/// Batches that are long: they make the journal long, which is then made anew.
const BATCH_BYTES_MAX: usize = 64 * 1024;

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) records: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(super) settings: BTreeMap<&'static str, Vec<u8>>,
}

/// A step: all of it is done, or nothing.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Commit(Vec<Write>),
    CommitAnew(Vec<Write>),
    Set(&'static str, Vec<u8>),
}

impl Step {
    /// Does it.
    pub(super) fn done_by(&self, store: &mut DeviceStore) -> Result<(), StoreError> {
        match self {
            Self::Commit(writes) => store.commit(writes),
            Self::CommitAnew(writes) => store.commit_anew(writes),
            Self::Set(key, value) => store.set(key, value),
        }
    }

    /// What rows are behind it.
    pub(super) fn done_to(&self, mut rows: Rows) -> Rows {
        match self {
            Self::Commit(writes) | Self::CommitAnew(writes) => {
                for write in writes {
                    match &write.value {
                        Some(value) => drop(rows.records.insert(write.key.clone(), value.clone())),
                        None => drop(rows.records.remove(&write.key)),
                    }
                }
            }
            Self::Set(key, value) => drop(rows.settings.insert(key, value.clone())),
        }
        rows
    }
}

/// The steps, without an end: as a phone's days are. Something is typed; it is put into a batch; an
/// answer takes the batch away, and brings documents and the place in the sync.
#[derive(Debug)]
pub(super) struct Script {
    rng: Chance,
    /// Rows of what was typed, and of batches under way.
    typed: Vec<Vec<u8>>,
    batches: Vec<Vec<u8>>,
    count: u32,
}

impl Script {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: Chance::new(seed),
            typed: Vec::new(),
            batches: Vec::new(),
            count: 0,
        }
    }

    fn value(&mut self, bytes_max: usize) -> Vec<u8> {
        let length = 1 + self.rng.below(bytes_max);
        std::iter::repeat_with(|| self.rng.bytes::<8>())
            .flatten()
            .take(length)
            .collect()
    }

    fn put(&mut self, key: Vec<u8>, bytes_max: usize) -> Write {
        Write {
            key,
            value: Some(self.value(bytes_max)),
            slot: None,
        }
    }

    /// A key that was not there before.
    fn new_key(&mut self, kind: u8) -> Vec<u8> {
        self.count += 1;
        [&[kind][..], &self.count.to_be_bytes()].concat()
    }

    fn typed(&mut self) -> Step {
        let key = self.new_key(b'o');
        self.typed.push(key.clone());
        Step::Commit(vec![self.put(key, TYPED_BYTES_MAX)])
    }

    fn batched(&mut self) -> Step {
        let key = self.new_key(b'b');
        self.batches.push(key.clone());
        let gone = self.typed.drain(..).map(|key| Write {
            key,
            value: None,
            slot: None,
        });
        let mut writes: Vec<Write> = gone.collect();
        writes.push(self.put(key, BATCH_BYTES_MAX));
        Step::Commit(writes)
    }

    fn answered(&mut self) -> Vec<Write> {
        let gone = self.batches.drain(..).map(|key| Write {
            key,
            value: None,
            slot: None,
        });
        let mut writes: Vec<Write> = gone.collect();
        let receipt = self.new_key(b'r');
        writes.push(self.put(receipt, TYPED_BYTES_MAX));
        let first = self.rng.below(DOCUMENTS);
        for behind in 0..=self.rng.below(4) {
            let document = ((first + behind) % DOCUMENTS).to_be_bytes();
            writes.push(self.put([&b"d"[..], &document].concat(), DOCUMENT_BYTES_MAX));
        }
        writes.push(self.put(b"s".to_vec(), 200));
        writes
    }
}

impl Iterator for Script {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        Some(match self.rng.below(20) {
            0..=9 => self.typed(),
            10..=12 => self.batched(),
            13..=16 => Step::Commit(self.answered()),
            17 => Step::CommitAnew(self.answered()),
            _ => {
                let key = SETTINGS[self.rng.below(SETTINGS.len())];
                Step::Set(key, self.value(40))
            }
        })
    }
}
