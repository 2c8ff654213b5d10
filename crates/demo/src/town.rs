//! Towns for demonstrations and tests, made from a seed: the same seed is the same town.
//!
//! Everything is invented. The tree, members and households are the lists of an import, so that a
//! demo town is loaded the way a real one is; cases are stories whose steps policy allows. Members
//! have stable keys:
//!
//! | key | post | small | sipai |
//! | --- | --- | --- | --- |
//! | `xie` | chief of the orange alley, `tiancheng` | ✓ | |
//! | `lu` | second chief of `tiancheng`: two phones, one alley | ✓ | |
//! | `lan`, `huang` | chiefs of `guihua`, `shiqiao` | ✓ | |
//! | `nong`, `he`, `pan` | chiefs of `rongshu`, `dukou`, `zheyuan` | ✓ | |
//! | `qin`, `liang` | branch secretaries of `chengshan` and `hekou` | ✓ | |
//! | `c001`…`c472` | chiefs of the alleys `a001`…`a472` | | ✓ |
//! | `s01`…`s14`, `k01`…`k14`, `j01`…`j14` | secretaries, centre clerks and mediators of the villages `v01`…`v14` | | ✓ |
//! | `wei` | town dispatcher (Sipai has `wei2`, too) | ✓ | ✓ |
//! | `mo`, `luo` | handlers of the roads and the water department | ✓ | ✓ |
//! | `h01`…`h14` | other handlers, two a department with `mo` and `luo` | | ✓ |
//! | `tang`, `deng`, `zhou` | centre clerk, auditor, administrator | ✓ | ✓ |
//! | `can` | canteen clerk | | ✓ |

mod builder;
mod sipai;
mod small;

use alleyway_core::time::Time;

use crate::chance::Chance;
use crate::lists::Lists;
use crate::plot;
use crate::story::CaseStory;
use crate::words::{Words, WordsError};

pub(crate) use sipai::{Alley, Layout};

/// The size of a town.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Two villages, six alleys, no cases.
    Small,
    /// 472 alleys, about 7,000 households, [`SIPAI_CASES`] cases.
    Sipai,
}

impl Size {
    /// Its word, on the command line and in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Sipai => "sipai",
        }
    }
}

/// Cases of the large town.
pub const SIPAI_CASES: usize = 1_260;

/// A town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    /// Its name.
    pub name: String,
    /// Its units, members and households; an import takes them.
    pub lists: Lists,
    /// The stories of the year before its start, by the time of the report.
    pub cases: Vec<CaseStory>,
}

/// Makes a town. No step of a story is later than `start`.
///
/// # Errors
/// [`WordsError`].
pub fn generate(size: Size, seed: u64, start: Time) -> Result<Town, WordsError> {
    let words = Words::read()?;
    let mut chance = Chance::new(seed);
    let name = words.places.town.clone();
    Ok(match size {
        Size::Small => Town {
            name,
            lists: small::lists(&words, &mut chance, start),
            cases: Vec::new(),
        },
        Size::Sipai => {
            let layout = sipai::lay_out(&words, &mut chance, start);
            let cases = plot::cases(&words, &layout, SIPAI_CASES, &mut chance, start);
            Town {
                name,
                lists: layout.lists,
                cases,
            }
        }
    })
}
