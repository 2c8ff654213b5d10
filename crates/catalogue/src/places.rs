//! The `{places}` of a text: what they are, and filling them in.

use std::fmt::{Display, Write as _};

/// A text with its places filled in. A place without a value stays; values are not read again.
pub(crate) fn fill<V: Display>(template: &str, values: &[(&str, V)]) -> String {
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
            // Writing to a string cannot fail.
            let _ = write!(out, "{value}");
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

/// The names of a text's places, each once, in the order in which they stand.
pub(crate) fn names(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in template.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// True if every place of each text is one of the other. It is asked while the program is built.
pub(crate) const fn same(one: &str, other: &str) -> bool {
    all_in(one.as_bytes(), other.as_bytes()) && all_in(other.as_bytes(), one.as_bytes())
}

const fn all_in(mut of: &[u8], text: &[u8]) -> bool {
    while let [first, rest @ ..] = of {
        if *first == b'{' && !holds(text, of) {
            return false;
        }
        of = rest;
    }
    true
}

/// True if the place that `place` begins with, braces included, stands somewhere in the text.
const fn holds(mut text: &[u8], place: &[u8]) -> bool {
    while let [_, rest @ ..] = text {
        if begins(text, place) {
            return true;
        }
        text = rest;
    }
    false
}

const fn begins(mut text: &[u8], mut place: &[u8]) -> bool {
    while let ([in_text, text_rest @ ..], [in_place, place_rest @ ..]) = (text, place) {
        if *in_text != *in_place {
            return false;
        }
        if *in_place == b'}' {
            return true;
        }
        (text, place) = (text_rest, place_rest);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_not_read_as_a_template() {
        assert_eq!(
            fill(
                "{by}: {first} {else} {",
                &[("by", "{first}"), ("first", "x")]
            ),
            "{first}: x {else} {"
        );
    }

    #[test]
    fn places_are_the_same_whatever_their_order_and_number() {
        assert!(same("", ""));
        assert!(same("{a} and {b}", "{b}{a}{b}"));
        assert!(!same("{a}", ""));
        assert!(!same("", "{a}"));
        assert!(!same("{a}", "{ab}"));
        assert!(!same("{ab}", "{a}"));
        assert!(!same("{a", "a}"));
        assert_eq!(names("{b} {a} {b} {"), ["b", "a"]);
    }
}
