use std::os::unix::fs::PermissionsExt;

use super::*;

fn put(key: &[u8], value: &[u8]) -> Write {
    Write { key: key.to_vec(), value: Some(value.to_vec()), slot: None }
}

fn remove(key: &[u8]) -> Write {
    Write { key: key.to_vec(), value: None, slot: None }
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("a/b");
    {
        let mut store = DeviceStore::open(&home).unwrap();
        store.commit(&[put(b"a", b"1"), put(b"b", b"2"), put(b"c", b"3")]).unwrap();
        store.commit(&[remove(b"b"), put(b"c", b"4")]).unwrap();
        store.set("server", b"http://here").unwrap();
    }
    let store = DeviceStore::open(&home).unwrap();
    assert_eq!(store.get(b"a").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.get(b"b").unwrap(), None);
    assert_eq!(
        store.scan(b"a", b"z", 9).unwrap(),
        vec![(b"a".to_vec(), b"1".to_vec()), (b"c".to_vec(), b"4".to_vec())]
    );
    assert_eq!(store.scan(b"a", b"z", 1).unwrap().len(), 1);
    assert_eq!(store.scan(b"z", b"a", 9).unwrap(), vec![]);
    assert_eq!(store.setting("server").unwrap().as_deref(), Some(&b"http://here"[..]));
}

#[test]
fn only_the_owner_reads_folder_and_file() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("xie");
    drop(DeviceStore::open(&home).unwrap());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home), 0o700);
    assert_eq!(mode(&home.join(FILE_NAME)), 0o600);
}

#[test]
fn a_second_process_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _first = DeviceStore::open(folder.path()).unwrap();
    assert!(matches!(DeviceStore::open(folder.path()), Err(OpenStoreError::Locked(_))));
}

#[test]
fn a_newer_and_an_older_format_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let write = |format: u32| DeviceStore::open(folder.path()).unwrap().set(FORMAT_KEY, &format.to_be_bytes()).unwrap();
    write(FORMAT + 1);
    assert!(
        matches!(DeviceStore::open(folder.path()), Err(OpenStoreError::Newer { found, .. }) if found == FORMAT + 1)
    );
    let folder = tempfile::tempdir().unwrap();
    DeviceStore::open(folder.path()).unwrap().set(FORMAT_KEY, &0_u32.to_be_bytes()).unwrap();
    assert!(matches!(DeviceStore::open(folder.path()), Err(OpenStoreError::Older { found: 0, .. })));
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), "这不是数据库".repeat(4_000)).unwrap();
    assert!(matches!(DeviceStore::open(folder.path()), Err(OpenStoreError::Damaged { .. })));
}

#[test]
fn a_store_cut_short_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let path = folder.path().join(FILE_NAME);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(DeviceStore::open(folder.path()), Err(OpenStoreError::Damaged { .. })));
}

#[test]
fn a_changed_value_is_never_returned() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let path = folder.path().join(FILE_NAME);
    let mut bytes = std::fs::read(&path).unwrap();
    let needle = b"value-0077-";
    let places: Vec<usize> =
        bytes.windows(needle.len()).enumerate().filter(|(_, window)| window == needle).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at] ^= 1;
    }
    std::fs::write(&path, &bytes).unwrap();
    match DeviceStore::open(folder.path()) {
        Err(OpenStoreError::Damaged { .. }) => {}
        Err(other) => panic!("{other}"),
        // redb may fall back to the commit before; that one held no values.
        Ok(store) => assert_eq!(store.get(b"key-0077").unwrap(), None),
    }
}

fn fill(home: &Path) {
    let mut store = DeviceStore::open(home).unwrap();
    let writes: Vec<Write> = (0..500)
        .map(|n| put(format!("key-{n:04}").as_bytes(), format!("value-{n:04}-").repeat(40).as_bytes()))
        .collect();
    store.commit(&writes).unwrap();
}
