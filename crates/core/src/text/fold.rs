//! One folding for whatever is looked up or searched for, so that what looks alike is found: the
//! wide digits, letters and hyphens of Chinese keyboards, capitals, blanks, unseen characters.
//! Stored texts are never folded; both sides of a comparison are, each time.

use unicode_normalization::UnicodeNormalization as _;

use super::seen::{is_blank, is_unseen};

/// A text that programs read, as an address or a day, with what a Chinese keyboard and a paste make
/// of it taken back: NFKC, one kind of hyphen, no blanks, nothing unseen.
pub fn plain(text: &str) -> String {
    let seen = text.nfkc().filter(|c| !is_unseen(*c) && !is_blank(*c));
    seen.map(hyphen).collect()
}

/// A text as it is compared: NFKC, small letters, one kind of hyphen, no blanks, nothing unseen.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let seen = text.chars().filter(|c| !is_blank(*c));
        return seen.map(|c| c.to_ascii_lowercase()).collect();
    }
    let small: String = plain(text).chars().flat_map(char::to_lowercase).collect();
    // Small letters may have a shorter form, and what stood apart may now be composed.
    small.nfkc().collect()
}

/// As [`fold`], without hyphens: numbers, ids and codes are typed with them or without.
pub fn bare(text: &str) -> String {
    without_hyphens(&fold(text))
}

/// A folded text without its hyphens.
pub fn without_hyphens(folded: &str) -> String {
    folded.chars().filter(|c| *c != '-').collect()
}

/// Whether two texts are the same to whoever reads them.
pub fn same(one: &str, other: &str) -> bool {
    one == other || fold(one) == fold(other)
}

/// The hyphen that stands for all dashes. The mark of long vowels in kana is none.
fn hyphen(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2500}'
        | '\u{2e3a}'..='\u{2e3b}'
        | '\u{58a}'
        | '\u{5be}'
        | '\u{1806}' => '-',
        other => other,
    }
}

/// A text that is searched for.
#[derive(Debug, Clone)]
pub struct Sought {
    folded: String,
    bare: String,
}

impl Sought {
    /// A text that is searched for.
    pub fn new(text: &str) -> Self {
        let folded = fold(text);
        let bare = without_hyphens(&folded);
        Self { folded, bare }
    }

    /// Whether it occurs in a text, with its hyphens or without.
    pub fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        if text.contains(&self.folded) {
            return true;
        }
        // Nothing but hyphens is in every text.
        !self.bare.is_empty() && without_hyphens(&text).contains(&self.bare)
    }
}

/// How well a name fits what was typed; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Character by character.
    Exact,
    /// To whoever reads it.
    Same,
    /// But for hyphens.
    Bare,
    /// The name begins so.
    Beginning,
}

/// A name as somebody typed it, to be compared with many.
#[derive(Debug, Clone)]
pub struct Named {
    typed: String,
    folded: String,
    bare: String,
}

impl Named {
    /// A name as it was typed.
    pub fn new(typed: &str) -> Self {
        let folded = fold(typed);
        let bare = without_hyphens(&folded);
        let typed = typed.trim().to_owned();
        Self {
            typed,
            folded,
            bare,
        }
    }

    /// How well a name fits it; none if it does not. Nothing typed fits no name.
    pub fn fits(&self, name: &str) -> Option<Fit> {
        if self.bare.is_empty() {
            return None;
        }
        if name == self.typed {
            return Some(Fit::Exact);
        }
        let folded = fold(name);
        if folded == self.folded {
            return Some(Fit::Same);
        }
        let bare = without_hyphens(&folded);
        if bare == self.bare {
            return Some(Fit::Bare);
        }
        bare.starts_with(&self.bare).then_some(Fit::Beginning)
    }

    /// As [`Named::fits`], for an id of which a beginning of at least `min` characters may stand.
    pub fn fits_id(&self, id: &str, min: usize) -> Option<Fit> {
        self.fits(id)
            .filter(|fit| *fit != Fit::Beginning || self.bare.len() >= min)
    }
}

/// Of all that fit, those that fit best.
pub fn best<T>(fitting: impl IntoIterator<Item = (Fit, T)>) -> Vec<T> {
    let mut best = Vec::new();
    let mut how = Fit::Beginning;
    for (fit, one) in fitting {
        if fit < how {
            best.clear();
            how = fit;
        }
        if fit == how {
            best.push(one);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_folded_alike() {
        for (typed, stored) in [
            ("１０００－１２３４５－６", "1000-12345-6"),
            ("1000–12345—6", "1000-12345-6"),
            ("甜橙巷１０号", "甜橙巷10号"),
            ("\u{3000}甜橙巷 10 号\u{a0}", "甜橙巷10号"),
            ("ＸＩＥ", "xie"),
            ("谢\u{200b}玉兰\u{200f}", "谢玉兰"),
            ("㎡", "m2"),
            ("cafe\u{301}", "CAFÉ"),
        ] {
            assert!(same(typed, stored), "{typed} {stored}");
        }
        assert!(!same("3-1号", "31号"));
        assert_eq!(bare("３－１号"), bare("31号"));
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in '\0'..=char::MAX {
            let once = fold(&format!("a{c}1"));
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_search_finds_with_hyphens_and_without_and_hyphens_alone_where_they_are() {
        let finds = |sought: &str, text: &str| Sought::new(sought).is_in(text);
        assert!(finds("1000123456", "1000-12345-6"));
        assert!(finds("0-1", "x０１y"));
        assert!(finds("－", "a—b") && !finds("-", "ab"));
        assert!(finds(" ", "ab") && !finds("橙院", "橙园"));
    }

    #[test]
    fn the_name_that_fits_best_is_meant() {
        let meant = |typed: &str, names: &[&'static str]| {
            let typed = Named::new(typed);
            let fitting = names
                .iter()
                .filter_map(|name| Some((typed.fits(name)?, *name)));
            best(fitting)
        };
        let doors = ["31号", "3-1号", "3-1号楼", "３－１号"];
        assert_eq!(meant("3-1号", &doors), ["3-1号"]);
        assert_eq!(meant("３－１号", &doors), ["３－１号"]);
        assert_eq!(meant("3–1号", &doors), ["3-1号", "３－１号"]);
        assert_eq!(meant("３１号", &doors), ["31号"]);
        assert_eq!(meant("3-1号楼栋", &doors), [""; 0]);
        assert_eq!(meant("3", &doors).len(), 4);
        assert_eq!(meant(" －", &doors), [""; 0]);
    }
}
