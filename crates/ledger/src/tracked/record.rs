//! The record of what a case's resident sees.

use super::judge;
use super::steps::ResidentStepKind;
use alleyway_core::calendar::Due;
use alleyway_core::documents::{Document, LogEntry};
use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::clocks::ReadBy;
use alleyway_core::kinds::case::{CaseStage, CaseState, RESIDENT_TEXT, reopened_until};
use alleyway_core::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX};
use alleyway_core::organisation::Organisation;
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::{List, Reader, Wire, WireError};
use alleyway_core::wire_struct;

/// Steps that a record has; of more the newest.
const STEPS_MAX: usize = 100;
/// The texts of a record's steps, in bytes; of longer ones the newest, and one in any case.
const TEXTS_BYTES_MAX: usize = 256 * 1024;
/// Kinds of steps that a resident can take.
const KINDS_MAX: usize = 3;
/// Grows with each release that shows other steps, or allows residents others.
const RULES: u32 = 5;

/// Steps that a resident sees. What is noted among the offices stays there.
const SHOWN: [&str; 20] = [
    "report", "accept", "reject", "start", "escalate", "receive", "return", "recall", "rule",
    "dispatch", "wait", "resume", "extend", "resolve", "verify", "close", "reopen", "withdraw",
    "merge", NEW_CODE,
];
/// The step by which a case's own resident gets another code: it is nothing to others, who follow the
/// case with codes of their own.
const NEW_CODE: &str = "new_code";
/// Steps whose text is written for the resident.
const FOR_THE_RESIDENT: [&str; 2] = ["reject", "close"];
/// Steps that have a text for the resident beside what the offices say to one another.
const TELLING: [&str; 5] = ["return", "dispatch", "wait", "extend", "resolve"];

/// Whether a resident sees a step of this word, whoever takes it.
pub(super) fn is_shown(step: &str) -> bool {
    SHOWN.contains(&step)
}

/// Whether a step of this word changes what a resident sees or may do.
pub(super) fn is_changed_by(step: &str) -> bool {
    is_shown(step) || matches!(step, "merged_in" | "redated")
}

/// The part of a case that its resident sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrackedRecord {
    /// The rules by which it was made.
    rules: u32,
    /// The case's number.
    pub(crate) number: Text<NAME_BYTES_MAX>,
    /// Its state.
    pub(crate) stage: CaseStage,
    /// The day that the resident was promised.
    pub(crate) due: Option<Date>,
    /// The unit that holds it, while it is open.
    pub(crate) holder: Option<UnitId>,
    /// Whether that day may move.
    pub(crate) is_provisional: bool,
    /// The case that it was merged into: what becomes of it is shown there.
    pub(crate) into: Option<DocumentId>,
    /// The steps that are shown, in order; of many the newest.
    pub(crate) steps: List<TrackedStep, STEPS_MAX>,
    /// The numbers of the kinds of steps that the resident may take, and until when.
    may: List<(u8, Time), KINDS_MAX>,
}
wire_struct!(TrackedRecord {
    rules,
    number,
    stage,
    due,
    holder,
    is_provisional,
    into,
    steps,
    may
});

/// A step, as the resident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrackedStep {
    pub(crate) kind: Text<CODE_BYTES_MAX>,
    pub(crate) received: Time,
    /// Who did it. Of a case that others were merged into, their residents too.
    pub(crate) author: MemberId,
    /// The text written for the resident, or by the resident.
    pub(crate) text: Text<TEXT_BYTES_MAX>,
    /// The finding of a verification.
    pub(crate) result: Option<Text<CODE_BYTES_MAX>>,
    /// The due date that the step set.
    pub(crate) by: Option<Date>,
}
wire_struct!(TrackedStep {
    kind,
    received,
    author,
    text,
    result,
    by
});

/// The day that the resident was promised.
fn promised(document: &Document, organisation: &Organisation) -> Option<Due> {
    document.case_times(ReadBy::all(organisation))?.promised
}

impl TrackedRecord {
    /// The record of the part of a document that its resident sees; none if it is no case.
    pub(crate) fn of(
        document: &Document,
        resident: MemberId,
        organisation: &Organisation,
    ) -> Option<Self> {
        let case = document.case()?;
        let newest = document.commands().iter().rev();
        let mut steps: Vec<TrackedStep> = newest
            .filter_map(|command| step(document, *command, resident))
            .take(STEPS_MAX)
            .collect();
        steps.reverse();
        let promised = promised(document, organisation);
        Some(Self::made(document, &case, steps, promised))
    }

    /// The record once a command stands that was the document's last; none if that is no case.
    pub(super) fn with(
        self,
        document: &Document,
        resident: MemberId,
        command: CommandId,
        organisation: &Organisation,
    ) -> Option<Self> {
        let case = document.case()?;
        let mut steps = self.steps.into_vec();
        let step = step(document, command, resident);
        let moves = |step: &TrackedStep| !matches!(step.kind.as_str(), "wait" | "resume");
        let promised = if step.as_ref().is_none_or(moves) {
            promised(document, organisation)
        } else {
            // Waiting leaves the resident's day as it is, and has no end: the log is not read again.
            self.due.map(|day| Due {
                day,
                is_provisional: self.is_provisional,
            })
        };
        steps.extend(step);
        Some(Self::made(document, &case, steps, promised))
    }

    fn made(
        document: &Document,
        case: &CaseState,
        steps: Vec<TrackedStep>,
        promised: Option<Due>,
    ) -> Self {
        let steps = newest(steps);
        Self {
            rules: RULES,
            number: Text::cut(&case.number.to_string()),
            stage: case.stage.clone(),
            due: promised.map(|due| due.day),
            holder: case.stage.is_open().then_some(case.holder),
            is_provisional: promised.is_some_and(|due| due.is_provisional),
            into: case.merged_into,
            steps: List::new(steps).unwrap_or_default(),
            may: List::new(may(document, case)).unwrap_or_default(),
        }
    }

    /// Reads the record; none if it was made by the rules of another release.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, WireError> {
        let rules = u32::decode(&mut Reader::new(bytes))?;
        (rules == RULES)
            .then(|| Self::from_bytes(bytes))
            .transpose()
    }

    /// The kinds of steps that the resident may take at `now`.
    pub(crate) fn may_at(&self, now: Time) -> Vec<ResidentStepKind> {
        let is_open = |kind: &ResidentStepKind| {
            let mut rows = self.may.iter();
            rows.any(|(number, until)| *number == kind.number() && now <= *until)
        };
        let kinds = ResidentStepKind::ALL.iter().copied();
        kinds.filter(is_open).collect()
    }

    /// The page of this case and of `next`, in which it goes on since then, to a resident of this
    /// one: the steps of both, and what stands in `next` and is possible there.
    pub(crate) fn gone_on(self, next: Self, since: Time, resident: MemberId) -> Self {
        let later = next.steps.into_vec().into_iter();
        let later = later.filter(|step| step.received >= since);
        let mut steps = self.steps.into_vec();
        steps.extend(later.filter_map(|step| step.seen_by(resident)));
        steps.sort_by_key(|step| step.received);
        Self {
            steps: List::new(newest(steps)).unwrap_or_default(),
            ..next
        }
    }

    /// How many of its steps a resident took since.
    pub(crate) fn taken_since(&self, since: Time, resident: MemberId) -> usize {
        let newest = self.steps.iter().rev();
        let own = newest.filter(|step| step.author == resident);
        own.take_while(|step| step.received > since).count()
    }

    /// When it was merged into another case; none if it was not.
    pub(crate) fn merged_at(&self) -> Option<Time> {
        self.into?;
        let merge = self.steps.iter().rev().find(|step| step.is("merge"));
        Some(merge.map_or(Time::EARLIEST, |step| step.received))
    }
}

/// As many of the newest steps as a record has.
fn newest(mut steps: Vec<TrackedStep>) -> Vec<TrackedStep> {
    let mut bytes = 0_usize;
    let fit = steps.iter().rev().take(STEPS_MAX).take_while(|step| {
        bytes = bytes.saturating_add(step.text.len());
        bytes <= TEXTS_BYTES_MAX
    });
    let older = steps.len().saturating_sub(fit.count().max(1));
    steps.split_off(older)
}

impl TrackedStep {
    /// Whether it is the step of this word.
    fn is(&self, word: &str) -> bool {
        self.kind.as_str() == word
    }

    /// As a resident sees it who follows another case that was merged into this one: without what was
    /// written by this one's own. None if it is nothing to him.
    pub(crate) fn seen_by(mut self, resident: MemberId) -> Option<Self> {
        let kind = self.kind.as_str();
        if self.author == resident || FOR_THE_RESIDENT.contains(&kind) || TELLING.contains(&kind) {
            return Some(self);
        }
        if !is_shown(&self.kind) || self.is(NEW_CODE) {
            return None;
        }
        self.text = Text::default();
        Some(self)
    }
}

/// The steps that the rules allow the resident, and until when. What a resident may do hangs on the
/// case alone, on no post.
fn may(document: &Document, case: &CaseState) -> Vec<(u8, Time)> {
    let organisation = Organisation::default();
    let last = document.receipts().last().map(|receipt| receipt.received);
    let row = |kind: &ResidentStepKind| {
        let (at, until) = match kind {
            ResidentStepKind::Reopen => {
                let until = reopened_until(document, case)?;
                (until, until)
            }
            ResidentStepKind::Verify | ResidentStepKind::Word => (last?, Time::LATEST),
        };
        let allowed = judge(&organisation, document, &kind.example().body(), at);
        allowed.is_ok().then_some((kind.number(), until))
    };
    ResidentStepKind::ALL.iter().filter_map(row).collect()
}

/// A step as the resident sees it; none if it is not for the resident. What the resident wrote is
/// shown to whom has the code.
fn step(document: &Document, command: CommandId, resident: MemberId) -> Option<TrackedStep> {
    let kind = document.step_of(command)?;
    let author = document.author_of(command)?;
    let own = author == resident;
    if !own && !is_shown(&kind) {
        return None;
    }
    let LogEntry {
        received,
        text,
        mut details,
        ..
    } = document.log_entry(command)?;
    let written = match details.remove("reason") {
        Some(reason) if own => reason,
        _ if own || FOR_THE_RESIDENT.contains(&kind.as_str()) => text,
        _ => details.remove(RESIDENT_TEXT).unwrap_or_default(),
    };
    Some(TrackedStep {
        received: received.map(|receipt| receipt.received).unwrap_or_default(),
        author,
        text: Text::new(&written).unwrap_or_else(|_| Text::cut(&written)),
        result: details.remove("result").map(|result| Text::cut(&result)),
        // What a dispatcher asks of an office is no promise to the resident.
        by: details
            .get("due")
            .filter(|_| kind == "extend")
            .and_then(|day| day.parse().ok())
            .map(Date),
        kind: Text::cut(&kind),
    })
}
