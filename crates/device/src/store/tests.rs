use std::os::unix::fs::PermissionsExt;

use redb::ReadableTable;

use super::open::{FORMAT_KEY, KEY_CHECK_KEY};
use super::*;
use crate::keys::file::KeyFileError;

mod harm;
mod renewal;

fn put(key: &[u8], value: &[u8]) -> Write {
    Write {
        key: key.to_vec(),
        value: Some(value.to_vec()),
        slot: None,
    }
}

fn remove(key: &[u8]) -> Write {
    Write {
        key: key.to_vec(),
        value: None,
        slot: None,
    }
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("a/b");
    {
        let mut store = DeviceStore::open(&home).unwrap();
        store
            .commit(&[put(b"a", b"1"), put(b"b", b"2"), put(b"c", b"3")])
            .unwrap();
        store.commit(&[remove(b"b"), put(b"c", b"4")]).unwrap();
        store.set("server", b"http://here").unwrap();
    }
    let store = DeviceStore::open(&home).unwrap();
    assert_eq!(store.get(b"a").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.get(b"b").unwrap(), None);
    assert_eq!(
        store.scan(b"a", b"z", 9).unwrap(),
        vec![
            (b"a".to_vec(), b"1".to_vec()),
            (b"c".to_vec(), b"4".to_vec())
        ]
    );
    assert_eq!(store.scan(b"a", b"z", 1).unwrap().len(), 1);
    assert_eq!(store.scan(b"z", b"a", 9).unwrap(), vec![]);
    assert_eq!(
        store.setting("server").unwrap().as_deref(),
        Some(&b"http://here"[..])
    );
}

#[test]
fn only_the_owner_reads_folder_and_file() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("xie");
    drop(DeviceStore::open(&home).unwrap());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home), 0o700);
    assert_eq!(mode(&home.join(FILE_NAME)), 0o600);
    for name in ["device.key", "device.seal", "device.journal"] {
        assert_eq!(mode(&home.join(name)), 0o600);
    }
}

#[test]
fn a_key_file_that_was_half_changed_leaves_no_key_behind() {
    let folder = tempfile::tempdir().unwrap();
    drop(DeviceStore::open(folder.path()).unwrap());
    // A passphrase was being removed: this is the bare key.
    let beside = folder.path().join("device.key.new");
    std::fs::copy(folder.path().join("device.key"), &beside).unwrap();
    let key = std::fs::read(folder.path().join("device.key")).unwrap();
    drop(DeviceStore::open(folder.path()).unwrap());
    assert!(!beside.exists());
    assert_eq!(
        std::fs::read(folder.path().join("device.key")).unwrap(),
        key
    );
}

/// Somebody is asked for a passphrase, and meanwhile another program makes the store and uses it.
#[test]
fn a_store_that_is_there_by_now_is_not_founded_again() {
    struct Asked<'a>(&'a Path);
    impl KeySource for Asked<'_> {
        fn key(&mut self) -> Result<StoreKey, KeyFileError> {
            Ok(StoreKey::from_bytes(&[7; 32]))
        }
        fn key_to_be(&mut self) -> Result<StoreKey, KeyFileError> {
            let mut other =
                DeviceStore::open_with(self.0, &mut StoreKey::from_bytes(&[7; 32])).unwrap();
            other.commit(&[put(b"o", b"typed")]).unwrap();
            self.key()
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("xie");
    let store = DeviceStore::open_with(&home, &mut Asked(&home)).unwrap();
    assert_eq!(store.get(b"o").unwrap().as_deref(), Some(&b"typed"[..]));
}

#[test]
fn a_second_process_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _first = DeviceStore::open(folder.path()).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::Locked(_))
    ));
}

fn set_raw(home: &Path, key: &str, value: &[u8]) {
    let store = DeviceStore::open(home).unwrap();
    let transaction = begin_write(&store.database).unwrap();
    transaction
        .open_table(SETTINGS)
        .unwrap()
        .insert(key, value)
        .unwrap();
    transaction.commit().unwrap();
}

#[test]
fn a_store_of_the_format_before_is_brought_up_to_date_and_keeps_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = DeviceStore::open(folder.path()).unwrap();
    store
        .commit(&[Write {
            key: b"o1".to_vec(),
            value: Some(b"typed".to_vec()),
            slot: None,
        }])
        .unwrap();
    drop(store);
    set_raw(folder.path(), FORMAT_KEY, &(FORMAT - 1).to_be_bytes());
    for _ in 0..2 {
        let store = DeviceStore::open(folder.path()).unwrap();
        assert!(store.salvaged().is_none());
        assert_eq!(store.get(b"o1").unwrap(), Some(b"typed".to_vec()));
        assert_eq!(
            raw_setting(&store.database, FORMAT_KEY).unwrap(),
            Some(FORMAT.to_be_bytes().to_vec())
        );
    }
}

#[test]
fn a_newer_and_an_older_format_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    set_raw(folder.path(), FORMAT_KEY, &(FORMAT + 1).to_be_bytes());
    assert!(
        matches!(DeviceStore::open(folder.path()), Err(OpenStoreError::Newer { found, .. }) if found == FORMAT + 1)
    );
    let folder = tempfile::tempdir().unwrap();
    set_raw(folder.path(), FORMAT_KEY, &0_u32.to_be_bytes());
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::Older { found: 0, .. })
    ));
}

#[test]
fn a_store_of_the_earlier_version_is_told_as_such_and_not_as_one_without_a_key() {
    for format in [Some(1_u32), None] {
        let folder = tempfile::tempdir().unwrap();
        let database = redb::Database::create(folder.path().join(FILE_NAME)).unwrap();
        let transaction = begin_write(&database).unwrap();
        transaction
            .open_table(RECORDS)
            .unwrap()
            .insert(&b"i"[..], &b"in the clear"[..])
            .unwrap();
        if let Some(format) = format {
            let bytes = format.to_be_bytes();
            transaction
                .open_table(SETTINGS)
                .unwrap()
                .insert(FORMAT_KEY, bytes.as_slice())
                .unwrap();
        }
        transaction.commit().unwrap();
        drop(database);
        let error = DeviceStore::open(folder.path()).unwrap_err();
        assert!(
            matches!(error, OpenStoreError::Older { found, .. } if found == format.unwrap_or(0)),
            "{error}"
        );
        assert!(!crate::keys::file::exists(folder.path()));
    }
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), "这不是数据库".repeat(4_000)).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::Damaged { .. })
    ));
}

#[test]
fn a_store_cut_short_whose_journal_is_gone_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let path = folder.path().join(FILE_NAME);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    std::fs::remove_file(folder.path().join("device.journal")).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::Damaged { .. })
    ));
}

/// The bytes of the store's file.
fn bytes(home: &Path) -> Vec<u8> {
    std::fs::read(home.join(FILE_NAME)).unwrap()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// Flips a bit of a byte of `piece`, wherever that lies in the file.
fn rot(file: &mut [u8], piece: &[u8], byte: usize) {
    let windows = file.windows(piece.len()).enumerate();
    let places: Vec<usize> = windows
        .filter(|(_, window)| *window == piece)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        file[at + byte] ^= 1;
    }
}

#[test]
fn nothing_that_was_written_can_be_read_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = DeviceStore::open(folder.path()).unwrap();
    let text = "通往橘园的路坏了，谢大叔家".as_bytes();
    store
        .commit(&[put(b"o-1", text), put(b"d-1", &[text, text].concat())])
        .unwrap();
    store.set("server", b"http://town.example").unwrap();
    assert_eq!(store.get(b"o-1").unwrap().as_deref(), Some(text));
    let (key, data) = (*store.key().bytes(), *store.data.bytes());
    drop(store);
    for name in [FILE_NAME, "device.journal"] {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        assert!(holds(&bytes, b"o-1"), "the rows are in the file");
        for secret in [text, &text[..12], b"town.example", &key, &data] {
            assert!(!holds(&bytes, secret));
        }
    }
    let seal = std::fs::read(folder.path().join("device.seal")).unwrap();
    assert!(!holds(&seal, &key) && !holds(&seal, &data));
}

#[test]
fn a_wrong_key_is_told_from_damage() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let mut other = StoreKey::from_bytes(&[9; 32]);
    let error = DeviceStore::open_with(folder.path(), &mut other).unwrap_err();
    assert!(matches!(error, OpenStoreError::WrongKey(_)), "{error}");
    assert!(DeviceStore::open(folder.path()).is_ok());
}

#[test]
fn a_damaged_key_check_is_made_anew_by_the_right_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    set_raw(folder.path(), KEY_CHECK_KEY, b"junk");
    let wrong =
        DeviceStore::open_with(folder.path(), &mut StoreKey::from_bytes(&[9; 32])).unwrap_err();
    assert!(matches!(wrong, OpenStoreError::WrongKey(_)), "{wrong}");
    assert!(DeviceStore::open(folder.path()).is_ok());
    let wrong =
        DeviceStore::open_with(folder.path(), &mut StoreKey::from_bytes(&[9; 32])).unwrap_err();
    assert!(matches!(wrong, OpenStoreError::WrongKey(_)), "{wrong}");
}

#[test]
fn a_store_without_its_key_file_says_so_and_makes_no_other_key() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    std::fs::remove_file(folder.path().join("device.key")).unwrap();
    let error = DeviceStore::open(folder.path()).unwrap_err();
    assert!(
        matches!(error, OpenStoreError::KeyMissing { .. }),
        "{error}"
    );
    assert!(!crate::keys::file::exists(folder.path()));
}

#[test]
fn a_store_whose_making_was_cut_off_is_made_by_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    drop(DeviceStore::open(folder.path()).unwrap());
    let key = crate::keys::file::read(folder.path(), &mut || None).unwrap();
    let path = folder.path().join(FILE_NAME);
    // Cut off behind the key, behind the file's name, and behind redb's own first pages.
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        DeviceStore::open(folder.path()).unwrap().key().bytes(),
        key.bytes()
    );
    std::fs::write(&path, "").unwrap();
    assert_eq!(
        DeviceStore::open(folder.path()).unwrap().key().bytes(),
        key.bytes()
    );
    std::fs::remove_file(&path).unwrap();
    drop(redb::Database::create(&path).unwrap());
    assert_eq!(
        DeviceStore::open(folder.path()).unwrap().key().bytes(),
        key.bytes()
    );
}

#[test]
fn one_damaged_value_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let store = DeviceStore::open(folder.path()).unwrap();
    store.spoil(b"key-0077");
    let damaged = StoreError::damaged(b"key-0077");
    assert_eq!(store.get(b"key-0077").unwrap_err(), damaged);
    assert_eq!(store.scan(b"key", b"kez", 500).unwrap_err(), damaged);
    assert_eq!(store.keys(b"key", b"kez", 500).unwrap().len(), 500);
    assert_eq!(
        store.get(b"key-0078").unwrap().unwrap(),
        "value-0078-".repeat(40).as_bytes()
    );
}

#[test]
fn a_value_under_another_rows_key_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let store = DeviceStore::open(folder.path()).unwrap();
    let transaction = begin_write(&store.database).unwrap();
    {
        let mut table = transaction.open_table(RECORDS).unwrap();
        let other = table
            .get(&b"key-0001"[..])
            .unwrap()
            .unwrap()
            .value()
            .to_vec();
        table.insert(&b"key-0002"[..], other.as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    assert_eq!(
        store.get(b"key-0002").unwrap_err(),
        StoreError::damaged(b"key-0002")
    );
}

#[test]
fn a_last_commit_that_rots_is_never_answered_with_the_one_before() {
    let (folder, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut store = DeviceStore::open(folder.path()).unwrap();
    store.commit(&[put(b"a", &[1; 200])]).unwrap();
    store.commit(&[put(b"a", &[2; 200])]).unwrap();
    let sealed = store
        .records()
        .unwrap()
        .unwrap()
        .get(&b"a"[..])
        .unwrap()
        .unwrap()
        .value()
        .to_vec();
    // As the files lie when the process is killed; and nobody has the journal.
    for name in [FILE_NAME, "device.key", "device.seal"] {
        std::fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    let mut rotten = bytes(killed.path());
    rot(&mut rotten, &sealed[..200], 100);
    std::fs::write(killed.path().join(FILE_NAME), &rotten).unwrap();
    let error = DeviceStore::open(killed.path()).unwrap_err();
    assert!(matches!(error, OpenStoreError::Damaged { .. }), "{error}");
    assert_eq!(
        bytes(killed.path()).len(),
        rotten.len(),
        "the file is left for whoever can read more of it"
    );
    assert_eq!(std::fs::read_dir(killed.path()).unwrap().count(), 3);
}

#[test]
fn a_byte_changed_anywhere_never_gives_another_value() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let whole = bytes(folder.path());
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        std::fs::write(folder.path().join(FILE_NAME), &changed).unwrap();
        let Ok(store) = DeviceStore::open(folder.path()) else {
            continue;
        };
        for n in 0..500 {
            let value = store.get(format!("key-{n:04}").as_bytes());
            let same = |found: &[u8]| found == format!("value-{n:04}-").repeat(40).as_bytes();
            assert!(
                value.as_ref().is_ok_and(|v| v.as_deref().is_some_and(same))
                    || store.salvaged().is_some(),
                "{at}"
            );
            assert!(
                value.is_err() || value.unwrap().is_none_or(|found| same(&found)),
                "{at}"
            );
        }
    }
}

#[test]
fn a_wipe_leaves_neither_key_nor_store() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let store = DeviceStore::open(folder.path()).unwrap();
    wipe(folder.path(), Some(store)).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    wipe(folder.path(), None).unwrap();
}

fn fill(home: &Path) {
    let mut store = DeviceStore::open(home).unwrap();
    let writes: Vec<Write> = (0..500)
        .map(|n| {
            put(
                format!("key-{n:04}").as_bytes(),
                format!("value-{n:04}-").repeat(40).as_bytes(),
            )
        })
        .collect();
    store.commit(&writes).unwrap();
}
