//! The records that screens show and programs read. Serialized they are the JSON of the terminal
//! program (`docs/terminal.md`): fields keep their names and meanings; later versions may add some.
//! What is skipped there is for screens.

pub mod administration;
pub mod archive;
pub mod book;
pub mod bundle;
mod came;
pub mod case;
pub mod clearance;
pub mod clocks;
mod codes;
pub mod coverage;
pub mod damage;
pub mod figures;
pub mod household;
pub mod list;
pub mod log;
pub mod member;
pub mod moving;
pub mod offer;
pub mod outbox;
pub mod receipt;
mod search;
pub mod sync;
pub mod tray;

use alleyway_core::time::Time;
use serde::Serializer;

use crate::dates::show_time_utc;

/// RFC 3339 in UTC.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde takes"
)]
fn utc<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&show_time_utc(*time))
}

/// RFC 3339 in UTC, or null.
#[expect(
    clippy::ref_option,
    reason = "`serialize_with` passes a field as it is"
)]
fn utc_or_null<S: Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => utc(time, serializer),
        None => serializer.serialize_none(),
    }
}

/// As people write it.
fn shown<T: ToString, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

/// As people write it, or null.
#[expect(
    clippy::ref_option,
    reason = "`serialize_with` passes a field as it is"
)]
fn shown_or_null<T: ToString, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => shown(value, serializer),
        None => serializer.serialize_none(),
    }
}
