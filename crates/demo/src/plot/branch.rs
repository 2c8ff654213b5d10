//! Cases that the branch takes over.

use alleyway_core::time::Date;

use super::Plot;
use crate::story::Act;

impl Plot<'_> {
    /// The chief, sooner or later, hands the case to the branch, which receives it.
    pub(super) fn up_to_the_branch(&mut self) {
        let alley = self.alley;
        match self.chance.within(0..=3) {
            0 => {}
            1 => self.chief(Act::Accept),
            _ => {
                self.accept_and_start(&alley.chief);
                self.work(&alley.chief, 2);
            }
        }
        let escalate = self.teller.escalate(self.chance, &alley.branch);
        self.chief(escalate);
        self.clock.hours(self.chance, 4, 60);
        self.secretary(Act::Receive);
    }

    pub(super) fn rejected(&mut self) {
        let alley = self.alley;
        self.up_to_the_branch();
        self.work(&alley.secretary, 1);
        let reason = self.chance.text(&["not_ours", "no_basis", "not_found"]);
        let text = self.say(&self.process().reject);
        self.secretary(Act::Reject { reason, text });
        if self.chance.percent(25) {
            self.clock.hours(self.chance, 24, 300);
            let reason = self.tell_of(&self.process().reopen);
            self.chief(Act::Reopen { reason });
            self.accept_and_start(&alley.secretary);
            self.work(&alley.secretary, 2);
            self.finish(&alley.secretary, &alley.chief);
        }
    }

    pub(super) fn solved_by_the_branch(&mut self) {
        let alley = self.alley;
        self.up_to_the_branch();
        self.secretary(Act::Start);
        self.work(&alley.secretary, 3);
        self.pause(&alley.secretary, 12);
        self.finish(&alley.secretary, &alley.chief);
    }

    /// The branch gives the chief what was lacking, and a date.
    pub(super) fn sent_back_down(&mut self) {
        let alley = self.alley;
        self.up_to_the_branch();
        self.work(&alley.secretary, 1);
        let by = self.due(7, 30);
        self.secretary(Act::Dispatch {
            to: alley.key.clone(),
            by,
        });
        self.clock.hours(self.chance, 2, 40);
        self.chief(Act::Receive);
        self.chief(Act::Start);
        self.work(&alley.chief, 3);
        self.finish(&alley.chief, &alley.secretary);
    }

    /// A due date, later than the last.
    pub(super) fn due(&mut self, low: i64, high: i64) -> Date {
        let days = i32::try_from(self.chance.within(low..=high)).unwrap_or_default();
        let from_today = self.clock.today().0.saturating_add(days);
        self.due = Date(from_today.max(self.due.0.saturating_add(5)));
        self.due
    }
}
