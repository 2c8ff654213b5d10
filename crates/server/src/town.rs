//! Towns for demonstrations and tests, made from a seed: the same seed is the same town.
//!
//! Everything is invented. The tree, members and households come as the rows of an import, so that
//! a demo town is loaded the way a real one is; cases come as stories whose steps the table of
//! `domain.md` allows. Members have stable keys:
//!
//! | key | post | small | sipai |
//! | --- | --- | --- | --- |
//! | `xie` | chief of the orange alley 甜橙巷 (`tiancheng`) | ✓ | |
//! | `lu` | second chief of 甜橙巷: two phones, one alley | ✓ | |
//! | `lan`, `huang` | chiefs of 桂花巷 (`guihua`), 石桥巷 (`shiqiao`) | ✓ | |
//! | `nong`, `he`, `pan` | chiefs of 榕树巷 (`rongshu`), 渡口巷 (`dukou`), 蔗园巷 (`zheyuan`) | ✓ | |
//! | `qin`, `liang` | branch secretaries of 橙山村 and 河口村 | ✓ | |
//! | `c001`…`c472` | chiefs of the alleys `a001`…`a472` | | ✓ |
//! | `s01`…`s14`, `k01`…`k14`, `j01`…`j14` | secretaries, centre clerks and mediators of the villages `v01`…`v14` | | ✓ |
//! | `wei` | town dispatcher (Sipai has `wei2`, too) | ✓ | ✓ |
//! | `mo`, `luo` | handlers of the roads and the water department | ✓ | ✓ |
//! | `h01`…`h14` | other handlers, two a department with `mo` and `luo` | | ✓ |
//! | `tang`, `deng`, `zhou` | centre clerk, auditor, administrator | ✓ | ✓ |
//! | `can` | canteen clerk | | ✓ |

mod build;
mod dice;
mod names;
mod phrase;
mod plot;
mod report;
mod sipai;
mod small;
mod story;
#[cfg(test)]
mod tests;
mod texts;
mod words;

use alleyway_core::time::Time;

use crate::import::Rows;
use dice::Dice;
pub use story::{Act, CaseStory, StoryStep};
pub use texts::texts;

/// How large a town is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Two villages, six alleys, no cases.
    Small,
    /// 472 alleys, about 7,000 households, [`SIPAI_CASES`] cases.
    Sipai,
}

/// Cases of the large town.
pub const SIPAI_CASES: usize = 4_000;

/// A town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    /// Its tree, members and households; they pass [`crate::import::check`].
    pub rows: Rows,
    /// What happened in the year before its start, by the time of the report.
    pub cases: Vec<CaseStory>,
}

/// Makes a town. No step of a story is later than `start`.
pub fn generate(size: Size, seed: u64, start: Time) -> Town {
    let mut dice = Dice::new(seed);
    match size {
        Size::Small => Town {
            rows: small::rows(&mut dice, start),
            cases: Vec::new(),
        },
        Size::Sipai => {
            let plan = sipai::lay_out(&mut dice, start);
            let cases = plot::cases(&plan, SIPAI_CASES, &mut dice, start);
            Town {
                rows: plan.rows,
                cases,
            }
        }
    }
}
