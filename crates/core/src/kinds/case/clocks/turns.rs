//! The server's say in a case by time alone: that it is late, that a new calendar moved its dates.

use super::{Clock, ClockKind, ReadBy, Times, Turn, fold};
use crate::documents::Document;
use crate::id::UnitId;
use crate::kinds::case::{Late, Redated};
use crate::organisation::Organisation;
use crate::time::{Date, Time};
use crate::wire::List;

/// The last day of what only a new calendar moves: past every calendar.
const NEVER: Date = Date(i32::MAX);

impl Times {
    /// The last days of the clocks that run, with whether they are provisional.
    fn ends(&self) -> impl Iterator<Item = (Turn, bool)> + '_ {
        self.clocks.iter().filter_map(|clock| {
            let turn = Turn {
                kind: clock.kind.clone(),
                by: clock.by,
                due: clock.due?,
            };
            Some((turn, clock.is_provisional))
        })
    }

    /// Those that no step of the server has told to be over.
    fn untold(&self) -> impl Iterator<Item = (Turn, bool)> + '_ {
        self.ends().filter(|(turn, _)| !self.told.contains(turn))
    }

    /// Whether a clock of a kind runs, and the server has told that it is over.
    pub(crate) fn is_late(&self, kind: &ClockKind) -> bool {
        self.ends()
            .any(|(turn, _)| turn.kind == *kind && self.told.contains(&turn))
    }

    fn turn_state(&self) -> TurnState {
        let days = self.untold();
        let days = days.map(|(turn, is_provisional)| if is_provisional { NEVER } else { turn.due });
        let told = self.ends().map(|(turn, _)| turn);
        let told = told.filter(|turn| self.told.contains(turn));
        TurnState {
            next_turn: days.min(),
            late: told.min_by_key(|turn| turn.due),
        }
    }

    /// The last days that are over on a day and not told.
    fn turned(&self, today: Date) -> Vec<Turn> {
        let over = self.untold();
        over.filter(|(turn, is_provisional)| !is_provisional && turn.due < today)
            .map(|(turn, _)| turn)
            .collect()
    }
}

/// How a document stands towards what the server says by time alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TurnState {
    /// The last day behind which the server has something to say: one past every calendar if only a new
    /// calendar can move it. None if it never has.
    pub next_turn: Option<Date>,
    /// Of the clocks that run the last day that was over first, and was told: the document is late now. An
    /// extension, or the end of what was due, takes it away; that it was told stays in the log.
    pub late: Option<Turn>,
}

/// How a case stands.
pub(crate) fn turn_state(document: &Document, organisation: &Organisation) -> Option<TurnState> {
    let times = document.case_times(ReadBy::all(organisation))?;
    Some(times.turn_state())
}

/// The step that tells what is over at `now`, all of it at once: the unit as many levels up as it has
/// been told is named, and reads the case from then on. A confidential case names it only where
/// somebody is cleared.
pub(crate) fn late(document: &Document, organisation: &Organisation, now: Time) -> Option<Late> {
    let times = document.case_times(ReadBy::all(organisation))?;
    let turns = times.turned(Date::of(now));
    let unit = times.clocks.first()?.unit;
    if turns.is_empty() {
        return None;
    }
    let to = levels_up(organisation, unit, times.tellings.saturating_add(1));
    Some(Late {
        turns: List::new(turns).unwrap_or_default(),
        to: to.filter(|to| may_be_told(document, organisation, *to, now)),
    })
}

/// Whether the server may name a unit in a case, so that it reads it: of a confidential one, where
/// somebody is cleared; of a complaint about a person, outside the unit complained of.
pub(crate) fn may_be_told(
    document: &Document,
    organisation: &Organisation,
    unit: UnitId,
    now: Time,
) -> bool {
    let theirs = document.case_is_about();
    let is_theirs = theirs.is_some_and(|theirs| organisation.is_within(unit, theirs));
    let is_cleared = || organisation.takes_confidential(unit, now);
    !is_theirs && (!document.case_is_confidential() || is_cleared())
}

/// The unit so many levels above another; the highest, if there are fewer.
fn levels_up(organisation: &Organisation, unit: UnitId, levels: u32) -> Option<UnitId> {
    let above = std::iter::successors(organisation.next_level_up(unit), |unit| {
        organisation.next_level_up(*unit)
    });
    above.take(usize::try_from(levels).unwrap_or(1)).last()
}

/// The step that says that the calendar of the day has moved dates; none if it moves none.
pub(crate) fn redated(
    document: &Document,
    organisation: &Organisation,
    now: Time,
) -> Option<Redated> {
    let by = ReadBy::all(organisation);
    let before = document.case_times(by)?;
    let behind = fold::times(document, by, Some(Date::of(now)))?;
    let dated = |clock: &Clock| (clock.due, clock.is_provisional);
    let clocks = before.clocks.iter().map(dated);
    let is_same = clocks.eq(behind.clocks.iter().map(dated)) && before.promised == behind.promised;
    (!is_same).then_some(Redated {})
}
