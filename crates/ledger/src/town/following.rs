//! Commands of the server that follow from what was admitted. No request is there to be told of a
//! refusal: what a full document has no room for is left out, and counted as refused.

use std::collections::BTreeMap;

use crate::Ledger;
use crate::rows::keys;
use crate::rows::records::HeadRecord;
use crate::town::administer::AdminCommand;
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::id::DocumentId;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::time::Time;

impl Ledger {
    /// Carries out what follows, less what full documents have no room for; `purpose` says from what.
    pub(crate) fn carry_out_own(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        purpose: &[u8],
        now: Time,
    ) -> Result<(), StoreError> {
        // The counter is used once, so what is derived from it repeats no nonce.
        let seed = blake3_keyed(
            &self.setup.token_key,
            &[purpose, &self.state.counter.to_be_bytes()],
        );
        self.carry_out_following(records, commands, seed, now)
    }

    /// As [`Self::carry_out_own`], with a seed. The commands create no documents.
    pub(crate) fn carry_out_following(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<(), StoreError> {
        let mut counts: BTreeMap<DocumentId, u64> = BTreeMap::new();
        let mut with_room = Vec::new();
        for command in commands {
            if let Some(document) = command.document {
                let count = counts.entry(document).or_default();
                *count += 1;
                if !self.takes_following(records, document, *count)? {
                    continue;
                }
            }
            with_room.push(command);
        }
        let outcome = self.carry_out(records, with_room, seed, now, None)?;
        // With room they cannot be refused.
        outcome
            .map(|_| ())
            .map_err(|error| StoreError::Failed(error.to_string()))
    }

    /// Whether a document has room for so many commands of the server; if not, one is counted as refused.
    pub(crate) fn takes_following(
        &mut self,
        records: &dyn Records,
        document: DocumentId,
        commands: u64,
    ) -> Result<bool, StoreError> {
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(document))?;
        let takes = head.is_none_or(|head| head.takes_own(commands));
        if !takes {
            self.stats.refuse(&RefusalCode::DocumentFull);
        }
        Ok(takes)
    }
}

#[cfg(test)]
mod tests;
