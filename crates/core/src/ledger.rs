//! A server's ledger: a town's admitted changes, and what devices are sent of them.
//!
//! A state machine without I/O. Requests come in with the time and with a store to read from;
//! replies come out, and writes collect in one transaction ([`Ledger::take_transaction`]). Whoever
//! drives it commits that transaction durably before any reply made since the last one leaves:
//! that is how many requests share one group of fsyncs, and why nothing that was not fsynced is
//! ever seen.
//!
//! | file | what |
//! | --- | --- |
//! | `hand_in` | batches → verdicts |
//! | `append` | what an admitted command writes |
//! | `answer` | a sync's answer: verdicts, then pages, then the welcome |
//! | `pages` | what a device lacks: the walk along its feeds, and gained feeds |
//! | `compare` | digests that differ |
//! | `scopes` | which feeds a member has, and had |
//! | `enrolment`, `administer`, `directories`, `play` | identities, the server's own commands |
//! | `track` | the resident's page |
//! | `check` | is everything that should be there there |
//! | `loaded`, `pending`, `records`, `keys` | documents in memory, uncommitted writes, the layout |

mod administer;
mod answer;
mod append;
mod check;
mod compare;
mod directories;
mod enrolment;
mod hand_in;
mod keys;
mod loaded;
mod pages;
mod pending;
mod play;
mod records;
mod scopes;
mod stats;
mod track;

use std::collections::BTreeMap;

pub use administer::{AdminCommand, AdminError, Administered, HouseholdRow};
pub use answer::{Continuation, Reply};
pub use check::{CheckReport, check};
pub use enrolment::InviteError;
pub use play::{Played, Player};
pub use stats::LedgerStats;
pub use track::{TrackStep, Tracked, Tracking};

use crate::crypto::{PublicKey, SecretKey};
use crate::id::{DeviceId, MemberId, TownId};
use crate::limits::NAME_BYTES_MAX;
use crate::organisation::Organisation;
use crate::store::{HighWater, Records, Store, StoreError, Transaction};
use crate::text::Text;
use loaded::Loaded;
use pending::{Pending, read};
use records::{DeviceRecord, LedgerEntry, State};

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

/// The ledger.
#[derive(Debug)]
pub struct Ledger {
    setup: Setup,
    server: PublicKey,
    state: State,
    stored_state: State,
    pending: Pending,
    documents: Loaded,
    organisation: Organisation,
    challenges: Challenges,
    stats: LedgerStats,
}

/// Serials of challenges: the highest that each device has used, in memory only.
#[derive(Debug, Default)]
struct Challenges {
    given: u64,
    used: BTreeMap<DeviceId, u64>,
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
        };
        let mut pending = Pending::default();
        pending.put(keys::STATE.to_vec(), &state);
        store.commit(&Transaction { writes: pending.take(), high_water: HighWater::default() })
    }

    /// Opens the ledger of a store that [`Ledger::found`] began. Cost: a row per unit and
    /// appointment; documents are loaded when they are needed.
    ///
    /// # Errors
    /// [`StoreError::TailMissing`] if the store ends before its high water.
    pub fn open(store: &dyn Store, setup: Setup) -> Result<Self, StoreError> {
        let pending = Pending::default();
        let none = || StoreError::Failed("the data folder holds no ledger; run `init` first".to_owned());
        let state: State = pending.get(store, keys::STATE)?.ok_or_else(none)?;
        let high_water = store.high_water()?;
        let chain_there = match pending.get::<LedgerEntry>(store, &keys::entry(high_water.sequence))? {
            Some(entry) => entry.chain,
            None => [0; 32],
        };
        let tail_missing = state.sequence < high_water.sequence || chain_there != high_water.chain;
        if tail_missing {
            let what = format!("the ledger ends at {}, {} was acknowledged", state.sequence, high_water.sequence);
            return Err(StoreError::TailMissing(what));
        }
        let mut organisation = Organisation::default();
        for (key, row) in store.scan(keys::UNITS, &keys::end_of(keys::UNITS), usize::MAX)? {
            organisation.put_unit(read(&key, &row)?);
        }
        for (key, row) in store.scan(keys::APPOINTMENTS, &keys::end_of(keys::APPOINTMENTS), usize::MAX)? {
            organisation.put_appointment(read(&key, &row)?);
        }
        Ok(Self {
            server: setup.secret.public(),
            documents: Loaded::new(setup.loaded_documents_max),
            setup,
            state,
            stored_state: state,
            pending,
            organisation,
            challenges: Challenges::default(),
            stats: LedgerStats::default(),
        })
    }

    /// What was written since the last call; none if nothing was. Must be committed before any
    /// reply made since then is released.
    pub fn take_transaction(&mut self) -> Option<Transaction> {
        if self.state != self.stored_state {
            self.pending.put(keys::STATE.to_vec(), &self.state);
            self.stored_state = self.state;
        }
        if self.pending.is_empty() {
            return None;
        }
        let high_water = HighWater { sequence: self.state.sequence, chain: self.state.chain };
        Some(Transaction { writes: self.pending.take(), high_water })
    }

    /// Units, posts and names.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The server's own member, in whose name it imports and administers.
    pub fn server_member(&self) -> MemberId {
        MemberId::derive(self.setup.town, "alleyway-server")
    }

    /// Counters since the start.
    pub fn stats(&self) -> LedgerStats {
        LedgerStats {
            loaded_documents: self.documents.len() as u64,
            sequence: self.state.sequence,
            ..self.stats.clone()
        }
    }

    fn device(&self, records: &dyn Records, device: DeviceId) -> Result<Option<DeviceRecord>, StoreError> {
        self.pending.get(records, &keys::device(device))
    }

    fn ledger_entry(&self, records: &dyn Records, sequence: u64) -> Result<Option<LedgerEntry>, StoreError> {
        self.pending.get(records, &keys::entry(sequence))
    }

    /// Undoes everything since `savepoint`: what is in memory is loaded again when needed.
    fn roll_back(&mut self, savepoint: Savepoint) {
        self.state = savepoint.state;
        self.pending = savepoint.pending;
        self.organisation = savepoint.organisation;
        self.documents.clear();
    }

    fn savepoint(&self) -> Savepoint {
        Savepoint { state: self.state, pending: self.pending.clone(), organisation: self.organisation.clone() }
    }
}

/// Where an all-or-nothing request began.
struct Savepoint {
    state: State,
    pending: Pending,
    organisation: Organisation,
}

/// The key of an enrolled device, to check a flight's signature with.
///
/// # Errors
/// Whatever the store says.
pub fn device_key(records: &dyn Records, device: DeviceId) -> Result<Option<PublicKey>, StoreError> {
    let record: Option<DeviceRecord> = Pending::default().get(records, &keys::device(device))?;
    Ok(record.map(|record| record.key))
}
