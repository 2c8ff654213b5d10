//! A case's part in the figures of the place that it came from.
//!
//! Each step is counted once, in the month in which the server received it, under the category that
//! the case has then, and stays there whatever becomes of the case. So what was counted in a month
//! that is over changes no more; one thing does, for it is no step: whether a case that was reported
//! then is still open.
//!
//! A tally is a function of the document alone, and so is the tally behind a step of the tally before
//! it: figures that are kept at admission equal those of a recount. No member is in it.
//!
//! | file | what |
//! | --- | --- |
//! | `figure` | the figures, and how long something took, as one of few spans |
//! | `counts` | how often each was counted, by month and category |
//! | `clocks` | since when a case waits for what |

mod clocks;
mod counts;
mod figure;
#[cfg(test)]
mod tests;

pub use counts::{Counted, Counts};
pub use figure::{Figure, FigureKey, Span};

use self::clocks::Clocks;
use super::Code;
use crate::documents::{Document, DocumentKind, LogEntry};
use crate::id::{CommandId, MemberId};
use crate::limits::CODE_BYTES_MAX;
use crate::text::Text;
use crate::time::{Month, Time};
use crate::wire_struct;

/// Steps that are counted, or that something that is counted hangs on.
const COUNTED: &[&str] = &[
    "report", "accept", "reject", "escalate", "receive", "return", "rule", "dispatch", "wait",
    "resume", "resolve", "verify", "close", "reopen", "withdraw", "merge", "edit", "late",
];

/// The part of a case in the figures, and what its next steps are counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTally {
    /// The category that the case has, as the newest edit of it says.
    pub category: Code,
    /// The month in which it was reported.
    pub reported: Month,
    /// Whether it is open.
    is_open: bool,
    /// How often it was returned since it was last received, ruled or reopened.
    returns: u32,
    /// Whether it was ever late.
    was_late: bool,
    clocks: Clocks,
    counts: Counts,
}
wire_struct!(CaseTally {
    category,
    reported,
    is_open,
    returns,
    was_late,
    clocks,
    counts
});

impl CaseTally {
    /// The tally of a document; none if it is no case, or one that only those who were cleared read:
    /// such a case is in no figure, for whoever is not cleared must not learn that there is one.
    pub fn of(document: &Document, resident: MemberId) -> Option<Self> {
        Self::is_kept_of(document).then_some(())?;
        let commands = document.commands();
        let (first, later) = commands.split_first()?;
        let mut tally = Self::begun(&document.log_entry(*first)?);
        for command in later {
            tally.take(document, *command, resident);
        }
        Some(tally)
    }

    /// The tally behind a step that was the document's last. Steps that change none may be left out.
    #[must_use]
    pub fn with(mut self, document: &Document, step: CommandId, resident: MemberId) -> Self {
        self.take(document, step, resident);
        self
    }

    /// Whether a document has a tally.
    pub fn is_kept_of(document: &Document) -> bool {
        document.kind().is_some_and(Self::is_kept_of_kind) && !document.case_is_confidential()
    }

    /// Whether documents of a kind have tallies.
    pub fn is_kept_of_kind(kind: DocumentKind) -> bool {
        kind == DocumentKind::Case
    }

    /// Whether a step of this word, which sets this field if it is an edit, changes a tally.
    pub fn is_changed_by(step: &str, field: Option<&str>) -> bool {
        COUNTED.contains(&step) && field.is_none_or(|field| field == "category")
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// How often each figure was counted for this case.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    fn begun(report: &LogEntry) -> Self {
        let at = received(report);
        let mut tally = Self {
            category: detail(report, "category"),
            reported: Month::of(at),
            is_open: true,
            returns: 0,
            was_late: false,
            clocks: Clocks::begun(at),
            counts: Counts::default(),
        };
        tally.count(Figure::Reported, 1);
        tally.count_open(true);
        tally
    }

    fn take(&mut self, document: &Document, step: CommandId, resident: MemberId) {
        let Some(entry) = document.log_entry(step) else {
            return;
        };
        let field = entry.details.get("field").map(String::as_str);
        if !Self::is_changed_by(&entry.kind, field) {
            return;
        }
        self.clocks.goes_on(received(&entry));
        match entry.kind.as_str() {
            "accept" => self.accept(),
            "receive" => self.is_held(),
            "rule" => {
                self.is_held();
                self.clocks.is_sent();
            }
            "escalate" | "dispatch" => self.clocks.is_sent(),
            "return" => self.is_returned(),
            "wait" => self.clocks.waits(detail(&entry, "reason")),
            "resume" => self.goes_on(),
            "resolve" => self.resolve(),
            "verify" => self.verify(&entry, resident),
            "close" => self.close(&detail(&entry, "code")),
            "reject" => self.reject(&detail(&entry, "reason")),
            "withdraw" => self.ends(&Figure::Withdrawn.key()),
            "merge" => self.ends(&Figure::Merged.key()),
            "reopen" => self.reopen(),
            "edit" => self.is_moved(&entry),
            "late" => self.turns_late(),
            _ => {}
        }
    }

    fn now(&self) -> Time {
        self.clocks.now
    }

    fn count(&mut self, figure: Figure, amount: u64) {
        self.count_key(&figure.key(), amount);
    }

    fn count_key(&mut self, key: &FigureKey, amount: u64) {
        let month = Month::of(self.now());
        self.counts.add(month, &self.category, key, amount);
    }

    fn count_span(&mut self, figure: Figure, milliseconds: i64) {
        self.count_key(&figure.of_span(Span::of(milliseconds)), 1);
    }

    /// Of the cases reported in the month in which this one was, it is one that is open, or none.
    fn count_open(&mut self, is_open: bool) {
        self.is_open = is_open;
        let amount = u64::from(is_open);
        let key = Figure::Open.key();
        self.counts.set(self.reported, &self.category, &key, amount);
    }

    fn turns_late(&mut self) {
        if !std::mem::replace(&mut self.was_late, true) {
            self.count(Figure::LateEver, 1);
        }
    }

    /// Another unit has it now: it does not wait any more.
    fn is_held(&mut self) {
        self.returns = 0;
        self.goes_on();
        self.accept();
    }

    fn accept(&mut self) {
        if let Some(took) = self.clocks.is_accepted() {
            self.count_span(Figure::AcceptTime, took);
        }
    }

    fn is_returned(&mut self) {
        self.returns = self.returns.saturating_add(1);
        self.count(Figure::Returned, 1);
        if self.returns == 2 {
            self.count(Figure::ReturnedTwice, 1);
        }
    }

    /// A wait is over.
    fn goes_on(&mut self) {
        if let Some((code, days)) = self.clocks.goes_on_working() {
            self.count_key(&Figure::Waits.of(&code), 1);
            self.count_key(&Figure::WaitingDays.of(&code), days);
        }
    }

    fn resolve(&mut self) {
        if let Some(took) = self.clocks.is_resolved() {
            self.count_span(Figure::HandleTime, took);
        }
    }

    fn verify(&mut self, entry: &LogEntry, resident: MemberId) {
        match entry.details.get("result").map(String::as_str) {
            Some("fixed") => {
                let has_code = entry
                    .details
                    .get("code_of")
                    .is_some_and(|of| !of.is_empty());
                let by = if has_code || entry.author == resident {
                    Figure::BY_RESIDENT
                } else {
                    Figure::BY_OFFICE
                };
                self.count_key(&Figure::Verified.of(&Text::cut(by)), 1);
                if let Some(took) = self.clocks.is_verified() {
                    self.count_span(Figure::VerifyTime, took);
                }
            }
            Some("partly" | "not") => self.clocks.is_worked_on_again(),
            _ => {}
        }
    }

    fn close(&mut self, code: &Code) {
        if !self.clocks.was_verified() {
            self.count_key(&Figure::Verified.of(&Text::cut(Figure::BY_NOBODY)), 1);
        }
        self.count_span(Figure::WholeWait, self.clocks.since_round());
        self.ends(&Figure::Closed.of(code));
    }

    fn reject(&mut self, code: &Code) {
        self.count_span(Figure::WholeWait, self.clocks.since_round());
        self.ends(&Figure::Rejected.of(code));
    }

    fn ends(&mut self, how: &FigureKey) {
        self.goes_on();
        self.count_key(how, 1);
        self.count_open(false);
    }

    fn reopen(&mut self) {
        self.returns = 0;
        self.clocks = Clocks::begun(self.now());
        self.count(Figure::Reopened, 1);
        self.count_open(true);
    }

    /// From now on it is counted under another category; what was counted stays where it is.
    fn is_moved(&mut self, edit: &LogEntry) {
        if edit.details.get("field").map(String::as_str) != Some("category") {
            return;
        }
        let is_open = self.is_open;
        self.count_open(false);
        self.category = detail(edit, "value");
        self.count_open(is_open);
    }
}

/// The time by which a step is counted.
fn received(entry: &LogEntry) -> Time {
    let receipt = entry.received.map(|receipt| receipt.received);
    receipt.unwrap_or(entry.at).clamped()
}

fn detail(entry: &LogEntry, key: &str) -> Text<CODE_BYTES_MAX> {
    let text = entry.details.get(key).map(String::as_str);
    Text::cut(text.unwrap_or_default())
}
