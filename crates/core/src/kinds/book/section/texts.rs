//! Phrases that a finger can choose, and templates of texts for residents.

use std::collections::BTreeMap;

use serde_json::Value;

use super::flaw::FlawKind;
use super::reading::{Reading, Table};
use crate::limits::{
    BOOK_CATEGORIES_MAX, BOOK_PHRASES_MAX, BOOK_TEMPLATES_MAX, CODE_BYTES_MAX, NAME_BYTES_MAX,
    RESIDENT_TEXT_BYTES_MAX,
};
use crate::text::Text;

/// The phrases of a category, in their order.
pub type Phrases = Vec<Text<NAME_BYTES_MAX>>;

/// A text to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The word of the step whose text it is for.
    pub step: Text<CODE_BYTES_MAX>,
    /// By which people choose it.
    pub title: Text<NAME_BYTES_MAX>,
    /// The text.
    pub text: Text<RESIDENT_TEXT_BYTES_MAX>,
}

/// Phrases and templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// By the code of the category.
    pub phrases: BTreeMap<Text<CODE_BYTES_MAX>, Phrases>,
    /// The text that a form shows above all else, by the code of the category: whom to call first.
    pub emergencies: BTreeMap<Text<CODE_BYTES_MAX>, Text<NAME_BYTES_MAX>>,
    /// Templates, in their order.
    pub templates: Vec<Template>,
}

/// The phrases, or the emergency text, of one category.
struct OfCategory {
    category: Text<CODE_BYTES_MAX>,
    phrases: Phrases,
    emergency: Text<NAME_BYTES_MAX>,
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> Texts {
    let texts = reading.table(value, |reading, table| {
        let rows = table.list(reading, "categories", |reading, value| {
            let rows = reading.rows(value, BOOK_CATEGORIES_MAX, of_category);
            let named = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let categories = named.iter().enumerate().map(|(index, row)| {
                let category = row.get("category").and_then(Value::as_str);
                category.map_or((Some(index), ""), |category| (None, category))
            });
            reading.no_twins(categories, Some("category"));
            rows
        });
        let templates = table.list(reading, "templates", |reading, value| {
            reading.rows(value, BOOK_TEMPLATES_MAX, template)
        });
        let mut texts = Texts {
            templates,
            ..Texts::default()
        };
        for row in rows {
            if !row.emergency.is_empty() {
                texts
                    .emergencies
                    .insert(row.category.clone(), row.emergency);
            }
            texts.phrases.insert(row.category, row.phrases);
        }
        Some(texts)
    });
    texts.unwrap_or_default()
}

fn of_category(reading: &mut Reading, row: &mut Table<'_>) -> Option<OfCategory> {
    let category = row.must(reading, "category", Reading::code);
    let emergency = row.text_or_blank(reading, "emergency");
    let phrases = row.list(reading, "phrases", |reading, value| {
        reading.list(value, BOOK_PHRASES_MAX, |reading, value| {
            let phrase: Text<NAME_BYTES_MAX> = reading.text(value)?;
            if phrase.trim().is_empty() {
                reading.flaw(FlawKind::Missing);
                return None;
            }
            Some(phrase)
        })
    });
    Some(OfCategory {
        category: category?,
        phrases,
        emergency,
    })
}

fn template(reading: &mut Reading, row: &mut Table<'_>) -> Option<Template> {
    let step = row.must(reading, "step", Reading::code);
    let (title, text) = (row.text(reading, "title"), row.text(reading, "text"));
    Some(Template {
        step: step?,
        title: title?,
        text: text?,
    })
}
