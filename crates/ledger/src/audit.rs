//! The audit: who was let in, who was given a post or a clearance, what was decided, who was stopped,
//! what supervisors read.
//!
//! Records are numbered and chained by their hashes; the ledger's state holds the last one's, and an
//! administrator who notes it elsewhere can prove later that nothing was taken out. They hold ids and
//! codes, no names and nothing of what a case is about.

mod records;
mod verdicts;
mod verify;
mod write;

pub use records::{
    AuditRecord, Audited, BudgetAudited, By, CommandedAudited, DeviceAudited, DeviceConfirmed,
    EnrolledAudited, ExportedAudited, ForkedAudited, InvitedAudited, LaterAudited, PostAudited,
    QuarantineEnded, ReadAudited, RestoredAudited, StoppedAudited, VerdictsAudited,
};
pub(crate) use verdicts::NewVerdicts;
pub use verify::{AuditReport, AuditRow, audit_rows, verify_audit};
pub(crate) use write::{JudgedBatch, write, write_post, write_read, write_shown, write_verdicts};

const DOMAIN: &str = "alleyway audit 1";

#[cfg(test)]
mod tests;
