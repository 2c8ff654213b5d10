//! A row opened from entries, wherever they lie.

use alleyway_core::store::StoreError;

use super::entries::{EntryKey, parse, part_key, printable};
use super::envelope::{self, Unopened, parts, slot_of};
use super::keys::SlotKey;

/// A row's value, and the slot that it is sealed under.
#[derive(Debug)]
pub(crate) struct OpenedRow {
    /// The value.
    pub(crate) value: Vec<u8>,
    /// The slot, if the value is sealed.
    pub(crate) slot: Option<u64>,
}

/// The entry's key of a row's port key, as far as bounds go too.
pub(crate) fn tree_key(key: &[u8]) -> Vec<u8> {
    super::entries::bound(key)
}

/// The port's key of a row's entry; none for another entry.
pub(crate) fn row_of(tree_key: &[u8]) -> Option<&[u8]> {
    match parse(tree_key) {
        EntryKey::Row(key) => Some(key),
        _ => None,
    }
}

/// Finds an entry.
type Find<'a> = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, StoreError> + 'a;

/// Opens the row `key` whose entry holds `row`. `entry` finds its parts, `slot_key` a
/// slot's key. None is a row whose key was destroyed.
///
/// # Errors
/// [`StoreError::Damaged`], or what `entry` says.
pub(crate) fn open_row(
    key: &[u8],
    row: &[u8],
    entry: &Find<'_>,
    slot_key: &dyn Fn(u64) -> Option<SlotKey>,
) -> Result<Option<OpenedRow>, StoreError> {
    let mut joined = Vec::new();
    let whole = match parts(row) {
        None => row,
        Some((count, start)) => {
            joined.extend_from_slice(start);
            for index in 1..=count {
                let part = entry(&part_key(key, index))?
                    .ok_or_else(|| StoreError::Damaged(printable(key)))?;
                joined.extend_from_slice(&part);
            }
            &joined
        }
    };
    match envelope::open(key, whole, |slot| Ok(slot_key(slot))) {
        Ok(value) => Ok(Some(OpenedRow {
            value,
            slot: slot_of(whole),
        })),
        Err(Unopened::Destroyed) => Ok(None),
        Err(other) => Err(other.of(key)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::store::packing::noise;
    use crate::store::upkeep::{Copied, Upkeep as _};
    use crate::store::{OpenOptions, SledStore};
    use alleyway_core::id::TownId;
    use alleyway_core::store::{Store as _, Transaction, Write};

    fn write(key: &str, value: Option<&[u8]>) -> Write {
        Write {
            key: key.as_bytes().to_vec(),
            value: value.map(<[u8]>::to_vec),
            slot: None,
        }
    }

    fn commit(store: &mut SledStore, writes: Vec<Write>) {
        store
            .commit(&Transaction {
                writes,
                ..Transaction::default()
            })
            .unwrap();
    }

    #[test]
    fn rows_open_from_raw_entries_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut store =
            SledStore::create(folder.path(), TownId([1; 16]), OpenOptions::default()).unwrap();
        let long = noise(20_000);
        let sealed = Write {
            key: b"s".to_vec(),
            value: Some(long.clone()),
            slot: Some(3),
        };
        commit(&mut store, vec![sealed, write("p", Some(b"plain"))]);
        let keys = store.document_keys(0..1_024).unwrap();
        let slot_key = |slot: u64| {
            keys.chunks(32)
                .nth(usize::try_from(slot).unwrap())
                .and_then(|key| key.try_into().ok())
        };
        assert!(store.begin_copy());
        let Copied::End(end) = store.copy_some().unwrap() else {
            panic!()
        };
        let tree: BTreeMap<Vec<u8>, Vec<u8>> = end.entries.into_iter().collect();
        let entry = |key: &[u8]| Ok(tree.get(key).cloned());
        let open = |key: &[u8]| {
            open_row(key, &tree[&tree_key(key)], &entry, &slot_key)
                .unwrap()
                .unwrap()
        };
        let (opened, plain) = (open(b"s"), open(b"p"));
        assert_eq!((opened.value, opened.slot), (long, Some(3)));
        assert_eq!((plain.value, plain.slot), (b"plain".to_vec(), None));
        assert!(
            open_row(b"s", &tree[&tree_key(b"s")], &entry, &|_| None)
                .unwrap()
                .is_none(),
            "its key is gone"
        );
        assert!(
            open_row(b"s", &tree[&tree_key(b"s")], &|_| Ok(None), &slot_key).is_err(),
            "its parts are gone"
        );
    }
}
