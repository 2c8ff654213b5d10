//! sled, held to the engine's contract.
//!
//! Three things are done here that sled does not do: its file is synced after each flush, which on
//! Linux only starts the writing (`sync_file_range`); its assertions become errors; and a start that
//! a kill cut off half-way is cleared away before the next.

use std::fs::File;
use std::io;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ::sled::IVec;

use super::{Engine, EngineError, Entry, EntryChange};
use crate::passing::is_passing;

/// The file that sled keeps everything in.
const FILE: &str = "db";
/// The folder that sled puts values into that are too long for its pages.
const BLOBS: &str = "blobs";

/// How often, and how far apart, files are waited for that were just released: five seconds in all.
const RELEASE_TRIES: u32 = 500;
const RELEASE_PAUSE: Duration = Duration::from_millis(10);

/// A sled database, in a folder of its own.
pub struct Sled {
    pub(in crate::store) db: ::sled::Db,
    /// The handle by which every commit syncs. It stays open, for the system reports a failed write
    /// once per handle.
    pub(in crate::store) file: File,
    folder: PathBuf,
    /// Whether it was opened without the snapshot that was there.
    is_in_doubt: bool,
}

impl Engine for Sled {
    fn open(folder: &Path, cache_bytes: u64) -> Result<Self, EngineError> {
        remove_unfinished_snapshots(folder).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => EngineError::Damaged("its files are missing".to_owned()),
            _ => EngineError::Refused(error),
        })?;
        let (db, is_in_doubt) = match open_released(folder, cache_bytes) {
            Err(error) if may_be_the_snapshots(&error) => {
                open_without_snapshot(folder, cache_bytes, error)?
            }
            opened => (opened?, false),
        };
        db.flush().map_err(failed)?;
        // Names and lengths too: opening makes and cuts files.
        let sync = || {
            let file = File::open(folder.join(FILE))?;
            file.sync_all()?;
            alleyway_files::sync_folder(folder)?;
            Ok(file)
        };
        Ok(Self {
            db,
            file: sync().map_err(EngineError::Refused)?,
            folder: folder.to_owned(),
            is_in_doubt,
        })
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let value = guarded(|| self.db.get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn range<'a>(
        &'a self,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
    ) -> impl Iterator<Item = Result<Entry, EngineError>> + use<'a> {
        // sled panics at a range that ends before it starts.
        let is_empty = match (from, to) {
            (Bound::Included(from), Bound::Included(to)) => from > to,
            (
                Bound::Included(from) | Bound::Excluded(from),
                Bound::Included(to) | Bound::Excluded(to),
            ) => from >= to,
            _ => false,
        };
        let mut entries = (!is_empty).then(|| self.db.range::<&[u8], _>((from, to)));
        std::iter::from_fn(move || {
            let entries = entries.as_mut()?;
            let next = guarded(|| entries.next().transpose()).transpose()?;
            Some(next.map(|(key, value): (IVec, IVec)| (key.to_vec(), value.to_vec())))
        })
    }

    fn load(&mut self, entries: Vec<Entry>) -> Result<(), EngineError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in entries {
            batch.insert(key, value);
        }
        guarded(|| self.db.apply_batch(batch))
    }

    fn apply(&mut self, changes: Vec<EntryChange>) -> Result<Duration, EngineError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        guarded(|| self.db.apply_batch(batch))?;
        let begun = Instant::now();
        guarded(|| self.db.flush())?;
        self.file.sync_data().map_err(EngineError::Refused)?;
        Ok(begun.elapsed())
    }

    fn size_on_disk(&self) -> Result<u64, EngineError> {
        guarded(|| self.db.size_on_disk())
    }

    /// sled never syncs what it puts into `blobs`. It never should put anything there: values are cut
    /// to a length at which it does not.
    fn is_unsynced(&self) -> Result<bool, EngineError> {
        let mut blobs = match self.folder.join(BLOBS).read_dir() {
            Ok(blobs) => blobs,
            // What is there now is there at the next look.
            Err(error) if is_passing(&error) => return Ok(false),
            Err(error) => return Err(EngineError::Refused(error)),
        };
        let found = blobs.next().is_some();
        if found {
            tracing::error!(
                "sled wrote a file into ledger/blobs, which it never syncs; report this, and back up the data folder now"
            );
        }
        Ok(found)
    }

    fn is_in_doubt(&self) -> bool {
        self.is_in_doubt
    }
}

/// Whether a damaged snapshot can be the cause. What the system refused, and a database that is held,
/// have others.
fn may_be_the_snapshots(error: &EngineError) -> bool {
    matches!(error, EngineError::Damaged(_) | EngineError::Failed(_))
}

/// A snapshot only spares time: it says where in the file the pages are, which reading the whole file
/// says too. So one that may be damaged is set aside, and the file is read.
///
/// # Errors
/// The error that was there before, where there is no snapshot, or where it was not the cause: then
/// the snapshot is where it was.
fn open_without_snapshot(
    folder: &Path,
    cache_bytes: u64,
    before: EngineError,
) -> Result<(::sled::Db, bool), EngineError> {
    let set_aside = set_snapshots_aside(folder).map_err(EngineError::Refused)?;
    if set_aside.is_empty() {
        return Err(before);
    }
    if let Ok(db) = open_released(folder, cache_bytes) {
        tracing::warn!(
            error = %before,
            set_aside = ?set_aside.iter().map(|(_, to)| to).collect::<Vec<_>>(),
            "sled's snapshot was damaged and is set aside; everything is read without it and compared with what was acknowledged"
        );
        return Ok((db, true));
    }
    for (from, to) in set_aside {
        std::fs::rename(to, from).map_err(EngineError::Refused)?;
    }
    Err(before)
}

/// Gives every snapshot a name that sled does not look for; from where, and to where.
fn set_snapshots_aside(folder: &Path) -> io::Result<Vec<(PathBuf, PathBuf)>> {
    let mut moved = Vec::new();
    for entry in folder.read_dir()? {
        let from = entry?.path();
        let Some(name) = from.file_name().map(|name| name.to_string_lossy()) else {
            continue;
        };
        if name.starts_with("snap.") {
            let to = folder.join(format!("damaged-{name}"));
            std::fs::rename(&from, &to)?;
            moved.push((from, to));
        }
    }
    alleyway_files::sync_folder(folder)?;
    Ok(moved)
}

/// Opens sled, and waits for a handle of this process that was dropped a moment ago: sled's threads
/// keep its file a little longer. Another process cannot have it: the folder's lock is held.
fn open_released(folder: &Path, cache_bytes: u64) -> Result<::sled::Db, EngineError> {
    let config = ::sled::Config::new()
        .path(folder)
        .cache_capacity(cache_bytes)
        .mode(::sled::Mode::LowSpace)
        .use_compression(false)
        .flush_every_ms(None);
    for _ in 0..RELEASE_TRIES {
        match catch_unwind(AssertUnwindSafe(|| config.open())) {
            Ok(Err(error)) if is_held(&error) => std::thread::sleep(RELEASE_PAUSE),
            Ok(opened) => return opened.map_err(failed),
            Err(_) => return Err(contradiction()),
        }
    }
    Err(EngineError::Held)
}

/// Whether sled found its own lock taken.
fn is_held(error: &::sled::Error) -> bool {
    matches!(error, ::sled::Error::Io(error) if error.to_string().starts_with("could not acquire lock"))
}

/// sled takes `snap.….generating`, which a kill during an earlier start leaves half written, for its
/// newest snapshot, and then refuses to open. Such a file was never in use.
fn remove_unfinished_snapshots(folder: &Path) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Runs `work` on sled. It asserts a good deal about what it reads; on a damaged disk that becomes an
/// error here, and the caller ends the process in order.
fn guarded<T>(work: impl FnOnce() -> Result<T, ::sled::Error>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| contradiction())?
        .map_err(failed)
}

fn contradiction() -> EngineError {
    EngineError::Failed("sled's files contradict each other".to_owned())
}

/// The error that sled meets in its files: damage or a fault, unless it was the system that
/// refused.
pub(in crate::store) fn failed(error: ::sled::Error) -> EngineError {
    match error {
        ::sled::Error::Corruption { .. } => EngineError::Damaged(format!("of sled ({error})")),
        ::sled::Error::Io(error) if is_the_systems(&error) => EngineError::Refused(error),
        error => EngineError::Failed(format!("sled: {error}")),
    }
}

/// Whether the system refused, so that nothing says that the files are damaged: a disk or a quota that
/// is full, or rights.
fn is_the_systems(error: &io::Error) -> bool {
    use io::ErrorKind::{
        FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    matches!(
        error.kind(),
        FileTooLarge | PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull
    )
}
