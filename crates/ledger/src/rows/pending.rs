//! Writes that are not committed yet, laid over what is.

use std::collections::BTreeMap;

use super::keys;
use alleyway_core::store::{Records, Row, StoreError, Write};
use alleyway_core::wire::Wire;

/// The writes of the group in progress.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    writes: BTreeMap<Vec<u8>, Waiting>,
}

/// A value, or a removal, and the key slot it is to be sealed under.
type Waiting = (Option<Vec<u8>>, Option<u64>);

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    pub(crate) fn put(&mut self, key: Vec<u8>, value: &impl Wire) {
        self.writes.insert(key, (Some(value.to_bytes()), None));
    }

    /// Puts what people wrote: sealed under the document's key slot.
    pub(crate) fn put_sealed(&mut self, key: Vec<u8>, value: Vec<u8>, slot: u64) {
        self.writes.insert(key, (Some(value), Some(slot)));
    }

    /// Puts what people wrote behind the last value since `from` that waits, under the same key slot, if
    /// the two are not longer together than `bytes_max`; otherwise under its own key.
    pub(crate) fn join_sealed(
        &mut self,
        from: Vec<u8>,
        key: Vec<u8>,
        value: Vec<u8>,
        slot: u64,
        bytes_max: usize,
    ) {
        let waiting = self.writes.range_mut(from..key.clone()).next_back();
        if let Some((_, (Some(before), Some(of)))) = waiting
            && *of == slot
            && before.len().saturating_add(value.len()) <= bytes_max
        {
            before.extend_from_slice(&value);
            return;
        }
        self.put_sealed(key, value, slot);
    }

    pub(crate) fn remove(&mut self, key: Vec<u8>) {
        self.writes.insert(key, (None, None));
    }

    /// Removes what may have been put since the last [`Pending::take`]; then there is nothing to
    /// remove from the store.
    pub(crate) fn remove_since(&mut self, key: Vec<u8>, stored: bool) {
        if stored {
            self.remove(key);
        } else {
            self.writes.remove(&key);
        }
    }

    pub(crate) fn take(&mut self) -> Vec<Write> {
        let writes = std::mem::take(&mut self.writes);
        writes
            .into_iter()
            .map(|(key, (value, slot))| Write { key, value, slot })
            .collect()
    }
}

/// The rows as a reader sees them: the store, and what is written over it.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    records: &'a dyn Records,
    pending: &'a Pending,
}

static NOTHING: Pending = Pending {
    writes: BTreeMap::new(),
};

impl<'a> View<'a> {
    /// The store as it will be once `pending` is committed.
    pub(crate) fn new(records: &'a dyn Records, pending: &'a Pending) -> Self {
        Self { records, pending }
    }

    /// The store as it is.
    pub(crate) fn of_store(records: &'a dyn Records) -> Self {
        Self::new(records, &NOTHING)
    }

    pub(crate) fn get_bytes(self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.pending.writes.get(key) {
            Some((value, _)) => Ok(value.clone()),
            None => self.records.get(key),
        }
    }

    pub(crate) fn get<T: Wire>(self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.get_bytes(key)?
            .map(|bytes| read(key, &bytes))
            .transpose()
    }

    /// Every row whose key begins with `prefix`.
    pub(crate) fn scan_all(self, prefix: &[u8]) -> Result<Vec<Row>, StoreError> {
        self.scan(prefix, &keys::end_of(prefix), usize::MAX)
    }

    /// The last key of a range: from one (inclusive) to another (exclusive).
    pub(crate) fn last_key(self, from: &[u8], to: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if from >= to {
            return Ok(None);
        }
        let stored = self.records.keys(from, to, usize::MAX)?;
        let is_removed = |key: &Vec<u8>| matches!(self.pending.writes.get(key), Some((None, _)));
        let stored = stored.into_iter().rev().find(|key| !is_removed(key));
        let mut laid = self.pending.writes.range(from.to_vec()..to.to_vec());
        let laid = laid.rfind(|(_, (value, _))| value.is_some());
        Ok(stored.max(laid.map(|(key, _)| key.clone())))
    }

    /// The rows from one key (inclusive) to another (exclusive), `limit` at most.
    pub(crate) fn scan(self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let writes = &self.pending.writes;
        let laid: Vec<_> = writes.range(from.to_vec()..to.to_vec()).collect();
        if laid.is_empty() {
            return self.records.scan(from, to, limit);
        }
        // As many more as may be hidden by removals.
        let stored = self
            .records
            .scan(from, to, limit.saturating_add(laid.len()))?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = stored.into_iter().collect();
        for (key, (value, _)) in laid {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
        Ok(rows.into_iter().take(limit).collect())
    }
}

/// Reads a record.
pub(crate) fn read<T: Wire>(key: &[u8], bytes: &[u8]) -> Result<T, StoreError> {
    T::from_bytes(bytes).map_err(|_| StoreError::damaged(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_joins_the_one_before_it_that_waits_if_both_are_short_and_of_one_slot() {
        let mut pending = Pending::default();
        let mut join = |from: &[u8], key: &[u8], slot| {
            pending.join_sealed(from.to_vec(), key.to_vec(), b"12".to_vec(), slot, 4);
        };
        join(b"a1", b"a1", 7);
        join(b"a1", b"a2", 7);
        // The row is full.
        join(b"a1", b"a3", 7);
        // From here on there is none.
        join(b"a4", b"a4", 7);
        // Another slot.
        join(b"a4", b"a5", 8);
        let rows = pending.take().into_iter();
        let rows: Vec<_> = rows.map(|row| (row.key, row.value.unwrap())).collect();
        let [whole, half] = [b"1212".to_vec(), b"12".to_vec()];
        assert_eq!(
            rows,
            [
                (b"a1".to_vec(), whole),
                (b"a3".to_vec(), half.clone()),
                (b"a4".to_vec(), half.clone()),
                (b"a5".to_vec(), half.clone()),
            ]
        );
        // What was taken is committed: nothing joins it.
        pending.join_sealed(b"a1".to_vec(), b"a6".to_vec(), b"12".to_vec(), 8, 4);
        assert_eq!(pending.take()[0].value.as_ref(), Some(&half));
    }
}
