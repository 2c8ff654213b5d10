//! A text in both languages, under its key.

use std::fmt::Display;

use crate::{Lang, places};

/// A text in both languages. Its `{places}` are the same in both, or the program is not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    area: &'static str,
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    /// The line to type next at a terminal, Chinese and English.
    terminal: Option<(&'static str, &'static str)>,
}

impl Message {
    /// A text; `name` is its constant's, in small letters, or the word that it stands for.
    pub(crate) const fn new(
        area: &'static str,
        name: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> Self {
        assert!(!zh.is_empty() && !en.is_empty(), "a text is missing");
        assert!(places::same(zh, en), "the languages' places differ");
        Self {
            area,
            name,
            zh,
            en,
            terminal: None,
        }
    }

    /// The text, and what is added to it where commands are typed.
    pub(crate) const fn with_terminal(self, zh: &'static str, en: &'static str) -> Self {
        assert!(places::same(zh, en), "the languages' places differ");
        Self {
            terminal: Some((zh, en)),
            ..self
        }
    }

    /// Its name within its area: the code of an error, the word of a vocabulary.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// An area, a dot, and a name: `sync.more`, `stage.reported`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.area, self.name)
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

    /// The text with its places filled in: what happened, and what to do, on any screen.
    pub fn fill<V: Display>(&self, lang: Lang, values: &[(&str, V)]) -> String {
        places::fill(self.text(lang), values)
    }

    /// The text in both languages, for readers whose language is not known.
    pub fn in_both<V: Display>(&self, values: &[(&str, V)]) -> String {
        let [zh, en] = Lang::ALL.map(|lang| self.fill(lang, values));
        format!("{zh} {en}")
    }

    /// The text with its places filled in, and what to type next.
    pub fn at_terminal<V: Display>(&self, lang: Lang, values: &[(&str, V)]) -> String {
        let typed = self.terminal.map_or("", |(zh, en)| lang.of(zh, en));
        self.fill(lang, values) + &places::fill(typed, values)
    }
}
