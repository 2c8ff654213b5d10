use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

/// Cheap enough for a test.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
    lanes: 1,
};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned().into()).unwrap()
}

fn key() -> StoreKey {
    StoreKey::from_bytes(&[7; 32])
}

/// Reads with a passphrase, or without one.
fn read_with(home: &Path, text: Option<&str>) -> Result<[u8; 32], KeyFileError> {
    read(home, &mut || text.map(passphrase)).map(|key| *key.bytes())
}

fn text(home: &Path) -> String {
    fs::read_to_string(home.join(FILE_NAME)).unwrap()
}

#[test]
fn a_key_is_read_back_and_only_its_owner_may_look() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), &key(), Guard::Mode).unwrap();
    assert_eq!(read_with(home.path(), None).unwrap(), [7; 32]);
    assert!(!is_wrapped(home.path()).unwrap());
    let path = home.path().join(FILE_NAME);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = read_with(home.path(), None).unwrap_err();
        assert!(matches!(error, KeyFileError::Exposed(_)), "{mode:o}");
        assert!(error.to_string().contains("chmod 600"));
    }
}

#[test]
fn a_passphrase_guards_the_key_until_it_is_changed_or_removed() {
    let home = tempfile::tempdir().unwrap();
    let first = passphrase("the first one");
    write(home.path(), &key(), Guard::Passphrase(&first, CHEAP)).unwrap();
    assert!(is_wrapped(home.path()).unwrap());
    assert!(!text(home.path()).contains("07070707"));
    assert!(matches!(
        read_with(home.path(), None),
        Err(KeyFileError::PassphraseNeeded(_))
    ));
    assert!(matches!(
        read_with(home.path(), Some("another one")),
        Err(KeyFileError::WrongPassphrase(_))
    ));
    assert_eq!(
        read_with(home.path(), Some("the first one")).unwrap(),
        [7; 32]
    );
    write(
        home.path(),
        &key(),
        Guard::Passphrase(&passphrase("the second one"), CHEAP),
    )
    .unwrap();
    assert!(matches!(
        read_with(home.path(), Some("the first one")),
        Err(KeyFileError::WrongPassphrase(_))
    ));
    assert_eq!(
        read_with(home.path(), Some("the second one")).unwrap(),
        [7; 32]
    );
    write(home.path(), &key(), Guard::Mode).unwrap();
    assert_eq!(read_with(home.path(), None).unwrap(), [7; 32]);
}

#[test]
fn a_damaged_file_is_told_from_a_wrong_passphrase() {
    let home = tempfile::tempdir().unwrap();
    write(
        home.path(),
        &key(),
        Guard::Passphrase(&passphrase("the first one"), CHEAP),
    )
    .unwrap();
    let whole = text(home.path());
    for at in 0..whole.len() - 1 {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = if bytes[at] == b'1' { b'0' } else { b'1' };
        fs::write(home.path().join(FILE_NAME), &bytes).unwrap();
        let error = read_with(home.path(), Some("the first one")).unwrap_err();
        assert!(
            matches!(error, KeyFileError::Damaged { .. }),
            "byte {at}: {error}"
        );
    }
    for cut in 0..whole.len() - 1 {
        fs::write(home.path().join(FILE_NAME), &whole[..cut]).unwrap();
        let error = read_with(home.path(), Some("the first one")).unwrap_err();
        assert!(
            matches!(error, KeyFileError::Damaged { .. }),
            "cut at {cut}: {error}"
        );
    }
}

#[test]
fn a_cost_beyond_the_bounds_and_a_newer_file_are_refused() {
    let home = tempfile::tempdir().unwrap();
    write(
        home.path(),
        &key(),
        Guard::Passphrase(&passphrase("the first one"), CHEAP),
    )
    .unwrap();
    let whole = text(home.path());
    let lines = whole
        .split("check ")
        .next()
        .unwrap()
        .replace("argon2id 8 1 1", "argon2id 4294967295 1 1");
    let mut forged = format!("{lines}check ");
    push_hex(&mut forged, &check(&lines));
    fs::write(home.path().join(FILE_NAME), forged).unwrap();
    assert!(matches!(
        read_with(home.path(), Some("the first one")),
        Err(KeyFileError::Damaged { .. })
    ));
    fs::write(
        home.path().join(FILE_NAME),
        whole.replace("store key 1", "store key 2"),
    )
    .unwrap();
    assert!(matches!(
        read_with(home.path(), None),
        Err(KeyFileError::Newer(_))
    ));
}

#[test]
fn a_key_file_left_half_written_is_not_in_the_way() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("device.key.new"), "alleyway st").unwrap();
    assert!(!exists(home.path()));
    assert!(matches!(
        read_with(home.path(), None),
        Err(KeyFileError::Missing(_))
    ));
    write(home.path(), &key(), Guard::Mode).unwrap();
    assert!(!home.path().join("device.key.new").exists());
}

#[test]
fn a_destroyed_key_is_gone() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), &key(), Guard::Mode).unwrap();
    destroy(home.path()).unwrap();
    assert!(!exists(home.path()));
    destroy(home.path()).unwrap();
}
