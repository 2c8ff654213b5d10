//! The problems that checks name, for people: in both languages, as whoever asked may read either.

use alleyway_catalogue::server::check as said;
use alleyway_catalogue::{Lang, Message};
use alleyway_core::store::StoreError;
use alleyway_ledger::{AuditProblem, Problem};
use serde::{Deserialize, Serialize};

use crate::said::Said;
use crate::store::{BrokenEnd, Damaged, VerifyReport};

/// A problem that a check named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemShown {
    /// The stable code.
    pub code: String,
    /// The problem, in Chinese.
    pub text_zh: String,
    /// The problem, in English.
    pub text_en: String,
}

impl ProblemShown {
    /// The problem in a language.
    pub fn text(&self, language: Lang) -> &str {
        match language {
            Lang::Zh => &self.text_zh,
            Lang::En => &self.text_en,
        }
    }

    /// Records are missing, or older than the last commit.
    pub(crate) fn incomplete() -> Self {
        (said::INCOMPLETE, Vec::new()).into()
    }
}

impl From<&VerifyReport> for ProblemShown {
    /// The first fault of a check of records, and how many there are beside it.
    fn from(report: &VerifyReport) -> Self {
        let first = match report.damaged.first() {
            Some(first) => Self::from(first),
            None => Self::incomplete(),
        };
        let faults = report.damaged_count + u64::from(!report.complete);
        if faults < 2 {
            return first;
        }
        let text = |lang| {
            let count = (faults - 1).to_string();
            let values = [("first", first.text(lang)), ("count", count.as_str())];
            said::AND_MORE.fill(lang, &values)
        };
        let [text_zh, text_en] = Lang::ALL.map(text);
        Self {
            code: first.code.clone(),
            text_zh,
            text_en,
        }
    }
}

impl From<&StoreError> for ProblemShown {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Damaged(record) => filled(said::DAMAGED, &[("record", record)]),
            StoreError::TailMissing(what) => filled(said::TAIL_MISSING, &[("what", what)]),
            StoreError::Full(reason) => filled(said::STORE_FULL, &[("reason", reason)]),
            StoreError::Failed(reason) => filled(said::STORE_FAILED, &[("reason", reason)]),
        }
        .into()
    }
}

impl From<&BrokenEnd> for ProblemShown {
    fn from(end: &BrokenEnd) -> Self {
        match end {
            BrokenEnd::Missing => filled(said::END_MISSING, &[]),
            BrokenEnd::Damaged => filled(said::END_DAMAGED, &[]),
            BrokenEnd::Behind { ends, acknowledged } => filled(
                said::END_BEHIND,
                &[
                    ("sequence", &ends.sequence),
                    ("commit", &ends.commits),
                    ("acknowledged", &acknowledged.sequence),
                    ("acknowledged_commit", &acknowledged.commits),
                ],
            ),
            BrokenEnd::OtherHistory => filled(said::END_OTHER_HISTORY, &[]),
        }
        .into()
    }
}

impl From<Said> for ProblemShown {
    fn from((message, values): Said) -> Self {
        let [text_zh, text_en] = Lang::ALL.map(|lang| message.fill(lang, &values));
        Self {
            code: message.name().to_owned(),
            text_zh,
            text_en,
        }
    }
}

impl From<&Problem> for ProblemShown {
    fn from(problem: &Problem) -> Self {
        of_ledger(problem).into()
    }
}

impl From<&AuditProblem> for ProblemShown {
    fn from(problem: &AuditProblem) -> Self {
        of_audit(problem).into()
    }
}

impl From<&Damaged> for ProblemShown {
    fn from(damaged: &Damaged) -> Self {
        of_store(damaged).into()
    }
}

/// A text, with values for its places.
fn filled(message: &'static Message, values: &[(&'static str, &dyn ToString)]) -> Said {
    let values = values
        .iter()
        .map(|(place, value)| (*place, value.to_string()));
    (message, values.collect())
}

fn of_ledger(problem: &Problem) -> Said {
    match problem {
        Problem::StateMissing => filled(said::STATE_MISSING, &[]),
        Problem::ChainEnd => filled(said::CHAIN_END, &[]),
        Problem::ChainBreaks { at } => filled(said::CHAIN_BREAKS, &[("at", at)]),
        Problem::EntriesFew { from, to } => {
            filled(said::ENTRIES_FEW, &[("from", from), ("to", to)])
        }
        Problem::EntriesMissing { from } => filled(said::ENTRIES_MISSING, &[("from", from)]),
        Problem::EntriesDamaged { from, record } => {
            filled(said::ENTRIES_DAMAGED, &[("from", from), ("record", record)])
        }
        Problem::RecordDamaged { record } => filled(said::RECORD_STOPS, &[("record", record)]),
        Problem::DocumentDamaged { document, record } => filled(
            said::DOCUMENT_DAMAGED,
            &[("document", document), ("record", record)],
        ),
        Problem::DocumentUnplaced { document } => {
            filled(said::DOCUMENT_UNPLACED, &[("document", document)])
        }
        Problem::FeedSum {
            places,
            documents,
            strays,
        } => filled(
            said::FEED_SUM,
            &[
                ("places", places),
                ("documents", documents),
                ("strays", strays),
            ],
        ),
        Problem::TrackedOther { case } => filled(said::TRACKED_OTHER, &[("case", case)]),
        Problem::FiguresOther { case } => filled(said::FIGURES_OTHER, &[("case", case)]),
        Problem::ListedOther { document } => filled(said::LISTED_OTHER, &[("document", document)]),
        Problem::LateOther { document } => filled(said::LATE_OTHER, &[("document", document)]),
        Problem::FiguresSum { rows } => filled(said::FIGURES_SUM, &[("rows", rows)]),
        Problem::IdTwiceKept { id } => filled(said::ID_TWICE_KEPT, &[("id", id)]),
        Problem::IdTwice { id, document } => {
            filled(said::ID_TWICE, &[("id", id), ("document", document)])
        }
    }
}

fn of_audit(problem: &AuditProblem) -> Said {
    match problem {
        AuditProblem::StateMissing => filled(said::STATE_MISSING, &[]),
        AuditProblem::ChainEnd => filled(said::CHAIN_END, &[]),
        AuditProblem::ChainBreaks { record } => {
            filled(said::AUDIT_CHAIN_BREAKS, &[("record", record)])
        }
        AuditProblem::RecordMissing { record } => {
            filled(said::AUDIT_MISSING, &[("record", record)])
        }
        AuditProblem::RecordDamaged { record, key } => {
            filled(said::AUDIT_DAMAGED, &[("record", record), ("key", key)])
        }
        AuditProblem::BeyondEnd => filled(said::AUDIT_BEYOND_END, &[]),
        AuditProblem::NotNoted { record } => filled(said::AUDIT_NOT_NOTED, &[("record", record)]),
    }
}

fn of_store(damaged: &Damaged) -> Said {
    match damaged {
        Damaged::Record { record } => filled(said::DAMAGED, &[("record", record)]),
        Damaged::Part { record, part } => {
            filled(said::PART_ALONE, &[("record", record), ("part", part)])
        }
        Damaged::Foreign { record } => filled(said::FOREIGN, &[("record", record)]),
        Damaged::Unreadable { reason } => filled(said::UNREADABLE, &[("reason", reason)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Reached;

    #[test]
    fn a_problem_is_told_in_both_languages_with_its_values() {
        let shown = ProblemShown::from(&Problem::EntriesDamaged {
            from: 17,
            record: "6c".to_owned(),
        });
        assert_eq!(shown.code, "entries_damaged");
        assert_eq!(shown.text(Lang::Zh), "从第 17 条起的账目损坏（6c）");
        assert_eq!(
            shown.text(Lang::En),
            "the ledger entries from 17 on are damaged (6c)"
        );
        let behind = BrokenEnd::Behind {
            ends: Reached {
                sequence: 17,
                commits: 4,
            },
            acknowledged: Reached {
                sequence: 19,
                commits: 5,
            },
        };
        let shown = ProblemShown::from(&behind);
        assert_eq!(shown.code, "end_behind");
        assert_eq!(
            shown.text(Lang::Zh),
            "账本止于第 17 条（第 4 次提交），而已确认到第 19 条（第 5 次提交）"
        );
        let report = VerifyReport {
            damaged: vec![Damaged::Record {
                record: "6c".to_owned(),
            }],
            damaged_count: 3,
            ..VerifyReport::default()
        };
        // Three are damaged, and some are missing.
        let shown = ProblemShown::from(&report);
        assert_eq!(
            (shown.code.as_str(), shown.text(Lang::Zh)),
            ("damaged", "记录 6c 损坏；另有 3 处")
        );
        let shown = ProblemShown::from(&AuditProblem::NotNoted { record: 3 });
        assert!(shown.text_zh.contains("第 3 条") && shown.text_en.contains("record 3"));
    }
}
