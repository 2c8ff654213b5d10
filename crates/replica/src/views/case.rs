//! One case, with the log of what was done to it, confirmed or not.

use std::collections::{BTreeMap, BTreeSet};

use super::{CaseDetail, EntryState, LogRow};
use crate::Replica;
use crate::causality::Step;
use crate::held::Confirmed;
use crate::identity::EnrolledDevice;
use crate::outbox::{Fate, Outgoing};
use crate::working::perform;
use alleyway_core::documents::{Document, LogEntry};
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::policy::Filling;

impl Replica {
    /// One case; of a report that was refused, what it would have been.
    pub fn case(&self, id: DocumentId) -> Option<CaseDetail> {
        let refused_report = !self.held.contains(id) && self.working(id).is_none();
        let working = if refused_report {
            self.as_if_not_refused(id)?
        } else {
            self.working(id)?
        };
        let confirmed = self.held.get(id);
        Some(CaseDetail {
            line: self.line_of(&working)?,
            state: working.case()?,
            times: working.case_times(self.read_by()),
            fields: working.fields(),
            log: self.log(id, &working),
            filling: self
                .as_enrolled()
                .map(EnrolledDevice::member)
                .and_then(|me| Filling::of(&working, me)),
            head: confirmed.map(Confirmed::head),
            version: self.held.version(id),
        })
    }

    fn as_if_not_refused(&self, id: DocumentId) -> Option<Document> {
        let mut document = Document::new(id, 1);
        for (_, outgoing) in self.outbox.of(id) {
            let _ = self.execute_provisionally(&mut document, outgoing);
        }
        (document.version() > 0).then_some(document)
    }

    fn execute_provisionally(
        &self,
        document: &mut Document,
        outgoing: &Outgoing,
    ) -> Option<LogEntry> {
        self.execute(document, &outgoing.command)?.ok()?;
        document.log_entry(self.outbox.id(&outgoing.command)?)
    }

    fn log(&self, id: DocumentId, working: &Document) -> Vec<LogRow> {
        let fates: BTreeMap<CommandId, &Outgoing> = self
            .outbox
            .with_ids(id)
            .map(|(_, id, outgoing)| (id, outgoing))
            .collect();
        let confirmed = self.held.version(id);
        let unconfirmed = self.unconfirmed(id);
        let others: BTreeSet<CommandId> = unconfirmed
            .steps
            .iter()
            .filter(|step| step.carried)
            .map(|step| step.id)
            .collect();
        let mut rows = Vec::new();
        for (version, entry) in (1_u64..).zip(working.log()) {
            let state = match fates.get(&entry.command).map(|outgoing| &outgoing.fate) {
                Some(Fate::Refused(refusal)) => EntryState::Refused(refusal.clone()),
                Some(fate) if fate.is_pending() && version > confirmed => EntryState::Pending,
                None if others.contains(&entry.command) => EntryState::Carried,
                _ => EntryState::Admitted,
            };
            let received = entry.received.filter(|_| version <= confirmed);
            rows.push(LogRow {
                entry: LogEntry { received, ..entry },
                state,
            });
        }
        // What shows no effect yet, and what was refused: as each would look by itself.
        for (command, outgoing) in fates {
            if working.version_of(command).is_none() {
                let state = match &outgoing.fate {
                    Fate::Refused(refusal) => EntryState::Refused(refusal.clone()),
                    _ => EntryState::Pending,
                };
                let entry = self.entry_by_itself(working, command, outgoing);
                rows.push(LogRow {
                    entry: LogEntry {
                        received: None,
                        ..entry
                    },
                    state,
                });
            }
        }
        let shown = |step: &&Step<'_>| step.carried && working.version_of(step.id).is_none();
        rows.extend(
            unconfirmed
                .steps
                .iter()
                .filter(shown)
                .map(|step| carried_row(working, step, EntryState::Carried)),
        );
        rows.extend(
            unconfirmed
                .waiting
                .iter()
                .map(|step| carried_row(working, step, EntryState::Waits)),
        );
        rows
    }

    fn entry_by_itself(
        &self,
        working: &Document,
        command: CommandId,
        outgoing: &Outgoing,
    ) -> LogEntry {
        let plain = LogEntry {
            command,
            kind: outgoing.command.body.kind().to_owned(),
            author: self
                .as_enrolled()
                .map_or(MemberId([0; 16]), EnrolledDevice::member),
            at: outgoing.command.at,
            received: None,
            text: String::new(),
            details: BTreeMap::new(),
        };
        self.execute_provisionally(&mut working.fork(), outgoing)
            .unwrap_or(plain)
    }
}

/// A step of another device that shows no effect, as it would look by itself.
fn carried_row(working: &Document, step: &Step<'_>, state: EntryState) -> LogRow {
    let plain = LogEntry {
        command: step.id,
        kind: step.command.body.kind().to_owned(),
        author: step.author,
        at: step.command.at,
        received: None,
        text: String::new(),
        details: BTreeMap::new(),
    };
    let mut alone = working.fork();
    let entry = perform(&mut alone, step)
        .ok()
        .and_then(|()| alone.log_entry(step.id))
        .unwrap_or(plain);
    LogRow {
        entry: LogEntry {
            received: None,
            ..entry
        },
        state,
    }
}
