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
        self.messages.iter().map(|message| message.name())
    }

    /// The texts for a word, if there are any.
    pub fn message(&self, word: &str) -> Option<&'static Message> {
        let mut messages = self.messages.iter().copied();
        messages.find(|message| message.name() == word)
    }

    /// The text for a word, if there is one.
    pub fn get(&self, lang: Lang, word: &str) -> Option<&'static str> {
        Some(self.message(word)?.text(lang))
    }

    /// The text for a word; a word of a later version, or of the town's own, is shown as it is.
    pub fn word<'a>(&self, lang: Lang, word: &'a str) -> &'a str {
        self.get(lang, word).unwrap_or(word)
    }
}

/// Declares the texts of an area: for each a constant, its Chinese and its English; and, where a
/// command is to be typed next, what the terminal adds to either, so that no app shows a command.
macro_rules! texts {
    ($area:literal $(
        $name:ident $zh:literal $en:literal $(terminal $typed_zh:literal $typed_en:literal)?;
    )+) => {
        $(
            #[doc = concat!("`", $en, "`")]
            pub const $name: &$crate::Message =
                &$crate::Message::new($area, $crate::lower!($name), $zh, $en)
                    $(.with_terminal($typed_zh, $typed_en))?;
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

/// A constant's name as keys and codes have it, in small letters.
macro_rules! lower {
    ($name:ident) => {{
        const NAME: &[u8] =
            &$crate::area::lowered::<{ stringify!($name).len() }>(stringify!($name));
        match std::str::from_utf8(NAME) {
            Ok(name) => name,
            Err(_) => stringify!($name),
        }
    }};
}

/// The letters of a name, small.
pub(crate) const fn lowered<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let mut out = [0; LENGTH];
    let mut from = name.as_bytes();
    let mut to: &mut [u8] = &mut out;
    while let ([letter, letters @ ..], [place, places @ ..]) = (from, to) {
        *place = letter.to_ascii_lowercase();
        from = letters;
        to = places;
    }
    out
}

pub(crate) use {lower, texts, words};
