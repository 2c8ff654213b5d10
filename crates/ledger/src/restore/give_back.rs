//! The give-back: batches that a server lost when it was restored, and may still be brought.

use super::Proof;
use crate::rows::Tx;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::{Base, Command};
use alleyway_core::documents::Receipt;
use alleyway_core::id::DeviceId;
use alleyway_core::limits::STOOD_WAIT_DAYS;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Verdict, Verdicts};
use alleyway_core::time::Time;

/// A batch that is handed in to a restored server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GiveBack<'a> {
    /// The present incarnation.
    incarnation: u32,
    /// The server's verdicts on the batch from before the restore.
    proof: Option<Proof<'a>>,
    /// The device does not know yet that the server was restored: most of what it has of the time
    /// before follows when it does.
    is_unaware: bool,
    /// Batches from before the restore may still come: for a while from anybody, and at any time from
    /// a device that does not know of it yet.
    is_waited_for: bool,
}

impl<'a> GiveBack<'a> {
    /// The give-back of a batch; none if the server was never restored. `said` are the verdicts that
    /// the device says it has of it; what the server did not sign is as if it were not there.
    pub(crate) fn of(
        tx: &Tx<'_>,
        device: DeviceId,
        batch: &VerifiedBatch,
        said: Option<&'a Verdicts>,
        is_unaware: bool,
        now: Time,
    ) -> Option<Self> {
        let incarnation = tx.incarnation();
        if incarnation == 1 {
            return None;
        }
        let proof = said.and_then(|said| Proof::of(&tx.server(), incarnation, device, batch, said));
        let has_waited = tx
            .restored_at()
            .is_none_or(|at| now > at.plus_days(STOOD_WAIT_DAYS));
        Some(Self {
            incarnation,
            proof,
            is_unaware,
            is_waited_for: is_unaware || !has_waited,
        })
    }

    /// When the batch was first received, if the server's older verdicts say so.
    pub(crate) fn receipt(&self) -> Option<Receipt> {
        self.proof.map(Proof::receipt)
    }

    /// Whether the server's verdicts on the batch from before the restore came with it.
    pub(crate) fn is_proved(&self) -> bool {
        self.proof.is_some()
    }

    /// Whether nothing that is lacking before the batch will come: a device that gives back what was
    /// lost sends all that it has, in order, and dropped what was answered long ago.
    pub(crate) fn brings_all(&self) -> bool {
        self.proof.is_some() && !self.is_unaware
    }

    /// The verdict from before the restore on the command at a place of the batch, if it was final.
    pub(crate) fn prior_verdict(&self, place: usize) -> Option<&'a Verdict> {
        self.proof?.verdict(place)
    }

    /// In which order so many commands are taken: those that stood before the restore first, as they
    /// stood, then the others as they were typed.
    pub(crate) fn order(&self, commands: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..commands).collect();
        if let Some(proof) = self.proof {
            // The version that a command made is behind those of all it stood upon.
            order.sort_by_key(|place| proof.stood(*place).map_or(u64::MAX, |stood| stood.version));
        }
        order
    }

    /// Whether anything that was lost in the restore is still waited for.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.is_waited_for
    }

    /// Whether what a batch stood upon was lost with the phone that had it: it was typed before the
    /// restore, and nothing of that time is waited for any longer.
    pub(crate) fn has_lost_its_base(&self, batch: &VerifiedBatch) -> bool {
        let commands = &batch.batch().commands;
        commands
            .iter()
            .all(|command| self.was_typed_before(command))
            && !self.is_waited_for
    }

    /// Whether a command was typed before the restore; not by a device that had never heard of an
    /// incarnation.
    pub(crate) fn was_typed_before(&self, command: &Command) -> bool {
        (1..self.incarnation).contains(&command.base.incarnation)
    }

    /// Whether what an author had seen before the restore may still come: a command that was typed
    /// upon it, and does not fit the version that stands, waits.
    pub(crate) fn may_bring_base(&self, base: &Base, version: u64) -> bool {
        self.is_waited_for && base.incarnation < self.incarnation && base.version > version
    }

    /// Whether the phone that typed a command may have the server's verdict on it from before the
    /// restore. It is waited for before what a courier brings is refused or kept.
    pub(crate) fn may_prove(&self, command: &Command) -> bool {
        self.is_waited_for && command.base.incarnation < self.incarnation
    }

    /// Whether only couriers have brought a batch that was typed before the restore: its author may
    /// have the server's verdicts on it, and has not given them back.
    pub(crate) fn awaits_proof(
        &self,
        tx: &Tx<'_>,
        device: DeviceId,
        batch: &VerifiedBatch,
    ) -> Result<bool, StoreError> {
        let mut commands = batch.batch().commands.iter();
        if !commands.any(|command| command.base.incarnation < self.incarnation) {
            return Ok(false);
        }
        let held = tx.batch(device, batch.batch().number)?;
        Ok(held.is_some_and(|held| held.carried))
    }
}
