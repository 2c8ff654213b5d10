//! The order of the steps, and how many phones can take theirs at one time.

use std::collections::BTreeMap;

use crate::story::{CaseStory, StoryStep};
use crate::town::Town;

/// So long is a round at most, in milliseconds.
const ROUND_MILLISECONDS_MAX: i64 = 12 * 60 * 60 * 1_000;

/// A step and where it belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn<'a> {
    /// The case's place among the town's.
    pub(super) case: usize,
    pub(super) story: &'a CaseStory,
    pub(super) step: &'a StoryStep,
}

/// Every step of every story, in order of time.
pub(super) fn turns(town: &Town) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for (case, story) in town.cases.iter().enumerate() {
        turns.extend(story.steps.iter().map(|step| Turn { case, story, step }));
    }
    // Stable: the steps of a case keep their order.
    turns.sort_by_key(|turn| turn.step.at);
    turns
}

/// Takes the next round off the turns. In a round nobody needs what another one does in it: a case has
/// one actor. So all phones of a round sync at one time, and then type at one time.
pub(super) fn take_round<'t, 'a>(turns: &mut &'t [Turn<'a>]) -> &'t [Turn<'a>] {
    let mut actors: BTreeMap<usize, &str> = BTreeMap::new();
    let ends = turns.first().map_or(0, |turn| {
        turn.step.at.0.saturating_add(ROUND_MILLISECONDS_MAX)
    });
    let fits = |turn: &&Turn<'a>| {
        let actor = actors.entry(turn.case).or_insert(&turn.step.actor);
        *actor == turn.step.actor && turn.step.at.0 <= ends
    };
    let length = turns.iter().take_while(fits).count();
    let (round, rest) = turns.split_at(length);
    *turns = rest;
    round
}

#[cfg(test)]
mod tests {
    use alleyway_core::time::Time;

    use super::*;
    use crate::story::Act;

    const HOUR: i64 = 60 * 60 * 1_000;

    fn story(steps: &[(&str, i64)]) -> CaseStory {
        let step = |(actor, hour): &(&str, i64)| StoryStep {
            actor: (*actor).to_owned(),
            at: Time(hour * HOUR),
            act: Act::Start,
        };
        CaseStory {
            reporter: String::new(),
            alley: String::new(),
            household: None,
            steps: steps.iter().map(step).collect(),
        }
    }

    #[test]
    fn a_round_ends_where_somebody_needs_what_another_did_in_it() {
        let first = story(&[("a", 1), ("a", 2), ("b", 4), ("a", 5)]);
        let second = story(&[("b", 3), ("b", 6)]);
        let mut turns: Vec<Turn<'_>> = [&first, &second]
            .into_iter()
            .enumerate()
            .flat_map(|(case, story)| {
                story
                    .steps
                    .iter()
                    .map(move |step| Turn { case, story, step })
            })
            .collect();
        turns.sort_by_key(|turn| turn.step.at);
        let mut left = turns.as_slice();
        let rounds: Vec<usize> =
            std::iter::from_fn(|| (!left.is_empty()).then(|| take_round(&mut left).len()))
                .collect();
        // The case of the first story goes from one to the other twice.
        assert_eq!(rounds, [3, 1, 2]);
    }

    #[test]
    fn a_round_is_no_longer_than_half_a_day() {
        let story = story(&[("a", 0), ("a", 12), ("a", 13)]);
        let turns: Vec<Turn<'_>> = story
            .steps
            .iter()
            .map(|step| Turn {
                case: 0,
                story: &story,
                step,
            })
            .collect();
        let mut left = turns.as_slice();
        assert_eq!(take_round(&mut left).len(), 2);
        assert_eq!(take_round(&mut left).len(), 1);
        assert!(take_round(&mut left).is_empty());
    }
}
