//! Verdicts on batches.

use super::Check;
use crate::crypto::{Hash, Signature};
use crate::documents::{Mark, Receipt};
use crate::id::{DeviceId, DocumentId};
pub use crate::kinds::tray::KeptWhy;
use crate::limits::BATCH_COMMANDS_MAX;
use crate::refusal::Refusal;
use crate::wire::{List, Wire};
use crate::{wire_enum, wire_struct};

/// The verdicts on a batch, signed by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// The batch.
    pub batch: u64,
    /// The server's incarnation, to which versions belong.
    pub incarnation: u32,
    /// When it was first received, and how far the phone's clock was off.
    pub receipt: Receipt,
    /// One for each command.
    pub verdicts: List<Verdict, BATCH_COMMANDS_MAX>,
    /// The server's, over device and all of the above.
    pub signature: Signature,
}
wire_struct!(Verdicts {
    batch,
    incarnation,
    receipt,
    verdicts,
    signature
});

impl Verdicts {
    /// The domain of the signature.
    pub const DOMAIN: &'static str = "alleyway verdicts 1";

    /// The message that is signed.
    pub fn message(&self, device: DeviceId, batch: &Hash) -> Vec<u8> {
        let mut out = Vec::new();
        device.encode(&mut out);
        batch.encode(&mut out);
        self.batch.encode(&mut out);
        self.incarnation.encode(&mut out);
        self.receipt.encode(&mut out);
        self.verdicts.encode(&mut out);
        out
    }
}

/// The verdict on a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Final: it stands.
    Admitted(AdmittedAt),
    /// Final: it does not stand.
    Refused(Refusal),
    /// Not final: its base has not arrived.
    Need(Need),
    /// Not final: the server has too much to do for this device now.
    Later(Later),
    /// Final: it was not carried out, and lies in a tray where a person looks at it.
    Kept(Kept),
    /// Final: it stands, with the mark that it was handed in after its author's post had ended.
    AfterPost(AdmittedAt),
    /// Final: it stands, with another receipt than the batch's: it came in another batch before, or by
    /// a courier.
    Stands(Stands),
}
wire_enum!(Verdict { 1 => Admitted, 2 => Refused, 3 => Need, 4 => Later, 5 => Kept, 6 => AfterPost, 7 => Stands });

impl Verdict {
    /// The verdict on a command that stands with this receipt, among verdicts on a batch with that one.
    pub fn standing(at: AdmittedAt, receipt: Receipt, of_batch: Receipt) -> Self {
        match receipt.mark {
            _ if receipt
                != (Receipt {
                    mark: receipt.mark,
                    ..of_batch
                }) =>
            {
                Self::Stands(Stands { at, receipt })
            }
            Mark::None => Self::Admitted(at),
            Mark::AfterPost => Self::AfterPost(at),
        }
    }

    /// Where the command stands and with which receipt, if it does; `of_batch` is the receipt that the
    /// verdicts name.
    pub fn stood(&self, of_batch: Receipt) -> Option<(AdmittedAt, Receipt)> {
        match self {
            Self::Admitted(at) => Some((
                *at,
                Receipt {
                    mark: Mark::None,
                    ..of_batch
                },
            )),
            Self::AfterPost(at) => Some((
                *at,
                Receipt {
                    mark: Mark::AfterPost,
                    ..of_batch
                },
            )),
            Self::Stands(Stands { at, receipt }) => Some((*at, *receipt)),
            Self::Refused(_) | Self::Need(_) | Self::Later(_) | Self::Kept(_) => None,
        }
    }

    /// Whether the command is done with. A command without a final verdict is sent again.
    pub fn is_final(&self) -> bool {
        self.stands() || matches!(self, Self::Refused(_) | Self::Kept(_))
    }

    /// Whether the command was carried out.
    pub fn stands(&self) -> bool {
        matches!(
            self,
            Self::Admitted(_) | Self::AfterPost(_) | Self::Stands(_)
        )
    }
}

/// Where an admitted command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmittedAt {
    /// The document's version it made.
    pub version: u64,
    /// The check of the head it made.
    pub check: Check,
}
wire_struct!(AdmittedAt { version, check });

/// Where a command stands that was received at another time than the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stands {
    /// Where it stands.
    pub at: AdmittedAt,
    /// When it was received, with its mark.
    pub receipt: Receipt,
}
wire_struct!(Stands { at, receipt });

/// The command that another one waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The document that is not there, or not as far as the author saw it.
    pub document: DocumentId,
}
wire_struct!(Need { document });

/// Why a command lies in a tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Why.
    pub why: KeptWhy,
}
wire_struct!(Kept { why });

/// Nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Later {}
wire_struct!(Later {});

/// A batch with this number, but another content, is held: the phone was restored from a backup.
/// The unsent commands are to be sealed under the numbers after `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// The last batch held of this device.
    pub last: u64,
    /// Its hash.
    pub hash: [u8; 32],
}
wire_struct!(Fork { last, hash });
