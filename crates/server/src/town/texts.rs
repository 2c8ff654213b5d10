//! Texts that are not the cases'.

use super::dice::Dice;
use super::phrase::Phrases;
use super::words::other;

/// `count` varied Chinese texts of the work in a town, of other templates than those of the cases:
/// for what must not be tried on the texts it was made from (a compression dictionary, a limit).
pub fn texts(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice::new(seed ^ 0x7465_7874);
    let phrases = Phrases {
        slots: other::slot,
        known: Vec::new(),
    };
    (0..count).map(|_| text(&phrases, &mut dice)).collect()
}

fn text(phrases: &Phrases, dice: &mut Dice) -> String {
    let mut text = phrases.one(dice, other::TEXTS);
    for _ in 0..dice.between(1, 6) {
        text += &phrases.fill(dice, "{@extra}");
    }
    text
}
