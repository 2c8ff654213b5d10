//! Telephone numbers: one form for each, and what of it a list shows.
//!
//! The form is written into documents, so it is frozen with their executors: it stands on no table
//! that another release could have in another version.

use crate::limits::{PHONE_DIGITS_MAX, PHONE_DIGITS_MIN};

/// In place of the digits that are not shown.
const MASK: &str = "****";

/// The form in which a number is kept: its digits, behind a `+` if it names its country. Blanks,
/// hyphens and brackets between them are left out, wide digits and signs of Chinese keyboards become
/// plain. None for what nobody can dial; an extension belongs into the contact.
pub fn canonical(typed: &str) -> Option<String> {
    let mut number = String::new();
    for c in typed.chars() {
        match plain(c) {
            ' ' | '-' | '(' | ')' => {}
            '+' if number.is_empty() => number.push('+'),
            digit if digit.is_ascii_digit() => number.push(digit),
            _ => return None,
        }
    }
    let digits = number.strip_prefix('+').unwrap_or(&number).len();
    (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX)
        .contains(&digits)
        .then_some(number)
}

/// The number as lists show it: enough to tell it from others, too little to dial. Of a mobile number
/// the first three and the last four digits; nothing of what is no number.
///
/// ```
/// use alleyway_core::text::phone::masked;
/// assert_eq!(masked("13812341234"), "138****1234");
/// ```
pub fn masked(number: &str) -> String {
    if number.is_empty() {
        return String::new();
    }
    let (first, last) = match number.len() {
        _ if canonical(number).as_deref() != Some(number) => (0, 0),
        0..8 => (0, 2),
        8..11 => (2, 2),
        _ => (3, 4),
    };
    let first = number.get(..first).unwrap_or_default();
    let last = number.len().checked_sub(last);
    let last = last.and_then(|at| number.get(at..)).unwrap_or_default();
    format!("{first}{MASK}{last}")
}

/// A character without its width.
fn plain(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xff01 + u32::from('!')).unwrap_or(c)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form_however_it_is_typed() {
        for (typed, form) in [
            ("13812341234", "13812341234"),
            ("138 1234-1234", "13812341234"),
            ("\u{ff11}\u{ff13}\u{ff18}1234\u{3000}1234", "13812341234"),
            ("+86 138 1234 1234", "+8613812341234"),
            ("\u{ff0b}86\u{ff08}138\u{ff09}12341234", "+8613812341234"),
            ("(0771) 123\u{ff0d}4567", "07711234567"),
            ("12345", "12345"),
            ("123456789012345", "123456789012345"),
        ] {
            assert_eq!(canonical(typed).as_deref(), Some(form), "{typed}");
            assert_eq!(canonical(form).as_deref(), Some(form), "{form}");
        }
    }

    #[test]
    fn what_nobody_can_dial_is_no_number() {
        for typed in [
            "",
            " ",
            "+",
            "1234",
            "1234567890123456",
            "138a1234123",
            "138+12341234",
            "++8613812341234",
            "0771-1234567x803",
            "138\n12341234",
            "\u{661}\u{663}\u{668}\u{661}\u{662}",
        ] {
            assert_eq!(canonical(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_list_shows_too_little_of_a_number_to_dial_it() {
        for (number, shown) in [
            ("", ""),
            ("13812341234", "138****1234"),
            ("+8613812341234", "+86****1234"),
            ("07711234567", "077****4567"),
            ("12345678", "12****78"),
            ("1234567", "****67"),
            ("12345", "****45"),
            ("old text", "****"),
            ("138 1234 1234", "****"),
        ] {
            assert_eq!(masked(number), shown, "{number}");
        }
    }
}
