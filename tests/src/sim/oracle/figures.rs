//! The figures of cases, counted anew from every case's log, figure by figure: what a clerk would do
//! with the files of a year on the table. It shares nothing with the product but the log itself.

use std::collections::BTreeMap;

use alleyway_core::documents::{Document, LogEntry};
use alleyway_core::id::{MemberId, TownId};
use alleyway_core::time::{Date, Time};

/// A month, a category, a figure with its code, and for a figure of time the hours that it was
/// written down with.
pub(crate) type Line = (String, String, String, u64);

/// The steps whose days are written down; a note's is not.
const DATED: [&str; 17] = [
    "report", "accept", "reject", "escalate", "receive", "return", "rule", "dispatch", "wait",
    "resume", "resolve", "verify", "close", "reopen", "withdraw", "merge", "late",
];

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A step as the clerk reads it.
struct Entry {
    step: String,
    at: i64,
    category: String,
    details: BTreeMap<String, String>,
    author: MemberId,
}

impl Entry {
    fn is(&self, steps: &[&str]) -> bool {
        steps.contains(&self.step.as_str())
    }

    fn says(&self, key: &str) -> &str {
        self.details.get(key).map_or("", String::as_str)
    }

    fn month(&self) -> String {
        Date::of(Time(self.at)).to_string()[..7].to_owned()
    }
}

/// What all cases of a town come to.
pub(crate) fn recount(town: TownId, documents: &[Document]) -> BTreeMap<Line, u64> {
    let mut lines = BTreeMap::new();
    let cases = documents.iter().filter(|document| {
        let case = document.case();
        case.is_some_and(|case| !case.confidential)
    });
    for case in cases {
        let resident = MemberId::resident_of(town, case.id());
        one(&entries(&case.log()), resident, &mut lines);
    }
    lines
}

fn entries(log: &[LogEntry]) -> Vec<Entry> {
    let (mut at, mut category) = (i64::MIN, String::new());
    let mut read = |entry: &LogEntry| {
        let received = entry.received.map_or(entry.at, |receipt| receipt.received);
        let is_category = entry
            .details
            .get("field")
            .is_some_and(|field| field == "category");
        if DATED.contains(&entry.kind.as_str()) || (entry.kind == "edit" && is_category) {
            at = at.max(received.clamped().0);
        }
        let says = |key: &str| entry.details.get(key).cloned().unwrap_or_default();
        let before = category.clone();
        if entry.kind == "report" {
            category = says("category");
        } else if entry.kind == "edit" && says("field") == "category" {
            category = says("value");
        }
        Entry {
            step: entry.kind.clone(),
            at,
            category: if entry.kind == "report" {
                category.clone()
            } else {
                before
            },
            details: entry.details.clone(),
            author: entry.author,
        }
    };
    let mut entries: Vec<Entry> = log.iter().map(&mut read).collect();
    // Behind everything: the category that the case ended up with.
    entries.push(Entry {
        step: "end".to_owned(),
        at,
        category,
        details: BTreeMap::new(),
        author: MemberId([0; 16]),
    });
    entries
}

fn one(log: &[Entry], resident: MemberId, lines: &mut BTreeMap<Line, u64>) {
    let mut add = |entry: &Entry, what: &str, hours: u64, amount: u64| {
        if amount > 0 {
            let line = (
                entry.month(),
                entry.category.clone(),
                what.to_owned(),
                hours,
            );
            *lines.entry(line).or_default() += amount;
        }
    };
    for (place, entry) in log.iter().enumerate() {
        let before = &log[..place];
        let round = before
            .iter()
            .rposition(|past| past.is(&["report", "reopen"]));
        let round = round.map_or(before, |from| &before[from..]);
        let waited = waits_since(round, entry);
        match entry.step.as_str() {
            "report" => add(entry, "reported", 0, 1),
            "withdraw" => add(entry, "withdrawn", 0, 1),
            "merge" => add(entry, "merged", 0, 1),
            "reopen" => add(entry, "reopened", 0, 1),
            "late" if !before.iter().any(|past| past.is(&["late"])) => {
                add(entry, "late_ever", 0, 1);
            }
            "reject" => add(entry, &format!("rejected/{}", entry.says("reason")), 0, 1),
            "close" => {
                add(entry, &format!("closed/{}", entry.says("code")), 0, 1);
                let seen = round.iter().rfind(|past| {
                    let moves = past.is(&["verify"]) && past.says("result") != "told_fixed";
                    moves || past.is(&["resolve"])
                });
                if seen.is_none_or(|past| past.says("result") != "fixed") {
                    add(entry, "verified/nobody", 0, 1);
                }
            }
            "return" => {
                add(entry, "returned", 0, 1);
                let since = round.iter().rposition(|past| past.is(&["receive", "rule"]));
                let since = since.map_or(round, |from| &round[from..]);
                if since.iter().filter(|past| past.is(&["return"])).count() == 1 {
                    add(entry, "returned_twice", 0, 1);
                }
            }
            "verify" if entry.says("result") == "fixed" => {
                let by_code = !entry.says("code_of").is_empty();
                let by = if by_code || entry.author == resident {
                    "resident"
                } else {
                    "office"
                };
                add(entry, &format!("verified/{by}"), 0, 1);
                let last = round.iter().rfind(|past| {
                    let moves = past.is(&["verify"]) && past.says("result") != "told_fixed";
                    moves || past.is(&["resolve"])
                });
                if let Some(done) = last.filter(|past| past.is(&["resolve"])) {
                    add(entry, "verify_time", span(entry.at - done.at), 1);
                }
            }
            _ => {}
        }
        let accepts = |past: &Entry| past.is(&["accept", "receive", "rule"]);
        let begun = round.first().map_or(entry.at, |first| first.at);
        if accepts(entry) && !round.iter().any(accepts) {
            add(entry, "accept_time", span(entry.at - begun), 1);
        }
        if entry.is(&["close", "reject"]) {
            add(entry, "whole_wait", span(entry.at - begun), 1);
        }
        if entry.is(&["resolve"])
            && let Some(given) = given(round)
        {
            let out: i64 = all_waits(round)
                .iter()
                .map(|(from, to)| (to - given.max(*from)).max(0))
                .sum();
            add(entry, "handle_time", span(entry.at - given - out), 1);
        }
        if let Some((code, since)) = waited {
            let days = u64::try_from((entry.at - since) / DAY).unwrap_or_default();
            add(entry, &format!("waits/{code}"), 0, 1);
            add(entry, &format!("waiting_days/{code}"), 0, days);
        }
    }
    let ends = ["close", "reject", "withdraw", "merge", "reopen"];
    let last = log.iter().rfind(|entry| entry.is(&ends));
    let is_open = last.is_none_or(|entry| entry.is(&["reopen"]));
    if let (true, [report, .., end]) = (is_open, log) {
        let line = (report.month(), end.category.clone(), "open".to_owned(), 0);
        *lines.entry(line).or_default() += 1;
    }
}

const END_WAITS: [&str; 7] = [
    "resume", "receive", "rule", "close", "reject", "withdraw", "merge",
];

/// The wait that a step ends: its code, and since when.
fn waits_since(round: &[Entry], entry: &Entry) -> Option<(String, i64)> {
    entry.is(&END_WAITS).then_some(())?;
    let last = round
        .iter()
        .rfind(|past| past.is(&["wait"]) || past.is(&END_WAITS))?;
    last.is(&["wait"])
        .then(|| (last.says("reason").to_owned(), last.at))
}

/// All waits that are over, from when to when.
fn all_waits(round: &[Entry]) -> Vec<(i64, i64)> {
    let mut waits = Vec::new();
    for (place, entry) in round.iter().enumerate() {
        if let Some((_, since)) = waits_since(&round[..place], entry) {
            waits.push((since, entry.at));
        }
    }
    waits
}

/// When the work was given to whoever does it: sent to another office, or first accepted.
fn given(round: &[Entry]) -> Option<i64> {
    let sent = round
        .iter()
        .rfind(|past| past.is(&["escalate", "dispatch", "rule"]));
    let accepted = || round.iter().find(|past| past.is(&["accept", "receive"]));
    sent.or_else(accepted).map(|past| past.at)
}

/// The hours that a clerk writes down: whole ones of the first two days, whole days up to sixty, tens
/// of days up to three hundred.
fn span(milliseconds: i64) -> u64 {
    let hours = u64::try_from(milliseconds.max(0) / HOUR).unwrap_or_default();
    match hours {
        0..48 => hours,
        48..1_440 => hours / 24 * 24,
        1_440..7_200 => 1_440 + (hours - 1_440) / 240 * 240,
        _ => 7_200,
    }
}
