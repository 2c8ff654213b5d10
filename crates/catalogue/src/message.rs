//! A text in both languages, under its key.

use crate::{Lang, places};

/// A text in both languages. Its `{places}` are the same in both, or the program is not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    area: &'static str,
    name: &'static str,
    zh: &'static str,
    en: &'static str,
}

impl Message {
    /// A text; `name` is its constant's, or the word that it stands for.
    pub(crate) const fn new(
        area: &'static str,
        name: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> Self {
        assert!(!zh.is_empty() && !en.is_empty(), "a text is missing");
        assert!(places::same(zh, en), "the languages' places differ");
        Self { area, name, zh, en }
    }

    /// The word that it stands for, in a vocabulary.
    pub(crate) const fn word(&self) -> &'static str {
        self.name
    }

    /// Its name within its area, as it stands in the key.
    pub fn name(&self) -> String {
        self.name.to_ascii_lowercase()
    }

    /// An area, a dot, and a name: `sync.more`, `stage.reported`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.area, self.name())
    }

    /// The text as it is written in the catalogue.
    pub const fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }

    /// The names of its places, each once, in the order of the Chinese text.
    pub fn places(&self) -> Vec<&'static str> {
        places::names(self.zh)
    }

    /// The text with its places filled in.
    pub fn fill(&self, lang: Lang, values: &[(&str, &str)]) -> String {
        places::fill(self.text(lang), values)
    }
}
