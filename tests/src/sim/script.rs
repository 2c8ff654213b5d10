//! What happens in a run, as data: a list of moves, each with its own chance. Taking some of them
//! out leaves the others as they were, so that a failing run can be made shorter.
use alleyway_demo::Chance;

use super::temper::{Move, Temper};

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Its place in the seed's list.
    pub(crate) number: u32,
    pub(crate) what: Move,
    /// From which all chance within it comes.
    pub(crate) draw: u64,
}

/// The moves of a seed, or those `only` names.
pub(crate) fn draw(
    rng: &mut Chance,
    temper: &Temper,
    steps: u32,
    only: Option<&[u32]>,
) -> Vec<Step> {
    let all = (0..steps).map(|number| Step {
        number,
        what: temper.choose(rng),
        draw: rng.draw(),
    });
    all.filter(|step| only.is_none_or(|only| only.binary_search(&step.number).is_ok()))
        .collect()
}
