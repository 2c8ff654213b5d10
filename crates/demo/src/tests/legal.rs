//! The table of `domain.md`, written down a second time and independently of the product's policy.

use std::collections::BTreeSet;

use alleyway_core::kinds::case::Finding;
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::limits::REOPEN_DAYS;
use alleyway_core::time::{Date, Time};

use crate::lists::{Lists, Unit};
use crate::story::{Act, CaseStory, StoryStep};

/// Where a story stands.
pub(super) struct End {
    pub(super) state: &'static str,
    pub(super) open: bool,
    pub(super) referral: bool,
    pub(super) due: Option<Date>,
}

struct Case<'a> {
    lists: &'a Lists,
    owner: &'a str,
    reporter: &'a str,
    state: &'static str,
    holder: String,
    referral: Option<String>,
    returns: u8,
    units: BTreeSet<String>,
    resolvers: BTreeSet<String>,
    due: Option<Date>,
    ended: Option<Time>,
}

/// Goes through a story.
pub(super) fn check(lists: &Lists, story: &CaseStory) -> Result<End, String> {
    let mut case = Case {
        lists,
        owner: &story.alley,
        reporter: &story.reporter,
        state: "",
        holder: story.alley.clone(),
        referral: None,
        returns: 0,
        units: BTreeSet::from([story.alley.clone()]),
        resolvers: BTreeSet::new(),
        due: None,
        ended: None,
    };
    let household = story.household.map(|place| &lists.households[place]);
    ensure(
        household.is_none_or(|household| household.alley.as_str() == story.alley),
        "another alley's household",
    )?;
    let mut last = Time::EARLIEST;
    for (at, step) in story.steps.iter().enumerate() {
        ensure(step.at > last, "time goes back")?;
        last = step.at;
        case.step(step)
            .map_err(|reason| format!("step {at}, {reason}"))?;
    }
    Ok(End {
        state: case.state,
        open: case.is_open(),
        referral: case.referral.is_some(),
        due: case.due,
    })
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

impl Case<'_> {
    fn is_open(&self) -> bool {
        !matches!(
            self.state,
            "closed" | "rejected" | "withdrawn" | "duplicate"
        )
    }

    fn kind(&self, unit: &str) -> &UnitKind {
        &self
            .lists
            .units
            .iter()
            .find(|row| row.key == unit)
            .expect("a unit")
            .kind
    }

    fn has_post(&self, member: &str, unit: &str) -> bool {
        self.lists
            .members
            .iter()
            .any(|row| row.key == member && row.unit == unit)
    }

    /// The next level: an alley's village's branch, then the town.
    fn above(&self, unit: &str) -> String {
        let parent_of = |key: &str| {
            let row = self
                .lists
                .units
                .iter()
                .find(|row| row.key == key)
                .expect("a unit");
            row.parent.as_ref().expect("a parent").clone()
        };
        match self.kind(unit) {
            UnitKind::Alley => {
                let village = parent_of(unit);
                let is_branch = |row: &&Unit| {
                    row.kind == UnitKind::Branch
                        && row
                            .parent
                            .as_ref()
                            .is_some_and(|parent| parent.as_str() == village)
                };
                self.lists
                    .units
                    .iter()
                    .find(is_branch)
                    .expect("a branch")
                    .key
                    .clone()
            }
            UnitKind::Branch => parent_of(&parent_of(unit)),
            _ => parent_of(unit),
        }
    }

    fn holds(&self, actor: &str) -> Result<(), String> {
        ensure(
            self.has_post(actor, &self.holder),
            "the actor's unit does not hold the case",
        )
    }

    fn state(&self, allowed: &[&str]) -> Result<(), String> {
        ensure(
            allowed.contains(&self.state),
            &format!("not from {}", self.state),
        )
    }

    fn referral_free(&self, act: &Act) -> Result<(), String> {
        let is_possible = matches!(
            act,
            Act::Receive
                | Act::Return { .. }
                | Act::Rule { .. }
                | Act::Note(_)
                | Act::Visit(_)
                | Act::Extend { .. }
                | Act::Supervise { .. }
                | Act::Withdraw { .. }
                | Act::Close { .. }
        );
        ensure(
            self.referral.is_none() || is_possible,
            "a referral is pending",
        )
    }

    fn is_receiver(&self, actor: &str) -> Result<String, String> {
        let to = self.referral.clone().ok_or("no referral")?;
        ensure(self.has_post(actor, &to), "the actor is not the receiver")?;
        Ok(to)
    }

    fn held_by(&mut self, unit: String) {
        self.units.insert(unit.clone());
        self.holder = unit;
        self.state = "accepted";
        self.referral = None;
    }

    fn step(&mut self, step: &StoryStep) -> Result<(), String> {
        let actor = step.actor.as_str();
        self.referral_free(&step.act)?;
        match &step.act {
            Act::Report { .. } => {
                ensure(
                    self.state.is_empty()
                        && actor == self.reporter
                        && self.has_post(actor, self.owner),
                    "report",
                )?;
                self.state = "reported";
            }
            Act::Note(_) | Act::Visit(_) => {
                ensure(self.is_open(), "a note on an ended case")?;
                ensure(
                    self.units.iter().any(|unit| self.has_post(actor, unit)),
                    "the actor is not in the case",
                )?;
            }
            Act::Accept
            | Act::Start
            | Act::Wait { .. }
            | Act::Resume
            | Act::Reject { .. }
            | Act::Resolve { .. } => {
                self.holder_step(actor, &step.act)?;
            }
            Act::Verify { .. } | Act::Close { .. } | Act::Reopen { .. } | Act::Withdraw { .. } => {
                self.ending_step(actor, step.at, &step.act)?;
            }
            _ => self.referral_step(actor, step.at, &step.act)?,
        }
        Ok(())
    }

    fn holder_step(&mut self, actor: &str, act: &Act) -> Result<(), String> {
        self.holds(actor)?;
        let (from, to): (&[&str], _) = match act {
            Act::Accept => (&["reported"], "accepted"),
            Act::Start => (&["accepted"], "in_progress"),
            Act::Wait { .. } => (&["in_progress"], "waiting"),
            Act::Resume => (&["waiting"], "in_progress"),
            Act::Reject { .. } => (&["reported", "accepted"], "rejected"),
            _ => (&["in_progress"], "resolved"),
        };
        self.state(from)?;
        ensure(
            to != "rejected" || *self.kind(&self.holder) != UnitKind::Alley,
            "a chief does not reject",
        )?;
        if to == "resolved" {
            self.resolvers = BTreeSet::from([actor.to_owned()]);
        }
        self.state = to;
        Ok(())
    }

    fn ending_step(&mut self, actor: &str, at: Time, act: &Act) -> Result<(), String> {
        let is_owner = self.has_post(actor, self.owner);
        match act {
            Act::Verify { result, .. } => {
                self.state(&["resolved"])?;
                let chief_resolved = self
                    .resolvers
                    .iter()
                    .any(|resolver| self.has_post(resolver, self.owner));
                let is_checker = if chief_resolved {
                    self.has_post(actor, &self.above(self.owner))
                } else {
                    is_owner
                };
                ensure(
                    is_checker && !self.resolvers.contains(actor),
                    "verified by the wrong person",
                )?;
                self.state = if *result == Finding::Fixed {
                    "verified"
                } else {
                    "in_progress"
                };
            }
            Act::Close { code, .. } => {
                let is_fixed = *code == "fixed"
                    && self.state == "verified"
                    && (is_owner || self.has_post(actor, &self.above(self.owner)));
                let cannot = *code != "fixed"
                    && self.is_open()
                    && self.has_post(actor, &self.above(&self.holder));
                ensure(
                    is_fixed || cannot,
                    "closed by the wrong person or too early",
                )?;
                (self.state, self.ended, self.referral) = ("closed", Some(at), None);
            }
            Act::Reopen { .. } => {
                self.state(&["closed", "rejected"])?;
                ensure(
                    is_owner
                        && self
                            .ended
                            .is_none_or(|ended| at <= ended.plus_days(REOPEN_DAYS)),
                    "reopened too late",
                )?;
                self.state = "reported";
            }
            _ => {
                self.state(&["reported"])?;
                ensure(actor == self.reporter, "withdrawn by another")?;
                self.state = "withdrawn";
            }
        }
        Ok(())
    }

    fn referral_step(&mut self, actor: &str, at: Time, act: &Act) -> Result<(), String> {
        match act {
            Act::Escalate { to, reason, tried } => {
                self.holds(actor)?;
                self.state(&["reported", "accepted", "in_progress", "waiting"])?;
                ensure(
                    *to == self.above(&self.holder) && !reason.is_empty() && !tried.is_empty(),
                    "not the next level",
                )?;
                self.referral = Some(to.clone());
            }
            Act::Dispatch { to, by } => {
                self.holds(actor)?;
                self.state(&["accepted", "in_progress"])?;
                let is_below =
                    self.above(to) == self.holder || *self.kind(to) == UnitKind::Department;
                let may = matches!(self.kind(&self.holder), UnitKind::Branch | UnitKind::Town);
                ensure(
                    is_below && may && *by > Date::of(at) && self.returns < 2,
                    "dispatch",
                )?;
                (self.referral, self.due) = (Some(to.clone()), Some(*by));
            }
            Act::Receive => {
                let to = self.is_receiver(actor)?;
                self.held_by(to);
            }
            Act::Return { reason } => {
                let to = self.is_receiver(actor)?;
                ensure(!reason.is_empty() && self.returns < 2, "return")?;
                self.units.insert(to);
                (self.referral, self.returns) = (None, self.returns + 1);
            }
            Act::Rule { to, .. } => {
                ensure(self.returns == 2 && self.has_post(actor, "town"), "rule")?;
                self.held_by(to.clone());
            }
            Act::Extend { by, .. } => {
                ensure(
                    self.is_open() && self.has_post(actor, &self.above(&self.holder)),
                    "extend",
                )?;
                ensure(self.due.is_none_or(|due| *by > due), "not a later date")?;
                self.due = Some(*by);
            }
            Act::Supervise { .. } => {
                ensure(
                    self.is_open() && self.has_post(actor, &self.above(&self.holder)),
                    "supervise",
                )?;
            }
            other => return Err(format!("no rule for {other:?}")),
        }
        Ok(())
    }
}
