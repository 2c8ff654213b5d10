//! The work that peers were measured on, as Alleyway's commands (`tests/workload/README.md`).

use alleyway_core::command::Body;
use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Report;
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A case of the workload.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// Sixteen fields.
    pub fields: BTreeMap<String, serde_json::Value>,
    /// Five to ten entries.
    pub log: Vec<Entry>,
}

/// A log entry.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Who wrote it.
    pub author: String,
    /// What it is about.
    pub kind: String,
    /// About sixty characters.
    pub text: String,
}

/// An edit of a day's work.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Edit {
    /// A field is set.
    Set {
        /// Which case, by index.
        doc: usize,
        /// Which field.
        key: String,
        /// To what.
        value: serde_json::Value,
    },
    /// An entry is added.
    Log {
        /// Which case, by index.
        doc: usize,
        /// The entry.
        entry: Entry,
    },
}

/// A day's work.
#[derive(Debug, Clone, Deserialize)]
pub struct Day {
    /// Made offline on the device.
    pub client: Vec<Edit>,
    /// Made by others meanwhile.
    pub other: Vec<Edit>,
    /// New cases made offline on the device.
    pub fresh: Vec<Case>,
}

/// The three hundred cases.
pub fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../workload/cases-300.json"))
        .expect("the committed workload")
}

/// The day.
pub fn day() -> Day {
    serde_json::from_str(include_str!("../workload/day.json")).expect("the committed workload")
}

/// A case as what is typed: the report's title, text, place and contact, then its notes.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The report's title.
    pub title: String,
    /// The report's text.
    pub text: String,
    /// The report's place.
    pub place: String,
    /// The report's contact.
    pub contact: String,
    /// The notes.
    pub notes: Vec<String>,
}

impl Case {
    /// Fields of like kind go to the report's; what has no place goes into the first note.
    pub fn typed(&self) -> Typed {
        let field = |name: &str| self.fields.get(name).map(plain).unwrap_or_default();
        let placed = ["name", "phone", "village", "address", "district", "status"];
        let rest: Vec<String> = self
            .fields
            .iter()
            .filter(|(name, _)| !placed.contains(&name.as_str()))
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect();
        let mut notes: Vec<String> = self.log.iter().map(Entry::note).collect();
        if let Some(first) = notes.first_mut() {
            first.push_str(" [");
            first.push_str(&rest.join(", "));
            first.push(']');
        }
        Typed {
            title: field("name"),
            text: field("status"),
            place: format!(
                "{} {} {}",
                field("district"),
                field("village"),
                field("address")
            ),
            contact: format!("{} {}", field("name"), field("phone")),
            notes,
        }
    }
}

impl Entry {
    /// The entry as a note. Its author's name has no place of its own here, as in the workload every
    /// entry has another author.
    pub fn note(&self) -> String {
        format!("{} {}：{}", self.kind, self.author, self.text)
    }
}

impl Typed {
    /// The report alone, without its notes.
    pub fn plain(title: &str, text: &str, place: &str, contact: &str) -> Self {
        let own = str::to_owned;
        Self {
            title: own(title),
            text: own(text),
            place: own(place),
            contact: own(contact),
            notes: Vec::new(),
        }
    }

    /// The report as it is typed on a device with this code.
    pub fn report(&self, owner: UnitId, device_code: u32, tracking: TrackingCode) -> Body {
        Body::Case(CaseCommand::Report(Report {
            owner,
            device_code,
            tracking,
            category: Text::cut("road"),
            title: Text::cut(&self.title),
            text: Text::cut(&self.text),
            place: Text::cut(&self.place),
            point: None,
            contact: Text::cut(&self.contact),
            household: None,
            taken_at: None,
            confidential: false,
            door: None,
            slip: None,
            origin: None,
            external_system: Text::default(),
            external_number: Text::default(),
            external_due: None,
            phone: Text::default(),
            may_text: false,
            about: None,
        }))
    }
}

/// The field of ours that is of like kind and size.
pub fn field(key: &str) -> &'static str {
    match key {
        "phone" | "assignee" => "contact",
        "followup" => "text",
        _ => "place",
    }
}

/// A value as text.
pub fn plain(value: &serde_json::Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
