//! A server's ledger: a town's admitted changes, and what devices are sent of them.
//!
//! A state machine without I/O. Requests come in with the time and with a store to read from;
//! replies come out, and writes collect in one transaction ([`Ledger::take_transaction`]). Whoever
//! drives it commits that transaction durably before any reply made since the last one leaves:
//! that is how many requests share one group of fsyncs, and why nothing that was not fsynced is
//! ever seen.
//!
//! The code stands in rooms, of which each knows only those below it (`tests/rooms.rs` holds that).
//! A room keeps its own state in its own type; everything that lasts goes through a transaction in
//! the making, `rows::Tx`.
//!
//! | room | what |
//! | --- | --- |
//! | `ledger` | the public face: [`Ledger`] |
//! | `answer` | a sync's answer: verdicts, then pages, then the welcome |
//! | `hand_in` | batches → verdicts; trays; batches that a device hands in for others |
//! | `resident` | the resident's page, and what residents do on it |
//! | `reads` | what a device asks for beside its syncs: figures, coverage, cases by title |
//! | `town` | what an administrator or an import does with units, posts and households |
//! | `devices` | invitations, enrolment, devices stopped; the journal replayed; quarantine |
//! | `by_time` | what the server says by time alone |
//! | `scopes` | which feeds a device is sent; cursors; challenges |
//! | `restore` | a server restored from a backup, and what it may still be brought |
//! | `own` | the server's own commands, directories, and what follows from what was admitted |
//! | `append` | what an admitted command writes |
//! | `codes` | where tracking codes lead |
//! | `journal` | what a restored ledger must not forget |
//! | `audit` | what was done, chained |
//! | `tracked` | what residents see of their cases, a record each |
//! | `listed` | what lists and searches show of documents, a row each |
//! | `figures` | how many cases there are, of what, and how long they take |
//! | `rows` | the layout, uncommitted writes, the log, proofs of batches, documents in memory |
//!
//! Beside them stand what only reads rows (`check`, `export`) and what only writes them (`migrate`).

mod answer;
mod append;
mod audit;
mod by_time;
mod check;
mod codes;
mod devices;
mod error;
mod export;
mod figures;

mod hand_in;
mod journal;
mod ledger;
mod listed;
mod lists;
mod migrate;
mod own;
mod reads;
mod resident;
mod restore;
mod rows;
mod scopes;
mod setup;
mod stats;
mod town;
mod tracked;

pub use answer::{Continuation, Reply};
pub use audit::{
    AuditRecord, AuditReport, AuditRow, Audited, BudgetAudited, By, CommandedAudited,
    DeviceAudited, DeviceConfirmed, EnrolledAudited, ExportedAudited, ForkedAudited,
    InvitedAudited, LaterAudited, PostAudited, QuarantineEnded, ReadAudited, RestoredAudited,
    StoppedAudited, VerdictsAudited, audit_rows, verify_audit,
};
pub use by_time::ByTime;
pub use check::problem::{AuditProblem, Problem};
pub use check::{CheckReport, Checking, check};
pub use devices::{
    Confirmed, DeviceChange, DeviceError, DeviceRow, InviteError, Quarantine, stop_word,
};
pub use error::LedgerError;
pub use export::documents;
pub use figures::{Amount, FigureRow, MonthFigures, Of, Took, figures};
pub use ledger::{Ledger, device_key};
pub use lists::ConfirmedImport;
pub use migrate::Migration;
pub use own::{AdminCommand, AdminError, AdminList};
pub use reads::{
    AlleyCovered, CASES_MAX, Coverage, Figures, FiguresQuery, Found, HouseholdCount, LateCase,
    LateList, LatePlace, ReadError, Search, SearchPlace, ShownInvitation,
};
pub use resident::{ResidentDone, ResidentError, ResidentRequest, TrackStep, Tracked, Tracking};
pub use restore::batches_held;
pub use rows::StoredDocument;
pub use setup::{DeviceBudget, Setup};
pub use stats::LedgerStats;
pub use town::{Administered, AppointError, BookRow, HouseholdRow, MemberRow};
pub use tracked::{ResidentStep, ResidentStepKind, Words};
