//! The amounts that a device may still hand in: so much a day, and what it did not use, for some
//! days.
//!
//! One small row a device: what is left to it since a day. A day's amount is added when a day begins;
//! more than some days' is not kept. What is left may fall below nothing by the rest of one flight: that
//! is made good before anything else is taken.

use super::keys;
use super::records::DeviceRecord;
use super::{Tx, View};
use crate::setup::DeviceBudget;
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire_struct;

/// The clock may have gone back by so many days and still be the one that is believed: at midnight it
/// is set a little, and nobody gains a day by that.
const DAYS_BACK_MAX: i64 = 1;

/// The amounts that are left, of each kind; below 0 where the rest of a flight was more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    /// Commands.
    pub(crate) commands: i64,
    /// Documents that commands create.
    pub(crate) documents: i64,
    /// Commands as they are encoded, in bytes.
    pub(crate) bytes: i64,
}
wire_struct!(Amounts {
    commands,
    documents,
    bytes
});

impl Amounts {
    fn of(budget: &DeviceBudget, days: i64) -> Self {
        let for_days = |a_day: u64| {
            i64::try_from(a_day)
                .unwrap_or(i64::MAX)
                .saturating_mul(days)
        };
        Self {
            commands: for_days(budget.commands_per_day),
            documents: for_days(budget.documents_per_day),
            bytes: for_days(budget.bytes_per_day),
        }
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        self.each(other, i64::saturating_add)
    }

    fn each(self, other: Self, of: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            commands: of(self.commands, other.commands),
            documents: of(self.documents, other.documents),
            bytes: of(self.bytes, other.bytes),
        }
    }
}

/// The row of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BudgetRecord {
    /// The day up to which days' amounts were added.
    pub(crate) day: Date,
    pub(crate) left: Amounts,
    /// A day's amount, as it was granted then: what is granted more holds at once.
    pub(crate) granted: Amounts,
    /// The last day on which it was written down that the budget was used up.
    pub(crate) noted: Option<Date>,
}
wire_struct!(BudgetRecord {
    day,
    left,
    granted,
    noted
});

impl BudgetRecord {
    /// The amounts of a device that never handed anything in: those of the days since it was
    /// enrolled.
    fn unused(budget: &DeviceBudget, enrolled: Time) -> Self {
        Self {
            day: Date::of(enrolled),
            left: Amounts::of(budget, 1),
            granted: Amounts::of(budget, 1),
            noted: None,
        }
    }

    /// The amounts that are left on a day. A clock that stood in the future for a while takes
    /// nothing away: once it is right again, days are counted from there.
    fn on(self, budget: &DeviceBudget, today: Date) -> Self {
        let passed = i64::from(today.0) - i64::from(self.day.0);
        let most = Amounts::of(budget, i64::from(budget.days.max(1)));
        let added = Amounts::of(budget, passed.max(0));
        let granted = Amounts::of(budget, 1);
        let granted_more = granted.each(self.granted, i64::saturating_sub);
        let left = self.left.plus(granted_more).plus(added);
        let day = if (-DAYS_BACK_MAX..=0).contains(&passed) {
            self.day
        } else {
            today
        };
        Self {
            day,
            left: left.each(most, i64::min),
            granted,
            ..self
        }
    }

    /// Whether nothing is left; of documents only if one is to be created.
    pub(crate) fn is_used_up(&self, creates: bool) -> bool {
        let left = &self.left;
        left.commands <= 0 || left.bytes <= 0 || (creates && left.documents <= 0)
    }

    /// The first moment at which something of each is left again, by the server's clock. Far away if a
    /// day's amount is none.
    pub(crate) fn goes_on_at(&self, budget: &DeviceBudget) -> Time {
        let a_day = Amounts::of(budget, 1);
        let days = |left: i64, a_day: i64| match a_day {
            _ if left > 0 => 0,
            0 => i64::from(i32::MAX),
            // The first whole number of days' amounts that is more than what is lacking.
            _ => left.saturating_neg() / a_day + 1,
        };
        let wait = self.left.each(a_day, days);
        let wait = wait.commands.max(wait.documents).max(wait.bytes);
        let midnight = i64::from(self.day.0)
            .saturating_add(wait)
            .saturating_mul(Date::MILLISECONDS)
            .saturating_sub(Date::OFFSET_MILLISECONDS);
        Time(midnight).clamped()
    }

    /// Takes off what was handed in.
    pub(crate) fn spend(&mut self, spent: Amounts) {
        self.left = self.left.each(spent, i64::saturating_sub);
    }
}

/// The amounts that are left to a device at a time.
pub(crate) fn budget_of(
    view: View<'_>,
    budget: &DeviceBudget,
    device: &DeviceRecord,
    now: Time,
) -> Result<BudgetRecord, StoreError> {
    let row: Option<BudgetRecord> = view.get(&keys::budget(device.id()))?;
    let row = row.unwrap_or_else(|| BudgetRecord::unused(budget, device.enrolled));
    Ok(row.on(budget, Date::of(now)))
}

impl Tx<'_> {
    /// Writes down what is left to a device.
    pub(crate) fn put_budget(&mut self, device: DeviceId, row: &BudgetRecord) {
        self.put(keys::budget(device), row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The default, by its figures.
    const BUDGET: DeviceBudget = DeviceBudget {
        commands_per_day: 2_000,
        documents_per_day: 300,
        bytes_per_day: 8_388_608,
        days: 30,
    };

    #[test]
    fn the_default_is_what_is_documented() {
        assert_eq!(DeviceBudget::default(), BUDGET);
    }
    const ENROLLED: Time = Time(1_800_000_000_000);

    fn amounts(commands: i64, documents: i64, bytes: i64) -> Amounts {
        Amounts {
            commands,
            documents,
            bytes,
        }
    }

    fn day(days: i32) -> Date {
        Date(Date::of(ENROLLED).0 + days)
    }

    /// The moment at which a day begins in the towns' zone.
    fn begins(day: Date) -> Time {
        Time(i64::from(day.0) * Date::MILLISECONDS - Date::OFFSET_MILLISECONDS)
    }

    fn fresh() -> BudgetRecord {
        BudgetRecord::unused(&BUDGET, ENROLLED)
    }

    #[test]
    fn a_device_begins_with_a_days_amount_and_saves_what_it_does_not_use_for_thirty_days() {
        let on = |days| fresh().on(&BUDGET, day(days)).left;
        assert_eq!(on(0), amounts(2_000, 300, 8_388_608));
        assert_eq!(on(1), amounts(4_000, 600, 16_777_216));
        assert_eq!(on(29), amounts(60_000, 9_000, 251_658_240));
        assert_eq!(on(30), on(29));
        assert_eq!(on(20_000), on(29));
    }

    #[test]
    fn it_is_used_up_with_the_last_command_byte_or_new_document_and_not_before() {
        let spent = |commands, documents, bytes| {
            let mut row = fresh();
            row.spend(amounts(commands, documents, bytes));
            (row.is_used_up(false), row.is_used_up(true))
        };
        assert_eq!(spent(1_999, 299, 8_388_607), (false, false));
        assert_eq!(spent(2_000, 0, 0), (true, true));
        assert_eq!(spent(0, 0, 8_388_608), (true, true));
        assert_eq!(spent(0, 300, 0), (false, true), "a note can still be added");
    }

    #[test]
    fn it_goes_on_at_the_midnight_at_which_something_is_left_again() {
        let after = |commands, documents| {
            let mut row = fresh();
            row.spend(amounts(commands, documents, 0));
            let at = row.goes_on_at(&BUDGET);
            let then = row.on(&BUDGET, Date::of(at));
            let just_before = row.on(&BUDGET, Date::of(Time(at.0 - 1)));
            assert!(!then.is_used_up(true) && just_before.is_used_up(true));
            at
        };
        assert_eq!(after(2_000, 0), begins(day(1)));
        // The rest of a flight went beyond it: that is made good first.
        assert_eq!(after(3_999, 0), begins(day(1)));
        assert_eq!(after(4_000, 0), begins(day(2)));
        assert_eq!(after(0, 300), begins(day(1)));
        assert_eq!(after(0, 900), begins(day(3)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let mut row = fresh().on(&BUDGET, day(3));
        row.spend(amounts(8_000, 0, 0));
        assert!(row.is_used_up(false));
        // Around midnight, again and again.
        for _ in 0..3 {
            row = row.on(&BUDGET, day(2));
            assert!(row.is_used_up(false));
            row = row.on(&BUDGET, day(3));
            assert!(row.is_used_up(false));
        }
        // It had stood in the future: a day later something is left, and not only then.
        let mut ahead = fresh().on(&BUDGET, day(9_000));
        ahead.spend(amounts(60_000, 0, 0));
        let right = ahead.on(&BUDGET, day(4));
        assert!(right.is_used_up(false) && right.day == day(4));
        assert_eq!(right.on(&BUDGET, day(5)).left.commands, 2_000);
    }

    #[test]
    fn another_budget_holds_from_the_next_flight_on() {
        let saved = fresh().on(&BUDGET, day(30));
        let less = DeviceBudget {
            commands_per_day: 10,
            days: 2,
            ..BUDGET
        };
        assert_eq!(saved.on(&less, day(30)).left.commands, 20);
        // Who has used up a day's amount goes on as soon as more is granted, and once.
        let mut row = fresh();
        row.spend(amounts(2_000, 0, 0));
        let more = DeviceBudget {
            commands_per_day: 2_500,
            ..BUDGET
        };
        let row = row.on(&more, day(0));
        assert_eq!(row.left.commands, 500);
        assert_eq!(row.on(&more, day(0)), row);
        let none = DeviceBudget {
            documents_per_day: 0,
            ..BUDGET
        };
        let row = fresh().on(&none, day(0));
        assert!(row.is_used_up(true) && !row.is_used_up(false));
        assert!(row.goes_on_at(&none) > begins(day(50_000)));
    }
}
