//! Single bits that change, in every file of the store.

use std::fs;

use super::*;

/// How many typed commands wait in the store.
const TYPED: usize = 40;
/// How many places of each file are changed.
const PLACES: usize = 64;

fn typed(n: usize) -> (Vec<u8>, Vec<u8>) {
    (
        format!("o{n:04}").into_bytes(),
        format!("typed-{n:04}-").repeat(20).into_bytes(),
    )
}

fn document(n: usize) -> (Vec<u8>, Vec<u8>) {
    (
        format!("d{n:04}").into_bytes(),
        format!("document-{n:04}-").repeat(30).into_bytes(),
    )
}

/// A store as a device has it: its keys, its place, documents, and commands typed one by one.
fn at_work(home: &Path) -> DeviceStore {
    let mut store = DeviceStore::open(home).unwrap();
    store.set("server", b"http://here").unwrap();
    let rows = (0..100).map(document).chain([
        (b"i".to_vec(), b"keys".to_vec()),
        (b"h".to_vec(), b"1".to_vec()),
    ]);
    store
        .commit(
            &rows
                .map(|(key, value)| put(&key, &value))
                .collect::<Vec<_>>(),
        )
        .unwrap();
    for n in 0..TYPED {
        let (key, value) = typed(n);
        store
            .commit(&[
                put(&key, &value),
                put(b"s", format!("place {n}").as_bytes()),
            ])
            .unwrap();
    }
    store
}

const FILES: [&str; 4] = [FILE_NAME, "device.1.seal", "device.key", "device.mark"];

/// Everything typed is there, and the newest of everything else that can be read.
fn assert_whole_but_for_documents(home: &Path, at: &str) {
    let store = DeviceStore::open(home).unwrap_or_else(|error| panic!("{at}: {error}"));
    for (key, value) in (0..TYPED).map(typed) {
        assert_eq!(store.get(&key).unwrap(), Some(value), "{at}");
    }
    assert_eq!(store.get(b"i").unwrap().unwrap(), b"keys", "{at}");
    assert_eq!(store.get(b"h").unwrap().unwrap(), b"1", "{at}");
    assert_eq!(
        store.get(b"s").unwrap().unwrap(),
        format!("place {}", TYPED - 1).as_bytes(),
        "{at}"
    );
    assert_eq!(
        store.setting("server").unwrap().unwrap(),
        b"http://here",
        "{at}"
    );
    for (key, value) in (0..100).map(document) {
        match store.get(&key) {
            Ok(found) => assert_eq!(found, Some(value), "{at}"),
            Err(error) => assert_eq!(error, StoreError::damaged(&key), "{at}"),
        }
    }
}

fn flip_spread_bits(from: &Path, changed: &str) {
    let whole: Vec<Vec<u8>> = FILES
        .iter()
        .map(|name| fs::read(from.join(name)).unwrap())
        .collect();
    let bits = whole[FILES.iter().position(|name| *name == changed).unwrap()].len() * 8;
    for place in 0..PLACES {
        let bit = (bits / PLACES * place + place % 8).min(bits - 1);
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in FILES.iter().zip(&whole) {
            let mut bytes = bytes.clone();
            if *name == changed {
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            fs::write(folder.path().join(name), bytes).unwrap();
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600))
                .unwrap();
        }
        let at = format!("{changed}, bit {bit}");
        assert_whole_but_for_documents(folder.path(), &at);
        assert_whole_but_for_documents(folder.path(), &format!("{at}, again"));
    }
}

#[test]
fn a_bit_that_changes_in_any_file_loses_nothing_typed_and_neither_keys_nor_place() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    for name in [FILE_NAME, "device.1.seal", "device.mark"] {
        flip_spread_bits(folder.path(), name);
    }
}

#[test]
fn a_bit_that_changes_after_the_program_was_killed_loses_nothing_typed() {
    let folder = tempfile::tempdir().unwrap();
    let _held = at_work(folder.path());
    flip_spread_bits(folder.path(), FILE_NAME);
}

#[test]
fn a_file_that_is_gone_empty_junk_or_cut_short_is_no_new_store_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    let path = folder.path().join(FILE_NAME);
    let whole = fs::read(&path).unwrap();
    let key = fs::read(folder.path().join("device.key")).unwrap();
    let (half, beginning) = (&whole[..whole.len() / 2], &whole[..100]);
    let junk = b"junk".repeat(5_000);
    for bytes in [
        None,
        Some(&[][..]),
        Some(&junk),
        Some(half),
        Some(beginning),
    ] {
        match bytes {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert!(
            DeviceStore::exists(folder.path()),
            "there is a store, or what is left of one"
        );
        let error = DeviceStore::open(folder.path()).unwrap_err();
        assert!(matches!(error, OpenStoreError::Damaged { .. }), "{error}");
        assert_eq!(fs::read(&path).ok().as_deref(), bytes);
        assert_eq!(fs::read(folder.path().join("device.key")).unwrap(), key);
    }
    fs::write(&path, &whole).unwrap();
    assert_whole_but_for_documents(folder.path(), "it is put back");
}

#[test]
fn a_damaged_file_is_written_anew_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    let path = folder.path().join(FILE_NAME);
    let mut rotten = fs::read(&path).unwrap();
    // In one copy of the last commit.
    let at = rotten.len() - 40;
    rotten[at] ^= 1;
    fs::write(&path, &rotten).unwrap();
    let store = DeviceStore::open(folder.path()).unwrap();
    let salvaged = store.salvaged().unwrap();
    assert_eq!(salvaged.unreadable, 0);
    assert_eq!(fs::read(&salvaged.kept).unwrap(), rotten);
    drop(store);
    assert_whole_but_for_documents(folder.path(), "a rotten copy");
    let mut store = DeviceStore::open(folder.path()).unwrap();
    assert_eq!(store.salvaged(), None, "written anew once");
    store.commit_anew(&[]).unwrap();
    for name in ["device.damaged.log", "device.damaged.seal"] {
        assert!(!folder.path().join(name).exists());
    }
}

#[test]
fn the_log_stays_short() {
    let folder = tempfile::tempdir().unwrap();
    let mut longest = 0;
    for n in 0..24_u8 {
        // As the terminal program does: opened for each line.
        let mut store = DeviceStore::open(folder.path()).unwrap();
        store.commit(&[put(b"s", &vec![n; 100_000])]).unwrap();
        let length = |name| fs::metadata(folder.path().join(name)).map_or(0, |file| file.len());
        longest = longest.max(FILE_NAMES.into_iter().map(length).sum());
    }
    assert!(longest < 1_000_000, "{longest}");
    assert_eq!(
        DeviceStore::open(folder.path()).unwrap().get(b"s").unwrap(),
        Some(vec![23; 100_000])
    );
}
