//! The tree's entries as they lie there: what a backup copies, while commits go on.
//!
//! A copy reads the tree in slices, in the order of its keys. A commit between two slices that
//! changes what was already read is noted and laid over at the end: so the copy is the tree of one
//! moment, that of its last slice, and nobody waits for it.

use std::collections::BTreeMap;
use std::ops::Bound;

use alleyway_core::store::{HighWater, StoreError};
use alleyway_core::wire::Wire as _;
use sled::IVec;

use super::entries::{EntryKey, TAIL, parse, part_key, printable};
use super::envelope::{self, Unopened, parts, slot_of};
use super::slots::SlotKey;
use super::tail::{Contents, Tail};
use super::{SledStore, engine_failed, guarded};

/// A key of the tree and what lies there.
pub(crate) type RawEntry = (Vec<u8>, Vec<u8>);

/// Entries of one slice, at most 4 KiB each: about a millisecond of the writer's.
const SLICE_ENTRIES: usize = 256;
/// What commits may change of what was already copied, in bytes. A copy that meets more gives up.
const CHANGED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// What a changed entry takes in memory besides its bytes.
const CHANGED_ENTRY_BYTES: usize = 64;
/// Document keys read at once, 32 bytes each.
pub(crate) const KEYS_SLICE: u64 = 4_096;

/// Entries that changed behind a copy; none is an entry that went.
pub(crate) type Changed = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A slice of a copy.
pub(crate) enum Copied {
    /// Entries, in the order of their keys.
    Entries(Vec<RawEntry>),
    /// The last entries, what changed behind the copy, and the tree's tail.
    End(Vec<RawEntry>, Changed, TreeTail),
    /// More was written meanwhile than is kept; the copy is abandoned.
    TooMuch,
}

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

/// How a tree ends: what its tail says of all other entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeTail(pub(super) Tail);

impl TreeTail {
    /// That of an empty tree.
    pub(crate) fn empty() -> Self {
        Self(Tail::default())
    }

    /// Reads what [`TreeTail::to_bytes`] wrote.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Tail::from_bytes(bytes).ok().map(Self)
    }

    /// The tail's bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// How far acknowledged records reach.
    pub(crate) fn reach(&self) -> HighWater {
        self.0.reach
    }

    /// Commits since the store was created.
    pub(crate) fn commits(&self) -> u64 {
        self.0.commits
    }

    /// Key slots that records may use.
    pub(crate) fn slots(&self) -> u64 {
        self.0.slots
    }
}

/// The sum over a tree's entries, made anew to be compared with its tail.
#[derive(Debug, Default)]
pub(crate) struct TreeSum(Contents);

impl TreeSum {
    /// Adds an entry.
    pub(crate) fn add(&mut self, key: &[u8], value: &[u8]) {
        self.0.add(key, value);
    }

    /// Whether these are exactly the entries that the tail speaks of.
    pub(crate) fn is_that_of(&self, tail: &TreeTail) -> bool {
        self.0 == tail.0.contents
    }
}

/// A row's value, and the slot that it is sealed under.
#[derive(Debug)]
pub(crate) struct OpenedRow {
    pub(crate) value: Vec<u8>,
    pub(crate) slot: Option<u64>,
}

/// The key in the tree of a row's port key, as far as bounds go too.
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

/// Finds an entry of the tree.
type Find<'a> = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, StoreError> + 'a;

/// Opens the row `key` whose entry holds `row`. `entry` finds its parts in the tree, `slot_key` a
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

impl SledStore {
    /// Begins a copy of the tree. False if one is under way.
    pub(crate) fn begin_copy(&self) -> bool {
        let mut copying = self.copying.borrow_mut();
        let free = copying.is_none();
        if free {
            *copying = Some(Copying::default());
        }
        free
    }

    /// Forgets a copy that is under way.
    pub(crate) fn abandon_copy(&self) {
        self.copying.replace(None);
    }

    /// The copy's next slice. At its end there is no copy under way any more.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if the engine cannot read on.
    pub(crate) fn copy_some(&self) -> Result<Copied, StoreError> {
        let Some(mut copying) = self.copying.take() else {
            return Ok(Copied::TooMuch);
        };
        if copying.is_too_much() {
            return Ok(Copied::TooMuch);
        }
        let page = guarded(|| self.raw_page(copying.last.as_deref()))?;
        // Waiting for an empty slice would chase what is written at the end between two of them.
        let Some((last, _)) = page.last().filter(|_| page.len() >= SLICE_ENTRIES) else {
            return Ok(Copied::End(
                page,
                copying.changed,
                TreeTail(self.tail.clone()),
            ));
        };
        copying.last = Some(last.clone());
        self.copying.replace(Some(copying));
        Ok(Copied::Entries(page))
    }

    /// The entries behind `last`, without the tail.
    fn raw_page(&self, last: Option<&[u8]>) -> Result<Vec<RawEntry>, StoreError> {
        let after = last.map_or(Bound::Unbounded, Bound::Excluded);
        let mut page = Vec::new();
        for entry in self
            .db
            .range::<&[u8], _>((after, Bound::Excluded(TAIL)))
            .take(SLICE_ENTRIES)
        {
            let (key, value): (IVec, IVec) = entry.map_err(|error| engine_failed(&error))?;
            page.push((key.to_vec(), value.to_vec()));
        }
        Ok(page)
    }

    /// The document keys from one slot on, as their file holds them, [`KEYS_SLICE`] at most and none
    /// from `end` on.
    ///
    /// # Errors
    /// [`StoreError::Failed`] if the file cannot be read.
    pub(crate) fn document_keys(&self, from: u64, end: u64) -> Result<Vec<u8>, StoreError> {
        self.slots
            .raw(from, end.min(from.saturating_add(KEYS_SLICE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OpenOptions;
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
        let mut copy = BTreeMap::new();
        let mut round = 0_usize;
        let (changed, tail) = loop {
            match store.copy_some().unwrap() {
                Copied::Entries(page) => copy.extend(page),
                Copied::End(page, changed, tail) => {
                    copy.extend(page);
                    break (changed, tail);
                }
                Copied::TooMuch => panic!("little was written"),
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
        let mut sum = TreeSum::default();
        for (key, value) in &copy {
            sum.add(key, value);
        }
        assert!(sum.is_that_of(&tail));
        assert_eq!(TreeTail::from_bytes(&tail.to_bytes()), Some(tail));
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

    #[test]
    fn rows_open_from_raw_entries_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut store =
            SledStore::create(folder.path(), TownId([1; 16]), OpenOptions::default()).unwrap();
        let long = vec![7; 20_000];
        let sealed = Write {
            key: b"s".to_vec(),
            value: Some(long.clone()),
            slot: Some(3),
        };
        commit(&mut store, vec![sealed, write("p", Some(b"plain"))]);
        let keys = store.document_keys(0, 1_024).unwrap();
        let slot_key = |slot: u64| {
            keys.chunks(32)
                .nth(usize::try_from(slot).unwrap())
                .and_then(|key| key.try_into().ok())
        };
        assert!(store.begin_copy());
        let Copied::End(page, ..) = store.copy_some().unwrap() else {
            panic!()
        };
        let tree: BTreeMap<Vec<u8>, Vec<u8>> = page.into_iter().collect();
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
