//! How often each figure was counted.

use std::collections::BTreeMap;

use super::{Code, FigureKey};
use crate::time::Month;
use crate::wire::{List, Reader, Wire, WireError};
use crate::wire_struct;

/// Rows of one case: a step counts three figures at most, and a document has 100,000 entries.
const ROWS_MAX: usize = 300_000;

/// Where something is counted: the month, the category, and what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The month.
    pub month: Month,
    /// The category that the case had then.
    pub category: Code,
    /// The figure.
    pub key: FigureKey,
}
wire_struct!(Counted {
    month,
    category,
    key
});

/// How often each figure was counted, by month and category. None is there with nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Counted, u64>);

impl Counts {
    /// Each with its amount, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Counted, u64)> {
        self.0.iter().map(|(counted, amount)| (counted, *amount))
    }

    pub(super) fn add(&mut self, month: Month, category: &Code, key: &FigureKey, amount: u64) {
        let counted = counted(month, category, key);
        if amount > 0 {
            let known = self.0.entry(counted).or_default();
            *known = known.saturating_add(amount);
        }
    }

    pub(super) fn set(&mut self, month: Month, category: &Code, key: &FigureKey, amount: u64) {
        let counted = counted(month, category, key);
        if amount > 0 {
            self.0.insert(counted, amount);
        } else {
            self.0.remove(&counted);
        }
    }

    /// The amounts that are others than in `before`: where, how much before, how much now.
    pub fn changes(&self, before: Option<&Self>) -> Vec<(Counted, u64, u64)> {
        let nothing = BTreeMap::new();
        let before = before.map_or(&nothing, |counts| &counts.0);
        let gone = before.keys().filter(|key| !self.0.contains_key(key));
        let mut changes = Vec::new();
        for key in self.0.keys().chain(gone) {
            let amount = |of: &BTreeMap<Counted, u64>| of.get(key).copied().unwrap_or_default();
            let (then, now) = (amount(before), amount(&self.0));
            if then != now {
                changes.push((key.clone(), then, now));
            }
        }
        changes
    }
}

fn counted(month: Month, category: &Code, key: &FigureKey) -> Counted {
    Counted {
        month,
        category: category.clone(),
        key: key.clone(),
    }
}

impl Wire for Counts {
    fn encode(&self, out: &mut Vec<u8>) {
        crate::wire::put_varint(out, self.0.len() as u64);
        for row in &self.0 {
            row.0.encode(out);
            row.1.encode(out);
        }
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let rows: List<(Counted, u64), ROWS_MAX> = List::decode(from)?;
        let counts: BTreeMap<Counted, u64> = rows.iter().cloned().collect();
        let is_canonical = counts.len() == rows.len()
            && counts
                .iter()
                .zip(rows.iter())
                .all(|((key, amount), row)| *key == row.0 && *amount == row.1 && *amount > 0);
        if is_canonical {
            Ok(Self(counts))
        } else {
            Err(WireError::Invalid("counts"))
        }
    }
}
