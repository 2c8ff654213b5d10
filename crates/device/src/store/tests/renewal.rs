//! A commit that leaves nothing readable of what was there before.

use std::collections::BTreeSet;
use std::fs;

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

/// A log, and behind it its data key as it is sealed in the header.
fn old(home: &Path) -> Vec<u8> {
    let seal = fs::read(home.join("device.1.seal")).unwrap();
    [&bytes(home), &seal[52..124]].concat()
}

/// Pieces of 24 bytes that only a key opens.
fn sealed(old: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_random = |piece: &&[u8]| piece.iter().collect::<BTreeSet<_>>().len() > 16;
    old.rchunks(24).filter(is_random)
}

/// No file of the folder holds anything of the old one.
fn assert_gone(home: &Path, old: &[u8]) {
    assert!(sealed(old).count() > 20);
    for entry in fs::read_dir(home).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(
            !sealed(old).any(|piece| holds(&bytes, piece)),
            "{}",
            path.display()
        );
    }
}

#[test]
fn what_was_replaced_rests_in_no_file_and_no_key_that_is_left_opens_a_copy_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = leased(folder.path());
    let old = old(folder.path());
    store.commit_anew(&ending()).unwrap();
    store
        .commit(&[put(b"k2", b"typed behind the end")])
        .unwrap();
    assert_gone(folder.path(), &old);
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

/// Where it is cut off, `log::tests::power` draws; here are the folders that a kill leaves.
#[test]
fn cut_off_anywhere_the_store_is_as_before_or_renewed_and_the_next_opening_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = leased(folder.path());
    let old = old(folder.path());
    let (before, old_seal) = (
        bytes(folder.path()),
        fs::read(folder.path().join("device.1.seal")).unwrap(),
    );
    store.commit_anew(&ending()).unwrap();
    drop(store);
    let (new, seal) = (
        fs::read(folder.path().join(FILE_NAMES[1])).unwrap(),
        fs::read(folder.path().join("device.2.seal")).unwrap(),
    );
    let mut renewed = Vec::new();
    for arrived in [&[], &new[..4_096], &new] {
        for zeros in [0, 5_000, before.len()] {
            // The old log is written over only when the new one is there, its key first.
            if arrived.len() < new.len() && zeros > 0 {
                continue;
            }
            let killed = copy_of(folder.path());
            let put =
                |name: &str, bytes: &[u8]| fs::write(killed.path().join(name), bytes).unwrap();
            put(FILE_NAMES[0], &[&vec![0; zeros], &before[zeros..]].concat());
            put("device.1.seal", if zeros == 0 { &old_seal } else { &[] });
            put("device.2.seal", &seal);
            put(FILE_NAMES[1], arrived);
            fs::remove_file(killed.path().join("device.mark")).unwrap();
            let mut store = DeviceStore::open(killed.path()).unwrap();
            assert_eq!(store.salvaged(), None);
            let state = store.get(b"s").unwrap().unwrap();
            let is_renewed = state == b"no half";
            assert!(is_renewed || state == OLD_STATE);
            assert_eq!(store.get(b"o1").unwrap().is_none(), is_renewed);
            assert_eq!(store.get(b"k1").unwrap().is_some(), is_renewed);
            assert_eq!(store.get(b"d1").unwrap().as_deref(), Some(&b"document"[..]));
            let in_use = FILE_NAMES.map(|name| {
                let length = fs::metadata(killed.path().join(name)).unwrap().len();
                length > 0
            });
            assert_eq!(in_use, [!is_renewed, is_renewed]);
            store.commit_anew(&ending()).unwrap();
            assert_gone(killed.path(), &old);
            renewed.push(is_renewed);
        }
    }
    assert_eq!(renewed, [false, false, true, true, true]);
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
    let seal = folder.path().join("device.1.seal");
    fs::copy(other.path().join("device.1.seal"), &seal).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::WrongKey(_))
    ));
    for lost in [&[0; 8_192][..], &[]] {
        fs::write(&seal, lost).unwrap();
        let error = DeviceStore::open(folder.path()).unwrap_err();
        assert!(
            matches!(&error, OpenStoreError::KeyMissing { key, .. } if *key == seal),
            "{error}"
        );
    }
}
