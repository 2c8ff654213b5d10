//! A data folder put together anew: from a backup's entries, or row by row.
//!
//! The folder gets its `FORMAT` last, by [`Unpublished::publish`]: one whose making was cut off does
//! not open, and can be removed and made again.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use alleyway_core::id::TownId;
use alleyway_files::{create, create_empty, sync_folder};

use super::TownStore;
use super::engine::{Engine, Entry};
use super::error::OpenError;
use super::folder::DataFolder;
use super::high_water::HighWaterFile;
use super::journal::Journal;
use super::keys::Keys;
use super::open::{OpenOptions, Parts, end_with, open_engine};
use super::tail::Tail;

/// A data folder whose entries are being put back.
pub(crate) struct Rebuild<E> {
    engine: E,
    journal: Journal,
    keys: File,
    folder: DataFolder,
}

/// A store that was put together, in a folder that does not open yet.
pub(crate) struct Rebuilt<E> {
    /// The store.
    pub(crate) store: TownStore<E>,
    /// Its folder.
    pub(crate) folder: Unpublished,
}

/// A folder that is not yet one that opens. This process holds it.
pub(crate) struct Unpublished(Arc<DataFolder>);

impl Unpublished {
    /// Makes the folder one that opens, after everything else in it is durable.
    ///
    /// # Errors
    /// The file system's reason.
    pub(crate) fn publish(self) -> Result<(), OpenError> {
        self.0.finish()
    }
}

impl<E: Engine> Rebuild<E> {
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
        let keys = write(&folder.slots(), keys)?;
        if let Some(bytes) = journal {
            write(&folder.journal(), bytes)?;
        }
        for names in [folder.keys(), folder.security()] {
            sync_folder(&names).map_err(|error| OpenError::io(&names, error))?;
        }
        let journal = Journal::open(&folder.journal())
            .map_err(|error| OpenError::io(&folder.journal(), error))?;
        Ok(Self {
            engine: open_engine(&folder, options)?,
            journal,
            keys,
            folder,
        })
    }

    /// Begins a folder without records, as [`Rebuild::begin`], and ends it at once.
    ///
    /// # Errors
    /// As [`Rebuild::begin`].
    pub(crate) fn empty(
        path: &Path,
        town: TownId,
        journal: Option<&[u8]>,
        options: OpenOptions,
    ) -> Result<Rebuilt<E>, OpenError> {
        Self::begin(path, town, &[], journal, options)?.finish(Tail::default())
    }

    /// Puts entries back. Nothing is durable before [`Rebuild::finish`].
    ///
    /// # Errors
    /// [`OpenError::Engine`]; [`OpenError::Io`] if the system refused.
    pub(crate) fn put(&mut self, entries: Vec<Entry>) -> Result<(), OpenError> {
        self.engine
            .load(entries)
            .map_err(|error| OpenError::engine(&self.folder, error))
    }

    /// Ends the store with its tail, and makes all of it durable.
    ///
    /// # Errors
    /// What the engine or the file system said; [`OpenError::KeysMissing`] if the tail speaks of more
    /// keys than there are.
    pub(crate) fn finish(self, tail: Tail) -> Result<Rebuilt<E>, OpenError> {
        let Self {
            mut engine,
            journal,
            keys,
            folder,
        } = self;
        let io = |error| OpenError::io(folder.path(), error);
        end_with(&folder, &mut engine, &tail)?;
        let keys = Keys::open(keys, tail.slots)
            .map_err(|_| OpenError::KeysMissing(folder.path().to_owned()))?;
        let high_water = create_empty(&folder.high_water())
            .and_then(HighWaterFile::new)
            .map_err(io)?;
        high_water.write(&tail).map_err(io)?;
        let folder = Arc::new(folder);
        let store = TownStore::assemble(Parts {
            folder: folder.clone(),
            engine,
            keys,
            high_water,
            journal,
            tail,
        });
        Ok(Rebuilt {
            store,
            folder: Unpublished(folder),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::packing::noise;
    use crate::store::upkeep::{Copied, Upkeep as _};
    use crate::store::{Sled, SledStore};
    use alleyway_core::store::{Records as _, Store as _, Transaction, Write};

    #[test]
    fn a_folder_rebuilt_from_its_entries_opens_only_once_it_is_published() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        let mut store = SledStore::create(&old, TownId([1; 16]), OpenOptions::default()).unwrap();
        let write = Write {
            key: b"k".to_vec(),
            value: Some(noise(9_000)),
            slot: Some(1),
        };
        store
            .commit(&Transaction {
                writes: vec![write],
                ..Transaction::default()
            })
            .unwrap();
        let keys = store.document_keys(0..1_024).unwrap();
        assert!(store.begin_copy());
        let mut rebuild =
            Rebuild::<Sled>::begin(&new, TownId([1; 16]), &keys, None, OpenOptions::default())
                .unwrap();
        let tail = loop {
            match store.copy_some().unwrap() {
                Copied::Entries(page) => rebuild.put(page).unwrap(),
                Copied::End(end) => {
                    rebuild.put(end.entries).unwrap();
                    break end.tail;
                }
                Copied::Abandoned => panic!(),
            }
        };
        let Rebuilt {
            store: rebuilt,
            folder,
        } = rebuild.finish(tail).unwrap();
        assert!(rebuilt.verify_all(&mut |_| {}).unwrap().is_sound());
        assert!(matches!(
            SledStore::open(&new, OpenOptions::default()),
            Err(OpenError::NotThere(_))
        ));
        folder.publish().unwrap();
        drop(rebuilt);
        let opened = SledStore::open(&new, OpenOptions::default()).unwrap();
        assert_eq!(opened.get(b"k").unwrap(), Some(noise(9_000)));
        assert_eq!(opened.journal().unwrap(), None, "the journal was lost");
        drop(opened);
        assert!(matches!(
            Rebuild::<Sled>::begin(&new, TownId([1; 16]), &keys, None, OpenOptions::default()),
            Err(OpenError::NotEmpty(_))
        ));
    }
}
