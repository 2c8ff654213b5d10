//! Cases that go up to the town and to a department.

use super::Plot;
use crate::story::Act;
use crate::words::Department;

impl<'a> Plot<'a> {
    pub(super) fn solved_by_the_town(&mut self) {
        let alley = self.alley;
        self.up_to_the_branch();
        if self.chance.percent(45) {
            self.secretary(Act::Start);
            self.work(&alley.secretary, 2);
        }
        let escalate = self.teller.escalate(self.chance, "town");
        self.secretary(escalate);
        self.clock.hours(self.chance, 4, 72);
        let dispatcher = self.chance.text(&["wei", "wei", "wei2"]);
        self.step(dispatcher, Act::Receive);
        // Every category has a department: a test holds that.
        let Some(department) = self.department() else {
            return;
        };
        let [first, second] = &department.handlers;
        let handler = if self.chance.percent(60) {
            first
        } else {
            second
        };
        self.send_to(dispatcher, department, handler);
        self.step(handler, Act::Start);
        self.in_the_department(dispatcher, handler);
        self.finish(handler, &alley.chief);
    }

    /// The department that handles the matter.
    fn department(&self) -> Option<&'a Department> {
        let departments = &self.words.places.sipai.departments;
        departments
            .iter()
            .find(|department| department.handles(self.teller.category()))
    }

    /// Another department, for work sent to the wrong one, and its clerk.
    fn other_department(&mut self, than: &Department) -> Option<(&'a str, &'a str)> {
        let departments = &self.words.places.sipai.departments;
        let others: Vec<_> = departments
            .iter()
            .filter(|other| other.key != than.key)
            .collect();
        let other = self.chance.pick(&others)?;
        let [clerk, _] = &other.handlers;
        Some((&other.key, clerk))
    }

    /// Work is sent until a department has it: at once, after one return, or by a ruling after two.
    fn send_to(&mut self, dispatcher: &str, department: &Department, handler: &str) {
        let returns = match self.chance.within(0..=99) {
            0..=3 => 2,
            4..=13 => 1,
            _ => 0,
        };
        for _ in 0..returns {
            let Some((wrong, clerk)) = self.other_department(department) else {
                break;
            };
            self.dispatch(dispatcher, wrong, 40);
            self.clock.hours(self.chance, 8, 70);
            let reason = self.say(&self.process().sent_back);
            self.step(clerk, Act::Return { reason });
        }
        if returns == 2 {
            let (to, reason) = (department.key.clone(), self.say(&self.process().rule));
            self.step(dispatcher, Act::Rule { to, reason });
        } else {
            self.dispatch(dispatcher, &department.key, 60);
            self.clock.hours(self.chance, 4, 60);
            self.step(handler, Act::Receive);
        }
    }

    /// Sends the case to a unit, with at least five days for the work and at most so many.
    fn dispatch(&mut self, dispatcher: &str, to: &str, days_most: i64) {
        let (to, by) = (to.to_owned(), self.due(5, days_most));
        self.step(dispatcher, Act::Dispatch { to, by });
    }

    fn in_the_department(&mut self, dispatcher: &str, handler: &str) {
        let alley = self.alley;
        self.work(handler, 3);
        self.pause(handler, 30);
        if self.chance.percent(18) {
            let reason = self.say(&self.process().extend);
            let told = self.say(&self.process().told_of_delay);
            let by = self.due(15, 60);
            self.step(dispatcher, Act::Extend { by, reason, told });
        }
        if self.chance.percent(10) {
            let text = self.say(&self.process().supervise);
            self.step(dispatcher, Act::Supervise { text });
        }
        if self.chance.percent(35) {
            self.clock.hours(self.chance, 100, 900);
        }
        self.work(&alley.chief, 1);
        self.work(handler, 3);
    }
}
