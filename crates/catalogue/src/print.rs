//! The catalogue as other programs take it: JSON, and Android's `strings.xml`.

use std::fmt::Write as _;

use crate::{Area, FOR_APPS, Lang, Message};

/// The texts for apps as one JSON object, from key to text; places stand as `{name}`.
pub fn json(lang: Lang) -> String {
    let mut rows = for_apps().map(|message| {
        let (key, text) = (message.key(), message.text(lang));
        format!("  {}: {}", json_string(&key), json_string(text))
    });
    let mut out = "{\n".to_owned();
    if let Some(first) = rows.next() {
        out += &first;
    }
    for row in rows {
        out += ",\n";
        out += &row;
    }
    out + "\n}\n"
}

/// The texts for apps as an Android resource. A key's dot is an underscore in its name. A place is
/// `%1$s`, `%2$s`, … in the order of the Chinese text, in both languages; a comment names them.
pub fn strings_xml(lang: Lang) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<resources>\n".to_owned();
    for message in for_apps() {
        let places = message.places();
        // Writing to a string cannot fail.
        if !places.is_empty() {
            let _ = writeln!(out, "    <!-- {} -->", places.join(", "));
        }
        let name = resource_name(message);
        let value = android_string(message.text(lang), &places);
        let _ = writeln!(out, "    <string name=\"{name}\">{value}</string>");
    }
    out + "</resources>\n"
}

fn for_apps() -> impl Iterator<Item = &'static Message> {
    FOR_APPS.iter().flat_map(Area::messages).copied()
}

fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn resource_name(message: &Message) -> String {
    message.key().replace('.', "_")
}

/// A text as a `<string>` holds it: Android's own escapes first, XML's over them.
fn android_string(text: &str, places: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((number, after)) = place(rest, places) {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{number}$s");
            rest = after;
            continue;
        }
        match c {
            '\\' | '\'' | '"' => out.extend(['\\', c]),
            '@' | '?' if out.is_empty() => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '%' if !places.is_empty() => out.push_str("%%"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    // Blanks at the ends and in rows are kept within quotation marks only.
    if text.trim() != text || text.contains("  ") {
        out = format!("\"{out}\"");
    }
    out
}

/// The number of the place that the text begins with, and what stands behind it.
fn place<'a>(text: &'a str, places: &[&str]) -> Option<(usize, &'a str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let at = places.iter().position(|known| *known == name)?;
    Some((at + 1, after))
}

#[cfg(test)]
mod tests;
