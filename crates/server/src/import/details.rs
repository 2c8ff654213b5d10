//! The changes of an import as two administrators look at them before they agree: whatever of a unit, a post or
//! the book a row would write. Of households, which administrators do not read, no more than which row changes.

use alleyway_catalogue::{Lang, words};
use alleyway_core::kinds::book::BookCommand;
use alleyway_core::kinds::unit::{Amend, Appoint, UnitCommand};
use alleyway_core::time::{Date, Time};

use super::current::Current;
use super::plan::{Plan, PlannedBody, Step, UnitRef};
use super::row::File;
use super::summary::{CHANGES_SHOWN_MAX, line, more};

impl Plan {
    /// As [`Plan::summary`], with what each row would write. Units, posts and the book come first, all of them:
    /// none is hidden behind many others.
    pub fn details(&self, current: &Current, language: Lang) -> String {
        let is_of_household = |step: &&Step| step.change.file == File::Households;
        let (households, first): (Vec<&Step>, Vec<&Step>) =
            self.steps.iter().partition(is_of_household);
        let mut out = String::new();
        self.head(&mut out, language);
        for step in first {
            let written = written(step, self, current, language);
            line(&mut out, &(step.change.told(language) + &written));
        }
        for step in households.iter().take(CHANGES_SHOWN_MAX) {
            line(&mut out, &step.change.told(language));
        }
        more(&mut out, households.len(), language);
        self.unchanged(&mut out, language);
        out
    }
}

/// The content that a row would write, behind what it is.
fn written(step: &Step, plan: &Plan, current: &Current, language: Lang) -> String {
    match &step.body {
        PlannedBody::CreateUnit {
            name, kind, parent, ..
        } => {
            let kind = words::UNIT.word(language, kind.word());
            let parent = parent.map(|unit| format!(" < {}", key_of(unit, plan, current)));
            format!(": {name} · {kind}{}", parent.unwrap_or_default())
        }
        PlannedBody::Ready(body) => {
            if let Some(BookCommand::Propose(edit)) = BookCommand::of(body) {
                return format!(": {}", edit.value.as_str());
            }
            match UnitCommand::of(body) {
                Some(UnitCommand::Appoint(post)) => format!(": {}", of_post(post)),
                Some(UnitCommand::Amend(post)) => format!(": {}", amended(post, current)),
                _ => String::new(),
            }
        }
        _ => String::new(),
    }
}

/// The key of a unit, as lists name it.
fn key_of(unit: UnitRef, plan: &Plan, current: &Current) -> String {
    match unit {
        UnitRef::CreatedBy(step) => {
            let step = plan.steps.get(step);
            step.map(|step| step.change.key.clone()).unwrap_or_default()
        }
        UnitRef::Existing(id) => {
            let mut units = current.units.iter();
            let found = units.find(|(_, unit)| unit.id == id);
            found.map(|(key, _)| key.clone()).unwrap_or_default()
        }
    }
}

fn of_post(post: &Appoint) -> String {
    format!("{} {}", post.name, dates(post.from, post.until))
}

/// How an appointment is, and how it would be.
fn amended(post: &Amend, current: &Current) -> String {
    let mut made = current.appointments.iter();
    let before = made
        .find(|made| made.id == post.appointment)
        .map(|made| format!("{} {} → ", made.name, dates(made.from, made.until)));
    let after = format!("{} {}", post.name, dates(post.from, post.until));
    before.unwrap_or_default() + &after
}

fn dates(from: Time, until: Option<Time>) -> String {
    let until = until.map(|until| Date::of(until).to_string());
    format!("{} – {}", Date::of(from), until.unwrap_or_default())
}
