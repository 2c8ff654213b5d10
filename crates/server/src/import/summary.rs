//! The changes of an import, for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use alleyway_catalogue::server::import as said;
use alleyway_catalogue::{Lang, Message};

use super::plan::{Change, Plan, What};

/// Changed rows that are shown one by one; more are counted.
pub const CHANGES_SHOWN_MAX: usize = 1_000;

impl Plan {
    /// Files that are not in UTF-8, counts, each changed row, what is no longer in the files, and what was ended since; ends with
    /// a line feed.
    pub fn summary(&self, language: Lang) -> String {
        let mut out = String::new();
        self.head(&mut out, language);
        for step in self.steps.iter().take(CHANGES_SHOWN_MAX) {
            line(&mut out, &step.change.told(language));
        }
        more(&mut out, self.steps.len(), language);
        self.unchanged(&mut out, language);
        out
    }

    /// Files that are not in UTF-8, and counts.
    pub(super) fn head(&self, out: &mut String, language: Lang) {
        for (file, encoding) in &self.read_as {
            let values = [("file", file.name()), ("encoding", *encoding)];
            line(out, &said::READ_AS.fill(language, &values));
        }
        if self.is_empty() {
            line(out, said::NOTHING_TO_CHANGE.text(language));
        }
        for (name, count) in self.counts(language) {
            line(out, &format!("{name}: {count}"));
        }
    }

    /// The rows that are no longer in the files, and those that were ended since.
    pub(super) fn unchanged(&self, out: &mut String, language: Lang) {
        let sorts = [
            (&self.left, said::LEFT.text(language)),
            (&self.ended, said::STAYS_ENDED.text(language)),
        ];
        for (rows, told) in sorts {
            for row in rows.iter().take(CHANGES_SHOWN_MAX) {
                line(out, &format!("  {}: {}: {told}", row.file, row.key));
            }
            more(out, rows.len(), language);
        }
    }

    /// How many changes there are of each sort, in the order in which they first come.
    fn counts(&self, language: Lang) -> Vec<(&'static str, usize)> {
        let mut counts: BTreeMap<u8, (&'static str, usize)> = BTreeMap::new();
        for step in &self.steps {
            let (order, name) = step.change.what.sort();
            counts.entry(order).or_insert((name.text(language), 0)).1 += 1;
        }
        counts.into_values().collect()
    }
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

pub(super) fn more(out: &mut String, count: usize, language: Lang) {
    let rest = count.saturating_sub(CHANGES_SHOWN_MAX);
    if rest > 0 {
        line(out, &said::MORE.fill(language, &[("count", rest)]));
    }
}

impl Change {
    /// A line: where, what, from what to what.
    pub(super) fn told(&self, language: Lang) -> String {
        let (_, name) = self.what.sort();
        let mut told = format!(
            "  {}:{}: {}: {}",
            self.file,
            self.line,
            self.key,
            name.text(language)
        );
        let values = match &self.what {
            What::UnitRenamed { from, to }
            | What::HouseholdMoved { from, to }
            | What::CountChanged { from, to } => Some((from.as_str(), to.as_str())),
            What::UnitMoved { from, to } => Some((from.as_deref().unwrap_or("-"), to.as_str())),
            _ => None,
        };
        if let What::RulesAdopted { from } = &self.what {
            let _ = write!(told, ": {from}");
        }
        if let Some((from, to)) = values {
            // Writing to a string cannot fail.
            let _ = write!(told, ": {from} → {to}");
        }
        told
    }
}

impl What {
    /// Where its sort stands in the counts, and what it is called.
    fn sort(&self) -> (u8, &'static Message) {
        match self {
            Self::UnitCreated => (0, said::UNIT_CREATED),
            Self::UnitRenamed { .. } => (1, said::UNIT_RENAMED),
            Self::UnitMoved { .. } => (2, said::UNIT_MOVED),
            Self::Appointed => (3, said::APPOINTED),
            Self::AppointmentAmended => (4, said::APPOINTMENT_AMENDED),
            Self::HouseholdCreated => (5, said::HOUSEHOLD_CREATED),
            Self::HouseholdMoved { .. } => (6, said::HOUSEHOLD_MOVED),
            Self::ContactChanged => (7, said::CONTACT_CHANGED),
            Self::PhoneChanged => (8, said::PHONE_CHANGED),
            Self::MayTextChanged => (9, said::MAY_TEXT_CHANGED),
            Self::CountChanged { .. } => (10, said::COUNT_CHANGED),
            Self::BookOpened => (11, said::BOOK_OPENED),
            Self::RulesProposed => (12, said::RULES_PROPOSED),
            Self::RulesAdopted { .. } => (13, said::RULES_ADOPTED),
        }
    }
}
