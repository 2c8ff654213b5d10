//! Inputs from a decoder alone: bytes are put behind, changed and taken away where it says that
//! something is missing, wrong or left over, until it takes them. So every command and every frame
//! is reached without a list of them, also those that a later version adds.

use alleyway_core::wire::{Wire, WireError, put_varint};

use super::Shape;
use super::dice::Dice;

/// Changes that are tried on an input that is grown from nothing.
const GROWING_STEPS_MAX: usize = 3_000;
/// Changes that are tried on a damaged one.
const MENDING_STEPS_MAX: usize = 300;
/// What grows longer is given up, in bytes.
const GROWN_BYTES_MAX: usize = 3_000;

/// Mends damaged bytes for a decoder; none if it takes too long.
pub(super) fn mend(shape: Shape, bytes: Vec<u8>, dice: &mut Dice) -> Option<Vec<u8>> {
    made_to_fit(shape, bytes, dice, MENDING_STEPS_MAX)
}

fn made_to_fit(
    shape: Shape,
    mut bytes: Vec<u8>,
    dice: &mut Dice,
    steps_max: usize,
) -> Option<Vec<u8>> {
    let longest = bytes.len().max(GROWN_BYTES_MAX);
    let mut turns = 0;
    for _ in 0..steps_max {
        match shape(&bytes) {
            Ok(()) => return Some(bytes),
            Err(WireError::Truncated) if bytes.len() >= longest => return None,
            Err(WireError::Truncated) => bytes.push(filler(dice)),
            Err(WireError::Trailing) => bytes.truncate(told_at(shape, &bytes)),
            Err(_) => {
                let told = told_at(shape, &bytes);
                let byte = bytes.get_mut(told.checked_sub(1)?)?;
                *byte = byte.wrapping_add(1);
                turns += 1;
                if turns >= 256 {
                    // It is not this byte's fault alone.
                    turns = 0;
                    bytes.truncate(told.saturating_sub(1 + dice.below(12)));
                }
            }
        }
    }
    None
}

/// The length of the shortest beginning of which the decoder says more than that it is cut off.
fn told_at(shape: Shape, bytes: &[u8]) -> usize {
    let (mut cut, mut told) = (0, bytes.len());
    while cut < told {
        let middle = cut + (told - cut) / 2;
        if shape(&bytes[..middle]) == Err(WireError::Truncated) {
            cut = middle + 1;
        } else {
            told = middle;
        }
    }
    told
}

/// Mostly what ends lists and texts soon.
fn filler(dice: &mut Dice) -> u8 {
    match dice.below(64) {
        0..=31 => 0,
        32..=50 => 1,
        51..=61 => 2 + dice.byte() % 8,
        62 => dice.pick(b"az09-"),
        _ => dice.byte(),
    }
}

/// `each` inputs for every first number that the decoder knows.
pub fn by_number(shape: Shape, each: u64) -> Vec<Vec<u8>> {
    let mut grown = Vec::new();
    for number in 0..256_u64 {
        let mut first = Vec::new();
        put_varint(&mut first, number);
        if matches!(shape(&first), Err(WireError::Invalid(_))) {
            continue;
        }
        for seed in 0..each {
            let mended = made_to_fit(
                shape,
                first.clone(),
                &mut Dice::new(seed, "grown"),
                GROWING_STEPS_MAX,
            );
            grown.extend(mended.filter(|bytes| bytes.starts_with(&first)));
        }
    }
    grown
}

/// Reads values of a kind, one behind the other, and nothing else.
///
/// # Errors
/// As the decoder.
pub fn all_of<T: Wire>(bytes: &[u8]) -> Result<Vec<T>, WireError> {
    let mut from = alleyway_core::wire::Reader::new(bytes);
    let mut all = Vec::new();
    while from.remaining() > 0 {
        all.push(T::decode(&mut from)?);
    }
    Ok(all)
}

/// [`Target::shape`](super::Target::shape) of one value.
///
/// # Errors
/// As the decoder.
pub fn one<T: Wire>(bytes: &[u8]) -> Result<(), WireError> {
    T::from_bytes(bytes).map(drop)
}

/// [`Target::shape`](super::Target::shape) of at least one value.
///
/// # Errors
/// As the decoder.
pub fn some<T: Wire>(bytes: &[u8]) -> Result<(), WireError> {
    if bytes.is_empty() {
        Err(WireError::Truncated)
    } else {
        all_of::<T>(bytes).map(drop)
    }
}
