//! Texts from templates: `{slot}` is one of a slot's texts, `{3-80}` a number, `{a|b|}` one of some,
//! `{person}` a name; all may hold others.

use super::dice::Dice;
use super::names;

/// How deep templates hold others.
const DEPTH_MAX: u8 = 8;

/// A slot's templates by its name; none if there is no such slot.
pub(super) type Slots = fn(&str) -> &'static [&'static str];

/// Texts, with what is known of the case at hand: `{alley}`, `{village}`, `{contact}`.
#[derive(Debug)]
pub(super) struct Phrases {
    pub(super) slots: Slots,
    pub(super) known: Vec<(&'static str, String)>,
}

impl Phrases {
    /// Fills one of the templates.
    pub(super) fn one(&self, dice: &mut Dice, templates: &[&str]) -> String {
        let template = dice.text(templates);
        self.fill(dice, template)
    }

    /// Fills a template.
    pub(super) fn fill(&self, dice: &mut Dice, template: &str) -> String {
        let mut out = String::new();
        self.expand(dice, template, DEPTH_MAX, &mut out);
        out
    }

    fn expand(&self, dice: &mut Dice, template: &str, depth: u8, out: &mut String) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (slot, after) = slot(after);
            rest = after;
            if depth > 0 {
                self.slot(dice, slot, depth - 1, out);
            }
        }
        out.push_str(rest);
    }

    fn slot(&self, dice: &mut Dice, slot: &str, depth: u8, out: &mut String) {
        let choices = choices(slot);
        if choices.len() > 1 {
            let choice = dice.text(&choices);
            return self.expand(dice, choice, depth, out);
        }
        if let Some((low, high)) = range(slot) {
            return out.push_str(&dice.between(low, high).to_string());
        }
        if slot == "person" {
            return out.push_str(&names::person(dice));
        }
        if let Some((_, text)) = self.known.iter().find(|(name, _)| *name == slot) {
            return out.push_str(text);
        }
        match (self.slots)(slot) {
            [] => self.expand(dice, slot, depth, out),
            templates => {
                let template = dice.text(templates);
                self.expand(dice, template, depth, out);
            }
        }
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
    fn templates_hold_others() {
        let phrases = Phrases {
            slots: |_| &[],
            known: vec![("alley", "甜橙巷".to_owned())],
        };
        let mut dice = Dice::new(1);
        for _ in 0..50 {
            let text = phrases.fill(&mut dice, "{alley}{有{2-3}户|无人}。");
            assert!(
                ["甜橙巷有2户。", "甜橙巷有3户。", "甜橙巷无人。"].contains(&text.as_str()),
                "{text}"
            );
        }
    }
}
