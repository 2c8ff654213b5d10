//! The layout of the device's store: one byte for what it is, then what it is of.

use alleyway_core::crypto::{Hash, PublicKey, SealingKey, SecretBytes, SecretKey};
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DocumentId, MemberId, TownId, UnitId};
use alleyway_core::limits::{NAME_BYTES_MAX, SUBSCRIPTIONS_MAX};
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::frame::{Lease, Opaque, Stop};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};
use alleyway_core::wire_struct;

pub(super) const IDENTITY: &[u8] = b"i";
pub(super) const STATE: &[u8] = b"s";
/// The server's incarnation that the documents are of, if it is not the one heard last.
pub(super) const COMPARED: &[u8] = b"h";
pub(super) const DOCUMENTS: u8 = b'd';
pub(super) const PARTS: u8 = b'p';
pub(super) const WANTED: u8 = b'w';
pub(super) const LOOKED_AT: u8 = b'l';
pub(super) const OUTBOX: u8 = b'o';
pub(super) const LOCKED: u8 = b'k';
pub(super) const BATCHES: u8 = b'b';
pub(super) const VERDICTS: u8 = b'v';
/// Places of a batch that were given up here.
pub(super) const GIVEN_UP: u8 = b'g';
pub(super) const RECEIPTS: u8 = b'r';
/// Batches of other devices, by device and number (big-endian).
pub(super) const CARRIED: u8 = b'c';

/// Who the device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) secret_bytes: SecretBytes,
    pub(super) sealing_secret: SecretBytes,
    pub(super) enrolled: Option<Enrolled>,
}
wire_struct!(Identity {
    secret_bytes,
    sealing_secret,
    enrolled
});

impl Identity {
    pub(super) fn secret(&self) -> SecretKey {
        SecretKey::from_bytes(self.secret_bytes.as_bytes())
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
    pub(super) certificate: Certificate,
    pub(super) town_sealing: SealingKey,
}
wire_struct!(Enrolled {
    town,
    town_name,
    server,
    member,
    name,
    device_code,
    certificate,
    town_sealing
});

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
    /// The lease; none before the first contact.
    pub(super) lease: Option<LeaseState>,
    /// The server's word that this device is not to go on.
    pub(super) stopped: Option<Stop>,
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
    lease,
    stopped,
});

/// The lease: for how long what is on the device may be read without hearing from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeaseState {
    /// The server's half of the key; none once the lease has ended.
    pub(super) half: Option<Lease>,
    /// What is typed once the lease has ended is sealed to this key, whose secret needs the half.
    pub(super) reader: SealingKey,
    /// How far this device's clock has gone forward since the server was heard last, in
    /// milliseconds. A clock that is set back takes nothing off it.
    pub(super) spent: i64,
    /// This device's clock, as read last.
    pub(super) read: Time,
    /// Once it has ended: the units for which the member reported, and the centres that took it.
    pub(super) reports_for: List<(UnitId, Option<UnitId>), POSTS_MAX>,
}
wire_struct!(LeaseState {
    half,
    reader,
    spent,
    read,
    reports_for
});

/// Posts of one member that are known while nothing can be read.
pub(super) const POSTS_MAX: usize = 32;

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
    Write {
        key,
        value: Some(value.to_bytes()),
        slot: None,
    }
}

pub(super) fn remove(key: Vec<u8>) -> Write {
    Write {
        key,
        value: None,
        slot: None,
    }
}

pub(super) fn get<T: Wire>(records: &dyn Records, key: &[u8]) -> Result<Option<T>, StoreError> {
    records
        .get(key)?
        .map(|bytes| T::from_bytes(&bytes).map_err(|_| StoreError::damaged(key)))
        .transpose()
}

/// Visits all rows of a kind; the visitor says `None` to a row it cannot read. The keys of the rows
/// that cannot be read.
pub(super) fn each<K: Wire>(
    records: &dyn Records,
    kind: u8,
    mut visit: impl FnMut(K, &[u8]) -> Option<()>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut damaged = Vec::new();
    for (key, value) in readable(records, kind)? {
        let of = K::from_bytes(key.get(1..).unwrap_or_default()).ok();
        if of
            .zip(value)
            .and_then(|(of, value)| visit(of, &value))
            .is_none()
        {
            damaged.push(key);
        }
    }
    Ok(damaged)
}

/// A key and its value, if it can be read.
type PerhapsRow = (Vec<u8>, Option<Vec<u8>>);

/// All rows of a kind, those whose values cannot be read without them.
fn readable(records: &dyn Records, kind: u8) -> Result<Vec<PerhapsRow>, StoreError> {
    let (from, to) = ([kind], [kind.saturating_add(1)]);
    match records.scan(&from, &to, usize::MAX) {
        Ok(rows) => {
            return Ok(rows
                .into_iter()
                .map(|(key, value)| (key, Some(value)))
                .collect());
        }
        Err(StoreError::Damaged(_)) => {}
        Err(error) => return Err(error),
    }
    let mut rows = Vec::new();
    for key in records.keys(&from, &to, usize::MAX)? {
        match records.get(&key) {
            Ok(value) => rows.push((key, value)),
            Err(StoreError::Damaged(_)) => rows.push((key, None)),
            Err(error) => return Err(error),
        }
    }
    Ok(rows)
}

/// The id of a document, as keys hold it.
pub(super) fn document(id: DocumentId) -> Vec<u8> {
    key(DOCUMENTS, &id)
}
