//! A batch of another device, as it is carried: sealed to the town, with what of it may be seen here.

use std::collections::BTreeSet;

use alleyway_core::batch::{Disclosed, Visible};
use alleyway_core::bundle::Item;
use alleyway_core::command::Command;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::{
    BATCH_COMMANDS_MAX, CARRIED_DAYS_MAX, CARRIED_SEALS_MAX, CLOSED_BYTES_MAX,
};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Closed;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Wire};
use alleyway_core::wire_struct;

use super::Place;

/// A batch of another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CarriedBatch {
    certificate: Certificate,
    /// As far as it may be seen here.
    shown: Disclosed,
    /// All of it, sealed to the town: its copies, if they are not the same, in the order in which
    /// they came. The first one is sent; if the server cannot read it, the next.
    sealed: List<Blob<CLOSED_BYTES_MAX>, CARRIED_SEALS_MAX>,
    /// The commands that were seen here, whether they still are or not.
    seen: List<CommandId, BATCH_COMMANDS_MAX>,
    /// The time at which it was handed over, by the server's clock, as far as this device could tell.
    since: Time,
    /// The server has said what became of each command: it is not carried any further.
    done: bool,
}
wire_struct!(CarriedBatch {
    certificate,
    shown,
    sealed,
    seen,
    since,
    done
});

impl CarriedBatch {
    /// A batch of a bundle, of which nothing is shown yet.
    pub(crate) fn new(item: &Item, since: Time) -> Self {
        let mut shown = item.shown.clone();
        shown.withhold(|_| false);
        let mut batch = Self {
            certificate: item.certificate,
            shown,
            sealed: List::default(),
            seen: List::default(),
            since,
            done: false,
        };
        batch.add_copy(&item.closed.sealed);
        batch
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The batch, as far as it may be seen here.
    pub(crate) fn shown(&self) -> &Disclosed {
        &self.shown
    }

    /// The commands that were seen here, whether they still are or not.
    pub(crate) fn seen(&self) -> &[CommandId] {
        &self.seen
    }

    /// The time at which it was handed over, by the server's clock.
    pub(crate) fn since(&self) -> Time {
        self.since
    }

    /// Whether it was carried for as long as any is, at `clock` by the server.
    pub(crate) fn is_old(&self, clock: Time) -> bool {
        clock > self.since.plus_days(CARRIED_DAYS_MAX)
    }

    /// Its number among those of its device.
    pub(crate) fn number(&self) -> u64 {
        self.shown.number
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done
    }

    /// It is not carried any further.
    pub(crate) fn finish(&mut self) {
        self.done = true;
    }

    /// Whether a command was typed upon one of the batch's.
    pub(crate) fn is_under(&self, command: &Command) -> bool {
        command.base.after.iter().any(|id| self.seen.contains(id))
    }

    /// The batch for the server, in every copy that differs.
    pub(crate) fn copies(&self, (device, number): Place) -> impl Iterator<Item = Closed> {
        let sealed = |copy: &Blob<CLOSED_BYTES_MAX>| Blob::new(copy.to_vec()).unwrap_or_default();
        self.sealed.iter().map(move |copy| Closed {
            device,
            number,
            sealed: sealed(copy),
        })
    }

    /// The length of the copy that is sent, in bytes.
    pub(crate) fn closed_bytes(&self) -> usize {
        self.sealed.first().map_or(0, |copy| copy.len())
    }

    /// Keeps another copy, up to [`CARRIED_SEALS_MAX`]. Returns whether it is one that was not here.
    pub(crate) fn add_copy(&mut self, sealed: &[u8]) -> bool {
        let mut copies = self.sealed.clone().into_vec();
        let Ok(copy) = Blob::new(sealed.to_vec()) else {
            return false;
        };
        if copies.contains(&copy) || copies.len() >= CARRIED_SEALS_MAX {
            return false;
        }
        copies.push(copy);
        self.sealed = List::new(copies).unwrap_or_default();
        true
    }

    /// Drops the copy that was sent. Returns whether there is another.
    pub(crate) fn drop_copy(&mut self) -> bool {
        let copies: Vec<_> = self.sealed.iter().skip(1).cloned().collect();
        self.sealed = List::new(copies).unwrap_or_default();
        !self.sealed.is_empty()
    }

    /// Shows what another copy of the batch shows. Returns how many commands are shown that were
    /// not.
    pub(crate) fn show(&mut self, more: &Disclosed) -> usize {
        let before = self.shown.visible.len();
        self.shown.join(more);
        let now = self
            .shown
            .visible
            .iter()
            .map(|visible| visible.command.id(&self.certificate.device));
        let seen: BTreeSet<CommandId> = self.seen.iter().copied().chain(now).collect();
        self.seen =
            List::new(seen.into_iter().take(BATCH_COMMANDS_MAX).collect()).unwrap_or_default();
        self.shown.visible.len().saturating_sub(before)
    }

    /// Withholds the commands on documents that `sees` denies.
    pub(super) fn withhold(&mut self, sees: impl Fn(DocumentId) -> bool) {
        let device = self.certificate.device;
        self.shown.withhold(|command| sees(command.target(&device)));
    }

    /// The commands that are shown, with the documents that they change or create.
    pub(super) fn commands(&self) -> impl Iterator<Item = (DocumentId, &Visible)> {
        self.shown
            .visible
            .iter()
            .filter(|visible| visible.command.body.is_shown_before_admission())
            .map(|visible| (visible.command.target(&self.certificate.device), visible))
    }

    /// The documents that commands shown here change or create.
    pub(super) fn documents(&self) -> BTreeSet<DocumentId> {
        self.commands().map(|(document, _)| document).collect()
    }

    /// The room that it takes up with one of its copies, in bytes.
    pub(super) fn one_copy_bytes(&self) -> usize {
        self.closed_bytes() + self.shown.to_bytes().len()
    }

    /// The room that it takes up on this device, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.sealed.iter().map(|copy| copy.len()).sum::<usize>() + self.shown.to_bytes().len()
    }
}
