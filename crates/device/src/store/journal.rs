//! The journal: what of the store cannot be fetched again, a second time, in a file of its own.
//!
//! Every commit is appended to it, and synced, before it goes into the database. It holds the
//! sealed values of the keys, the place in the sync, what was typed, batches and their answers, and
//! the settings; of every other row it holds a hash. If the database cannot be read, it is made
//! anew from the journal: rows of which only the hash is there are taken from the leaves of the
//! database if it fits, and else are named as damaged and fetched again.
//!
//! ```text
//! journal: frame*      frame: length of changes (4 bytes), sum (16), changes
//! change:  table (1), length (4), key, what (1), length (4), value or hash
//! ```
//!
//! Each sum is over the one before and the changes. A journal that is not whole to its last byte is
//! not used; an opening that finds the database whole makes it anew from that.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use alleyway_core::crypto::hash16;

use super::rows::{Change, Rows};
use super::salvage::remove;
use crate::keys::file::blank;

/// The file's name in the device's folder.
pub(super) const FILE_NAME: &str = "device.journal";
/// The file while it is written.
pub(super) const NEW_NAME: &str = "device.journal.new";
/// How far a journal grows beyond twice its compact length, in bytes, before it is made anew.
const GROWTH_BYTES_MAX: u64 = 256 * 1024;
/// A journal that is longer is not read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Kinds of rows whose values it holds: the keys, the place in the sync, of which incarnation the
/// documents are, the outbox (in the lease and behind it), batches, verdicts, what was given up of them, receipts.
/// All others can be fetched or made again.
const KINDS: &[u8] = b"ishokbvgr";

type Sum = [u8; 16];

/// What the journal holds of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kept {
    Value(Vec<u8>),
    Hash(Sum),
}

/// What the journal says of the rows: by table (`r`, `s`) and key.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shadow(BTreeMap<(u8, Vec<u8>), Kept>);

/// The journal, open to be appended to.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    sum: Sum,
    bytes: u64,
    compact_bytes: u64,
    before: (Sum, u64),
}

/// Whether there is one, whole or not. It is put into its place all at once, after a store's first
/// rows: a folder that has one had a store.
pub(super) fn is_there(home: &Path) -> bool {
    home.join(FILE_NAME)
        .metadata()
        .is_ok_and(|file| file.len() > 0)
}

impl Journal {
    /// Makes the journal of a database's rows, in the place of the one that is there, durably.
    pub(super) fn make(home: &Path, rows: &Rows) -> io::Result<Self> {
        let (path, beside) = (home.join(FILE_NAME), home.join(NEW_NAME));
        let settings = rows
            .settings
            .iter()
            .map(|(key, value)| Change::Setting(key.clone(), value.clone()));
        let records = rows
            .records
            .iter()
            .map(|(key, value)| Change::Record(key.clone(), Some(value.clone())));
        let (frame, sum) = frame(
            &Sum::default(),
            &settings.chain(records).collect::<Vec<_>>(),
        )?;
        remove(&beside)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(&frame)?;
        file.sync_all()?;
        let old = OpenOptions::new().write(true).open(&path).ok();
        fs::rename(&beside, &path)?;
        File::open(home)?.sync_all()?;
        if let Some(old) = old {
            // The new one stands: what cannot be written over is no failure.
            let _ = blank(old);
        }
        let bytes = frame.len() as u64;
        Ok(Self {
            file,
            sum,
            bytes,
            compact_bytes: bytes,
            before: (sum, bytes),
        })
    }

    /// The journal of a database that is whole: the one that is there if it fits, else a new one.
    pub(super) fn of(home: &Path, rows: &Rows) -> io::Result<Self> {
        match read(home) {
            Some((shadow, sum, bytes)) if shadow == Shadow::of(rows) => {
                let mut file = OpenOptions::new().write(true).open(home.join(FILE_NAME))?;
                file.seek(SeekFrom::Start(bytes))?;
                Ok(Self {
                    file,
                    sum,
                    bytes,
                    compact_bytes: shadow.bytes(),
                    before: (sum, bytes),
                })
            }
            _ => Self::make(home, rows),
        }
    }

    /// Appends a commit, durably.
    pub(super) fn append(&mut self, changes: &[Change]) -> io::Result<()> {
        let (frame, sum) = frame(&self.sum, changes)?;
        self.before = (self.sum, self.bytes);
        (self.sum, self.bytes) = (sum, self.bytes + frame.len() as u64);
        let written = self
            .file
            .write_all(&frame)
            .and_then(|()| self.file.sync_data());
        if written.is_err() {
            self.retract();
        }
        written
    }

    /// Takes back the last commit: the database did not take it. What is not undone here is by the
    /// next opening.
    pub(super) fn retract(&mut self) {
        (self.sum, self.bytes) = self.before;
        let _ = self
            .file
            .set_len(self.bytes)
            .and_then(|()| self.file.seek(SeekFrom::Start(self.bytes)));
    }

    /// Whether it is time to make it anew.
    pub(super) fn is_long(&self) -> bool {
        self.bytes
            > self
                .compact_bytes
                .saturating_mul(2)
                .saturating_add(GROWTH_BYTES_MAX)
    }
}

impl Shadow {
    fn of(rows: &Rows) -> Self {
        let settings = rows
            .settings
            .iter()
            .map(|(key, value)| (b's', key.as_bytes(), value));
        let records = rows
            .records
            .iter()
            .map(|(key, value)| (b'r', key.as_slice(), value));
        Self(
            settings
                .chain(records)
                .map(|(table, key, value)| ((table, key.to_vec()), kept(table, key, value)))
                .collect(),
        )
    }

    /// About what a journal that says only this takes, in bytes.
    fn bytes(&self) -> u64 {
        let value = |kept: &Kept| match kept {
            Kept::Value(value) => value.len(),
            Kept::Hash(hash) => hash.len(),
        };
        self.0
            .iter()
            .map(|((_, key), kept)| (key.len() + value(kept) + 10) as u64)
            .sum()
    }

    /// What the journal in the folder says; none if it is not whole.
    pub(super) fn read(home: &Path) -> Option<Self> {
        Some(read(home)?.0)
    }

    /// The rows; of those that it has a hash of, what is among `found` with that hash. What is nowhere
    /// is a row that does not open, and is named as such.
    pub(super) fn rows<'a>(self, found: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Rows {
        let (mut rows, mut lacking) = (Rows::default(), BTreeMap::new());
        for ((table, key), kept) in self.0 {
            let value = match kept {
                Kept::Value(value) => value,
                Kept::Hash(hash) => {
                    lacking.insert(key.clone(), hash);
                    Vec::new()
                }
            };
            match (table, String::from_utf8(key)) {
                (b's', Ok(key)) => drop(rows.settings.insert(key, value)),
                (_, Ok(key)) => drop(rows.records.insert(key.into_bytes(), value)),
                (_, Err(key)) => drop(rows.records.insert(key.into_bytes(), value)),
            }
        }
        for (key, value) in found {
            if lacking.get(key).is_some_and(|hash| *hash == hash_of(value)) {
                lacking.remove(key);
                rows.records.insert(key.to_vec(), value.to_vec());
            }
        }
        rows
    }
}

fn hash_of(value: &[u8]) -> Sum {
    hash16("alleyway device journal row 1", &[value])
}

fn sum_of(before: &Sum, changes: &[u8]) -> Sum {
    hash16("alleyway device journal 1", &[before, changes])
}

fn kept(table: u8, key: &[u8], value: &[u8]) -> Kept {
    if table == b's' || key.first().is_some_and(|kind| KINDS.contains(kind)) {
        Kept::Value(value.to_vec())
    } else {
        Kept::Hash(hash_of(value))
    }
}

fn frame(before: &Sum, changes: &[Change]) -> io::Result<(Vec<u8>, Sum)> {
    let mut out = Vec::new();
    for change in changes {
        let (table, key, value) = match change {
            Change::Record(key, value) => (b'r', key.as_slice(), value.as_deref()),
            Change::Setting(key, value) => (b's', key.as_bytes(), Some(value.as_slice())),
        };
        out.push(table);
        push(&mut out, key)?;
        match value.map(|value| kept(table, key, value)) {
            None => {
                out.push(b'-');
                push(&mut out, &[])?;
            }
            Some(Kept::Value(value)) => {
                out.push(b'v');
                push(&mut out, &value)?;
            }
            Some(Kept::Hash(hash)) => {
                out.push(b'h');
                push(&mut out, &hash)?;
            }
        }
    }
    let sum = sum_of(before, &out);
    Ok(([length(&out)?.as_slice(), &sum, &out].concat(), sum))
}

fn length(bytes: &[u8]) -> io::Result<[u8; 4]> {
    u32::try_from(bytes.len())
        .map(u32::to_be_bytes)
        .map_err(|_| io::ErrorKind::FileTooLarge.into())
}

fn push(out: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    out.extend_from_slice(&length(bytes)?);
    out.extend_from_slice(bytes);
    Ok(())
}

/// What a whole journal says, its last sum, and its length.
fn read(home: &Path) -> Option<(Shadow, Sum, u64)> {
    let path = home.join(FILE_NAME);
    if path.metadata().ok()?.len() > FILE_BYTES_MAX {
        return None;
    }
    let bytes = fs::read(path).ok().filter(|bytes| !bytes.is_empty())?;
    let (mut shadow, mut sum, mut rest) = (Shadow::default(), Sum::default(), bytes.as_slice());
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (found, behind) = behind.split_first_chunk::<16>()?;
        let (changes, behind) =
            behind.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        if sum_of(&sum, changes) != *found {
            return None;
        }
        apply(&mut shadow, changes)?;
        (sum, rest) = (*found, behind);
    }
    Some((shadow, sum, bytes.len() as u64))
}

fn apply(shadow: &mut Shadow, mut changes: &[u8]) -> Option<()> {
    while let Some((table, rest)) = changes.split_first() {
        let (key, rest) = pull(rest)?;
        let (what, rest) = rest.split_first()?;
        let (value, rest) = pull(rest)?;
        let place = (*table, key.to_vec());
        match what {
            b'-' => shadow.0.remove(&place),
            b'v' => shadow.0.insert(place, Kept::Value(value.to_vec())),
            b'h' => shadow.0.insert(place, Kept::Hash(value.try_into().ok()?)),
            _ => return None,
        };
        changes = rest;
    }
    Some(())
}

fn pull(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
