//! The same work in other words: what is measured on one set of phrases alone may fit only them.

use alleyway_demo::texts;
use alleyway_tests::workload::{Case, Edit, Entry};

use super::Work;

/// Texts of which the words are taken.
const TEXTS: usize = 2_000;

/// Text of as many characters, where there was Chinese; other digits, where there were digits.
struct Words {
    characters: Vec<char>,
    next: usize,
}

/// The work with every word another, each as long as it was.
pub(super) fn retold(mut work: Work) -> Work {
    let characters = texts(11, TEXTS)
        .expect("the words")
        .concat()
        .chars()
        .filter(|c| !c.is_ascii())
        .collect();
    let mut words = Words {
        characters,
        next: 0,
    };
    work.name = "other words";
    for case in work.cases.iter_mut().chain(&mut work.day.fresh) {
        words.case(case);
    }
    for edit in work.day.client.iter_mut().chain(&mut work.day.other) {
        match edit {
            Edit::Set { value, .. } => words.value(value),
            Edit::Log { entry, .. } => words.entry(entry),
        }
    }
    work
}

impl Words {
    fn case(&mut self, case: &mut Case) {
        case.fields.values_mut().for_each(|value| self.value(value));
        case.log.iter_mut().for_each(|entry| self.entry(entry));
    }

    fn entry(&mut self, entry: &mut Entry) {
        entry.author = self.retell(&entry.author);
        entry.text = self.retell(&entry.text);
    }

    fn value(&mut self, value: &mut serde_json::Value) {
        if let Some(text) = value.as_str() {
            *value = self.retell(text).into();
        }
    }

    fn retell(&mut self, text: &str) -> String {
        text.chars().map(|c| self.instead_of(c)).collect()
    }

    fn instead_of(&mut self, character: char) -> char {
        if character.is_ascii() && !character.is_ascii_digit() {
            return character;
        }
        self.next = (self.next + 1) % self.characters.len();
        let other = self.characters[self.next];
        // The digits of a Chinese character's number are as good as drawn.
        if character.is_ascii_digit() {
            char::from_digit(u32::from(other) % 10, 10).unwrap_or('0')
        } else {
            other
        }
    }
}
