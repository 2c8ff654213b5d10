//! What a run found.

use super::plant::Plant;

/// A promise that was not kept.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Run it again with this.
    pub seed: u64,
    /// The bug that was planted, if one was.
    pub plant: Plant,
    /// Which promise: an invariant of `ARCHITECTURE.md`, or another rule by name.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
    /// What had happened, step by step.
    pub story: Vec<String>,
    /// The moves that were made, by their place in the seed's list.
    pub steps: Vec<u32>,
    /// None of the seed's moves was left out.
    pub is_whole: bool,
}

impl Violation {
    /// The command that shows it again.
    pub fn replay(&self) -> String {
        let mut variables = vec![format!("SEED={}", self.seed)];
        if self.plant != Plant::Nothing {
            variables.push(format!("PLANT={:?}", self.plant));
        }
        if !self.is_whole {
            let steps: Vec<String> = self.steps.iter().map(u32::to_string).collect();
            variables.push(format!("STEPS={}", steps.join(",")));
        }
        let variables = variables.join(" ");
        format!(
            "{variables} cargo test -p alleyway-tests --test all simulation::every -- --nocapture"
        )
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.story {
            writeln!(f, "{line}")?;
        }
        writeln!(
            f,
            "seed {}, {} moves: {}: {}",
            self.seed,
            self.steps.len(),
            self.invariant,
            self.what
        )?;
        write!(f, "replay with {}", self.replay())
    }
}

/// A promise that was not kept, not yet told with its story.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    pub(crate) invariant: &'static str,
    pub(crate) what: String,
}

/// Whether all was well.
pub(crate) type Checked = Result<(), Broken>;

pub(crate) const DURABLE: &str = "1, acknowledged is durable";
pub(crate) const SAME: &str = "2, same knowledge, same state";
pub(crate) const STANDS: &str = "3, no input takes it down";
pub(crate) const AUTHORITY: &str = "4, no change without authority";
pub(crate) const NOTHING_LOST: &str = "5, nothing typed is lost";
pub(crate) const IDEMPOTENT: &str = "6, idempotent";
pub(crate) const SCOPE: &str = "7, scope";
pub(crate) const COST: &str = "8, cost follows the work";
pub(crate) const CLOCK: &str = "9, the phone's clock is a claim";
pub(crate) const ONE_BODY: &str = "a signed verdict speaks of exactly one body";
pub(crate) const LEASE: &str = "a lease lasts its time, and no longer";
pub(crate) const BY_TIME: &str = "the server says what time asks for, once, and nothing else";
pub(crate) const QUIET: &str = "everybody becomes up to date";

/// A promise that was not kept.
pub(crate) fn broken(invariant: &'static str, what: impl Into<String>) -> Broken {
    Broken {
        invariant,
        what: what.into(),
    }
}

/// Fails unless `holds`.
pub(crate) fn ensure(
    holds: bool,
    invariant: &'static str,
    what: impl FnOnce() -> String,
) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(broken(invariant, what()))
    }
}
