//! One clock: counted, stopped, extended, moved with the calendar. Where a step would count it by the calendar of
//! a day whose rules are not known, there is none, and the clock has no date from then on.

use super::{Clock, ClockKind, SetBy};
use crate::calendar::{Due, WorkCalendar};
use crate::id::{CommandId, UnitId};
use crate::kinds::book::Term;
use crate::time::Date;

/// A clock under way.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) kind: ClockKind,
    pub(super) by: CommandId,
    pub(super) start: Date,
    /// The days from its start to its end, as the rules have them; none if only dates were set.
    term: Option<Term>,
    /// From where the days that are left are counted.
    left: Option<(Date, Term)>,
    /// The day that a dispatcher asked for.
    order: Option<Date>,
    /// The day that an extension set.
    extended: Option<Date>,
    /// The day by which another system wants it done; nothing moves it.
    external: Option<Date>,
    /// The day that counts but for another system's.
    own: Option<Due>,
    /// The days that are left, while it is stopped, and since when.
    stopped: Option<(Date, Term)>,
    /// The day that the resident was promised.
    promised: Option<Due>,
    /// The day whose calendar it is counted by.
    calendar_of: Date,
    /// Whether the rules of a day that it rests on are not known.
    is_unknown: bool,
}

impl Running {
    /// A clock that a step of a day started, with no date yet.
    pub(super) fn new(kind: ClockKind, by: CommandId, start: Date) -> Self {
        Self {
            kind,
            by,
            start,
            term: None,
            left: None,
            order: None,
            extended: None,
            external: None,
            own: None,
            stopped: None,
            promised: None,
            calendar_of: start,
            is_unknown: false,
        }
    }

    /// Nobody here knows its date.
    pub(super) fn unknown(&mut self) {
        self.is_unknown = true;
    }

    /// Counts it from its start, in place of what was counted before.
    pub(super) fn count(&mut self, term: Term, calendar: &WorkCalendar) {
        self.term = Some(term);
        self.left = Some((self.start, term));
        self.settle(calendar);
        self.promised = self.own;
    }

    /// By when another system wants it done.
    pub(super) fn wanted_by(&mut self, external: Option<Date>) {
        self.external = external;
    }

    /// The day that a dispatcher asks for; the earlier one counts.
    pub(super) fn order(&mut self, by: Option<Date>, calendar: Option<&WorkCalendar>) {
        if self.stopped.is_none() {
            self.order = by;
            self.settle_by(calendar);
        }
    }

    fn settle_by(&mut self, calendar: Option<&WorkCalendar>) {
        match calendar {
            Some(calendar) => self.settle(calendar),
            None => self.unknown(),
        }
    }

    fn settle(&mut self, calendar: &WorkCalendar) {
        if let Some(day) = self.extended {
            self.own = Some(fixed(day));
            return;
        }
        let counted = self.left.map(|(from, term)| calendar.due(from, term));
        let ordered = self.order.map(fixed);
        let dues = counted.into_iter().chain(ordered);
        self.own = dues.min_by_key(|due| due.day);
    }

    /// Stops it, unless it is late already: that stays.
    pub(super) fn stop(&mut self, day: Date, calendar: Option<&WorkCalendar>) {
        let Some(own) = self.own.filter(|own| own.day >= day) else {
            return;
        };
        if self.stopped.is_none() {
            self.stopped = Some((day, self.left_by(day, own.day, calendar)));
        }
    }

    /// Lets it go on with the days that it had left.
    pub(super) fn go_on(&mut self, day: Date, calendar: Option<&WorkCalendar>) {
        let Some((_, term)) = self.stopped.take() else {
            return;
        };
        self.left = Some((day, term));
        (self.order, self.extended) = (None, None);
        self.calendar_of = day;
        self.settle_by(calendar);
    }

    /// A later day; an earlier one changes nothing.
    pub(super) fn extend(&mut self, by: Date, calendar: Option<&WorkCalendar>) {
        let promised = self.promised.is_none_or(|promised| promised.day < by);
        if promised {
            self.promised = Some(Due {
                day: by,
                is_provisional: false,
            });
        }
        if let Some((since, left)) = self.stopped {
            let longer = self.left_by(since, by, calendar);
            if longer.days > left.days {
                self.stopped = Some((since, longer));
            }
        } else if self.own.is_none_or(|own| own.day < by) {
            self.extended = Some(by);
            self.own = Some(fixed(by));
        }
    }

    /// Counts anew what has not passed, by the calendar of a later day.
    pub(super) fn move_with(&mut self, day: Date, calendar: &WorkCalendar) {
        let moves = |due: Option<Due>| due.is_some_and(|due| due.is_provisional || due.day >= day);
        if self.extended.is_none() && self.stopped.is_none() && moves(self.own) {
            self.calendar_of = day;
            self.settle(calendar);
        }
        let counted = self.term.map(|term| calendar.due(self.start, term));
        let is_counted = self.extended.is_none() && moves(self.promised);
        if let Some(due) = counted.filter(|_| is_counted) {
            self.promised = Some(due);
        }
    }

    /// The day whose calendar it is counted by.
    pub(super) fn calendar_of(&self) -> Date {
        self.calendar_of
    }

    /// The day that the resident was promised, or that another system asks for: the earlier one.
    pub(super) fn promised(&self) -> Option<Due> {
        if self.is_unknown {
            return None;
        }
        let dues = self.promised.into_iter().chain(self.external.map(fixed));
        dues.min_by_key(|due| due.day)
    }

    /// The days that are left from one day to another. Without the calendar nobody here knows them.
    fn left_by(&mut self, from: Date, until: Date, calendar: Option<&WorkCalendar>) -> Term {
        if let Some(calendar) = calendar {
            return self.between(from, until, calendar);
        }
        self.unknown();
        Term::calendar(0)
    }

    fn between(&self, from: Date, until: Date, calendar: &WorkCalendar) -> Term {
        let working = self.term.is_none_or(|term| term.working);
        let days = if working {
            calendar.worked_until(from, until)
        } else {
            u16::try_from(until.0.saturating_sub(from.0)).unwrap_or(0)
        };
        Term { days, working }
    }

    /// The clock as it stands, for a unit. Without its calendar nobody here knows when it is near: a day that
    /// another system or an extension set needs none.
    pub(super) fn clock(&self, unit: UnitId, calendar: Option<&WorkCalendar>) -> Clock {
        let is_stopped = self.stopped.is_some();
        let own = self.own.filter(|_| !is_stopped && !self.is_unknown);
        // Of the two days the earlier one counts, which is not known unless both are.
        let external = self.external.filter(|_| !self.is_unknown).map(fixed);
        let is_external =
            external.is_some_and(|external| own.is_none_or(|own| external.day < own.day));
        let due = if is_external { external } else { own };
        let set_by = if is_external {
            SetBy::External
        } else if self.extended.is_some() {
            SetBy::Extension
        } else if self
            .order
            .is_some_and(|order| Some(order) == due.map(|due| due.day))
        {
            SetBy::Order
        } else {
            SetBy::Book
        };
        let is_counted = set_by == SetBy::Book && self.term.is_some();
        let total = if is_counted { self.term } else { None };
        Clock {
            kind: self.kind.clone(),
            by: self.by,
            unit,
            start: self.start,
            due: due.map(|due| due.day),
            near: due
                .zip(calendar)
                .map(|(due, calendar)| self.near(due.day, total, calendar)),
            is_provisional: due.is_some_and(|due| due.is_provisional),
            is_stopped,
            set_by,
        }
    }

    /// The first day on which 20 % are left, rounded up, and one day at least, the last one counted.
    fn near(&self, due: Date, total: Option<Term>, calendar: &WorkCalendar) -> Date {
        let total = total.unwrap_or_else(|| self.between(self.start, due, calendar));
        let left = total.days.div_ceil(5).max(1);
        if !total.working {
            return due.plus(1 - i32::from(left));
        }
        let (mut day, mut counted) = (due, 0);
        while day > self.start {
            counted += u16::from(calendar.is_worked(day));
            if counted >= left {
                break;
            }
            day = day.plus(-1);
        }
        day
    }
}

/// A day that no calendar moves.
fn fixed(day: Date) -> Due {
    Due {
        day,
        is_provisional: false,
    }
}
