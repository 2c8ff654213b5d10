//! Items of trays: what somebody typed that is for another to take or dismiss.

use std::collections::BTreeMap;

use alleyway_catalogue::{screens, words};
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::number::CaseNumber;
use alleyway_core::time::Time;
use alleyway_replica::{DismissBy, TrayRow};
use serde::Serialize;

use super::log::day;
use super::{shown_or_null, utc};
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

/// Which of a tray's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tray {
    /// The proposals of those whose post had ended.
    Proposals,
    /// The steps that devices handed in which are not to go on.
    Review,
}

/// An open item of a tray.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrayItem {
    /// The item: the command that is kept.
    pub item: CommandId,
    /// The word for why it is kept.
    pub why: String,
    /// The unit whose tray it is, by name.
    pub unit: String,
    /// The document it would change or create.
    pub document: DocumentId,
    /// The case's number, for a case.
    #[serde(serialize_with = "shown_or_null")]
    pub number: Option<CaseNumber>,
    /// The word of its kind.
    pub kind: String,
    /// The text that its author wrote.
    pub text: String,
    /// All that it says, by field: words of vocabularies stay words, units and cases are named.
    pub said: BTreeMap<&'static str, String>,
    /// The author's name.
    pub author: String,
    /// The device that it was typed on.
    pub device: DeviceId,
    /// When it was typed, by its author's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// When the server received it.
    #[serde(serialize_with = "utc")]
    pub received_at: Time,
    /// All that it says, for people: each with its label, in words.
    #[serde(skip)]
    pub shown: Vec<(String, String)>,
}

/// Items of one author, or of one device, that were dismissed at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dismissed {
    /// The author's name.
    pub author: String,
    /// The device, if only what was typed on it was dismissed.
    pub device: Option<DeviceId>,
    /// How many they are.
    pub count: usize,
    /// `dismissed`.
    pub state: &'static str,
}

impl Screen<'_> {
    /// Says that all items of an item's author, or of its device, were dismissed.
    pub fn dismissed(&self, row: &TrayRow, by: DismissBy, count: usize) -> Dismissed {
        Dismissed {
            author: self.author(row.document, row.author),
            device: (by == DismissBy::Device).then_some(row.device),
            count,
            state: "dismissed",
        }
    }

    /// The open items of trays that the member looks after.
    pub fn tray(&self, tray: Tray) -> Vec<TrayItem> {
        let rows = self.tray_rows(tray);
        rows.iter().map(|row| self.tray_item(row)).collect()
    }

    /// The open item of a tray that `text` means: an id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::ItemNotFound`], [`Problem::Ambiguous`].
    pub fn tray_row(&self, tray: Tray, text: &str) -> Result<TrayRow, Fault> {
        let item = self.item_named(text)?;
        let mut rows = self.tray_rows(tray).into_iter();
        rows.find(|row| row.item == item)
            .ok_or_else(|| Fault::new(Problem::ItemNotFound, vec![("text", text.to_owned())]))
    }

    fn tray_rows(&self, tray: Tray) -> Vec<TrayRow> {
        match tray {
            Tray::Proposals => self.replica.proposals(),
            Tray::Review => self.replica.review(),
        }
    }

    fn tray_item(&self, row: &TrayRow) -> TrayItem {
        let said = row.said.iter();
        let shown = said
            .clone()
            .filter(|(name, _)| !is_shown_elsewhere(row, name));
        let shown = shown.map(|(name, text)| {
            let label = self.said_label(name).to_owned();
            (label, self.said_for_people(row, name, text))
        });
        TrayItem {
            item: row.item,
            why: row.why.to_string(),
            unit: self.unit(row.unit),
            document: row.document,
            number: row.number,
            kind: row.kind.to_owned(),
            text: row.text.clone(),
            said: said
                .map(|(name, text)| (*name, self.said_for_programs(row, name, text)))
                .collect(),
            author: self.author(row.document, row.author),
            device: row.device,
            at: row.at,
            received_at: row.received,
            shown: shown.collect(),
        }
    }

    /// The label of a field of a step.
    pub(super) fn said_label<'a>(&self, name: &'a str) -> &'a str {
        let field = words::FIELD.get(self.lang, name);
        field.unwrap_or_else(|| words::SAID.word(self.lang, name))
    }

    /// A unit by its name, a case by its number, a day as a day; other texts as they are.
    fn said_for_programs(&self, row: &TrayRow, name: &str, text: &str) -> String {
        match name {
            "to" | "alley" | "about" => self.unit_of(text),
            "into" => self.number_of(text),
            "by" => day(text),
            "household" => written_door(row).unwrap_or_else(|| self.field_value(name, text)),
            _ => text.to_owned(),
        }
    }

    /// As for programs, with the words of vocabularies in the language.
    fn said_for_people(&self, row: &TrayRow, name: &str, text: &str) -> String {
        let word = |area: alleyway_catalogue::Area| area.word(self.lang, text).to_owned();
        match (name, row.kind) {
            ("category" | "may_text", _) => self.field_value(name, text),
            ("value", _) => {
                let field = row.said.iter().find(|(known, _)| *known == "field");
                let field = field.map(|(_, field)| field.as_str());
                let value = || self.field_value(field.unwrap_or_default(), text);
                written_door(row).unwrap_or_else(value)
            }
            ("field", _) => word(words::FIELD),
            ("result", _) => word(words::FINDING),
            ("code" | "reason", kind) => self.step_code(kind, name, text),
            ("confidential", _) => screens::case::CONFIDENTIAL_MARK.text(self.lang).to_owned(),
            _ => self.said_for_programs(row, name, text),
        }
    }
}

/// The door that was written down with the household that an item names.
fn written_door(row: &TrayRow) -> Option<String> {
    let names_household = row
        .said
        .iter()
        .any(|(name, _)| *name == "household" || *name == "field");
    let door = row.said.iter().find(|(name, _)| *name == "door");
    door.filter(|_| names_household)
        .map(|(_, door)| door.clone())
}

/// Whether a field of an item is read with another one: a door where the household stands.
fn is_shown_elsewhere(row: &TrayRow, name: &str) -> bool {
    name == "door" && written_door(row).is_some()
}
