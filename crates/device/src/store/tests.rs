use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::keys::file::KeyFileError;

/// A new store's file.
const FILE_NAME: &str = FILE_NAMES[0];

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
    for name in [
        FILE_NAME,
        "device.1.seal",
        "device.key",
        "device.mark",
        "device.lock",
    ] {
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

/// What a store was in formats 1 to 3: another file, which this program does not read.
#[test]
fn a_store_of_an_earlier_version_is_told_as_such_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let former = ["device.redb", "device.journal", "device.seal"];
    for name in former {
        std::fs::write(folder.path().join(name), name).unwrap();
    }
    assert!(DeviceStore::exists(folder.path()));
    let error = DeviceStore::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenStoreError::Older(_)), "{error}");
    for name in former {
        assert_eq!(
            std::fs::read(folder.path().join(name)).unwrap(),
            name.as_bytes()
        );
    }
    assert!(!crate::keys::file::exists(folder.path()));
    wipe(folder.path(), None).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), "这不是数据库".repeat(4_000)).unwrap();
    assert!(matches!(
        DeviceStore::open(folder.path()),
        Err(OpenStoreError::KeyMissing { .. })
    ));
}

#[test]
fn a_store_cut_short_names_what_it_lost_or_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let whole = bytes(folder.path());
    for eighths in 0..8 {
        let short = copy_of(folder.path());
        let left = &whole[..whole.len() * eighths / 8];
        std::fs::write(short.path().join(FILE_NAME), left).unwrap();
        match DeviceStore::open(short.path()) {
            Ok(store) => {
                let names = store.keys(b"key", b"kez", 501).unwrap();
                assert_eq!(names.len(), 500);
                let lost = names.iter().filter(|name| store.get(name).is_err());
                assert_eq!(lost.count(), store.salvaged().unwrap().unreadable);
                assert!(eighths >= 1);
            }
            Err(OpenStoreError::Damaged { .. }) => assert_eq!(eighths, 0),
            Err(other) => panic!("{other}"),
        }
    }
}

/// The bytes of the store's file.
fn bytes(home: &Path) -> Vec<u8> {
    std::fs::read(home.join(FILE_NAME)).unwrap()
}

/// Another folder with the same files.
fn copy_of(home: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(home).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
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
    let key = *store.key().bytes();
    drop(store);
    let bytes = bytes(folder.path());
    for secret in [text, &text[..12], b"town.example", b"o-1", b"server", &key] {
        assert!(!holds(&bytes, secret), "not even the rows' names");
    }
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
    // Cut off behind the key, behind the data key or in it, and where nothing of the log arrived.
    let seal = std::fs::read(folder.path().join("device.1.seal")).unwrap();
    let one_block = [&seal[..4_096], &[0; 4_096]].concat();
    let (none, zeros) = (Vec::new(), vec![0; 5_000]);
    for (seal, log) in [
        (&none, &none),
        (&zeros, &none),
        (&one_block, &none),
        (&seal, &zeros),
    ] {
        std::fs::remove_file(folder.path().join("device.mark")).unwrap();
        std::fs::write(folder.path().join("device.1.seal"), seal).unwrap();
        std::fs::write(folder.path().join(FILE_NAME), log).unwrap();
        let store = DeviceStore::open(folder.path()).unwrap();
        assert_eq!((store.key().bytes(), store.salvaged()), (key.bytes(), None));
    }
}

#[test]
fn one_damaged_value_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let mut store = DeviceStore::open(folder.path()).unwrap();
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
fn a_byte_changed_anywhere_never_gives_another_value() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let whole = bytes(folder.path());
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        let harmed = copy_of(folder.path());
        std::fs::write(harmed.path().join(FILE_NAME), &changed).unwrap();
        let Ok(store) = DeviceStore::open(harmed.path()) else {
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
