//! Creating and opening a data folder.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use alleyway_core::id::TownId;
use alleyway_core::store::StoreError;
use alleyway_core::wire::Wire as _;
use alleyway_files::{create_empty, open_in_place, sync_folder};
use thiserror::Error;

use super::entries::TAIL;
use super::folder::{DataFolder, Format};
use super::journal::Journal;
use super::slots::Slots;
use super::tail::{HighWaterFile, Tail};
use super::{SledStore, StoreStats, blobs, envelope, migrate};

/// Why a data folder was not created or opened. Nothing acknowledged is ever missing silently.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no data here.
    #[error("{} holds no data folder, or one whose creation was cut off; check the path, or empty the folder and create it", .0.display())]
    NotThere(PathBuf),
    /// A new town needs an empty folder.
    #[error("{} is not empty; name an empty folder, or open the one that is there", .0.display())]
    NotEmpty(PathBuf),
    /// Another process holds the folder.
    #[error("another process has {} open; use its control socket, or stop it first", .0.display())]
    Locked(PathBuf),
    /// The folder is of a version too early to be migrated.
    #[error("{} has format {found}; this program reads format {known} and migrates the one before it, no older one: use the program that wrote it, or make a new folder with `init` and `import` the town's lists", .folder.display())]
    OlderFormat {
        /// The folder.
        folder: PathBuf,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
    /// The folder is of a later version.
    #[error("{} has format {found}, of a later version; this program reads format {known}: use the program that wrote it", .folder.display())]
    NewerFormat {
        /// The folder.
        folder: PathBuf,
        /// The version found.
        found: u32,
        /// The version this program reads.
        known: u32,
    },
    /// The folder could not be copied, which comes before its migration.
    #[error("{} has the format before this program's and could not be copied to before-format-3 in it ({source}); nothing was changed: make room for a copy, and start again", .folder.display())]
    NotCopied {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is a copy of another state.
    #[error("{} is a copy from before an earlier migration; move it out of the data folder, and start again", .0.display())]
    CopyInTheWay(PathBuf),
    /// The migration ended half way.
    #[error("the migration of {} stopped: {source}; start again to go on, or put the files of before-format-3 back and use the program that wrote them", .folder.display())]
    NotMigrated {
        /// The folder.
        folder: PathBuf,
        /// What the store said.
        source: StoreError,
    },
    /// The file `FORMAT` says nothing that this program understands.
    #[error("{}/FORMAT is damaged; restore the data folder from a backup", .0.display())]
    FormatUnreadable(PathBuf),
    /// Without the high water nobody can say whether acknowledged records are missing.
    #[error("{}/high-water is missing or damaged; restore the data folder from a backup", .0.display())]
    HighWaterUnreadable(PathBuf),
    /// The ledger ends before the high water.
    #[error("acknowledged records are missing in {}: {detail}; restore the data folder from a backup", .folder.display())]
    TailMissing {
        /// The folder.
        folder: PathBuf,
        /// Where the ledger ends, and where it should.
        detail: String,
    },
    /// Records in the middle are missing, old or damaged.
    #[error("records in {} are damaged or missing: {detail}; restore the data folder from a backup", .folder.display())]
    Unsound {
        /// The folder.
        folder: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Document keys that records need are missing.
    #[error("document keys are missing in {}/keys/slots; restore the keys from their backup", .0.display())]
    KeysMissing(PathBuf),
    /// sled did not open its files.
    #[error("the ledger in {} does not open: {detail}; restore the data folder from a backup", .folder.display())]
    Engine {
        /// The folder.
        folder: PathBuf,
        /// What sled said.
        detail: String,
    },
    /// The file system refused.
    #[error("{}: {source}; check that the folder exists, belongs to this user and has room", .path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// How often, and how far apart, a store that was just dropped is waited for: five seconds in all.
const RELEASE_TRIES: u32 = 500;
const RELEASE_PAUSE: Duration = Duration::from_millis(10);

impl OpenError {
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn engine(folder: &DataFolder, detail: &impl ToString) -> Self {
        Self::Engine {
            folder: folder.path().to_owned(),
            detail: detail.to_string(),
        }
    }
}

/// What is checked before a store opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OpenCheck {
    /// Every record: it is there, it is the newest, and its checksum or seal holds. Costs a scan.
    #[default]
    Everything,
    /// That the ledger reaches its high water. Damage in the middle is found when it is read, or by
    /// [`SledStore::verify_all`].
    Tail,
}

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// What sled may keep in memory, in bytes.
    pub cache_bytes: u64,
    /// What is checked first.
    pub check: OpenCheck,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 64 * 1024 * 1024,
            check: OpenCheck::default(),
        }
    }
}

/// The open files of a data folder.
pub(super) struct Parts {
    pub(super) folder: DataFolder,
    pub(super) db: sled::Db,
    pub(super) db_file: File,
    pub(super) slots: Slots,
    pub(super) high_water: HighWaterFile,
    pub(super) journal: Journal,
    pub(super) tail: Tail,
}

impl SledStore {
    /// Creates the data folder of a new town, durably. The store is empty.
    ///
    /// # Errors
    /// [`OpenError::NotEmpty`], [`OpenError::Locked`], or what the file system said.
    pub fn create(path: &Path, town: TownId, options: OpenOptions) -> Result<Self, OpenError> {
        let folder = DataFolder::begin(path, town)?;
        let io = |error| OpenError::io(path, error);
        let slots = create_empty(&folder.slots())
            .and_then(|file| Slots::open(file, 0))
            .map_err(io)?;
        let high_water = create_empty(&folder.high_water())
            .and_then(HighWaterFile::new)
            .map_err(io)?;
        let journal = Journal::create(&folder.journal())
            .map_err(|error| OpenError::io(&folder.journal(), error))?;
        let db = open_engine(&folder, options)?;
        let tail = Tail::default();
        db.insert(TAIL, envelope::plain(TAIL, &tail.to_bytes()))
            .map_err(|error| engine_refused(&folder, error))?;
        let db_file = settle(&folder, &db)?;
        high_water.write(&tail).map_err(io)?;
        folder.finish()?;
        Ok(Self::assemble(Parts {
            folder,
            db,
            db_file,
            slots,
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
        let mut folder = DataFolder::take(path)?;
        migrate::prepare(&mut folder)?;
        let migrates = folder.format() != Format::Present;
        let mut store = Self::of(folder, options)?;
        if migrates || options.check == OpenCheck::Everything {
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
        let db = open_engine(&folder, options)?;
        let tail = read_tail(&folder, &db, &acknowledged)?;
        let db_file = settle(&folder, &db)?;
        let slots = open_slots(&folder, tail.slots)?;
        let journal = Journal::open(&folder.journal())
            .map_err(|error| OpenError::io(&folder.journal(), error))?;
        if tail.commits > acknowledged.commits {
            // Committed, but the answer never left. It is durable since `settle`, and from now on
            // it is read and answered, so it must never get lost.
            high_water.write(&tail).map_err(io)?;
        }
        let alarm = blobs::alarm(&folder.ledger()).map_err(io)?;
        let mut store = Self::assemble(Parts {
            folder,
            db,
            db_file,
            slots,
            high_water,
            journal,
            tail,
        });
        store.stats.blob_alarms += u64::from(alarm);
        Ok(store)
    }

    /// A store of files that were made or found.
    pub(super) fn assemble(parts: Parts) -> Self {
        let Parts {
            folder,
            db,
            db_file,
            slots,
            high_water,
            journal,
            tail,
        } = parts;
        Self {
            db,
            db_file,
            slots,
            high_water,
            journal,
            tail,
            stats: StoreStats::default(),
            sweep: std::cell::RefCell::default(),
            copying: std::cell::RefCell::default(),
            poisoned: false,
            folder,
        }
    }

    fn check_everything(&self) -> Result<(), OpenError> {
        let unsound = |detail| OpenError::Unsound {
            folder: self.folder.path().to_owned(),
            detail,
        };
        let report = self
            .verify_all(&mut |_| ())
            .map_err(|error: StoreError| unsound(error.to_string()))?;
        if report.is_sound() {
            Ok(())
        } else {
            Err(unsound(report.to_string()))
        }
    }
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

/// Opens sled. It asserts a good deal about its files: a panic is one more way not to open.
pub(super) fn open_engine(
    folder: &DataFolder,
    options: OpenOptions,
) -> Result<sled::Db, OpenError> {
    remove_unfinished_snapshots(&folder.ledger()).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::engine(folder, &"its files are missing"),
        _ => OpenError::io(&folder.ledger(), error),
    })?;
    let config = sled::Config::new()
        .path(folder.ledger())
        .cache_capacity(options.cache_bytes)
        .mode(sled::Mode::LowSpace)
        .use_compression(false)
        .flush_every_ms(None);
    let open = || {
        catch_unwind(AssertUnwindSafe(|| config.open()))
            .map_err(|_| OpenError::engine(folder, &"its files contradict each other"))
    };
    for _ in 0..RELEASE_TRIES {
        match open()? {
            Err(error) if still_held(&error) => std::thread::sleep(RELEASE_PAUSE),
            opened => return opened.map_err(|error| engine_refused(folder, error)),
        }
    }
    Err(OpenError::Locked(folder.path().to_owned()))
}

/// Whether sled found its own lock taken. This process holds `LOCK`, so it can only be a store that
/// was dropped a moment ago: sled's background threads keep the file open a little longer.
fn still_held(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if error.to_string().starts_with("could not acquire lock"))
}

/// What the engine says of its files: damage, unless it was the system that refused.
pub(super) fn engine_refused(folder: &DataFolder, error: sled::Error) -> OpenError {
    match error {
        sled::Error::Io(error) if is_the_systems(&error) => OpenError::io(&folder.ledger(), error),
        error => OpenError::engine(folder, &error),
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

/// sled takes `snap.….generating`, which a kill during an earlier start leaves half written, for its
/// newest snapshot, and then refuses to open. Such a file was never in use.
fn remove_unfinished_snapshots(ledger: &Path) -> io::Result<()> {
    for entry in ledger.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes durable what sled did while it opened, names included. Returns the handle by which every
/// commit syncs; it stays open because the system reports a failed write once per handle.
pub(super) fn settle(folder: &DataFolder, db: &sled::Db) -> Result<File, OpenError> {
    db.flush().map_err(|error| engine_refused(folder, error))?;
    let path = folder.ledger_file();
    let sync = || {
        let file = File::open(&path)?;
        file.sync_all()?;
        sync_folder(&folder.ledger())?;
        Ok(file)
    };
    sync().map_err(|error| OpenError::io(&path, error))
}

fn open_slots(folder: &DataFolder, count: u64) -> Result<Slots, OpenError> {
    open_in_place(&folder.slots())
        .and_then(|file| Slots::open(file, count))
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => {
                OpenError::KeysMissing(folder.path().to_owned())
            }
            _ => OpenError::io(&folder.slots(), error),
        })
}

/// Reads the ledger's tail, which must reach what was acknowledged. It may go one commit further.
fn read_tail(folder: &DataFolder, db: &sled::Db, acknowledged: &Tail) -> Result<Tail, OpenError> {
    let missing = |detail: String| OpenError::TailMissing {
        folder: folder.path().to_owned(),
        detail,
    };
    let row = catch_unwind(AssertUnwindSafe(|| db.get(TAIL)))
        .map_err(|_| OpenError::engine(folder, &"its files contradict each other"))?
        .map_err(|error| engine_refused(folder, error))?
        .ok_or_else(|| missing("the ledger has no end".to_owned()))?;
    let tail = envelope::open(TAIL, &row, |_| Ok(None))
        .ok()
        .and_then(|bytes| Tail::from_bytes(&bytes).ok())
        .ok_or_else(|| missing("the ledger's end is damaged".to_owned()))?;
    let behind =
        tail.commits < acknowledged.commits || tail.reach.sequence < acknowledged.reach.sequence;
    if behind {
        return Err(missing(format!(
            "the ledger ends at sequence {} (commit {}), acknowledged was {} (commit {})",
            tail.reach.sequence, tail.commits, acknowledged.reach.sequence, acknowledged.commits
        )));
    }
    let chain_differs = tail.reach.sequence == acknowledged.reach.sequence
        && tail.reach.chain != acknowledged.reach.chain;
    if chain_differs || (tail.commits == acknowledged.commits && tail != *acknowledged) {
        return Err(missing(
            "the ledger and its high water are of different histories".to_owned(),
        ));
    }
    Ok(tail)
}
