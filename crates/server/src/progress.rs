//! How far a long work is, for whoever waits for it.

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

/// Progress is told each time so many more are done.
const STEP: u64 = 50_000;

/// How far a long work is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The things that are gone through: `records`, `documents`.
    pub what: String,
    /// How many are done.
    pub done: u64,
}

/// Tells somebody how far a work is. Whoever does not keep up misses some.
#[derive(Debug, Clone)]
pub(crate) struct Teller(mpsc::Sender<Progress>);

impl Teller {
    pub(crate) fn new(sender: mpsc::Sender<Progress>) -> Self {
        Self(sender)
    }

    /// Tells that so many are done.
    pub(crate) fn tell(&self, what: &str, done: u64) {
        let progress = Progress {
            what: what.to_owned(),
            done,
        };
        let _ = self.0.try_send(progress);
    }

    /// Tells that `more` are done besides `before`, if that is worth telling.
    pub(crate) fn count(&self, what: &str, before: u64, more: u64) {
        let done = before.saturating_add(more);
        if before / STEP != done / STEP {
            self.tell(what, done);
        }
    }
}
