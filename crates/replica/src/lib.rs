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
//! [`Replica`] keeps the device's identity, its state and the order of what is done. Each thing that
//! it holds is a value with private fields and methods of its own:
//!
//! | value | what |
//! | --- | --- |
//! | `identity`, `state` | the keys and the enrolment; the numbers given, the place in the sync, the server's clock |
//! | `held` | documents as the server has them, their rows for lists, parts that arrive, what is to be asked for, sums |
//! | `outbox` | commands typed here, the batches they are sealed in, the verdicts on them |
//! | `carrying` | batches of other devices, handed over phone to phone |
//! | `clock` | both clocks at the last contact: how far this device's own can be believed |
//! | `lease` | for how long documents may be read without hearing from the server |
//! | `line` | what the line to the server takes at once |
//! | `administering` | the town's people, as an administrator's device holds them |
//! | `awaiting` | what the server has and cannot judge yet |
//! | `session` | a sync in progress: what was sent, what the answer has told so far |
//! | `receipts` | what left the device, and what was handed in then |
//! | `rows` | the layout of the store |
//!
//! Above them, what concerns several values at once. A file calls only those above it in this table:
//!
//! | file | what |
//! | --- | --- |
//! | `replica` | the device, and the effects that its driver carries out |
//! | `causality`, `working` | the order of what is not confirmed; documents with it upon them |
//! | `numbers`, `own` | numbers of cases; the commands of this device, as they are listed |
//! | `locked` | the lease has ended: recording without reading |
//! | `typing`, `editing` | a command is typed: judged, numbered, written; a field is edited |
//! | `conflict`, `mending`, `trays` | values are picked; refused commands and items of trays are taken up again |
//! | `taking_back` | a command that is not sealed yet is taken back, with those that stand on it |
//! | `views`, `finding`, `confidential` | what screens show, and what people mean by a name |
//! | `touched` | what of that a write changes |
//! | `lease` | the lease begins and ends on the device |
//! | `offers` | which steps can be taken |
//! | `leaving`, `stopping` | documents leave the device; it is not to go on |
//! | `receiving` | the answer: pages, verdicts, listings, the welcome |
//! | `flight`, `syncing` | what is sent; a sync from its beginning to its end |
//! | `bundling` | bundles: written for others, read from others |
//! | `room` | what the store needs room for, so that all of it can be handed in |
//! | `enrolment`, `damaged` | a new device; a store of which single records cannot be read |

mod administering;
mod awaiting;
mod book;
mod bundling;
mod carrying;
mod causality;
mod clock;
mod confidential;
mod conflict;
mod damaged;
mod editing;
mod enrolment;
mod finding;
mod flight;
mod held;
mod identity;
mod lease;
mod leaving;
mod line;
mod locked;
mod mending;
mod numbers;
mod offers;
mod outbox;
mod own;
mod receipts;
mod receiving;
mod replica;
mod room;
mod rows;
#[cfg(test)]
mod samples;
mod session;
mod state;
mod stopping;
mod syncing;
mod taking_back;
mod touched;
mod trays;
mod typing;
mod views;
mod working;

pub use bundling::{CarriedRow, ExportError, Exported, ImportError, Imported};
pub use confidential::{ClearanceRow, ClearanceStep, Confidential, NotedDeviceRow};
pub use damaged::{Damage, Damaged, OpenError, Opened};
pub use enrolment::{EnrolmentError, SealingPair};
pub use finding::FindError;
pub use lease::{Reading, ReportsFor};
pub use line::BrokenOff;
pub use locked::IndexRow;
pub use mending::MendError;
pub use own::OutboxRow;
pub use receipts::{Became, BecameKept, BecameRefused, Eviction, HandedIn, Plainly, ReceiptRow};
pub use receiving::ReceiveError;
pub use replica::{Effect, Replica};
pub use room::Room;
pub use session::SyncSummary;
pub use taking_back::TakeBackError;
pub use touched::{Touched, touched};
pub use trays::{DismissBy, TakeError, TrayRow};
pub use typing::{Draft, RecordError, Recorded};
pub use views::{CaseDetail, CaseLine, DeviceStatus, EntryState, HouseholdLine, LogRow};
