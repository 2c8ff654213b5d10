//! Texts that are not the cases'.

use crate::chance::Chance;
use crate::phrase::Phrases;
use crate::words::{OtherWork, WordsError};

/// Makes another text of a seed than a town of the same seed has.
const OTHER: u64 = 0x7465_7874;

/// `count` varied Chinese texts of the work in a town, of other templates than those of the cases:
/// for what must not be tried on the texts it was made from (a compression dictionary, a limit).
///
/// # Errors
/// [`WordsError`].
pub fn texts(seed: u64, count: usize) -> Result<Vec<String>, WordsError> {
    let (words, names) = OtherWork::read()?;
    let mut chance = Chance::new(seed ^ OTHER);
    let phrases = Phrases {
        names: &names,
        slots: &words.slots,
        known: Vec::new(),
    };
    let mut text = || {
        let mut text = phrases.one(&mut chance, &words.texts);
        for _ in 0..chance.within(1..=6) {
            text += &phrases.fill(&mut chance, "{@extra}", &[]);
        }
        text
    };
    Ok((0..count).map(|_| text()).collect())
}
