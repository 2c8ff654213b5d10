//! Single bits that change, in every file of the store.

use std::fs;
use std::process::Command;

use super::super::salvage::quietly;
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

const FILES: [&str; 4] = [FILE_NAME, "device.key", "device.seal", "device.journal"];

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
        let bit = bits / PLACES * place + place % 8;
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
    for name in [FILE_NAME, "device.seal", "device.journal"] {
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
fn a_file_that_is_empty_junk_or_cut_short_is_made_anew_from_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    let path = folder.path().join(FILE_NAME);
    let whole = fs::read(&path).unwrap();
    for bytes in [
        &[][..],
        &b"junk".repeat(5_000),
        &whole[..whole.len() / 2],
        &whole[..100],
    ] {
        fs::write(&path, bytes).unwrap();
        assert_whole_but_for_documents(folder.path(), &format!("{} bytes", bytes.len()));
    }
    let store = DeviceStore::open(folder.path()).unwrap();
    assert_eq!(
        store.keys(b"d", b"e", 500).unwrap().len(),
        100,
        "all documents are named, to be fetched"
    );
}

/// Where leaves begin, as far as their first byte tells.
fn leaves(file: &[u8]) -> impl Iterator<Item = usize> {
    (0..file.len())
        .step_by(4_096)
        .filter(|page| file[*page] == 1)
}

/// Found by the fuzz target `store`: redb was asked what it could still read, came upon the damage once
/// more when it closed the file, and ended the program; or took memory for a page of 4 GiB.
#[test]
fn a_leaf_of_which_an_end_is_another_costs_no_more_than_the_rows_in_it() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    let (path, journal) = (
        folder.path().join(FILE_NAME),
        folder.path().join("device.journal"),
    );
    let (whole, noted) = (fs::read(&path).unwrap(), fs::read(&journal).unwrap());
    let mut rebuilt = 0;
    for leaf in leaves(&whole) {
        for end in 0..8 {
            let mut bytes = whole.clone();
            bytes[leaf + 4 + 4 * end + 1] ^= 0x7c;
            fs::write(&path, bytes).unwrap();
            fs::write(&journal, &noted).unwrap();
            let store = DeviceStore::open(folder.path()).unwrap();
            rebuilt += usize::from(store.salvaged().is_some());
            let readable = (0..100)
                .map(document)
                .filter(|(key, _)| store.get(key).is_ok())
                .count();
            assert!(
                readable >= 98,
                "leaf {leaf}, end {end}: {readable} of 100 documents"
            );
            drop(store);
            assert_whole_but_for_documents(folder.path(), &format!("leaf {leaf}, end {end}"));
        }
    }
    assert!(rebuilt > 0);
}

#[test]
fn a_file_with_a_rotten_page_is_rebuilt_from_the_rest_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = at_work(folder.path());
    let (lost, _) = document(77);
    let sealed = store
        .records()
        .unwrap()
        .unwrap()
        .get(lost.as_slice())
        .unwrap()
        .unwrap()
        .value()
        .to_vec();
    drop(store);
    let mut rotten = bytes(folder.path());
    rot(&mut rotten, &sealed[..40], 30);
    fs::write(folder.path().join(FILE_NAME), &rotten).unwrap();
    let store = DeviceStore::open(folder.path()).unwrap();
    let salvaged = store.salvaged().unwrap();
    assert_eq!(salvaged.unreadable, 1);
    assert!(
        holds(&fs::read(&salvaged.kept).unwrap(), &sealed[40..]),
        "the damaged file is kept"
    );
    assert_eq!(store.get(&lost).unwrap_err(), StoreError::damaged(&lost));
    drop(store);
    assert_whole_but_for_documents(folder.path(), "a rotten page");
    assert_eq!(
        DeviceStore::open(folder.path()).unwrap().salvaged(),
        None,
        "rebuilt once"
    );
}

#[test]
fn a_damaged_file_without_a_whole_journal_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    let (path, journal) = (
        folder.path().join(FILE_NAME),
        folder.path().join("device.journal"),
    );
    let (mut damaged, whole) = (fs::read(&path).unwrap(), fs::read(&journal).unwrap());
    let leaf = leaves(&damaged).last().unwrap();
    damaged[leaf + 5] ^= 0x7c;
    for cut in [whole.len() / 2, 0] {
        fs::write(&path, &damaged).unwrap();
        fs::write(&journal, &whole[..cut]).unwrap();
        let error = DeviceStore::open(folder.path()).unwrap_err();
        assert!(
            matches!(error, OpenStoreError::Damaged { .. }),
            "{cut}: {error}"
        );
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(&journal).unwrap()),
            (damaged.clone(), whole[..cut].to_vec())
        );
    }
    fs::write(&journal, &whole).unwrap();
    assert_whole_but_for_documents(folder.path(), "the journal is whole again");
}

#[test]
fn a_journal_that_is_behind_ahead_or_gone_is_made_anew_from_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = DeviceStore::open(folder.path()).unwrap();
    store.commit(&[put(b"o1", b"first")]).unwrap();
    let journal = folder.path().join("device.journal");
    let behind = fs::read(&journal).unwrap();
    store
        .journal
        .append(&[Change::Record(
            b"o9".to_vec(),
            Some(b"cut off before the database".to_vec()),
        )])
        .unwrap();
    let ahead = fs::read(&journal).unwrap();
    store.journal.retract();
    store.commit(&[put(b"o2", b"second")]).unwrap();
    drop(store);
    let cut = [&ahead[..], b"torn"].concat();
    for bytes in [Some(behind), Some(ahead), Some(cut), None] {
        match bytes {
            Some(bytes) => fs::write(&journal, bytes).unwrap(),
            None => fs::remove_file(&journal).unwrap(),
        }
        drop(DeviceStore::open(folder.path()).unwrap());
        let database = fs::read(folder.path().join(FILE_NAME)).unwrap();
        fs::write(folder.path().join(FILE_NAME), "junk".repeat(5_000)).unwrap();
        let store = DeviceStore::open(folder.path()).unwrap();
        assert_eq!(
            store.keys(b"o", b"p", 9).unwrap(),
            [b"o1".to_vec(), b"o2".to_vec()]
        );
        drop(store);
        fs::write(folder.path().join(FILE_NAME), database).unwrap();
    }
}

#[test]
fn the_journal_stays_short() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..12_u8 {
        // As the terminal program does: opened for each line.
        let mut store = DeviceStore::open(folder.path()).unwrap();
        store.commit(&[put(b"s", &vec![n; 100_000])]).unwrap();
    }
    let bytes = fs::metadata(folder.path().join("device.journal"))
        .unwrap()
        .len();
    assert!(bytes < 700_000, "{bytes}");
    fs::write(folder.path().join(FILE_NAME), "junk".repeat(5_000)).unwrap();
    assert_eq!(
        DeviceStore::open(folder.path()).unwrap().get(b"s").unwrap(),
        Some(vec![11; 100_000])
    );
}

#[test]
fn what_redb_asserts_is_not_printed_and_other_panics_are() {
    const CHILD: &str = "ALLEYWAY_TEST_PANICS";
    if std::env::var_os(CHILD).is_some() {
        assert_eq!(quietly(|| panic!("not heard")), None::<()>);
        assert_eq!(quietly(|| 1), Some(1));
        let _ = std::panic::catch_unwind(|| panic!("heard again"));
        return;
    }
    let name = "store::tests::harm::what_redb_asserts_is_not_printed_and_other_panics_are";
    let child = Command::new(std::env::current_exe().unwrap());
    let output = { child }
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("heard again") && !said.contains("not heard"),
        "{said}"
    );
}

#[test]
fn a_store_whose_file_is_gone_is_made_anew_from_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    for gone in [true, false] {
        let path = folder.path().join(FILE_NAME);
        if gone {
            fs::remove_file(&path).unwrap();
        } else {
            fs::write(&path, "").unwrap();
        }
        assert!(
            DeviceStore::exists(folder.path()),
            "there is a store, or what is left of one"
        );
        assert!(
            DeviceStore::open(folder.path())
                .unwrap()
                .salvaged()
                .is_some(),
            "and it is said"
        );
        assert_whole_but_for_documents(folder.path(), "no file");
    }
}

#[test]
fn a_file_that_is_gone_beside_a_damaged_journal_is_no_new_store() {
    let folder = tempfile::tempdir().unwrap();
    drop(at_work(folder.path()));
    let journal = folder.path().join("device.journal");
    let whole = fs::read(&journal).unwrap();
    let seal = fs::read(folder.path().join("device.seal")).unwrap();
    for cut in [whole.len() / 2, whole.len() - 1, 1] {
        fs::write(&journal, &whole[..cut]).unwrap();
        for gone in [true, false] {
            let path = folder.path().join(FILE_NAME);
            if gone {
                fs::remove_file(&path).unwrap();
            } else {
                fs::write(&path, "").unwrap();
            }
            let error = DeviceStore::open(folder.path()).unwrap_err();
            assert!(
                matches!(error, OpenStoreError::Damaged { .. }),
                "{cut}: {error}"
            );
            assert_eq!(
                fs::read(folder.path().join("device.seal")).unwrap(),
                seal,
                "its key is not thrown away"
            );
            assert_eq!(fs::read(&journal).unwrap(), &whole[..cut]);
        }
    }
    fs::write(&journal, &whole).unwrap();
    assert_whole_but_for_documents(folder.path(), "the journal is whole again");
}
