//! What the simulator believes: written from `domain.md` and `ARCHITECTURE.md`, and fed only with
//! what goes in and out at the edges. It shares no code with admission, executors or feeds.

mod before;
mod book;
mod by_time;
mod clearances;
mod dates;
mod figures;
mod life;
mod merged;
mod notebook;
mod organisation;
mod paper;
mod register;
mod rows;
mod stops;
mod trays;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use clearances::Reader;
pub(crate) use figures::{Line, recount};
pub(crate) use notebook::Notebook;
pub(crate) use organisation::{Held, Town};
pub(crate) use paper::Paper;
pub(crate) use rows::stored_rows;

use alleyway_core::command::{Body, Command, Nonce};
use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::{Mark, Receipt};
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::{AdmittedAt, KeptWhy, Stands, Stop, Verdict};
use alleyway_core::time::Time;

use super::violation::{
    AUTHORITY, Broken, CLOCK, Checked, DURABLE, IDEMPOTENT, ONE_BODY, SCOPE, broken, ensure,
};
use life::Actor;

/// Something that the server did and committed.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// The town is now so.
    Town(Town),
    /// The town's book is there.
    Book { document: DocumentId },
    /// It made a household.
    Household {
        document: DocumentId,
        alley: DocumentId,
        door: String,
        contact: String,
        count: u16,
    },
    /// It moved a household.
    Moved {
        document: DocumentId,
        alley: DocumentId,
    },
    /// It answered a flight: what became of one batch after the other.
    Answered(Vec<Answered>),
    /// A device is not to go on.
    Stopped { phone: usize, why: Stop },
    /// It took a step by time alone.
    Said {
        document: DocumentId,
        step: Box<Body>,
        at: Time,
    },
    /// Somebody's clearance ended.
    ClearanceEnded(CommandId),
    /// Somebody was sent what these documents hold.
    Shown {
        reader: Reader,
        at: Time,
        documents: BTreeSet<DocumentId>,
    },
}

/// What became of a batch.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    /// Whose phone sealed it; none for the stranger's device.
    pub(crate) phone: Option<usize>,
    pub(crate) key: PublicKey,
    pub(crate) member: MemberId,
    /// The server's clock.
    pub(crate) at: Time,
    /// When it was received first, as the verdicts say.
    pub(crate) received: Time,
    /// A courier brought it.
    pub(crate) is_carried: bool,
    pub(crate) verdicts: Vec<(Command, Verdict)>,
}

/// The oracle.
#[derive(Debug, Clone, Default)]
pub(crate) struct Oracle {
    pub(crate) town: Town,
    pub(crate) papers: BTreeMap<DocumentId, Paper>,
    pub(crate) admitted: BTreeMap<CommandId, AdmittedAt>,
    refused: BTreeSet<CommandId>,
    trays: trays::Trays,
    bodies: BTreeMap<CommandId, Body>,
    /// Of each id the command that the server said of that it stands or lies in a tray.
    spoken_of: BTreeMap<CommandId, Command>,
    /// The first command with each nonce of a device of which something final was said.
    nonces: BTreeMap<(PublicKey, Nonce), CommandId>,
    /// Of each version of a document the command that the server said of that it made it.
    makers: BTreeMap<(DocumentId, u64), CommandId>,
    /// When the server received what it admitted.
    received: BTreeMap<CommandId, Time>,
    /// The latest that the server's clock ever was.
    latest: Time,
    stops: stops::Stops,
    before: before::Before,
    /// Commands whose nonce another one of the device had.
    nonces_twice: u64,
    /// What the server says by itself behind the batch at hand.
    to_say: std::collections::VecDeque<merged::ToSay>,
    /// How much it has taken.
    events: u64,
    /// What administrators asked for on phones, and who did.
    asked: BTreeMap<CommandId, MemberId>,
    /// Phones that may be sent confidential cases, if their members may read them.
    pub(crate) confirmed: BTreeSet<usize>,
    /// Phones that were restored from an old copy: what they hand in again may be judged again.
    pub(crate) restored: BTreeSet<usize>,
}

impl Oracle {
    /// Takes what the server has committed, in order.
    pub(crate) fn committed(&mut self, event: &Event) -> Checked {
        if !matches!(event, Event::Shown { .. }) {
            self.events += 1;
        }
        match event {
            Event::Town(town) => self.town.becomes(town),
            Event::Household {
                document,
                alley,
                door,
                contact,
                count,
            } => {
                let id = CommandId(document.0);
                let paper =
                    Paper::household(*document, *alley, [door, contact, &count.to_string()]);
                self.papers.insert(*document, paper);
                self.bodies.remove(&id);
            }
            Event::Book { document } => self.opened_book(*document),
            Event::Moved { document, alley } => {
                if let Some(paper) = self.papers.get_mut(document) {
                    paper.move_to(*alley);
                }
            }
            Event::Answered(answered) => return self.answered(answered),
            Event::Said { document, step, at } => return self.said_by_time(*document, step, *at),
            Event::Stopped { phone, why } => self.stops.put(*phone, *why),
            Event::ClearanceEnded(appointment) => self.town.set_cleared(*appointment, false),
            Event::Shown {
                reader,
                at,
                documents,
            } => {
                let hidden = |id: &&DocumentId| {
                    self.papers
                        .get(*id)
                        .is_some_and(|paper| !self.sees(paper, *reader, *at))
                };
                let more = documents.iter().find(hidden);
                return ensure(more.is_none(), SCOPE, || {
                    format!("{more:?} is shown to somebody who may not see it")
                });
            }
        }
        Ok(())
    }

    /// Takes verdicts. Those of one flight are not told in the order in which they were given, if a
    /// courier brought some: a document's versions tell it.
    fn answered(&mut self, answered: &[Answered]) -> Checked {
        let mut open: Vec<(&Answered, &Command, &Verdict)> = Vec::new();
        for by in answered {
            self.latest = self.latest.max(by.at);
            open.extend(
                by.verdicts
                    .iter()
                    .map(|(command, verdict)| (by, command, verdict)),
            );
        }
        while !open.is_empty() {
            let next = open
                .iter()
                .position(|(by, command, verdict)| self.is_next(by, command, verdict));
            let kept = || {
                open.iter()
                    .position(|(.., verdict)| matches!(verdict, Verdict::Kept(_)))
            };
            if next.is_none() && self.says_one() {
                continue;
            }
            let next = next.or_else(kept);
            let (by, command, verdict) = open.remove(next.unwrap_or(0));
            let received = match verdict {
                Verdict::Stands(stands) => stands.receipt.received,
                _ => by.received,
            };
            self.judged(by, received, command, verdict)?;
        }
        while self.says_one() {}
        Ok(())
    }

    /// Whether a verdict can be the next, by the version it names.
    fn is_next(&self, by: &Answered, command: &Command, verdict: &Verdict) -> bool {
        let (Verdict::Admitted(at) | Verdict::AfterPost(at) | Verdict::Stands(Stands { at, .. })) =
            verdict
        else {
            let Verdict::Kept(kept) = verdict else {
                return true;
            };
            // What it is about may be among the rest; and what stood once has a version of its own, which
            // nobody names: those that are named come first.
            let is_known = command
                .document
                .is_none_or(|document| self.papers.contains_key(&document));
            return is_known && kept.why != KeptWhy::BeforeRestore;
        };
        let held = self
            .papers
            .get(&command.target(&by.key))
            .map_or(0, Paper::version);
        trays::settling(command).is_some()
            || self.admitted.contains_key(&command.id(&by.key))
            || at.version == held + 1
    }

    fn judged(
        &mut self,
        by: &Answered,
        received: Time,
        command: &Command,
        verdict: &Verdict,
    ) -> Checked {
        let id = command.id(&by.key);
        ensure(received <= self.latest, CLOCK, || {
            format!("{id} was received at {received:?}, which is yet to come")
        })?;
        self.speaks_of_one(by, command, verdict)?;
        // Of the stranger only what is final matters.
        if by.phone.is_none() && !verdict.is_final() {
            return Ok(());
        }
        let body = self
            .bodies
            .entry(id)
            .or_insert_with(|| command.body.clone());
        ensure(*body == command.body, IDEMPOTENT, || {
            format!("two commands have the id {id}")
        })?;
        self.note_time(id, by, verdict);
        match verdict {
            Verdict::Admitted(at) | Verdict::AfterPost(at) | Verdict::Stands(Stands { at, .. }) => {
                if self.admitted.contains_key(&id) {
                    return self.promised(id, *at, received);
                }
                let after_post = match verdict {
                    Verdict::Stands(stands) => stands.receipt.mark == Mark::AfterPost,
                    verdict => matches!(verdict, Verdict::AfterPost(_)),
                };
                self.stands(by, received, command, *at, after_post)
            }
            Verdict::Kept(kept) => self.kept(by, command, &kept.why),
            Verdict::Refused(refusal) => {
                self.refused.insert(id);
                self.note_of_nobody(by, id, command.target(&by.key), &refusal.code);
                let stands = self.admitted.contains_key(&id) || self.was_kept(id);
                ensure(!stands, DURABLE, || {
                    format!(
                        "{id} was admitted, and is now refused: {}",
                        refusal.code.word()
                    )
                })
            }
            Verdict::Need(_) | Verdict::Later(_) => Ok(()),
        }
    }

    /// A verdict that a command stands or lies in a tray is about this one, and never about another with
    /// the same id, or about the one that made the version.
    fn speaks_of_one(&mut self, by: &Answered, command: &Command, verdict: &Verdict) -> Checked {
        let id = command.id(&by.key);
        if verdict.is_final() {
            let first = self.nonces.entry((by.key, command.nonce)).or_insert(id);
            self.nonces_twice += u64::from(*first != id);
        }
        if let Some((at, _)) = verdict.stood(Receipt::new(self.latest, 0)) {
            let place = (command.target(&by.key), at.version);
            let maker = *self.makers.entry(place).or_insert(id);
            ensure(maker == id, ONE_BODY, || {
                format!("{id} is said to have made {place:?}, which {maker} made")
            })?;
        }
        let is_same = |known: &Command| {
            (known.document, known.at, &known.body) == (command.document, command.at, &command.body)
        };
        if verdict.stands() || matches!(verdict, Verdict::Kept(_)) {
            let known = self.spoken_of.entry(id).or_insert_with(|| command.clone());
            return ensure(is_same(known), ONE_BODY, || {
                format!(
                    "a {} is said to be {verdict:?}, and under its id {id} a {} is",
                    command.body.kind(),
                    known.body.kind()
                )
            });
        }
        let is_taken =
            matches!(verdict, Verdict::Refused(refusal) if refusal.code == RefusalCode::IdTaken);
        let own = self.spoken_of.get(&id).is_some_and(is_same);
        ensure(!is_taken || !own, DURABLE, || {
            format!("{id} was taken, and is now said to be another's id")
        })
    }

    fn stands(
        &mut self,
        by: &Answered,
        received: Time,
        command: &Command,
        at: AdmittedAt,
        after_post: bool,
    ) -> Checked {
        let id = command.id(&by.key);
        let stood = self.before.places(id).is_some();
        ensure(!self.was_kept(id), DURABLE, || {
            format!("{id} was kept, and is now admitted")
        })?;
        let may = self.is_as_it_stood(id, at) || !self.has_stopped(by);
        ensure(may, AUTHORITY, || {
            format!("{id} is admitted, and its device is stopped")
        })?;
        self.received.insert(id, received);
        if let Some(settle) = trays::settling(command) {
            return self.settles(by, id, settle, at, after_post);
        }
        if let Body::Unit(UnitCommand::ConfirmClearance(confirm)) = &command.body {
            return self.is_cleared(by, id, confirm.appointment, at);
        }
        if let Body::Unit(step) = &command.body
            && let Some(checked) = self.is_administered(by, id, step, at)
        {
            return checked;
        }
        let again = self.refused.contains(&id) && !self.was_restored(by) && !stood;
        ensure(!again, IDEMPOTENT, || {
            format!("{id} was refused, and is now admitted")
        })?;
        let target = command.target(&by.key);
        let exists = self.papers.contains_key(&target);
        ensure(command.document.is_some() || !exists, IDEMPOTENT, || {
            format!("{target} was made twice")
        })?;
        let paper = match self.anew(by, received, command, after_post) {
            Ok(paper) => paper,
            Err(_) if stood => self.again(by, received, command, at).map_err(|rule| {
                broken(
                    AUTHORITY,
                    format!("{} {id} again: {rule}", command.body.kind()),
                )
            })?,
            Err(error) => return Err(error),
        };
        let version = paper.version();
        ensure(version == at.version, DURABLE, || {
            format!(
                "{id} is said to be version {} of {target}, but {version} is next",
                at.version
            )
        })?;
        self.papers.insert(
            target,
            Paper {
                check: Some(at.check),
                ..paper
            },
        );
        self.goes_on(target, command);
        self.before.again += u64::from(stood);
        self.admitted.insert(id, at);
        Ok(())
    }

    /// The document with a command on it that was judged by the posts in force, or after its author's.
    fn anew(
        &self,
        by: &Answered,
        received: Time,
        command: &Command,
        after_post: bool,
    ) -> Result<Paper, Broken> {
        let id = command.id(&by.key);
        let target = command.target(&by.key);
        let past = self.town.as_if_not_ended(by.member, by.at);
        let town = if after_post { &past } else { &self.town };
        let actor = Actor {
            town,
            member: by.member,
            at: by.at,
            received,
        };
        if after_post {
            ensure(trays::adds_only(&command.body), AUTHORITY, || {
                format!("{id} moves something, after the post")
            })?;
            let present = Actor {
                town: &self.town,
                ..actor
            };
            ensure(
                self.is_refused(&present, by.reader(), id, command),
                AUTHORITY,
                || format!("{id} is marked, though its author may do it"),
            )?;
        }
        let forbidden =
            |rule: &'static str| broken(AUTHORITY, format!("{} {id}: {rule}", command.body.kind()));
        self.next_paper(&actor, id, command, target)
            .map_err(forbidden)
    }

    /// The document with a command on it, if the table allows it.
    fn next_paper(
        &self,
        by: &Actor<'_>,
        id: CommandId,
        command: &Command,
        target: DocumentId,
    ) -> Result<Paper, &'static str> {
        if let Some(code) = category_of(&command.body)
            && !self.has_category(code)
        {
            return Err("the book never had that category");
        }
        if command.document.is_none() {
            return Paper::report(by, id, &command.body);
        }
        let mut paper = self
            .papers
            .get(&target)
            .ok_or("its document does not exist")?
            .clone();
        paper.take(
            by,
            id,
            &command.body,
            self.merged_into_is_open(command, target),
        )?;
        Ok(paper)
    }

    /// Whether the table forbids the command.
    fn is_refused(&self, by: &Actor<'_>, reader: Reader, id: CommandId, command: &Command) -> bool {
        match command.document.and_then(|target| self.papers.get(&target)) {
            Some(paper) if !self.sees(paper, reader, by.at) => true,
            Some(paper) => paper.clone().take(by, id, &command.body, true).is_err(),
            None => Paper::report(by, id, &command.body).is_err(),
        }
    }

    /// Whether the case that another is merged into is open, and each may be named to the other's readers.
    fn merged_into_is_open(&self, command: &Command, target: DocumentId) -> bool {
        match &command.body {
            Body::Case(CaseCommand::Merge(merge)) => {
                let life_of = |case| self.papers.get(case).and_then(|paper| paper.life.as_ref());
                let of = life_of(&target);
                merge.into != target
                    && life_of(&merge.into).is_some_and(|into| {
                        into.is_open()
                            && of.is_some_and(|of| {
                                into.may_be_named_in(of) && of.may_be_named_in(into)
                            })
                    })
            }
            _ => true,
        }
    }

    /// How much has happened; the number is another one whenever something has.
    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    /// A verdict that a command stands was given, or has reached a phone: it must hold from now on.
    pub(crate) fn promised(&self, id: CommandId, at: AdmittedAt, received: Time) -> Checked {
        ensure(self.admitted.get(&id) == Some(&at), DURABLE, || {
            format!(
                "{id} is said to stand as {at:?}, but the ledger has {:?}",
                self.admitted.get(&id)
            )
        })?;
        ensure(self.received(id) == Some(received), CLOCK, || {
            format!(
                "{id} is said to have been received at {received:?}, but was at {:?}",
                self.received(id)
            )
        })
    }

    /// Whether the author's phone was ever restored from an old copy.
    fn was_restored(&self, by: &Answered) -> bool {
        by.phone.is_some_and(|phone| self.restored.contains(&phone))
    }

    /// When the server received a command that stands.
    pub(crate) fn received(&self, id: CommandId) -> Option<Time> {
        self.received.get(&id).copied()
    }

    /// What was typed, as far as it was ever handed in.
    pub(crate) fn body(&self, id: CommandId) -> Option<&Body> {
        self.bodies.get(&id)
    }

    pub(crate) fn was_refused(&self, id: CommandId) -> bool {
        self.refused.contains(&id)
    }

    /// How often a second command under one id was refused for it.
    pub(crate) fn nonces_twice_count(&self) -> u64 {
        self.nonces_twice
    }

    pub(crate) fn refused_count(&self) -> u64 {
        self.refused.len() as u64
    }
}

/// The category that a step gives a case.
fn category_of(body: &Body) -> Option<&str> {
    match body {
        Body::Case(CaseCommand::Report(report)) => Some(&report.category),
        Body::Case(CaseCommand::Edit(edit)) if edit.field.as_str() == "category" => {
            Some(&edit.value)
        }
        _ => None,
    }
}
