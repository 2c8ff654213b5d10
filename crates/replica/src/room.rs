//! The room that a device's store needs so that everything that waits can be handed in.

use super::Replica;
use alleyway_core::store::Write;
use alleyway_core::wire::Wire as _;

/// Commits of a sync that hands nothing in.
const COMMITS_MIN: u64 = 16;
/// Commits of a command that is handed in, at most: the verdict on its batch, the page that brings it.
const COMMITS_OF_EACH: u64 = 2;
/// How often a command is written as it is handed in: in its batch, as sealed, with its verdict, in its
/// document.
const WRITTEN_TIMES: u64 = 4;
/// The room that a command takes besides itself each time, in bytes.
const BESIDES_BYTES: u64 = 256;

/// Commits to come, and what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// How many.
    pub commits: u64,
    /// The keys and values in all of them, in bytes.
    pub bytes: u64,
}

impl Room {
    /// Room for these writes too, in a commit of their own.
    #[must_use]
    pub fn and(self, writes: &[Write]) -> Self {
        let value = |write: &Write| write.value.as_ref().map_or(0, Vec::len);
        let bytes = writes.iter().map(|write| write.key.len() + value(write));
        Self {
            commits: self.commits.saturating_add(1),
            bytes: self.bytes.saturating_add(bytes.sum::<usize>() as u64),
        }
    }
}

impl Replica {
    /// Room for all commits of the sync that hands in what waits here. Over a slow line a command can go
    /// in pieces, and the answer to each is a commit.
    pub fn room_to_hand_in(&self) -> Room {
        let readable = self.outbox.commands();
        let readable = readable.filter(|(_, outgoing)| outgoing.fate.is_pending());
        let readable = readable.map(|(_, outgoing)| outgoing.command.to_bytes().len());
        let locked = self.outbox.locked();
        let locked = locked.filter(|(_, locked)| locked.fate().is_pending());
        let locked = locked.map(|(_, locked)| locked.to_bytes().len());
        let (mut commits, mut bytes) = (COMMITS_MIN, 0);
        for length in readable.chain(locked) {
            commits += COMMITS_OF_EACH + (length / self.remembered.line.flight_bytes()) as u64;
            bytes += WRITTEN_TIMES * (length as u64 + BESIDES_BYTES);
        }
        Room { commits, bytes }
    }
}
