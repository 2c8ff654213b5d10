//! A data folder put together anew: from a backup's entries, or row by row.
//!
//! The folder gets its `FORMAT` last, by [`SledStore::publish`]: one whose making was cut off does
//! not open, and can be removed and made again.

use std::path::Path;

use alleyway_core::id::TownId;
use alleyway_core::wire::Wire as _;
use alleyway_files::{create, create_empty, sync_folder};

use super::entries::TAIL;
use super::folder::DataFolder;
use super::journal::Journal;
use super::open::{OpenError, OpenOptions, Parts, engine_refused, open_engine, settle};
use super::raw::{RawEntry, TreeTail};
use super::slots::Slots;
use super::tail::HighWaterFile;
use super::{SledStore, envelope};

/// A data folder whose entries are being put back.
pub(crate) struct Rebuild {
    db: sled::Db,
    journal: Journal,
    slots: std::fs::File,
    folder: DataFolder,
}

impl Rebuild {
    /// Begins a folder, which must be empty or not exist. `keys` is what the file of document keys
    /// held; `journal` what the security journal's file held, none where it is lost.
    ///
    /// # Errors
    /// [`OpenError::NotEmpty`], or what the file system said.
    pub(crate) fn begin(
        path: &Path,
        town: TownId,
        keys: &[u8],
        journal: Option<&[u8]>,
        options: OpenOptions,
    ) -> Result<Self, OpenError> {
        let folder = DataFolder::begin(path, town)?;
        let write = |path: &Path, bytes: &[u8]| {
            create(path, bytes).map_err(|error| OpenError::io(path, error))
        };
        let slots = write(&folder.slots(), keys)?;
        if let Some(bytes) = journal {
            write(&folder.journal(), bytes)?;
        }
        for names in [folder.keys(), folder.security()] {
            sync_folder(&names).map_err(|error| OpenError::io(&names, error))?;
        }
        let journal = Journal::open(&folder.journal())
            .map_err(|error| OpenError::io(&folder.journal(), error))?;
        let db = open_engine(&folder, options)?;
        Ok(Self {
            db,
            journal,
            slots,
            folder,
        })
    }

    /// Puts entries back. Nothing is durable before [`Rebuild::finish`].
    ///
    /// # Errors
    /// [`OpenError::Engine`]; [`OpenError::Io`] if the system refused.
    pub(crate) fn put(&self, entries: impl IntoIterator<Item = RawEntry>) -> Result<(), OpenError> {
        let mut batch = sled::Batch::default();
        for (key, value) in entries {
            batch.insert(key, value);
        }
        self.db
            .apply_batch(batch)
            .map_err(|error| engine_refused(&self.folder, error))
    }

    /// Ends the tree with its tail, and makes all of it durable. The folder is not published yet.
    ///
    /// # Errors
    /// What the engine or the file system said; [`OpenError::KeysMissing`] if the tail speaks of more
    /// keys than there are.
    pub(crate) fn finish(self, tail: &TreeTail) -> Result<SledStore, OpenError> {
        let Self {
            db,
            journal,
            slots,
            folder,
        } = self;
        let tail = tail.0.clone();
        let io = |error| OpenError::io(folder.path(), error);
        db.insert(TAIL, envelope::plain(TAIL, &tail.to_bytes()))
            .map_err(|error| engine_refused(&folder, error))?;
        let db_file = settle(&folder, &db)?;
        let slots = Slots::open(slots, tail.slots)
            .map_err(|_| OpenError::KeysMissing(folder.path().to_owned()))?;
        let high_water = create_empty(&folder.high_water())
            .and_then(HighWaterFile::new)
            .map_err(io)?;
        high_water.write(&tail).map_err(io)?;
        Ok(SledStore::assemble(Parts {
            folder,
            db,
            db_file,
            slots,
            high_water,
            journal,
            tail,
        }))
    }
}

impl SledStore {
    /// Begins an empty store like [`SledStore::create`], but leaves it unpublished, with this
    /// security journal; none where it is lost.
    ///
    /// # Errors
    /// As [`Rebuild::begin`].
    pub(crate) fn begin_empty(
        path: &Path,
        town: TownId,
        journal: Option<&[u8]>,
        options: OpenOptions,
    ) -> Result<Self, OpenError> {
        Rebuild::begin(path, town, &[], journal, options)?.finish(&TreeTail::empty())
    }

    /// Makes the folder one that opens, after everything else in it is durable.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) fn publish(&self) -> Result<(), OpenError> {
        self.folder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::raw::Copied;
    use alleyway_core::store::{Records as _, Store as _, Transaction, Write};

    #[test]
    fn a_folder_rebuilt_from_its_entries_opens_only_once_it_is_published() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        let mut store = SledStore::create(&old, TownId([1; 16]), OpenOptions::default()).unwrap();
        let write = Write {
            key: b"k".to_vec(),
            value: Some(vec![5; 9_000]),
            slot: Some(1),
        };
        store
            .commit(&Transaction {
                writes: vec![write],
                ..Transaction::default()
            })
            .unwrap();
        let keys = store.document_keys(0, 1_024).unwrap();
        assert!(store.begin_copy());
        let rebuild =
            Rebuild::begin(&new, TownId([1; 16]), &keys, None, OpenOptions::default()).unwrap();
        let tail = loop {
            match store.copy_some().unwrap() {
                Copied::Entries(page) => rebuild.put(page).unwrap(),
                Copied::End(page, _, tail) => {
                    rebuild.put(page).unwrap();
                    break tail;
                }
                Copied::TooMuch => panic!(),
            }
        };
        let rebuilt = rebuild.finish(&tail).unwrap();
        assert!(rebuilt.verify_all(&mut |_| {}).unwrap().is_sound());
        assert!(matches!(
            SledStore::open(&new, OpenOptions::default()),
            Err(OpenError::NotThere(_))
        ));
        rebuilt.publish().unwrap();
        drop(rebuilt);
        let opened = SledStore::open(&new, OpenOptions::default()).unwrap();
        assert_eq!(opened.get(b"k").unwrap(), Some(vec![5; 9_000]));
        assert_eq!(opened.journal().unwrap(), None, "the journal was lost");
        drop(opened);
        assert!(matches!(
            Rebuild::begin(&new, TownId([1; 16]), &keys, None, OpenOptions::default()),
            Err(OpenError::NotEmpty(_))
        ));
    }
}
