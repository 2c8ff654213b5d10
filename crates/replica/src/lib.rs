//! A device's replica: what its member may see, and what was typed and has not arrived.
//!
//! A state machine without I/O. What comes out are writes for the device's store and flights for
//! the server; whoever drives it carries them out strictly in order, each write durable before
//! what follows. Killed between any two, it goes on from the store and loses nothing.
//!
//! *Confirmed* documents hold what the server admitted, in its order. A *working* document is a
//! copy of a confirmed one on which the pending commands have been executed; it is made anew when
//! it is needed, never merged.
//!
//! | file | what |
//! | --- | --- |
//! | `rows` | the layout of the store |
//! | `confirmed` | documents as the server has them |
//! | `damaged` | a store of which single records cannot be read |
//! | `outbox` | commands that are pending, or refused and not yet dealt with |
//! | `typing` | a command is typed: judged, numbered, written |
//! | `working` | documents with what is not confirmed upon them |
//! | `conflict` | a field that several people set: one value is picked, or all are kept |
//! | `mending` | a refused command is mended, sent again, dropped |
//! | `taking_back` | a command that is not sealed yet is taken back, with what stands on it |
//! | `offers` | which steps can be taken |
//! | `enrolment` | the device's keys and identity |
//! | `session` | a sync: what is sent, and when it is over |
//! | `receiving`, `paging`, `comparing` | what is answered |
//! | `restored` | a server restored from a backup is sent what it lost |
//! | `lease` | for how long documents may be read without hearing from the server |
//! | `locked` | what was typed here while nothing may be read |
//! | `stopping` | the server says that the device is not to go on |
//! | `carried` | batches of other devices, handed over phone to phone |
//! | `bundling` | bundles: written for others, read from others |
//! | `causality` | the order of what is not confirmed |
//! | `receipts` | what left the device, and what was handed in then |
//! | `trays` | proposals and items for review, to be taken or dismissed |
//! | `views`, `finding`, `touched` | what screens show, and when it changes |

mod bundling;
mod carried;
mod causality;
mod comparing;
mod confidential;
mod confirmed;
mod conflict;
mod damaged;
mod enrolment;
mod finding;
mod lease;
mod locked;
mod mending;
mod offers;
mod outbox;
mod paging;
mod receipts;
mod receiving;
mod restored;
mod rows;
mod session;
mod stopping;
mod taking_back;
mod touched;
mod trays;
mod typing;
mod views;
mod working;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

pub use bundling::{CarriedRow, ExportError, Exported, ImportError, Imported};
pub use confidential::{ClearanceRow, ClearanceStep, Confidential, NotedDeviceRow};
pub use damaged::{Damage, Damaged, OpenError, Opened};
pub use enrolment::EnrolmentError;
pub use finding::FindError;
pub use lease::Reading;
pub use locked::IndexRow;
pub use mending::MendError;
pub use receipts::{Became, BecameKept, BecameRefused, Eviction, HandedIn, Plainly, ReceiptRow};
pub use receiving::ReceiveError;
pub use session::SyncSummary;
pub use taking_back::TakeBackError;
pub use touched::{Touched, touched};
pub use trays::{TakeError, TrayRow};
pub use typing::{Draft, RecordError, Recorded};
pub use views::{CaseDetail, CaseRow, DeviceStatus, EntryState, HouseholdRow, LogRow, OutboxRow};

use alleyway_core::id::DocumentId;
use alleyway_core::kinds::directory::DirectoryView;
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, StoreError, Write};
use carried::Carrying;
use confirmed::Confirmed;
use outbox::Outbox;
use rows::{Identity, State};
use session::Session;

/// What the driver is to do, in order.
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
    fn with(mut self, more: Vec<Write>) -> Self {
        if let Self::Persist(writes) | Self::PersistAnew(writes) = &mut self {
            writes.extend(more);
        }
        self
    }
}

/// A device.
#[derive(Debug)]
pub struct Replica {
    identity: Option<Identity>,
    state: State,
    documents: BTreeMap<DocumentId, Confirmed>,
    parts: BTreeMap<(DocumentId, u64, u32), Vec<u8>>,
    wanted: BTreeMap<DocumentId, alleyway_core::sync::frame::Why>,
    looked_at: BTreeMap<DocumentId, u64>,
    outbox: Outbox,
    carrying: Carrying,
    organisation: OnceCell<Organisation>,
    /// Documents that were looked at and did not decode.
    unreadable: RefCell<BTreeSet<DocumentId>>,
    receipts: receipts::Receipts,
    /// The working document that was typed on last.
    typed: Option<working::Typed>,
    session: Option<Session>,
    /// The server's incarnation that the documents are of, while they have not been compared with
    /// those of the one heard last.
    compared: Option<u32>,
    /// How much of the lease was spent when it was written last, in milliseconds.
    noted: i64,
}

impl Replica {
    /// Opens a device's store, as [`Replica::open_tolerantly`] does, for those who need not know
    /// what could not be read.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the device's keys or its place in the sync cannot be read.
    pub fn open(records: &dyn Records) -> Result<Self, StoreError> {
        Ok(Self::open_tolerantly(records)?.replica)
    }

    fn empty() -> Self {
        Self {
            identity: None,
            state: State::default(),
            documents: BTreeMap::new(),
            parts: BTreeMap::new(),
            wanted: BTreeMap::new(),
            looked_at: BTreeMap::new(),
            outbox: Outbox::default(),
            carrying: Carrying::default(),
            organisation: OnceCell::new(),
            unreadable: RefCell::default(),
            receipts: receipts::Receipts::new(),
            typed: None,
            session: None,
            compared: None,
            noted: 0,
        }
    }

    /// Units, posts and names, as far as the device's directories know them.
    pub fn organisation(&self) -> &Organisation {
        self.organisation.get_or_init(|| {
            let mut organisation = Organisation::default();
            let directories = self
                .documents
                .iter()
                .filter(|(_, confirmed)| confirmed.reads_as::<DirectoryView>());
            let views: Vec<_> = directories
                .filter_map(|(id, _)| {
                    self.decoded(*id)
                        .and_then(alleyway_core::documents::Document::directory)
                })
                .collect();
            organisation.put_directories(&views);
            organisation
        })
    }
}
