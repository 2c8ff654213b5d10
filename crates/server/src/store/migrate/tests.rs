use std::path::PathBuf;

use alleyway_ledger::check;
use tempfile::TempDir;

use super::*;
use crate::store::{OpenCheck, OpenOptions, SledStore};

const TAIL: OpenOptions = OpenOptions {
    cache_bytes: 8 * 1024 * 1024,
    check: OpenCheck::Tail,
};

/// The town of the fixture, as the release with format 2 left it.
fn format_2() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/format-2/hands.zst");
    let bytes = zstd::bulk::decompress(&fs::read(fixture).unwrap(), 16 * 1024 * 1024).unwrap();
    let mut rest = bytes.as_slice();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (length, path) = std::str::from_utf8(&rest[..end])
            .unwrap()
            .split_once(' ')
            .unwrap();
        let (file, after) = rest[end + 1..].split_at(length.parse().unwrap());
        if path.starts_with("town/") {
            let path = folder.path().join(path);
            make_folder(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        rest = after;
    }
    let town = folder.path().join("town");
    (folder, town)
}

fn format_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("FORMAT"))
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned()
}

/// Everything is there and sound.
fn is_whole(town: &Path) {
    let store = SledStore::open(town, OpenOptions::default()).unwrap();
    let report = check(&store, &mut |_| ()).unwrap();
    assert_eq!(
        (report.documents, report.entries, report.problem_count),
        (17, 76, 0),
        "{:?}",
        report.problems
    );
    assert_eq!(format_of(town), "alleyway 3");
    assert_eq!(format_of(&town.join(COPY)), "alleyway 2");
}

#[test]
fn a_folder_is_migrated_wherever_the_last_try_was_cut_off() {
    // While the copy was written.
    let (_folder, town) = format_2();
    make_folder(&town.join(COPY_UNFINISHED)).unwrap();
    fs::write(town.join(COPY_UNFINISHED).join("FORMAT"), "half").unwrap();
    is_whole(&town);
    assert!(!town.join(COPY_UNFINISHED).exists());
    // Right behind the copy, and while the format was written.
    let (_folder, town) = format_2();
    copy_folder(&town, &town.join(COPY)).unwrap();
    fs::write(town.join("FORMAT.new"), "half").unwrap();
    is_whole(&town);
    // Behind each transaction of the migration itself, of which the last one is FORMAT.
    let (_folder, town) = format_2();
    let mut cuts = 0;
    loop {
        let (folder, format) = DataFolder::take(&town).unwrap();
        prepare(&folder, format).unwrap();
        let mut store = SledStore::of(folder, TAIL).unwrap();
        let Some(transaction) = Migration::default().step(&store, store.tail.reach).unwrap() else {
            break;
        };
        store.commit(&transaction).unwrap();
        cuts += 1;
        assert_eq!(format_of(&town), "alleyway 2-to-3");
    }
    assert!(cuts >= 1, "{cuts}");
    is_whole(&town);
}

#[test]
fn a_copy_that_fails_changes_nothing() {
    let (_folder, town) = format_2();
    // What cannot be read cannot be copied.
    std::os::unix::fs::symlink(town.join("nowhere"), town.join("dangling")).unwrap();
    let error = SledStore::open(&town, TAIL).unwrap_err();
    assert!(matches!(error, OpenError::NotCopied { .. }), "{error}");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    assert_eq!(format_of(&town), "alleyway 2");
    assert!(!town.join(COPY).exists() && !town.join(COPY_UNFINISHED).exists());
    fs::remove_file(town.join("dangling")).unwrap();
    is_whole(&town);
}

#[test]
fn a_copy_of_another_state_is_not_taken_for_this_ones() {
    let (_folder, town) = format_2();
    copy_folder(&town, &town.join(COPY)).unwrap();
    fs::write(town.join(COPY).join("high-water"), [1; 8_192]).unwrap();
    let error = SledStore::open(&town, TAIL).unwrap_err();
    assert!(matches!(error, OpenError::CopyInTheWay(_)), "{error}");
    assert_eq!(format_of(&town), "alleyway 2");
}

#[test]
fn damage_is_found_before_anything_is_migrated() {
    let (_folder, town) = format_2();
    let store = SledStore::of(DataFolder::take(&town).unwrap().0, TAIL).unwrap();
    // An entry that the sum does not know of is one that an old state had.
    store
        .engine
        .db
        .insert(crate::store::entries::row_key(b"l\0").unwrap(), &b"?"[..])
        .unwrap();
    store.engine.db.flush().unwrap();
    drop(store);
    let error = SledStore::open(&town, TAIL).unwrap_err();
    assert!(matches!(error, OpenError::Unsound { .. }), "{error}");
    assert_eq!(format_of(&town.join(COPY)), "alleyway 2");
}

#[test]
fn formats_that_cannot_be_read_are_told_apart() {
    let (_folder, town) = format_2();
    let id = fs::read_to_string(town.join("FORMAT"))
        .unwrap()
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    let open = |word: &str| {
        fs::write(town.join("FORMAT"), format!("alleyway {word}\n{id}\n")).unwrap();
        SledStore::open(&town, TAIL).unwrap_err()
    };
    assert!(matches!(
        open("1"),
        OpenError::OlderFormat {
            found: 1,
            known: 3,
            ..
        }
    ));
    assert!(matches!(
        open("4"),
        OpenError::NewerFormat {
            found: 4,
            known: 3,
            ..
        }
    ));
    assert!(matches!(open("1-to-2"), OpenError::FormatUnreadable(_)));
    assert!(!town.join(COPY).exists());
}
