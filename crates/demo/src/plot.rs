//! Stories: how cases go, from the report to the end or the present.

mod branch;
mod clock;
mod town;

use alleyway_core::kinds::case::Finding;
use alleyway_core::time::{Date, Time};

use crate::chance::Chance;
use crate::story::{Act, CaseStory, StoryStep};
use crate::teller::Teller;
use crate::town::{Alley, Layout};
use crate::words::{Process, Words};
use clock::Clock;

/// Days before the start in which cases are reported.
const DAYS: i64 = 365;
/// Codes for waiting.
const WAIT: [&str; 5] = ["weather", "material", "funds", "resident", "permit"];

/// `count` stories, by the time of their reports.
pub(crate) fn cases(
    words: &Words,
    layout: &Layout,
    count: usize,
    chance: &mut Chance,
    start: Time,
) -> Vec<CaseStory> {
    let mut cases: Vec<CaseStory> = Vec::with_capacity(count);
    while cases.len() < count {
        let Some(alley) = chance.pick(&layout.alleys) else {
            break;
        };
        cases.extend(case(words, layout, alley, chance, start));
    }
    cases.sort_by_key(|case| case.steps.first().map(|step| step.at));
    cases
}

fn case(
    words: &Words,
    layout: &Layout,
    alley: &Alley,
    chance: &mut Chance,
    start: Time,
) -> Option<CaseStory> {
    let household = chance
        .percent(85)
        .then(|| alley.households.start + chance.below(alley.households.len()));
    let person = household
        .and_then(|place| layout.lists.households.get(place))
        .and_then(|household| household.person.as_deref());
    let teller = Teller::new(words, chance, alley, person)?;
    let mut plot = Plot {
        words,
        teller,
        alley,
        clock: Clock::somewhen(chance, start, DAYS),
        chance,
        due: Date::default(),
        steps: Vec::new(),
    };
    plot.tell();
    let mut steps = plot.steps;
    steps.retain(|step| step.at <= start);
    if chance.percent(6) {
        // Nobody went on with it.
        steps.truncate(1 + chance.below(steps.len()));
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
    words: &'a Words,
    teller: Teller<'a>,
    alley: &'a Alley,
    clock: Clock,
    chance: &'a mut Chance,
    /// The last due date.
    due: Date,
    steps: Vec<StoryStep>,
}

impl<'a> Plot<'a> {
    fn process(&self) -> &'a Process {
        &self.words.process
    }

    fn tell(&mut self) {
        let report = self.teller.report(self.chance);
        self.chief(report);
        match self.chance.within(0..=99) {
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
        self.clock.hours(self.chance, 1, 30);
    }

    fn chief(&mut self, act: Act) {
        let alley = self.alley;
        self.step(&alley.chief, act);
    }

    fn secretary(&mut self, act: Act) {
        let alley = self.alley;
        self.step(&alley.secretary, act);
    }

    fn say(&mut self, templates: &[String]) -> String {
        self.teller.say(self.chance, templates)
    }

    fn tell_of(&mut self, templates: &[String]) -> String {
        self.teller.tell(self.chance, templates)
    }

    /// Some notes and visits by a member of a unit that is in the case.
    fn work(&mut self, actor: &str, most: i64) {
        for _ in 0..self.chance.within(0..=most) {
            let act = if self.chance.percent(40) {
                self.teller.visit(self.chance)
            } else {
                self.teller.note(self.chance)
            };
            self.step(actor, act);
            self.clock.hours(self.chance, 12, 120);
        }
    }

    fn accept_and_start(&mut self, actor: &str) {
        self.step(actor, Act::Accept);
        if self.chance.percent(50) {
            self.work(actor, 1);
        }
        self.step(actor, Act::Start);
    }

    /// The work is done, looked at, and the case closed; `checker` did not do the work.
    fn finish(&mut self, resolver: &str, checker: &str) {
        let resolve = self.teller.resolve(self.chance);
        self.step(resolver, resolve);
        self.clock.hours(self.chance, 10, 150);
        for _ in 0..2 {
            if !self.chance.percent(9) {
                break;
            }
            let not = self.chance.percent(25);
            let (result, words) = if not {
                (Finding::Not, &self.process().not)
            } else {
                (Finding::Partly, &self.process().partly)
            };
            let text = self.tell_of(words);
            self.step(checker, Act::Verify { result, text });
            self.clock.hours(self.chance, 20, 200);
            self.work(resolver, 2);
            let resolve = self.teller.resolve(self.chance);
            self.step(resolver, resolve);
            self.clock.hours(self.chance, 10, 90);
        }
        let text = self.tell_of(&self.process().fixed);
        self.step(
            checker,
            Act::Verify {
                result: Finding::Fixed,
                text,
            },
        );
        let text = self.tell_of(&self.process().close);
        self.chief(Act::Close {
            code: "fixed",
            text,
        });
    }

    fn withdrawn(&mut self) {
        let text = self.tell_of(&self.process().withdraw);
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
        if self.chance.percent(percent) {
            let reason = self.chance.text(&WAIT);
            self.step(actor, Act::Wait { reason });
            self.clock.hours(self.chance, 72, 1_500);
            self.step(actor, Act::Resume);
        }
    }

    /// A case that was closed and opens again while the alley's chief may still do that.
    fn perhaps_again(&mut self) {
        if !self.chance.percent(4) {
            return;
        }
        let alley = self.alley;
        self.clock.hours(self.chance, 48, 400);
        let reason = self.tell_of(&self.process().reopen);
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
        let escalate = self.teller.escalate(self.chance, &alley.branch);
        self.chief(escalate);
        self.clock.hours(self.chance, 24, 200);
        let code = self
            .chance
            .text(&["no_authority", "no_funds", "against_law"]);
        let text = self.say(&self.process().cannot);
        self.secretary(Act::Close { code, text });
    }
}
