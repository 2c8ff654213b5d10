//! The taking of a text that somebody typed or pasted, at every edge: a terminal, an app, a list, a
//! form, a console. Behind the edges nothing is changed: executors and stored keys take a text as
//! it is.
//!
//! | in the text | a line: a name, a door, a title | prose: a note, a reason |
//! | --- | --- | --- |
//! | blanks and unseen characters at its ends | taken off | taken off |
//! | marks of direction | taken off | taken off |
//! | other unseen characters | taken off, unless they shape what is seen | kept |
//! | ends of lines of all kinds | refused | one line feed |
//! | tabs | refused | kept |
//! | other control characters | refused | refused |
//!
//! What shapes what is seen stays: a joiner inside an emoji or between letters that join, the form
//! of an ideograph. A text that is too long is refused after that, never cut.

use thiserror::Error;

use super::Text;
use super::seen::{is_blank, is_unseen, turns, without_unseen};

/// Why a typed text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnfitText {
    /// More bytes than its place has.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The bytes that it may have.
        limit: usize,
    },
    /// A control character, which nobody sees and many programs act on.
    #[error("the control character {}", code_point(*.0))]
    Control(char),
}

/// One line: a name, a door, a contact, a title, a code.
///
/// # Errors
/// [`UnfitText`].
pub fn line<const MAX: usize>(typed: &str) -> Result<Text<MAX>, UnfitText> {
    fit(&line_of(typed)?)
}

/// A text of any number of lines.
///
/// # Errors
/// [`UnfitText`].
pub fn prose<const MAX: usize>(typed: &str) -> Result<Text<MAX>, UnfitText> {
    fit(&prose_of(typed)?)
}

/// As [`line()`], whatever its length.
///
/// # Errors
/// [`UnfitText::Control`].
pub fn line_of(typed: &str) -> Result<String, UnfitText> {
    let typed = trimmed(typed);
    match typed.chars().find(|c| c.is_control() || ends_line(*c)) {
        Some(control) => Err(UnfitText::Control(control)),
        None => Ok(without_unseen(&typed)),
    }
}

/// As [`prose`], whatever its length.
///
/// # Errors
/// [`UnfitText::Control`].
pub fn prose_of(typed: &str) -> Result<String, UnfitText> {
    let typed = trimmed(typed);
    let mut kept = String::with_capacity(typed.len());
    let mut chars = typed.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            _ if ends_line(c) => kept.push('\n'),
            '\t' => kept.push(c),
            _ if c.is_control() => return Err(UnfitText::Control(c)),
            _ if turns(c) => {}
            _ => kept.push(c),
        }
    }
    Ok(kept)
}

/// A text that fits its place, which has `limit` bytes.
///
/// # Errors
/// [`UnfitText::TooLong`].
pub fn bounded(text: &str, limit: usize) -> Result<&str, UnfitText> {
    if text.len() > limit {
        return Err(UnfitText::TooLong { limit });
    }
    Ok(text)
}

/// Whether nothing is seen of a text.
pub fn is_nothing(typed: &str) -> bool {
    trimmed(typed).is_empty()
}

/// `U+200F`, as Unicode writes characters that cannot be shown.
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn fit<const MAX: usize>(text: &str) -> Result<Text<MAX>, UnfitText> {
    let text = bounded(text, MAX)?;
    // Of the characters that a text cannot have, none is left.
    Text::new(text).map_err(|_| UnfitText::TooLong { limit: MAX })
}

/// Without blanks and unseen characters at the ends. What shapes the last character stays.
fn trimmed(text: &str) -> String {
    let is_nothing = |c: char| is_blank(c) || is_unseen(c);
    let text = text.trim_start_matches(is_nothing);
    let seen = text.trim_end_matches(is_nothing);
    let behind = text.get(seen.len()..).unwrap_or_default();
    let behind = behind.split(is_blank).next().unwrap_or_default();
    let last = seen.chars().next_back().map_or(0, char::len_utf8);
    let last = text.get(seen.len() - last..seen.len() + behind.len());
    let shaped = without_unseen(last.unwrap_or_default());
    let shaping = shaped.chars().skip(1);
    seen.chars().chain(shaping).collect()
}

fn ends_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests;
