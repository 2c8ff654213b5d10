//! Which parts of a device a write changes, for those who show them.

use alleyway_core::id::DocumentId;
use alleyway_core::store::Write;
use alleyway_core::wire::Wire as _;

use super::rows;

/// A part of what screens show, which a write changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touched {
    /// A document, as the server has it or as it was looked at.
    Document(DocumentId),
    /// The commands that were typed here: one is new, answered or gone.
    Outbox,
    /// The commands that other devices typed and this one carries.
    Carried,
    /// Who the device is and how it stands with the server.
    Standing,
    /// Nothing that is shown by itself.
    Nothing,
}

/// Returns the part of what screens show that a write of a replica changes.
pub fn touched(write: &Write) -> Touched {
    let Some((kind, rest)) = write.key.split_first() else {
        return Touched::Nothing;
    };
    match *kind {
        rows::DOCUMENTS | rows::LOOKED_AT => {
            DocumentId::from_bytes(rest).map_or(Touched::Nothing, Touched::Document)
        }
        rows::OUTBOX | rows::LOCKED => Touched::Outbox,
        rows::CARRIED => Touched::Carried,
        _ if rows::IDENTITY == write.key || rows::STATE == write.key => Touched::Standing,
        _ => Touched::Nothing,
    }
}
