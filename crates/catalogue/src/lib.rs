//! Every text that people see, in Chinese and English, in one place.
//!
//! An [`Area`] holds the texts of a screen or of a vocabulary, a [`Message`] one text. A text of a
//! screen is a constant, so one that is missing does not compile; a word of a vocabulary is looked
//! up as documents hold it, and a test asks that every word has its texts.
//!
//! ```
//! use alleyway_catalogue::{Lang, screens::sync, words::POST};
//!
//! assert_eq!(POST.word(Lang::En, "alley_chief"), "alley chief");
//! let carried = sync::CARRIED.fill(Lang::En, &[("count", "3")]);
//! assert_eq!(carried, "Handed in for others: 3 batches");
//! ```

pub mod answer;
mod area;
#[cfg(feature = "help")]
pub mod help;
mod lang;
mod message;
mod places;
pub mod print;
pub mod refusals;
pub mod screens;
pub mod server;
mod tables;
pub mod terminal;
pub mod words;

pub use area::Area;
pub use lang::Lang;
pub use message::Message;
pub use refusals::refusal;
pub use tables::{FOR_APPS, FOR_PROGRAMS};

pub(crate) use area::{lower, texts, words};

#[cfg(test)]
mod tests;
