//! The server's own keys, and the town's name, in the data folder.
//!
//! `secrets/` holds the signing key and the key of cursors, each a file of mode 0600; backups of the
//! ledger leave it out. `town.toml` holds the name. Both are made once, right after the store; a
//! folder without them is one whose creation was cut off.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use alleyway_core::crypto::SecretKey;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::text::Text;
use alleyway_files::{make_folder, sync_folder};
use hex::FromHex as _;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::said::{Said, at, because, told};

const TOWN_FILE: &str = "town.toml";
const SECRETS: &str = "secrets";
const SIGNING_FILE: &str = "signing.key";
const TOKEN_FILE: &str = "token.key";
/// A key file is `alleyway key 1` and 64 hex digits on a line each.
const KEY_HEAD: &str = "alleyway key 1";
const KEY_FILE_BYTES_MAX: u64 = 256;
const TOWN_FILE_BYTES_MAX: u64 = 4_096;

/// Why keys could not be made or read.
#[derive(Debug, Error)]
pub enum SecretsError {
    /// They were never made.
    Missing(PathBuf),
    /// A file in it does not hold what it should.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault.
        reason: &'static str,
    },
    /// Others may read a key.
    Open(PathBuf),
    /// The disk or the system refused.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// No random bytes could be had.
    Random(String),
}

impl SecretsError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self, _: Lang) -> Said {
        match self {
            Self::Missing(path) => (said::SECRET_MISSING, vec![at(path)]),
            Self::Damaged { path, reason } => {
                (said::SECRET_DAMAGED, vec![at(path), because(reason)])
            }
            Self::Open(path) => (said::SECRET_OPEN, vec![at(path)]),
            Self::Io { path, error } => (said::SECRET_IO, vec![at(path), because(error)]),
            Self::Random(reason) => (said::NO_RANDOM, vec![because(reason)]),
        }
    }
}

told!(SecretsError);

/// The server's keys.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Signs verdicts and the server's own commands.
    pub signing: SecretKey,
    /// Seals cursors.
    pub token_key: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TownFile {
    name: String,
}

/// Random bytes from the system.
pub fn random<const N: usize>() -> Result<[u8; N], SecretsError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| SecretsError::Random(error.to_string()))?;
    Ok(bytes)
}

/// Makes the keys of the town called `name`, and keeps both in its data folder, durably.
///
/// # Errors
/// [`SecretsError::Io`] if they exist already, or if the disk refuses.
pub fn create(folder: &Path, name: &Text<NAME_BYTES_MAX>) -> Result<Secrets, SecretsError> {
    let secrets = Secrets {
        signing: SecretKey::from_bytes(&random()?),
        token_key: random()?,
    };
    put(folder, name, &secrets)?;
    Ok(secrets)
}

/// Puts these keys and the town's name into a data folder, durably.
///
/// # Errors
/// [`SecretsError::Io`] if there are any already, or if the disk refuses.
pub(crate) fn put(
    folder: &Path,
    name: &Text<NAME_BYTES_MAX>,
    secrets: &Secrets,
) -> Result<(), SecretsError> {
    let keys = folder.join(SECRETS);
    make_folder(&keys).map_err(io(&keys))?;
    write_key(&keys.join(SIGNING_FILE), &secrets.signing.to_bytes())?;
    write_key(&keys.join(TOKEN_FILE), &secrets.token_key)?;
    sync_folder(&keys).map_err(io(&keys))?;
    let path = folder.join(TOWN_FILE);
    let text = toml::to_string(&TownFile {
        name: name.as_str().to_owned(),
    })
    .map_err(|_| SecretsError::Damaged {
        path: path.clone(),
        reason: "the town's name cannot be written",
    })?;
    write_private(&path, text.as_bytes())?;
    sync_folder(folder).map_err(io(folder))
}

/// Reads the town's name and the keys.
///
/// # Errors
/// Every [`SecretsError`] but [`SecretsError::Random`].
pub fn open(folder: &Path) -> Result<(Text<NAME_BYTES_MAX>, Secrets), SecretsError> {
    let name = read_name(&folder.join(TOWN_FILE))?;
    Ok((name, read_keys(&folder.join(SECRETS))?))
}

/// Reads the keys from the folder that they lie in.
///
/// # Errors
/// Every [`SecretsError`] but [`SecretsError::Random`].
pub(crate) fn read_keys(keys: &Path) -> Result<Secrets, SecretsError> {
    Ok(Secrets {
        signing: SecretKey::from_bytes(&read_key(&keys.join(SIGNING_FILE))?),
        token_key: read_key(&keys.join(TOKEN_FILE))?,
    })
}

/// The town's name, as its data folder has it.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn town_name(folder: &Path) -> Result<Text<NAME_BYTES_MAX>, SecretsError> {
    read_name(&folder.join(TOWN_FILE))
}

fn read_name(path: &Path) -> Result<Text<NAME_BYTES_MAX>, SecretsError> {
    let damaged = |reason| SecretsError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let text = read_short(path, TOWN_FILE_BYTES_MAX)?;
    let file: TownFile =
        toml::from_str(&text).map_err(|_| damaged("it does not hold a name alone"))?;
    Text::new(&file.name).map_err(|_| damaged("the name is too long"))
}

fn write_key(path: &Path, key: &[u8; 32]) -> Result<(), SecretsError> {
    write_private(
        path,
        format!("{KEY_HEAD}\n{}\n", hex::encode(key)).as_bytes(),
    )
}

fn read_key(path: &Path) -> Result<[u8; 32], SecretsError> {
    let damaged = |reason| SecretsError::Damaged {
        path: path.to_owned(),
        reason,
    };
    if !path.exists() {
        return Err(SecretsError::Missing(path.to_owned()));
    }
    if fs::metadata(path).map_err(io(path))?.mode() & 0o077 != 0 {
        return Err(SecretsError::Open(path.to_owned()));
    }
    let text = read_short(path, KEY_FILE_BYTES_MAX)?;
    let (head, key) = text
        .trim_end()
        .split_once('\n')
        .ok_or_else(|| damaged("it has not two lines"))?;
    if head != KEY_HEAD {
        return Err(damaged("its first line is another"));
    }
    <[u8; 32]>::from_hex(key).map_err(|_| damaged("the key is not 64 hex digits"))
}

fn read_short(path: &Path, bytes_max: u64) -> Result<String, SecretsError> {
    let damaged = |reason| SecretsError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let bytes =
        alleyway_files::read_bounded(path, bytes_max).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SecretsError::Missing(path.to_owned()),
            io::ErrorKind::FileTooLarge => damaged("it is too long"),
            _ => io(path)(error),
        })?;
    String::from_utf8(bytes).map_err(|_| damaged("it is not text"))
}

/// Writes a new file of mode 0600 and waits until it is on disk.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), SecretsError> {
    alleyway_files::create(path, bytes)
        .map(drop)
        .map_err(io(path))
}

/// Puts `bytes` in the place of a file of mode 0600: a reader sees the old file or the new one.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), SecretsError> {
    alleyway_files::replace(path, bytes)
        .map(drop)
        .map_err(io(path))
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> SecretsError + '_ {
    move |error| SecretsError::Io {
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn made() -> (tempfile::TempDir, Secrets) {
        let folder = tempfile::tempdir().unwrap();
        let secrets = create(folder.path(), &Text::new("四排镇").unwrap()).unwrap();
        (folder, secrets)
    }

    #[test]
    fn made_keys_are_read_back_and_only_their_owner_may_look() {
        let (folder, secrets) = made();
        let (name, again) = open(folder.path()).unwrap();
        assert_eq!(name.as_str(), "四排镇");
        assert_eq!(again.signing.to_bytes(), secrets.signing.to_bytes());
        assert_eq!(again.token_key, secrets.token_key);
        assert_eq!(
            fs::metadata(folder.path().join("secrets")).unwrap().mode() & 0o777,
            0o700
        );
        assert_eq!(
            fs::metadata(folder.path().join("secrets/token.key"))
                .unwrap()
                .mode()
                & 0o777,
            0o600
        );
    }

    #[test]
    fn keys_that_exist_are_never_made_again() {
        let (folder, secrets) = made();
        assert!(create(folder.path(), &Text::default()).is_err());
        assert_eq!(open(folder.path()).unwrap().1.token_key, secrets.token_key);
    }

    #[test]
    fn a_missing_key_and_one_that_others_can_read_are_told_apart() {
        let (folder, _) = made();
        let signing = folder.path().join("secrets/signing.key");
        fs::set_permissions(&signing, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(open(folder.path()), Err(SecretsError::Open(_))));
        fs::remove_file(&signing).unwrap();
        assert!(matches!(open(folder.path()), Err(SecretsError::Missing(_))));
        fs::remove_file(folder.path().join("town.toml")).unwrap();
        assert!(matches!(open(folder.path()), Err(SecretsError::Missing(_))));
    }

    #[test]
    fn a_key_file_of_another_shape_is_damage() {
        let (folder, _) = made();
        let token = folder.path().join("secrets/token.key");
        for junk in [
            "",
            "alleyway key 1",
            "alleyway key 1\nabc",
            "alleyway key 2\n00",
            "alleyway key 1\néé",
        ] {
            fs::write(&token, junk).unwrap();
            assert!(
                matches!(open(folder.path()), Err(SecretsError::Damaged { .. })),
                "{junk:?}"
            );
        }
    }
}
