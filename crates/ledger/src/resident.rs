//! Residents: their page, and the steps that they take on it with their tracking code.
//!
//! The server's own device types the command; the rules of the resident judge it, and an author of
//! the case's own ([`alleyway_core::id::MemberId::resident_of`]) stands in its log. A step that is
//! sent again is answered again and done once.
//!
//! | file | what |
//! | --- | --- |
//! | `steps` | what a resident can do, as commands |
//! | `rules` | what of that is allowed, and how often a day |
//! | `hand` | a step carried out |
//! | `track` | the page |

mod hand;
mod rules;
mod steps;
mod track;

pub(crate) use hand::carry_out;
pub use hand::{ResidentDone, ResidentError, ResidentRequest};
pub use steps::{ResidentStep, ResidentStepKind, Words};
pub(crate) use track::track;
pub use track::{TrackStep, Tracked, Tracking};

#[cfg(test)]
pub(crate) mod tests;
