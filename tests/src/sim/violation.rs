//! What a run found.

/// A promise that was not kept.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Run it again with this.
    pub seed: u64,
    /// Which promise: an invariant of `ARCHITECTURE.md`, or another rule by name.
    pub invariant: &'static str,
    /// What was seen.
    pub what: String,
    /// What had happened, step by step.
    pub story: Vec<String>,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.story {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "seed {}: {}: {}", self.seed, self.invariant, self.what)?;
        write!(f, "replay with SEED={} cargo test -p alleyway-tests simulation", self.seed)
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
pub(crate) const AUTHORITY: &str = "4, no change without authority";
pub(crate) const NOTHING_LOST: &str = "5, nothing typed is lost";
pub(crate) const IDEMPOTENT: &str = "6, idempotent";
pub(crate) const SCOPE: &str = "7, scope";
pub(crate) const QUIET: &str = "everybody becomes up to date";

/// A promise that was not kept.
pub(crate) fn broken(invariant: &'static str, what: impl Into<String>) -> Broken {
    Broken { invariant, what: what.into() }
}

/// Fails unless `holds`.
pub(crate) fn ensure(holds: bool, invariant: &'static str, what: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(broken(invariant, what())) }
}
