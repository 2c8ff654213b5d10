//! A command of the outbox, readable or locked, and what has become of it.

use alleyway_core::command::Command;
use alleyway_core::crypto::{SealingKey, SealingSecret, blake3_keyed};
use alleyway_core::documents::Receipt;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::{CODE_BYTES_MAX, COMMAND_BYTES_MAX};
use alleyway_core::number::{CODE_TEXT_BYTES, CaseNumber};
use alleyway_core::refusal::Refusal;
use alleyway_core::sync::frame::AdmittedAt;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, Wire};
use alleyway_core::{wire_enum, wire_struct};

/// The context of what is sealed to the lease's key.
const COMMAND: &[u8] = b"alleyway locked command 1";

/// A command in its seal, in bytes.
const LOCKED_BYTES_MAX: usize = COMMAND_BYTES_MAX + 64;

/// A batch, and a place in it.
pub(crate) type BatchPlace = (u64, u32);

/// A command that was typed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub(crate) command: Command,
    /// The batch it is sealed in, and its place there.
    pub(crate) sealed: Option<BatchPlace>,
    pub(crate) fate: Fate,
}
wire_struct!(Outgoing {
    command,
    sealed,
    fate
});

/// The fate of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody has said.
    Pending(Pending),
    /// It stands, but its page has not come yet.
    Admitted(Admission),
    /// It does not stand; its author has not dealt with it.
    Refused(Refusal),
    /// Nobody has said. A batch that may have been sent held it, and it was taken out of that: the
    /// server may have it, whether it is in a batch now or not.
    PerhapsSent(Pending),
}
wire_enum!(Fate { 0 => Pending, 1 => Admitted, 2 => Refused, 3 => PerhapsSent });

/// Nothing more is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pending {}
wire_struct!(Pending {});

/// The place and receipt of an admitted command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Admission {
    pub(crate) at: AdmittedAt,
    pub(crate) receipt: Receipt,
}
wire_struct!(Admission { at, receipt });

impl Outgoing {
    /// In no batch, and without a verdict.
    pub(crate) fn new(command: Command) -> Self {
        Self {
            command,
            sealed: None,
            fate: Fate::PENDING,
        }
    }

    /// In a batch, and without a verdict.
    pub(crate) fn sealed_at(command: Command, place: BatchPlace) -> Self {
        Self {
            sealed: Some(place),
            ..Self::new(command)
        }
    }

    /// Takes it out of its batch, which may have been sent.
    pub(super) fn unseal(&mut self) {
        (self.sealed, self.fate) = (None, Fate::PERHAPS_SENT);
    }
}

impl Fate {
    pub(crate) const PENDING: Self = Self::Pending(Pending {});
    const PERHAPS_SENT: Self = Self::PerhapsSent(Pending {});

    pub(crate) fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_) | Self::PerhapsSent(_))
    }

    /// Whether the server may have the command although no batch here holds it.
    pub(crate) fn is_perhaps_sent(&self) -> bool {
        matches!(self, Self::PerhapsSent(_))
    }

    /// Why the command was refused, if it was.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Pending(_) | Self::PerhapsSent(_) | Self::Admitted(_) => None,
        }
    }
}

/// A command that cannot be read, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Locked {
    id: CommandId,
    /// The document it changes or creates.
    document: DocumentId,
    creates: bool,
    /// The case's number; empty for other documents.
    number: Text<CODE_TEXT_BYTES>,
    kind: Text<CODE_BYTES_MAX>,
    at: Time,
    sealed: Option<BatchPlace>,
    fate: Fate,
    /// The command, sealed to the lease's key.
    body: Blob<LOCKED_BYTES_MAX>,
}
wire_struct!(Locked {
    id,
    document,
    creates,
    number,
    kind,
    at,
    sealed,
    fate,
    body
});

/// The part of a locked command that stays outside its seal.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) id: CommandId,
    pub(super) document: DocumentId,
    pub(super) number: Option<CaseNumber>,
}

impl Locked {
    /// Seals a command to the lease's key; `None` if that key is none. `counter` is the one under which
    /// it is kept; `random` is 32 random bytes.
    pub(super) fn seal(
        counter: u64,
        outgoing: &Outgoing,
        label: &Label,
        reader: &SealingKey,
        random: &[u8; 32],
    ) -> Option<Self> {
        let command = &outgoing.command;
        let random = blake3_keyed(random, &[COMMAND, &counter.to_be_bytes()]);
        let context = context(COMMAND, counter);
        let body = reader.seal(random, &context, &command.to_bytes())?;
        let number = label.number.map(|number| number.to_string());
        Some(Self {
            id: label.id,
            document: label.document,
            creates: command.document.is_none(),
            number: Text::cut(&number.unwrap_or_default()),
            kind: Text::cut(command.body.kind()),
            at: command.at,
            sealed: outgoing.sealed,
            fate: outgoing.fate.clone(),
            body: Blob::new(body).ok()?,
        })
    }

    /// Opens it again; `counter` is the one under which it is kept.
    pub(super) fn open(&self, counter: u64, secret: &SealingSecret) -> Option<Outgoing> {
        let opened = secret.open(&context(COMMAND, counter), &self.body)?;
        Some(Outgoing {
            command: Command::from_bytes(&opened).ok()?,
            sealed: self.sealed,
            fate: self.fate.clone(),
        })
    }

    pub(crate) fn id(&self) -> CommandId {
        self.id
    }

    pub(crate) fn document(&self) -> DocumentId {
        self.document
    }

    pub(crate) fn creates(&self) -> bool {
        self.creates
    }

    /// Whether it creates a case.
    pub(crate) fn creates_case(&self) -> bool {
        self.creates && !self.number.is_empty()
    }

    /// The case's number, for a case.
    pub(crate) fn number(&self) -> Option<CaseNumber> {
        CaseNumber::parse(&self.number)
    }

    /// The case's number as it is written; empty for other documents.
    pub(crate) fn number_text(&self) -> &str {
        &self.number
    }

    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    pub(crate) fn at(&self) -> Time {
        self.at
    }

    pub(super) fn sealed(&self) -> Option<BatchPlace> {
        self.sealed
    }

    /// Takes it out of its batch, which may have been sent.
    pub(super) fn unseal(&mut self) {
        (self.sealed, self.fate) = (None, Fate::PERHAPS_SENT);
    }

    pub(crate) fn fate(&self) -> &Fate {
        &self.fate
    }

    pub(super) fn fate_mut(&mut self) -> &mut Fate {
        &mut self.fate
    }
}

/// A sealed body is of one row.
pub(super) fn context(kind: &[u8], number: u64) -> Vec<u8> {
    [kind, &number.to_be_bytes()].concat()
}
