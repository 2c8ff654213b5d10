//! An engine in memory, for tests: what is above the engine works on any.
//!
//! It outlives the store that has it open, as files do: a folder opened again finds what was applied,
//! and what was only loaded is gone.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Engine, EngineError, Entry, EntryChange, KEY_BYTES_MAX, VALUE_BYTES_MAX};

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// The entries that were applied, by the folder.
static APPLIED: Mutex<BTreeMap<PathBuf, Entries>> = Mutex::new(BTreeMap::new());

/// A map.
pub(in crate::store) struct Map {
    folder: PathBuf,
    entries: Entries,
}

impl Engine for Map {
    fn open(folder: &Path, _cache_bytes: u64) -> Result<Self, EngineError> {
        let applied = APPLIED.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Self {
            folder: folder.to_owned(),
            entries: applied.get(folder).cloned().unwrap_or_default(),
        })
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.entries.get(key).cloned())
    }

    fn range<'a>(
        &'a self,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> impl Iterator<Item = Result<Entry, EngineError>> + use<'a> {
        let from = from.map(<[u8]>::to_vec);
        let to = to.map(<[u8]>::to_vec);
        let is_behind = move |key: &Vec<u8>| match &from {
            Bound::Included(from) => key >= from,
            Bound::Excluded(from) => key > from,
            Bound::Unbounded => true,
        };
        let is_before = move |key: &Vec<u8>| match &to {
            Bound::Included(to) => key <= to,
            Bound::Excluded(to) => key < to,
            Bound::Unbounded => true,
        };
        self.entries
            .iter()
            .skip_while(move |(key, _)| !is_behind(key))
            .take_while(move |(key, _)| is_before(key))
            .map(|(key, value)| Ok((key.clone(), value.clone())))
    }

    fn load(&mut self, entries: Vec<Entry>) -> Result<(), EngineError> {
        self.entries.extend(entries);
        Ok(())
    }

    fn apply(&mut self, changes: Vec<EntryChange>) -> Result<Duration, EngineError> {
        for (key, value) in changes {
            assert!(key.len() <= KEY_BYTES_MAX, "the contract bounds keys");
            match value {
                Some(value) => {
                    assert!(value.len() <= VALUE_BYTES_MAX, "the contract bounds values");
                    self.entries.insert(key, value);
                }
                None => drop(self.entries.remove(&key)),
            }
        }
        let mut applied = APPLIED.lock().unwrap_or_else(PoisonError::into_inner);
        applied.insert(self.folder.clone(), self.entries.clone());
        Ok(Duration::ZERO)
    }

    fn size_on_disk(&self) -> Result<u64, EngineError> {
        Ok(0)
    }

    fn is_unsynced(&self) -> Result<bool, EngineError> {
        Ok(false)
    }
}
