//! A phone: the product's replica, its store in memory, and what its owner types in a day.

use alleyway_client::Driver;
use alleyway_core::command::Body;
use alleyway_core::crypto::{first, hash};
use alleyway_core::documents::Head;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Escalate, Note, Receive};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store as _, Transaction, Write};
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::text::Text;
use alleyway_replica::{Draft, Effect, Replica, SealingPair, SyncSummary};

use super::line::Line;
use crate::load::{Outcome, now};
use crate::workload::Typed;

/// Cases that a secretary receives in a day.
const RECEIVED_IN_A_DAY: usize = 5;
/// Notes on a new case, of the five to ten that the workload has.
const NOTES: usize = 2;

/// Whose phone it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner {
    /// An alley's chief, and the branch to which the alley's cases are escalated.
    Chief { alley: UnitId, branch: UnitId },
    /// The secretary of a village's branch.
    Secretary,
}

/// An enrolled phone.
pub(super) struct Phone {
    /// The device's machine.
    pub(super) replica: Replica,
    store: MemoryStore,
    owner: Owner,
    name: String,
    drawn: u64,
    /// The case that a chief escalated yesterday.
    yesterdays: Option<DocumentId>,
}

impl Phone {
    /// A phone out of its box.
    pub(super) fn new(name: &str, owner: Owner) -> Outcome<Self> {
        let store = MemoryStore::default();
        let replica = Replica::open(&store)?;
        Ok(Self {
            replica,
            store,
            owner,
            name: name.to_owned(),
            drawn: 0,
            yesterdays: None,
        })
    }

    /// Thirty-two bytes, other ones each time, the same in each run.
    pub(super) fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash(
            "storm phone",
            &[self.name.as_bytes(), &self.drawn.to_be_bytes()],
        )
    }

    /// What it sends to be taken in.
    pub(super) fn enrolment(&mut self, code: TrackingCode) -> Outcome<Enrol> {
        let (signing, sealing) = (self.random(), self.random());
        let sealing = SealingPair::of(sealing);
        let (writes, request) =
            self.replica
                .enrol_request(code, Text::cut("storm"), signing, sealing, now())?;
        self.persist(writes)?;
        Ok(request)
    }

    /// It is taken in.
    pub(super) fn enrolled(&mut self, answer: &Enrolled) -> Outcome<()> {
        let writes = self.replica.enrolled(answer, now());
        self.persist(writes)
    }

    /// What a chief had done by yesterday evening: a case reported, described and escalated.
    pub(super) fn type_yesterday(&mut self, typed: &Typed) -> Outcome<()> {
        let Owner::Chief { alley, branch } = self.owner else {
            return Ok(());
        };
        let case = self.report(alley, typed)?;
        self.note(case, typed.notes.first().ok_or("a case without notes")?)?;
        self.escalate(case, branch)?;
        self.yesterdays = Some(case);
        Ok(())
    }

    /// A day's work, without signal. Returns how many commands it is.
    pub(super) fn type_day(&mut self, typed: &Typed) -> Outcome<u64> {
        match self.owner {
            Owner::Chief { alley, branch } => {
                let case = self.report(alley, typed)?;
                for note in typed.notes.iter().take(NOTES) {
                    self.note(case, note)?;
                }
                self.escalate(case, branch)?;
                let yesterdays = self
                    .yesterdays
                    .ok_or("a chief without a case of yesterday")?;
                self.note(
                    yesterdays,
                    typed.notes.last().ok_or("a case without notes")?,
                )?;
            }
            Owner::Secretary => {
                let cases = self.replica.cases();
                for case in cases.iter().take(RECEIVED_IN_A_DAY) {
                    self.step(case.document, CaseCommand::Receive(Receive {}))?;
                }
            }
        }
        Ok(self.replica.pending().len() as u64)
    }

    /// Cases that its owner has reported by the end of the day.
    pub(super) fn typed_cases(&self) -> u64 {
        match self.owner {
            Owner::Chief { .. } => 2,
            Owner::Secretary => 0,
        }
    }

    fn report(&mut self, alley: UnitId, typed: &Typed) -> Outcome<DocumentId> {
        let tracking = TrackingCode::from_random(first(&self.random()));
        let device_code = self
            .replica
            .status(now())
            .ok_or("a phone that is not enrolled")?
            .device_code;
        self.record(Draft {
            target: None,
            body: typed.report(alley, device_code, tracking),
        })
    }

    fn note(&mut self, case: DocumentId, text: &str) -> Outcome<()> {
        self.step(
            case,
            CaseCommand::Note(Note {
                text: Text::cut(text),
            }),
        )
    }

    fn escalate(&mut self, case: DocumentId, branch: UnitId) -> Outcome<()> {
        let (reason, tried) = (
            Text::cut("本巷无力解决，请支部协调"),
            Text::cut("已与各户商量两次"),
        );
        self.step(
            case,
            CaseCommand::Escalate(Escalate {
                to: branch,
                reason,
                tried,
            }),
        )
    }

    fn step(&mut self, case: DocumentId, command: CaseCommand) -> Outcome<()> {
        self.record(Draft {
            target: Some(case),
            body: Body::Case(command),
        })
        .map(drop)
    }

    fn record(&mut self, draft: Draft) -> Outcome<DocumentId> {
        let random = self.random();
        let (writes, recorded) = self.replica.record(draft, now(), random)?;
        self.persist(writes)?;
        Ok(recorded.document)
    }

    fn persist(&mut self, writes: Vec<Write>) -> Outcome<()> {
        keep(&mut self.store, writes)
    }

    /// Syncs as the product does (`device/src/session.rs`): what is to be kept is kept before what
    /// follows, frame by frame. Ended early, the next sync goes on where this one stopped.
    pub(super) fn sync(&mut self, line: &mut dyn Line) -> Outcome<SyncSummary> {
        let ended = self.converse(line);
        if ended.is_err() {
            self.replica.sync_failed();
        }
        ended
    }

    fn converse(&mut self, line: &mut dyn Line) -> Outcome<SyncSummary> {
        let random = self.random();
        let mut driver = Driver::begin(&mut self.replica, now(), random);
        loop {
            match driver.next(&mut self.replica, now())? {
                Some(Effect::Persist(writes) | Effect::PersistAnew(writes)) => {
                    self.persist(writes)?;
                    driver.persisted();
                }
                Some(Effect::Send(flight)) => {
                    self.hears(line, &flight, &mut driver)?;
                    let random = self.random();
                    driver.response_ended(&mut self.replica, now(), random)?;
                }
                Some(Effect::Wipe) => return Err("the server has a phone wiped".into()),
                Some(Effect::Done(summary)) => return Ok(summary),
                None => return Err("a sync had no end".into()),
            }
        }
    }

    /// Sends a flight, and keeps what each piece of the answer brings before the next one is read.
    fn hears(&mut self, line: &mut dyn Line, flight: &[u8], driver: &mut Driver) -> Outcome<()> {
        let Self { replica, store, .. } = self;
        line.exchange(flight, &mut |bytes| {
            driver.answer(bytes);
            while let Some(effect) = driver.next(replica, now())? {
                if let Effect::Persist(writes) | Effect::PersistAnew(writes) = effect {
                    keep(store, writes)?;
                    driver.persisted();
                }
            }
            Ok(())
        })
    }

    /// Every case on it with its head, as it stands with what is not confirmed.
    pub(super) fn heads(&self) -> Outcome<Vec<(DocumentId, Head)>> {
        let cases = self.replica.cases();
        let heads = cases
            .iter()
            .map(|case| Some((case.document, self.replica.working(case.document)?.head())));
        heads
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| "a case that cannot be read".into())
    }
}

fn keep(store: &mut MemoryStore, writes: Vec<Write>) -> Outcome<()> {
    Ok(store.commit(&Transaction {
        writes,
        ..Transaction::default()
    })?)
}
