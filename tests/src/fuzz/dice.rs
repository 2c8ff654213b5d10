//! Chance, from one number.

/// xorshift64* behind a mixed seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The same seed and words give the same numbers.
    pub(super) fn new(seed: u64, word: &str) -> Self {
        let mixed = alleyway_core::crypto::hash("fuzz", &[&seed.to_be_bytes(), word.as_bytes()]);
        Self(u64::from_be_bytes(alleyway_core::crypto::first(&mixed)) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `end`; 0 if that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from((self.next() >> 16) % end.max(1) as u64).expect("below a usize")
    }

    pub(super) fn byte(&mut self) -> u8 {
        (self.next() >> 32).to_le_bytes()[0]
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
