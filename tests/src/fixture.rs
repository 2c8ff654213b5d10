//! Folders of earlier releases, kept for ever (`tests/fixtures/`).
//!
//! A fixture is one file, compressed with zstd: for each file of the folder a line `LENGTH PATH`,
//! then so many bytes. Paths are relative, with `/`; permissions are those that the programs give.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A fixture holds at most so many bytes, unpacked.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// As small as it gets: it is made once and kept.
const LEVEL: i32 = 19;
/// What a folder holds that says nothing: locks, logs, and copies of itself.
const LEFT_OUT: [&str; 4] = ["LOCK", "device.lock", "town.log", "before-format-3"];

/// The folder of the fixture of this name.
pub fn of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// Packs a folder. Sockets, locks and logs are left out.
///
/// # Errors
/// If the system refuses.
pub fn pack(folder: &Path, fixture: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    put(folder, "", &mut bytes)?;
    if let Some(parent) = fixture.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(fixture, zstd::bulk::compress(&bytes, LEVEL)?)
}

fn put(folder: &Path, under: &str, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut entries: Vec<_> = folder.read_dir()?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry
            .file_name()
            .into_string()
            .map_err(|_| io::Error::other("a name that is no text"))?;
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            put(&entry.path(), &format!("{under}{name}/"), bytes)?;
        } else if kind.is_file() {
            let file = fs::read(entry.path())?;
            writeln!(bytes, "{} {under}{name}", file.len())?;
            bytes.extend_from_slice(&file);
        }
    }
    Ok(())
}

/// Unpacks a fixture into a folder.
///
/// # Errors
/// If the system refuses, or it is no fixture.
pub fn unpack(fixture: &Path, folder: &Path) -> io::Result<()> {
    let bytes = zstd::bulk::decompress(&fs::read(fixture)?, BYTES_MAX)?;
    let mut rest = bytes.as_slice();
    let broken = || io::Error::other("no fixture");
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(broken)?;
        let (line, after) = rest.split_at(end);
        let line = std::str::from_utf8(line).map_err(io::Error::other)?;
        let (length, path) = line.split_once(' ').ok_or_else(broken)?;
        let length: usize = length.parse().map_err(io::Error::other)?;
        let (file, after) = after[1..].split_at_checked(length).ok_or_else(broken)?;
        let path = folder.join(path);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path.parent().ok_or_else(broken)?)?;
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(path)?
            .write_all(file)?;
        rest = after;
    }
    Ok(())
}
