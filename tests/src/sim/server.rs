//! The server: the ledger over a store in memory, committed in groups, killed at random.

use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::Command;
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::MemberId;
use alleyway_core::ledger::{
    AdminCommand, Administered, CheckReport, Continuation, DeviceChange, Ledger, Setup, check, device_key,
};
use alleyway_core::store::{MemoryStore, Store};
use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::sync::flight::Flight;
use alleyway_core::sync::frame::{ServerFrame, Stop, Verdicts, next_frame};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire};

use super::plant::Plant;
use super::rng::Rng;
use super::town::TOWN;
use super::violation::{Broken, Checked, IDEMPOTENT, broken};

/// Few enough that documents are loaded again and again.
const LOADED_DOCUMENTS_MAX: usize = 4;

/// Everything that the ledger's lives counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    pub(crate) comparisons: u64,
    pub(crate) admitted_as: u64,
    pub(crate) forks: u64,
    pub(crate) lives: u64,
}

/// A server.
pub(crate) struct Server {
    pub(crate) store: MemoryStore,
    pub(crate) ledger: Ledger,
    counted: Counted,
    plant: Plant,
    secret: [u8; 32],
    token_key: [u8; 32],
}

/// An answer's part, read.
pub(crate) struct Part {
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) next: Option<Continuation>,
    /// The batches of the flight, each with its verdicts.
    pub(crate) verdicts: Vec<(Vec<Command>, Verdicts)>,
}

fn failed(what: &str, error: impl std::fmt::Display) -> Broken {
    broken(IDEMPOTENT, format!("the server cannot {what}: {error}"))
}

fn open(store: &MemoryStore, secret: &[u8; 32], token_key: [u8; 32], rng: &mut Rng) -> Result<Ledger, Broken> {
    let setup = Setup {
        town: TOWN,
        town_name: Text::cut("Sipai"),
        secret: SecretKey::from_bytes(secret),
        token_key,
        challenge_key: rng.bytes(),
        loaded_documents_max: LOADED_DOCUMENTS_MAX,
    };
    Ledger::open(store, setup).map_err(|e| failed("open its ledger", e))
}

impl Server {
    pub(crate) fn new(plant: Plant, rng: &mut Rng) -> Result<Self, Broken> {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).map_err(|e| failed("begin its ledger", e))?;
        let (secret, token_key) = (rng.bytes(), rng.bytes());
        let ledger = open(&store, &secret, token_key, rng)?;
        Ok(Self { store, ledger, counted: Counted::default(), plant, secret, token_key })
    }

    /// Killed and started again: what was not committed is gone.
    pub(crate) fn restart(&mut self, rng: &mut Rng) -> Checked {
        self.counted = self.counted();
        self.counted.lives += 1;
        self.ledger = open(&self.store, &self.secret, self.token_key, rng)?;
        Ok(())
    }

    pub(crate) fn counted(&self) -> Counted {
        let stats = self.ledger.stats();
        Counted {
            comparisons: self.counted.comparisons + stats.comparisons,
            admitted_as: self.counted.admitted_as + stats.admitted_as,
            forks: self.counted.forks + stats.forks,
            lives: self.counted.lives,
        }
    }

    pub(crate) fn commit(&mut self, rng: &mut Rng) -> Checked {
        let Some(transaction) = self.ledger.take_transaction() else { return Ok(()) };
        if self.plant == Plant::LosesTransactions && rng.one_in(20) {
            return Ok(());
        }
        self.store.commit(&transaction).map_err(|e| failed("commit", e))
    }

    /// Answers a flight; nothing if it is not taken.
    pub(crate) fn sync(&mut self, bytes: &[u8], now: Time) -> Result<Part, Broken> {
        let flight = Flight::parse(bytes).map_err(|e| failed("read a flight", e))?;
        let key = device_key(&self.store, flight.device()).map_err(|e| failed("find a device", e))?;
        let key = key.ok_or_else(|| failed("find a device", "it is gone"))?;
        let key_of = |device| device_key(&self.store, device).ok().flatten();
        let flight = flight
            .verify(TOWN, &key)
            .and_then(|flight| flight.open(TOWN, &self.ledger.sealing(), key_of))
            .map_err(|e| failed("verify a flight", e))?;
        let reply = self.ledger.sync(&self.store, &flight, now).map_err(|e| failed("answer a flight", e))?;
        self.thaw(now)?;
        part(&reply.frames, reply.next, &flight.batches)
    }

    /// Phones are restored more than once here, and their administrator is quick.
    fn thaw(&mut self, now: Time) -> Checked {
        let devices = self.ledger.devices(&self.store).map_err(|e| failed("list its devices", e))?;
        for device in devices.iter().filter(|device| device.stopped == Some(Stop::Frozen)) {
            let thawed = self.ledger.change_device(&self.store, device.code, DeviceChange::Thaw, now);
            thawed.map_err(|e| failed("thaw a device", e))?.map_err(|e| failed("thaw a device", e))?;
        }
        Ok(())
    }

    pub(crate) fn page(&mut self, next: &Continuation, now: Time) -> Result<Part, Broken> {
        let reply = self.ledger.page(&self.store, next, now).map_err(|e| failed("go on with an answer", e))?;
        part(&reply.frames, reply.next, &[])
    }

    pub(crate) fn administer(
        &mut self,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Administered, Broken> {
        let outcome = self.ledger.administer(&self.store, commands, seed, now).map_err(|e| failed("administer", e))?;
        outcome.map_err(|e| failed("administer", e))
    }

    pub(crate) fn invite(&mut self, member: MemberId, code: &InvitationCode, now: Time) -> Checked {
        let outcome = self.ledger.invite(&self.store, member, code, now).map_err(|e| failed("invite", e))?;
        outcome.map_err(|e| failed("invite", e))
    }

    pub(crate) fn enrol(&mut self, request: &Enrol, now: Time) -> Result<Enrolled, Broken> {
        let request = request.clone().verify().map_err(|e| failed("enrol", e))?;
        let outcome = self.ledger.enrol(&self.store, &request, now).map_err(|e| failed("enrol", e))?;
        outcome.map_err(|e| failed("enrol", e))
    }

    pub(crate) fn check(&self) -> Result<CheckReport, Broken> {
        check(&self.store, &mut |_| ()).map_err(|e| failed("check its ledger", e))
    }
}

fn part(bytes: &[u8], next: Option<Continuation>, batches: &[VerifiedBatch]) -> Result<Part, Broken> {
    let mut from = Reader::new(bytes);
    let (mut frames, mut verdicts) = (Vec::new(), Vec::new());
    while let Some(frame) = next_frame(&mut from).map_err(|e| failed("frame its answer", e))? {
        if let ServerFrame::Verdicts(said) =
            ServerFrame::from_bytes(frame).map_err(|e| failed("frame its answer", e))?
        {
            let batch = batches.iter().find(|batch| batch.batch().number == said.batch);
            let commands = batch.map(|batch| batch.batch().commands.to_vec()).unwrap_or_default();
            verdicts.push((commands, said));
        }
        frames.push(frame.to_vec());
    }
    Ok(Part { frames, next, verdicts })
}
