//! Every text that people see, in Chinese and English, in one place.
//!
//! A key is an area, a dot, and a word: `refusal.not_holder`, `stage.reported`, `kind.report`.

mod bundles;
mod clearing;
mod handing_over;
mod keeping;
mod refusals;
mod stopping;
mod terminal;
mod words;

#[cfg(test)]
mod tests;

use crate::refusal::RefusalCode;

/// Key, Chinese, English.
type Entry = (&'static str, &'static str, &'static str);

/// The areas, in one static table.
const TABLES: &[&[Entry]] = &[
    refusals::TEXTS,
    words::STAGES,
    words::KINDS,
    words::KEPT,
    words::FATES,
    words::EVICTIONS,
    words::UNITS,
    words::POSTS,
    words::CATEGORIES,
    words::FINDINGS,
    words::FIELDS,
    words::SAID,
    words::REFERRALS,
    words::TRACKING,
    words::WAITS,
    words::REJECTS,
    words::CLOSURES,
    terminal::TEXTS,
    keeping::TEXTS,
    bundles::TEXTS,
    clearing::TEXTS,
    stopping::TEXTS,
    handing_over::TEXTS,
];

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// zh-CN, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Reads `zh` or `en`, also with a region (`zh-CN`, `en_GB.UTF-8`).
    pub fn parse(text: &str) -> Option<Self> {
        match text.split(['-', '_', '.']).next() {
            Some("zh") => Some(Self::Zh),
            Some("en") => Some(Self::En),
            _ => None,
        }
    }

    /// The language's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// The text under a key.
pub fn text(lang: Lang, key: &str) -> Option<&'static str> {
    let (_, zh, en) = TABLES
        .iter()
        .copied()
        .flatten()
        .find(|(known, ..)| *known == key)?;
    Some(match lang {
        Lang::Zh => zh,
        Lang::En => en,
    })
}

/// The text for a word of an area, as `word(lang, "post", "alley_chief")`; a word of a later
/// version, or of the town's own, is shown as it is.
pub fn word<'a>(lang: Lang, area: &str, word: &'a str) -> &'a str {
    text(lang, &format!("{area}.{word}")).unwrap_or(word)
}

/// The words of an area that have texts, in their order there.
pub fn words(area: &str) -> impl Iterator<Item = &'static str> {
    TABLES
        .iter()
        .copied()
        .flatten()
        .filter_map(move |(key, ..)| key.strip_prefix(area)?.strip_prefix('.'))
}

/// A text with its `{name}` places filled in. Unknown places stay; values are not read again.
pub fn render(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(value);
        } else {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A refusal's text: the rule, what to do next, and what came first, if that is known. `first` is
/// the step as people call it (`word(lang, "kind", …)`), `by` a person's name.
pub fn refusal(lang: Lang, code: &RefusalCode, first: Option<&str>, by: Option<&str>) -> String {
    let rule = text(lang, &format!("refusal.{code}"))
        .or_else(|| text(lang, "refusal.unknown"))
        .unwrap_or_default();
    let came_first = match (first, by) {
        (Some(_), Some(_)) => "refusal.came_first_by",
        (Some(_), None) => "refusal.came_first",
        (None, _) => return rule.to_owned(),
    };
    let template = text(lang, came_first).unwrap_or_default();
    let values = [
        ("first", first.unwrap_or_default()),
        ("by", by.unwrap_or_default()),
    ];
    format!("{}{rule}", render(template, &values))
}
