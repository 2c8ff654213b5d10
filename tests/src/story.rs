//! The story that every release must pass: the orange road, from a villager's words to the closed
//! case, over three simulated months. Two phones of one alley without signal, a branch, a town and
//! a department, each a process of its own; the server is another.
//!
//! The same steps are a test (read by programs) and `make demo` (read by people).

#![expect(
    clippy::indexing_slicing,
    reason = "only JSON values are indexed: what is not there is null"
)]

mod audience;
mod ending;
mod person;
mod screen;
mod stage;
mod steps;

use thiserror::Error;

use crate::process::ProcessError;

pub use audience::{Audience, Nobody};
pub use ending::{Ending, LogLine, TrackLine};
pub use person::Person;
pub use screen::Screen;
pub(crate) use stage::expect;
pub use stage::{Clocks, Kills, Reader, Stage};
pub use steps::{Step, steps};

/// The demo's clock when the story begins.
pub const BEGIN: &str = "2026-03-02T08:00:00+08:00";

/// Why the story did not go as it must.
#[derive(Debug, Error)]
pub enum StoryError {
    /// A process did not do what it was asked.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// Something was not as the story has it.
    #[error("{what}: found {found}, but the story has {wanted}")]
    Otherwise {
        /// What was looked at.
        what: String,
        /// What was there.
        found: String,
        /// What had to be there.
        wanted: String,
    },
    /// The audience left.
    #[error("the story was stopped")]
    Stopped,
    /// In one of its steps.
    #[error("at “{step}”: {error}\nThe server's log:\n{log}")]
    At {
        /// The step.
        step: &'static str,
        /// What happened.
        error: Box<StoryError>,
        /// All that the server has logged.
        log: String,
    },
}

/// Plays every step in order.
///
/// # Errors
/// At the first step that does not go as it must.
pub fn play(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    for step in steps() {
        if !stage.is_watched() {
            return Err(StoryError::Stopped);
        }
        let played = stage.begin(&step).and_then(|()| (step.play)(stage));
        played.map_err(|error| StoryError::At {
            step: step.title,
            error: Box::new(error),
            log: stage.server.log(),
        })?;
    }
    Ok(())
}
