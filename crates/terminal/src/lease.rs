//! The lease: for how long the device may be read, and what there is to see once it may not.

use alleyway_core::id::DocumentId;
use alleyway_replica::{Effect, IndexRow, OutboxRow, Reading};

use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::look::last_contact;
use super::table::Table;
use super::texts::{say, words};
use super::{Shown, json, parse, stopping};

/// Warnings that a contact with the server settles.
const WARNINGS: [&str; 2] = ["lease_ends_soon", "lease_ended"];

impl Context {
    /// Notes the clock, ends the lease if it is over, and says so.
    pub(super) fn tick(&self, device: &mut Device) -> Result<(), Failure> {
        let noted = match device.replica.tick(self.now(), self.random()?) {
            Some(Effect::PersistAnew(writes)) => device
                .store
                .commit_anew(&writes)
                .map_err(|error| self.not_saved(&error)),
            Some(Effect::Persist(writes)) => self.commit(&mut device.store, &writes),
            Some(Effect::Send(_) | Effect::Wipe | Effect::Done(_)) | None => Ok(()),
        };
        if device.replica.stopped().is_some() {
            // No contact brings back what a device that is stopped has shown.
            return noted;
        }
        match device.replica.reading() {
            Some(Reading::Ended) => {
                // What is to be deleted must be: nothing is shown before that.
                noted?;
                self.warn("lease_ended", self.say(say::lease::ENDED));
            }
            Some(Reading::EndsSoon(ends)) => {
                let ends = parse::show_time(ends);
                self.warn(
                    "lease_ends_soon",
                    self.fill(say::lease::ENDS_SOON, &[("ends", &ends)]),
                );
            }
            // A full disk costs the note, not the reading.
            Some(Reading::Until(_)) | None => {}
        }
        Ok(())
    }

    /// The server was heard: what was said about the lease is no longer so.
    pub(super) fn lease_renewed(&self) {
        for warning in self.take_warnings() {
            if !WARNINGS.contains(&warning.code) {
                self.warn(warning.code, warning.text);
            }
        }
    }

    /// What cannot be done before the next contact.
    pub(super) fn locked(&self) -> Failure {
        self.failure(
            Exit::NotAllowed,
            "lease_ended",
            say::lease::NEEDS_READING,
            &[],
        )
    }
}

/// Until when the device may be read, for people.
pub(super) fn until(context: &Context, device: &Device) -> String {
    match device.replica.reading() {
        Some(Reading::Until(ends) | Reading::EndsSoon(ends)) => parse::show_time(ends),
        Some(Reading::Ended) => context.say(say::lease::OVER),
        None => String::new(),
    }
}

/// Until when the device may be read, for programs; none once it may not.
pub(super) fn until_utc(device: &Device) -> Option<String> {
    match device
        .replica
        .reading()
        .filter(|_| device.replica.stopped().is_none())
    {
        Some(Reading::Until(ends) | Reading::EndsSoon(ends)) => Some(parse::show_time_utc(ends)),
        Some(Reading::Ended) | None => None,
    }
}

/// `cases` and `households`, when only the index is left.
pub(super) fn index(context: &Context, device: &Device, cases: bool) -> Result<Shown, Failure> {
    let rows: Vec<IndexRow> = device
        .replica
        .index()
        .into_iter()
        .filter(|row| row.kind.is_numbered() == cases)
        .collect();
    let name = if cases {
        say::case::NUMBER
    } else {
        say::household::DOOR
    };
    let mut table = Table::new(
        [name, say::case::MARKS]
            .map(|head| context.say(head))
            .to_vec(),
    );
    for row in &rows {
        let counted = |count: usize, text| {
            (count > 0).then(|| context.fill(text, &[("count", &count.to_string())]))
        };
        let marks = [
            counted(row.pending, say::case::PENDING_MARK),
            counted(row.refused, say::case::REFUSED_MARK),
        ];
        table.row(vec![
            row.name.clone(),
            marks.into_iter().flatten().collect::<Vec<_>>().join(" "),
        ]);
    }
    let nothing = if cases {
        say::case::NONE
    } else {
        say::household::NONE
    };
    let mut lines = if rows.is_empty() {
        vec![stopping::empty(context, device, nothing)]
    } else {
        table.lines()
    };
    lines.push(last_contact(context, device));
    let values: Vec<json::Indexed> = rows.into_iter().map(indexed).collect();
    Shown::new(&values, lines)
}

fn indexed(row: IndexRow) -> json::Indexed {
    let (number, door) = if row.kind.is_numbered() {
        (Some(row.name), None)
    } else {
        (None, Some(row.name))
    };
    json::Indexed {
        document: row.document.to_string(),
        number,
        door,
        pending: row.pending,
        refused: row.refused,
        readable: false,
    }
}

/// `show`, when only the index is left: the number, and what was recorded on this device.
pub(super) fn show(context: &Context, device: &Device, case: DocumentId) -> Result<Shown, Failure> {
    let row = device
        .replica
        .index()
        .into_iter()
        .find(|row| row.document == case)
        .ok_or_else(|| context.locked())?;
    let mut own: Vec<OutboxRow> = device.replica.pending();
    own.extend(device.replica.refused());
    own.retain(|row| row.document == case);
    let mut table = Table::plain();
    table.row(vec![context.say(say::case::NUMBER), row.name.clone()]);
    let mut lines = table.lines();
    let mut steps = Table::plain();
    for row in &own {
        let state = if row.refusal.is_some() {
            say::case::REFUSED_STATE
        } else {
            say::case::UNCONFIRMED
        };
        steps.row(vec![
            context.word(words::KIND, &row.kind),
            parse::show_time(row.at),
            context.say(state),
        ]);
    }
    lines.extend(steps.lines());
    lines.push(context.say(say::lease::UNREADABLE));
    lines.push(last_contact(context, device));
    Shown::new(&indexed(row), lines)
}
