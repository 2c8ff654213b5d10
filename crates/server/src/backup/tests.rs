//! Whole backups of a small town, and what is made of them.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use alleyway_core::id::TownId;
use alleyway_core::store::{Records, Store as _};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::documents;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::folder::{BackupFolder, fill};
use super::take::take_with;
use super::*;
use crate::clock::Clock;
use crate::config::WriterLimits;
use crate::direct::testing::small_town;
use crate::instance::Instance;
use crate::progress::Teller;
use crate::store::{OpenError, OpenOptions, SledStore};
use crate::telemetry::Metrics;
use crate::writer::{self, Writer};

/// 2026-03-01.
const START: Time = Time(1_772_323_200_000);

/// A town that is served, and folders beside it.
pub(crate) struct Served {
    dir: TempDir,
    town: TownId,
    runtime: tokio::runtime::Runtime,
    writer: Writer,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    /// The small demo town.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let instance = small_town(&dir.path().join("town"), START);
        Self::serve(dir, instance)
    }

    /// A town of which there is nothing yet.
    fn empty() -> Self {
        Self::empty_by(Clock::System)
    }

    /// The same, by a clock of its own.
    fn empty_by(clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let instance = Instance::create(&dir.path().join("town"), Text::cut("四排镇"), 16).unwrap();
        Self::serve_by(dir, instance, clock)
    }

    fn serve(dir: TempDir, instance: Instance) -> Self {
        Self::serve_by(dir, instance, Clock::System)
    }

    fn serve_by(dir: TempDir, instance: Instance, clock: Clock) -> Self {
        let Instance {
            town,
            ledger,
            store,
            ..
        } = instance;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let limits = WriterLimits {
            requests_waiting_max: 16,
            group_requests_max: 4,
            group_bytes_max: 1 << 20,
        };
        let failed = Box::new(|_, reason: &str| panic!("{reason}"));
        let metrics = Arc::new(Metrics::default());
        let (writer, thread) =
            writer::start(ledger, store, clock, limits, metrics, failed).unwrap();
        Self {
            dir,
            town,
            runtime,
            writer,
            thread: Some(thread),
        }
    }

    pub(crate) fn source(&self) -> Source {
        Source {
            writer: self.writer.clone(),
            town: self.town,
            data: self.path("town"),
            runtime: self.runtime.handle().clone(),
            progress: Teller::new(mpsc::channel(1).0),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn request(&self) -> BackupRequest {
        BackupRequest {
            to: self.path("backup"),
            keys: self.path("keys"),
            keep: 3,
        }
    }

    fn backup(&self) -> BackedUp {
        take(&self.source(), &self.request()).unwrap()
    }

    /// Something is written.
    fn writes(&self) {
        writes(&self.source(), 1);
    }

    pub(crate) fn new_folder(&self, name: &str) -> NewFolder {
        let kept = self.path("town");
        let journal = Some(kept.join("security/journal"));
        NewFolder {
            data: self.path(name),
            secrets: kept.join("secrets"),
            journal,
            now: START,
        }
    }

    fn restore(&self, name: &str) -> Result<Restored, BackupError> {
        let BackupRequest { to: from, keys, .. } = self.request();
        restore(
            &RestoreRequest {
                from,
                name: None,
                keys,
                new: self.new_folder(name),
            },
            &mut |_, _| (),
        )
    }

    fn check(&self, keys: bool) -> Result<CheckedBackup, BackupError> {
        let BackupRequest {
            to, keys: folder, ..
        } = self.request();
        check(&to, None, keys.then_some(folder.as_path()), &mut |_, _| ())
    }

    pub(crate) fn stop(&mut self) {
        self.runtime.block_on(self.writer.stop());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// So many records are written.
fn writes(source: &Source, records: u64) {
    let write = move |desk: &mut writer::Desk<'_>| {
        for _ in 0..records {
            desk.ledger.audit_export(desk.store, 1, desk.now);
        }
        Ok(())
    };
    source.ask(write).unwrap();
}

/// Every document with its head.
pub(crate) fn heads(records: &dyn Records) -> Vec<(String, [u8; 32])> {
    let all = documents(records, None, usize::MAX).unwrap();
    all.iter()
        .map(|document| (document.id().key(), document.head()))
        .collect()
}

/// The files of all chunks.
fn chunks(backup: &Path) -> Vec<PathBuf> {
    let folders = backup.join("chunks").read_dir().unwrap();
    folders
        .flat_map(|folder| folder.unwrap().path().read_dir().unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

#[test]
fn a_second_backup_writes_what_changed_and_old_ones_go_when_enough_have_followed() {
    let served = Served::new();
    writes(&served.source(), 3_000);
    let first = served.backup();
    assert_eq!(first.new_chunks, first.chunks);
    assert!(
        first.chunks >= 6 && first.keys >= 1_024 && first.entries > 100,
        "{first:?}"
    );
    served.writes();
    let second = served.backup();
    assert!(
        second.new_chunks >= 1 && second.new_chunks <= 4,
        "{second:?}"
    );
    assert!(second.new_chunks < second.chunks && second.new_bytes < second.bytes);
    assert_eq!(
        LastBackup::read(&served.path("town")).unwrap().name,
        second.name
    );
    let named = |name: &str| {
        check(
            &served.path("backup"),
            Some(name),
            Some(&served.path("keys")),
            &mut |_, _| (),
        )
    };
    assert!(
        named(&first.name).unwrap().opened,
        "the first one is still whole"
    );
    for _ in 0..3 {
        served.writes();
        served.backup();
    }
    assert!(matches!(named(&first.name), Err(BackupError::NoBackup(..))));
    assert!(matches!(
        named(&second.name),
        Err(BackupError::NoBackup(..))
    ));
    assert_eq!(
        super::folder::names_ending(&served.path("keys"), ".keys")
            .unwrap()
            .len(),
        3
    );
    let checked = served.check(true).unwrap();
    assert!(
        checked.documents > 10 && checked.records > 100,
        "{checked:?}"
    );
    // What no manifest names is gone.
    let folder = BackupFolder::open(&served.path("backup"));
    let manifests: Vec<_> = folder
        .names()
        .unwrap()
        .iter()
        .map(|name| folder.read_manifest(name).unwrap())
        .collect();
    let named: std::collections::BTreeSet<&str> = manifests
        .iter()
        .flat_map(|manifest| &manifest.chunks)
        .map(|chunk| chunk.blake3.as_str())
        .collect();
    assert_eq!(chunks(&served.path("backup")).len(), named.len());
}

#[test]
fn a_backup_made_while_others_write_is_of_one_moment() {
    let served = Served::new();
    let (source, stop) = (served.source(), Arc::new(AtomicBool::new(false)));
    let told = stop.clone();
    let writing = std::thread::spawn(move || {
        let mut written = 0_u64;
        while !told.load(Ordering::Relaxed) {
            writes(&source, 1);
            written += 1;
        }
        written
    });
    let made: Vec<BackedUp> = (0..3).map(|_| served.backup()).collect();
    stop.store(true, Ordering::Relaxed);
    assert!(writing.join().unwrap() > 0);
    for backup in &made {
        let checked = check(
            &served.path("backup"),
            Some(&backup.name),
            Some(&served.path("keys")),
            &mut |_, _| (),
        );
        assert!(checked.unwrap().opened);
    }
}

#[test]
fn whatever_is_damaged_missing_cut_or_anothers_is_refused_by_name() {
    let served = Served::new();
    served.backup();
    let backup = served.path("backup");
    let chunk = chunks(&backup).remove(0);
    let whole = fs::read(&chunk).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let refused = |expected: &str| {
        for told in [
            served.check(false).unwrap_err(),
            served.restore("new").unwrap_err(),
        ] {
            assert_eq!(told.code(), expected, "{told}");
        }
        assert!(!served.path("new").exists(), "nothing was begun");
    };
    fs::write(&chunk, &flipped).unwrap();
    refused("chunk_damaged");
    fs::write(&chunk, &whole[..whole.len() - 1]).unwrap();
    refused("chunk_damaged");
    fs::remove_file(&chunk).unwrap();
    refused("chunk_missing");
    // The next backup writes it again.
    served.writes();
    served.backup();
    assert!(served.check(true).unwrap().opened);

    let folder = BackupFolder::open(&backup);
    let name = folder.names().unwrap().pop().unwrap();
    let manifest = backup.join(format!("manifests/{name}.manifest"));
    let bytes = fs::read(&manifest).unwrap();
    fs::write(&manifest, &bytes[..bytes.len() / 2]).unwrap();
    refused("manifest_damaged");
    fs::write(&manifest, &bytes).unwrap();

    let (keys, hidden) = (served.path("keys"), served.path("hidden"));
    fs::rename(&keys, &hidden).unwrap();
    assert_eq!(served.check(true).unwrap_err().code(), "keys_missing");
    assert_eq!(served.restore("new").unwrap_err().code(), "keys_missing");
    fs::rename(&hidden, &keys).unwrap();
    let file = keys.join(format!("{name}.keys"));
    let mut other = fs::read(&file).unwrap();
    other[200] ^= 1;
    fs::write(&file, other).unwrap();
    assert_eq!(served.restore("new").unwrap_err().code(), "keys_wrong");
}

/// What a disk takes that fills up when `is_full` says so of what is written.
fn full_when(is_full: fn(&[u8]) -> bool) -> super::folder::Fill {
    Box::new(move |file, bytes| {
        if is_full(bytes) {
            Err(std::io::ErrorKind::StorageFull.into())
        } else {
            std::io::Write::write_all(file, bytes)
        }
    })
}

#[test]
fn the_newest_backup_is_the_one_that_holds_most_whatever_the_clock_said() {
    const YEARS: i64 = 10 * 365 * 86_400_000;
    for wrong in [YEARS, -YEARS] {
        let clock = Clock::demo(wrong);
        let served = Served::empty_by(clock.clone());
        for _ in 0..3 {
            served.writes();
            served.backup();
        }
        clock.set(Clock::System.now()).unwrap();
        let right: Vec<String> = (0..2)
            .map(|_| {
                served.writes();
                served.backup().name
            })
            .collect();
        assert_eq!(served.check(true).unwrap().name, right[1], "{wrong}");
        assert_eq!(served.restore("new").unwrap().backup, right[1], "{wrong}");
        for name in &right {
            check(
                &served.path("backup"),
                Some(name),
                Some(&served.path("keys")),
                &mut |_, _| (),
            )
            .unwrap();
        }
        let kept = super::folder::names_ending(&served.path("keys"), ".keys").unwrap();
        assert_eq!(
            kept,
            BackupFolder::open(&served.path("backup")).names().unwrap()
        );
        assert_eq!(kept.len(), 3, "{wrong}");
    }
}

#[test]
fn an_empty_folder_is_not_taken_for_that_of_the_keys_when_there_are_backups() {
    let served = Served::empty();
    served.backup();
    // Its disk is not mounted.
    fs::rename(served.path("keys"), served.path("unmounted")).unwrap();
    for is_there in [false, true] {
        if is_there {
            fs::create_dir(served.path("keys")).unwrap();
        }
        served.writes();
        assert_eq!(
            take(&served.source(), &served.request())
                .unwrap_err()
                .code(),
            "keys_elsewhere"
        );
        fs::remove_dir(served.path("keys")).unwrap();
    }
    fs::rename(served.path("unmounted"), served.path("keys")).unwrap();
    served.backup();
    assert!(served.check(true).unwrap().opened);
}

#[test]
fn keys_that_were_half_written_or_belong_to_no_backup_go() {
    let served = Served::empty();
    let first = served.backup();
    let cut = [
        "keys/0000000001-000000000001-20200101T000000Z.keys.new",
        "backup/manifests/x.manifest.new",
    ];
    for file in cut {
        fs::write(served.path(file), "half").unwrap();
    }
    // There is room for all but the manifest, again and again.
    for _ in 0..4 {
        served.writes();
        let full = || full_when(|bytes| bytes.starts_with(b"{\"backup\":"));
        assert_eq!(
            take_with(&served.source(), &served.request(), full, None)
                .unwrap_err()
                .code(),
            "disk"
        );
    }
    for file in cut {
        assert!(!served.path(file).exists(), "{file}");
    }
    served.writes();
    let second = served.backup();
    for made in [&first, &second] {
        check(
            &served.path("backup"),
            Some(&made.name),
            Some(&served.path("keys")),
            &mut |_, _| (),
        )
        .unwrap();
    }
    let keys = super::folder::names_ending(&served.path("keys"), ".keys").unwrap();
    assert_eq!(keys, [first.name, second.name]);
}

#[test]
fn a_town_without_a_readable_name_is_not_backed_up_and_goes_on() {
    let served = Served::empty();
    let name = served.path("town/town.toml");
    let text = fs::read(&name).unwrap();
    fs::write(&name, "junk").unwrap();
    assert_eq!(
        take(&served.source(), &served.request())
            .unwrap_err()
            .code(),
        "disk"
    );
    served.writes();
    fs::write(&name, text).unwrap();
    served.backup();
}

#[test]
fn a_disk_that_is_full_leaves_the_older_backup_as_it_was() {
    let served = Served::new();
    let first = served.backup();
    let needed = first.bytes + 40_000;
    for room in [0, 10, 5_000, first.new_bytes / 2] {
        served.writes();
        let left = Arc::new(std::sync::atomic::AtomicU64::new(room));
        let full = || {
            let left = left.clone();
            let filled: super::folder::Fill = Box::new(move |file, bytes| {
                let fits = left.load(Ordering::Relaxed).min(bytes.len() as u64);
                std::io::Write::write_all(file, &bytes[..usize::try_from(fits).unwrap()])?;
                left.fetch_sub(fits, Ordering::Relaxed);
                if fits < bytes.len() as u64 {
                    Err(std::io::ErrorKind::StorageFull.into())
                } else {
                    Ok(())
                }
            });
            filled
        };
        // Another folder for the largest, so that there is as much to write as at first.
        let [to, keys] = ["fresh", "fresh-keys"].map(|name| served.path(&format!("{name}{room}")));
        let fresh = BackupRequest { to, keys, keep: 3 };
        let request = if room > 5_000 {
            fresh
        } else {
            served.request()
        };
        let error = take_with(&served.source(), &request, full, None).unwrap_err();
        assert_eq!(error.code(), "disk", "{room}: {error}");
        let checked = served.check(true).unwrap();
        assert_eq!(
            (checked.name.as_str(), checked.opened),
            (first.name.as_str(), true),
            "{room} of {needed}"
        );
    }
    // There is room again.
    assert_ne!(served.backup().name, first.name);
    assert!(served.check(true).unwrap().opened);
}

#[test]
fn a_chunk_that_goes_bad_while_the_backup_is_made_does_not_count() {
    let served = Served::new();
    let first = served.backup();
    served.writes();
    let spoiled = Cell::new(false);
    let spoil = || {
        let all = chunks(&served.path("backup"));
        let newest = all
            .iter()
            .max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap())
            .unwrap();
        let mut bytes = fs::read(newest).unwrap();
        bytes[40] ^= 1;
        fs::write(newest, bytes).unwrap();
        spoiled.set(true);
    };
    let error = take_with(&served.source(), &served.request(), fill, Some(&spoil)).unwrap_err();
    assert_eq!((error.code(), spoiled.get()), ("chunk_damaged", true));
    assert_eq!(served.check(true).unwrap().name, first.name);
}

#[test]
fn folders_that_are_not_apart_or_in_use_or_anothers_are_refused() {
    let served = Served::empty();
    let refused = |to: &str, keys: &str| {
        let request = BackupRequest {
            to: served.path(to),
            keys: served.path(keys),
            keep: 1,
        };
        take(&served.source(), &request).unwrap_err().code()
    };
    for (to, keys) in [
        ("b", "b"),
        ("b", "b/keys"),
        ("k/b", "k"),
        ("town/b", "k"),
        ("b", "town/k"),
        ("b", "x/../b"),
    ] {
        assert_eq!(refused(to, keys), "not_apart", "{to} {keys}");
    }
    let held = BackupFolder::take(&served.path("b"), fill()).unwrap();
    assert_eq!(refused("b", "k"), "under_way");
    drop(held);
    // Two at once into two folders: one copy at a time.
    let inner = Cell::new("");
    assert!(
        served
            .source()
            .ask(|desk| Ok(desk.store.begin_copy()))
            .unwrap()
    );
    inner.set(refused("b", "k"));
    assert_eq!(inner.get(), "under_way");
    let abandon = |desk: &mut writer::Desk<'_>| {
        desk.store.abandon_copy();
        Ok(())
    };
    served.source().ask(abandon).unwrap();
    served.backup();
    let other = Served::empty();
    let request = BackupRequest {
        to: served.path("backup"),
        keys: other.path("k"),
        keep: 1,
    };
    assert_eq!(
        take(&other.source(), &request).unwrap_err().code(),
        "another_town"
    );
}

#[test]
fn a_keys_folder_serves_one_folder_of_backups_so_that_no_other_loses_its_keys() {
    let served = Served::empty();
    served.backup();
    let keys = served.path("keys");
    let request = BackupRequest {
        to: served.path("second"),
        keys: keys.clone(),
        keep: 1,
    };
    assert_eq!(
        take(&served.source(), &request).unwrap_err().code(),
        "keys_of_others"
    );
    let other = Served::empty();
    let request = BackupRequest {
        to: other.path("backup"),
        keys: keys.clone(),
        keep: 1,
    };
    assert_eq!(
        take(&other.source(), &request).unwrap_err().code(),
        "keys_of_others"
    );
    assert!(served.check(true).unwrap().opened);
    // Moved as a whole it is the same folder.
    fs::rename(served.path("backup"), served.path("moved")).unwrap();
    take(
        &served.source(),
        &BackupRequest {
            to: served.path("moved"),
            keys,
            keep: 3,
        },
    )
    .unwrap();
}

#[test]
fn a_restored_town_is_the_same_of_a_new_incarnation_and_sealed_as_it_was() {
    let mut served = Served::new();
    served.backup();
    served.writes();
    let restored = served.restore("new").unwrap();
    assert_eq!(
        (restored.incarnation, restored.quarantine.as_deref()),
        (2, None)
    );
    served.stop();
    let old = Instance::open(&served.path("town"), 16).unwrap();
    let new = Instance::open(&served.path("new"), 16).unwrap();
    assert_eq!((new.town, new.name.as_str()), (old.town, old.name.as_str()));
    assert_eq!(heads(&new.store), heads(&old.store));
    assert!(restored.documents > 10);
    assert_eq!(new.ledger.incarnation(), 2);
    assert_eq!(
        new.store.high_water().unwrap(),
        old.store.high_water().unwrap()
    );
    drop(new);
    let again = served.restore("new").unwrap_err();
    assert_eq!(again.code(), "not_empty");
    // Without the journal nobody is answered, and the incarnation is far beyond.
    let BackupRequest { to: from, keys, .. } = served.request();
    let new = NewFolder {
        journal: None,
        ..served.new_folder("lost")
    };
    let lost = restore(
        &RestoreRequest {
            from,
            name: None,
            keys,
            new,
        },
        &mut |_, _| (),
    )
    .unwrap();
    assert_eq!(lost.quarantine.as_deref(), Some("missing"));
    assert!(lost.incarnation > 1_000);
}

#[test]
fn a_restore_that_is_cut_off_leaves_a_folder_that_does_not_open_and_can_be_made_again() {
    let mut served = Served::new();
    served.backup();
    served.stop();
    let mut seen = 0;
    // Cut off by a panic at each sign of progress, as a kill would.
    for at in 0..12 {
        let new = served.path("new");
        let BackupRequest { to: from, keys, .. } = served.request();
        let request = RestoreRequest {
            from,
            name: None,
            keys,
            new: served.new_folder("new"),
        };
        let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut steps = 0;
            restore(&request, &mut |_, _| {
                steps += 1;
                assert!(steps <= at, "cut off");
            })
            .unwrap();
        }));
        if cut.is_ok() {
            break;
        }
        seen += 1;
        let opened = SledStore::open(&new, OpenOptions::default());
        assert!(
            matches!(opened, Err(OpenError::NotThere(_) | OpenError::Io { .. })),
            "{at}"
        );
        let _ = fs::remove_dir_all(&new);
    }
    assert!(seen > 3);
    let _ = fs::remove_dir_all(served.path("new"));
    served.restore("new").unwrap();
    assert!(Instance::open(&served.path("new"), 16).is_ok());
}

#[test]
fn keys_of_another_server_are_refused_before_anything_is_made() {
    let served = Served::new();
    served.backup();
    let other = Served::empty();
    let BackupRequest { to: from, keys, .. } = served.request();
    let new = NewFolder {
        secrets: other.path("town/secrets"),
        ..served.new_folder("new")
    };
    let error = restore(
        &RestoreRequest {
            from,
            name: None,
            keys,
            new,
        },
        &mut |_, _| (),
    )
    .unwrap_err();
    assert_eq!(error.code(), "another_server");
    assert!(!served.path("new").exists());
}

#[test]
fn files_and_folders_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let served = Served::empty();
    served.backup();
    for root in [served.path("backup"), served.path("keys")] {
        let mut left = vec![root];
        while let Some(path) = left.pop() {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(
                mode,
                if path.is_dir() { 0o700 } else { 0o600 },
                "{}",
                path.display()
            );
            if path.is_dir() {
                left.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
            }
        }
    }
}
