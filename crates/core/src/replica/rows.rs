//! The layout of the device's store: one byte for what it is, then what it is of.

use crate::crypto::{Hash, PublicKey, SecretKey};
use crate::feeds::FeedId;
use crate::id::{DocumentId, MemberId, TownId};
use crate::limits::{NAME_BYTES_MAX, SUBSCRIPTIONS_MAX};
use crate::store::{Records, StoreError, Write};
use crate::sync::challenge::Challenge;
use crate::sync::frame::Opaque;
use crate::text::Text;
use crate::time::Time;
use crate::wire::{List, Wire};
use crate::wire_struct;

pub(super) const IDENTITY: &[u8] = b"i";
pub(super) const STATE: &[u8] = b"s";
pub(super) const DOCUMENTS: u8 = b'd';
pub(super) const PARTS: u8 = b'p';
pub(super) const WANTED: u8 = b'w';
pub(super) const LOOKED_AT: u8 = b'l';
pub(super) const OUTBOX: u8 = b'o';
pub(super) const BATCHES: u8 = b'b';
pub(super) const VERDICTS: u8 = b'v';

/// Who the device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) secret_bytes: [u8; 32],
    pub(super) sealing_secret: [u8; 32],
    pub(super) enrolled: Option<Enrolled>,
}
wire_struct!(Identity { secret_bytes, sealing_secret, enrolled });

impl Identity {
    pub(super) fn secret(&self) -> SecretKey {
        SecretKey::from_bytes(&self.secret_bytes)
    }
}

/// What the server said when it took the device in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enrolled {
    pub(super) town: TownId,
    pub(super) town_name: Text<NAME_BYTES_MAX>,
    pub(super) server: PublicKey,
    pub(super) member: MemberId,
    pub(super) name: Text<NAME_BYTES_MAX>,
    pub(super) device_code: u32,
}
wire_struct!(Enrolled { town, town_name, server, member, name, device_code });

/// Where the device stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Counts commands.
    pub(super) counter: u64,
    /// The last batch sealed, and its hash.
    pub(super) batch: u64,
    pub(super) batch_hash: Hash,
    pub(super) incarnation: u32,
    pub(super) cursor: Opaque,
    pub(super) challenge: Option<Challenge>,
    pub(super) feeds: List<FeedId, SUBSCRIPTIONS_MAX>,
    /// The server's clock at the last answer.
    pub(super) last_contact: Option<Time>,
    /// How far this device's clock was ahead of the server's then, in milliseconds.
    pub(super) clock_ahead: i64,
    /// The last own batch that a verified backup of the server covers.
    pub(super) covered: u64,
}
wire_struct!(State {
    counter,
    batch,
    batch_hash,
    incarnation,
    cursor,
    challenge,
    feeds,
    last_contact,
    clock_ahead,
    covered,
});

pub(super) fn key(kind: u8, of: &impl Wire) -> Vec<u8> {
    let mut key = vec![kind];
    of.encode(&mut key);
    key
}

/// A key of a counter: big-endian, so that rows are in order.
pub(super) fn numbered(kind: u8, number: u64) -> Vec<u8> {
    key(kind, &number.to_be_bytes())
}

pub(super) fn put(key: Vec<u8>, value: &impl Wire) -> Write {
    Write { key, value: Some(value.to_bytes()), slot: None }
}

pub(super) fn remove(key: Vec<u8>) -> Write {
    Write { key, value: None, slot: None }
}

pub(super) fn get<T: Wire>(records: &dyn Records, key: &[u8]) -> Result<Option<T>, StoreError> {
    records.get(key)?.map(|bytes| T::from_bytes(&bytes).map_err(|_| StoreError::damaged(key))).transpose()
}

/// Visits all rows of a kind; the visitor says `None` to a row it cannot read.
pub(super) fn each<K: Wire>(
    records: &dyn Records,
    kind: u8,
    mut visit: impl FnMut(K, &[u8]) -> Option<()>,
) -> Result<(), StoreError> {
    for (key, value) in records.scan(&[kind], &[kind.saturating_add(1)], usize::MAX)? {
        let of = K::from_bytes(key.get(1..).unwrap_or_default()).map_err(|_| StoreError::damaged(&key))?;
        visit(of, &value).ok_or_else(|| StoreError::damaged(&key))?;
    }
    Ok(())
}

/// The id of a document, as keys hold it.
pub(super) fn document(id: DocumentId) -> Vec<u8> {
    key(DOCUMENTS, &id)
}
