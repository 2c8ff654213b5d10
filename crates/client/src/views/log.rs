//! A case's log: what each step says, and when it was.

use alleyway_catalogue::{screens, words};
use alleyway_core::documents::{LogEntry, Mark};
use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::RESIDENT_TEXT;
use alleyway_core::kinds::case::clocks::Turn;
use alleyway_core::refusal::Refusal;
use alleyway_core::time::{Date, Time};
use alleyway_replica::{CaseDetail, EntryState, LogRow};
use serde::Serialize;

use super::{utc, utc_or_null};
use crate::screen::Screen;

/// From here on an author's clock is corrected where people read; below, the difference is the way
/// to the server.
const CLOCK_WRONG_SECONDS: i64 = 3_600;

/// A step of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The command.
    pub command: CommandId,
    /// The word of its kind.
    pub kind: String,
    /// The text that the author wrote; for a step without words, the values that it set.
    pub text: String,
    /// The text that the author wrote for the resident, beside that; empty if none.
    pub resident_text: String,
    /// The author's name.
    pub author: String,
    /// When it was done, by the author's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// Whether that clock was plainly wrong, or showed what no clock shows: it was not then.
    pub clock_wrong: bool,
    /// When the server received it.
    #[serde(serialize_with = "utc_or_null")]
    pub received_at: Option<Time>,
    /// Its state: `pending`, `admitted`, `refused`, `carried` or `waits`.
    pub state: &'static str,
    /// `after_post` if it was handed in after its author's post had ended, `by_code` if it was typed on
    /// the tracking page.
    pub mark: Option<&'static str>,
    /// Why it was refused.
    pub code: Option<String>,
    /// Why it was refused, in words.
    pub reason: Option<String>,
    /// When it was done, for people: a clock that was plainly wrong is corrected.
    #[serde(skip)]
    pub happened: Time,
    /// The values that it set, then the text of its author, for people: codes are in words.
    #[serde(skip)]
    pub said: Vec<String>,
}

impl Screen<'_> {
    pub(crate) fn log(&self, detail: &CaseDetail) -> Vec<Entry> {
        let reported = reported(detail);
        let entries = detail.log.iter();
        entries
            .map(|row| self.entry(detail, row, reported))
            .collect()
    }

    fn entry(&self, detail: &CaseDetail, row: &LogRow, reported: Option<Time>) -> Entry {
        let (entry, set, wrote) = (&row.entry, self.set(detail, row), wrote(row));
        let text = if wrote.is_empty() {
            set.join(", ")
        } else {
            wrote.join("\n")
        };
        let coded = wrote.iter().map(|words| self.coded(&entry.kind, words));
        let told = row.entry.details.get(RESIDENT_TEXT).cloned();
        let for_people = told
            .as_ref()
            .map(|told| screens::case::TOLD.fill(self.lang, &[("text", told.as_str())]));
        let said = set.into_iter().chain(coded).chain(for_people).collect();
        let refusal = refusal(row);
        Entry {
            command: entry.command,
            kind: entry.kind.clone(),
            text,
            resident_text: told.unwrap_or_default(),
            author: self.author(detail.line.document, entry.author),
            at: entry.at,
            clock_wrong: is_clock_wrong(entry, reported),
            received_at: entry.received.map(|receipt| receipt.received),
            state: state_word(&row.state),
            mark: self.mark(detail.line.document, entry),
            code: refusal.map(|refusal| refusal.code.to_string()),
            reason: refusal.map(|refusal| self.reason(detail.line.document, refusal)),
            happened: happened(entry, reported),
            said,
        }
    }

    fn mark(&self, document: DocumentId, entry: &LogEntry) -> Option<&'static str> {
        let after_post = is_after_post(entry).then_some("after_post");
        let by_code = || self.is_by_resident(document, entry.author);
        after_post.or_else(|| by_code().then_some("by_code"))
    }

    /// The reasons of some steps are codes.
    fn coded(&self, kind: &str, text: &str) -> String {
        self.step_code(kind, "reason", text)
    }

    /// The values that a step set: a field, a unit, a date, a result.
    fn set(&self, case: &CaseDetail, row: &LogRow) -> Vec<String> {
        let detail = |name: &str| row.entry.details.get(name).map(String::as_str);
        let field = detail("field").map(|field| {
            let name = words::FIELD.word(self.lang, field);
            let colon = screens::common::COLON.text(self.lang);
            let said = |value: &str| self.field_value(field, value);
            let value = detail("door")
                .map_or_else(|| said(detail("value").unwrap_or_default()), str::to_owned);
            format!("{name}{colon}{value}")
        });
        let word = |area: alleyway_catalogue::Area, word| area.word(self.lang, word).to_owned();
        [
            field,
            detail("to").map(|id| self.unit_of(id)),
            detail("due").map(day),
            detail("result").map(|result| word(words::FINDING, result)),
            detail("code").map(|code| self.step_code(&row.entry.kind, "code", code)),
            detail("into").map(|id| self.goes_on_in(id)),
        ]
        .into_iter()
        .flatten()
        .chain(detail("turns").map(|turns| self.turns(turns)))
        .chain(self.of_another_case(case, row))
        .collect()
    }

    /// The clocks that are over, each with its last day.
    fn turns(&self, turns: &str) -> String {
        let said = turns.split(' ').filter_map(Turn::parse).map(|turn| {
            let clock = words::CLOCK.word(self.lang, turn.kind.word());
            format!("{clock} {}", turn.due)
        });
        said.collect::<Vec<_>>().join(", ")
    }

    /// The server's words on a case that was merged into this one: its number, and its title or
    /// whose note it was.
    fn of_another_case(&self, case: &CaseDetail, row: &LogRow) -> Vec<String> {
        let detail = |name: &str| row.entry.details.get(name).cloned();
        let author = |member: String| {
            let member = MemberId::parse(&member)?;
            Some(self.author(case.line.document, member))
        };
        let rest = match row.entry.kind.as_str() {
            "merged_in" => detail("title"),
            "passed_on" => detail("member").and_then(author),
            _ => return Vec::new(),
        };
        detail("number").into_iter().chain(rest).collect()
    }

    /// The number of the case that another was merged into; who may not read it reads no id.
    fn goes_on_in(&self, id: &str) -> String {
        let elsewhere = || screens::case::IN_ANOTHER.text(self.lang).to_owned();
        self.number_here(id).unwrap_or_else(elsewhere)
    }

    /// A unit's name, of its id.
    pub(crate) fn unit_of(&self, id: &str) -> String {
        UnitId::parse(id).map_or_else(|| id.to_owned(), |unit| self.unit(unit))
    }

    /// A case's number, of its id.
    pub(crate) fn number_of(&self, id: &str) -> String {
        self.number_here(id).unwrap_or_else(|| id.to_owned())
    }

    /// The number of a case that is here, if only its row is, too; none of another one.
    fn number_here(&self, id: &str) -> Option<String> {
        let case = UnitId::parse(id)?;
        let number = self.replica.confirmed_number(case);
        let number = number.or_else(|| Some(self.replica.case(case)?.state.number));
        number.map(|number| number.to_string())
    }
}

/// A day, of its number.
pub(crate) fn day(days: &str) -> String {
    let date = days.parse().map(|days| Date(days).to_string());
    date.unwrap_or_else(|_| days.to_owned())
}

/// Whether a step was handed in after its author's post had ended.
fn is_after_post(entry: &LogEntry) -> bool {
    let mark = entry.received.map(|receipt| receipt.mark);
    mark == Some(Mark::AfterPost)
}

fn refusal(row: &LogRow) -> Option<&Refusal> {
    match &row.state {
        EntryState::Refused(refusal) => Some(refusal),
        EntryState::Pending | EntryState::Admitted | EntryState::Carried | EntryState::Waits => {
            None
        }
    }
}

fn state_word(state: &EntryState) -> &'static str {
    match state {
        EntryState::Pending => "pending",
        EntryState::Admitted => "admitted",
        EntryState::Refused(_) => "refused",
        EntryState::Carried => "carried",
        EntryState::Waits => "waits",
    }
}

/// The author's own words.
fn wrote(row: &LogRow) -> Vec<&str> {
    let detail = |name: &str| row.entry.details.get(name).map_or("", String::as_str);
    let all = [row.entry.text.as_str(), detail("reason"), detail("tried")];
    all.into_iter().filter(|text| !text.is_empty()).collect()
}

/// Whether a step's time cannot be: it is none that is written, for every other was moved to the
/// nearest one that is, or it is before its case was reported.
fn is_impossible(at: Time, reported: Option<Time>) -> bool {
    let latest = at.0.saturating_add(CLOCK_WRONG_SECONDS * 1_000);
    let is_before = reported.is_some_and(|reported| latest < reported.0);
    is_before || at <= Time::EARLIEST || at >= Time::LATEST
}

/// Whether the author's clock was plainly wrong, by what the server found or by what it shows.
/// `reported` is when the case was reported.
fn is_clock_wrong(entry: &LogEntry, reported: Option<Time>) -> bool {
    let is_off = entry.received.is_some_and(|receipt| {
        let ahead = entry.at.0.saturating_sub(receipt.received.0);
        i64::from(receipt.clock_off_seconds).abs() >= CLOCK_WRONG_SECONDS
            || ahead >= CLOCK_WRONG_SECONDS * 1_000
    });
    is_off || is_impossible(entry.at, reported)
}

/// When a case was reported, for people.
pub(crate) fn reported(detail: &CaseDetail) -> Option<Time> {
    let first = detail.log.first();
    first.map(|row| happened(&row.entry, None))
}

/// When a step was done, for people. By its author's clock, unless that was plainly wrong: a list in
/// which a year is missing helps nobody. `reported` is when its case was reported.
pub(crate) fn happened(entry: &LogEntry, reported: Option<Time>) -> Time {
    let receipt = entry.received;
    let Some(receipt) = receipt.filter(|_| is_clock_wrong(entry, reported)) else {
        return entry.at;
    };
    let off = i64::from(receipt.clock_off_seconds).saturating_mul(1_000);
    let corrected = Time(entry.at.0.saturating_sub(off));
    if is_impossible(entry.at, None) || is_impossible(corrected, reported) {
        receipt.received
    } else {
        corrected.min(receipt.received)
    }
}
