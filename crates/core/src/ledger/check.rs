//! Is everything there that should be: the chain, every document's head, every feed's log and sum.

use std::collections::BTreeMap;

use super::keys;
use super::loaded::load;
use super::pending::{Pending, read};
use super::records::{FeedEntry, FeedSum, HeadRecord, LedgerEntry, State};
use crate::feeds::{FeedId, digest_of};
use crate::id::DocumentId;
use crate::store::{Records, Row, StoreError};

/// Rows read at a time.
const ROWS: usize = 1_000;
/// Problems named; more are counted.
const PROBLEMS_NAMED: usize = 100;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Ledger entries whose chain was followed.
    pub entries: u64,
    /// Documents that were loaded and compared with their heads.
    pub documents: u64,
    /// Places in feed logs.
    pub places: u64,
    /// What is wrong, the first hundred of it.
    pub problems: Vec<String>,
    /// How much is wrong.
    pub problem_count: u64,
}

impl CheckReport {
    fn problem(&mut self, what: String) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_NAMED {
            self.problems.push(what);
        }
    }
}

/// Checks a store from end to end. `progress` is told how many records have been looked at.
///
/// # Errors
/// What keeps the check from going on; damaged records are reported, not returned.
pub fn check(records: &dyn Records, progress: &mut dyn FnMut(u64)) -> Result<CheckReport, StoreError> {
    let mut report = CheckReport::default();
    let pending = Pending::default();
    let Some(state) = pending.get::<State>(records, keys::STATE)? else {
        report.problem("the ledger's state is missing".to_owned());
        return Ok(report);
    };
    check_chain(records, &state, &mut report, progress)?;
    let sums = check_documents(records, &mut report, progress)?;
    check_feeds(records, &sums, &mut report, progress)?;
    Ok(report)
}

fn each_row(
    records: &dyn Records,
    prefix: &[u8],
    visit: &mut dyn FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (mut from, to) = (prefix.to_vec(), keys::end_of(prefix));
    loop {
        let rows = records.scan(&from, &to, ROWS)?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        from.clone_from(last);
        from.push(0);
        for row in rows {
            visit(row)?;
        }
    }
}

fn check_chain(
    records: &dyn Records,
    state: &State,
    report: &mut CheckReport,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let mut chain = [0; 32];
    for sequence in 1..=state.sequence {
        match Pending::default().get::<LedgerEntry>(records, &keys::entry(sequence)) {
            Ok(Some(entry)) => {
                if entry.chain != entry.chain_on(&chain, sequence) {
                    report.problem(format!("the chain breaks at {sequence}"));
                }
                chain = entry.chain;
            }
            Ok(None) => report.problem(format!("ledger entry {sequence} is missing")),
            Err(StoreError::Damaged(key)) => report.problem(format!("ledger entry {sequence} is damaged ({key})")),
            Err(other) => return Err(other),
        }
        report.entries += 1;
        progress(report.entries);
    }
    if chain != state.chain {
        report.problem("the chain does not end where the ledger's state says".to_owned());
    }
    Ok(())
}

fn check_documents(
    records: &dyn Records,
    report: &mut CheckReport,
    progress: &mut dyn FnMut(u64),
) -> Result<BTreeMap<FeedId, FeedSum>, StoreError> {
    let pending = Pending::default();
    let mut sums: BTreeMap<FeedId, FeedSum> = BTreeMap::new();
    each_row(records, keys::HEADS, &mut |(key, value)| {
        let head: HeadRecord = read(&key, &value)?;
        let id = DocumentId(key.last_chunk().copied().unwrap_or_default());
        match load(records, &pending, id, &head) {
            Ok(_) => {}
            Err(StoreError::Damaged(record)) => report.problem(format!("document {id} is damaged ({record})")),
            Err(other) => return Err(other),
        }
        for place in head.placed.iter() {
            let sum = sums.entry(place.feed).or_default();
            let digest = digest_of(id, head.generation, &head.head);
            sum.sum = u128::from_le_bytes(sum.sum).wrapping_add(digest).to_le_bytes();
            sum.documents += 1;
            let entry: Option<FeedEntry> = pending.get(records, &keys::feed(place.feed, place.sequence))?;
            if entry != Some(FeedEntry { document: id, leaves: false }) {
                report.problem(format!("document {id} is missing in a feed's log"));
            }
            report.places += 1;
        }
        report.documents += 1;
        progress(report.entries + report.documents);
        Ok(())
    })?;
    Ok(sums)
}

fn check_feeds(
    records: &dyn Records,
    sums: &BTreeMap<FeedId, FeedSum>,
    report: &mut CheckReport,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let pending = Pending::default();
    for (feed, sum) in sums {
        let stored: Option<FeedSum> = pending.get(records, &keys::sum(*feed))?;
        if stored != Some(*sum) {
            report.problem("a feed's sum is not that of its documents".to_owned());
        }
        let prefix = keys::feed_log(*feed);
        let mut placed = 0;
        each_row(records, &prefix, &mut |(key, value)| {
            placed += u64::from(!read::<FeedEntry>(&key, &value)?.leaves);
            Ok(())
        })?;
        if placed != sum.documents {
            report.problem(format!("a feed's log has {placed} places for {} documents", sum.documents));
        }
        progress(report.entries + report.documents + placed);
    }
    Ok(())
}
