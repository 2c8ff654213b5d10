//! Creating and opening a data folder.

use std::io;
use std::path::Path;
use std::sync::Arc;

use alleyway_core::id::TownId;
use alleyway_core::store::StoreError;
use alleyway_core::wire::Wire as _;
use alleyway_files::{create_empty, open_in_place};

use super::engine::Engine;
use super::entries::TAIL;
use super::error::{BrokenEnd, OpenError, Reached};
use super::folder::{DataFolder, Format};
use super::high_water::HighWaterFile;
use super::journal::Journal;
use super::keys::Keys;
use super::tail::Tail;
use super::upkeep::Upkeep as _;
use super::{StoreStats, TownStore, envelope, migrate};
use crate::problems::ProblemShown;

/// The checks before a store opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OpenCheck {
    /// Every record: it is there, it is the newest, and its checksum or seal holds. Costs a scan.
    #[default]
    Everything,
    /// That the ledger reaches its high water. Damage in the middle is found when it is read, or by
    /// [`Upkeep::verify_all`](super::Upkeep::verify_all).
    Tail,
}

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// The bytes that the engine may keep in memory.
    pub cache_bytes: u64,
    /// The check before it opens.
    pub check: OpenCheck,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 16 * 1024 * 1024,
            check: OpenCheck::default(),
        }
    }
}

/// The open files of a data folder.
pub(super) struct Parts<E> {
    pub(super) folder: Arc<DataFolder>,
    pub(super) engine: E,
    pub(super) keys: Keys,
    pub(super) high_water: HighWaterFile,
    pub(super) journal: Journal,
    pub(super) tail: Tail,
}

impl<E: Engine> TownStore<E> {
    /// Creates the data folder of a new town, durably. The store is empty.
    ///
    /// # Errors
    /// [`OpenError::NotEmpty`], [`OpenError::Locked`], or what the file system said.
    pub fn create(path: &Path, town: TownId, options: OpenOptions) -> Result<Self, OpenError> {
        let folder = DataFolder::begin(path, town)?;
        let io = |error| OpenError::io(path, error);
        let keys = create_empty(&folder.slots())
            .and_then(|file| Keys::open(file, 0))
            .map_err(io)?;
        let high_water = create_empty(&folder.high_water())
            .and_then(HighWaterFile::new)
            .map_err(io)?;
        let journal = Journal::create(&folder.journal())
            .map_err(|error| OpenError::io(&folder.journal(), error))?;
        let mut engine = open_engine(&folder, options)?;
        let tail = Tail::default();
        end_with(&folder, &mut engine, &tail)?;
        high_water.write(&tail).map_err(io)?;
        folder.finish()?;
        Ok(Self::assemble(Parts {
            folder: Arc::new(folder),
            engine,
            keys,
            high_water,
            journal,
            tail,
        }))
    }

    /// Opens an existing data folder; one of the format before is copied and migrated first.
    ///
    /// # Errors
    /// Every [`OpenError`] but [`OpenError::NotEmpty`]. A store that lacks acknowledged records is
    /// not opened.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self, OpenError> {
        let (folder, format) = DataFolder::take(path)?;
        migrate::prepare(&folder, format)?;
        let migrates = format != Format::Present;
        let mut store = Self::of(folder, options)?;
        let in_doubt = store.engine.is_in_doubt();
        if migrates || in_doubt || options.check == OpenCheck::Everything {
            store.check_everything()?;
        }
        if migrates {
            store.migrate()?;
        }
        Ok(store)
    }

    /// Opens what is in a folder, if it reaches what was acknowledged.
    pub(super) fn of(folder: DataFolder, options: OpenOptions) -> Result<Self, OpenError> {
        let path = folder.path().to_owned();
        let io = |error| OpenError::io(&path, error);
        let (high_water, acknowledged) = read_high_water(&folder)?;
        let engine: E = open_engine(&folder, options)?;
        let tail = read_tail(&folder, &engine, &acknowledged)?;
        let keys = open_keys(&folder, tail.slots)?;
        let journal = Journal::open(&folder.journal())
            .map_err(|error| OpenError::io(&folder.journal(), error))?;
        if tail.commits > acknowledged.commits {
            // Committed, but the answer never left. It is durable since the engine is open, and from
            // now on it is read and answered, so it must never get lost.
            high_water.write(&tail).map_err(io)?;
        }
        let unsynced = engine
            .is_unsynced()
            .map_err(|error| OpenError::engine(&folder, error))?;
        let mut store = Self::assemble(Parts {
            folder: Arc::new(folder),
            engine,
            keys,
            high_water,
            journal,
            tail,
        });
        store.stats.blob_alarms += u64::from(unsynced);
        Ok(store)
    }

    /// A store of files that were made or found.
    pub(super) fn assemble(parts: Parts<E>) -> Self {
        let Parts {
            folder,
            engine,
            keys,
            high_water,
            journal,
            tail,
        } = parts;
        Self {
            engine,
            keys,
            high_water,
            journal,
            tail,
            stats: StoreStats::default(),
            sweeps: std::cell::RefCell::default(),
            copying: std::cell::RefCell::default(),
            poisoned: false,
            folder,
        }
    }

    fn check_everything(&self) -> Result<(), OpenError> {
        let unsound = |problem| OpenError::Unsound {
            folder: self.folder.path().to_owned(),
            problem,
        };
        let report = self
            .verify_all(&mut |_| ())
            .map_err(|error: StoreError| unsound(ProblemShown::from(&error)))?;
        if report.is_sound() {
            Ok(())
        } else {
            Err(unsound(ProblemShown::from(&report)))
        }
    }
}

/// Opens the engine of a folder.
pub(super) fn open_engine<E: Engine>(
    folder: &DataFolder,
    options: OpenOptions,
) -> Result<E, OpenError> {
    E::open(&folder.ledger(), options.cache_bytes).map_err(|error| OpenError::engine(folder, error))
}

/// Writes the entry that says how far an engine reaches, durably, with all that was loaded before.
pub(super) fn end_with(
    folder: &DataFolder,
    engine: &mut impl Engine,
    tail: &Tail,
) -> Result<(), OpenError> {
    let entry = (TAIL.to_vec(), Some(envelope::plain(TAIL, &tail.to_bytes())));
    engine
        .apply(vec![entry])
        .map(drop)
        .map_err(|error| OpenError::engine(folder, error))
}

fn read_high_water(folder: &DataFolder) -> Result<(HighWaterFile, Tail), OpenError> {
    let unreadable = || OpenError::HighWaterUnreadable(folder.path().to_owned());
    let file = match open_in_place(&folder.high_water()) {
        Ok(file) => HighWaterFile::existing(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unreadable()),
        Err(error) => return Err(OpenError::io(&folder.high_water(), error)),
    };
    let tail = file.read().ok_or_else(unreadable)?;
    Ok((file, tail))
}

fn open_keys(folder: &DataFolder, count: u64) -> Result<Keys, OpenError> {
    open_in_place(&folder.slots())
        .and_then(|file| Keys::open(file, count))
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => {
                OpenError::KeysMissing(folder.path().to_owned())
            }
            _ => OpenError::io(&folder.slots(), error),
        })
}

/// Reads the ledger's tail, which must reach what was acknowledged. It may go one commit further.
fn read_tail(
    folder: &DataFolder,
    engine: &impl Engine,
    acknowledged: &Tail,
) -> Result<Tail, OpenError> {
    let missing = |end| OpenError::TailMissing {
        folder: folder.path().to_owned(),
        end,
    };
    let row = engine
        .get(TAIL)
        .map_err(|error| OpenError::engine(folder, error))?
        .ok_or_else(|| missing(BrokenEnd::Missing))?;
    let tail = envelope::open(TAIL, &row, |_| Ok(None))
        .ok()
        .and_then(|bytes| Tail::from_bytes(&bytes).ok())
        .ok_or_else(|| missing(BrokenEnd::Damaged))?;
    let behind =
        tail.commits < acknowledged.commits || tail.reach.sequence < acknowledged.reach.sequence;
    if behind {
        return Err(missing(BrokenEnd::Behind {
            ends: reached(&tail),
            acknowledged: reached(acknowledged),
        }));
    }
    let chain_differs = tail.reach.sequence == acknowledged.reach.sequence
        && tail.reach.chain != acknowledged.reach.chain;
    if chain_differs || (tail.commits == acknowledged.commits && tail != *acknowledged) {
        return Err(missing(BrokenEnd::OtherHistory));
    }
    Ok(tail)
}

fn reached(tail: &Tail) -> Reached {
    Reached {
        sequence: tail.reach.sequence,
        commits: tail.commits,
    }
}
