//! Texts from templates. In braces stands a choice of texts (`{a|b|}`), a range of numbers
//! (`{3-80}`), somebody's name (`{person}`), a known text (`{alley}`), or a slot, for which one of
//! its templates is taken. All but known texts may hold others.

use std::collections::BTreeMap;

use crate::chance::Chance;
use crate::words::{Names, Templates};

/// How deep templates hold others.
const DEPTH_MAX: u8 = 8;

/// Templates by the slot that they fill.
pub(crate) type Slots = BTreeMap<String, Templates>;

/// The phrases that templates are filled with.
#[derive(Debug)]
pub(crate) struct Phrases<'a> {
    pub(crate) names: &'a Names,
    pub(crate) slots: &'a Slots,
    /// The facts of the matter at hand, by the slot that it stands for.
    pub(crate) known: Vec<(&'static str, String)>,
}

/// Texts that are known for one template alone, by slot.
pub(crate) type With<'a> = &'a [(&'a str, &'a str)];

impl Phrases<'_> {
    /// Fills one of the templates.
    pub(crate) fn one(&self, chance: &mut Chance, templates: &[impl AsRef<str>]) -> String {
        let template = chance.text(templates);
        self.fill(chance, template, &[])
    }

    /// Fills a template.
    pub(crate) fn fill(&self, chance: &mut Chance, template: &str, with: With<'_>) -> String {
        let mut out = String::new();
        self.expand(chance, template, with, DEPTH_MAX, &mut out);
        out
    }

    fn expand(
        &self,
        chance: &mut Chance,
        template: &str,
        with: With<'_>,
        depth: u8,
        out: &mut String,
    ) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (slot, after) = slot(after);
            rest = after;
            if depth > 0 {
                self.slot(chance, slot, with, depth - 1, out);
            }
        }
        out.push_str(rest);
    }

    fn slot(&self, chance: &mut Chance, slot: &str, with: With<'_>, depth: u8, out: &mut String) {
        let choices = choices(slot);
        if choices.len() > 1 {
            let choice = chance.text(&choices);
            return self.expand(chance, choice, with, depth, out);
        }
        if let Some((low, high)) = range(slot) {
            return out.push_str(&chance.within(low..=high).to_string());
        }
        if slot == "person" {
            return out.push_str(&self.names.person(chance));
        }
        if let Some(text) = self.known(slot, with) {
            return out.push_str(text);
        }
        let template = match self.slots.get(slot) {
            Some(templates) => chance.text(templates),
            None => slot,
        };
        self.expand(chance, template, with, depth, out);
    }

    fn known<'t>(&'t self, slot: &str, with: With<'t>) -> Option<&'t str> {
        let with = with.iter().copied();
        let known = self.known.iter().map(|(name, text)| (*name, text.as_str()));
        with.chain(known)
            .find_map(|(name, text)| (name == slot).then_some(text))
    }
}

/// A slot's inside, up to the bracket that closes it, and what comes after.
fn slot(text: &str) -> (&str, &str) {
    let mut open = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => {
                let (inside, after) = text.split_at(at);
                return (inside, after.strip_prefix('}').unwrap_or(after));
            }
            '}' => open -= 1,
            _ => {}
        }
    }
    (text, "")
}

/// The parts between bars that stand in no inner bracket.
fn choices(slot: &str) -> Vec<&str> {
    let mut open = 0_u32;
    let is_bar = |c: char| {
        match c {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ => {}
        }
        c == '|' && open == 0
    };
    slot.split(is_bar).collect()
}

fn range(slot: &str) -> Option<(i64, i64)> {
    let (low, high) = slot.split_once('-')?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_hold_others_and_known_texts_hold_none() {
        let (names, slots) = (Names::default(), Slots::new());
        let phrases = Phrases {
            names: &names,
            slots: &slots,
            known: vec![("alley", "Orange Alley".to_owned())],
        };
        let mut chance = Chance::new(1);
        for _ in 0..50 {
            let with = [("who", "{1-9}")];
            let text = phrases.fill(&mut chance, "{alley}: {{2-3} homes|nobody}, {who}.", &with);
            let all = ["2 homes", "3 homes", "nobody"];
            assert!(
                all.map(|part| format!("Orange Alley: {part}, {{1-9}}."))
                    .contains(&text),
                "{text}"
            );
        }
    }
}
