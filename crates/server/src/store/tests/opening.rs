//! What is opened, and what is not.

use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};

use alleyway_core::store::{Records, Store, Transaction};

use super::super::engine::Engine as _;
use super::super::engine::sled::failed;
use super::super::folder::DataFolder;
use super::super::{OpenCheck, OpenError, OpenOptions, SledStore};
use super::{TOWN, commit, copy, create, fill, open, put};

#[test]
fn a_folder_is_created_once_and_only_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(open(folder.path()), Err(OpenError::NotThere(_))));
    assert!(matches!(
        open(&folder.path().join("nowhere")),
        Err(OpenError::NotThere(_))
    ));
    let inner = folder.path().join("a/b");
    let store = SledStore::create(&inner, TOWN, OpenOptions::default()).unwrap();
    assert_eq!((store.town(), store.path()), (TOWN, inner.as_path()));
    drop(store);
    assert!(matches!(
        SledStore::create(&inner, TOWN, OpenOptions::default()),
        Err(OpenError::NotEmpty(_))
    ));
    assert_eq!(open(&inner).unwrap().town(), TOWN);
}

#[test]
fn a_disk_that_is_full_is_not_taken_for_damage() {
    let folder = tempfile::tempdir().unwrap();
    let folder = DataFolder::begin(&folder.path().join("town"), TOWN).unwrap();
    let full = sled::Error::Io(std::io::ErrorKind::StorageFull.into());
    assert!(matches!(
        OpenError::engine(&folder, failed(full)),
        OpenError::Io { .. }
    ));
    let cut = sled::Error::Io(std::io::ErrorKind::UnexpectedEof.into());
    assert!(matches!(
        OpenError::engine(&folder, failed(cut)),
        OpenError::Engine { .. }
    ));
}

#[test]
fn a_creation_that_was_cut_off_is_not_opened() {
    let (folder, store) = create();
    drop(store);
    fs::remove_file(folder.path().join("FORMAT")).unwrap();
    assert!(matches!(open(folder.path()), Err(OpenError::NotThere(_))));
}

#[test]
fn folders_and_files_are_for_their_owner_only() {
    let (folder, store) = create();
    drop(store);
    for (name, mode) in [
        ("keys", 0o700),
        ("ledger", 0o700),
        ("keys/slots", 0o600),
        ("high-water", 0o600),
    ] {
        let found = fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(found, mode, "{name}");
    }
}

#[test]
fn a_second_opener_is_told_that_the_folder_is_in_use() {
    let (folder, store) = create();
    let error = open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::Locked(_)));
    assert!(error.to_string().contains("another process has"));
    drop(store);
    open(folder.path()).unwrap();
}

#[test]
fn a_store_that_was_just_dropped_is_waited_for() {
    let (folder, mut store) = create();
    for _ in 0..20 {
        commit(&mut store, vec![put("a", &[1; 50_000], None)]);
        drop(store);
        store = open(folder.path()).unwrap();
    }
}

#[test]
fn another_format_is_named_with_both_versions_and_what_to_do() {
    let (folder, store) = create();
    drop(store);
    let refused = |format: u32| {
        fs::write(
            folder.path().join("FORMAT"),
            format!("alleyway {format}\n{TOWN}\n"),
        )
        .unwrap();
        open(folder.path()).unwrap_err()
    };
    let (newer, older) = (refused(7), refused(1));
    assert!(matches!(
        newer,
        OpenError::NewerFormat {
            found: 7,
            known: 3,
            ..
        }
    ));
    assert!(matches!(
        older,
        OpenError::OlderFormat {
            found: 1,
            known: 3,
            ..
        }
    ));
    for (error, parts) in [
        (newer, ["format 7", "format 3", "later version"]),
        (older, ["format 1", "format 3", "`import`"]),
    ] {
        assert!(
            parts.iter().all(|part| error.to_string().contains(part)),
            "{error}"
        );
    }
    for text in ["", "alleyway", "alleyway 3\n", "alleyway 3\nno town\n"] {
        fs::write(folder.path().join("FORMAT"), text).unwrap();
        assert!(
            matches!(open(folder.path()), Err(OpenError::FormatUnreadable(_))),
            "{text:?}"
        );
    }
}

#[test]
fn a_missing_or_damaged_high_water_is_not_guessed() {
    let (folder, mut store) = create();
    fill(&mut store, 20);
    drop(store);
    let path = folder.path().join("high-water");
    fs::write(&path, vec![0; 8_192]).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::HighWaterUnreadable(_))
    ));
    fs::remove_file(&path).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::HighWaterUnreadable(_))
    ));
}

#[test]
fn an_older_ledger_than_the_high_water_is_not_opened() {
    let (folder, mut store) = create();
    fill(&mut store, 20);
    drop(store);
    let old = tempfile::tempdir().unwrap();
    copy(&folder.path().join("ledger"), old.path());
    let mut store = open(folder.path()).unwrap();
    // Not even a commit that leaves the sequence where it was goes missing unseen.
    let high_water = store.high_water().unwrap();
    let writes = vec![put("invitation", b"1", None)];
    store
        .commit(&Transaction {
            writes,
            high_water,
            ..Transaction::default()
        })
        .unwrap();
    drop(store);
    fs::remove_dir_all(folder.path().join("ledger")).unwrap();
    fs::create_dir_all(folder.path().join("ledger")).unwrap();
    copy(old.path(), &folder.path().join("ledger"));
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::TailMissing { .. })
    ));
    fs::remove_dir_all(folder.path().join("ledger")).unwrap();
    fs::create_dir_all(folder.path().join("ledger")).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::TailMissing { .. })
    ));
}

#[test]
fn a_ledger_one_commit_ahead_of_the_high_water_opens_and_keeps_the_commit() {
    let (folder, mut store) = create();
    fill(&mut store, 20);
    let before = fs::read(folder.path().join("high-water")).unwrap();
    commit(&mut store, vec![put("last", b"1", Some(2_000))]);
    let reach = store.high_water().unwrap();
    drop(store);
    fs::write(folder.path().join("high-water"), before).unwrap();
    for _ in 0..2 {
        let store = open(folder.path()).unwrap();
        assert_eq!(store.high_water().unwrap(), reach);
        assert_eq!(store.get(b"last").unwrap(), Some(b"1".to_vec()));
    }
}

#[test]
fn a_torn_block_of_the_high_water_costs_nothing() {
    let (folder, mut store) = create();
    let rows = fill(&mut store, 20);
    drop(store);
    for block in [0, 4_096] {
        let copied = tempfile::tempdir().unwrap();
        copy(folder.path(), copied.path());
        let file = fs::OpenOptions::new()
            .write(true)
            .open(copied.path().join("high-water"))
            .unwrap();
        file.write_all_at(&[9; 40], block).unwrap();
        let store = open(copied.path()).unwrap();
        assert_eq!(store.scan(b"", b"\xff", usize::MAX).unwrap(), rows);
    }
}

#[test]
fn missing_keys_are_named_and_surplus_ones_are_drawn_again() {
    let (folder, mut store) = create();
    let rows = fill(&mut store, 20);
    drop(store);
    let path = folder.path().join("keys/slots");
    let mut keys = fs::read(&path).unwrap();
    keys.extend_from_slice(&[0; 100]);
    fs::write(&path, &keys).unwrap();
    let mut store = open(folder.path()).unwrap();
    commit(&mut store, vec![put("more", b"1", Some(1_026))]);
    assert_eq!(store.scan(b"row", b"rox", usize::MAX).unwrap(), rows);
    drop(store);
    fs::write(&path, &keys[..1_000]).unwrap();
    assert!(matches!(
        open(folder.path()),
        Err(OpenError::KeysMissing(_))
    ));
}

#[test]
fn a_snapshot_that_was_half_written_is_not_taken_for_the_newest() {
    let (folder, mut store) = create();
    let rows = fill(&mut store, 20);
    drop(store);
    fs::write(
        folder
            .path()
            .join("ledger/snap.7FFFFFFFFFFFFFFF.generating"),
        b"half",
    )
    .unwrap();
    assert_eq!(
        open(folder.path())
            .unwrap()
            .scan(b"", b"\xff", usize::MAX)
            .unwrap(),
        rows
    );
}

/// What becomes of a file.
type Damage = fn(&[u8]) -> Vec<u8>;

/// The snapshots of sled in a data folder.
fn snapshots(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let names = fs::read_dir(folder.join("ledger")).unwrap();
    let paths = names.map(|entry| entry.unwrap().path());
    let is_one = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("snap.")
    };
    paths.filter(is_one).collect()
}

#[test]
fn a_damaged_snapshot_is_set_aside_and_everything_is_there_without_it() {
    let (folder, mut store) = create();
    let all = fill(&mut store, 40);
    drop(store);
    // Opening writes one.
    drop(open(folder.path()).unwrap());
    let damages: [Damage; 4] = [
        |_| Vec::new(),
        |whole| whole[..whole.len() / 2].to_vec(),
        |whole| {
            let mut flipped = whole.to_vec();
            flipped[whole.len() / 2] ^= 255;
            flipped
        },
        |whole| vec![0; whole.len()],
    ];
    for damage in damages {
        for check in [OpenCheck::Everything, OpenCheck::Tail] {
            let of = snapshots(folder.path());
            assert!(!of.is_empty(), "sled leaves a snapshot");
            for path in of {
                let whole = fs::read(&path).unwrap();
                fs::write(&path, damage(&whole)).unwrap();
            }
            let options = OpenOptions {
                check,
                ..OpenOptions::default()
            };
            let store = SledStore::open(folder.path(), options).unwrap();
            assert!(store.engine.is_in_doubt());
            assert_eq!(store.scan(b"", b"\xff", usize::MAX).unwrap(), all);
            drop(store);
            // Once: the next opening has a good one.
            let store = open(folder.path()).unwrap();
            assert!(!store.engine.is_in_doubt());
        }
    }
}

#[test]
fn a_damaged_snapshot_excuses_no_record_that_is_missing() {
    let (folder, mut store) = create();
    commit(&mut store, vec![put("a", b"old", None)]);
    drop(store);
    let older = fs::read(folder.path().join("ledger/db")).unwrap();
    let mut store = open(folder.path()).unwrap();
    commit(&mut store, vec![put("b", b"new", None)]);
    drop(store);
    fs::write(folder.path().join("ledger/db"), older).unwrap();
    for path in snapshots(folder.path()) {
        fs::write(path, "").unwrap();
    }
    let options = OpenOptions {
        check: OpenCheck::Tail,
        ..OpenOptions::default()
    };
    let opened = SledStore::open(folder.path(), options);
    assert!(
        matches!(
            opened,
            Err(OpenError::TailMissing { .. } | OpenError::Engine { .. })
        ),
        "{:?}",
        opened.map(drop)
    );
}
