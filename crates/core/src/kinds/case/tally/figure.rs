//! The figures of cases.

use crate::limits::CODE_BYTES_MAX;
use crate::text::Text;
use crate::wire::{Reader, Wire, WireError};
use crate::wire_struct;

macro_rules! figures {
    ($( $(#[$doc:meta])* $number:literal $variant:ident = $word:literal ),* $(,)?) => {
        /// A figure of cases. Its number is never used again.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Figure {
            $( $(#[$doc])* $variant, )*
        }

        impl Figure {
            /// Every figure, by number.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),*];

            /// The word for it over HTTP.
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word ),* }
            }

            fn number(self) -> u8 {
                match self { $( Self::$variant => $number ),* }
            }

            fn of_number(number: u8) -> Option<Self> {
                match number { $( $number => Some(Self::$variant), )* _ => None }
            }
        }
    };
}

figures! {
    /// Cases that were reported.
    0 Reported = "reported",
    /// Cases reported in the month that are open.
    1 Open = "open",
    /// Closings, by code.
    2 Closed = "closed",
    /// Cases that were not taken on, by code.
    3 Rejected = "rejected",
    /// Cases that their reporters took back.
    4 Withdrawn = "withdrawn",
    /// Cases that were merged into others.
    5 Merged = "merged",
    /// Referrals that were sent back.
    6 Returned = "returned",
    /// Cases that were sent back for the second time, so that the town ruled.
    7 ReturnedTwice = "returned_twice",
    /// Cases that were taken up again.
    8 Reopened = "reopened",
    /// Waits that are over, by code.
    9 Waits = "waits",
    /// The whole days of such waits, by code.
    10 WaitingDays = "waiting_days",
    /// Verifications, by who gave them; and closings of what nobody had verified.
    11 Verified = "verified",
    /// How long it took from the report, or the reopening, to the first acceptance.
    12 AcceptTime = "accept_time",
    /// How long it took from the acceptance, or the last time it was sent on, to the end of the work,
    /// without what it waited.
    13 HandleTime = "handle_time",
    /// How long it took from the report, or the reopening, to the close.
    14 WholeWait = "whole_wait",
    /// How long it took from the end of the work to the verification.
    15 VerifyTime = "verify_time",
    /// Cases that turned late for the first time, as the server told it.
    16 LateEver = "late_ever",
    /// Cases that are late as a month ends: of those that the server told the ones in which what is over
    /// is not done.
    17 LateNow = "late_now",
}

impl Figure {
    /// The code of a verification that a resident gave.
    pub const BY_RESIDENT: &'static str = "resident";
    /// The code of one that a chief or the branch gave.
    pub const BY_OFFICE: &'static str = "office";
    /// The code of a closing of what nobody had verified.
    pub const BY_NOBODY: &'static str = "nobody";

    /// The figure without a code.
    pub fn key(self) -> FigureKey {
        self.of(&Text::default())
    }

    /// The figure of a code.
    pub fn of(self, code: &Text<CODE_BYTES_MAX>) -> FigureKey {
        FigureKey {
            figure: self,
            code: code.clone(),
            span: Span(0),
        }
    }

    /// The figure of a span.
    pub fn of_span(self, span: Span) -> FigureKey {
        FigureKey { span, ..self.key() }
    }

    /// Whether it says how things stand, and not what happened: it can become less.
    pub fn is_state(self) -> bool {
        matches!(self, Self::Open | Self::LateNow)
    }

    /// Whether it says how long something took: it is counted by spans.
    pub fn is_time(self) -> bool {
        matches!(
            self,
            Self::AcceptTime | Self::HandleTime | Self::WholeWait | Self::VerifyTime
        )
    }
}

impl Wire for Figure {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.number());
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::of_number(from.byte()?).ok_or(WireError::Invalid("figure"))
    }
}

/// Something that is counted: a figure, of a code or of a span where it has such.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FigureKey {
    /// The figure.
    pub figure: Figure,
    /// The code of a list of the town's book, or who verified; empty where the figure has none.
    pub code: Text<CODE_BYTES_MAX>,
    /// How long it took, for a figure of time; else the shortest span.
    pub span: Span,
}
wire_struct!(FigureKey { figure, code, span });

/// How long something took: one of few spans, the longer, the coarser. Hours up to two days, days up
/// to sixty, ten days up to three hundred, and one beyond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u8);

/// The spans: from which hours on, each so many hours long, so many of them.
const SPANS: &[(u64, u64, u8)] = &[(0, 1, 48), (48, 24, 58), (60 * 24, 240, 24)];
/// The number of the last span: whatever took longer.
const LAST: u8 = 48 + 58 + 24;

impl Span {
    /// The span of so many milliseconds; less than none counts as none.
    pub fn of(milliseconds: i64) -> Self {
        let hours = u64::try_from(milliseconds / 3_600_000).unwrap_or_default();
        let mut first = 0_u8;
        for (from, length, count) in SPANS {
            let place = hours.saturating_sub(*from) / length;
            if let Some(place) = u8::try_from(place).ok().filter(|place| place < count) {
                return Self(first.saturating_add(place));
            }
            first = first.saturating_add(*count);
        }
        Self(LAST)
    }

    /// The hours that the span begins with.
    pub fn hours(self) -> u64 {
        let mut first = 0_u8;
        for (from, length, count) in SPANS {
            let place = self.0.saturating_sub(first);
            if place < *count {
                return from.saturating_add(u64::from(place).saturating_mul(*length));
            }
            first = first.saturating_add(*count);
        }
        300 * 24
    }
}

impl Wire for Span {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let span = from.byte()?;
        (span <= LAST)
            .then_some(Self(span))
            .ok_or(WireError::Invalid("span"))
    }
}
