//! Records of the device's store that cannot be read.

use alleyway_replica::{Damage, Damaged};
use serde::Serialize;

use super::case::hex;
use crate::fault::{Notice, Warning};

/// A record that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedRecord {
    /// Its key, in hexadecimal digits.
    pub record: String,
    /// The kind of its content: `document`, `command`, `batch`, `restored` or `passing`.
    pub kind: &'static str,
    /// It was given up.
    pub dropped: bool,
}

impl DamagedRecord {
    /// A damaged record; `drop` gives it up if it is one that is kept.
    pub fn new(damage: &Damage, drop: bool) -> Self {
        Self {
            record: hex(&damage.key),
            kind: kind(damage.what),
            dropped: drop && damage.what.is_kept(),
        }
    }
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

/// The warning about a record that cannot be read; none about one that is made anew as it is
/// needed.
pub fn warning(damage: &Damage) -> Option<Warning> {
    let (notice, name) = match damage.what {
        Damaged::Document(id) => (Notice::DocumentDamaged, id.to_string()),
        Damaged::Restored(counter) => (Notice::CommandRestored, counter.to_string()),
        Damaged::Command(counter) => (Notice::CommandDamaged, counter.to_string()),
        Damaged::Batch(number) => (Notice::BatchDamaged, number.to_string()),
        Damaged::Unknown => (Notice::CommandDamaged, hex(&damage.key)),
        Damaged::Passing => return None,
    };
    Some(Warning::new(notice, vec![("name", name)]))
}
