//! Made-up towns, for a look around and for tests.
//!
//! [`generate`] makes a town from a seed: its lists, and a year of stories. [`make`] tells the stories
//! to a server: everybody in them has a [`Phone`], which is a real replica; it is enrolled with an
//! invitation, types the steps, and syncs over a [`Line`]. So nothing is in a demonstration's ledger
//! that the protocol did not bring there. [`Chance`] is the one generator of chance, for the
//! simulator too.
//!
//! This crate knows devices and what they share with servers; it does not know a server. Whoever has
//! one gives it a [`Line`] and an [`Operator`].

mod chance;
mod line;
mod lists;
mod make;
mod phone;
mod phrase;
mod plot;
mod story;
mod teller;
#[cfg(test)]
mod tests;
mod texts;
mod together;
mod town;
mod words;

pub use chance::Chance;
pub use line::{Line, LineError, Operator};
pub use lists::{Files, Household, Lists, Member, Unit};
pub use make::{Made, make};
pub use phone::{Phone, PhoneError};
pub use story::{Act, CaseStory, StoryStep};
pub use texts::texts;
pub use town::{SIPAI_CASES, Size, Town, generate};
pub use words::WordsError;
