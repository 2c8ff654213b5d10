//! A section written out, as a proposal has it: where a town begins that changes one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Category, CodeList, CodeRow, Codes, Contact, DayLayers, Deadlines, Layer, Measures, Section,
    Texts,
};
use crate::time::Date;

impl Section {
    /// The section as JSON, with everything that it can say.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Categories(rows) => rows.iter().map(category).collect(),
            Self::Deadlines(deadlines) => deadlines_json(deadlines),
            Self::Codes(codes) => codes_json(codes),
            Self::Texts(texts) => texts_json(texts),
            Self::Calendar(layers) => calendar_json(layers),
            Self::Measures(measures) => measures_json(measures),
            Self::Contacts(rows) => rows.iter().map(contact).collect(),
        }
    }
}

/// A table of texts and flags, without those that say nothing.
fn table<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let says = |value: &Value| *value != json!("") && *value != json!(false) && *value != json!([]);
    let fields = fields.into_iter().filter(|(_, value)| says(value));
    Value::Object(fields.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn category(row: &Category) -> Value {
    table([
        ("code", json!(row.code.as_str())),
        ("zh", json!(row.zh.as_str())),
        ("en", json!(row.en.as_str())),
        ("icon", json!(row.icon.as_str())),
        ("class", json!(row.class.word())),
        ("unit", json!(row.unit.as_str())),
        ("hidden", json!(row.hidden)),
    ])
}

fn deadlines_json(deadlines: &Deadlines) -> Value {
    let classes = deadlines.classes.iter().map(|terms| {
        json!({
            "class": terms.class.word(),
            "accept_alley": terms.accept_alley.to_string(),
            "accept_branch": terms.accept_branch.to_string(),
            "accept_town": terms.accept_town.to_string(),
            "handle": terms.handle.to_string(),
        })
    });
    json!({
        "classes": classes.collect::<Vec<_>>(),
        "inform": deadlines.inform.to_string(),
        "return": deadlines.send_back.to_string(),
        "petition": deadlines.petition.to_string(),
        "petition_extension": deadlines.petition_extension.to_string(),
        "review": deadlines.review.to_string(),
        "verify": deadlines.verify.to_string(),
        "supervise": deadlines.supervise.to_string(),
        "waiting": deadlines.waiting.to_string(),
    })
}

fn codes_json(codes: &Codes) -> Value {
    let row = |row: &CodeRow| {
        table([
            ("code", json!(row.code.as_str())),
            ("zh", json!(row.zh.as_str())),
            ("en", json!(row.en.as_str())),
            ("hidden", json!(row.hidden)),
        ])
    };
    let lists = CodeList::ALL.iter().map(|list| {
        let rows = codes.of(*list).iter().map(row).collect();
        (list.word().to_owned(), rows)
    });
    Value::Object(lists.collect::<Map<_, _>>())
}

fn texts_json(texts: &Texts) -> Value {
    let categories: BTreeSet<_> = texts
        .phrases
        .keys()
        .chain(texts.emergencies.keys())
        .collect();
    let categories = categories.into_iter().map(|category| {
        let phrases = texts.phrases.get(category).into_iter().flatten();
        let emergency = texts.emergencies.get(category);
        table([
            ("category", json!(category.as_str())),
            (
                "phrases",
                phrases.map(|phrase| json!(phrase.as_str())).collect(),
            ),
            (
                "emergency",
                json!(emergency.map_or("", |text| text.as_str())),
            ),
        ])
    });
    let templates = texts.templates.iter().map(|template| {
        json!({
            "step": template.step.as_str(),
            "title": template.title.as_str(),
            "text": template.text.as_str(),
        })
    });
    json!({
        "categories": categories.collect::<Vec<_>>(),
        "templates": templates.collect::<Vec<_>>(),
    })
}

fn calendar_json(layers: &DayLayers) -> Value {
    let days = |days: &BTreeSet<Date>| days.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows = |layers: &[Layer]| {
        let rows = layers.iter().map(|layer| {
            json!({
                "year": layer.year,
                "paper": layer.paper.as_str(),
                "off": days(&layer.off),
                "work": days(&layer.work),
            })
        });
        rows.collect::<Vec<_>>()
    };
    json!({
        "national": rows(&layers.national),
        "local": rows(&layers.local),
        "town": rows(&layers.town),
    })
}

fn measures_json(measures: &Measures) -> Value {
    json!({
        "alley_min": measures.alley_min,
        "alley_max": measures.alley_max,
        "notice_days": measures.notice_days,
        "floor": measures.floor,
        "retention_days": measures.retention_days,
    })
}

fn contact(row: &Contact) -> Value {
    table([
        ("name", json!(row.name.as_str())),
        ("phone", json!(row.phone.as_str())),
        ("hours", json!(row.hours.as_str())),
    ])
}
