//! The categories of requests: what a villager can ask for, and how it is handled.

use serde_json::Value;

use super::flaw::FlawKind;
use super::reading::{Reading, Table};
use crate::limits::{BOOK_CATEGORIES_MAX, CODE_BYTES_MAX, NAME_BYTES_MAX};
use crate::text::Text;
use crate::word_enum;

word_enum!(
    /// How a category's cases are handled: their deadlines hang on it (Weifang's rules on 12345,
    /// art. 20).
    CategoryClass {
        /// 咨询: somebody asks how something is done.
        Consult = "consult",
        /// 求助: somebody needs something done.
        Help = "help",
        /// 建议: somebody proposes something.
        Suggest = "suggest",
        /// 投诉: something was done badly, or not at all.
        Complaint = "complaint",
        /// 安全: somebody may come to harm.
        Safety = "safety",
        /// 对人员的投诉: somebody complains of a person who acts for a unit. It goes to a desk, and never to
        /// that unit (regulations on petitions, 2022, art. 30).
        AboutPerson = "about_person",
    }
);

/// A category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its code, in documents.
    pub code: Text<CODE_BYTES_MAX>,
    /// Its name in Chinese; empty for the word that ships with the code.
    pub zh: Text<NAME_BYTES_MAX>,
    /// The same in English.
    pub en: Text<NAME_BYTES_MAX>,
    /// The name of the icon that stands for it; empty for none.
    pub icon: Text<CODE_BYTES_MAX>,
    /// Nobody reports under it any more; what was reported keeps it.
    pub hidden: bool,
    /// How its cases are handled.
    pub class: CategoryClass,
    /// The name of the unit that usually handles it; empty for none.
    pub unit: Text<CODE_BYTES_MAX>,
}

/// The categories that ship, in their order, with their classes.
const SHIPPED: &[(&str, CategoryClass)] = &[
    ("road", CategoryClass::Help),
    ("water", CategoryClass::Help),
    ("power", CategoryClass::Help),
    ("housing", CategoryClass::Help),
    ("sanitation", CategoryClass::Help),
    ("elderly", CategoryClass::Help),
    ("education", CategoryClass::Help),
    ("health", CategoryClass::Help),
    ("subsidy", CategoryClass::Consult),
    ("safety", CategoryClass::Safety),
    ("dispute", CategoryClass::Complaint),
    ("conduct", CategoryClass::AboutPerson),
    ("other", CategoryClass::Help),
];

/// The categories that ship. Their words are the catalogue's.
pub(super) fn shipped() -> Vec<Category> {
    let row = |(code, class): &(&str, CategoryClass)| Category {
        code: Text::cut(code),
        zh: Text::default(),
        en: Text::default(),
        icon: Text::cut(code),
        hidden: false,
        class: class.clone(),
        unit: Text::default(),
    };
    SHIPPED.iter().map(row).collect()
}

/// Whether a code's words ship with it.
fn has_words(code: &str) -> bool {
    SHIPPED.iter().any(|(shipped, _)| *shipped == code)
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> Vec<Category> {
    let rows = reading.rows(value, BOOK_CATEGORIES_MAX, category);
    if value.as_array().is_some_and(Vec::is_empty) {
        reading.flaw(FlawKind::Empty);
    }
    reading.no_twins(codes_of(value), Some("code"));
    rows
}

/// The codes as they are written, one for each row, so that a twin is told of by its own place.
pub(super) fn codes_of(value: &Value) -> impl Iterator<Item = (Option<usize>, &str)> {
    let rows = value.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().enumerate().map(|(index, row)| {
        match row.get("code").and_then(Value::as_str) {
            Some(code) => (None, code),
            // A row without a code is no twin of another one.
            None => (Some(index), ""),
        }
    })
}

fn category(reading: &mut Reading, row: &mut Table<'_>) -> Option<Category> {
    let code = row.must(reading, "code", Reading::code);
    let named = code.as_ref().is_some_and(|code| has_words(code));
    let (zh, en) = names(reading, row, named);
    let icon = row.text_or_blank(reading, "icon");
    let hidden = row.flag(reading, "hidden");
    let class = row.word(reading, "class", CategoryClass::known);
    let unit = row.text_or_blank(reading, "unit");
    Some(Category {
        code: code?,
        zh: zh?,
        en: en?,
        icon,
        hidden,
        class: class?,
        unit,
    })
}

/// A row's names in both languages; a code whose words ship can be without.
pub(super) fn names(
    reading: &mut Reading,
    row: &mut Table<'_>,
    is_named: bool,
) -> (Option<Text<NAME_BYTES_MAX>>, Option<Text<NAME_BYTES_MAX>>) {
    if is_named {
        let (zh, en) = (
            row.text_or_blank(reading, "zh"),
            row.text_or_blank(reading, "en"),
        );
        return (Some(zh), Some(en));
    }
    (row.text(reading, "zh"), row.text(reading, "en"))
}
