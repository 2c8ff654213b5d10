//! Commands that are pending, or refused and not yet dealt with.

use std::collections::{BTreeMap, BTreeSet};

use super::rows;
use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::command::Command;
use alleyway_core::crypto::{Hash, PublicKey, SealingKey};
use alleyway_core::documents::Receipt;
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::limits::{CODE_BYTES_MAX, COMMAND_BYTES_MAX, FLIGHT_BYTES_MAX};
use alleyway_core::number::CODE_TEXT_BYTES;
use alleyway_core::refusal::Refusal;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{AdmittedAt, Closed as ClosedFrame, DeviceFrame, Verdicts};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Blob;
use alleyway_core::{wire_enum, wire_struct};

/// A command that was typed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) command: Command,
    /// The batch it is sealed in, and its place there.
    pub(super) sealed: Option<(u64, u32)>,
    pub(super) fate: Fate,
}
wire_struct!(Outgoing {
    command,
    sealed,
    fate
});

/// What has become of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody has said.
    Pending(Pending),
    /// It stands, but its page has not come yet.
    Admitted(Standing),
    /// It does not stand; its author has not dealt with it.
    Refused(Refusal),
}
wire_enum!(Fate { 0 => Pending, 1 => Admitted, 2 => Refused });

/// Nothing more is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pending {}
wire_struct!(Pending {});

/// Where an admitted command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) at: AdmittedAt,
    pub(super) receipt: Receipt,
}
wire_struct!(Standing { at, receipt });

/// What is known of a command while it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) id: CommandId,
    /// What it changes or creates.
    pub(super) document: DocumentId,
    pub(super) creates: bool,
    /// The case's number; empty for other documents.
    pub(super) number: Text<CODE_TEXT_BYTES>,
    pub(super) kind: Text<CODE_BYTES_MAX>,
    pub(super) at: Time,
    pub(super) sealed: Option<(u64, u32)>,
    pub(super) fate: Fate,
    /// The command, sealed to the lease's key.
    pub(super) body: Blob<LOCKED_BYTES_MAX>,
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

/// A command in its seal, in bytes.
const LOCKED_BYTES_MAX: usize = COMMAND_BYTES_MAX + 64;

/// How a sealed batch is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is sent.
    Packed(Packed),
    /// Unreadable, since the lease ended.
    Closed(Closed),
}
wire_enum!(Form { 0 => Packed, 1 => Closed });

/// A batch that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) bytes: Blob<FLIGHT_BYTES_MAX>,
}
wire_struct!(Packed { bytes });

/// A batch that cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closed {
    /// That it is this device's, without any of its commands.
    pub(super) proof: Disclosed,
    /// Sealed to the town's key, as it is sent.
    pub(super) town: Blob<FLIGHT_BYTES_MAX>,
    /// Sealed to the lease's key.
    pub(super) own: Blob<FLIGHT_BYTES_MAX>,
}
wire_struct!(Closed { proof, town, own });

/// A sealed batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    /// Its hash, which its verdicts are signed over.
    pub(super) hash: Hash,
    /// Its commands.
    pub(super) count: u32,
    pub(super) form: Form,
    /// All its commands have final verdicts, safe here.
    pub(super) answered: bool,
}
wire_struct!(Sealed {
    hash,
    count,
    form,
    answered
});

/// All commands typed here and not done with, by counter; and the sealed batches.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    key: Option<PublicKey>,
    pub(super) commands: BTreeMap<u64, Outgoing>,
    /// Those that cannot be read until the server is heard again.
    pub(super) locked: BTreeMap<u64, Locked>,
    pub(super) batches: BTreeMap<u64, Sealed>,
    /// What the server said of them, as it signed it: proof, for one that is restored from a backup.
    pub(super) proofs: BTreeMap<u64, Verdicts>,
    /// Of batches, the places of commands that were refused here, for what they were typed upon does
    /// not stand: the server waits for it, and says nothing final.
    pub(super) given_up: BTreeMap<u64, BTreeSet<u32>>,
}

impl Outbox {
    pub(super) fn set_key(&mut self, key: PublicKey) {
        self.key = Some(key);
    }

    pub(super) fn id(&self, command: &Command) -> Option<CommandId> {
        self.key.as_ref().map(|key| command.id(key))
    }

    pub(super) fn target(&self, command: &Command) -> Option<DocumentId> {
        self.key.as_ref().map(|key| command.target(key))
    }

    /// The row of a command, as it is to be stored.
    pub(super) fn write(&self, counter: u64) -> Write {
        if let Some(locked) = self.locked.get(&counter) {
            return rows::put(rows::numbered(rows::LOCKED, counter), locked);
        }
        let key = rows::numbered(rows::OUTBOX, counter);
        match self.commands.get(&counter) {
            Some(outgoing) => rows::put(key, outgoing),
            None => rows::remove(key),
        }
    }

    /// The row of a batch, as it is to be stored.
    pub(super) fn write_batch(&self, number: u64) -> Write {
        let key = rows::numbered(rows::BATCHES, number);
        match self.batches.get(&number) {
            Some(sealed) => rows::put(key, sealed),
            None => rows::remove(key),
        }
    }

    /// What has become of a command, readable or not.
    pub(super) fn fate_mut(&mut self, counter: u64) -> Option<&mut Fate> {
        match self.commands.get_mut(&counter) {
            Some(outgoing) => Some(&mut outgoing.fate),
            None => self.locked.get_mut(&counter).map(|locked| &mut locked.fate),
        }
    }

    /// A command that is done with goes.
    pub(super) fn remove(&mut self, counter: u64) -> Write {
        self.commands.remove(&counter);
        let key = if self.locked.remove(&counter).is_some() {
            rows::LOCKED
        } else {
            rows::OUTBOX
        };
        rows::remove(rows::numbered(key, counter))
    }

    /// The document that a command creates; none if it changes one.
    pub(super) fn created_by(&self, counter: u64) -> Option<DocumentId> {
        match self.commands.get(&counter) {
            Some(outgoing) if outgoing.command.document.is_none() => self.target(&outgoing.command),
            Some(_) => None,
            None => self
                .locked
                .get(&counter)
                .filter(|locked| locked.creates)
                .map(|locked| locked.document),
        }
    }

    /// Whether nobody has said what became of some command.
    pub(super) fn is_anything_pending(&self) -> bool {
        self.commands
            .values()
            .any(|outgoing| outgoing.fate.is_pending())
            || self.locked.values().any(|locked| locked.fate.is_pending())
    }

    /// A document's commands, in the order typed.
    pub(super) fn of(&self, document: DocumentId) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.commands
            .iter()
            .filter(move |(_, outgoing)| self.target(&outgoing.command) == Some(document))
            .map(|(counter, outgoing)| (*counter, outgoing))
    }

    pub(super) fn find(&self, id: CommandId) -> Option<u64> {
        self.commands
            .iter()
            .find(|(_, outgoing)| self.id(&outgoing.command) == Some(id))
            .map(|(counter, _)| *counter)
    }

    /// The counters of a batch's commands, by place.
    pub(super) fn in_batch(&self, number: u64) -> BTreeMap<u32, u64> {
        let readable = self
            .commands
            .iter()
            .map(|(counter, outgoing)| (counter, outgoing.sealed));
        let locked = self
            .locked
            .iter()
            .map(|(counter, locked)| (counter, locked.sealed));
        readable
            .chain(locked)
            .filter_map(|(counter, sealed)| {
                sealed
                    .filter(|(n, _)| *n == number)
                    .map(|(_, at)| (at, *counter))
            })
            .collect()
    }

    /// The batch up to which every one is answered.
    pub(super) fn acknowledged(&self) -> u64 {
        let first_open = self
            .batches
            .iter()
            .find(|(_, sealed)| !sealed.answered)
            .map(|(number, _)| *number);
        match first_open {
            Some(number) => number.saturating_sub(1),
            None => self.batches.keys().next_back().copied().unwrap_or(0),
        }
    }

    /// Keeps a batch that was sealed.
    pub(super) fn keep(&mut self, batch: &Batch, hash: Hash, counters: &[u64]) -> Option<()> {
        let form = Form::packed(Blob::new(batch.pack(self.key.as_ref()?)).ok()?);
        let count = u32::try_from(batch.commands.len()).ok()?;
        self.batches.insert(
            batch.number,
            Sealed {
                hash,
                count,
                form,
                answered: false,
            },
        );
        for (place, counter) in (0_u32..).zip(counters) {
            self.commands.get_mut(counter)?.sealed = Some((batch.number, place));
        }
        Some(())
    }
}

impl Form {
    pub(super) fn packed(bytes: Blob<FLIGHT_BYTES_MAX>) -> Self {
        Self::Packed(Packed { bytes })
    }
}

impl Closed {
    fn frame(&self, device: DeviceId, number: u64) -> ClosedFrame {
        ClosedFrame {
            device,
            number,
            sealed: self.town.clone(),
        }
    }
}

impl Sealed {
    /// The batch, packed; none if it cannot be read.
    pub(super) fn packed(&self) -> Option<&[u8]> {
        match &self.form {
            Form::Packed(packed) => Some(&packed.bytes),
            Form::Closed(_) => None,
        }
    }

    /// As it is sent.
    pub(super) fn frame(&self, device: DeviceId, number: u64) -> DeviceFrame {
        match &self.form {
            Form::Packed(packed) => DeviceFrame::Batch(packed.bytes.clone()),
            Form::Closed(closed) => DeviceFrame::Closed(closed.frame(device, number)),
        }
    }

    /// As somebody else carries it. `random` is 32 random bytes; none if the town's key is none.
    pub(super) fn closed(
        &self,
        town: &SealingKey,
        random: [u8; 32],
        device: DeviceId,
        number: u64,
    ) -> Option<ClosedFrame> {
        match &self.form {
            Form::Packed(packed) => ClosedFrame::seal(town, random, device, number, &packed.bytes),
            Form::Closed(closed) => Some(closed.frame(device, number)),
        }
    }

    /// What it takes up in a flight, in bytes, at most.
    pub(super) fn frame_bytes(&self) -> usize {
        match &self.form {
            Form::Packed(packed) => packed.bytes.len() + 16,
            Form::Closed(closed) => closed.town.len() + 48,
        }
    }
}

impl Fate {
    pub(super) const PENDING: Self = Self::Pending(Pending {});

    pub(super) fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }
}
