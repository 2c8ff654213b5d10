//! The rules that a town has put into force, in all their versions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::section::{Category, CategoryClass, CodeRow};
use super::section::{
    CodeList, Codes, Contact, DayLayers, Deadlines, Measures, Section, SectionName, Texts,
};
use crate::calendar::WorkCalendar;
use crate::id::{CommandId, UnitId};
use crate::time::Date;

/// The list of a report's categories, as a step's field names it.
const CATEGORIES: &str = "category";

/// A section as it is in force from a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The command that put it into force.
    pub adopted: CommandId,
    /// The first day on which it holds.
    pub from: Date,
    /// The section; what this release cannot read of it is left out.
    pub section: Section,
}

/// A town's book, as rules ask for it: every version of every section that was put into force.
///
/// The rules of a day never change once that day has begun: a version is adopted for tomorrow or
/// later.
///
/// ```
/// use alleyway_core::id::{CommandId, DocumentId};
/// use alleyway_core::kinds::book::{Rulebook, Section, SectionName, Version};
/// use alleyway_core::time::Date;
///
/// let (july, august) = (Date(20_635), Date(20_666));
/// let (section, flaws) = Section::read(SectionName::Measures, r#"{"alley_max": 30}"#);
/// assert!(flaws.is_empty());
/// let version = Version { adopted: CommandId([1; 16]), from: august, section };
/// let versions = [(SectionName::Measures, version)];
/// let book = Rulebook::of(DocumentId([2; 16]), versions.into_iter());
///
/// // What was done in July is judged by July's rules.
/// assert_eq!(book.at(july).measures().alley_max, 20);
/// assert_eq!(book.at(august).measures().alley_max, 30);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulebook {
    town: Option<UnitId>,
    /// Each section's versions, in the order in which they hold; of two from one day, the one that
    /// was admitted last is behind.
    versions: BTreeMap<SectionName, Vec<Version>>,
    /// The calendar of each version of that section, from its day on.
    calendars: Vec<(Date, WorkCalendar)>,
}

/// The calendar of a town that adds nothing to the national one.
static SHIPPED_CALENDAR: LazyLock<WorkCalendar> =
    LazyLock::new(|| WorkCalendar::of(&DayLayers::default()));

impl Rulebook {
    /// The book of a town, of versions in the order in which they were admitted.
    pub fn of(town: UnitId, versions: impl Iterator<Item = (SectionName, Version)>) -> Self {
        let mut by_section: BTreeMap<SectionName, Vec<Version>> = BTreeMap::new();
        for (name, version) in versions {
            by_section.entry(name).or_default().push(version);
        }
        for of_section in by_section.values_mut() {
            of_section.sort_by_key(|version| version.from);
        }
        let calendars = by_section.get(&SectionName::Calendar).into_iter().flatten();
        let calendars = calendars.filter_map(|version| match &version.section {
            Section::Calendar(layers) => Some((version.from, WorkCalendar::of(layers))),
            _ => None,
        });
        Self {
            town: Some(town),
            calendars: calendars.collect(),
            versions: by_section,
        }
    }

    /// The town whose book it is; none if it has none yet, and all is as it ships.
    pub fn town(&self) -> Option<UnitId> {
        self.town
    }

    /// The rules of a day.
    pub fn at(&self, day: Date) -> DayRules<'_> {
        DayRules { book: self, day }
    }

    /// The calendar that holds on a day.
    pub fn calendar_at(&self, day: Date) -> &WorkCalendar {
        let begun = self.calendars.iter().rev();
        let mut begun = begun.filter(|(from, _)| *from <= day);
        let adopted = begun.next().map(|(_, calendar)| calendar);
        adopted.unwrap_or_else(|| &SHIPPED_CALENDAR)
    }

    /// The command that put the calendar of a day into force; none for the one that ships.
    pub fn calendar_adopted(&self, day: Date) -> Option<CommandId> {
        let begun = self.versions(SectionName::Calendar).iter().rev();
        begun
            .map(|version| (version.from, version.adopted))
            .find(|(from, _)| *from <= day)
            .map(|(_, adopted)| adopted)
    }

    /// The versions of a section, in the order in which they hold.
    pub fn versions(&self, name: SectionName) -> &[Version] {
        self.versions.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Whether any version of a list, or the one that ships, has a code. A code that was in force
    /// once stays one that is known, so that nothing typed by it is lost. Of a list that the book
    /// does not have, every code is known.
    pub fn has_code(&self, list: &str, code: &str) -> bool {
        if list == CATEGORIES {
            return self.any(SectionName::Categories, |section| {
                section.has_category(code)
            });
        }
        let Some(list) = CodeList::known(list) else {
            return true;
        };
        self.any(SectionName::Codes, |section| section.has_code(list, code))
    }

    fn any(&self, name: SectionName, has: impl Fn(&Section) -> bool) -> bool {
        let adopted = self.versions(name).iter();
        has(&Section::shipped(name)) || adopted.map(|version| &version.section).any(has)
    }

    /// The names of a code in Chinese and English, of the last version that gives it any. Empty
    /// where they ship with the code, or where nobody ever named it.
    pub fn names_of(&self, list: &str, code: &str) -> Option<(&str, &str)> {
        let name = if list == CATEGORIES {
            SectionName::Categories
        } else {
            SectionName::Codes
        };
        let newest_first = self.versions(name).iter().rev();
        newest_first
            .filter_map(|version| version.section.names_of(CodeList::known(list), code))
            .find(|(zh, _)| !zh.is_empty())
    }
}

/// The rules of one day.
#[derive(Debug, Clone, Copy)]
pub struct DayRules<'a> {
    book: &'a Rulebook,
    day: Date,
}

macro_rules! sections {
    ($( $(#[$doc:meta])* $method:ident: $Section:ident($type:ty) ),* $(,)?) => {
        impl DayRules<'_> {
            $(
                $(#[$doc])*
                pub fn $method(self) -> $type {
                    match self.section(SectionName::$Section) {
                        Section::$Section(value) => value,
                        _ => Default::default(),
                    }
                }
            )*
        }
    };
}

sections! {
    /// The categories, in their order, those that nobody chooses any more too.
    categories: Categories(Vec<Category>),
    /// How many days each clock has.
    deadlines: Deadlines(Deadlines),
    /// The closed lists of codes.
    codes: Codes(Codes),
    /// Phrases and templates.
    texts: Texts(Texts),
    /// Days off and days worked that the town adds.
    calendar: Calendar(DayLayers),
    /// Bounds and floors.
    measures: Measures(Measures),
    /// Whom the public can call.
    contacts: Contacts(Vec<Contact>),
}

impl DayRules<'_> {
    /// The codes of a list that can be chosen, in their order, with their names in Chinese and
    /// English, which may be empty. Empty for a list that the book does not have.
    pub fn choices(self, list: &str) -> Vec<CodeRow> {
        if list == CATEGORIES {
            let chosen = self.categories().into_iter().filter(|row| !row.hidden);
            return chosen.map(CodeRow::from).collect();
        }
        let Some(list) = CodeList::known(list) else {
            return Vec::new();
        };
        let codes = self.codes();
        let chosen = codes.of(list).iter().filter(|row| !row.hidden);
        chosen.cloned().collect()
    }

    /// How cases of a category are handled; as a request for help, if the day's rules do not have it.
    pub fn class_of(self, category: &str) -> CategoryClass {
        let rows = self.categories().into_iter();
        let mut rows = rows.filter(|row| row.code.as_str() == category);
        rows.next().map_or(CategoryClass::Help, |row| row.class)
    }

    fn section(self, name: SectionName) -> Section {
        let begun = self.book.versions(name).iter().rev();
        begun
            .map(|version| (version.from, &version.section))
            .find(|(from, _)| *from <= self.day)
            .map_or_else(|| Section::shipped(name), |(_, section)| section.clone())
    }
}
