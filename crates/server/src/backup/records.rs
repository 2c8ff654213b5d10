//! Reading a backup's rows without putting them back.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use alleyway_core::store::{Records, Row, StoreError};

use super::chunks::{ChunkName, parse};
use super::error::BackupError;
use super::folder::BackupFolder;
use super::keys::DocumentKeys;
use crate::store::engine::Entry;
use crate::store::{OpenedRow, open_row, row_of, tree_key};

/// Chunks kept in memory, at most 1 MiB each.
const CHUNKS_KEPT_MAX: usize = 32;

/// The step with each row: its key, and its content.
type Visit<'a> = dyn FnMut(&[u8], &OpenedRow) -> Result<(), BackupError> + 'a;

/// The rows of a backup whose chunks were verified.
pub(crate) struct BackupRecords<'a> {
    folder: &'a BackupFolder,
    chunks: Vec<(Vec<u8>, &'a ChunkName)>,
    keys: &'a DocumentKeys,
    /// The chunks read last, by their places; the newest in front.
    kept: RefCell<VecDeque<(usize, Rc<Vec<Entry>>)>>,
}

impl<'a> BackupRecords<'a> {
    pub(super) fn new(
        folder: &'a BackupFolder,
        chunks: &'a [ChunkName],
        keys: &'a DocumentKeys,
    ) -> Self {
        let chunks = chunks
            .iter()
            .map(|chunk| (hex::decode(&chunk.first).unwrap_or_default(), chunk))
            .collect();
        Self {
            folder,
            chunks,
            keys,
            kept: RefCell::default(),
        }
    }

    /// The entries of the chunk at a place; none behind the last.
    fn chunk(&self, place: usize) -> Result<Option<Rc<Vec<Entry>>>, StoreError> {
        let mut kept = self.kept.borrow_mut();
        if let Some(at) = kept.iter().position(|(known, _)| *known == place) {
            let Some((place, entries)) = kept.remove(at) else {
                return Ok(None);
            };
            kept.push_front((place, entries.clone()));
            return Ok(Some(entries));
        }
        let Some((_, name)) = self.chunks.get(place) else {
            return Ok(None);
        };
        let failed = |error: BackupError| StoreError::Failed(error.to_string());
        let bytes = self.folder.read_chunk(name).map_err(failed)?;
        let entries =
            Rc::new(parse(&bytes).ok_or_else(|| StoreError::Damaged(name.blake3.clone()))?);
        kept.push_front((place, entries.clone()));
        kept.truncate(CHUNKS_KEPT_MAX);
        Ok(Some(entries))
    }

    /// The place of the chunk in which a key would be.
    fn place(&self, key: &[u8]) -> usize {
        self.chunks
            .partition_point(|(first, _)| first.as_slice() <= key)
            .saturating_sub(1)
    }

    fn entry(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(entries) = self.chunk(self.place(key))? else {
            return Ok(None);
        };
        let found = entries
            .binary_search_by(|(known, _)| known.as_slice().cmp(key))
            .ok();
        Ok(found
            .and_then(|at| entries.get(at))
            .map(|(_, value)| value.clone()))
    }

    /// Opens a row's entry; none if its key was destroyed.
    fn opened(&self, key: &[u8], row: &[u8]) -> Result<Option<OpenedRow>, StoreError> {
        open_row(key, row, &|part| self.entry(part), &|slot| {
            self.keys.key(slot)
        })
    }

    /// Visits every row in the order of the keys, with the slot it is sealed under. Returns how many
    /// cannot be read because their key was destroyed.
    pub(crate) fn each(&self, visit: &mut Visit<'_>) -> Result<u64, BackupError> {
        let mut erased = 0;
        let mut place = 0;
        while let Some(entries) = self.chunk(place)? {
            place += 1;
            for (key, value) in entries.iter() {
                let Some(row) = row_of(key) else {
                    return Ok(erased);
                };
                match self.opened(row, value)? {
                    Some(opened) => visit(row, &opened)?,
                    None => erased += 1,
                }
            }
        }
        Ok(erased)
    }
}

impl Records for BackupRecords<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(row) = self.entry(&tree_key(key))? else {
            return Ok(None);
        };
        let erased = || StoreError::damaged(key);
        self.opened(key, &row)?
            .map(|opened| opened.value)
            .ok_or_else(erased)
            .map(Some)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let (from, to) = (tree_key(from), tree_key(to));
        let mut rows = Vec::new();
        let mut place = self.place(&from);
        while let Some(entries) = self.chunk(place)? {
            place += 1;
            for (key, value) in entries.iter().skip_while(|(key, _)| *key < from) {
                let Some(row) = row_of(key).filter(|_| *key < to && rows.len() < limit) else {
                    return Ok(rows);
                };
                let opened = self
                    .opened(row, value)?
                    .ok_or_else(|| StoreError::damaged(row))?;
                rows.push((row.to_vec(), opened.value));
            }
        }
        Ok(rows)
    }
}
