//! The town as it is now, as far as an import needs to know it.

use std::collections::BTreeMap;

use alleyway_core::id::{CommandId, DocumentId, TownId, UnitId};
use alleyway_core::kinds::book::{Rulebook, Section, SectionName};
use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::{Date, Time};

/// The town as it is.
#[derive(Debug, Clone)]
pub struct Current {
    /// The town, of which members' ids are made.
    pub town: TownId,
    /// Units by key.
    pub units: BTreeMap<String, CurrentUnit>,
    /// Appointments, ended ones too.
    pub appointments: Vec<CurrentAppointment>,
    /// Households.
    pub households: Vec<CurrentHousehold>,
    /// Its book; none while it has none.
    pub book: Option<CurrentBook>,
    /// The day on which it is asked.
    pub today: Date,
}

impl Current {
    /// A town without anything in it.
    pub fn empty(town: TownId) -> Self {
        Self {
            town,
            units: BTreeMap::new(),
            appointments: Vec::new(),
            households: Vec::new(),
            book: None,
            today: Date::default(),
        }
    }

    /// A section as it was laid down last, whether it holds already or not; as it ships if it never
    /// was.
    pub(super) fn rules(&self, name: SectionName) -> Section {
        let book = self.book.as_ref();
        let last = book.and_then(|book| book.rulebook.versions(name).last());
        last.map_or_else(|| Section::shipped(name), |version| version.section.clone())
    }

    /// Whether the town has ever laid a section down.
    pub(super) fn has_rules(&self, name: SectionName) -> bool {
        let book = self.book.as_ref();
        book.is_some_and(|book| !book.rulebook.versions(name).is_empty())
    }
}

/// The town's book.
#[derive(Debug, Clone)]
pub struct CurrentBook {
    /// Its document.
    pub document: DocumentId,
    /// The rules that were put into force.
    pub rulebook: Rulebook,
    /// The proposals that stand, by their sections.
    pub proposals: Vec<(SectionName, CommandId)>,
}

impl CurrentBook {
    /// The proposals of a section that stand.
    pub fn standing(&self, name: SectionName) -> Vec<CommandId> {
        let of_section = self.proposals.iter().filter(|(of, _)| *of == name);
        of_section.map(|(_, id)| *id).collect()
    }
}

/// A unit.
#[derive(Debug, Clone)]
pub struct CurrentUnit {
    /// Its document.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// The key of what it belongs to.
    pub parent: Option<String>,
}

/// An appointment.
#[derive(Debug, Clone)]
pub struct CurrentAppointment {
    /// The command that made it.
    pub id: CommandId,
    /// The person's key.
    pub member: String,
    /// The post.
    pub post: Post,
    /// The unit's key.
    pub unit: String,
    /// The person's name.
    pub name: String,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Option<Time>,
    /// Every end that it has had, none for open. A row that says an earlier one did not change, and
    /// does not reinstate somebody whose post was ended since.
    pub ends: Vec<Option<Time>>,
}

/// A household.
#[derive(Debug, Clone)]
pub struct CurrentHousehold {
    /// Its document.
    pub document: DocumentId,
    /// Its alley's key.
    pub alley: String,
    /// Its door.
    pub door: CurrentField,
    /// Its contact.
    pub contact: CurrentField,
    /// Its telephone number.
    pub phone: CurrentField,
    /// Its consent to messages.
    pub may_text: CurrentField,
    /// How many people live in it.
    pub count: CurrentField,
}

/// A field that chiefs edit too.
#[derive(Debug, Clone, Default)]
pub struct CurrentField {
    /// The live values, by the commands that set them: one, or several in conflict.
    pub values: Vec<(CommandId, String)>,
    /// The value that an import set last, if that is known. A row that still says so did not
    /// change, and does not undo what a chief has written since.
    pub imported: Option<String>,
}

impl CurrentField {
    /// Whether a row with this value changes nothing.
    pub fn stays(&self, value: &str) -> bool {
        let agrees = match self.values.as_slice() {
            // A field nobody has set is an empty one.
            [] => value.is_empty(),
            [(_, only)] => only == value,
            _ => false,
        };
        agrees || self.imported.as_deref() == Some(value)
    }

    /// The commands whose values an edit replaces.
    pub fn ids(&self) -> Vec<CommandId> {
        self.values.iter().map(|(id, _)| *id).collect()
    }

    /// The values, for people.
    pub fn shown(&self) -> String {
        let values: Vec<&str> = self
            .values
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        values.join(" / ")
    }
}
