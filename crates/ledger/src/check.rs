//! The check of a whole store: the chain, every document's head, every feed's log and sum, the figures,
//! and that no id is that of two commands.
//!
//! It is looked at in steps, between which others may write: what has to agree is compared within
//! one step, or once more if it changed on the way.

mod chain;
mod documents;
mod feeds;
mod figures;
mod ids;
pub(crate) mod problem;
#[cfg(test)]
mod tests;

use self::chain::Chain;
use self::documents::Documents;
use self::feeds::Feeds;
use self::figures::Figures;
use self::ids::Ids;
use self::problem::{NAMED_MAX, Problem};
use crate::rows::organisation;
use alleyway_core::id::{DocumentId, TownId};
use alleyway_core::store::{Records, StoreError};

/// The findings of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Ledger entries whose chain was followed.
    pub entries: u64,
    /// Documents that were loaded and compared with their heads.
    pub documents: u64,
    /// Places in feed logs.
    pub places: u64,
    /// The first hundred problems.
    pub problems: Vec<Problem>,
    /// The number of problems.
    pub problem_count: u64,
}

impl CheckReport {
    /// The documents among the problems whose rows for lists, of late cases too, are to be made anew.
    pub fn rows_to_make(&self) -> impl Iterator<Item = DocumentId> {
        self.problems.iter().filter_map(|problem| match problem {
            Problem::ListedOther { document } | Problem::LateOther { document } => Some(*document),
            _ => None,
        })
    }

    fn problem(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < NAMED_MAX {
            self.problems.push(problem);
        }
    }
}

/// A check under way.
#[derive(Debug)]
pub struct Checking {
    stage: Stage,
    /// Under which rows note what commands say; without it those are not compared.
    key: Option<[u8; 32]>,
    /// Whose ledger it is; without it what residents see is not compared.
    town: Option<TownId>,
    report: CheckReport,
}

#[derive(Debug)]
enum Stage {
    Chain(Chain),
    Ids(Ids),
    Documents(Documents),
    Feeds(Feeds),
    Figures(Figures),
    Done,
}

impl Default for Checking {
    fn default() -> Self {
        Self {
            stage: Stage::Chain(Chain::default()),
            key: None,
            town: None,
            report: CheckReport::default(),
        }
    }
}

impl Checking {
    /// A check by a server that has its secrets: with `key`, its token key, what is noted of ids is
    /// compared too, and with its town what residents see.
    pub(crate) fn with(key: [u8; 32], town: TownId) -> Self {
        Self {
            key: Some(key),
            town: Some(town),
            ..Self::default()
        }
    }

    /// Checks a store from end to end. `progress` is told how many records have been looked at.
    ///
    /// # Errors
    /// Anything that keeps the check from going on; damaged records are reported, not returned.
    pub fn run(
        mut self,
        records: &dyn Records,
        progress: &mut dyn FnMut(u64),
    ) -> Result<CheckReport, StoreError> {
        loop {
            if let Some(report) = self.step(records)? {
                return Ok(report);
            }
            progress(self.done());
        }
    }

    /// Looks at a little more: some milliseconds' worth, and of a feed that changes all the time once
    /// the whole. The report, once everything was looked at.
    ///
    /// # Errors
    /// Anything that keeps the check from going on; damaged records are reported, not returned.
    pub fn step(&mut self, records: &dyn Records) -> Result<Option<CheckReport>, StoreError> {
        let report = &mut self.report;
        let stepped = match &mut self.stage {
            Stage::Chain(chain) => chain.step(records, report),
            Stage::Ids(ids) => ids.step(records, report),
            Stage::Documents(documents) => documents.step(records, report),
            Stage::Feeds(feeds) => feeds.step(records, report),
            Stage::Figures(figures) => figures.step(records, report),
            Stage::Done => return Ok(Some(report.clone())),
        };
        let is_over = match stepped {
            Err(StoreError::Damaged(record)) => {
                report.problem(Problem::RecordDamaged { record });
                true
            }
            stepped => stepped?,
        };
        if is_over {
            self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Chain(_) => Stage::Ids(Ids::new(self.key)),
                Stage::Ids(Ids { noted, trays, .. }) => {
                    let organisation = organisation(records)?;
                    Stage::Documents(Documents::new(noted, trays, self.town, organisation))
                }
                Stage::Documents(Documents { feeds, .. }) => Stage::Feeds(Feeds::new(feeds)),
                Stage::Feeds(_) => Stage::Figures(Figures::default()),
                Stage::Figures(_) | Stage::Done => Stage::Done,
            };
        }
        Ok(None)
    }

    /// The number of records that have been looked at.
    pub fn done(&self) -> u64 {
        self.report.entries + self.report.documents
    }
}

/// Checks a store from end to end, without the server's secrets: what is noted of ids is compared with
/// what trays hold, not with what was refused. `progress` is told how many records have been looked at.
///
/// # Errors
/// Anything that keeps the check from going on; damaged records are reported, not returned.
pub fn check(
    records: &dyn Records,
    progress: &mut dyn FnMut(u64),
) -> Result<CheckReport, StoreError> {
    Checking::default().run(records, progress)
}
