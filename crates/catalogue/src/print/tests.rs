use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Reads the resource as Android does: names, and texts with their places.
fn read(xml: &str) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for line in xml.lines() {
        let Some(rest) = line.trim().strip_prefix("<string name=\"") else {
            continue;
        };
        let (name, rest) = rest.split_once("\">").unwrap();
        let value = rest.strip_suffix("</string>").unwrap();
        assert!(!value.contains(['<', '>']), "{name}: {value}");
        read.push((name.to_owned(), unescaped(value)));
    }
    read
}

fn unescaped(value: &str) -> String {
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value);
    let value = value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        assert!(!matches!(c, '\'' | '"'), "not escaped in {value}");
        match c {
            '\\' => match chars.next().unwrap() {
                'n' => out.push('\n'),
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
    out
}

fn with_numbers(message: &Message, lang: Lang) -> String {
    let places = message.places();
    let numbers: Vec<String> = (1..=places.len()).map(|at| format!("%{at}$s")).collect();
    let values: Vec<(&str, &str)> = places
        .into_iter()
        .zip(numbers.iter().map(String::as_str))
        .collect();
    message.fill(lang, &values)
}

#[test]
fn android_reads_every_text_as_it_was_written() {
    for lang in Lang::ALL {
        let read = read(&strings_xml(lang));
        let written: Vec<_> = for_apps()
            .map(|message| (resource_name(message), with_numbers(message, lang)))
            .collect();
        assert_eq!(read, written);
    }
}

#[test]
fn every_name_is_one_that_android_takes_and_stands_once() {
    let mut names = BTreeSet::new();
    for message in for_apps() {
        let name = resource_name(message);
        assert!(
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
            "{name}"
        );
        assert!(names.insert(name), "{} twice", message.key());
    }
}

#[test]
fn what_means_something_to_android_is_escaped() {
    let escaped = |text: &str, places: &[&str]| android_string(text, places);
    assert_eq!(
        escaped("@it's <\"a\"> & b\\\n", &[]),
        "\"\\@it\\'s &lt;\\\"a\\\"&gt; &amp; b\\\\\\n\""
    );
    assert_eq!(escaped("5 % of {all}", &["all"]), "5 %% of %1$s");
    assert_eq!(escaped("5 % of {all}", &[]), "5 % of {all}");
    assert_eq!(escaped("{b} {a} {b}", &["a", "b"]), "%2$s %1$s %2$s");
    assert_eq!(escaped("Name: ", &[]), "\"Name: \"");
}

#[test]
fn the_places_have_one_order_in_both_languages() {
    let number = |lang, name: &str| {
        let xml = strings_xml(lang);
        let line = xml.lines().find(|line| line.contains(name)).unwrap();
        line.to_owned()
    };
    let (zh, en) = (
        number(Lang::Zh, "\"sync_cost\""),
        number(Lang::En, "\"sync_cost\""),
    );
    assert!(
        zh.contains("上行%1$s") && en.contains("up: %1$s"),
        "{zh} {en}"
    );
}

#[test]
fn the_json_is_json_and_holds_every_text() {
    for lang in Lang::ALL {
        let read: BTreeMap<String, String> = serde_json::from_str(&json(lang)).unwrap();
        assert_eq!(read.len(), for_apps().count());
        for message in for_apps() {
            assert_eq!(read[&message.key()], message.text(lang));
        }
    }
}
