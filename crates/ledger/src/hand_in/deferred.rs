//! Reports that are to come again, for the tray that they go to is full.

use std::collections::BTreeSet;

use alleyway_core::id::DocumentId;
use alleyway_core::sync::frame::Verdict;

/// Reports that are known by name; of more than these any may come again.
const REPORTS_MAX: usize = 4_096;

/// The cases whose reports are to come again, in memory only. Later commands on such a case wait
/// until its report is in a tray: only the report says whether the case is confidential.
#[derive(Debug, Default)]
pub(crate) struct ReportsDeferred {
    cases: BTreeSet<DocumentId>,
}

impl ReportsDeferred {
    /// Notes what a report was answered.
    pub(super) fn note(&mut self, case: DocumentId, verdict: &Verdict) {
        if !matches!(verdict, Verdict::Later(_)) {
            self.cases.remove(&case);
        } else if self.cases.len() < REPORTS_MAX {
            self.cases.insert(case);
        }
    }

    /// Whether the case's report is known to come again.
    pub(super) fn holds(&self, case: DocumentId) -> bool {
        self.cases.contains(&case)
    }

    /// Whether the case's report may come again: of so many that they are not all known, any may.
    pub(super) fn may_hold(&self, case: DocumentId) -> bool {
        self.holds(case) || self.cases.len() >= REPORTS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::sync::frame::Later;

    fn case(number: u16) -> DocumentId {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        DocumentId(id)
    }

    #[test]
    fn a_deferred_report_is_known_until_it_is_answered() {
        let mut deferred = ReportsDeferred::default();
        deferred.note(case(1), &Verdict::Later(Later {}));
        assert!(deferred.holds(case(1)) && !deferred.may_hold(case(2)));
        let need = alleyway_core::sync::frame::Need { document: case(1) };
        deferred.note(case(1), &Verdict::Need(need));
        assert!(!deferred.may_hold(case(1)));
    }

    #[test]
    fn of_too_many_deferred_reports_any_may_come_again() {
        let mut deferred = ReportsDeferred::default();
        for number in 0..u16::try_from(REPORTS_MAX).unwrap() {
            deferred.note(case(number), &Verdict::Later(Later {}));
        }
        deferred.note(case(u16::MAX), &Verdict::Later(Later {}));
        assert!(!deferred.holds(case(u16::MAX)));
        assert!(deferred.may_hold(case(u16::MAX)));
    }
}
