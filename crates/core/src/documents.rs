//! Documents: what everything that lasts is kept in.
//!
//! A document is a chain. Every command is executed at its one head, in order of arrival, and makes
//! exactly one change and one log entry: that is its next version. The same command on the same
//! head gives the same change, and so the same hash, everywhere; golden tests pin them.
//!
//! A log entry is written first, under its command's id. What policy needs at once (state, holder,
//! pending referral …) stands in the root map beside the log, so that nothing ever scans it.

mod document;
pub(crate) mod fields;
#[cfg(test)]
mod golden;
pub(crate) mod log;
pub(crate) mod node;
pub(crate) mod plan;
#[cfg(any(test, feature = "samples"))]
#[expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "sample commands that only tests see"
)]
pub mod samples;
#[cfg(test)]
mod tests;

use thiserror::Error;

pub use document::Document;
pub use fields::{
    LiveValue, NO, YES, code_list, field_names, is_conflict, is_phone, parse_field, shown_value,
    takes_text, text_bytes_max,
};
pub use log::LogEntry;

pub use crate::kinds::DocumentKind;

use crate::command::Body;
use crate::id::{CommandId, DocumentId, MemberId};
use crate::time::Time;
use crate::wire::{Reader, Wire, WireError};
use crate::wire_struct;

/// The hash of a document's last change; all zero for an empty document.
pub type Head = [u8; 32];

/// A command about to be executed: all that an executor may see besides the document.
#[derive(Debug, Clone, Copy)]
pub struct Execution<'a> {
    /// The command's id.
    pub id: CommandId,
    /// The document it changes or creates.
    pub document: DocumentId,
    /// Whom the change is from, as the document engine knows it ([`crate::id::actor`]).
    pub actor: [u8; 16],
    /// Who did it.
    pub author: MemberId,
    /// When, by the author's clock; clamped when executed.
    pub at: Time,
    /// The step.
    pub body: &'a Body,
}

/// When a command was handed in. It travels beside the document, one per version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// When the server received it, by the server's clock.
    pub received: Time,
    /// How far the phone's clock was off then, in seconds; positive if it was fast.
    pub clock_off_seconds: i32,
    /// Under which circumstances it was taken.
    pub mark: Mark,
}
wire_struct!(Receipt {
    received,
    clock_off_seconds,
    mark
});

impl Receipt {
    /// An ordinary receipt.
    pub fn new(received: Time, clock_off_seconds: i32) -> Self {
        Self {
            received,
            clock_off_seconds,
            mark: Mark::None,
        }
    }
}

/// Under which circumstances a command was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Its author was allowed to do it when it arrived.
    #[default]
    None,
    /// It was handed in after the post ended in which its author did it.
    AfterPost,
}

impl Wire for Mark {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::None => 0,
            Self::AfterPost => 1,
        });
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        match from.byte()? {
            0 => Ok(Self::None),
            1 => Ok(Self::AfterPost),
            _ => Err(WireError::Invalid("mark")),
        }
    }
}

/// The result of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// The document's new head.
    pub head: Head,
    /// The change, uncompressed.
    pub change: Vec<u8>,
}

/// Why a saved document was not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LoadError {
    /// The bytes are not a saved document; fetch it again.
    #[error("the saved document cannot be read")]
    Damaged,
    /// It has no log, or an entry whose key is no command id.
    #[error("the saved document has no readable log")]
    NoLog,
    /// It has not exactly one head.
    #[error("the saved document has {0} heads")]
    Heads(usize),
    /// There is not one receipt per log entry.
    #[error("{receipts} receipts for {entries} log entries")]
    Receipts {
        /// Receipts given.
        receipts: usize,
        /// Log entries found.
        entries: usize,
    },
}

/// Why a change was not applied. The document is as it was; fetch it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ApplyError {
    /// The bytes are not a change, or their checksum is wrong.
    #[error("the change cannot be read")]
    Damaged,
    /// The change stands on another head.
    #[error("the change stands on another head")]
    OtherHead,
    /// The engine does not take it, or it left more than one head.
    #[error("the change does not fit the document")]
    DoesNotFit,
    /// The change adds no log entry, or more than one.
    #[error("the change does not add one log entry")]
    NotOneEntry,
}
