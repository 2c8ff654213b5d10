//! The key file of the terminal program: the store's key, or the key under a passphrase.
//!
//! ```text
//! alleyway store key 1            alleyway store key 1
//! key 64 hex digits               argon2id MEMORY_KIB PASSES LANES
//! check 32 hex digits             salt 32 hex digits
//!                                 sealed 144 hex digits
//!                                 check 32 hex digits
//! ```
//!
//! `check` is a hash of the lines before it: a damaged file is told from a wrong passphrase. The
//! file has mode 0600, is written beside its place and then moved there, and file and folder are
//! synced, so that the key is never lost to a cut that the store survives.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use alleyway_core::crypto::hash16;
use alleyway_files::{Draft, open_in_place, overwrite, replace};
use hex::FromHex;
use thiserror::Error;
use zeroize::Zeroizing;

use super::wrap::Wrapped;
use super::{Cost, KeeperError, Passphrase, SEAL_BYTES, SealError, StoreKey};

/// The file's name in the device's folder.
pub const FILE_NAME: &str = "device.key";
/// The file's first words; the version follows.
const HEAD: &str = "alleyway store key ";
/// The layout this version reads and writes.
const VERSION: &str = "1";
/// A key file, in bytes.
const FILE_BYTES_MAX: u64 = 1_024;

/// Why a store's key was not read or kept.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// There is none.
    #[error("{0} is missing")]
    Missing(PathBuf),
    /// Others may read it.
    #[error("{0} can be read by others; run: chmod 600 {0}")]
    Exposed(PathBuf),
    /// It is not what was written.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The finding.
        reason: &'static str,
    },
    /// A later version of the program wrote it.
    #[error("{0} was written by a newer program")]
    Newer(PathBuf),
    /// It is under a passphrase, and none was given.
    #[error("{0} needs a passphrase")]
    PassphraseNeeded(PathBuf),
    /// It is under another passphrase.
    #[error("the passphrase does not open {0}")]
    WrongPassphrase(PathBuf),
    /// The disk or the system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// The key was not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The host keeps the key, and did not do what it was asked.
    #[error(transparent)]
    Keeper(#[from] KeeperError),
}

/// How a key file guards the key.
#[derive(Debug, Clone, Copy)]
pub enum Guard<'a> {
    /// By the file's mode alone.
    Mode,
    /// By a passphrase too.
    Passphrase(&'a Passphrase, Cost),
}

/// The content of a key file.
enum Content {
    Key(StoreKey),
    Wrapped(Wrapped),
}

/// Whether the folder `home` holds a key file.
pub fn exists(home: &Path) -> bool {
    home.join(FILE_NAME).symlink_metadata().is_ok()
}

/// Whether a passphrase guards the key.
///
/// # Errors
/// As [`read`]; never for want of a passphrase.
pub fn is_wrapped(home: &Path) -> Result<bool, KeyFileError> {
    Ok(matches!(load(home)?, Content::Wrapped(_)))
}

/// The key; `passphrase` is asked only if one guards it, and says `None` if there is none to give.
///
/// # Errors
/// [`KeyFileError`], but for [`KeyFileError::Seal`].
pub fn read(
    home: &Path,
    passphrase: &mut dyn FnMut() -> Option<Passphrase>,
) -> Result<StoreKey, KeyFileError> {
    match load(home)? {
        Content::Key(key) => Ok(key),
        Content::Wrapped(wrapped) => {
            let path = || home.join(FILE_NAME);
            let passphrase = passphrase().ok_or_else(|| KeyFileError::PassphraseNeeded(path()))?;
            wrapped
                .open(&passphrase)
                .ok_or_else(|| KeyFileError::WrongPassphrase(path()))
        }
    }
}

/// Puts the key into the folder's key file, in the place of the one that is there, durably. The old
/// file's bytes are written over, as far as the disk lets that happen.
///
/// # Errors
/// [`KeyFileError::Io`], [`KeyFileError::Seal`]; the old file, if any, is then still there.
pub fn write(home: &Path, key: &StoreKey, guard: Guard<'_>) -> Result<(), KeyFileError> {
    let path = home.join(FILE_NAME);
    let text = encode(key, guard)?;
    let old = open_in_place(&path).ok();
    replace(&path, text.as_bytes()).map_err(io(&path))?;
    if let Some(old) = old {
        // The new file stands: what cannot be written over is no failure.
        let _ = overwrite(&old);
    }
    Ok(())
}

/// Removes what a change of the key file left that was cut off, for it may hold the bare key. For
/// whoever holds the store: nobody else changes the file then.
pub(crate) fn sweep(home: &Path) {
    // What cannot be removed is no reason not to open.
    if let Ok(true) = Draft::sweep(&home.join(FILE_NAME)) {
        let _ = sync_folder(home);
    }
}

/// Destroys the key file, durably: without it nobody reads the store, its owner included.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn destroy(home: &Path) -> Result<(), KeyFileError> {
    let path = home.join(FILE_NAME);
    if let Ok(file) = open_in_place(&path) {
        let _ = overwrite(&file);
    }
    alleyway_files::remove(&path)
        .and_then(|_| Draft::sweep(&path))
        .map_err(io(&path))?;
    sync_folder(home)
}

/// Waits until a folder's names are on disk.
pub(crate) fn sync_folder(path: &Path) -> Result<(), KeyFileError> {
    alleyway_files::sync_folder(path).map_err(io(path))
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> KeyFileError + '_ {
    move |error| KeyFileError::Io {
        path: path.to_owned(),
        error,
    }
}

fn load(home: &Path) -> Result<Content, KeyFileError> {
    let path = home.join(FILE_NAME);
    let file = File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path.clone()),
        _ => io(&path)(error),
    })?;
    if file.metadata().map_err(io(&path))?.mode() & 0o077 != 0 {
        return Err(KeyFileError::Exposed(path));
    }
    let mut text = Zeroizing::new(String::with_capacity(
        usize::try_from(FILE_BYTES_MAX).unwrap_or_default(),
    ));
    file.take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => KeyFileError::Damaged {
                path: path.clone(),
                reason: "it is not text",
            },
            _ => io(&path)(error),
        })?;
    decode(&path, &text)
}

fn encode(key: &StoreKey, guard: Guard<'_>) -> Result<Zeroizing<String>, SealError> {
    use std::fmt::Write as _;

    let mut text = Zeroizing::new(String::with_capacity(512));
    text.push_str(HEAD);
    text.push_str(VERSION);
    text.push('\n');
    match guard {
        Guard::Mode => {
            text.push_str("key ");
            push_hex(&mut text, key.bytes());
        }
        Guard::Passphrase(passphrase, cost) => {
            let wrapped = Wrapped::new(key, passphrase, cost)?;
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "argon2id {} {} {}\nsalt ",
                cost.memory_kib, cost.passes, cost.lanes
            );
            push_hex(&mut text, &wrapped.salt);
            text.push_str("\nsealed ");
            push_hex(&mut text, &wrapped.sealed);
        }
    }
    text.push('\n');
    let sum = check(&text);
    text.push_str("check ");
    push_hex(&mut text, &sum);
    text.push('\n');
    Ok(text)
}

fn check(lines: &str) -> [u8; 16] {
    hash16("alleyway store key file 1", &[lines.as_bytes()])
}

fn decode(path: &Path, text: &str) -> Result<Content, KeyFileError> {
    let damaged = |reason| KeyFileError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let version = text.lines().next().and_then(|line| line.strip_prefix(HEAD));
    let version = version.ok_or_else(|| damaged("its first line is another"))?;
    if version != VERSION && version.parse::<u32>().is_ok_and(|version| version > 1) {
        return Err(KeyFileError::Newer(path.to_owned()));
    }
    let (lines, sum) = text
        .rsplit_once("check ")
        .ok_or_else(|| damaged("its end is missing"))?;
    if unhex::<[u8; 16]>(sum.trim_end()).is_none_or(|sum| sum != check(lines)) {
        return Err(damaged("its check does not fit"));
    }
    content(lines).ok_or_else(|| damaged("its lines are not those of a key file"))
}

fn content(lines: &str) -> Option<Content> {
    let lines: Vec<(&str, &str)> = lines
        .lines()
        .skip(1)
        .map(|line| line.split_once(' '))
        .collect::<Option<_>>()?;
    match lines.as_slice() {
        [("key", key)] => Some(Content::Key(StoreKey::from_bytes(&Zeroizing::new(unhex(
            key,
        )?)))),
        [("argon2id", cost), ("salt", salt), ("sealed", sealed)] => {
            let numbers: Vec<u32> = cost
                .split(' ')
                .map(|n| n.parse().ok())
                .collect::<Option<_>>()?;
            let &[memory_kib, passes, lanes] = numbers.as_slice() else {
                return None;
            };
            let cost = Cost {
                memory_kib,
                passes,
                lanes,
            };
            let sealed = unhex::<Vec<u8>>(sealed)?;
            (cost.is_bounded() && sealed.len() == 32 + SEAL_BYTES).then_some(Content::Wrapped(
                Wrapped {
                    cost,
                    salt: unhex(salt)?,
                    sealed,
                },
            ))
        }
        _ => None,
    }
}

/// Adds the digits of `bytes`, and leaves no copy of them elsewhere: they may be a key's.
fn push_hex(text: &mut String, bytes: &[u8]) {
    let mut digits = Zeroizing::new(vec![0; bytes.len() * 2]);
    // The room is just right, and digits are text: neither fails.
    let _ = hex::encode_to_slice(bytes, &mut digits);
    text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

fn unhex<T: FromHex>(text: &str) -> Option<T> {
    T::from_hex(text).ok()
}

#[cfg(test)]
mod tests;
