//! Chance, from one number and a word.

use alleyway_core::crypto::{first, hash};
use alleyway_demo::Chance;

/// Chance for one target.
#[derive(Debug, Clone)]
pub(super) struct Dice(Chance);

impl Dice {
    /// The same seed and words give the same numbers.
    pub(super) fn new(seed: u64, word: &str) -> Self {
        let mixed = hash("fuzz", &[&seed.to_be_bytes(), word.as_bytes()]);
        Self(Chance::new(u64::from_be_bytes(first(&mixed))))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0.draw()
    }

    /// Below `end`; 0 if that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.below(end)
    }

    pub(super) fn byte(&mut self) -> u8 {
        let [byte] = self.0.bytes();
        byte
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A number where things overflow, or any other.
    pub(super) fn number(&mut self) -> u64 {
        const EDGES: [u64; 20] = [
            0,
            1,
            2,
            3,
            16,
            31,
            63,
            64,
            127,
            128,
            255,
            256,
            16_383,
            16_384,
            65_535,
            u32::MAX as u64,
            1 << 32,
            i64::MAX as u64,
            1 << 63,
            u64::MAX,
        ];
        match self.below(4) {
            0 => self.next(),
            1 => self.next() >> self.below(64),
            _ => self.pick(&EDGES),
        }
    }
}
