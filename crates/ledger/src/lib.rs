//! A server's ledger: a town's admitted changes, and what devices are sent of them.
//!
//! A state machine without I/O. Requests come in with the time and with a store to read from;
//! replies come out, and writes collect in one transaction ([`Ledger::take_transaction`]). Whoever
//! drives it commits that transaction durably before any reply made since the last one leaves:
//! that is how many requests share one group of fsyncs, and why nothing that was not fsynced is
//! ever seen.
//!
//! | room | what |
//! | --- | --- |
//! | `answer` | a sync's answer: verdicts, then pages, then the welcome |
//! | `hand_in` | batches → verdicts; batches that a device hands in for others; trays |
//! | `restore` | a server restored from a backup |
//! | `resident` | the resident's page, and what residents do on it |
//! | `town` | the server's own commands; members, clearances, directories |
//! | `devices` | what an administrator sees of them, and does to them; enrolment; the security journal |
//! | `append` | what an admitted command writes |
//! | `scopes` | which feeds a member has, and had |
//! | `audit` | what was done, chained |
//! | `rows` | the layout, uncommitted writes, the log, proofs of batches, documents in memory |
//! | `check`, `export`, `migrate` | is everything there; whole documents; records of an older format |

mod answer;
mod append;
mod audit;
mod check;
mod devices;
mod export;
mod hand_in;
mod migrate;
mod play;
mod resident;
mod restore;
mod rows;
mod scopes;
mod stats;
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Weak;

pub use answer::{Continuation, Reply};
pub use audit::{
    AuditRecord, AuditReport, AuditRow, Audited, By, DeviceAudited, DeviceConfirmed,
    EnrolledAudited, ExportedAudited, ForkedAudited, InvitedAudited, LaterAudited, PostAudited,
    QuarantineEnded, ReadAudited, RestoredAudited, StoppedAudited, VerdictsAudited, audit_rows,
    verify_audit,
};
pub use check::{CheckReport, Checking, check};
pub use devices::enrolment::InviteError;
pub use devices::journal::{Confirmed, Quarantine};
pub use devices::{DeviceChange, DeviceError, DeviceRow, stop_word};
pub use export::documents;
pub use migrate::Migration;
pub use play::{Named, Played, Player};
pub use resident::track::{TrackStep, Tracked, Tracking};
pub use resident::{
    ResidentDone, ResidentError, ResidentRequest, ResidentStep, ResidentStepKind, Words,
};
pub use restore::batches_held;
pub use stats::LedgerStats;
pub use town::administer::{AdminCommand, AdminError, Administered, HouseholdRow};
pub use town::members::{AppointError, MemberRow};

use alleyway_core::crypto::{PublicKey, SealingSecret, SecretKey};
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, TownId};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{HighWater, JournalWrites, Records, Store, StoreError, Transaction};
use alleyway_core::text::Text;
use answer::pages::SentAs;
use audit::Fresh;
use rows::entries;
use rows::entries::Newest;
use rows::keys;
use rows::loaded::Loaded;
use rows::pending::{Pending, read};
use rows::records::{DeviceRecord, Reach, State};

/// The first device code given. Four digits from the start; codes count nothing that matters.
const FIRST_DEVICE_CODE: u32 = 1_000;

/// What a ledger is opened with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The town.
    pub town: TownId,
    /// The town's name, for enrolled devices.
    pub town_name: Text<NAME_BYTES_MAX>,
    /// The server's key: it signs verdicts and the server's own batches.
    pub secret: SecretKey,
    /// Under which cursors are sealed; kept over restarts.
    pub token_key: [u8; 32],
    /// Under which challenges are made; drawn anew at each start.
    pub challenge_key: [u8; 32],
    /// How many documents stay in memory (20 to 46 kB each).
    pub loaded_documents_max: usize,
}

impl Setup {
    /// The town's secret, to open batches that are sealed to the town.
    pub fn sealing(&self) -> SealingSecret {
        SealingSecret::from_bytes(self.secret.derive("alleyway town sealing 1"))
    }
}

/// The ledger.
#[derive(Debug)]
pub struct Ledger {
    setup: Setup,
    server: PublicKey,
    state: State,
    stored_state: State,
    /// The log's end.
    newest: Newest,
    pending: Pending,
    journal: JournalWrites,
    /// Why nobody is to be answered, if so.
    quarantine: Option<Quarantine>,
    /// Verdicts of the batch at hand that are given for the first time.
    fresh: Fresh,
    documents: Loaded,
    organisation: Organisation,
    challenges: Challenges,
    stats: LedgerStats,
    /// Clearances that changed, and that the directories are to be told of.
    unpublished: BTreeSet<CommandId>,
    /// Long documents that are being sent, encoded: whoever is sent the same version shares the bytes.
    sending: BTreeMap<SentAs, Weak<Vec<u8>>>,
    /// Cases whose reports are to come again, for the tray that they go to is full.
    told_later: BTreeSet<DocumentId>,
}

/// Serials of challenges, in memory only: the highest that each device has used, and that of its last
/// welcome, with the scope's number if that welcome ended all that is in a scope.
#[derive(Debug, Default)]
struct Challenges {
    given: u64,
    used: BTreeMap<DeviceId, u64>,
    told: BTreeMap<DeviceId, (u64, Option<u32>)>,
}

impl Ledger {
    /// Writes the first records of an empty store.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn found(store: &mut dyn Store) -> Result<(), StoreError> {
        let state = State {
            incarnation: 1,
            sequence: 0,
            chain: [0; 32],
            next_slot: 0,
            next_device_code: FIRST_DEVICE_CODE,
            counter: 0,
            journal: Reach::default(),
            audit: Reach::default(),
        };
        let mut pending = Pending::default();
        pending.put(keys::STATE.to_vec(), &state);
        let journal = JournalWrites {
            entries: Vec::new(),
            anew: true,
        };
        store.commit(&Transaction {
            writes: pending.take(),
            high_water: HighWater::default(),
            journal,
        })
    }

    /// Opens the ledger of a store that [`Ledger::found`] began. Cost: a row per unit and
    /// appointment; documents are loaded when they are needed. What the security journal knows and a
    /// restored ledger does not is carried out again: it waits in [`Ledger::take_transaction`], to be
    /// committed before anything is answered.
    ///
    /// # Errors
    /// [`StoreError::TailMissing`] if the store ends before its high water.
    pub fn open(store: &dyn Store, setup: Setup) -> Result<Self, StoreError> {
        let pending = Pending::default();
        let none =
            || StoreError::Failed("the data folder holds no ledger; run `init` first".to_owned());
        let state: State = pending.get(store, keys::STATE)?.ok_or_else(none)?;
        let high_water = store.high_water()?;
        let chain_there = entries::stored_chain_at(store, &pending, high_water.sequence)?;
        let tail_missing =
            state.sequence < high_water.sequence || chain_there != Some(high_water.chain);
        if tail_missing {
            let what = format!(
                "the ledger ends at {}, {} was acknowledged",
                state.sequence, high_water.sequence
            );
            return Err(StoreError::TailMissing(what));
        }
        let mut organisation = Organisation::default();
        for (key, row) in store.scan(keys::UNITS, &keys::end_of(keys::UNITS), usize::MAX)? {
            organisation.put_unit(read(&key, &row)?);
        }
        for (key, row) in store.scan(
            keys::APPOINTMENTS,
            &keys::end_of(keys::APPOINTMENTS),
            usize::MAX,
        )? {
            organisation.put_appointment(read(&key, &row)?);
        }
        for (key, _) in store.scan(
            keys::CLEARANCES,
            &keys::end_of(keys::CLEARANCES),
            usize::MAX,
        )? {
            organisation.put_clearance(keys::clearance_of(&key)?, true);
        }
        let mut ledger = Self {
            server: setup.secret.public(),
            documents: Loaded::new(setup.loaded_documents_max),
            setup,
            newest: Newest::open(store, &pending, &state)?,
            state,
            stored_state: state,
            pending,
            journal: JournalWrites::default(),
            quarantine: None,
            fresh: Fresh::default(),
            organisation,
            challenges: Challenges::default(),
            stats: LedgerStats::default(),
            unpublished: BTreeSet::new(),
            sending: BTreeMap::new(),
            told_later: BTreeSet::new(),
        };
        ledger.replay_journal(store, store.journal()?)?;
        Ok(ledger)
    }

    /// What was written since the last call; none if nothing was. Must be committed before any
    /// reply made since then is released.
    pub fn take_transaction(&mut self) -> Option<Transaction> {
        if self.state != self.stored_state {
            self.pending.put(keys::STATE.to_vec(), &self.state);
            self.stored_state = self.state;
        }
        self.newest.write(&mut self.pending);
        if self.pending.is_empty() && self.journal.is_empty() {
            return None;
        }
        let high_water = HighWater {
            sequence: self.state.sequence,
            chain: self.state.chain,
        };
        let journal = std::mem::take(&mut self.journal);
        Some(Transaction {
            writes: self.pending.take(),
            high_water,
            journal,
        })
    }

    /// Units, posts and names.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The town's secret, to open batches that are sealed to the town before they are handed in.
    pub fn sealing(&self) -> SealingSecret {
        self.setup.sealing()
    }

    /// The server's own member, in whose name it imports and administers.
    pub fn server_member(&self) -> MemberId {
        MemberId::server_of(self.setup.town)
    }

    /// The server's own device.
    pub fn server_device(&self) -> DeviceId {
        DeviceId::of(&self.server)
    }

    /// Counters since the start.
    pub fn stats(&self) -> LedgerStats {
        LedgerStats {
            loaded_documents: self.documents.len() as u64,
            sequence: self.state.sequence,
            quarantine: self.quarantine.is_some(),
            audited: self.state.audit.count,
            ..self.stats.clone()
        }
    }

    fn device(
        &self,
        records: &dyn Records,
        device: DeviceId,
    ) -> Result<Option<DeviceRecord>, StoreError> {
        self.pending.get(records, &keys::device(device))
    }

    /// Undoes everything since `savepoint`: what is in memory is loaded again when needed.
    fn roll_back(&mut self, savepoint: Savepoint) {
        self.state = savepoint.state;
        self.newest = savepoint.newest;
        self.pending = savepoint.pending;
        self.journal = savepoint.journal;
        self.organisation = savepoint.organisation;
        self.unpublished.clear();
        self.documents.clear();
    }

    fn savepoint(&self) -> Savepoint {
        Savepoint {
            state: self.state,
            newest: self.newest.clone(),
            pending: self.pending.clone(),
            journal: self.journal.clone(),
            organisation: self.organisation.clone(),
        }
    }
}

/// Where an all-or-nothing request began.
struct Savepoint {
    state: State,
    newest: Newest,
    pending: Pending,
    journal: JournalWrites,
    organisation: Organisation,
}

/// The key of an enrolled device, to check a flight's signature with.
///
/// # Errors
/// Whatever the store says.
pub fn device_key(
    records: &dyn Records,
    device: DeviceId,
) -> Result<Option<PublicKey>, StoreError> {
    let record: Option<DeviceRecord> = Pending::default().get(records, &keys::device(device))?;
    Ok(record.map(|record| record.key))
}
