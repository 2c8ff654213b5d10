//! The second played story: how work changes hands. Two phones help each other out without a server,
//! a chief is replaced while the old phone lies in a drawer, a phone is lost, moved, restored twice
//! from one backup, and something confidential needs two persons. A small town made from lists, its
//! server and every phone a process of its own.
//!
//! The same steps are a test (read by programs) and `make hands` (read by people).

#![expect(
    clippy::indexing_slicing,
    reason = "only JSON values are indexed: what is not there is null"
)]

mod stage;
mod steps;
mod town;

use crate::story::StoryError;

pub use stage::Stage;
pub use steps::{Step, steps};

/// The server's clock when the story begins.
pub const BEGIN: &str = "2026-03-02T08:00:00+08:00";

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
            log: stage.server_log(),
        })?;
    }
    Ok(())
}
