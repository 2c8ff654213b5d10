//! Hostile input, as plain functions of bytes: one [`Target`] for every place where bytes from
//! outside come in.
//!
//! A target takes any bytes and panics if something broke: a panic in the product, or an invariant
//! that the target states. What stands behind a signature or a seal is damaged first and then
//! signed and sealed by the target, so that the layers behind see it. Inputs come from the corpus
//! (`tests/corpus/TARGET/`, small files named by their content's hash) and from a mutator of our
//! own; where a decoder says what an input is, damaged inputs are mended until it takes them
//! ([`grow`]). An input whose outcome nobody has seen yet is mutated further.
//!
//! Everything is a function of a seed. `cargo run -p alleyway-tests --bin fuzz -- help` says how to
//! run a target for long, to replay a file, and to make the corpora anew.

mod answer;
mod batch;
mod bench;
mod bundle;
mod codes;
mod command;
mod config;
mod corpus;
mod csv;
mod desk;
mod dice;
mod enrol;
mod failing;
mod flight;
pub mod grow;
mod http;
mod main;
mod mutator;
mod run;
mod seals;
mod socket;
mod store;
mod typed;
mod wires;

pub use corpus::{FILE_BYTES_MAX, FILES_MAX, bless, name_of, read as corpus};
pub use failing::ended_with;
pub use main::{limit_memory, main};
pub use run::{FuzzError, Tally, bounded, long, replay, run_long};

use alleyway_core::wire::WireError;

/// The longest input that is tried, in bytes: longer than any body that a server reads whole.
pub const INPUT_BYTES_MAX: usize = 96 * 1024;

/// What a decoder says of bytes; see [`Target::shape`].
pub type Shape = fn(&[u8]) -> Result<(), WireError>;

/// A place where bytes from outside come in.
#[derive(Clone, Copy)]
pub struct Target {
    /// Names it on the command line, and its corpus.
    pub name: &'static str,
    /// What the bytes are, and what must hold.
    pub about: &'static str,
    /// Takes any bytes; panics if what must hold does not.
    pub run: fn(&[u8]) -> Outcome,
    /// Good inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The decoder that the bytes go through first, if damaged ones are to be mended for it.
    pub shape: Option<Shape>,
    /// How many mutations `make test` tries.
    pub mutations: u64,
}

/// What became of an input. The word tells inputs apart that went different ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was turned away: how.
    Refused(String),
    /// It came through: what it did.
    Taken(String),
}

impl Outcome {
    fn refused(why: impl std::fmt::Display) -> Self {
        Self::Refused(why.to_string())
    }

    fn taken(what: impl std::fmt::Display) -> Self {
        Self::Taken(what.to_string())
    }

    /// What tells it apart.
    pub fn word(&self) -> &str {
        match self {
            Self::Refused(word) | Self::Taken(word) => word,
        }
    }
}

/// Every target.
pub fn targets() -> &'static [Target] {
    &[
        flight::FLIGHT,
        flight::HELLO,
        flight::RAW,
        answer::ANSWER,
        answer::ENROLLED,
        command::CASE,
        command::UNIT,
        command::HOUSEHOLD,
        command::DIRECTORY,
        command::TRAY,
        batch::BATCH,
        bundle::FILE,
        bundle::SEALED,
        seals::BOXES,
        seals::CURSOR,
        wires::WIRES,
        enrol::ENROL,
        codes::CODES,
        csv::CSV,
        http::HTTP,
        store::STORE,
        socket::SOCKET,
        config::CONFIG,
    ]
}

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    targets().iter().find(|target| target.name == name)
}
