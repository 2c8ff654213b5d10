//! The line to the server, as it showed itself: how much it takes at once, each way. What did not get
//! through, or took long, makes the next smaller; what went quickly makes it larger. Kept in a row of
//! the store, so that a program that starts again does not begin large again; a fast line has no row.

use super::rows;
use alleyway_core::limits::{FLIGHT_BYTES_MAX, PAGE_BYTES_MAX, SLOW_PAGE_BYTES_MIN};
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::frame::Arrived;
use alleyway_core::wire_struct;

/// The room for the frames behind the hello on a fast line, in bytes.
pub(super) const FLIGHT_ROOM_BYTES: usize = FLIGHT_BYTES_MAX - 1_024;
/// A batch's commands take at most so much on a fast line, in bytes: a flight, less the hello and what
/// else goes with it.
const BATCH_BYTES_MAX: usize = FLIGHT_BYTES_MAX - 16 * 1024;
/// The bytes of a batch besides its commands; on a slow line its commands take twice as much at
/// least.
const BATCH_HEAD_BYTES: usize = 256;
/// The least room for the frames behind the hello, in bytes: hello and HTTP take as much.
const FLIGHT_ROOM_BYTES_MIN: usize = 512;
/// Pages in one answer over a slow line: together they fit into the buffers on the way, so that no
/// side takes the other for silent. Where even so many of the smallest are too much, there are fewer.
const SLOW_PAGES_MAX: usize = 8;
/// The least that an answer brings, by the number of its pages, in bytes: one page, the smallest.
const PAGES_SHARE_MIN: usize = SLOW_PAGE_BYTES_MIN / SLOW_PAGES_MAX;
/// How long a flight or a page is to take at most, in milliseconds: well within the time that the
/// server gives a body, and that a line is up.
const TAKES_MS_MAX: i64 = 10_000;
/// A part of what was broken off follows it.
const LESS: usize = 4;

/// How a sync was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenOff {
    /// While a flight was sent, and before its answer began.
    Flight,
    /// While its answer came.
    Answer,
    /// Not by the line: it says nothing of what the line can do.
    Elsewhere,
}

/// The line, and what of it is in the store.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    pub(super) line: Line,
    kept: Line,
}

impl Remembered {
    /// Reads what is stored. A line of which nothing can be read is taken to be fast.
    pub(super) fn read(records: &dyn Records) -> Result<Self, StoreError> {
        let kept: Line = match rows::get(records, rows::LINE) {
            Err(StoreError::Damaged(_)) => Line::default(),
            read => read?.unwrap_or_default(),
        };
        Ok(Self {
            line: kept.clone(),
            kept,
        })
    }

    /// The row, as it is to be stored, if it is another than is there.
    pub(super) fn write(&mut self) -> Option<Write> {
        if self.line == self.kept {
            return None;
        }
        self.kept = self.line.clone();
        let key = rows::LINE.to_vec();
        Some(if self.line == Line::default() {
            rows::remove(key)
        } else {
            rows::put(key, &self.line)
        })
    }
}

/// The capacity of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The room for the frames behind the hello, in bytes.
    flight_bytes: u32,
    /// The bytes that a page may take up; below the least that is asked for, what an answer may bring,
    /// by the number of its pages.
    page_bytes: u32,
    /// How much the server has of what goes in pieces.
    arrived: Option<Arrived>,
}
wire_struct!(Line {
    flight_bytes,
    page_bytes,
    arrived
});

impl Default for Line {
    fn default() -> Self {
        Self {
            flight_bytes: small(FLIGHT_ROOM_BYTES),
            page_bytes: small(PAGE_BYTES_MAX),
            arrived: None,
        }
    }
}

impl Line {
    /// The room for the frames of a flight behind the hello, in bytes.
    pub(super) fn flight_bytes(&self) -> usize {
        (self.flight_bytes as usize).clamp(FLIGHT_ROOM_BYTES_MIN, FLIGHT_ROOM_BYTES)
    }

    /// Whether flights are as long as they may be at all.
    pub(super) fn takes_whole_flights(&self) -> bool {
        self.flight_bytes() == FLIGHT_ROOM_BYTES
    }

    /// The bytes that a page may take up; none if that is what it does on a fast line.
    pub(super) fn page_bytes(&self) -> Option<u32> {
        let bytes = self.page_bytes.max(small(SLOW_PAGE_BYTES_MIN));
        ((self.page_bytes as usize) < PAGE_BYTES_MAX).then_some(bytes)
    }

    /// The bytes that an answer may bring; none if the line is fast.
    pub(super) fn answer_bytes(&self) -> Option<u64> {
        let bytes = (self.page_bytes as usize).max(PAGES_SHARE_MIN) * SLOW_PAGES_MAX;
        self.page_bytes().map(|_| bytes as u64)
    }

    /// The bytes that the commands of a batch take up at most: a flight brings at least one.
    pub(super) fn batch_bytes(&self) -> usize {
        if self.takes_whole_flights() {
            return BATCH_BYTES_MAX;
        }
        let room = self.flight_bytes().saturating_sub(BATCH_HEAD_BYTES);
        room.clamp(2 * BATCH_HEAD_BYTES, BATCH_BYTES_MAX)
    }

    /// How much of frames of this name the server has, in bytes.
    pub(super) fn arrived(&self, of: [u8; 16]) -> usize {
        let arrived = self.arrived.filter(|arrived| arrived.of == of);
        arrived.map_or(0, |arrived| arrived.bytes as usize)
    }

    /// The server has said how much of what goes in pieces it has.
    pub(super) fn note_arrived(&mut self, arrived: Arrived) {
        self.arrived = Some(arrived);
    }

    /// Nothing goes in pieces any more.
    pub(super) fn forget_arrived(&mut self) {
        self.arrived = None;
    }

    /// A flight with so many bytes behind the hello was answered after so long, in milliseconds.
    pub(super) fn took_flight(&mut self, bytes: usize, ms: i64) {
        let room = self.flight_bytes();
        let next = next(room, bytes, FLIGHT_ROOM_BYTES_MIN, ms);
        self.flight_bytes = small(next.min(FLIGHT_ROOM_BYTES));
    }

    /// An answer with pages of so many bytes came in so long, in milliseconds, from when its flight
    /// was sent.
    pub(super) fn took_pages(&mut self, bytes: usize, ms: i64) {
        let room = self.page_bytes as usize;
        let next = next(room, bytes, SLOW_PAGE_BYTES_MIN, ms);
        self.page_bytes = small(next.min(PAGE_BYTES_MAX));
    }

    /// A sync was broken off, when a flight with so many bytes behind the hello was the last that was
    /// sent.
    pub(super) fn broke(&mut self, broken: BrokenOff, flight_bytes: usize) {
        match broken {
            // Nothing smaller could have been sent.
            BrokenOff::Flight if flight_bytes <= FLIGHT_ROOM_BYTES_MIN => {}
            BrokenOff::Flight => {
                let less = self.flight_bytes().min(flight_bytes) / LESS;
                self.flight_bytes = small(less.max(FLIGHT_ROOM_BYTES_MIN));
            }
            BrokenOff::Answer => {
                let less = self.page_bytes as usize / LESS;
                self.page_bytes = small(less.max(PAGES_SHARE_MIN));
            }
            BrokenOff::Elsewhere => {}
        }
    }
}

/// The room for the next, where so many bytes took so long.
fn next(room: usize, bytes: usize, least: usize, ms: i64) -> usize {
    let ms = usize::try_from(ms).unwrap_or(0);
    let within = usize::try_from(TAKES_MS_MAX).unwrap_or(usize::MAX);
    // What the line takes in that time, as far as so few bytes can tell.
    let takes = bytes.saturating_mul(within) / ms.max(1);
    if bytes > least && ms > within && takes < room {
        takes.max(least).min(room)
    } else if bytes * 2 >= room && takes >= room.saturating_mul(4) {
        room.saturating_mul(2)
    } else {
        room
    }
}

fn small(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::store::{MemoryStore, Store as _, Transaction};

    #[test]
    fn a_fast_line_stays_as_it_is_and_has_no_row() {
        let mut remembered = Remembered::default();
        let line = &mut remembered.line;
        line.took_flight(60_000, 900);
        line.took_flight(200, 60_000);
        line.took_pages(600_000, 20_000);
        line.took_pages(300, 60_000);
        line.broke(BrokenOff::Elsewhere, 60_000);
        // An idle flight that broke off says nothing of larger ones.
        line.broke(BrokenOff::Flight, 40);
        assert_eq!((line.page_bytes(), line.answer_bytes()), (None, None));
        assert!(line.takes_whole_flights());
        assert_eq!(remembered.write(), None);
    }

    #[test]
    fn what_a_line_can_do_is_there_when_the_program_starts_again() {
        let (mut store, mut remembered) = (MemoryStore::default(), Remembered::default());
        let mut commit = |write: Option<Write>| {
            let writes = write.into_iter().collect();
            store
                .commit(&Transaction {
                    writes,
                    ..Transaction::default()
                })
                .unwrap();
            Remembered::read(&store).unwrap()
        };
        remembered.line.broke(BrokenOff::Flight, 40_000);
        let again = commit(remembered.write());
        assert_eq!(
            (again.line.flight_bytes(), remembered.write()),
            (10_000, None)
        );
        remembered.line = Line::default();
        let forgotten = remembered.write();
        assert!(
            forgotten
                .as_ref()
                .is_some_and(|write| write.value.is_none())
        );
        assert!(commit(forgotten).line.takes_whole_flights());
    }

    #[test]
    fn what_breaks_or_takes_long_is_followed_by_less_and_what_is_quick_by_more() {
        let mut line = Line::default();
        line.broke(BrokenOff::Flight, 40_000);
        assert_eq!(line.flight_bytes(), 10_000);
        // 100 bytes a second.
        line.took_flight(10_000, 100_000);
        assert_eq!(line.flight_bytes(), 1_000);
        line.took_flight(1_000, 10_000);
        assert_eq!(line.flight_bytes(), 1_000);
        for _ in 0..3 {
            line.broke(BrokenOff::Flight, 1_000);
        }
        assert_eq!(line.flight_bytes(), FLIGHT_ROOM_BYTES_MIN);
        for _ in 0..8 {
            line.took_flight(line.flight_bytes() - 40, 20);
        }
        assert_eq!(line, Line::default());
        line.broke(BrokenOff::Answer, 40);
        assert_eq!(line.page_bytes(), Some(8_192));
        line.took_pages(8_192, 16_384);
        assert_eq!(line.page_bytes(), Some(5_000));
        assert_eq!(line.answer_bytes(), Some(40_000));
        for _ in 0..4 {
            line.broke(BrokenOff::Answer, 40);
        }
        let least = u32::try_from(SLOW_PAGE_BYTES_MIN).unwrap();
        assert_eq!(line.page_bytes(), Some(least));
        assert_eq!(line.answer_bytes(), Some(u64::from(least)), "one page");
    }
}
