//! Stories: how cases go, from the report to the end or the present.

mod branch;
mod clock;
mod town;

use alleyway_core::kinds::case::Finding;
use alleyway_core::time::{Date, Time};

use super::dice::Dice;
use super::report::Teller;
use super::sipai::{Alley, Layout};
use super::story::{Act, CaseStory, StoryStep};
use super::words::process;
use clock::Clock;

/// Days before the start in which cases are reported.
const DAYS: i64 = 365;

/// `count` stories, by the time of their reports.
pub(super) fn cases(layout: &Layout, count: usize, dice: &mut Dice, start: Time) -> Vec<CaseStory> {
    let mut cases: Vec<CaseStory> = Vec::with_capacity(count);
    while cases.len() < count {
        let Some(alley) = dice.one(&layout.alleys) else {
            break;
        };
        cases.extend(case(layout, alley, dice, start));
    }
    cases.sort_by_key(|case| case.steps.first().map(|step| step.at));
    cases
}

fn case(layout: &Layout, alley: &Alley, dice: &mut Dice, start: Time) -> Option<CaseStory> {
    let household = dice
        .chance(85)
        .then(|| alley.households.start + dice.place(alley.households.len()));
    let contact = household
        .and_then(|place| layout.rows.households().get(place))
        .map_or("", |row| row.contact.as_str());
    let teller = Teller::new(dice, alley, contact);
    let mut plot = Plot {
        teller,
        alley,
        clock: Clock::somewhen(dice, start, DAYS),
        dice,
        due: Date::default(),
        steps: Vec::new(),
    };
    plot.tell();
    let mut steps = plot.steps;
    steps.retain(|step| step.at <= start);
    if dice.chance(6) {
        // Nobody went on with it.
        steps.truncate(1 + dice.place(steps.len()));
    }
    let is_there = !steps.is_empty();
    is_there.then(|| CaseStory {
        reporter: alley.chief.clone(),
        alley: alley.key.clone(),
        household,
        steps,
    })
}

/// A story while it is told.
struct Plot<'a> {
    teller: Teller,
    alley: &'a Alley,
    clock: Clock,
    dice: &'a mut Dice,
    /// The last due date.
    due: Date,
    steps: Vec<StoryStep>,
}

impl Plot<'_> {
    fn tell(&mut self) {
        let report = self.teller.report(self.dice);
        self.chief(report);
        match self.dice.between(0, 99) {
            0..=2 => self.withdrawn(),
            3..=34 => self.solved_in_the_alley(),
            35..=37 => self.beyond_anybodys_power(),
            38..=41 => self.rejected(),
            42..=59 => self.solved_by_the_branch(),
            60..=67 => self.sent_back_down(),
            _ => self.solved_by_the_town(),
        }
    }

    fn step(&mut self, actor: &str, act: Act) {
        self.steps.push(StoryStep {
            actor: actor.to_owned(),
            at: self.clock.now(),
            act,
        });
        self.clock.hours(self.dice, 1, 30);
    }

    fn chief(&mut self, act: Act) {
        let alley = self.alley;
        self.step(&alley.chief, act);
    }

    fn secretary(&mut self, act: Act) {
        let alley = self.alley;
        self.step(&alley.secretary, act);
    }

    fn say(&mut self, templates: &[&str]) -> String {
        self.teller.say(self.dice, templates)
    }

    fn tell_of(&mut self, templates: &[&str]) -> String {
        self.teller.tell(self.dice, templates)
    }

    /// Some notes and visits by a member of a unit that is in the case.
    fn work(&mut self, actor: &str, most: i64) {
        for _ in 0..self.dice.between(0, most) {
            let act = if self.dice.chance(40) {
                self.teller.visit(self.dice)
            } else {
                self.teller.note(self.dice)
            };
            self.step(actor, act);
            self.clock.hours(self.dice, 12, 120);
        }
    }

    fn accept_and_start(&mut self, actor: &str) {
        self.step(actor, Act::Accept);
        if self.dice.chance(50) {
            self.work(actor, 1);
        }
        self.step(actor, Act::Start);
    }

    /// The work is done, looked at, and the case closed; `checker` did not do the work.
    fn finish(&mut self, resolver: &str, checker: &str) {
        let resolve = self.teller.resolve(self.dice);
        self.step(resolver, resolve);
        self.clock.hours(self.dice, 10, 150);
        for _ in 0..2 {
            if !self.dice.chance(9) {
                break;
            }
            let not = self.dice.chance(25);
            let (result, words) = if not {
                (Finding::Not, process::NOT)
            } else {
                (Finding::Partly, process::PARTLY)
            };
            let text = self.tell_of(words);
            self.step(checker, Act::Verify { result, text });
            self.clock.hours(self.dice, 20, 200);
            self.work(resolver, 2);
            let resolve = self.teller.resolve(self.dice);
            self.step(resolver, resolve);
            self.clock.hours(self.dice, 10, 90);
        }
        let text = self.tell_of(process::FIXED);
        self.step(
            checker,
            Act::Verify {
                result: Finding::Fixed,
                text,
            },
        );
        let text = self.tell_of(process::CLOSE);
        self.chief(Act::Close {
            code: "fixed",
            text,
        });
    }

    fn withdrawn(&mut self) {
        let text = self.tell_of(process::WITHDRAW);
        self.chief(Act::Withdraw { text });
    }

    fn solved_in_the_alley(&mut self) {
        let alley = self.alley;
        self.accept_and_start(&alley.chief);
        self.work(&alley.chief, 3);
        self.pause(&alley.chief, 12);
        self.finish(&alley.chief, &alley.secretary);
        self.perhaps_again();
    }

    /// Work that cannot go on for a while.
    fn pause(&mut self, actor: &str, percent: u64) {
        if self.dice.chance(percent) {
            let reason = self.dice.text(process::WAIT);
            self.step(actor, Act::Wait { reason });
            self.clock.hours(self.dice, 72, 1_500);
            self.step(actor, Act::Resume);
        }
    }

    /// A case that was closed and opens again while the alley's chief may still do that.
    fn perhaps_again(&mut self) {
        if !self.dice.chance(4) {
            return;
        }
        let alley = self.alley;
        self.clock.hours(self.dice, 48, 400);
        let reason = self.tell_of(process::REOPEN);
        self.chief(Act::Reopen { reason });
        self.accept_and_start(&alley.chief);
        self.work(&alley.chief, 2);
        self.finish(&alley.chief, &alley.secretary);
    }

    /// Handed to the branch, which closes it instead of receiving it: the level above the holder,
    /// with a reason that is not "fixed".
    fn beyond_anybodys_power(&mut self) {
        let alley = self.alley;
        self.accept_and_start(&alley.chief);
        self.work(&alley.chief, 2);
        let escalate = self.teller.escalate(self.dice, &alley.branch);
        self.chief(escalate);
        self.clock.hours(self.dice, 24, 200);
        let code = self.dice.text(&["no_authority", "no_funds", "against_law"]);
        let text = self.say(process::CANNOT);
        self.secretary(Act::Close { code, text });
    }
}
