//! Damage: small and large, blind and with an eye for lengths and numbers.

use alleyway_core::wire::{Reader, put_varint};

use super::dice::Dice;
use super::{INPUT_BYTES_MAX, Target, grow};

/// What is longer is not mended for its decoder, in bytes.
const MENDED_BYTES_MAX: usize = 1_024;
/// How often a piece is repeated at most.
const REPEATS_MAX: usize = 600;

/// An input like `base`, damaged; with pieces of `other`.
pub(super) fn mutated(target: &Target, base: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for _ in 0..=dice.below(4) {
        damage(&mut bytes, other, dice);
        bytes.truncate(INPUT_BYTES_MAX);
    }
    match target
        .shape
        .filter(|_| dice.below(3) > 0 && bytes.len() < MENDED_BYTES_MAX)
    {
        Some(shape) => grow::mend(shape, bytes.clone(), dice).unwrap_or(bytes),
        None => bytes,
    }
}

fn damage(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let end = at + dice.below(bytes.len() + 1 - at).min(1 << dice.below(12));
    match dice.below(16) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        2 if at < bytes.len() => bytes[at] = dice.number().to_le_bytes()[0],
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(at..end)),
        5 => bytes.insert(at, dice.byte()),
        6 => {
            let piece = bytes[at..end].to_vec();
            let times = 1 + if dice.below(4) == 0 {
                dice.below(REPEATS_MAX)
            } else {
                dice.below(4)
            };
            let room = INPUT_BYTES_MAX.saturating_sub(bytes.len()) / piece.len().max(1);
            let repeated = piece.repeat(times.min(room));
            bytes.splice(end..end, repeated);
        }
        7 => {
            // A beginning of one, an end of the other.
            let from = dice.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        8 => {
            let (from, long) = (dice.below(other.len() + 1), 1 << dice.below(10));
            let piece = other[from..]
                .iter()
                .copied()
                .take(long)
                .collect::<Vec<u8>>();
            bytes.splice(at..at, piece);
        }
        9 => bytes.extend_from_slice(other),
        10 => number(bytes, at, dice),
        11 => inflated(bytes, at, dice),
        12 | 13 => within_lengths(bytes, dice),
        14 => digits(bytes, at, dice),
        _ => {
            let piece = bytes[at..end].to_vec();
            bytes.drain(at..end);
            let to = dice.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
    }
}

/// A fixed-size number in the place of bytes.
fn number(bytes: &mut [u8], at: usize, dice: &mut Dice) {
    let (number, wide) = (dice.number(), 1 << dice.below(4));
    let written = if dice.below(2) == 0 {
        number.to_le_bytes()
    } else {
        number.to_be_bytes()
    };
    let written = if dice.below(2) == 0 {
        &written[..wide]
    } else {
        &written[8 - wide..]
    };
    for (byte, new) in bytes.iter_mut().skip(at).zip(written) {
        *byte = *new;
    }
}

/// Another number in the place of a varint, sometimes longer than it need be.
fn inflated(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let mut from = Reader::new(&bytes[at..]);
    let read = from.varint().is_ok();
    let end = if read {
        bytes.len() - from.remaining()
    } else {
        at
    };
    let mut written = Vec::new();
    put_varint(&mut written, dice.number());
    if dice.below(4) == 0 {
        let last = written.len() - 1;
        written[last] |= 0x80;
        written.push(0);
    }
    bytes.splice(at..end, written);
}

/// Changes the length of something that has it written before it, and of one thing around that.
fn within_lengths(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let inner = lengths(bytes, None);
    if inner.is_empty() {
        return;
    }
    let (at, begin, end) = dice.pick(&inner);
    let around: Vec<(usize, usize, usize)> = lengths(&bytes[..at], Some(bytes.len()));
    let around: Vec<_> = around
        .into_iter()
        .filter(|(_, b, e)| *b <= at && *e >= end)
        .collect();
    let outer = (!around.is_empty() && dice.below(3) > 0).then(|| dice.pick(&around));
    let keep = dice.below(end - begin + 1);
    let mut content = bytes[begin..begin + keep].to_vec();
    for _ in 0..dice.below(9) {
        content.push(dice.byte());
    }
    let mut written = Vec::new();
    put_varint(&mut written, content.len() as u64);
    written.extend(content);
    let (before, after) = (end - at, written.len());
    bytes.splice(at..end, written);
    if let Some((outer_at, outer_begin, outer_end)) = outer {
        let mut length = Vec::new();
        put_varint(
            &mut length,
            (outer_end - outer_begin + after - before.min(outer_end - outer_begin + after)) as u64,
        );
        bytes.splice(outer_at..outer_begin, length);
    }
}

/// Where a length may be written: its place, and where what it counts begins and ends.
fn lengths(bytes: &[u8], whole: Option<usize>) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    for at in 0..bytes.len().min(4_096) {
        let mut from = Reader::new(&bytes[at..]);
        let Ok(length) = from.varint() else { continue };
        let begin = bytes.len() - from.remaining();
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| begin.checked_add(length));
        if let Some(end) = end.filter(|end| length > 0 && *end <= whole.unwrap_or(bytes.len())) {
            found.push((at, begin, end));
        }
    }
    found
}

/// Another number in the place of one that is written out.
fn digits(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let Some(begin) = (at..bytes.len()).find(|at| bytes[*at].is_ascii_digit()) else {
        return;
    };
    let end = (begin..bytes.len())
        .find(|at| !bytes[*at].is_ascii_digit())
        .unwrap_or(bytes.len());
    let written = match dice.below(4) {
        0 => format!("-{}", dice.number()),
        1 => "9".repeat(1 + dice.below(60)),
        _ => dice.number().to_string(),
    };
    bytes.splice(begin..end, written.into_bytes());
}
