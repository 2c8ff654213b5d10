//! The rows that the log holds now: by name, the place of each value.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::frame::{ENTRY_BYTES, NONCE_BYTES};

/// A table: no name of one can be taken for a name of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// The replica's rows.
    Records,
    /// The device's own few rows.
    Settings,
}

impl Table {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Records => b'r',
            Self::Settings => b's',
        }
    }

    pub(super) fn of(byte: u8) -> Option<Self> {
        [Self::Records, Self::Settings]
            .into_iter()
            .find(|table| table.byte() == byte)
    }
}

/// A row's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The table.
    pub table: Table,
    /// The key in it.
    pub key: Vec<u8>,
}

impl Name {
    /// The name of a row.
    pub fn new(table: Table, key: &[u8]) -> Self {
        Self {
            table,
            key: key.to_vec(),
        }
    }
}

/// A row's value, as it lies in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A sealed value.
    Sealed(Sealed),
    /// A value that could not be read when the log was written anew: its row is still named.
    Lost,
}

/// Where a sealed value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) nonce: [u8; NONCE_BYTES],
    /// Of the sealed bytes, without the nonce.
    pub(super) length: u32,
    pub(super) at: u64,
    /// Where it lies a second time, if it cannot be fetched again.
    pub(super) again: Option<u64>,
}

/// A row put, or taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) name: Name,
    /// None takes the row away.
    pub(super) value: Option<Value>,
}

/// All rows, and what a log of only these would take.
#[derive(Debug, Default)]
pub(super) struct Rows {
    values: BTreeMap<Name, Value>,
    bytes: u64,
}

impl Rows {
    pub(super) fn get(&self, name: &Name) -> Option<&Value> {
        self.values.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &Value)> {
        self.values.iter()
    }

    /// The rows of a table from a key on to another one, which is not among them.
    pub(super) fn range<'a>(
        &'a self,
        table: Table,
        from: &[u8],
        to: &[u8],
    ) -> impl Iterator<Item = &'a Name> + use<'a> {
        let names = (from < to).then(|| Name::new(table, from)..Name::new(table, to));
        names
            .map(|names| self.values.range(names))
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
    }

    pub(super) fn apply(&mut self, changes: Vec<Change>) {
        for Change { name, value } in changes {
            let put = value.as_ref().map_or(0, |value| cost(&name, value));
            let gone = match (self.values.entry(name), value) {
                (Entry::Occupied(mut row), Some(value)) => {
                    let before = row.insert(value);
                    cost(row.key(), &before)
                }
                (Entry::Occupied(row), None) => {
                    let (name, before) = row.remove_entry();
                    cost(&name, &before)
                }
                (Entry::Vacant(row), Some(value)) => {
                    row.insert(value);
                    0
                }
                (Entry::Vacant(_), None) => 0,
            };
            self.bytes = (self.bytes + put).saturating_sub(gone);
        }
    }

    /// About what the rows take in a log that was just written anew, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The room that a row takes in a file, in bytes.
fn cost(name: &Name, value: &Value) -> u64 {
    let entry = 2 * (ENTRY_BYTES + name.key.len()) as u64;
    match value {
        Value::Lost => entry,
        Value::Sealed(Sealed { length, again, .. }) => {
            let copies = if again.is_some() { 2 } else { 1 };
            entry + u64::from(*length) * copies + 2 * NONCE_BYTES as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(key: &[u8], length: Option<u32>) -> Change {
        let sealed = |length| {
            Value::Sealed(Sealed {
                nonce: [0; NONCE_BYTES],
                length,
                at: 0,
                again: None,
            })
        };
        Change {
            name: Name::new(Table::Records, key),
            value: length.map(sealed),
        }
    }

    #[test]
    fn what_the_rows_take_goes_up_and_down_with_them() {
        let mut rows = Rows::default();
        rows.apply(vec![change(b"a", Some(100)), change(b"b", Some(50))]);
        let both = rows.bytes();
        rows.apply(vec![change(b"a", Some(10)), change(b"c", None)]);
        assert_eq!(rows.bytes(), both - 90);
        rows.apply(vec![change(b"a", None), change(b"b", None)]);
        assert_eq!((rows.bytes(), rows.iter().count()), (0, 0));
    }

    #[test]
    fn a_range_stays_in_its_table() {
        let mut rows = Rows::default();
        rows.apply(vec![change(b"a", Some(1)), change(b"b", Some(1))]);
        assert_eq!(rows.range(Table::Records, b"a", b"b").count(), 1);
        assert_eq!(rows.range(Table::Records, b"b", b"a").count(), 0);
        assert_eq!(rows.range(Table::Settings, b"a", b"c").count(), 0);
    }
}
