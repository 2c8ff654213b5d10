//! The clocks of a case: what is due, the light, whose days they were.

use alleyway_catalogue::{screens, words};
use alleyway_core::kinds::case::clocks::{Clock, ClockItem, Light, Lit, Reason, SetBy, Times};
use alleyway_core::time::Date;
use serde::Serialize;

use super::{shown, shown_or_null};
use crate::screen::Screen;

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockRow {
    /// The word of what it measures.
    pub clock: String,
    /// The unit that it runs for, by name.
    pub unit: String,
    /// The day of the step that started it; not counted itself.
    #[serde(serialize_with = "shown")]
    pub start: Date,
    /// The last day; none while it is stopped, or if its rules are not known here.
    #[serde(serialize_with = "shown_or_null")]
    pub due: Option<Date>,
    /// The date may move, and is never late.
    pub provisional: bool,
    /// The word of why it has its colour.
    pub reason: String,
    /// The word of where the date comes from.
    pub set_by: String,
    /// The reason for people.
    #[serde(skip)]
    pub said: String,
}

/// The days that a unit had a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DaysRow {
    /// The unit, by name.
    pub unit: String,
    /// Its days in all.
    pub days: u32,
    /// Those of them on which the case waited.
    pub waited: u32,
}

/// The light of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LightRow {
    /// The word of its colour.
    pub light: String,
    /// The word of why it has that colour.
    pub reason: String,
    /// The word of the clock that the reason is about; none if no clock runs.
    pub clock: Option<String>,
    /// When that clock is due.
    #[serde(serialize_with = "shown_or_null")]
    pub due: Option<Date>,
    /// The date may move, and is never late.
    pub provisional: bool,
    /// The reason for people.
    #[serde(skip)]
    pub said: String,
}

impl LightRow {
    /// Some clock is over, supervised or not.
    pub fn is_late(&self) -> bool {
        self.reason == Reason::Late.word()
    }
}

impl Screen<'_> {
    /// The day in the town, as far as this device can tell.
    pub(crate) fn today(&self) -> Date {
        Date::of(self.replica.server_time(self.now))
    }

    /// A light that is on; none for a case that is over.
    pub(crate) fn light(&self, lit: &Lit, is_open: bool) -> Option<LightRow> {
        let clock = lit.clock.as_ref();
        is_open.then(|| LightRow {
            light: lit.light.word().to_owned(),
            reason: lit.reason.word().to_owned(),
            clock: clock.map(|clock| clock.kind.word().to_owned()),
            due: clock.and_then(|clock| clock.due),
            provisional: clock.is_some_and(|clock| clock.is_provisional),
            said: self.reason_said(&lit.light, &lit.reason, clock),
        })
    }

    fn reason_said(&self, light: &Light, reason: &Reason, clock: Option<&ClockItem>) -> String {
        let text = match reason {
            Reason::Late => screens::clock::LATE,
            Reason::Near => screens::clock::NEAR,
            Reason::InTime => screens::clock::IN_TIME,
            Reason::Stopped => screens::clock::STOPPED,
            Reason::NoRules => screens::clock::NO_RULES,
            Reason::NoClock | Reason::Unknown(_) => screens::clock::NO_CLOCK,
        };
        let kind = clock.map_or("", |clock| words::CLOCK.word(self.lang, clock.kind.word()));
        let due = clock.and_then(|clock| clock.due);
        let day = due.map(|due| due.to_string()).unwrap_or_default();
        let said = text.fill(self.lang, &[("clock", kind), ("day", day.as_str())]);
        let provisional = clock.is_some_and(|clock| clock.is_provisional);
        let mark = provisional.then(|| screens::clock::PROVISIONAL.text(self.lang).to_owned());
        let order = (*light == Light::Supervised)
            .then(|| screens::clock::SUPERVISED.text(self.lang).to_owned());
        let said = order.into_iter().chain([said]).chain(mark);
        said.collect::<Vec<_>>()
            .join(screens::common::SEMICOLON.text(self.lang))
    }

    pub(super) fn clock_rows(&self, times: &Times) -> Vec<ClockRow> {
        let rows = times.clocks.iter();
        rows.map(|clock| self.clock_row(clock)).collect()
    }

    fn clock_row(&self, clock: &Clock) -> ClockRow {
        let item = ClockItem::from(clock);
        let reason = item.reason(self.today());
        let said = self.reason_said(&Light::Green, &reason, Some(&item));
        let set_by = match clock.set_by {
            SetBy::Book => None,
            _ => Some(
                words::SET_BY
                    .word(self.lang, clock.set_by.word())
                    .to_owned(),
            ),
        };
        let said = [said].into_iter().chain(set_by);
        ClockRow {
            clock: clock.kind.word().to_owned(),
            unit: self.unit(clock.unit),
            start: clock.start,
            due: clock.due,
            provisional: clock.is_provisional,
            reason: reason.word().to_owned(),
            set_by: clock.set_by.word().to_owned(),
            said: said
                .collect::<Vec<_>>()
                .join(screens::common::SEMICOLON.text(self.lang)),
        }
    }

    pub(super) fn days_rows(&self, times: &Times) -> Vec<DaysRow> {
        let rows = times.days(self.today()).into_iter();
        rows.map(|row| DaysRow {
            unit: self.unit(row.unit),
            days: row.days,
            waited: row.waited,
        })
        .collect()
    }
}
