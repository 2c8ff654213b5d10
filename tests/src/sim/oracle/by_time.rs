//! The server's say in a case by time alone: that it is late, and that nobody acts for the unit that
//! it was sent to; and that a calendar moved its dates. Each once, to the right unit, and not before it is
//! so. Dates themselves are not worked out here: their vectors are tests of the core.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::clocks::ClockKind;
use alleyway_core::kinds::case::{CaseCommand, CaseStage, Late};
use alleyway_core::time::{Date, Time};

use super::life::Life;
use super::organisation::Town;
use super::{Oracle, Paper};
use crate::sim::violation::{BY_TIME, Checked, ensure};

/// Days after which a case that nobody has accepted is late by any calendar: one working day was granted.
const LATE_BY_ANY_CALENDAR: i32 = 15;
/// The same where the town's own book may have granted four, and have given days off.
const LATE_BY_ANY_BOOK: i32 = 90;

impl Oracle {
    /// The server took a step by time alone.
    pub(super) fn said_by_time(&mut self, document: DocumentId, step: &Body, at: Time) -> Checked {
        let what = || format!("{document}: {step:?}");
        let received = self.received(CommandId(document.0));
        let calendar = self.book().and_then(|book| book.calendar(Date::of(at)));
        let Some(life) = self
            .papers
            .get_mut(&document)
            .and_then(|paper: &mut Paper| paper.life.as_mut())
        else {
            return ensure(false, BY_TIME, what);
        };
        let said = match step {
            Body::Case(CaseCommand::Late(late)) => is_late(life, &self.town, late, received, at),
            Body::Case(CaseCommand::Vacant(vacant)) => is_vacant(life, &self.town, vacant.to, at),
            Body::Case(CaseCommand::Redated(_)) => is_redated(life, calendar),
            _ => Err("time asks for no such step"),
        };
        ensure(said.is_ok(), BY_TIME, || format!("{}: {said:?}", what()))?;
        if let Some(paper) = self.papers.get_mut(&document) {
            paper.noted_by_the_server();
        }
        Ok(())
    }

    /// All that was to be said by now was said.
    pub(crate) fn check_all_told(&self, at: Time) -> Checked {
        let has_own_rules = self.book_counts().iter().any(|count| *count > 0);
        let late_behind = if has_own_rules {
            LATE_BY_ANY_BOOK
        } else {
            LATE_BY_ANY_CALENDAR
        };
        for (document, paper) in &self.papers {
            let Some(life) = paper.life.as_ref().filter(|life| life.is_open()) else {
                continue;
            };
            let empty = life.sent_to.filter(|to| !self.town.is_attended(*to, at));
            let to = empty.and_then(|to| ruler_above(life, &self.town, to, at));
            ensure(to.is_none() || life.ruler_above.is_some(), BY_TIME, || {
                format!(
                    "{document} was sent to {empty:?}, where nobody is, and {to:?} was not told"
                )
            })?;
            let received = self.received(CommandId(document.0));
            let is_late = life.stage == CaseStage::Reported
                && life.sent_to.is_none()
                && life.is_first_round()
                && received
                    .is_some_and(|received| Date::of(received).plus(late_behind) < Date::of(at));
            ensure(!is_late || life.tellings > 0, BY_TIME, || {
                format!("{document} was never accepted, and nobody was told")
            })?;
        }
        Ok(())
    }
}

/// The unit so many levels above another that is to be told, if it may read the case.
fn reader_above(life: &Life, town: &Town, unit: UnitId, levels: usize, at: Time) -> Option<UnitId> {
    let above = std::iter::successors(town.level_above(unit), |unit| town.level_above(*unit));
    let to = above.take(levels).last()?;
    let is_theirs = life.about.is_some_and(|about| town.belongs_to(to, about));
    let is_read = !life.is_confidential || town.is_read_in(to, at);
    (is_read && !is_theirs).then_some(to)
}

/// The nearest unit above another in which somebody is there to rule.
fn ruler_above(life: &Life, town: &Town, unit: UnitId, at: Time) -> Option<UnitId> {
    let rules = |level| {
        let to = reader_above(life, town, unit, level, at)?;
        town.is_attended(to, at).then_some(to)
    };
    (1..=3).find_map(rules)
}

fn is_late(
    life: &mut Life,
    town: &Town,
    late: &Late,
    received: Option<Time>,
    at: Time,
) -> Result<(), &'static str> {
    if late.turns.is_empty() || !life.is_open() {
        return Err("nothing is late");
    }
    for turn in late.turns.iter() {
        if turn.due >= Date::of(at) {
            return Err("it is not over");
        }
        if received.is_none_or(|received| turn.due < Date::of(received)) {
            return Err("it was over before the case was reported");
        }
        if !life.told.insert(turn.clone()) {
            return Err("it was told before");
        }
        life.is_look_late |= turn.kind == ClockKind::Verify;
    }
    life.tellings += 1;
    let to = reader_above(life, town, life.whose_turn(town), life.tellings, at);
    if late.to != to {
        return Err("another unit is to be told");
    }
    life.units.extend(to);
    Ok(())
}

/// Behind the adoption of a calendar, once an open case: it says by whose days the clocks that run are
/// counted from then on.
fn is_redated(life: &mut Life, calendar: Option<CommandId>) -> Result<(), &'static str> {
    let calendar = calendar.ok_or("no calendar was put into force")?;
    if !life.is_open() {
        return Err("no clock runs");
    }
    if !life.redated.insert(calendar) {
        return Err("it was told before");
    }
    Ok(())
}

fn is_vacant(life: &mut Life, town: &Town, to: UnitId, at: Time) -> Result<(), &'static str> {
    let receiver = life.sent_to.ok_or("it was sent to nobody")?;
    if life.ruler_above.is_some() {
        return Err("it was told before");
    }
    if town.is_attended(receiver, at) {
        return Err("somebody is there");
    }
    if ruler_above(life, town, receiver, at) != Some(to) {
        return Err("another unit is to be told");
    }
    life.ruler_above = Some(to);
    life.units.insert(to);
    Ok(())
}
