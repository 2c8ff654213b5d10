//! `book.toml`: what the town lays down, section by section.

use std::collections::BTreeMap;

use alleyway_core::kinds::book::{Flaw, FlawKind, Part, Section, SectionName};
use alleyway_core::limits::TEXT_BYTES_MAX;
use alleyway_core::time::Date;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::fault::{Fault, Faults};
use super::row::File;

/// The key of the day from which the sections hold.
const FROM: &str = "from";

/// The rules that the file lays down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookRows {
    /// The first day on which it holds; none leaves it to the plan.
    pub from: Option<Date>,
    /// The sections that it writes out.
    pub sections: Vec<SectionRow>,
}

/// A section that the file writes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionRow {
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// The section.
    pub name: SectionName,
    /// The section as a proposal has it, as JSON.
    pub json: String,
    /// The same, read.
    pub section: Section,
}

/// Reads the file, and notes every fault with its line.
pub(super) fn read(bytes: &[u8], today: Date, faults: &mut Faults) -> Option<BookRows> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        faults.add(File::Book, 1, None, &Fault::BookNotUtf8);
        return None;
    };
    let lines = Lines::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        let reason = error.message().to_owned();
        faults.add(File::Book, lines.at(at), None, &Fault::NotToml(reason));
    }
    if !errors.is_empty() {
        return None;
    }
    let mut rows = BookRows {
        from: None,
        sections: Vec::new(),
    };
    for (key, value) in table.get_ref() {
        let line = lines.at(key.span().start);
        match (key.get_ref().as_ref(), SectionName::known(key.get_ref())) {
            (FROM, _) => rows.from = first_day(value.get_ref(), line, today, faults),
            (_, Some(name)) => rows
                .sections
                .extend(section(name, value, line, &lines, faults)),
            (other, None) => {
                let fault = Fault::UnknownSection(other.to_owned());
                faults.add(File::Book, line, None, &fault);
            }
        }
    }
    Some(rows)
}

fn first_day(value: &DeValue<'_>, line: u64, today: Date, faults: &mut Faults) -> Option<Date> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(day) => day.to_string(),
        _ => String::new(),
    };
    let day = Date::parse(&text);
    match day {
        None => faults.add(File::Book, line, Some(FROM), &Fault::BadDate),
        Some(day) if day < today => faults.add(File::Book, line, Some(FROM), &Fault::DayOver),
        Some(_) => {}
    }
    day
}

fn section(
    name: SectionName,
    value: &Spanned<DeValue<'_>>,
    line: u64,
    lines: &Lines,
    faults: &mut Faults,
) -> Option<SectionRow> {
    let mut places = Places::default();
    let json = places.json(value, &mut Vec::new()).to_string();
    let (section, mut flaws) = Section::read(name, &json);
    if json.len() > TEXT_BYTES_MAX {
        let kind = FlawKind::TooLong {
            max: TEXT_BYTES_MAX,
        };
        flaws.push(Flaw {
            at: Vec::new(),
            kind,
        });
    }
    for flaw in &flaws {
        let line = places.of(&flaw.at).map_or(line, |at| lines.at(at));
        let fault = Fault::Section {
            name,
            place: flaw.place(),
            kind: flaw.kind,
        };
        faults.add(File::Book, line, None, &fault);
    }
    flaws.is_empty().then_some(SectionRow {
        line,
        name,
        json,
        section,
    })
}

/// Where each value of a section stands in the file.
#[derive(Default)]
struct Places(BTreeMap<Vec<Part>, usize>);

impl Places {
    /// A value as JSON; a day is its text.
    fn json(&mut self, value: &Spanned<DeValue<'_>>, at: &mut Vec<Part>) -> Value {
        self.0.entry(at.clone()).or_insert(value.span().start);
        match value.get_ref() {
            DeValue::String(text) => Value::from(text.as_ref()),
            DeValue::Integer(number) => number
                .as_str()
                .parse::<i64>()
                .map_or_else(|_| Value::from(number.as_str()), Value::from),
            DeValue::Float(number) => Value::from(number.as_str()),
            DeValue::Boolean(flag) => Value::from(*flag),
            DeValue::Datetime(day) => Value::from(day.to_string()),
            DeValue::Array(values) => self.list(values, at),
            DeValue::Table(table) => self.table(table, at),
        }
    }

    fn list(&mut self, values: &DeArray<'_>, at: &mut Vec<Part>) -> Value {
        let values = values.iter().enumerate().map(|(index, value)| {
            at.push(Part::Index(index));
            let json = self.json(value, at);
            at.pop();
            json
        });
        values.collect()
    }

    fn table(&mut self, table: &DeTable<'_>, at: &mut Vec<Part>) -> Value {
        let fields = table.iter().map(|(key, value)| {
            let name = key.get_ref().to_string();
            at.push(Part::Key(name.clone()));
            self.0.insert(at.clone(), key.span().start);
            let json = self.json(value, at);
            at.pop();
            (name, json)
        });
        Value::Object(fields.collect::<Map<_, _>>())
    }

    /// Where a value stands; of one that is not there, what it would stand in.
    fn of(&self, at: &[Part]) -> Option<usize> {
        (0..=at.len())
            .rev()
            .find_map(|length| self.0.get(at.get(..length)?))
            .copied()
    }
}

/// The lines of a text, by their first bytes.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let begins = ends.map(|(end, _)| end.saturating_add(1));
        Self(std::iter::once(0).chain(begins).collect())
    }

    /// The line of a byte, from 1.
    fn at(&self, byte: usize) -> u64 {
        self.0.partition_point(|begin| *begin <= byte) as u64
    }
}
