//! How far a store reaches, in its own words.

use alleyway_core::crypto::{first, hash};
use alleyway_core::store::HighWater;
use alleyway_core::wire_struct;

/// The state that the last commit left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tail {
    /// Commits since the store was created. Not every commit moves the sequence (an invitation
    /// does not), so the sequence alone would not show that the last one is missing.
    pub commits: u64,
    /// How far acknowledged records reach.
    pub reach: HighWater,
    /// Key slots that records may use.
    pub slots: u64,
    /// The other entries.
    pub contents: Contents,
}
wire_struct!(Tail {
    commits,
    reach,
    slots,
    contents
});

/// A sum over all entries but the tail, kept up commit by commit.
///
/// A checksum in a value shows that the value is damaged, not that it is missing or old. sled, for
/// one, drops the rest of a segment in silence when a message in it is damaged, and what it held goes
/// back to its state before. This sum shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// How many entries there are.
    pub entries: u64,
    /// The sum modulo 2^128 of their hashes, little endian.
    pub sum: [u8; 16],
}
wire_struct!(Contents { entries, sum });

impl Contents {
    /// Adds an entry.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        self.entries = self.entries.wrapping_add(1);
        self.shift(|sum| sum.wrapping_add(term(key, value)));
    }

    /// Puts an entry in the place of another, either of which may be none.
    pub fn replace(&mut self, key: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) {
        if let Some(old) = old {
            self.entries = self.entries.wrapping_sub(1);
            self.shift(|sum| sum.wrapping_sub(term(key, old)));
        }
        if let Some(new) = new {
            self.add(key, new);
        }
    }

    fn shift(&mut self, to: impl FnOnce(u128) -> u128) {
        self.sum = to(u128::from_le_bytes(self.sum)).to_le_bytes();
    }
}

fn term(key: &[u8], value: &[u8]) -> u128 {
    u128::from_le_bytes(first(&hash("alleyway store entry 1", &[key, value])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_does_not_depend_on_order_and_forgets_what_is_removed() {
        let (mut a, mut b) = (Contents::default(), Contents::default());
        a.add(b"1", b"x");
        a.add(b"2", b"y");
        b.add(b"2", b"y");
        b.add(b"3", b"z");
        b.add(b"1", b"x");
        assert_ne!(a, b);
        b.replace(b"3", Some(b"z"), None);
        assert_eq!(a, b);
    }
}
