//! Commands: the one way anything changes.
//!
//! A command is one thing a person did: typed, small, with what its author had seen. It is carried
//! out on the phone at once and on the server when it arrives, by the same frozen executor.

pub mod fields;

use crate::crypto::PublicKey;
use crate::id::{CommandId, DocumentId};
use crate::kinds::case::CaseCommand;
use crate::kinds::directory::DirectoryCommand;
use crate::kinds::household::HouseholdCommand;
use crate::kinds::tray::TrayCommand;
use crate::kinds::unit::UnitCommand;
use crate::limits::{AFTER_MAX, COMMAND_BYTES_MAX};
use crate::time::Time;
use crate::wire::{Blob, List, Reader, Wire, WireError};
use crate::{wire_enum, wire_struct};

/// One thing a person did, as it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Counts the device's commands; with the nonce and the device's key it makes the id.
    pub counter: u64,
    /// Drawn when the command is typed, so that a restored phone reuses no id.
    pub nonce: [u8; 4],
    /// The document it changes; none if it creates one.
    pub document: Option<DocumentId>,
    /// What its author had seen.
    pub base: Base,
    /// When it was typed, by the phone's clock: a claim.
    pub at: Time,
    /// What was done.
    pub body: Body,
}
wire_struct!(Command {
    counter,
    nonce,
    document,
    base,
    at,
    body
});

impl Command {
    /// The command's id.
    pub fn id(&self, device: &PublicKey) -> CommandId {
        CommandId::derive(device, self.counter, self.nonce)
    }

    /// The document it changes or creates.
    pub fn target(&self, device: &PublicKey) -> DocumentId {
        self.document.unwrap_or_else(|| self.id(device).document())
    }
}

/// What an author had seen: to show, and to wait for; never a place to execute.
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

/// What a command does, by the kind of document it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A case's step.
    Case(CaseCommand),
    /// A unit and its posts.
    Unit(UnitCommand),
    /// A household.
    Household(HouseholdCommand),
    /// A directory.
    Directory(DirectoryCommand),
    /// A tray.
    Tray(TrayCommand),
    /// A command of a later version: kept whole, carried on, never executed.
    Unknown(Blob<COMMAND_BYTES_MAX>),
}

/// The known bodies, so that an unknown one can be told by its failing to decode.
enum Known {
    Case(CaseCommand),
    Unit(UnitCommand),
    Household(HouseholdCommand),
    Directory(DirectoryCommand),
    Tray(TrayCommand),
}
wire_enum!(Known { 1 => Case, 2 => Unit, 3 => Household, 4 => Directory, 5 => Tray });

impl Body {
    /// Whether it reports a confidential case.
    pub fn reports_confidential(&self) -> bool {
        matches!(self, Self::Case(CaseCommand::Report(report)) if report.confidential)
    }

    /// Whether it creates its document.
    pub fn creates(&self) -> bool {
        matches!(
            self,
            Self::Case(CaseCommand::Report(_))
                | Self::Unit(UnitCommand::Create(_))
                | Self::Household(HouseholdCommand::Create(_))
                | Self::Directory(DirectoryCommand::Open(_))
                | Self::Tray(TrayCommand::Open(_))
        )
    }

    /// The word for what it does, as logs, documents and screens use it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Case(body) => body.kind(),
            Self::Unit(body) => body.kind(),
            Self::Household(body) => body.kind(),
            Self::Directory(body) => body.kind(),
            Self::Tray(body) => body.kind(),
            Self::Unknown(_) => "unknown",
        }
    }

    fn payload(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Case(body) => (1_u8, body).encode_pair(&mut out),
            Self::Unit(body) => (2_u8, body).encode_pair(&mut out),
            Self::Household(body) => (3_u8, body).encode_pair(&mut out),
            Self::Directory(body) => (4_u8, body).encode_pair(&mut out),
            Self::Tray(body) => (5_u8, body).encode_pair(&mut out),
            Self::Unknown(bytes) => out.extend_from_slice(bytes),
        }
        out
    }
}

/// A tag and a borrowed body.
trait EncodePair {
    fn encode_pair(&self, out: &mut Vec<u8>);
}

impl<T: Wire> EncodePair for (u8, &T) {
    fn encode_pair(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }
}

impl Wire for Body {
    fn encode(&self, out: &mut Vec<u8>) {
        let payload = self.payload();
        crate::wire::put_varint(out, payload.len() as u64);
        out.extend_from_slice(&payload);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let payload = Blob::<COMMAND_BYTES_MAX>::decode(from)?;
        Ok(match Known::from_bytes(&payload) {
            Ok(Known::Case(body)) => Self::Case(body),
            Ok(Known::Unit(body)) => Self::Unit(body),
            Ok(Known::Household(body)) => Self::Household(body),
            Ok(Known::Directory(body)) => Self::Directory(body),
            Ok(Known::Tray(body)) => Self::Tray(body),
            Err(_) => Self::Unknown(payload),
        })
    }
}
