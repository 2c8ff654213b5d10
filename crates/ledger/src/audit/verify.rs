//! Reading records, and following their chain.

use super::{AuditRecord, DOMAIN};
use crate::check::problem::{AuditProblem, NAMED_MAX};
use crate::rows::keys;
use crate::rows::records::{ChainTip, State};
use crate::rows::{View, read};
use alleyway_core::crypto::Hash;
use alleyway_core::store::{Records, StoreError};

/// Rows read at a time.
const ROWS: usize = 1_000;

/// A record and its number.
pub type AuditRow = (u64, AuditRecord);

/// Records from number `from` on, `limit` at most.
///
/// # Errors
/// Whatever the store says.
pub fn audit_rows(
    records: &dyn Records,
    from: u64,
    limit: usize,
) -> Result<Vec<AuditRow>, StoreError> {
    let rows = records.scan(
        &keys::audit(from),
        &keys::end_of(&keys::audit(u64::MAX)),
        limit,
    )?;
    rows.iter()
        .map(|(key, value)| Ok((number(key), read(key, value)?)))
        .collect()
}

fn number(key: &[u8]) -> u64 {
    key.last_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// The findings of a check of the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Records whose chain was followed.
    pub records: u64,
    /// The hash of the last one, to be noted elsewhere.
    pub head: Hash,
    /// The first hundred problems.
    pub problems: Vec<AuditProblem>,
    /// The number of problems.
    pub problem_count: u64,
}

impl AuditReport {
    fn problem(&mut self, problem: AuditProblem) {
        self.problem_count += 1;
        if self.problems.len() < NAMED_MAX {
            self.problems.push(problem);
        }
    }
}

/// Follows the audit's chain from its beginning, and compares its end with the ledger's state and
/// with what was noted elsewhere: a number and the hash there. `progress` is told how many records
/// have been read.
///
/// # Errors
/// Anything that keeps it from going on; damaged records are reported, not returned.
pub fn verify_audit(
    records: &dyn Records,
    expected: Option<(u64, Hash)>,
    progress: &mut dyn FnMut(u64),
) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport::default();
    let view = View::of_store(records);
    let Some(state) = view.get::<State>(keys::STATE)? else {
        report.problem(AuditProblem::StateMissing);
        return Ok(report);
    };
    let mut reach = ChainTip::default();
    let mut noted = expected.is_none_or(|(count, chain)| count == 0 && chain == [0; 32]);
    for sequence in 1..=state.audit.count {
        match view.get::<AuditRecord>(&keys::audit(sequence)) {
            Ok(Some(record)) => {
                reach = reach.with(DOMAIN, &record.entry());
                if record.chain != reach.chain {
                    report.problem(AuditProblem::ChainBreaks { record: sequence });
                    // What follows stands on what is written here.
                    reach.chain = record.chain;
                }
            }
            Ok(None) => report.problem(AuditProblem::RecordMissing { record: sequence }),
            Err(StoreError::Damaged(key)) => {
                report.problem(AuditProblem::RecordDamaged {
                    record: sequence,
                    key,
                });
            }
            Err(other) => return Err(other),
        }
        reach.count = sequence;
        noted |= expected == Some((sequence, reach.chain));
        report.records = sequence;
        if sequence % ROWS as u64 == 0 {
            progress(sequence);
        }
    }
    let beyond = keys::audit(state.audit.count.saturating_add(1));
    if !records
        .keys(&beyond, &keys::end_of(&keys::audit(u64::MAX)), 1)?
        .is_empty()
    {
        report.problem(AuditProblem::BeyondEnd);
    }
    if reach != state.audit {
        report.problem(AuditProblem::ChainEnd);
    }
    if let (false, Some((sequence, _))) = (noted, expected) {
        report.problem(AuditProblem::NotNoted { record: sequence });
    }
    report.head = state.audit.chain;
    Ok(report)
}
