//! The server: the ledger over a simulated disk, committed in groups, killed at random.

use std::collections::BTreeMap;

use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::{Command, Nonce};
use alleyway_core::crypto::{PublicKey, SecretKey};
use alleyway_core::documents::Document;
use alleyway_core::id::{DeviceId, MemberId};
use alleyway_core::kinds::case::FigureKey;
use alleyway_core::store::{StoreError, Transaction};
use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::sync::flight::{CarriedBatch, Flight, SignedFlight, VerifiedFlight};
use alleyway_core::sync::frame::{Carried, ServerFrame, Verdict, Verdicts, next_frame};
use alleyway_core::sync::pieces::Pieces;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire};
use alleyway_demo::Chance;
use alleyway_ledger::{
    AdminCommand, AdminList, Administered, ByTime, CheckReport, Continuation, DeviceBudget,
    DeviceChange, DeviceRow, Ledger, LedgerError, Setup, device_key,
};

use super::disk::{CUTS, Disk};
use super::loading::fit;
use super::oracle;
use super::plant::Plant;
use super::town::TOWN;
use super::violation::{Broken, COST, Checked, DURABLE, IDEMPOTENT, broken, ensure};

/// Few enough that documents are loaded again and again.
const LOADED_DOCUMENTS_MAX: usize = 4;

/// Why the server does not go on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A promise was not kept.
    Broken(Broken),
    /// Its store failed: its process ends.
    Store(StoreError),
}

impl From<Broken> for Trouble {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

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
    pub(crate) disk: Disk,
    pub(crate) ledger: Ledger,
    /// Its process runs.
    pub(crate) is_up: bool,
    counted: Counted,
    plant: Plant,
    /// What it has said of ids, for a planted bug.
    spoken_of: BTreeMap<(PublicKey, Nonce), Verdict>,
    budget: DeviceBudget,
    secret: [u8; 32],
    token_key: [u8; 32],
    /// What comes in pieces, as far as it has come.
    pieces: Pieces,
}

/// An answer's part, read.
pub(crate) struct Part {
    /// Whose it is; none behind the first.
    pub(crate) phone: Option<usize>,
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) next: Option<Continuation>,
    /// The batches of the flight, each with its verdicts.
    pub(crate) verdicts: Vec<(Vec<Command>, Verdicts)>,
    /// What the flight brought for other devices.
    pub(crate) brought: Vec<CarriedBatch>,
    /// What it was told became of that.
    pub(crate) carried: Vec<Carried>,
    /// The device now has everything.
    pub(crate) is_complete: bool,
}

pub(crate) fn failed(what: &str, error: impl std::fmt::Display) -> Broken {
    broken(IDEMPOTENT, format!("the server cannot {what}: {error}"))
}

impl Server {
    pub(crate) fn new(
        plant: Plant,
        budget: DeviceBudget,
        rng: &mut Chance,
    ) -> Result<Self, Broken> {
        let mut disk = Disk::default();
        Ledger::found(&mut disk).map_err(|e| failed("begin its ledger", e))?;
        let (secret, token_key) = (rng.bytes(), rng.bytes());
        let setup = setup(&secret, token_key, rng.bytes());
        let mut ledger = Ledger::open(&disk, setup).map_err(|e| failed("open its ledger", e))?;
        fit(&mut ledger, budget);
        Ok(Self {
            disk,
            ledger,
            is_up: true,
            counted: Counted::default(),
            plant,
            spoken_of: BTreeMap::new(),
            budget,
            secret,
            token_key,
            pieces: Pieces::default(),
        })
    }

    pub(crate) fn setup(&self, rng: &mut Chance) -> Setup {
        setup(&self.secret, self.token_key, rng.bytes())
    }

    pub(crate) fn secret(&self) -> SecretKey {
        SecretKey::from_bytes(&self.secret)
    }

    pub(crate) fn token_key(&self) -> &[u8; 32] {
        &self.token_key
    }

    /// Its process is gone: what was not committed is lost.
    pub(crate) fn end(&mut self, power: bool, rng: &mut Chance) {
        if power {
            self.disk.power_cut(rng);
        } else {
            self.disk.process_killed();
        }
        self.counted = self.counted();
        self.counted.lives += 1;
        self.pieces = Pieces::default();
        self.is_up = false;
    }

    /// Starts again. What only the journal knows is written before anybody is answered.
    pub(crate) fn start(&mut self, rng: &mut Chance) -> Result<(), Trouble> {
        let setup = self.setup(rng);
        self.ledger = Ledger::open(&self.disk, setup)?;
        fit(&mut self.ledger, self.budget);
        if let Some(transaction) = self.ledger.take_transaction() {
            self.disk.commit_up_to(&transaction, CUTS, false)?;
        }
        self.is_up = true;
        Ok(())
    }

    /// Goes on from a backup, on a new disk, as the next incarnation. Without its journal the
    /// administrators first say which devices go on.
    pub(crate) fn restore(
        &mut self,
        disk: Disk,
        goes_on: &dyn Fn(DeviceId) -> bool,
        now: Time,
        rng: &mut Chance,
    ) -> Result<(), Trouble> {
        self.disk = disk;
        let setup = self.setup(rng);
        self.ledger = Ledger::open(&self.disk, setup)?;
        fit(&mut self.ledger, self.budget);
        if self.plant != Plant::IncarnationNotBegun {
            self.ledger.begin_incarnation(&self.disk, now)?;
        }
        if self.ledger.quarantine().is_some() {
            let kept: Vec<u32> = self
                .devices()?
                .into_iter()
                .filter(|row| goes_on(row.device))
                .map(|row| row.code)
                .collect();
            self.ledger
                .end_quarantine(&self.disk, &|code| kept.contains(&code), now)?;
        }
        if let Some(transaction) = self.ledger.take_transaction() {
            self.disk.commit_up_to(&transaction, CUTS, false)?;
        }
        self.is_up = true;
        Ok(())
    }

    /// Does a little of what time alone asks of it.
    pub(crate) fn go_on_by_time(&mut self, now: Time) -> Result<ByTime, Trouble> {
        Ok(self.ledger.go_on_by_time(&self.disk, now)?)
    }

    /// An administrator says that its clock is right.
    pub(crate) fn believe_clock(&mut self, now: Time) -> Result<(), Trouble> {
        Ok(self.ledger.believe_clock(&self.disk, now)?)
    }

    /// Documents in memory are bounded.
    pub(crate) fn check_memory(&self) -> Checked {
        let loaded = self.ledger.stats().loaded_documents;
        ensure(loaded <= LOADED_DOCUMENTS_MAX as u64, COST, || {
            format!("{loaded} documents are in memory")
        })
    }

    /// Notes that a verified backup holds the batches of these devices up to these numbers.
    pub(crate) fn cover(&mut self, held: &[(DeviceId, u64)]) -> Result<(), Trouble> {
        self.ledger.cover(&self.disk, held)?;
        Ok(())
    }

    pub(crate) fn counted(&self) -> Counted {
        if !self.is_up {
            return self.counted;
        }
        let stats = self.ledger.stats();
        Counted {
            comparisons: self.counted.comparisons + stats.comparisons,
            admitted_as: self.counted.admitted_as + stats.admitted_as,
            forks: self.counted.forks + stats.forks,
            lives: self.counted.lives,
        }
    }

    /// What is to be committed.
    pub(crate) fn take_transaction(&mut self, rng: &mut Chance) -> Option<Transaction> {
        let transaction = self.ledger.take_transaction()?;
        if self.plant == Plant::LosesTransactions && rng.one_in(20) {
            return None;
        }
        Some(self.plant.on_server(transaction))
    }

    /// Commits, undisturbed.
    pub(crate) fn commit(&mut self, rng: &mut Chance) -> Result<(), Trouble> {
        match self.take_transaction(rng) {
            Some(transaction) => Ok(self.disk.commit_up_to(
                &transaction,
                CUTS,
                self.plant == Plant::AnswersBeforeSync,
            )?),
            None => Ok(()),
        }
    }

    /// A flight, as the ledger is given it; nothing if it is not taken.
    pub(super) fn opened(
        &mut self,
        bytes: &[u8],
        now: Time,
    ) -> Result<Option<VerifiedFlight>, Trouble> {
        let Ok(flight) = Flight::parse(bytes) else {
            return Ok(None);
        };
        let Some(key) = device_key(&self.disk, flight.device())? else {
            return Ok(None);
        };
        let pieces = &mut self.pieces;
        let signed = flight.verify(TOWN, &key);
        let joined = signed.and_then(|signed| signed.joined(pieces, now));
        let Ok(flight) = joined.and_then(SignedFlight::read) else {
            return Ok(None);
        };
        let mut keys = std::collections::BTreeMap::new();
        for device in flight.closed_devices() {
            keys.insert(device, device_key(&self.disk, device)?);
        }
        let opened = flight.open(TOWN, &self.ledger.sealing(), |device| {
            keys.get(&device).copied().flatten()
        });
        let Ok(mut flight) = opened else {
            return Ok(None);
        };
        if self.plant == Plant::WordNotBelieved {
            flight.stood.clear();
        }
        Ok(Some(flight))
    }

    pub(super) fn part(
        &mut self,
        bytes: &[u8],
        next: Option<Continuation>,
        (batches, of): (&[VerifiedBatch], PublicKey),
    ) -> Result<Part, Trouble> {
        let mut from = Reader::new(bytes);
        let mut part = Part {
            phone: None,
            frames: Vec::new(),
            next,
            verdicts: Vec::new(),
            brought: Vec::new(),
            carried: Vec::new(),
            is_complete: false,
        };
        while let Some(frame) = next_frame(&mut from).map_err(|e| failed("frame its answer", e))? {
            match ServerFrame::from_bytes(frame).map_err(|e| failed("frame its answer", e))? {
                ServerFrame::Verdicts(said) => {
                    let batch = batches
                        .iter()
                        .find(|batch| batch.batch().number == said.batch);
                    let Some(batch) = batch else {
                        return Err(failed("say what became of a batch", "nobody sent it").into());
                    };
                    let key = self.secret();
                    let spoken_of = &mut self.spoken_of;
                    let said = self.plant.on_verdicts(said, batch, &of, &key, spoken_of);
                    part.frames
                        .push(ServerFrame::Verdicts(said.clone()).to_bytes());
                    part.verdicts.push((batch.batch().commands.to_vec(), said));
                    continue;
                }
                ServerFrame::Carried(carried) => part.carried.push(carried),
                ServerFrame::Welcome(welcome) => part.is_complete = welcome.complete,
                _ => {}
            }
            part.frames.push(frame.to_vec());
        }
        Ok(part)
    }

    pub(crate) fn administer(
        &mut self,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Administered, Broken> {
        let outcome = self.try_to_administer(commands, seed, now);
        outcome.map_err(|trouble| match trouble {
            Trouble::Broken(broken) => broken,
            Trouble::Store(error) => failed("administer", error),
        })
    }

    /// Carries out a list, which nobody disturbs.
    pub(crate) fn administer_list(&mut self, list: AdminList) -> Result<Administered, Broken> {
        let outcome = self.ledger.administer_list(&self.disk, list);
        outcome.map_err(|error| failed("administer", error))
    }

    pub(crate) fn try_to_administer(
        &mut self,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Administered, Trouble> {
        let outcome = self.ledger.administer(&self.disk, commands, seed, now);
        outcome.map_err(|error| match error {
            LedgerError::Refused(refusal) => failed("administer", refusal).into(),
            LedgerError::Store(error) => error.into(),
        })
    }

    pub(crate) fn devices(&self) -> Result<Vec<DeviceRow>, Trouble> {
        Ok(self.ledger.devices(&self.disk)?)
    }

    /// Changes a device; whether there was something to change.
    pub(crate) fn change_device(
        &mut self,
        device: DeviceId,
        change: DeviceChange,
        now: Time,
    ) -> Result<bool, Trouble> {
        let Some(row) = self.devices()?.into_iter().find(|row| row.device == device) else {
            return Ok(false);
        };
        let outcome = self.ledger.change_device(&self.disk, row.code, change, now);
        match outcome {
            Ok(_) => Ok(true),
            Err(LedgerError::Refused(_)) => Ok(false),
            Err(LedgerError::Store(error)) => Err(error.into()),
        }
    }

    pub(crate) fn invite(
        &mut self,
        member: MemberId,
        code: &InvitationCode,
        now: Time,
    ) -> Result<(), Broken> {
        let outcome = self.ledger.invite(&self.disk, member, code, now);
        outcome.map_err(|e| failed("invite", e))
    }

    pub(crate) fn enrol(&mut self, request: &Enrol, now: Time) -> Result<Enrolled, Broken> {
        let request = request.clone().verify().map_err(|e| failed("enrol", e))?;
        let outcome = self.ledger.enrol(&self.disk, &request, now);
        outcome.map_err(|e| failed("enrol", e))
    }

    pub(crate) fn check(&self) -> Result<CheckReport, Broken> {
        let checking = self.ledger.checking();
        checking
            .run(&self.disk, &mut |_| ())
            .map_err(|e| broken(DURABLE, format!("the ledger cannot be checked: {e}")))
    }

    /// The figures as they are kept, and as a recount of all logs has them.
    pub(crate) fn figures(&self) -> Result<(Figures, Figures), Broken> {
        let failed = |e| broken(DURABLE, format!("the figures cannot be read: {e}"));
        let mut kept = Figures::new();
        for row in alleyway_ledger::figures(&self.disk).map_err(failed)? {
            let FigureKey { figure, code, span } = row.key;
            let mut word = figure.word().to_owned();
            if !code.is_empty() {
                word = format!("{word}/{code}");
            }
            let hours = if figure.is_time() { span.hours() } else { 0 };
            let line = (row.month.to_string(), row.category.to_string(), word, hours);
            *kept.entry(line).or_default() += row.amount;
        }
        Ok((kept, oracle::recount(TOWN, &self.documents()?)))
    }

    /// All documents, as the disk has them.
    pub(crate) fn documents(&self) -> Result<Vec<Document>, Broken> {
        let documents = alleyway_ledger::documents(&self.disk, None, usize::MAX);
        documents.map_err(|e| broken(DURABLE, format!("the documents cannot be read: {e}")))
    }
}

/// How often each line was counted.
type Figures = BTreeMap<oracle::Line, u64>;

fn setup(secret: &[u8; 32], token_key: [u8; 32], challenge_key: [u8; 32]) -> Setup {
    Setup {
        town: TOWN,
        town_name: Text::cut("Sipai"),
        secret: SecretKey::from_bytes(secret),
        token_key,
        challenge_key,
        loaded_documents_max: LOADED_DOCUMENTS_MAX,
    }
}
