//! Records of the device's store that cannot be read.

use alleyway_core::store::Write;
use alleyway_replica::{Damage, Damaged};

use super::context::Context;
use super::exit::Failure;
use super::texts::say;
use super::{Shown, json};

/// `damaged [--drop]`. What can be fetched or made anew is mended when the store is opened, and
/// named here once; what was typed stays until it is given up.
pub(super) fn damaged(context: &Context, drop: bool) -> Result<Shown, Failure> {
    let mut device = context.open()?;
    let gone = |damage: &Damage| drop && damage.what.is_kept();
    let writes: Vec<Write> = device
        .damage
        .iter()
        .filter(|damage| gone(damage))
        .map(|damage| Write {
            key: damage.key.clone(),
            value: None,
            slot: None,
        })
        .collect();
    context.commit(&mut device.store, &writes)?;
    let values: Vec<json::DamagedRecord> = device
        .damage
        .iter()
        .map(|damage| json::DamagedRecord {
            record: record(&damage.key),
            kind: kind(damage.what),
            dropped: gone(damage),
        })
        .collect();
    let line = match (device.damage.is_empty(), drop) {
        (true, _) => context.say(say::damage::NOTHING),
        (false, true) => context.fill(
            say::damage::DROPPED,
            &[("count", &writes.len().to_string())],
        ),
        (false, false) => context.fill(say::damage::COUNT, &[("count", &values.len().to_string())]),
    };
    Shown::new(&values, vec![line])
}

/// A record's name: its key, in hexadecimal digits.
pub(super) fn record(key: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('?');
    key.iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn kind(what: Damaged) -> &'static str {
    match what {
        Damaged::Document(_) => "document",
        Damaged::Passing => "passing",
        Damaged::Restored(_) => "restored",
        Damaged::Command(_) | Damaged::Unknown => "command",
        Damaged::Batch(_) => "batch",
    }
}
