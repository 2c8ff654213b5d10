//! The clocks that hang on where a case is now, and whose days they are.

use super::{Fold, Phase, is_of_work};
use crate::id::CommandId;
use crate::kinds::book::{ClassTerms, Term};
use crate::kinds::case::clocks::running::Running;
use crate::kinds::case::clocks::{Clock, ClockKind, Span, Times};
use crate::kinds::unit::UnitKind;
use crate::time::Date;

impl Fold<'_> {
    /// Starts and ends the clocks that hang on where the case is now.
    pub(super) fn follow(&mut self, command: CommandId, day: Date) {
        let calendar = self.known_calendar(day);
        let waiting = self.is_waiting();
        for clock in &mut self.clocks {
            match clock.kind {
                ClockKind::Handle if waiting => clock.stop(day, calendar),
                ClockKind::Handle => clock.go_on(day, calendar),
                _ => {}
            }
        }
        self.count_acceptance();
        self.count_waiting(command, day, waiting);
        self.note_days(day, waiting);
    }

    /// How many days there are to accept hangs on whose turn it is.
    fn count_acceptance(&mut self) {
        let is_it = |clock: &Running| clock.kind == ClockKind::Accept;
        let Some(at) = self.clocks.iter().position(is_it) else {
            return;
        };
        let mut clock = self.clocks.remove(at);
        let (start, kind) = (clock.start, self.by.organisation.kind(self.responsible()));
        self.count(&mut clock, |days| {
            Some(accept_term(self.terms(days, start)?, kind?))
        });
        self.clocks.insert(at, clock);
    }

    /// The clock of all the waiting runs while the case waits, with the days that are left of it.
    fn count_waiting(&mut self, command: CommandId, day: Date, waiting: bool) {
        if !waiting {
            self.stop_clock(&ClockKind::Waiting);
            return;
        }
        let (calendar, spans) = (self.calendar(day), self.spans.iter());
        let waited: Vec<(Date, Date)> = spans
            .filter(|span| span.waited)
            .filter_map(|span| Some((span.from, span.until?)))
            .collect();
        self.start(ClockKind::Waiting, command, day, |days| {
            let rows = waited.iter();
            let working = days.waiting.working;
            let before = rows.map(|(from, until)| {
                if working {
                    i32::from(calendar.worked_until(*from, *until))
                } else {
                    until.0.saturating_sub(from.0)
                }
            });
            let before: i32 = before.sum();
            let left = i32::from(days.waiting.days).saturating_sub(before).max(0);
            Some(Term {
                days: u16::try_from(left).unwrap_or(0),
                working,
            })
        });
    }

    /// Notes whose days begin. A server's clock that was set back takes none from anybody.
    fn note_days(&mut self, day: Date, waited: bool) {
        let unit = self.responsible();
        let goes_on = |span: &Span| span.until.is_none();
        let last = self.spans.last_mut().filter(|span| goes_on(span));
        let is_over = self.phase == Phase::Ended;
        let mut from = day;
        if let Some(last) = last {
            if !is_over && last.unit == unit && last.waited == waited {
                return;
            }
            from = day.max(last.from);
            last.until = Some(from);
        } else if !is_over {
            self.rounds.push((day, None));
        }
        if is_over {
            if let Some(round) = self.rounds.last_mut().filter(|round| round.1.is_none()) {
                round.1 = Some(from);
            }
        } else {
            self.spans.push(Span {
                unit,
                from,
                until: None,
                waited,
            });
        }
    }

    /// The times, behind the last step.
    pub(super) fn end(self) -> Times {
        let unit = self.responsible();
        let of_work = self.clocks.iter().chain(&self.done);
        let promised = of_work
            .filter(|clock| is_of_work(&clock.kind))
            .filter_map(Running::promised);
        let promised = promised.min_by_key(|due| due.day);
        let running = self.clocks.iter();
        let mut clocks: Vec<Clock> = running
            .map(|clock| clock.clock(unit, self.known_calendar(clock.calendar_of())))
            .collect();
        clocks.sort_by(|one, other| one.kind.cmp(&other.kind));
        Times {
            clocks,
            promised,
            // What is over is nobody's to hurry; opened again, the order stands.
            supervised: self.supervised && self.phase != Phase::Ended,
            spans: self.spans,
            rounds: self.rounds,
            told: self.told,
            tellings: self.tellings,
        }
    }
}

/// How many days a unit of a kind has to accept.
fn accept_term(terms: &ClassTerms, kind: &UnitKind) -> Term {
    match kind {
        UnitKind::Alley => terms.accept_alley,
        UnitKind::Branch | UnitKind::Centre | UnitKind::Village | UnitKind::Community => {
            terms.accept_branch
        }
        _ => terms.accept_town,
    }
}
