//! Room that is kept for what must go on when the disk is full.
//!
//! A device that takes what people type until nothing fits any more cannot hand it in: each command
//! is written again and again on its way. So room is kept, in a file of its own that the disk gives
//! space for and nobody reads, and what is new is refused while there is not enough. The file is
//! given up when nothing else is left, and taken again as soon as there is room.

use alleyway_core::store::StoreError;

use super::{BLOCK_BYTES, Frame, GROWTH_BYTES_MAX, Log, Medium, NewValue};

/// The room that a commit takes besides its content, in bytes: two copies, each in blocks of its
/// own.
const COMMIT_BYTES: u64 = 2 * BLOCK_BYTES as u64;
/// The copies of a row that stands twice.
const COPIES: u64 = 2;

impl<M: Medium> Log<M> {
    /// Keeps room for so many commits, with so many bytes of names and values in all of them, and for
    /// the log to be written anew beside itself. Where there is not so much, what the log does not
    /// need any more is left out first.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is not so much: what was kept before still is.
    /// [`StoreError::Failed`].
    pub fn reserve(&mut self, commits: u64, bytes: u64) -> Result<(), StoreError> {
        self.is_usable()?;
        let room = commits
            .saturating_mul(COMMIT_BYTES)
            .saturating_add(bytes.saturating_mul(COPIES));
        match self.medium.reserve(self.anew().saturating_add(room)) {
            Err(StoreError::Full(_)) if self.tip.end > self.anew() => {
                self.compact();
                self.is_usable()?;
                self.medium.reserve(self.anew().saturating_add(room))
            }
            done => done,
        }
    }

    /// Commits changes as [`Log::commit`] does, if need be in the room that is kept.
    ///
    /// # Errors
    /// As [`Log::commit`].
    pub fn commit_reserved(&mut self, changes: &[NewValue<'_>]) -> Result<(), StoreError> {
        self.commit_by(changes, Self::append_reserved)
    }

    fn append_reserved(&mut self, frame: &Frame) -> Result<(), StoreError> {
        match self.append(frame) {
            Err(StoreError::Full(reason)) => {
                self.take_back()?;
                if !self.medium.release()? {
                    return Err(StoreError::Full(reason));
                }
                self.append(frame)
            }
            done => done,
        }
    }

    /// The room that the log takes at most when it is written anew, in bytes.
    fn anew(&self) -> u64 {
        self.rows.bytes().saturating_add(GROWTH_BYTES_MAX)
    }
}
