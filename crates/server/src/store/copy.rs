//! A copy of the store's entries, while commits go on.
//!
//! It reads them in slices, in the order of their keys. A commit between two slices that changes what
//! was already read is noted and laid over at the end: so the copy is the store of one moment, that of
//! its last slice, and nobody waits for it.

use std::ops::Bound;

use alleyway_core::store::StoreError;

use super::TownStore;
use super::engine::{Engine, Entry};
use super::entries::TAIL;
use super::upkeep::{Changed, Copied, CopyEnd};

/// Entries of one slice, at most 4 KiB each: about a millisecond of the writer's.
const SLICE_ENTRIES: usize = 256;
/// The bytes of entries copied already that commits may change. A copy that meets more gives up.
const CHANGED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The memory that a changed entry takes besides its bytes.
const CHANGED_ENTRY_BYTES: usize = 64;
/// A copy under way.
#[derive(Debug, Default)]
pub(super) struct Copying {
    last: Option<Vec<u8>>,
    changed: Changed,
    changed_bytes: usize,
}

impl Copying {
    /// Notes a change of what was already copied.
    pub(super) fn changed(&mut self, key: &[u8], new: Option<&[u8]>) {
        if self.last.as_deref().is_none_or(|last| key > last) || self.is_too_much() {
            return;
        }
        self.changed_bytes += key.len() + new.map_or(0, <[u8]>::len) + CHANGED_ENTRY_BYTES;
        self.changed.insert(key.to_vec(), new.map(<[u8]>::to_vec));
    }

    fn is_too_much(&self) -> bool {
        self.changed_bytes > CHANGED_BYTES_MAX
    }
}

impl<E: Engine> TownStore<E> {
    /// Begins a copy. False if one is under way.
    pub(super) fn begin_copying(&self) -> bool {
        let mut copying = self.copying.borrow_mut();
        let free = copying.is_none();
        if free {
            *copying = Some(Copying::default());
        }
        free
    }

    /// The copy's next slice.
    pub(super) fn copy_next(&self) -> Result<Copied, StoreError> {
        let Some(mut copying) = self.copying.take() else {
            return Ok(Copied::Abandoned);
        };
        if copying.is_too_much() {
            return Ok(Copied::Abandoned);
        }
        let entries = self.slice_behind(copying.last.as_deref())?;
        // Waiting for an empty slice would chase what is written at the end between two of them.
        let Some((last, _)) = entries.last().filter(|_| entries.len() >= SLICE_ENTRIES) else {
            return Ok(Copied::End(CopyEnd {
                entries,
                changed: copying.changed,
                tail: self.tail.clone(),
            }));
        };
        copying.last = Some(last.clone());
        self.copying.replace(Some(copying));
        Ok(Copied::Entries(entries))
    }

    /// The entries behind `last`, without the tail.
    fn slice_behind(&self, last: Option<&[u8]>) -> Result<Vec<Entry>, StoreError> {
        let after = last.map_or(Bound::Unbounded, Bound::Excluded);
        let slice = self.engine.range(after, Bound::Excluded(TAIL));
        Ok(slice.take(SLICE_ENTRIES).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OpenOptions;
    use crate::store::SledStore;
    use crate::store::tail::Contents;
    use crate::store::upkeep::Upkeep as _;
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
    fn a_copy_with_commits_between_its_slices_is_the_tree_of_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut store =
            SledStore::create(folder.path(), TownId([1; 16]), OpenOptions::default()).unwrap();
        for at in 0..4 {
            let keys: Vec<String> = (0..200)
                .map(|row| format!("{:04}", at * 200 + row))
                .collect();
            commit(
                &mut store,
                keys.iter().map(|key| write(key, Some(b"old"))).collect(),
            );
        }
        assert!(store.begin_copy());
        assert!(!store.begin_copy(), "one at a time");
        let mut copy = std::collections::BTreeMap::new();
        let mut round = 0_usize;
        let (changed, tail) = loop {
            match store.copy_some().unwrap() {
                Copied::Entries(page) => copy.extend(page),
                Copied::End(end) => {
                    copy.extend(end.entries);
                    break (end.changed, end.tail);
                }
                Copied::Abandoned => panic!("little was written"),
            }
            // Before and behind where the copy stands: changed, new, removed, long.
            round += 1;
            let (low, high) = (
                format!("{:04}", round * 10),
                format!("{:04}", 799 - round * 10),
            );
            let (new, long) = (format!("0{round}new"), vec![b'x'; 9_000 + round]);
            let writes = vec![
                write(&low, Some(&long)),
                write(&high, None),
                write(&new, Some(b"new")),
            ];
            commit(&mut store, writes);
        };
        assert!(round >= 2 && !changed.is_empty());
        for (key, value) in changed {
            match value {
                Some(value) => copy.insert(key, value),
                None => copy.remove(&key),
            };
        }
        let mut sum = Contents::default();
        for (key, value) in &copy {
            sum.add(key, value);
        }
        assert_eq!(sum, tail.contents);
        assert!(store.begin_copy(), "the next one may begin");
        store.abandon_copy();
    }

    #[test]
    fn a_copy_that_meets_more_than_is_kept_gives_up() {
        let mut copying = Copying {
            last: Some(vec![9]),
            ..Copying::default()
        };
        copying.changed(&[5], Some(&[0; 100]));
        copying.changed(&[10], Some(&[0; 100]));
        assert_eq!(
            (copying.changed.len(), copying.is_too_much()),
            (1, false),
            "what lies ahead is read later"
        );
        copying.changed_bytes = CHANGED_BYTES_MAX;
        copying.changed(&[6], None);
        assert!(copying.is_too_much());
    }
}
