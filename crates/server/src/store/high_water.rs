//! How far a store reaches, in a file apart from the engine.
//!
//! The [`Tail`] is written twice in each commit: as an entry of the batch, and, once that is durable,
//! in the file `high-water`. An engine may open files whose end is missing, and do so in silence; then
//! the entry is older than the file, and the store is not opened.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use alleyway_core::crypto::{first, hash};
use alleyway_core::wire::Wire;

use super::tail::Tail;

/// Each of the file's two blocks lies in a disk sector of its own, so that a write torn by a power
/// cut harms one of them only.
const BLOCK_BYTES: u64 = 4096;

/// The file `high-water`: two blocks, written in turn, in place.
#[derive(Debug)]
pub(super) struct HighWaterFile {
    file: File,
}

impl HighWaterFile {
    /// Takes the file; a new one gets its full length, so that later writes change no metadata.
    pub(super) fn new(file: File) -> io::Result<Self> {
        if file.metadata()?.len() < 2 * BLOCK_BYTES {
            let empty = [0; 8192];
            file.write_all_at(&empty, 0)?;
        }
        Ok(Self { file })
    }

    /// Takes the file as it is.
    pub(super) fn existing(file: File) -> Self {
        Self { file }
    }

    /// The newest tail that was written whole. If the newest block is torn, its commit was not
    /// acknowledged, and the other block holds the one before. None if neither can be read.
    pub(super) fn read(&self) -> Option<Tail> {
        let blocks = [self.read_block(0), self.read_block(1)];
        blocks.into_iter().flatten().max_by_key(|tail| tail.commits)
    }

    fn read_block(&self, block: u64) -> Option<Tail> {
        let mut bytes = [0_u8; 256];
        self.file
            .read_exact_at(&mut bytes, block * BLOCK_BYTES)
            .ok()?;
        let (sum, rest) = bytes.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first()?;
        let body = rest.get(..usize::from(*length))?;
        if *sum != checksum(body) {
            return None;
        }
        Tail::from_bytes(body).ok()
    }

    /// Writes `tail` durably. Returns the bytes written.
    pub(super) fn write(&self, tail: &Tail) -> io::Result<u64> {
        let body = tail.to_bytes();
        let mut block = checksum(&body).to_vec();
        block.push(u8::try_from(body.len()).map_err(io::Error::other)?);
        block.extend_from_slice(&body);
        self.file
            .write_all_at(&block, tail.commits % 2 * BLOCK_BYTES)?;
        self.file.sync_data()?;
        Ok(block.len() as u64)
    }
}

fn checksum(body: &[u8]) -> [u8; 16] {
    first(&hash("alleyway high water 1", &[body]))
}

#[cfg(test)]
mod tests {
    use alleyway_core::store::HighWater;

    use super::super::tail::Contents;
    use super::*;

    fn tail(commits: u64) -> Tail {
        Tail {
            commits,
            reach: HighWater {
                sequence: commits,
                chain: [9; 32],
            },
            ..Tail::default()
        }
    }

    #[test]
    fn the_longest_tail_fits_its_block() {
        let contents = Contents {
            entries: u64::MAX,
            sum: [255; 16],
        };
        let reach = HighWater {
            sequence: u64::MAX,
            chain: [255; 32],
        };
        let file = HighWaterFile::new(tempfile::tempfile().unwrap()).unwrap();
        let longest = Tail {
            commits: u64::MAX,
            reach,
            slots: u64::MAX,
            contents,
        };
        file.write(&longest).unwrap();
        assert_eq!(file.read(), Some(longest));
    }

    #[test]
    fn a_torn_write_leaves_the_tail_before() {
        let file = HighWaterFile::new(tempfile::tempfile().unwrap()).unwrap();
        assert_eq!(file.read(), None);
        for commits in 0..5 {
            file.write(&tail(commits)).unwrap();
            assert_eq!(file.read(), Some(tail(commits)));
        }
        file.file.write_all_at(&[1; 20], 0).unwrap();
        assert_eq!(file.read(), Some(tail(3)));
        file.file.write_all_at(&[1; 20], BLOCK_BYTES).unwrap();
        assert_eq!(file.read(), None);
    }
}
