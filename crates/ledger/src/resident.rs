//! Residents: their page, and the steps that they take on it with their tracking code.
//!
//! The server's own device types the command; the rules of the resident judge it, and an author of
//! the case's own ([`alleyway_core::id::MemberId::resident_of`]) stands in its log. A step that is
//! sent again is answered again and done once.
//!
//! | file | what |
//! | --- | --- |
//! | `rules` | whose case a code leads to, and how much a day takes |
//! | `hand` | a step carried out |
//! | `track` | the page |

mod hand;
mod rules;
mod track;

pub(crate) use hand::carry_out;
pub use hand::{ResidentDone, ResidentError, ResidentRequest};
pub use track::{TrackStep, Tracked, Tracking};
pub(crate) use track::{keep_page, needed, track};

#[cfg(test)]
pub(crate) mod tests;
