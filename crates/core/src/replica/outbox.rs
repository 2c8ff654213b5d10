//! Commands that are pending, or refused and not yet dealt with.

use std::collections::BTreeMap;

use super::rows;
use crate::batch::Batch;
use crate::command::Command;
use crate::crypto::PublicKey;
use crate::documents::Receipt;
use crate::id::{CommandId, DocumentId};
use crate::limits::FLIGHT_BYTES_MAX;
use crate::refusal::Refusal;
use crate::store::{Records, StoreError, Write};
use crate::sync::frame::AdmittedAt;
use crate::wire::{Blob, Wire};
use crate::{wire_enum, wire_struct};

/// A command that was typed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) command: Command,
    /// The batch it is sealed in, and its place there.
    pub(super) sealed: Option<(u64, u32)>,
    pub(super) fate: Fate,
}
wire_struct!(Outgoing { command, sealed, fate });

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

/// A sealed batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) packed: Blob<FLIGHT_BYTES_MAX>,
    /// All its commands have final verdicts, safe here.
    pub(super) answered: bool,
}
wire_struct!(Sealed { packed, answered });

/// All commands typed here and not done with, by counter; and the sealed batches.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    key: Option<PublicKey>,
    pub(super) commands: BTreeMap<u64, Outgoing>,
    pub(super) batches: BTreeMap<u64, Sealed>,
}

impl Outbox {
    pub(super) fn read(records: &dyn Records, key: Option<PublicKey>) -> Result<Self, StoreError> {
        let mut outbox = Self { key, ..Self::default() };
        rows::each(records, rows::OUTBOX, |counter: [u8; 8], value| {
            outbox.commands.insert(u64::from_be_bytes(counter), Wire::from_bytes(value).ok()?);
            Some(())
        })?;
        rows::each(records, rows::BATCHES, |number: [u8; 8], value| {
            outbox.batches.insert(u64::from_be_bytes(number), Wire::from_bytes(value).ok()?);
            Some(())
        })?;
        Ok(outbox)
    }

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

    /// A document's commands, in the order typed.
    pub(super) fn of(&self, document: DocumentId) -> impl Iterator<Item = (u64, &Outgoing)> {
        self.commands
            .iter()
            .filter(move |(_, outgoing)| self.target(&outgoing.command) == Some(document))
            .map(|(counter, outgoing)| (*counter, outgoing))
    }

    pub(super) fn find(&self, id: CommandId) -> Option<u64> {
        self.commands.iter().find(|(_, outgoing)| self.id(&outgoing.command) == Some(id)).map(|(counter, _)| *counter)
    }

    /// The counters of a batch's commands, by place.
    pub(super) fn in_batch(&self, number: u64) -> BTreeMap<u32, u64> {
        self.commands
            .iter()
            .filter_map(|(counter, outgoing)| {
                outgoing.sealed.filter(|(n, _)| *n == number).map(|(_, at)| (at, *counter))
            })
            .collect()
    }

    /// The batch up to which every one is answered.
    pub(super) fn acknowledged(&self) -> u64 {
        let first_open = self.batches.iter().find(|(_, sealed)| !sealed.answered).map(|(number, _)| *number);
        match first_open {
            Some(number) => number.saturating_sub(1),
            None => self.batches.keys().next_back().copied().unwrap_or(0),
        }
    }

    /// Keeps a batch that was sealed.
    pub(super) fn keep(&mut self, batch: &Batch, counters: &[u64]) -> Option<()> {
        let packed = Blob::new(batch.pack(self.key.as_ref()?)).ok()?;
        self.batches.insert(batch.number, Sealed { packed, answered: false });
        for (place, counter) in (0_u32..).zip(counters) {
            self.commands.get_mut(counter)?.sealed = Some((batch.number, place));
        }
        Some(())
    }
}

impl Fate {
    pub(super) const PENDING: Self = Self::Pending(Pending {});

    pub(super) fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }
}
