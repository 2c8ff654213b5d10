//! The clocks of a case: what is due, by when, by whose rules; the light that follows; whose days
//! they were. The rules with their sources: `docs/domain.md`, deadlines; ADR 27.
//!
//! All of it follows from the document, its receipts, and the town's book as it was valid at those
//! receipts. Nothing is read off a clock but the colour of a light, by the day on which somebody looks.
//!
//! | file | what |
//! | --- | --- |
//! | `running` | one clock: counted, stopped, extended, moved with the calendar |
//! | `fold` | the steps of a case in their order, and what each does to its clocks |
//! | `days` | whose days they were |
//! | `turns` | what the server says by time alone, and how a case stands towards that |
//! | `light` | what a row of a list keeps, and the light by the day |

mod days;
mod fold;
mod light;
mod running;
mod turns;

pub use days::{DaysOf, Span};
pub use light::{ClockItem, Dues, Light, Lit, Reason};
pub use turns::TurnState;
pub(crate) use turns::{late, may_be_told, redated, turn_state};

use std::collections::BTreeSet;

use crate::calendar::Due;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, UnitId};
use crate::kinds::book::Rulebook;
use crate::organisation::Organisation;
use crate::time::Date;
use crate::{wire_struct, word_enum};

word_enum!(
    /// The kinds of clocks.
    ClockKind {
        /// 受理: from the report's receipt until somebody takes the case on.
        Accept = "accept",
        /// 告知: from the report's receipt until the resident is told whether it is taken on.
        Inform = "inform",
        /// 退回: from a referral until its receiver takes it, or sends it back.
        Return = "return",
        /// 办理: from the first dispatch or escalation until the end of the work.
        Handle = "handle",
        /// 信访办理: the same where a petition asked, from the acceptance.
        Petition = "petition",
        /// 复查: from the reopening of a petition until it is answered.
        Review = "review",
        /// 核查: from the end of the work until somebody has looked.
        Verify = "verify",
        /// 督办回复: from a leader's order until it is answered.
        Supervise = "supervise",
        /// 挂起: days of waiting in all, before the next level is told.
        Waiting = "waiting",
    }
);

word_enum!(
    /// Where a due date comes from.
    SetBy {
        /// The town's book, or what ships.
        Book = "book",
        /// A dispatcher, who asked for it earlier than the book.
        Order = "order",
        /// An extension.
        Extension = "extension",
        /// Another system, whose order the case is.
        External = "external",
    }
);

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its kind.
    pub kind: ClockKind,
    /// The step that started it.
    pub by: CommandId,
    /// The unit that it runs for.
    pub unit: UnitId,
    /// The day on which the server received that step; not counted itself.
    pub start: Date,
    /// The last day, late when it is over. None while the clock is stopped, or if the rules of a day
    /// that it rests on are not known here.
    pub due: Option<Date>,
    /// The first day on which 20 % are left, or one day. None without a last day, or if its calendar is not
    /// known here.
    pub near: Option<Date>,
    /// Whether it rests on a year whose paper is not known: it may move, and is never late.
    pub is_provisional: bool,
    /// Whether it stands still, for the case waits.
    pub is_stopped: bool,
    /// Where the date comes from.
    pub set_by: SetBy,
}

/// A turn of a clock: that its last day was over. Told once, whatever happens later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    /// Its kind.
    pub kind: ClockKind,
    /// The step that started it.
    pub by: CommandId,
    /// The last day.
    pub due: Date,
}
wire_struct!(Turn { kind, by, due });

/// As a log entry has it: three parts between colons.
impl std::fmt::Display for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.kind, self.by.key(), self.due.0)
    }
}

impl Turn {
    /// Reads what [`Turn`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let kind = ClockKind::from_word(parts.next()?);
        let by = CommandId::parse(parts.next()?)?;
        let due = Date(parts.next()?.parse().ok()?);
        Some(Self { kind, by, due })
    }
}

/// The times of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// The clocks that run, in the order of [`ClockKind::ALL`].
    pub clocks: Vec<Clock>,
    /// The day that the resident was promised: no order among offices and no waiting moves it.
    pub promised: Option<Due>,
    /// Whether it is open, and a leader ordered it to be handled.
    pub supervised: bool,
    /// Whose days they were, from the report on, in order.
    pub spans: Vec<Span>,
    /// From when until when it was open: the report and each reopening begin anew.
    pub rounds: Vec<(Date, Option<Date>)>,
    /// The turns of clocks that the server has told.
    pub told: BTreeSet<Turn>,
    /// How often the server has told that it is late: so many levels up read it.
    pub tellings: u32,
}

/// By whose rules clocks are read.
#[derive(Debug, Clone, Copy)]
pub struct ReadBy<'a> {
    /// Units, and the town's book.
    pub organisation: &'a Organisation,
    /// The last day whose rules are known here; none if all are. Who lacks the version of the book by
    /// which a clock runs shows no date.
    pub known_until: Option<Date>,
}

impl<'a> ReadBy<'a> {
    /// The rules as the server has them: all of them.
    pub fn all(organisation: &'a Organisation) -> Self {
        Self {
            organisation,
            known_until: None,
        }
    }

    fn book(&self) -> &'a Rulebook {
        self.organisation.rulebook()
    }

    fn knows(&self, day: Date) -> bool {
        self.known_until.is_none_or(|until| day <= until)
    }
}

impl Document {
    /// The times of a case, by the rules of `by`; none if the document is no case, or empty. The cost
    /// grows with the log.
    pub fn case_times(&self, by: ReadBy<'_>) -> Option<Times> {
        if self.kind() != Some(DocumentKind::Case) {
            return None;
        }
        fold::times(self, by, None)
    }
}

#[cfg(test)]
mod tests;
