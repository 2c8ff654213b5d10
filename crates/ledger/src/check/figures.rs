//! The figures: each is the sum of what the cases' parts say.

use std::collections::BTreeMap;

use super::CheckReport;
use super::problem::Problem;
use crate::rows::records::{FiguresRow, PartRecord, State};
use crate::rows::{View, keys, read};
use alleyway_core::kinds::case::FigureKey;
use alleyway_core::store::{Records, StoreError};

/// Parts of cases added up in one step.
const PARTS_AT_ONCE: usize = 100;

/// The amounts of rows of figures, by the rows' keys.
type Amounts = BTreeMap<Vec<u8>, BTreeMap<FigureKey, u64>>;

/// The place up to which the parts of cases are added up.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// None before the first step.
    walk: Option<Walk>,
}

#[derive(Debug)]
struct Walk {
    from: Vec<u8>,
    /// The log's last sequence when the walk began: if it is another at the end, somebody wrote.
    begun: u64,
    sums: Amounts,
}

impl Figures {
    /// Adds up some parts, and compares the sums behind the last. Whether those were the last.
    pub(super) fn step(
        &mut self,
        records: &dyn Records,
        report: &mut CheckReport,
    ) -> Result<bool, StoreError> {
        let view = View::of_store(records);
        let sequence = sequence(view)?;
        let walk = self.walk.get_or_insert_with(|| Walk::begin(sequence));
        if !walk.step(view, PARTS_AT_ONCE)? {
            return Ok(false);
        }
        if walk.begun != sequence {
            // It changed on the way: once more, and this time nobody writes in between. That takes as
            // long as the cases are many, about a second for a hundred thousand.
            *walk = Walk::begin(sequence);
            while !walk.step(view, PARTS_AT_ONCE)? {}
        }
        let rows = others(view, &walk.sums)?;
        if rows > 0 {
            report.problem(Problem::FiguresSum { rows });
        }
        Ok(true)
    }
}

impl Walk {
    fn begin(sequence: u64) -> Self {
        Self {
            from: keys::PARTS.to_vec(),
            begun: sequence,
            sums: Amounts::new(),
        }
    }

    /// Goes some parts on. Whether that is the end.
    fn step(&mut self, view: View<'_>, parts: usize) -> Result<bool, StoreError> {
        let rows = view.scan(&self.from, &keys::end_of(keys::PARTS), parts)?;
        let Some((last, _)) = rows.last() else {
            return Ok(true);
        };
        self.from.clone_from(last);
        self.from.push(0);
        for (key, value) in &rows {
            let part: PartRecord = read(key, value)?;
            for (counted, amount) in part.tally.counts().iter() {
                let row = keys::figures(counted.month, part.place, &counted.category);
                let sums = self.sums.entry(row).or_default();
                let sum = sums.entry(counted.key.clone()).or_default();
                *sum = sum.saturating_add(amount);
            }
        }
        Ok(false)
    }
}

fn sequence(view: View<'_>) -> Result<u64, StoreError> {
    let state: Option<State> = view.get(keys::STATE)?;
    Ok(state.map_or(0, |state| state.sequence))
}

/// The number of rows that are not what the sums say.
fn others(view: View<'_>, sums: &Amounts) -> Result<u64, StoreError> {
    let mut stored = Amounts::new();
    for (key, value) in view.scan_all(keys::FIGURES)? {
        let row: FiguresRow = read(&key, &value)?;
        let amounts = row
            .amounts()
            .map(|(figure, amount)| (figure.clone(), amount));
        stored.insert(key, amounts.collect());
    }
    let differs = |key: &&Vec<u8>| stored.get(*key) != sums.get(*key);
    let lacking = sums.keys().filter(|key| !stored.contains_key(*key));
    let others = stored.keys().filter(differs).count() + lacking.count();
    Ok(others as u64)
}
