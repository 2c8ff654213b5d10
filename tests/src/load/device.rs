//! A device: the product's replica and transport. Its store is in memory, so that the disk is the
//! server's alone.

use alleyway_client::Driver;
use alleyway_core::command::Body;
use alleyway_core::crypto::hash;
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Note;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store as _, Transaction, Write};
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire as _;
use alleyway_device::transport::{Client, ServerUrl, Timeouts, Transport as _};
use alleyway_replica::{Draft, Effect, Replica, SealingPair, SyncSummary};
use std::time::Duration;

use super::{Outcome, now};
use crate::workload::Typed;

/// An answer to an enrolment, in bytes.
const ENROLLED_BYTES_MAX: usize = 4_096;

/// Bytes and round trips of one sync.
#[derive(Debug, Clone, Default)]
pub(super) struct Cost {
    /// Compressed flights.
    pub(super) up: u64,
    /// Compressed answers.
    pub(super) down: u64,
    /// On the socket, both ways, HTTP's heads included.
    pub(super) tcp: u64,
    /// Requests.
    pub(super) round_trips: u64,
    /// What the device says it did.
    pub(super) summary: SyncSummary,
}

/// An enrolled device.
pub(super) struct Device {
    replica: Replica,
    store: MemoryStore,
    client: Client,
    alley: UnitId,
    name: String,
    drawn: u64,
}

impl Device {
    /// Enrols a device called `name`, whose member reports for `alley`.
    pub(super) fn enrol(
        url: &str,
        name: String,
        alley: UnitId,
        code: TrackingCode,
    ) -> Outcome<Self> {
        // 10,000 documents are a long answer on a busy machine.
        let timeouts = Timeouts {
            answer: Duration::from_mins(10),
            idle: Duration::from_mins(10),
            ..Timeouts::default()
        };
        let client = Client::new(ServerUrl::parse(url)?, timeouts)?;
        let store = MemoryStore::default();
        let mut device = Self {
            replica: Replica::open(&store)?,
            store,
            client,
            alley,
            name,
            drawn: 0,
        };
        let (signing, sealing) = (device.random(), device.random());
        let (writes, request) = device.replica.enrol_request(
            code,
            Text::cut("load"),
            signing,
            SealingPair::of(sealing),
            now(),
        )?;
        device.persist(writes)?;
        let answer = device
            .client
            .post("/v1/enrol", request.to_bytes())?
            .whole(ENROLLED_BYTES_MAX)?;
        let writes = device
            .replica
            .enrolled(&Enrolled::from_bytes(&answer)?, now());
        device.persist(writes)?;
        Ok(device)
    }

    fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash("load", &[self.name.as_bytes(), &self.drawn.to_be_bytes()])
    }

    fn persist(&mut self, writes: Vec<Write>) -> Outcome<()> {
        Ok(self.store.commit(&Transaction {
            writes,
            ..Transaction::default()
        })?)
    }

    fn record(&mut self, draft: Draft) -> Outcome<DocumentId> {
        let random = self.random();
        let (writes, recorded) = self.replica.record(draft, now(), random)?;
        self.persist(writes)?;
        Ok(recorded.document)
    }

    /// Types a case with its notes: one command each. Returns the case, and how many they were.
    pub(super) fn type_case(&mut self, typed: &Typed) -> Outcome<(DocumentId, u64)> {
        let random = self.random();
        let mut code = [0; 15];
        code.copy_from_slice(random.first_chunk::<15>().ok_or("15 of 32 bytes")?);
        let device_code = self
            .replica
            .status(now())
            .ok_or("not enrolled")?
            .device_code;
        let body = typed.report(self.alley, device_code, TrackingCode::from_random(code));
        let case = self.record(Draft { target: None, body })?;
        for text in &typed.notes {
            self.note(case, text)?;
        }
        Ok((case, 1 + typed.notes.len() as u64))
    }

    /// Types a note.
    pub(super) fn note(&mut self, case: DocumentId, text: &str) -> Outcome<()> {
        let body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut(text),
        }));
        self.record(Draft {
            target: Some(case),
            body,
        })
        .map(drop)
    }

    /// Types an edit of a field.
    pub(super) fn edit(&mut self, case: DocumentId, field: &str, value: &str) -> Outcome<()> {
        let draft = self.replica.edit(case, field, value)?;
        self.record(draft).map(drop)
    }

    /// Syncs until there is nothing more to say.
    pub(super) fn sync(&mut self) -> Outcome<Cost> {
        let mut cost = Cost::default();
        let before = self.client.traffic();
        let before = before.up() + before.down();
        let (spent, random) = (self.client.spent(), self.random());
        let mut driver = Driver::begin(&mut self.replica, now(), random);
        loop {
            match driver.next(&mut self.replica, now())? {
                Some(Effect::Persist(writes) | Effect::PersistAnew(writes)) => {
                    self.persist(writes)?;
                    driver.persisted();
                }
                Some(Effect::Send(flight)) => self.client.send(&flight)?,
                Some(Effect::Wipe) => return Err("the server has this device wiped".into()),
                Some(Effect::Done(summary)) => {
                    let after = self.client.spent();
                    cost.tcp = after.tcp_up + after.tcp_down - before;
                    cost.up = after.bytes_up - spent.bytes_up;
                    cost.down = after.bytes_down - spent.bytes_down;
                    cost.round_trips = after.round_trips - spent.round_trips;
                    cost.summary = summary;
                    return Ok(cost);
                }
                None => {
                    if let Some(bytes) = self.client.read()? {
                        driver.answer(&bytes);
                    } else {
                        let random = self.random();
                        driver.response_ended(&mut self.replica, now(), random)?;
                    }
                }
            }
        }
    }
}
