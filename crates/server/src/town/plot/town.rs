//! Cases that go up to the town and to a department.

use super::Plot;
use crate::town::sipai;
use crate::town::story::Act;
use crate::town::words::process;

impl Plot<'_> {
    pub(super) fn solved_by_the_town(&mut self) {
        let alley = self.alley;
        self.up_to_the_branch();
        if self.dice.chance(45) {
            self.secretary(Act::Start);
            self.work(&alley.secretary, 2);
        }
        let escalate = self.teller.escalate(self.dice, "town");
        self.secretary(escalate);
        self.clock.hours(self.dice, 4, 72);
        let dispatcher = self.dice.text(&["wei", "wei", "wei2"]);
        self.step(dispatcher, Act::Receive);
        let (department, handler) = self.department();
        self.send_to(dispatcher, department, handler);
        self.step(handler, Act::Start);
        self.in_the_department(dispatcher, handler);
        self.finish(handler, &alley.chief);
    }

    /// The department for the matter and one of its handlers.
    fn department(&mut self) -> (&'static str, &'static str) {
        let (department, first, second) = sipai::department(self.teller.category());
        (
            department,
            if self.dice.chance(60) { first } else { second },
        )
    }

    /// Work is sent until a department has it: at once, after one return, or by a ruling after two.
    fn send_to(&mut self, dispatcher: &str, department: &str, handler: &str) {
        let returns = match self.dice.between(0, 99) {
            0..=3 => 2,
            4..=13 => 1,
            _ => 0,
        };
        for _ in 0..returns {
            let (wrong, clerk) = sipai::other_department(self.dice, department);
            let by = self.due(5, 40);
            self.step(
                dispatcher,
                Act::Dispatch {
                    to: wrong.to_owned(),
                    by,
                },
            );
            self.clock.hours(self.dice, 8, 70);
            let reason = self.say(process::RETURN);
            self.step(clerk, Act::Return { reason });
        }
        if returns == 2 {
            let reason = self.say(process::RULE);
            self.step(
                dispatcher,
                Act::Rule {
                    to: department.to_owned(),
                    reason,
                },
            );
        } else {
            let by = self.due(5, 60);
            self.step(
                dispatcher,
                Act::Dispatch {
                    to: department.to_owned(),
                    by,
                },
            );
            self.clock.hours(self.dice, 4, 60);
            self.step(handler, Act::Receive);
        }
    }

    fn in_the_department(&mut self, dispatcher: &str, handler: &str) {
        let alley = self.alley;
        self.work(handler, 3);
        self.pause(handler, 30);
        if self.dice.chance(18) {
            let reason = self.say(process::EXTEND);
            let by = self.due(15, 60);
            self.step(dispatcher, Act::Extend { by, reason });
        }
        if self.dice.chance(10) {
            let text = self.say(process::SUPERVISE);
            self.step(dispatcher, Act::Supervise { text });
        }
        if self.dice.chance(35) {
            self.clock.hours(self.dice, 100, 900);
        }
        self.work(&alley.chief, 1);
        self.work(handler, 3);
    }
}
