//! The security journal: a file apart from the ledger, so that it is not restored with it.
//!
//! `security/journal` begins with a line that says what it is. Behind it stands one frame for each
//! commit that had something for it: length, checksums, and the entries, each with its length. A
//! commit that was cut off leaves a last frame that is not whole; it is overwritten. A frame that is
//! not whole and has a whole one behind it is damage, and then nothing of the journal counts.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use alleyway_core::crypto::{first, hash};
use alleyway_core::store::JournalWrites;
use alleyway_files::{folder_of, make_folder, open_in_place, replace};

const HEAD: &[u8] = b"alleyway security journal 1\n";
/// The file, in bytes: a million devices. Beyond, it is none of ours.
const JOURNAL_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// The journal's file; none if it is missing or damaged.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    /// How far whole frames reach, in bytes.
    length: u64,
}

/// The cost of a write.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) fsyncs: u64,
    pub(super) bytes: u64,
}

impl Journal {
    /// Makes an empty journal, durably.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut journal = Self {
            path: path.to_owned(),
            open: None,
        };
        journal.begin_anew(&[])?;
        Ok(journal)
    }

    /// Opens the journal as it is.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let open = match open_in_place(path) {
            Ok(file) => read(&file)?.map(|(length, _)| Open { file, length }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            path: path.to_owned(),
            open,
        })
    }

    /// Every entry, in order; none if the journal is missing or damaged.
    pub(super) fn entries(&self) -> io::Result<Option<Vec<Vec<u8>>>> {
        let Some(open) = &self.open else {
            return Ok(None);
        };
        let again = open_in_place(&self.path)?;
        // What is behind the whole frames when it is read is not what was there when it was opened.
        Ok(read(&again)?
            .filter(|(length, _)| *length == open.length)
            .map(|(_, entries)| entries))
    }

    /// Carries out what a transaction has for the journal, durably.
    pub(super) fn write(&mut self, writes: &JournalWrites) -> io::Result<Written> {
        if writes.anew {
            return self.begin_anew(&writes.entries);
        }
        if writes.entries.is_empty() {
            return Ok(Written::default());
        }
        let missing = || {
            io::Error::new(
                io::ErrorKind::NotFound,
                "it is missing; the devices are to be confirmed",
            )
        };
        let open = self.open.as_mut().ok_or_else(missing)?;
        let frame = frame(&writes.entries)?;
        if open.file.metadata()?.len() > open.length {
            // The rest of a commit that was cut off.
            open.file.set_len(open.length)?;
        }
        open.file.write_all_at(&frame, open.length)?;
        open.file.sync_data()?;
        open.length += frame.len() as u64;
        Ok(Written {
            fsyncs: 1,
            bytes: frame.len() as u64,
        })
    }

    /// Puts a new journal in the place of what was there, all or nothing.
    fn begin_anew(&mut self, entries: &[Vec<u8>]) -> io::Result<Written> {
        make_folder(&folder_of(&self.path))?;
        let mut bytes = HEAD.to_vec();
        if !entries.is_empty() {
            bytes.extend(frame(entries)?);
        }
        let file = replace(&self.path, &bytes)?;
        let length = bytes.len() as u64;
        self.open = Some(Open { file, length });
        Ok(Written {
            fsyncs: 2,
            bytes: length,
        })
    }
}

fn frame(entries: &[Vec<u8>]) -> io::Result<Vec<u8>> {
    let mut payload = Vec::new();
    for entry in entries {
        payload.extend(
            u32::try_from(entry.len())
                .map_err(io::Error::other)?
                .to_be_bytes(),
        );
        payload.extend_from_slice(entry);
    }
    let length = u32::try_from(payload.len())
        .map_err(io::Error::other)?
        .to_be_bytes();
    let sum = checksum(&payload);
    let mut frame = length.to_vec();
    frame.extend(sum);
    frame.extend(head_checksum(length, &sum));
    frame.extend(payload);
    Ok(frame)
}

fn head_checksum(length: [u8; 4], sum: &[u8; 16]) -> [u8; 4] {
    first(&hash("alleyway security journal head 1", &[&length, sum]))
}

fn checksum(payload: &[u8]) -> [u8; 16] {
    first(&hash("alleyway security journal frame 1", &[payload]))
}

/// The content of a journal's file: how far whole frames reach, and their entries.
type JournalContents = (u64, Vec<Vec<u8>>);

/// Reads a journal's file; none if it is damaged.
fn read(file: &File) -> io::Result<Option<JournalContents>> {
    if file.metadata()?.len() > JOURNAL_BYTES_MAX {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(JOURNAL_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(parse(&bytes))
}

fn parse(bytes: &[u8]) -> Option<JournalContents> {
    let mut rest = bytes.strip_prefix(HEAD)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        match next_frame(rest) {
            Some((payload, behind)) => {
                split(payload, &mut entries)?;
                rest = behind;
            }
            None if is_torn(rest) => break,
            None => return None,
        }
    }
    Some(((bytes.len() - rest.len()) as u64, entries))
}

/// The first frame's payload and what is behind it, if the frame is whole.
fn next_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, sum, rest) = head(bytes)?;
    let (payload, behind) = rest.split_at_checked(length)?;
    (*sum == checksum(payload)).then_some((payload, behind))
}

/// A frame's length, its checksum, and what is behind its head, if the head is whole.
fn head(bytes: &[u8]) -> Option<(usize, &[u8; 16], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<16>()?;
    let (check, rest) = rest.split_first_chunk::<4>()?;
    let length_stated = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (*check == head_checksum(*length, sum)).then_some((length_stated, sum, rest))
}

/// Whether a frame that is not whole is the rest of a write that was cut off, of which any sectors may
/// have come: no whole frame is behind it. A last frame that was whole once, and is damaged, is not
/// told apart from it; the ledger then counts more entries than there are.
fn is_torn(bytes: &[u8]) -> bool {
    (1..bytes.len()).all(|from| bytes.get(from..).and_then(next_frame).is_none())
}

fn split(mut payload: &[u8], entries: &mut Vec<Vec<u8>>) -> Option<()> {
    while !payload.is_empty() {
        let (length, rest) = payload.split_first_chunk::<4>()?;
        let (entry, rest) =
            rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        entries.push(entry.to_vec());
        payload = rest;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A length, a checksum of what follows, and a checksum of the two.
    const FRAME_HEAD_BYTES: usize = 4 + 16 + 4;

    fn more(entries: &[&[u8]]) -> JournalWrites {
        JournalWrites {
            entries: entries.iter().map(|entry| entry.to_vec()).collect(),
            anew: false,
        }
    }

    fn made() -> (tempfile::TempDir, PathBuf, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("security/journal");
        let mut journal = Journal::create(&path).unwrap();
        journal.write(&more(&[b"one", b"two"])).unwrap();
        journal.write(&more(&[b"three"])).unwrap();
        (folder, path, journal)
    }

    fn entries(path: &Path) -> Option<Vec<Vec<u8>>> {
        Journal::open(path).unwrap().entries().unwrap()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is what entries are compared with"
    )]
    fn of(entries: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
        Some(entries.iter().map(|entry| entry.to_vec()).collect())
    }

    #[test]
    fn entries_are_read_back_in_order() {
        let (_folder, path, journal) = made();
        assert_eq!(journal.entries().unwrap(), of(&[b"one", b"two", b"three"]));
        drop(journal);
        assert_eq!(entries(&path), of(&[b"one", b"two", b"three"]));
    }

    #[test]
    fn a_write_that_was_cut_off_anywhere_leaves_what_was_before_and_is_written_over() {
        let (_folder, path, _) = made();
        let whole = std::fs::read(&path).unwrap();
        let before = whole.len() - FRAME_HEAD_BYTES - 4 - 5;
        for length in before..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let mut journal = Journal::open(&path).unwrap();
            assert_eq!(
                journal.entries().unwrap(),
                of(&[b"one", b"two"]),
                "{length}"
            );
            journal.write(&more(&[b"4"])).unwrap();
            assert_eq!(entries(&path), of(&[b"one", b"two", b"4"]), "{length}");
        }
        // The file grew, and its bytes never came.
        let mut zeros = whole[..before].to_vec();
        zeros.extend([0; 40]);
        std::fs::write(&path, &zeros).unwrap();
        assert_eq!(entries(&path), of(&[b"one", b"two"]));
    }

    /// Found by cutting the power at recorded writes: the server opened into quarantine.
    #[test]
    fn a_write_of_which_only_later_sectors_came_leaves_what_was_before() {
        let (_folder, path, mut journal) = made();
        let before = std::fs::metadata(&path).unwrap().len();
        journal.write(&more(&[&[7; 2_000]])).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let (start, end) = (usize::try_from(before).unwrap(), whole.len());
        for (lost, kept) in [(start, 512), (start, 1_024), (512, 1_024), (1_024, end)] {
            let mut torn = whole.clone();
            torn[lost.max(start)..kept].fill(0);
            std::fs::write(&path, &torn).unwrap();
            assert_eq!(
                entries(&path),
                of(&[b"one", b"two", b"three"]),
                "{lost} to {kept}"
            );
            let mut journal = Journal::open(&path).unwrap();
            journal.write(&more(&[b"4"])).unwrap();
            assert_eq!(
                entries(&path),
                of(&[b"one", b"two", b"three", b"4"]),
                "{lost} to {kept}"
            );
        }
    }

    #[test]
    fn a_bit_flipped_in_the_middle_is_damage() {
        let (_folder, path, _) = made();
        let whole = std::fs::read(&path).unwrap();
        let last = whole.len() - FRAME_HEAD_BYTES - 4 - 5;
        for place in HEAD.len()..last {
            let mut flipped = whole.clone();
            flipped[place] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            assert_eq!(entries(&path), None, "{place}");
        }
        std::fs::write(&path, b"something else").unwrap();
        assert_eq!(entries(&path), None);
    }

    #[test]
    fn a_missing_journal_takes_nothing_until_it_is_begun_anew() {
        let (_folder, path, _) = made();
        std::fs::remove_file(&path).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(journal.entries().unwrap(), None);
        assert!(journal.write(&more(&[b"four"])).is_err());
        journal
            .write(&JournalWrites {
                entries: vec![b"five".to_vec()],
                anew: true,
            })
            .unwrap();
        assert_eq!(entries(&path), of(&[b"five"]));
    }
}
