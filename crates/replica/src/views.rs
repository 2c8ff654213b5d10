//! What screens show. What is unconfirmed always looks so.

use std::collections::{BTreeMap, BTreeSet};

use super::Replica;
use super::causality::Step;
use super::lease::Reading;
use super::outbox::{Fate, Outgoing};
use super::working::perform;
use alleyway_core::documents::{Document, LiveValue, LogEntry};
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, TownId, UnitId};
use alleyway_core::kinds::case::CaseState;
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::kinds::unit::Post;
use alleyway_core::number::CaseNumber;
use alleyway_core::refusal::Refusal;
use alleyway_core::time::Time;

/// The device and its member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStatus {
    /// The town.
    pub town: TownId,
    /// The town's name.
    pub town_name: String,
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// The member's posts now, as far as the directories tell.
    pub posts: Vec<(Post, UnitId)>,
    /// The device.
    pub device: DeviceId,
    /// Its code, of which case numbers are made.
    pub device_code: u32,
    /// The server's clock at the last contact.
    pub last_contact: Option<Time>,
    /// Commands without a verdict.
    pub pending: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Batches of other devices that are still to be handed in for them.
    pub carried: usize,
    /// For how long the device may be read without hearing from the server.
    pub reading: Option<Reading>,
}

/// A line of the list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub document: DocumentId,
    /// Its number.
    pub number: CaseNumber,
    /// What it is about; of conflicting values the last.
    pub title: String,
    /// Its category.
    pub category: String,
    /// Where it stands, with what is pending.
    pub state: CaseState,
    /// Commands of this device without a verdict.
    pub pending: usize,
    /// Commands of other devices, handed over phone to phone, that are not confirmed.
    pub carried: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Fields with several values.
    pub conflicts: usize,
    /// Whether it changed since it was last looked at.
    pub changed: bool,
}

/// A case, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDetail {
    /// As in the list.
    pub row: CaseRow,
    /// Live values of every field.
    pub fields: BTreeMap<String, Vec<LiveValue>>,
    /// What was done: admitted in the server's order, then what is pending, then what was refused.
    pub log: Vec<LogRow>,
    /// The confirmed head; none if nothing is confirmed.
    pub head: Option<[u8; 32]>,
    /// The confirmed version; 0 if nothing is confirmed.
    pub version: u64,
}

/// A line of a case's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// What was done. A time of receipt is there only if it is admitted.
    pub entry: LogEntry,
    /// Whether it stands.
    pub state: EntryState,
}

/// Whether a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// Nobody has said.
    Pending,
    /// It stands.
    Admitted,
    /// It does not.
    Refused(Refusal),
    /// Another device's, handed over phone to phone: nobody has said.
    Carried,
    /// Another device's, handed over phone to phone: what it stands on is not here yet.
    Waits,
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdRow {
    /// The household.
    pub document: DocumentId,
    /// Its alley.
    pub alley: UnitId,
    /// Its door.
    pub door: String,
    /// Whom it named.
    pub contact: String,
    /// How many people live in it.
    pub count: u16,
}

/// A command of this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The command.
    pub command: CommandId,
    /// The document it changes or would create.
    pub document: DocumentId,
    /// The case's number, for a case.
    pub number: Option<CaseNumber>,
    /// What was to be done.
    pub kind: String,
    /// When it was typed, by this device's clock.
    pub at: Time,
    /// Why it was refused, if it was.
    pub refusal: Option<Refusal>,
    /// Whether it can be read here; if not, it can be once the server is heard again.
    pub readable: bool,
}

impl Replica {
    /// The device and its member; none before enrolment.
    pub fn status(&self, now: Time) -> Option<DeviceStatus> {
        let (identity, enrolled) = self.enrolled_row()?;
        let posts = self
            .organisation()
            .posts_of(enrolled.member, self.server_time(now));
        Some(DeviceStatus {
            town: enrolled.town,
            town_name: enrolled.town_name.to_string(),
            member: enrolled.member,
            name: self
                .organisation()
                .name(enrolled.member)
                .unwrap_or(&enrolled.name)
                .to_owned(),
            posts: posts.map(|post| (post.post.clone(), post.unit)).collect(),
            device: DeviceId::of(&identity.secret().public()),
            device_code: enrolled.device_code,
            last_contact: self.state.last_contact,
            pending: self.count(Fate::is_pending),
            refused: self.count(|fate| matches!(fate, Fate::Refused(_))),
            carried: self.carrying.open().count(),
            reading: self.reading(),
        })
    }

    /// Whether the device has an identity.
    pub fn is_enrolled(&self) -> bool {
        self.enrolled_row().is_some()
    }

    /// All cases on the device, ended ones too, newest number last.
    pub fn cases(&self) -> Vec<CaseRow> {
        let confirmed = self
            .documents
            .iter()
            .filter(|(_, confirmed)| confirmed.reads_as::<CaseState>())
            .map(|(id, _)| *id);
        let mut rows: Vec<CaseRow> = confirmed
            .chain(self.created_here())
            .chain(self.created_elsewhere())
            .filter_map(|id| self.case_row(id, &self.working(id)?))
            .collect();
        rows.sort_by_key(|row| (row.number, row.document));
        rows
    }

    fn case_row(&self, id: DocumentId, working: &Document) -> Option<CaseRow> {
        let state = working.case()?;
        let fields = working.fields();
        let shown = |field: &str| {
            let values = fields.get(field).map(Vec::as_slice).unwrap_or_default();
            alleyway_core::documents::shown_value(values).to_owned()
        };
        let version = self
            .documents
            .get(&id)
            .map(super::confirmed::Confirmed::version);
        let unconfirmed = self.unconfirmed(id);
        let others = unconfirmed
            .steps
            .iter()
            .chain(&unconfirmed.waiting)
            .filter(|step| step.carried);
        let mine: Vec<&Outgoing> = self.outbox.of(id).map(|(_, outgoing)| outgoing).collect();
        Some(CaseRow {
            document: id,
            number: state.number,
            title: shown("title"),
            category: shown("category"),
            state,
            pending: mine
                .iter()
                .filter(|outgoing| outgoing.fate.is_pending())
                .count(),
            carried: others.count(),
            refused: mine
                .iter()
                .filter(|outgoing| matches!(outgoing.fate, Fate::Refused(_)))
                .count(),
            conflicts: fields.values().filter(|values| is_conflict(values)).count(),
            changed: version != self.looked_at.get(&id).copied(),
        })
    }

    /// One case; of a report that was refused, what it would have been.
    pub fn case(&self, id: DocumentId) -> Option<CaseDetail> {
        let refused_report = !self.documents.contains_key(&id) && self.working(id).is_none();
        let working = if refused_report {
            self.as_if_not_refused(id)?
        } else {
            self.working(id)?
        };
        let confirmed = self.documents.get(&id);
        Some(CaseDetail {
            row: self.case_row(id, &working)?,
            fields: working.fields(),
            log: self.log(id, &working),
            head: confirmed.map(super::confirmed::Confirmed::head),
            version: confirmed.map_or(0, super::confirmed::Confirmed::version),
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
            .of(id)
            .filter_map(|(_, outgoing)| Some((self.outbox.id(&outgoing.command)?, outgoing)))
            .collect();
        let confirmed = self
            .documents
            .get(&id)
            .map_or(0, super::confirmed::Confirmed::version);
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
                Some(Fate::Pending(_)) if version > confirmed => EntryState::Pending,
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
                    Fate::Pending(_) | Fate::Admitted(_) => EntryState::Pending,
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
                .enrolled_row()
                .map_or(MemberId([0; 16]), |(_, enrolled)| enrolled.member),
            at: outgoing.command.at,
            received: None,
            text: String::new(),
            details: BTreeMap::new(),
        };
        self.execute_provisionally(&mut working.fork(), outgoing)
            .unwrap_or(plain)
    }

    /// All households on the device, by door.
    pub fn households(&self) -> Vec<HouseholdRow> {
        let mut rows: Vec<HouseholdRow> = self
            .documents
            .iter()
            .filter(|(_, confirmed)| confirmed.reads_as::<HouseholdView>())
            .filter_map(|(id, _)| {
                let view = self.working(*id)?.household()?;
                let (alley, door, contact, count) =
                    (view.alley, view.door, view.contact, view.count);
                Some(HouseholdRow {
                    document: *id,
                    alley,
                    door,
                    contact,
                    count,
                })
            })
            .collect();
        rows.sort_by(|a, b| (&a.door, a.document).cmp(&(&b.door, b.document)));
        rows
    }

    /// Commands without a verdict, in the order typed.
    pub fn pending(&self) -> Vec<OutboxRow> {
        self.outbox_rows(Fate::is_pending)
    }

    /// Refused commands that were not dealt with, in the order typed.
    pub fn refused(&self) -> Vec<OutboxRow> {
        self.outbox_rows(|fate| matches!(fate, Fate::Refused(_)))
    }

    fn outbox_rows(&self, which: impl Fn(&Fate) -> bool) -> Vec<OutboxRow> {
        let locked = self
            .outbox
            .locked
            .iter()
            .filter(|(_, locked)| which(&locked.fate));
        let readable = self
            .outbox
            .commands
            .iter()
            .filter(|(_, outgoing)| which(&outgoing.fate));
        let rows: BTreeMap<u64, OutboxRow> = readable
            .filter_map(|(counter, outgoing)| Some((*counter, self.outbox_row(outgoing)?)))
            .chain(locked.map(|(counter, locked)| (*counter, locked.row())))
            .collect();
        rows.into_values().collect()
    }

    /// How many commands are as said.
    fn count(&self, which: impl Fn(&Fate) -> bool) -> usize {
        let readable = self
            .outbox
            .commands
            .values()
            .filter(|outgoing| which(&outgoing.fate));
        let locked = self
            .outbox
            .locked
            .values()
            .filter(|locked| which(&locked.fate));
        readable.count() + locked.count()
    }

    /// A command of the outbox, readable or not.
    pub(super) fn row_of(&self, counter: u64) -> Option<OutboxRow> {
        match self.outbox.commands.get(&counter) {
            Some(outgoing) => self.outbox_row(outgoing),
            None => self
                .outbox
                .locked
                .get(&counter)
                .map(super::outbox::Locked::row),
        }
    }

    pub(super) fn outbox_row(&self, outgoing: &Outgoing) -> Option<OutboxRow> {
        let document = self.outbox.target(&outgoing.command)?;
        let number = outgoing
            .command
            .body
            .is_numbered()
            .then(|| self.number_here(document))
            .flatten();
        Some(OutboxRow {
            command: self.outbox.id(&outgoing.command)?,
            document,
            number,
            kind: outgoing.command.body.kind().to_owned(),
            at: outgoing.command.at,
            refusal: match &outgoing.fate {
                Fate::Refused(refusal) => Some(refusal.clone()),
                Fate::Pending(_) | Fate::Admitted(_) => None,
            },
            readable: true,
        })
    }

    /// The number of a document that the device holds, created, or carries for another.
    fn number_here(&self, document: DocumentId) -> Option<CaseNumber> {
        let confirmed = self.documents.get(&document);
        if let Some(number) = confirmed.and_then(|held| CaseNumber::parse(held.number())) {
            return Some(number);
        }
        // Of a case that is not here one's own report tells the number, and asks for no working copy.
        let mut own = self.outbox.of(document);
        if own.any(|(_, outgoing)| outgoing.command.document.is_none()) {
            let (_, enrolled) = self.enrolled_row()?;
            return Some(CaseNumber::of(enrolled.device_code, document));
        }
        self.working(document)?.number()
    }

    /// Whether a command of this device takes effect only when it is admitted.
    pub fn waits_for_admission(&self, command: CommandId) -> bool {
        self.outbox
            .find(command)
            .and_then(|counter| self.outbox.commands.get(&counter))
            .is_some_and(|outgoing| outgoing.command.body.takes_effect_on_admission())
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

/// Whether a field's live values differ.
pub(super) fn is_conflict(values: &[LiveValue]) -> bool {
    values.iter().any(|value| {
        values
            .first()
            .is_some_and(|first| first.value != value.value)
    })
}
