//! Answers to questions of yes or no, as people type them.

use crate::Lang;
use crate::screens::common;

/// As documents hold the answers.
const HELD: [(&str, bool); 2] = [("true", true), ("false", false)];

/// The answer that was typed, in either language or as documents hold it; none for what is neither.
/// `typed` is without capitals and the blanks around it.
///
/// ```
/// use alleyway_catalogue::answer::yes_or_no;
/// assert_eq!(yes_or_no("yes"), Some(true));
/// assert_eq!(yes_or_no("false"), Some(false));
/// assert_eq!(yes_or_no("perhaps"), None);
/// ```
pub fn yes_or_no(typed: &str) -> Option<bool> {
    let said = [(common::YES, true), (common::NO, false)]
        .into_iter()
        .flat_map(|(message, answer)| {
            Lang::ALL
                .iter()
                .map(move |lang| (message.text(*lang), answer))
        });
    let mut known = said.chain(HELD);
    known
        .find(|(word, _)| *word == typed)
        .map(|(_, answer)| answer)
}
