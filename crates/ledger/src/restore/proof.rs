//! The server's verdicts on a batch, signed in an older incarnation.

use alleyway_core::batch::VerifiedBatch;
use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::Receipt;
use alleyway_core::id::DeviceId;
use alleyway_core::sync::frame::{AdmittedAt, Verdict, Verdicts};

/// Verdicts that this server signed before it was restored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof<'a> {
    verdicts: &'a Verdicts,
}

impl<'a> Proof<'a> {
    /// The proof that verdicts are for a batch of a device; none if the server did not sign them
    /// for just this batch, or not in an incarnation before `incarnation`.
    pub(crate) fn of(
        server: &PublicKey,
        incarnation: u32,
        device: DeviceId,
        batch: &VerifiedBatch,
        verdicts: &'a Verdicts,
    ) -> Option<Self> {
        let fits = verdicts.batch == batch.batch().number
            && verdicts.verdicts.len() == batch.batch().commands.len()
            && verdicts.incarnation < incarnation;
        let message = verdicts.message(device, &batch.hash());
        let signed = fits && server.verifies(Verdicts::DOMAIN, &message, &verdicts.signature);
        signed.then_some(Self { verdicts })
    }

    /// When the batch was first received.
    pub(crate) fn receipt(self) -> Receipt {
        self.verdicts.receipt
    }

    /// The verdict on the command at a place of the batch, if that was final.
    pub(crate) fn verdict(self, place: usize) -> Option<&'a Verdict> {
        self.verdicts
            .verdicts
            .get(place)
            .filter(|verdict| verdict.is_final())
    }

    /// Where the command at a place of the batch stood.
    pub(crate) fn stood(self, place: usize) -> Option<AdmittedAt> {
        self.verdict(place)?.stood(self.receipt()).map(|(at, _)| at)
    }
}
