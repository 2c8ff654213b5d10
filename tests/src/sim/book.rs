//! The town's book in a run: in some runs two administrators' phones propose sections and put them into
//! force, among everything else that happens, each by what it has heard so far.

use alleyway_core::kinds::book::{Proposal, Section, SectionName};
use alleyway_core::time::{Date, Time};
use alleyway_demo::Chance;
use alleyway_replica::{Draft, Replica};
use serde_json::{Value, json};

use super::oracle::Event;
use super::plant::Plant;
use super::town;
use super::violation::{Checked, SAME, broken};
use super::world::World;
use alleyway_core::kinds::unit::Post;

/// How often an administrator looks whether an answer has come.
const LOOKS_MAX: usize = 60;
/// The days within which those lie that a proposed calendar speaks of.
const CALENDAR_DAYS: usize = 14;
/// Days that go by at the end, so that rules hold which were put into force for a day to come.
const DAYS_AT_THE_END: usize = 3;

/// What the administrators of a run do with the town's book.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BookTemper {
    /// Steps that they take in all; none where nobody thinks of the book.
    steps_max: usize,
    /// Days ahead from which a version holds, at most.
    days_ahead: usize,
    /// Of so many proposals one is no calendar.
    proposals_per_other: usize,
}

impl BookTemper {
    /// Draws what a run is like. A planted bug is looked for in runs without.
    pub(super) fn draw(seed: u64, plant: Plant) -> Self {
        let mut rng = Chance::new(seed.rotate_left(31));
        if plant != Plant::Nothing || rng.one_in(3) {
            return Self::default();
        }
        Self {
            steps_max: [6, 12, 24, 60][rng.below(4)],
            days_ahead: [1, 1, 3, 10][rng.below(4)],
            proposals_per_other: [1, 2, 3, 6][rng.below(4)],
        }
    }

    fn is_thought_of(self) -> bool {
        self.steps_max > 0
    }
}

impl World {
    /// Two administrators get their phones, which stay among the others from then on.
    pub(super) fn open_book(&mut self) -> Checked {
        if !self.temper.book.is_thought_of() {
            return Ok(());
        }
        let rng = Chance::new(self.plan.seed.rotate_left(37));
        // The other draws of the run stay as they are.
        let usual = std::mem::replace(&mut self.rng, rng);
        let was_calm = std::mem::replace(&mut self.calm, true);
        let done = self.appoint_administrators();
        (self.calm, self.rng) = (was_calm, usual);
        done
    }

    fn appoint_administrators(&mut self) -> Checked {
        for key in ["jin", "su"] {
            let hall = self.places.town;
            let post = town::appoint(hall, key, Post::Administrator, Time::EARLIEST, None);
            self.carry_out(vec![post])?;
            self.enrol(key, key)?;
            let index = self.phones.len() - 1;
            self.phones[index].administers = true;
            self.sync_calmly(index)?;
            let book = self.phones[index].replica.book();
            let book = book.ok_or_else(|| broken(SAME, "the town has no book"))?;
            self.oracle.committed(&Event::Book {
                document: book.id(),
            })?;
        }
        self.tell(|| "two administrators look after the town's book".to_owned());
        Ok(())
    }

    /// An administrator puts into force what another proposed, proposes a section, or waits for the other;
    /// and syncs, where there is signal. What one has not heard of is replaced, or adopted, in vain.
    pub(super) fn type_rules(&mut self, index: usize) -> Checked {
        let random = self.random();
        let temper = self.temper.book;
        if self.rules_typed >= temper.steps_max {
            return Ok(());
        }
        if self.rng.one_in(2) {
            self.stays_on_the_line(index)?;
        }
        let clock = self.phones[index].clock(self.now);
        let phone = &self.phones[index].replica;
        if let Some(draft) = draft(&mut self.rng, phone, clock, temper)
            && self.records(index, draft, random)?
        {
            self.rules_typed += 1;
        }
        if self.rng.one_in(2) {
            return self.stays_on_the_line(index);
        }
        Ok(())
    }

    /// Days go by, and the server looks on each of them: rules begin to hold, and dates move with them.
    pub(super) fn days_go_by(&mut self) -> Checked {
        if !self.temper.book.is_thought_of() {
            return Ok(());
        }
        for _ in 0..DAYS_AT_THE_END {
            self.now = self.now.plus_days(1);
            self.says_all_by_time()?;
        }
        self.tell(|| "days have gone by".to_owned());
        self.sync_all()
    }

    /// An administrator, who sits in the town hall, syncs and looks on, as long as the line holds.
    fn stays_on_the_line(&mut self, index: usize) -> Checked {
        self.begin_sync(index)?;
        for _ in 0..LOOKS_MAX {
            if self.phones[index].connection.is_none() {
                break;
            }
            self.serve()?;
            self.deliver(index)?;
        }
        Ok(())
    }
}

fn draft(rng: &mut Chance, phone: &Replica, now: Time, temper: BookTemper) -> Option<Draft> {
    let book = phone.book()?.book()?;
    let member = phone.status(now)?.member;
    let today = Date::of(phone.server_time(now));
    let is_open = |proposal: &&Proposal| {
        let mut adopted = book.adopted.iter();
        !adopted.any(|adopted| adopted.proposal == proposal.id)
    };
    let open: Vec<&Proposal> = book.standing.iter().filter(is_open).collect();
    let mut theirs = open.clone();
    theirs.retain(|proposal| proposal.by != member);
    if !rng.one_in(4)
        && let Some(proposal) = rng.pick(&theirs)
    {
        let ahead = i32::try_from(1 + rng.below(temper.days_ahead)).ok()?;
        let draft = phone.adopt_rules(&proposal.id.key(), today.plus(ahead));
        return draft.ok();
    }
    // The other has yet to look at it.
    if theirs.len() < open.len() && !rng.one_in(6) {
        return None;
    }
    let (section, value) = if rng.one_in(temper.proposals_per_other) {
        other(rng)
    } else {
        (SectionName::Calendar, calendar(rng, today))
    };
    phone.propose_rules(section.word(), &value.to_string()).ok()
}

/// A flood's days off, and days on which they are made up for: those of this year.
fn calendar(rng: &mut Chance, today: Date) -> Value {
    let mut near = || {
        let ahead = i32::try_from(rng.below(CALENDAR_DAYS)).unwrap_or(0);
        today.plus(ahead)
    };
    let off: [Date; 5] = std::array::from_fn(|_| near());
    let work: [Date; 2] = std::array::from_fn(|_| near());
    let of_the_year = |days: &[Date], but: &[Date]| {
        let mut days: Vec<Date> = days.to_vec();
        days.retain(|day| day.year() == today.year() && !but.contains(day));
        days.sort();
        days.dedup();
        days.iter().map(Date::to_string).collect::<Vec<_>>()
    };
    json!({ "town": [{
        "year": today.year(),
        "paper": "a flood",
        "off": of_the_year(&off, &[]),
        "work": of_the_year(&work, &off),
    }] })
}

/// Deadlines, or categories.
fn other(rng: &mut Chance) -> (SectionName, Value) {
    let mut days = |most: usize| format!("{}{}", 1 + rng.below(most), ["d", "wd"][rng.below(2)]);
    let class = |class: &str, accept: String, handle: String| {
        json!({
            "class": class,
            "accept_alley": accept,
            "accept_branch": accept,
            "accept_town": accept,
            "handle": handle,
        })
    };
    let deadlines = json!({
        "classes": [class("help", days(4), days(12)), class("safety", days(2), days(3))],
        "inform": days(20),
        "return": days(4),
        "verify": days(8),
        "supervise": days(6),
        "waiting": days(30),
    });
    if rng.one_in(2) {
        return (SectionName::Deadlines, deadlines);
    }
    let mut rows = Section::shipped(SectionName::Categories).to_json();
    let class = ["help", "complaint", "safety", "consult"][rng.below(4)];
    if let Some(rows) = rows.as_array_mut() {
        if let Some(road) = rows.iter_mut().find(|row| row["code"] == "road") {
            road["class"] = json!(class);
        }
        let code = format!("well_{}", rng.below(3));
        rows.push(json!({ "code": code, "class": class, "zh": "水井", "en": "well" }));
    }
    (SectionName::Categories, rows)
}
