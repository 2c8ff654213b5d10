//! The file of the data key: the key that seals the store's values, itself sealed under the host's.
//!
//! A database, and the disk below it, leave copies of old values behind. What is to be gone is
//! therefore sealed under a key that is destroyed: this small file is written once for a key, and
//! zeros are written over it in place. It holds its content twice, in blocks of their own, so that
//! one damaged byte does not lose the store.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use alleyway_core::crypto::hash16;
use zeroize::Zeroizing;

use super::salvage::remove;
use crate::keys::file::{KeyFileError, blank, sync_folder};
use crate::keys::{FINGERPRINT_BYTES, SEAL_BYTES, StoreKey};

/// The file's name in the device's folder.
pub(super) const FILE_NAME: &str = "device.seal";
/// The file of the key that is to be the store's.
pub(super) const NEW_NAME: &str = "device.seal.new";

const PLACE: &[u8] = b"alleyway device store data key 1";
/// A block, in bytes: each of the two copies begins one.
const BLOCK_BYTES: usize = 4_096;
/// Bytes of a check: a fingerprint and its checksum.
const CHECK_BYTES: usize = FINGERPRINT_BYTES + 16;
/// Bytes of a copy: the check of the host's key, and the sealed data key.
const COPY_BYTES: usize = CHECK_BYTES + SEAL_BYTES + 32;

/// What tells whether a key is the one: its fingerprint and a checksum of it, so that a wrong key
/// is told from a damaged check.
pub(super) fn check(key: &StoreKey) -> Vec<u8> {
    let fingerprint = key.fingerprint();
    [fingerprint, checksum(&fingerprint)].concat()
}

/// Whether a check is what was written.
pub(super) fn is_whole(check: &[u8]) -> bool {
    let (fingerprint, sum) = check
        .split_at_checked(FINGERPRINT_BYTES)
        .unwrap_or_default();
    sum == checksum(fingerprint)
}

fn checksum(fingerprint: &[u8]) -> [u8; 16] {
    hash16("alleyway device store key check 1", &[fingerprint])
}

/// What a file of a data key gives.
#[derive(Debug)]
pub(super) enum Found {
    /// The key.
    Key(StoreKey),
    /// Nothing: there is no such file.
    None,
    /// Nothing: it is under another host's key.
    WrongKey,
    /// Nothing: it is not what was written.
    Damaged,
}

/// Reads the file at `path`.
pub(super) fn read(path: &Path, host: &StoreKey) -> Result<Found, KeyFileError> {
    let mut bytes = Vec::with_capacity(BLOCK_BYTES * 2);
    match File::open(path) {
        Ok(file) => file
            .take(BLOCK_BYTES as u64 * 2)
            .read_to_end(&mut bytes)
            .map_err(|error| failed(path, error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::None),
        Err(error) => return Err(failed(path, error)),
    };
    let copies = || {
        bytes
            .chunks(BLOCK_BYTES)
            .filter_map(|block| block.get(..COPY_BYTES)?.split_at_checked(CHECK_BYTES))
    };
    let opened = |sealed: &[u8]| {
        let bytes = Zeroizing::new(host.open(PLACE, sealed)?);
        Some(StoreKey::from_bytes(bytes.first_chunk::<32>()?))
    };
    if let Some(key) = copies().find_map(|(_, sealed)| opened(sealed)) {
        return Ok(Found::Key(key));
    }
    let foreign = copies().any(|(check_of, _)| is_whole(check_of) && check_of != check(host));
    Ok(if foreign {
        Found::WrongKey
    } else {
        Found::Damaged
    })
}

/// Keeps a data key under the name `name`, durably.
pub(super) fn write(
    home: &Path,
    name: &str,
    host: &StoreKey,
    data: &StoreKey,
) -> Result<(), KeyFileError> {
    let path = home.join(name);
    let mut copy = [check(host), host.seal(PLACE, data.bytes())?].concat();
    copy.resize(BLOCK_BYTES, 0);
    let io = |error| failed(&path, error);
    remove(&path).map_err(io)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(io)?;
    file.write_all(&[copy.as_slice(), copy.as_slice()].concat())
        .and_then(|()| file.sync_all())
        .map_err(io)?;
    sync_folder(home)
}

/// Destroys the key in force and puts the new one into its place, durably. Cut off in between, it
/// is to be called again.
pub(super) fn promote(home: &Path) -> Result<(), KeyFileError> {
    let (path, beside) = (home.join(FILE_NAME), home.join(NEW_NAME));
    match OpenOptions::new().write(true).open(&path) {
        Ok(file) => blank(file).map_err(|error| failed(&path, error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(&path, error)),
    }
    fs::rename(&beside, &path).map_err(|error| failed(&path, error))?;
    sync_folder(home)
}

fn failed(path: &Path, error: io::Error) -> KeyFileError {
    KeyFileError::Io {
        path: path.to_owned(),
        error,
    }
}
