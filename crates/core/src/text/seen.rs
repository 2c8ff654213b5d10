//! Characters that nobody sees, and where one of them shapes what is seen beside it.

use unicode_normalization::char::canonical_combining_class;
use unicode_segmentation::UnicodeSegmentation as _;

/// The mark on letters of Brahmic scripts that says: no vowel.
const VIRAMA: u8 = 9;
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
const GRAPHEME_JOINER: char = '\u{34f}';
const KEYCAP: char = '\u{20e3}';

/// Whether nothing is seen of a character: Unicode's `Default_Ignorable_Code_Point`.
pub fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is a blank: white space, and the pattern of Braille without a dot.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Marks that turn the direction of writing around.
pub(super) fn turns(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text without the unseen characters that shape nothing. What is left of them joins an emoji
/// or letters of a script that joins, or chooses a form of the character before it.
pub(super) fn without_unseen(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (at, cluster) in text.grapheme_indices(true) {
        for (within, c) in cluster.char_indices() {
            let behind = within + c.len_utf8();
            let place = Place {
                before: kept.chars().next_back().filter(|c| !is_blank(*c)),
                cluster,
                rest: cluster.get(behind..).unwrap_or_default(),
                after: text.get(at + behind..).unwrap_or_default(),
            };
            if !is_unseen(c) || place.is_shaped_by(c) {
                kept.push(c);
            }
        }
    }
    kept
}

/// Where an unseen character stands.
struct Place<'a> {
    /// The character that is kept before it, unless it is a blank.
    before: Option<char>,
    /// The cluster around it, which people take for one character.
    cluster: &'a str,
    /// The rest of the cluster.
    rest: &'a str,
    /// The rest of the text.
    after: &'a str,
}

impl Place<'_> {
    /// Whether the unseen character changes how its neighbours look.
    fn is_shaped_by(&self, c: char) -> bool {
        let Some(before) = self.before else {
            return false;
        };
        let next = self.after.chars().next();
        match c {
            _ if JOINERS.contains(&c) => {
                let joins = |c: char| is_of_joining_script(c) || is_virama(c);
                let seen = |text: &str| text.chars().find(|c| !is_unseen(*c));
                seen(self.rest).is_some() || (joins(before) && seen(self.after).is_some_and(joins))
            }
            // Ideographs, emoji and signs have forms; of what a keyboard has, only keycaps.
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
                !is_unseen(before) && (!before.is_ascii() || next == Some(KEYCAP))
            }
            '\u{180b}'..='\u{180f}' => is_mongolian(before),
            // The flags of England, Scotland, Wales and the like.
            '\u{e0020}'..='\u{e007f}' => self.cluster.starts_with('\u{1f3f4}'),
            GRAPHEME_JOINER => next.is_some_and(|next| canonical_combining_class(next) != 0),
            '\u{115f}'..='\u{1160}' => self.cluster.chars().any(is_jamo),
            _ => false,
        }
    }
}

fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == VIRAMA
}

/// Blocks of scripts whose letters join: Hebrew to Vedic, Syloti to Meetei, Arabic forms, and those
/// of the first supplementary plane.
fn is_of_joining_script(c: char) -> bool {
    let block = matches!(c,
        '\u{590}'..='\u{10ff}' | '\u{1200}'..='\u{1cff}' | '\u{a800}'..='\u{abff}'
        | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{11fff}'
        | '\u{1e800}'..='\u{1eeff}');
    block && !c.is_numeric()
}

fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1807}' | '\u{180a}'..='\u{180f}' | '\u{1820}'..='\u{18aa}')
}

fn is_jamo(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115e}' | '\u{1161}'..='\u{11ff}' | '\u{a960}'..='\u{a97c}'
        | '\u{d7b0}'..='\u{d7fb}')
}
