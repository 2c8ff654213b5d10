//! The steps, chapter by chapter. What a step expects it checks with the programs' own answers.

mod administration;
mod arrival;
mod bundle;
mod confidential;
mod handover;
mod lost;
mod restored;

use super::Stage;
use crate::story::StoryError;

/// A step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// When, in RFC 3339.
    pub at: &'static str,
    /// What happens, in a line.
    pub title: &'static str,
    /// How.
    pub(super) play: fn(&mut Stage<'_>) -> Result<(), StoryError>,
}

/// All steps, in order.
pub fn steps() -> Vec<Step> {
    [
        arrival::STEPS,
        bundle::STEPS,
        handover::STEPS,
        lost::STEPS,
        restored::STEPS,
        confidential::STEPS,
        administration::STEPS,
    ]
    .concat()
}

/// The exit code of what the rules, or what this device knows, do not allow.
const NOT_ALLOWED: i32 = 3;
/// Something is missing in the line, or in what it names.
const USAGE: i32 = 2;
/// The exit code of what the server does not answer.
const REFUSED: i32 = 6;
/// The exit code of a device that the administrator has stopped.
const STOPPED: i32 = 10;
/// The exit code of a device that was reported lost.
const WIPED: i32 = 11;
/// The exit code of a device that belongs to no town.
const NOT_ENROLLED: i32 = 9;

/// The case that both alleys see.
const DRAIN: &str = "the drain";
/// The case of the alley that changes hands.
const WALL: &str = "the wall";
