//! The values that the store holds of what became of commands: refused, kept, standing.

use alleyway_core::command::Content;
use alleyway_core::id::{DeviceId, DocumentId, UnitId};
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::sync::frame::KeptWhy;
use alleyway_core::wire::{Reader, Wire, WireError};

/// A refusal that its device has not acknowledged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusalRecord {
    /// The document the command would have created, if it would have.
    pub(crate) created: Option<DocumentId>,
    pub(crate) refusal: Refusal,
    /// The content of the command; older versions did not note it. The last field, written only if
    /// it is set.
    pub(crate) content: Option<Content>,
}

impl Wire for RefusalRecord {
    fn encode(&self, into: &mut Vec<u8>) {
        self.created.encode(into);
        self.refusal.encode(into);
        encode_last(self.content.as_ref(), into);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            created: Wire::decode(from)?,
            refusal: Wire::decode(from)?,
            content: decode_last(from)?,
        })
    }
}

impl RefusalRecord {
    /// Whether the command that was refused has its id: one whose id another command has does not.
    pub(crate) fn has_its_id(&self) -> bool {
        self.refusal.code != RefusalCode::IdTaken
    }
}

/// A document that a refused command would have created: while the refusal is kept; for good, if it
/// was a confidential report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RefusedCreation {
    /// The batch that the command was in.
    pub(crate) batch: u64,
    /// It was a confidential report: what is said about it is not for everybody either. The last
    /// field, written only if it is set, so that all others keep the bytes they always had.
    pub(crate) confidential: bool,
}

impl Wire for RefusedCreation {
    fn encode(&self, into: &mut Vec<u8>) {
        self.batch.encode(into);
        if self.confidential {
            self.confidential.encode(into);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            batch: u64::decode(from)?,
            confidential: from.remaining() > 0 && bool::decode(from)?,
        })
    }
}

/// A command that was put into a tray. Kept for good: an id that comes again gets its verdict again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptRecord {
    pub(crate) device: DeviceId,
    pub(crate) unit: UnitId,
    pub(crate) why: KeptWhy,
    /// It lies in the unit's confidential tray.
    pub(crate) confidential: bool,
    /// The content of the command; older versions did not note it. The last field, written only if
    /// it is set.
    pub(crate) content: Option<Content>,
}

impl Wire for KeptRecord {
    fn encode(&self, into: &mut Vec<u8>) {
        self.device.encode(into);
        self.unit.encode(into);
        self.why.encode(into);
        self.confidential.encode(into);
        encode_last(self.content.as_ref(), into);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self {
            device: Wire::decode(from)?,
            unit: Wire::decode(from)?,
            why: Wire::decode(from)?,
            confidential: Wire::decode(from)?,
            content: decode_last(from)?,
        })
    }
}

/// Writes a record's last field, which older records lack.
fn encode_last(last: Option<&Content>, into: &mut Vec<u8>) {
    if let Some(last) = last {
        last.encode(into);
    }
}

/// Reads a record's last field, if it has it.
fn decode_last(from: &mut Reader<'_>) -> Result<Option<Content>, WireError> {
    (from.remaining() > 0)
        .then(|| Wire::decode(from))
        .transpose()
}
