//! Proofs of reads that were taken: none is taken twice.
//!
//! In memory only: with each start of the server all challenges are void, and with them all proofs.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use alleyway_core::sync::read::{PROOF_MILLISECONDS_MAX, ReadProof};
use alleyway_core::time::Time;

use super::super::error::HttpError;
use super::error;

/// Proofs remembered: about 4 MB. Beyond it reads wait until some are too old to be sent again.
pub(in crate::http) const PROOFS_MAX: usize = 65_536;

/// Proofs that were taken and are not too old yet, by the beginning of their signatures.
#[derive(Debug, Default)]
pub(in crate::http) struct SeenProofs(Mutex<BTreeMap<[u8; 16], Time>>);

impl SeenProofs {
    /// Takes a proof.
    ///
    /// # Errors
    /// That it was taken before; [`HttpError::Busy`] if too many are remembered.
    pub(super) fn take(&self, proof: &ReadProof, now: Time) -> Result<(), HttpError> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let signature = proof.signature.0.first_chunk::<16>();
        let signature = signature.copied().unwrap_or_default();
        if seen.contains_key(&signature) {
            return Err(error::read_twice());
        }
        if seen.len() >= PROOFS_MAX {
            // One that is too old is refused for its time.
            seen.retain(|_, at| now.0.saturating_sub(at.0) <= PROOF_MILLISECONDS_MAX);
        }
        if seen.len() >= PROOFS_MAX {
            return Err(HttpError::Busy);
        }
        seen.insert(signature, proof.at);
        Ok(())
    }
}
