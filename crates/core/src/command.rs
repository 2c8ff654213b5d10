//! Commands: the one way anything changes.
//!
//! A command is one thing a person did: typed, small, with what its author had seen. It is carried
//! out on the phone at once and on the server when it arrives, by the same frozen executor.
//!
//! Its id is made of all that every reader of its document is sent of it (ADR 23): one id has one
//! content.

pub mod fields;
mod nonce;

pub(crate) use nonce::NO_COUNTER;
pub use nonce::{Counted, Nonce};

pub use crate::kinds::Body;

use crate::crypto::{PublicKey, hash16};
use crate::id::{CommandId, DocumentId};
use crate::limits::AFTER_MAX;
use crate::time::Time;
use crate::wire::{List, Wire};
use crate::wire_struct;

/// One thing a person did, as it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Makes its id, with the device's key and its content.
    pub nonce: Nonce,
    /// The document it changes; none if it creates one.
    pub document: Option<DocumentId>,
    /// The state that its author had seen.
    pub base: Base,
    /// When it was typed, by the phone's clock: a claim.
    pub at: Time,
    /// The step.
    pub body: Body,
}
wire_struct!(Command {
    nonce,
    document,
    base,
    at,
    body
});

/// A hash of a command's content: just what every reader of its document is sent of it, less what makes
/// its id. Two commands with one id and one content are one command; with another content they are
/// two, and only one of them has the id. Under rule 2 nobody can make two such commands; the
/// commands of before could be.
pub type Content = [u8; 16];

/// The hash of the content of a command that changes `document` (none if it creates one), was typed
/// `at` that time, and does what `body` says. What its author had seen is no part of it.
pub fn content_of(document: Option<DocumentId>, at: Time, body: &Body) -> Content {
    hash16(
        "alleyway command content 1",
        &[&document.to_bytes(), &at.to_bytes(), &body.to_bytes()],
    )
}

impl Command {
    /// The hash of its content.
    pub fn content(&self) -> Content {
        content_of(self.document, self.at, &self.body)
    }

    /// The command's id.
    pub fn id(&self, device: &PublicKey) -> CommandId {
        self.nonce.id(device, self.document, self.at, &self.body)
    }

    /// The document it changes or creates.
    pub fn target(&self, device: &PublicKey) -> DocumentId {
        self.document.unwrap_or_else(|| self.id(device).document())
    }
}

/// The state that an author had seen: to show, and to wait for; never a place to execute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// The server's incarnation that the version belongs to.
    pub incarnation: u32,
    /// The document's generation; 0 for a document that the command creates.
    pub generation: u32,
    /// The confirmed version that was on the screen; 0 if none was.
    pub version: u64,
    /// Others' unadmitted commands it was typed upon.
    pub after: List<CommandId, AFTER_MAX>,
}
wire_struct!(Base {
    incarnation,
    generation,
    version,
    after
});
