//! The memory of a ledger: parts of its rows, and its writes since the last commit.

use std::collections::VecDeque;

use super::entries::{self, Newest};
use super::gone_through::GoneThrough;
use super::keys;
use super::loaded::{Loaded, SHORT_ENTRIES_MAX};
use super::orders::Order;
use super::pending::{Pending, View, read};
use super::ranges::Ranges;
use super::records::{
    BookRecord, ChainTip, FIGURES_RULES, LISTED_FORM, RestoredRecord, RulesRecord, State,
};
use super::tx::FollowUp;
use crate::setup::Setup;
use crate::stats::LedgerStats;
use alleyway_core::crypto::PublicKey;
use alleyway_core::kinds::book::Rulebook;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{HighWater, JournalWrites, Records, Store, StoreError, Transaction};

/// The first device code given. Four digits from the start; codes count nothing that matters.
const FIRST_DEVICE_CODE: u32 = 1_000;

/// The part of a ledger that is in memory from one transaction to the next.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(super) server: PublicKey,
    pub(super) state: State,
    /// The state as the last transaction had it.
    pub(super) stored_state: State,
    /// The block in which the log ends.
    pub(super) newest: Newest,
    pub(super) pending: Pending,
    pub(super) journal: JournalWrites,
    pub(super) restored: Option<RestoredRecord>,
    pub(super) organisation: Organisation,
    pub(super) documents: Loaded,
    /// Documents with more log entries than this are loaded before a request that needs them has its
    /// turn.
    pub(crate) short_entries_max: u64,
    pub(super) ranges: Ranges,
    pub(super) follow_ups: VecDeque<FollowUp>,
    pub(super) orders: Vec<Order>,
    pub(super) stats: LedgerStats,
}

/// Where an all-or-nothing request began.
pub(crate) struct Savepoint {
    state: State,
    newest: Newest,
    pending: Pending,
    journal: JournalWrites,
    organisation: Organisation,
    changes_in_ranges: u64,
}

/// The first transaction of an empty store.
pub(crate) fn first_transaction() -> Transaction {
    let state = State {
        incarnation: 1,
        sequence: 0,
        chain: [0; 32],
        next_slot: 0,
        next_device_code: FIRST_DEVICE_CODE,
        counter: 0,
        journal: ChainTip::default(),
        audit: ChainTip::default(),
    };
    let mut pending = Pending::default();
    pending.put(keys::STATE.to_vec(), &state);
    pending.put(
        keys::FIGURES_STATE.to_vec(),
        &GoneThrough::whole(FIGURES_RULES),
    );
    pending.put(
        keys::LISTED_STATE.to_vec(),
        &GoneThrough::whole(LISTED_FORM),
    );
    Transaction {
        writes: pending.take(),
        high_water: HighWater::default(),
        journal: JournalWrites {
            entries: Vec::new(),
            anew: true,
        },
    }
}

impl Memory {
    /// Reads what is held in memory: the state, the log's end, a row per unit, appointment and
    /// clearance.
    ///
    /// # Errors
    /// [`StoreError::TailMissing`] if the store ends before its high water.
    pub(crate) fn open(store: &dyn Store, setup: &Setup) -> Result<Self, StoreError> {
        let pending = Pending::default();
        let view = View::new(store, &pending);
        let none =
            || StoreError::Failed("the data folder holds no ledger; run `init` first".to_owned());
        let state: State = view.get(keys::STATE)?.ok_or_else(none)?;
        let high_water = store.high_water()?;
        let chain_there = entries::stored_chain_at(view, high_water.sequence)?;
        let tail_missing =
            state.sequence < high_water.sequence || chain_there != Some(high_water.chain);
        if tail_missing {
            let what = format!(
                "the ledger ends at {}, {} was acknowledged",
                state.sequence, high_water.sequence
            );
            return Err(StoreError::TailMissing(what));
        }
        let newest = Newest::open(view, &state)?;
        let restored = if state.incarnation == 1 {
            None
        } else {
            view.get(keys::RESTORED)?
        };
        Ok(Self {
            server: setup.secret.public(),
            state,
            stored_state: state,
            newest,
            organisation: organisation(store)?,
            restored,
            pending,
            journal: JournalWrites::default(),
            documents: Loaded::new(setup.loaded_documents_max),
            short_entries_max: SHORT_ENTRIES_MAX,
            ranges: Ranges::default(),
            follow_ups: VecDeque::new(),
            orders: Vec::new(),
            stats: LedgerStats::default(),
        })
    }

    /// The writes since the last call; none if there are none.
    pub(crate) fn take_transaction(&mut self) -> Option<Transaction> {
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

    /// Where an all-or-nothing request begins.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            state: self.state,
            newest: self.newest.clone(),
            pending: self.pending.clone(),
            journal: self.journal.clone(),
            organisation: self.organisation.clone(),
            changes_in_ranges: self.ranges.changes(),
        }
    }

    /// Undoes everything since `savepoint`: documents in memory are loaded again when needed.
    pub(crate) fn roll_back(&mut self, savepoint: Savepoint) {
        self.state = savepoint.state;
        self.newest = savepoint.newest;
        self.pending = savepoint.pending;
        self.journal = savepoint.journal;
        self.organisation = savepoint.organisation;
        self.follow_ups.clear();
        self.orders.clear();
        self.documents.clear();
        self.ranges.undo(savepoint.changes_in_ranges);
    }

    /// The rows, for reading alone.
    pub(crate) fn view<'a>(&'a self, records: &'a dyn Records) -> View<'a> {
        View::new(records, &self.pending)
    }

    /// The server's own public key.
    pub(crate) fn server(&self) -> PublicKey {
        self.server
    }

    /// Units, posts and names.
    pub(crate) fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The incarnation: it grows with each restore.
    pub(crate) fn incarnation(&self) -> u32 {
        self.state.incarnation
    }

    /// The number of commands that the server's own device has typed.
    pub(crate) fn counter(&self) -> u64 {
        self.state.counter
    }

    /// Counts a document that was loaded while a request had its turn.
    pub(super) fn count_loaded(&mut self, version: u64) {
        let is_long = version > self.short_entries_max;
        LedgerStats::count(&mut self.stats.loaded_at_turn, 1);
        LedgerStats::count(&mut self.stats.long_loaded_at_turn, u64::from(is_long));
    }

    /// Counters since the start.
    pub(crate) fn stats(&self) -> LedgerStats {
        LedgerStats {
            loaded_documents: self.documents.len() as u64,
            sequence: self.state.sequence,
            audited: self.state.audit.count,
            ..self.stats.clone()
        }
    }
}

/// The organisation as the rows have it.
pub(crate) fn organisation(records: &dyn Records) -> Result<Organisation, StoreError> {
    let rows_of = |prefix: &[u8]| records.scan(prefix, &keys::end_of(prefix), usize::MAX);
    let mut organisation = Organisation::default();
    for (key, row) in rows_of(keys::UNITS)? {
        organisation.put_unit(read(&key, &row)?);
    }
    for (key, row) in rows_of(keys::APPOINTMENTS)? {
        organisation.put_appointment(read(&key, &row)?);
    }
    for (key, _) in rows_of(keys::CLEARANCES)? {
        organisation.put_clearance(keys::clearance_of(&key)?, true);
    }
    if let Some(rulebook) = rulebook(records)? {
        organisation.put_rulebook(rulebook);
    }
    Ok(organisation)
}

/// The rules of the town's book; none while the town has none.
fn rulebook(records: &dyn Records) -> Result<Option<Rulebook>, StoreError> {
    let mut rows = records
        .scan(keys::BOOK, &keys::end_of(keys::BOOK), usize::MAX)?
        .into_iter();
    let Some((key, row)) = rows.next() else {
        return Ok(None);
    };
    let book: BookRecord = read(&key, &row)?;
    let mut adopted = Vec::new();
    for (key, row) in rows {
        let record: RulesRecord = read(&key, &row)?;
        adopted.push((record.version, record.rules(keys::command_of(&key)?)));
    }
    adopted.sort_by_key(|(version, _)| *version);
    let versions = adopted.into_iter().filter_map(|(_, rules)| rules);
    Ok(Some(Rulebook::of(book.town, versions)))
}
