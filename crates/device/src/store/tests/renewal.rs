//! A commit that leaves nothing readable of what was there before.

use std::fs;

use super::super::data_key::{self, Found};
use super::*;

const OLD_STATE: &[u8] = b"the server's half";
const OLD_TYPED: &[u8] = b"typed before the end";

fn leased(home: &Path) -> DeviceStore {
    let mut store = DeviceStore::open(home).unwrap();
    store.set("server", b"http://here").unwrap();
    store
        .commit(&[
            put(b"i", b"keys"),
            put(b"s", OLD_STATE),
            put(b"o1", OLD_TYPED),
            put(b"d1", b"document"),
        ])
        .unwrap();
    store
}

fn ending() -> Vec<Write> {
    vec![put(b"s", b"no half"), remove(b"o1"), put(b"k1", b"locked")]
}

/// All files of a folder, as they lie when the process is killed.
fn files(home: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(home).unwrap().map(entry).collect()
}

fn put_back(home: &Path, files: &[(std::ffi::OsString, Vec<u8>)]) {
    for (name, bytes) in files {
        fs::write(home.join(name), bytes).unwrap();
        fs::set_permissions(home.join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn sealed(store: &DeviceStore, key: &[u8]) -> Vec<u8> {
    store
        .records()
        .unwrap()
        .unwrap()
        .get(key)
        .unwrap()
        .unwrap()
        .value()
        .to_vec()
}

/// Whether the folder still holds a key that opens the old state.
fn can_be_read(home: &Path, host: &StoreKey, sealed: &[u8]) -> bool {
    let opens = |name| match data_key::read(&home.join(name), host).unwrap() {
        Found::Key(key) => key.open(&record_place(b"s"), sealed).is_some(),
        _ => false,
    };
    opens(data_key::FILE_NAME)
        || opens(data_key::NEW_NAME)
        || host.open(&record_place(b"s"), sealed).is_some()
}

#[test]
fn what_was_replaced_rests_in_no_file_and_no_key_that_is_left_opens_a_copy_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = leased(folder.path());
    let old = [
        sealed(&store, b"s"),
        sealed(&store, b"o1"),
        sealed(&store, b"d1"),
    ];
    assert!(can_be_read(folder.path(), store.key(), &old[0]));
    store.commit_anew(&ending()).unwrap();
    store
        .commit(&[put(b"k2", b"typed behind the end")])
        .unwrap();
    assert!(!can_be_read(folder.path(), store.key(), &old[0]));
    for (name, bytes) in files(folder.path()) {
        for old in &old {
            assert!(!holds(&bytes, &old[..24]), "{}", name.display());
        }
    }
    drop(store);
    let store = DeviceStore::open(folder.path()).unwrap();
    assert_eq!(store.salvaged(), None);
    assert_eq!(store.get(b"s").unwrap().as_deref(), Some(&b"no half"[..]));
    assert_eq!(store.get(b"o1").unwrap(), None);
    assert_eq!(store.get(b"d1").unwrap().as_deref(), Some(&b"document"[..]));
    assert_eq!(
        store.get(b"k2").unwrap().as_deref(),
        Some(&b"typed behind the end"[..])
    );
    assert_eq!(
        store.setting("server").unwrap().as_deref(),
        Some(&b"http://here"[..])
    );
}

#[test]
fn cut_off_anywhere_the_store_is_as_before_or_renewed_and_the_next_opening_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = leased(folder.path());
    let old = sealed(&store, b"s");
    let mut cuts = Vec::new();
    store
        .renew(&ending(), &mut || cuts.push(files(folder.path())))
        .unwrap();
    assert_eq!(cuts.len(), 6);
    let mut renewed = Vec::new();
    for cut in &cuts {
        let killed = tempfile::tempdir().unwrap();
        put_back(killed.path(), cut);
        let mut store = DeviceStore::open(killed.path()).unwrap();
        assert_eq!(store.salvaged(), None);
        let state = store.get(b"s").unwrap().unwrap();
        let is_renewed = state == b"no half";
        assert!(is_renewed || state == OLD_STATE);
        assert_eq!(store.get(b"o1").unwrap().is_none(), is_renewed);
        assert_eq!(store.get(b"k1").unwrap().is_some(), is_renewed);
        assert_eq!(store.get(b"d1").unwrap().as_deref(), Some(&b"document"[..]));
        assert_eq!(can_be_read(killed.path(), store.key(), &old), !is_renewed);
        assert!(!killed.path().join(data_key::NEW_NAME).exists());
        store.commit_anew(&ending()).unwrap();
        assert!(!can_be_read(killed.path(), store.key(), &old));
        for (name, bytes) in files(killed.path()) {
            assert!(!holds(&bytes, &old[..24]), "{}", name.display());
        }
        renewed.push(is_renewed);
    }
    assert_eq!(renewed, [false, false, true, true, true, true]);
}

#[test]
fn a_new_key_that_was_written_in_part_keeps_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    drop(leased(folder.path()));
    fs::write(folder.path().join(data_key::NEW_NAME), [7; 50]).unwrap();
    assert_eq!(
        DeviceStore::open(folder.path())
            .unwrap()
            .get(b"s")
            .unwrap()
            .as_deref(),
        Some(OLD_STATE)
    );
    assert!(!folder.path().join(data_key::NEW_NAME).exists());
}

#[test]
fn a_row_that_cannot_be_read_is_still_named_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = leased(folder.path());
    store.spoil(b"o1");
    store.commit_anew(&[put(b"s", b"no half")]).unwrap();
    assert_eq!(store.get(b"o1").unwrap_err(), StoreError::damaged(b"o1"));
}

#[test]
fn a_store_without_its_data_key_or_with_anothers_says_so() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop((leased(folder.path()), leased(other.path())));
    let seal = folder.path().join(data_key::FILE_NAME);
    fs::copy(other.path().join(data_key::FILE_NAME), &seal).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::WrongKey(_))
    ));
    fs::write(&seal, [0; 8_192]).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::Key(_))
    ));
    fs::remove_file(&seal).unwrap();
    let error = DeviceStore::open(folder.path()).unwrap_err();
    assert!(
        matches!(&error, OpenStoreError::KeyMissing { key, .. } if *key == seal),
        "{error}"
    );
}
