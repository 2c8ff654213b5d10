//! Texts that belong together, and the macros that declare them.

use crate::{Lang, Message};

/// Texts that belong together: those of a screen, or the words of one vocabulary.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub(crate) name: &'static str,
    pub(crate) messages: &'static [&'static Message],
}

impl Area {
    /// Its name, with which the keys of its texts begin.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its texts, in the order of the catalogue.
    pub const fn messages(&self) -> &'static [&'static Message] {
        self.messages
    }

    /// The words that have texts, in the order of the catalogue.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.messages.iter().map(|message| message.word())
    }

    /// The text for a word, if there is one.
    pub fn get(&self, lang: Lang, word: &str) -> Option<&'static str> {
        let found = self
            .messages
            .iter()
            .find(|message| message.word() == word)?;
        Some(found.text(lang))
    }

    /// The text for a word; a word of a later version, or of the town's own, is shown as it is.
    pub fn word<'a>(&self, lang: Lang, word: &'a str) -> &'a str {
        self.get(lang, word).unwrap_or(word)
    }
}

/// Declares the texts of an area: for each a constant, its Chinese and its English.
macro_rules! texts {
    ($area:literal $($name:ident $zh:literal $en:literal;)+) => {
        $(
            #[doc = concat!("“", $en, "”")]
            pub const $name: &$crate::Message =
                &$crate::Message::new($area, stringify!($name), $zh, $en);
        )+

        pub(crate) const AREA: $crate::Area = $crate::Area {
            name: $area,
            messages: &[$($name),+],
        };
    };
}

/// Declares a vocabulary: for each word, as commands and documents hold it, its Chinese and English.
macro_rules! words {
    ($(#[$doc:meta])+ $name:ident $area:literal $($word:literal $zh:literal $en:literal;)+) => {
        $(#[$doc])+
        pub const $name: $crate::Area = $crate::Area {
            name: $area,
            messages: &[$(&$crate::Message::new($area, $word, $zh, $en)),+],
        };
    };
}

pub(crate) use {texts, words};
