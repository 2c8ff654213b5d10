use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_is_replaced_whole_and_only_its_owner_may_read_it() {
    let folder = folder();
    let path = folder.path().join("key");
    replace(&path, b"first").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mut file = replace(&path, b"second, and longer").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"second, and longer");
    assert_eq!(mode(&path), 0o600);
    file.write_all(b"!").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"second, and longer!");
    assert_eq!(names(folder.path()), ["key"]);
}

#[test]
fn a_draft_that_cannot_be_filled_leaves_the_old_file_and_nothing_else() {
    let folder = folder();
    let path = folder.path().join("key");
    replace(&path, b"old").unwrap();
    let full = |file: &mut File| {
        file.write_all(b"ne")?;
        Err(io::ErrorKind::StorageFull.into())
    };
    let failed = Draft::fill(&path, full).unwrap_err();
    assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["key"]);
}

#[test]
fn a_draft_is_not_the_file_before_it_takes_its_place_and_goes_if_it_never_does() {
    let folder = folder();
    let path = folder.path().join("key");
    let draft = Draft::write(&path, b"new").unwrap();
    assert_eq!(names(folder.path()), ["key.new"]);
    let kept = fs::OpenOptions::new()
        .read(true)
        .open(folder.path().join("key.new"))
        .unwrap();
    drop(draft);
    assert_eq!(names(folder.path()), [""; 0]);
    let mut bytes = [1; 3];
    kept.read_exact_at(&mut bytes, 0).unwrap();
    assert_eq!(bytes, [0; 3], "written over before it went");
    Draft::write(&path, b"new").unwrap().rename().unwrap();
    assert_eq!(names(folder.path()), ["key"]);
}

#[test]
fn a_draft_that_a_cut_left_behind_is_in_nobodys_way() {
    let folder = folder();
    let path = folder.path().join("key");
    fs::write(folder.path().join("key.new"), b"half of it").unwrap();
    replace(&path, b"whole").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"whole");
    fs::write(folder.path().join("key.new"), b"half of it").unwrap();
    assert!(Draft::sweep(&path).unwrap());
    assert!(!Draft::sweep(&path).unwrap());
    assert_eq!(names(folder.path()), ["key"]);
}

#[test]
fn a_folder_in_the_place_of_a_file_is_not_replaced() {
    let folder = folder();
    let path = folder.path().join("key");
    make_folder(&path.join("inner")).unwrap();
    assert_eq!(mode(&path), 0o700);
    assert!(replace(&path, b"new").is_err());
    assert_eq!(names(folder.path()), ["key"]);
}

#[test]
fn a_file_that_must_be_new_never_overwrites_one() {
    let folder = folder();
    let path = folder.path().join("key");
    create(&path, b"first").unwrap();
    let second = create(&path, b"second").unwrap_err();
    assert_eq!(second.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"first");
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_file_longer_than_its_bound_is_refused_and_one_as_long_is_read() {
    let folder = folder();
    let path = folder.path().join("file");
    fs::write(&path, b"12345").unwrap();
    assert_eq!(read_bounded(&path, 5).unwrap(), b"12345");
    let longer = read_bounded(&path, 4).unwrap_err();
    assert_eq!(longer.kind(), io::ErrorKind::FileTooLarge);
    let missing = read_bounded(&folder.path().join("none"), 4).unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
}

#[test]
fn every_byte_is_written_over_and_the_length_stays() {
    let folder = folder();
    for length in [0, 1, ZEROS_BYTES, ZEROS_BYTES + 1, 3 * ZEROS_BYTES - 1] {
        let path = folder.path().join(length.to_string());
        fs::write(&path, vec![7; length]).unwrap();
        overwrite(&open_in_place(&path).unwrap()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), vec![0; length]);
    }
}

#[test]
fn one_holder_of_a_lock_at_a_time() {
    let folder = folder();
    let path = folder.path().join("LOCK");
    let held = lock(&path).unwrap();
    assert!(matches!(lock(&path), Err(fs::TryLockError::WouldBlock)));
    drop(held);
    assert!(lock(&path).is_ok());
    assert!(matches!(
        lock(&folder.path().join("none/LOCK")),
        Err(fs::TryLockError::Error(_))
    ));
}

#[test]
fn the_folder_of_a_bare_name_is_the_present_one() {
    assert_eq!(folder_of(Path::new("key")), Path::new("."));
    assert_eq!(folder_of(Path::new("a/key")), Path::new("a"));
    assert_eq!(folder_of(Path::new("/key")), Path::new("/"));
}
