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
//! | `outbox` | commands that are pending, or refused and not yet dealt with |
//! | `typing` | a command is typed: judged, numbered, written |
//! | `mending` | a refused command is mended, sent again, dropped |
//! | `enrolment` | the device's keys and identity |
//! | `session` | a sync: what is sent, and when it is over |
//! | `receiving`, `paging`, `comparing` | what is answered |
//! | `views`, `finding` | what screens show |

mod comparing;
mod confirmed;
mod enrolment;
mod finding;
mod mending;
mod outbox;
mod paging;
mod receiving;
mod rows;
mod session;
mod typing;
mod views;

use std::cell::OnceCell;
use std::collections::BTreeMap;

pub use enrolment::EnrolmentError;
pub use finding::FindError;
pub use mending::MendError;
pub use receiving::ReceiveError;
pub use session::SyncSummary;
pub use typing::{Draft, RecordError, Recorded};
pub use views::{CaseDetail, CaseRow, DeviceStatus, EntryState, HouseholdRow, LogRow, OutboxRow};

use crate::id::DocumentId;
use crate::organisation::Organisation;
use crate::store::{Records, StoreError, Write};
use crate::wire::Wire;
use confirmed::Confirmed;
use outbox::Outbox;
use rows::{Identity, State};
use session::Session;

/// What the driver is to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Commit these writes, durably, all or none, before anything that follows.
    Persist(Vec<Write>),
    /// Send this flight and feed the answer's frames to [`Replica::receive`].
    Send(Vec<u8>),
    /// The sync is over.
    Done(SyncSummary),
}

/// A device.
#[derive(Debug)]
pub struct Replica {
    identity: Option<Identity>,
    state: State,
    documents: BTreeMap<DocumentId, Confirmed>,
    parts: BTreeMap<(DocumentId, u64, u32), Vec<u8>>,
    wanted: BTreeMap<DocumentId, crate::sync::frame::Why>,
    looked_at: BTreeMap<DocumentId, u64>,
    outbox: Outbox,
    organisation: OnceCell<Organisation>,
    session: Option<Session>,
}

impl Replica {
    /// Opens a device's store; an empty one is a device that is not enrolled. Documents are read,
    /// and decoded when they are looked at.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names a record that cannot be read.
    pub fn open(records: &dyn Records) -> Result<Self, StoreError> {
        let mut replica = Self {
            identity: rows::get(records, rows::IDENTITY)?,
            state: rows::get(records, rows::STATE)?.unwrap_or_default(),
            documents: BTreeMap::new(),
            parts: BTreeMap::new(),
            wanted: BTreeMap::new(),
            looked_at: BTreeMap::new(),
            outbox: Outbox::default(),
            organisation: OnceCell::new(),
            session: None,
        };
        rows::each(records, rows::DOCUMENTS, |id, value| {
            replica.documents.insert(id, Confirmed::read(id, value)?);
            Some(())
        })?;
        rows::each(records, rows::WANTED, |id, value| {
            replica.wanted.insert(id, Wire::from_bytes(value).ok()?);
            Some(())
        })?;
        rows::each(records, rows::LOOKED_AT, |id, value| {
            replica.looked_at.insert(id, Wire::from_bytes(value).ok()?);
            Some(())
        })?;
        rows::each(records, rows::PARTS, |(id, (version, index)), value| {
            replica.parts.insert((id, version, index), value.to_vec());
            Some(())
        })?;
        let key = replica.identity.as_ref().map(|identity| identity.secret().public());
        replica.outbox = Outbox::read(records, key)?;
        Ok(replica)
    }

    /// Units, posts and names, as far as the device's directories know them.
    pub fn organisation(&self) -> &Organisation {
        self.organisation.get_or_init(|| {
            let mut organisation = Organisation::default();
            for confirmed in self.documents.values().filter(|confirmed| confirmed.is_directory()) {
                if let Some(view) = confirmed.document().and_then(crate::documents::Document::directory) {
                    organisation.put_directory(&view);
                }
            }
            organisation
        })
    }
}
