//! Names and keys as an administrator types them.

use alleyway_catalogue::server::import as said;
use alleyway_catalogue::{Lang, Message};
use alleyway_core::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX};
use alleyway_core::text::Text;
use alleyway_core::text::seen::is_unseen;
use alleyway_core::text::typed::{self, UnfitText};

use super::Failure;

/// Why a name or a key is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Nothing is seen of it.
    Empty,
    /// As for any text.
    Text(UnfitText),
    /// A key holds a character that is not seen: without it, it would be another key.
    Unseen(char),
}

impl Unfit {
    /// The reason, for people.
    pub(crate) fn text(&self, lang: Lang) -> String {
        match self {
            Self::Empty => said::EMPTY.text(lang).to_owned(),
            Self::Text(UnfitText::TooLong { limit }) => {
                said::TOO_LONG.fill(lang, &[("limit", limit)])
            }
            Self::Text(UnfitText::Control(c)) => {
                let character = typed::code_point(*c);
                said::CONTROL_CHARACTER.fill(lang, &[("character", character)])
            }
            Self::Unseen(c) => {
                let character = typed::code_point(*c);
                said::UNSEEN_IN_KEY.fill(lang, &[("character", character)])
            }
        }
    }

    /// The failure with the reason in a text's place `why`.
    pub(super) fn failure(&self, code: &str, text: &Message) -> Failure {
        Failure::new(
            code,
            Lang::ALL.map(|lang| text.fill(lang, &[("why", self.text(lang))])),
        )
    }
}

/// A name.
///
/// # Errors
/// [`Unfit`].
pub(crate) fn name(typed: &str) -> Result<Text<NAME_BYTES_MAX>, Unfit> {
    if typed::is_nothing(typed) {
        return Err(Unfit::Empty);
    }
    typed::line(typed).map_err(Unfit::Text)
}

/// A new key. It is what lists will say: one that would change is refused.
///
/// # Errors
/// [`Unfit`].
pub(super) fn key(typed: &str) -> Result<Text<CODE_BYTES_MAX>, Unfit> {
    if typed::is_nothing(typed) {
        return Err(Unfit::Empty);
    }
    let key = typed::line(typed).map_err(Unfit::Text)?;
    match typed.chars().find(|c| is_unseen(*c)) {
        Some(unseen) if key.as_str() != typed.trim() => Err(Unfit::Unseen(unseen)),
        _ => Ok(key),
    }
}

/// A key that the town has, as the town has it.
///
/// # Errors
/// [`Unfit`].
pub(super) fn stored(key: &str) -> Result<Text<CODE_BYTES_MAX>, Unfit> {
    let unfit = UnfitText::TooLong {
        limit: CODE_BYTES_MAX,
    };
    Text::new(key).map_err(|_| Unfit::Text(unfit))
}
