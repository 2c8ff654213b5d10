//! What a run is like. Every seed draws its own: runs with many crashes, runs with many moves of
//! the town, long notes, few cases. One temper for all would never see what only extremes show.

use super::book::BookTemper;
use alleyway_demo::Chance;

/// What may happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Type,
    Deal,
    Sync,
    Deliver,
    Serve,
    Lose,
    Crash,
    Look,
    Administer,
    Clock,
    Copy,
    Days,
    /// A bundle is written.
    Write,
    /// A bundle is taken.
    Read,
    Stop,
    Hostile,
    Disk,
    /// The server is backed up, or a backup of it verified.
    Backup,
    /// The server is lost, and restored from a backup.
    Restore,
    /// The server does what time alone asks of it.
    ByTime,
}

/// A run's character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Temper {
    weights: [(Move, usize); 20],
    pub(crate) writes_per_crash: usize,
    pub(crate) groups_per_kill: usize,
    pub(crate) frames_per_cut: usize,
    pub(crate) phones_per_older_one: usize,
    /// Notes to 17 other commands.
    pub(crate) notes: usize,
    pub(crate) notes_per_long_one: usize,
    pub(crate) cases_max: usize,
    /// Some posts may be cleared for confidential cases.
    pub(crate) clears: bool,
    /// What administrators do with the town's book.
    pub(crate) book: BookTemper,
}

impl Temper {
    pub(crate) fn draw(rng: &mut Chance) -> Self {
        let mut of = |choices: [usize; 4]| choices[rng.below(4)];
        Self {
            weights: [
                (Move::Type, of([15, 30, 45, 90])),
                (Move::Deal, of([3, 6, 6, 12])),
                (Move::Sync, of([6, 12, 12, 24])),
                (Move::Deliver, of([12, 24, 24, 36])),
                (Move::Serve, of([12, 24, 24, 36])),
                (Move::Lose, of([0, 1, 2, 5])),
                (Move::Crash, of([0, 1, 1, 4])),
                (Move::Look, 1),
                (Move::Administer, of([0, 1, 2, 12])),
                (Move::Clock, of([0, 1, 1, 3])),
                (Move::Copy, of([0, 0, 1, 2])),
                (Move::Days, of([0, 1, 1, 3])),
                (Move::Write, of([0, 2, 6, 12])),
                (Move::Read, of([0, 3, 6, 12])),
                (Move::Stop, of([0, 0, 1, 1])),
                (Move::Hostile, of([0, 1, 1, 6])),
                (Move::Disk, of([0, 0, 1, 1])),
                (Move::Backup, of([0, 1, 2, 4])),
                (Move::Restore, of([0, 0, 1, 1])),
                (Move::ByTime, of([0, 1, 2, 6])),
            ],
            writes_per_crash: of([10, 40, 100, 1_000]),
            groups_per_kill: of([10, 40, 100, 1_000]),
            frames_per_cut: of([10, 40, 100, 1_000]),
            phones_per_older_one: of([2, 8, 1_000, 1_000]),
            notes: of([3, 3, 8, 30]),
            notes_per_long_one: of([1, 2, 10, 100]),
            cases_max: of([2, 5, 8, 20]),
            clears: true,
            book: BookTemper::default(),
        }
    }

    /// A move comes so often.
    pub(crate) fn set(&mut self, what: Move, often: usize) {
        for (_, weight) in self.weights.iter_mut().filter(|(known, _)| *known == what) {
            *weight = often;
        }
    }

    pub(crate) fn choose(&self, rng: &mut Chance) -> Move {
        let all: usize = self.weights.iter().map(|(_, weight)| weight).sum();
        let mut at = rng.below(all);
        for (chosen, weight) in self.weights {
            if at < weight {
                return chosen;
            }
            at -= weight;
        }
        Move::Serve
    }
}
