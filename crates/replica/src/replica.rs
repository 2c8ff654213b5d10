//! A device: its identity, its state, and the values that hold the rest, each behind methods of its
//! own. What concerns several of them, and in which order their writes leave, is said in the files
//! that extend [`Replica`].

use std::cell::RefCell;

use super::awaiting::Awaiting;
use super::carrying::Carrying;
use super::held::Held;
use super::identity::{EnrolledDevice, Identity};
use super::lease::Reading;
use super::line::Remembered;
use super::outbox::Outbox;
use super::receipts::{ReceiptRow, Receipts, Record};
use super::session::{Session, SyncSummary};
use super::state::State;
use super::working::Worked;
use alleyway_core::id::DocumentId;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::Stop;
use alleyway_core::sync::read::ReadProof;
use alleyway_core::time::Time;

/// A thing for the driver to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Commit these writes, durably, all or none, before anything that follows.
    Persist(Vec<Write>),
    /// The same, and write the store anew under a new data key; destroy the old one. The writes end
    /// the lease: a plain commit would leave the rows that they replace, with the server's half of
    /// the documents' key, readable in the store's files
    /// (`docs/adr/0011-a-lease-with-two-key-pairs.md`).
    PersistAnew(Vec<Write>),
    /// Send this flight and feed the answer's frames to [`Replica::receive`].
    Send(Vec<u8>),
    /// The device was reported lost, and nothing on it is unsent: delete its store, keys first.
    Wipe,
    /// The sync is over.
    Done(SyncSummary),
}

impl Effect {
    /// The same effect, which commits `more` together with its own writes.
    pub(super) fn with(mut self, more: Vec<Write>) -> Self {
        if let Self::Persist(writes) | Self::PersistAnew(writes) = &mut self {
            writes.extend(more);
        }
        self
    }
}

/// A device.
///
/// Writes come out of it, for the driver to commit, and flights, for the driver to send.
///
/// ```
/// use alleyway_replica::{Draft, Effect, Replica, SealingPair};
/// # use alleyway_core::{crypto::*, documents::DocumentKind, id::*, store::*, text::Text, time::Time};
/// # use alleyway_core::sync::{certificate::Certificate, challenge::Challenge, frame::Lease};
/// # use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
/// # use alleyway_core::wire::Wire;
/// # fn commit(store: &mut MemoryStore, writes: Vec<Write>) -> Result<(), StoreError> {
/// #     store.commit(&Transaction { writes, ..Transaction::default() })
/// # }
/// # fn answer(request: &Enrol, clock: Time) -> Enrolled {
/// #     let (town, member) = (TownId([1; 16]), MemberId([2; 16]));
/// #     let (server, sealing) = (SecretKey::from_bytes(&[5; 32]), SealingKey(request.sealing));
/// #     Enrolled {
/// #         town,
/// #         town_name: Text::cut("town"),
/// #         server: server.public(),
/// #         member,
/// #         name: Text::cut("member"),
/// #         device_code: 1_000,
/// #         certificate: Certificate::sign(town, &server, request.signing, sealing, member, 1_000),
/// #         town_sealing: SealingSecret::from_bytes([8; 32]).public(),
/// #         lease: Lease { half: SecretBytes::new([6; 32]) },
/// #         challenge: Challenge::from_bytes(&[0; 24]).unwrap(),
/// #         clock,
/// #         moved: None,
/// #     }
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut store = MemoryStore::default();
/// let mut replica = Replica::open(&store)?;
///
/// // The device's keys are durable before it asks to be taken in.
/// let (now, code) = (Time(1_790_000_000_000), InvitationCode::from_random([7; 15]));
/// let sealing = SealingPair::of([4; 32]);
/// let (writes, request) = replica.enrol_request(code, Text::cut("phone"), [3; 32], sealing, now)?;
/// commit(&mut store, writes)?;
/// let writes = replica.enrolled(&answer(&request, now), now);
/// commit(&mut store, writes)?;
///
/// // Fifteen days without a contact: the lease ends, and the store is to be written anew.
/// let now = now.plus_days(15);
/// let Some(Effect::PersistAnew(writes)) = replica.tick(now, [10; 32]) else {
///     panic!("the lease has not ended");
/// };
/// commit(&mut store, writes)?;
/// assert!(replica.is_locked());
///
/// // A report that is typed now is sealed at once; nobody but the server judges it.
/// let mut body = DocumentKind::Case.blank("report").expect("a step of cases");
/// body.set("text", "The lamp at the gate is broken.")?;
/// let (writes, recorded) = replica.record(Draft { target: None, body }, now, [11; 32])?;
/// commit(&mut store, writes)?;
/// assert_eq!(replica.pending()[0].command, recorded.command);
///
/// // The next sync sends it.
/// let effects = replica.begin_sync(now, [12; 32]);
/// assert!(matches!(effects[..], [Effect::Send(_)]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Replica {
    pub(super) identity: Option<Identity>,
    pub(super) state: State,
    pub(super) held: Held,
    pub(super) outbox: Outbox,
    pub(super) carrying: Carrying,
    pub(super) receipts: Receipts,
    pub(super) remembered: Remembered,
    /// Batches that the server has and cannot judge yet.
    pub(super) awaiting: Awaiting,
    /// Working documents that were made already.
    pub(super) worked: RefCell<Worked>,
    /// The sync in progress.
    pub(super) session: Option<Session>,
}

impl Replica {
    /// The device with its enrolment; none before it.
    pub(super) fn as_enrolled(&self) -> Option<EnrolledDevice<'_>> {
        self.identity.as_ref()?.as_enrolled()
    }

    /// Whether the device has an identity.
    pub fn is_enrolled(&self) -> bool {
        self.as_enrolled().is_some()
    }

    /// Units, posts and names, as far as the device's directories know them.
    pub fn organisation(&self) -> &Organisation {
        self.held.organisation()
    }

    /// The server's clock, as far as this device can tell: its own, less the offset at the last
    /// contact, and never before that contact. While its own is known to be wrong it is estimated.
    pub fn server_time(&self, now: Time) -> Time {
        self.state.server_time(now)
    }

    /// The device's proof that it asks for `target`, a path with its query; none before it is
    /// enrolled. `drawn` are random bytes, other ones each time.
    pub fn prove_read(&self, target: &str, drawn: [u8; 8], now: Time) -> Option<ReadProof> {
        let device = self.as_enrolled()?;
        let challenge = self.state.challenge()?;
        let at = self.server_time(now);
        let (town, secret) = (device.town(), device.secret());
        Some(ReadProof::sign(town, &secret, challenge, at, drawn, target))
    }

    /// The last contact, by the server's clock, if the device's own clock is known to be wrong: it is
    /// before that contact, or shows what no clock shows.
    pub fn wrong_clock(&self, now: Time) -> Option<Time> {
        let contact = self.state.last_contact();
        contact.filter(|_| self.state.is_clock_wrong(now))
    }

    /// Whether the device has fetched what is its member's: what it does not know then, it is not
    /// to be told by another sync.
    pub fn has_synced(&self) -> bool {
        self.state.has_synced()
    }

    /// Whether the lease has ended: the index and the numbers are there, and nothing to read.
    pub fn is_locked(&self) -> bool {
        self.state.lease().has_ended()
    }

    /// For how long the device may be read; none before enrolment.
    pub fn reading(&self) -> Option<Reading> {
        self.state.reading()
    }

    /// Why the device is not to go on, if the server has said so.
    pub fn stopped(&self) -> Option<Stop> {
        self.state.stopped()
    }

    /// Whether the device was reported lost and nothing on it is unsent: its store is to go.
    pub fn is_to_be_wiped(&self) -> bool {
        self.stopped() == Some(Stop::Lost) && !self.outbox.is_anything_pending()
    }

    /// The last own batch up to which the server has answered everything; 0 if there is none.
    pub fn answered_up_to(&self) -> u64 {
        self.outbox.acknowledged()
    }

    /// The count of documents that are to be fetched whole: they are missing here, or damaged.
    pub fn wanted_count(&self) -> usize {
        self.held.wanted().len()
    }

    /// Asks for the documents that could not be decoded when they were looked at. A sync begins
    /// with it; a program that ends before its next sync keeps the writes.
    pub fn want_unreadable(&mut self) -> Vec<Write> {
        self.held.want_unreadable()
    }

    /// Keeps what lists had to make of documents because nothing was kept beside them: those that an
    /// earlier release wrote. A sync begins with it; a program that ends before its next sync keeps the
    /// writes, or the next list makes it again.
    pub fn keep_rows(&mut self) -> Vec<Write> {
        self.held.keep_rows()
    }

    /// How many documents were decoded since the device was opened: what the device's member looks
    /// at, types on or is sent, and no list.
    pub fn decoded_count(&self) -> u64 {
        self.held.decoded_count()
    }

    /// The memory that decoded documents take up, in bytes: at most
    /// [`DECODED_BYTES_MAX`](alleyway_core::limits::DECODED_BYTES_MAX), or one longer document.
    pub fn decoded_bytes(&self) -> usize {
        self.held.decoded_bytes()
    }

    /// Notes that a document was looked at, as it is confirmed now.
    pub fn look_at(&mut self, document: DocumentId) -> Vec<Write> {
        self.held.look_at(document).into_iter().collect()
    }

    /// Whether of a document only its row is here: it has long been over, and is to be fetched before it
    /// can be opened, or anything typed on it.
    pub fn is_filed(&self, document: DocumentId) -> bool {
        self.held.is_filed(document)
    }

    /// Asks for a document of which only its row is here; the next sync fetches it.
    pub fn fetch(&mut self, document: DocumentId) -> Option<Write> {
        let is_to_ask = self.held.is_filed(document) && !self.held.is_wanted(document);
        is_to_ask.then(|| self.held.want_missing(document))
    }

    /// Asks for all documents of which only the rows are here.
    pub fn fetch_all(&mut self) -> Vec<Write> {
        let filed = self.held.iter().filter(|(_, held)| held.is_filed());
        let filed: Vec<DocumentId> = filed.map(|(id, _)| id).collect();
        filed.into_iter().filter_map(|id| self.fetch(id)).collect()
    }

    /// Receipts of what left this device and was handed in then, the oldest first.
    pub fn receipts(&self) -> Vec<ReceiptRow> {
        self.receipts.rows()
    }

    /// The server's incarnation that the documents here are of.
    pub(super) fn incarnation(&self) -> u32 {
        self.held.incarnation(self.state.incarnation())
    }

    /// Seals what is unsent, in the order typed. A seal is durable before its first byte leaves.
    /// `random` is 32 random bytes.
    pub(super) fn seal(&mut self, random: &[u8; 32]) -> Vec<Write> {
        let identity = self.identity.as_ref();
        let Some(device) = identity.and_then(Identity::as_enrolled) else {
            return Vec::new();
        };
        let bytes_max = self.remembered.line.batch_bytes();
        let mut writes = self.outbox.seal(device, &mut self.state, bytes_max, random);
        if !writes.is_empty() {
            writes.push(self.state.write());
        }
        writes
    }

    /// Writes into the receipt of the sync in progress.
    pub(super) fn note_receipt(&mut self, change: impl FnOnce(&mut Record)) -> Vec<Write> {
        let session = self.session.as_ref();
        let heard = session.map(Session::heard).unwrap_or_default();
        let at = self.state.server_time(heard);
        let noted = self
            .receipts
            .note(session.and_then(Session::receipt), at, change);
        if let Some(session) = &mut self.session {
            session.set_receipt(noted.number);
        }
        noted.writes
    }
}
