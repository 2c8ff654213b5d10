//! A case's clocks as a row of a list keeps them, and the light that follows from it by the day.

use super::{Clock, ClockKind, Times};
use crate::time::Date;
use crate::wire::List;
use crate::{limits::CLOCKS_MAX, wire_struct, word_enum};

word_enum!(
    /// The light of a case.
    Light {
        /// 绿灯: in time.
        Green = "green",
        /// 黄灯: 20 % of the days are left, or one.
        Yellow = "yellow",
        /// 红灯: late.
        Red = "red",
        /// 督办: a leader ordered it to be handled.
        Supervised = "supervised",
    }
);

word_enum!(
    /// Why a light has its colour.
    Reason {
        /// No clock runs.
        NoClock = "no_clock",
        /// The clock has days left.
        InTime = "in_time",
        /// The clock has few days left.
        Near = "near",
        /// The clock is over.
        Late = "late",
        /// The clock stands still, for the case waits.
        Stopped = "stopped",
        /// The rules by which the clock runs are not known here.
        NoRules = "no_rules",
    }
);

/// A clock, as a row of a list keeps it: about 30 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockItem {
    /// Its kind.
    pub kind: ClockKind,
    /// The day of the step that started it.
    pub start: Date,
    /// The last day; none while it is stopped, or if its rules are not known here.
    pub due: Option<Date>,
    /// The first day on which little is left; none if the calendar is not known here.
    pub near: Option<Date>,
    /// Whether the date may move, and so is never late.
    pub is_provisional: bool,
    /// Whether it stands still.
    pub is_stopped: bool,
}
wire_struct!(ClockItem {
    kind,
    start,
    due,
    near,
    is_provisional,
    is_stopped
});

impl ClockItem {
    /// Whether it is over on a day.
    pub fn is_late(&self, today: Date) -> bool {
        !self.is_provisional && self.due.is_some_and(|due| today > due)
    }

    /// Why it has its colour on a day.
    pub fn reason(&self, today: Date) -> Reason {
        match (self.due, self.near) {
            _ if self.is_late(today) => Reason::Late,
            // The last day is near by any calendar.
            (Some(due), near) if today >= near.unwrap_or(due) => Reason::Near,
            (Some(_), _) => Reason::InTime,
            (None, _) if self.is_stopped => Reason::Stopped,
            (None, _) => Reason::NoRules,
        }
    }
}

impl From<&Clock> for ClockItem {
    fn from(clock: &Clock) -> Self {
        Self {
            kind: clock.kind.clone(),
            start: clock.start,
            due: clock.due,
            near: clock.near,
            is_provisional: clock.is_provisional,
            is_stopped: clock.is_stopped,
        }
    }
}

/// The days on which something is due in a case, as a row of a list keeps them: the light is worked out of it by the day alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dues {
    /// The clocks that run; the one that is due first comes first, those without a date last.
    pub clocks: List<ClockItem, CLOCKS_MAX>,
    /// Whether a leader ordered the case to be handled.
    pub supervised: bool,
}
wire_struct!(Dues { clocks, supervised });

/// A light that is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lit {
    /// Its colour.
    pub light: Light,
    /// Why.
    pub reason: Reason,
    /// The clock that the reason is about; none if no clock runs.
    pub clock: Option<ClockItem>,
}

impl Lit {
    /// Whether some clock is over, supervised or not.
    pub fn is_late(&self) -> bool {
        self.reason == Reason::Late
    }
}

impl Dues {
    /// The days on which something is due, by the times of a case.
    pub fn of(times: &Times) -> Self {
        let mut clocks: Vec<ClockItem> = times.clocks.iter().map(ClockItem::from).collect();
        clocks.sort_by_key(|clock| (clock.due.is_none(), clock.due));
        clocks.truncate(CLOCKS_MAX);
        Self {
            clocks: List::new(clocks).unwrap_or_default(),
            supervised: times.supervised,
        }
    }

    /// The day that is due first.
    pub fn first(&self) -> Option<Date> {
        self.clocks.first().and_then(|clock| clock.due)
    }

    /// The light on a day, and why.
    pub fn lit(&self, today: Date) -> Lit {
        let rank = |reason: &Reason| match reason {
            Reason::Late => 3,
            Reason::Near => 2,
            Reason::InTime => 1,
            _ => 0,
        };
        // Of several that are alike the one that is due first.
        let reasons = self.clocks.iter().rev();
        let worst = reasons
            .map(|clock| (clock.reason(today), clock))
            .max_by_key(|(reason, _)| rank(reason));
        let (reason, clock) = match worst {
            Some((reason, clock)) => (reason, Some(clock.clone())),
            None => (Reason::NoClock, None),
        };
        let light = match reason {
            _ if self.supervised => Light::Supervised,
            Reason::Late => Light::Red,
            Reason::Near => Light::Yellow,
            _ => Light::Green,
        };
        Lit {
            light,
            reason,
            clock,
        }
    }
}
