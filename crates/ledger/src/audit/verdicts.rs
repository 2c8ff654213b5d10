//! Counting verdicts that are given for the first time.

use std::collections::BTreeMap;

use crate::rows::records::Tally;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::Verdict;

/// The commands of one batch whose verdicts are new, counted.
#[derive(Debug, Default)]
pub(crate) struct NewVerdicts {
    admitted: u32,
    kept: u32,
    refused: BTreeMap<RefusalCode, u32>,
}

impl NewVerdicts {
    /// Counts a verdict that was given for the first time. One that is not final does not count.
    pub(crate) fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Admitted(_) | Verdict::AfterPost(_) | Verdict::Stands(_) => self.admitted += 1,
            Verdict::Kept(_) => self.kept += 1,
            Verdict::Refused(refusal) => {
                *self.refused.entry(refusal.code.clone()).or_default() += 1;
            }
            Verdict::Need(_) | Verdict::Later(_) => {}
        }
    }

    /// Commands that were admitted.
    pub(crate) fn admitted(&self) -> u32 {
        self.admitted
    }

    /// Commands that were put into a tray.
    pub(crate) fn kept(&self) -> u32 {
        self.kept
    }

    /// Commands that were refused, by code.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&RefusalCode, u32)> {
        self.refused.iter().map(|(code, count)| (code, *count))
    }

    /// Whether nothing is new.
    pub(crate) fn is_empty(&self) -> bool {
        self.admitted == 0 && self.kept == 0 && self.refused.is_empty()
    }

    /// Adds these to what became of a device's commands before.
    pub(crate) fn add_to(&self, tally: &mut Tally) {
        let refused = self
            .refused
            .values()
            .fold(0_u64, |sum, count| sum.saturating_add(u64::from(*count)));
        tally.admitted = tally.admitted.saturating_add(u64::from(self.admitted));
        tally.kept = tally.kept.saturating_add(u64::from(self.kept));
        tally.refused = tally.refused.saturating_add(refused);
    }
}
