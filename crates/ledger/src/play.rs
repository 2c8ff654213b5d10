//! Members' commands that the server carries in: a demonstration's past, played through the same
//! admission as everybody's.

use crate::Ledger;
use crate::hand_in::HandIn;
use crate::rows::keys;
use crate::rows::records::DeviceRecord;
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::crypto::{SecretKey, blake3_keyed, first};
use alleyway_core::documents::Receipt;
use alleyway_core::id::{DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::{ruler_of, verifier_of};
use alleyway_core::limits::BATCH_COMMANDS_MAX;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{ServerFrame, Verdict};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// A member and a device held for it.
#[derive(Debug, Clone)]
pub struct Player {
    /// The member.
    pub member: MemberId,
    /// The device's key.
    pub secret: SecretKey,
}

/// What became of a played command.
#[derive(Debug, Clone)]
pub struct Played {
    /// The document it changed or created.
    pub document: DocumentId,
    /// The verdict.
    pub verdict: Verdict,
}

/// The units that steps on a case name, because they must see it from then on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// Who verifies it if its owner resolves it ([`verifier_of`]).
    pub verifier: Option<UnitId>,
    /// Who rules if it is returned again ([`ruler_of`]).
    pub ruler: Option<UnitId>,
}

impl Ledger {
    /// The code of a player's device; the device is made known if it was not.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn player_code(
        &mut self,
        records: &dyn Records,
        player: &Player,
    ) -> Result<u32, StoreError> {
        Ok(self.player_device(records, player, Time::EARLIEST)?.code)
    }

    /// The units that steps on a case name.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn named_by(
        &mut self,
        records: &dyn Records,
        case: DocumentId,
    ) -> Result<Named, StoreError> {
        let Some(document) = self.documents.take(records, &self.pending, case)? else {
            return Ok(Named::default());
        };
        let case = document.case();
        self.documents.put(document);
        Ok(case.map_or_else(Named::default, |case| Named {
            verifier: verifier_of(&self.organisation, &case),
            ruler: ruler_of(&self.organisation, &case),
        }))
    }

    fn player_device(
        &mut self,
        records: &dyn Records,
        player: &Player,
        now: Time,
    ) -> Result<DeviceRecord, StoreError> {
        let key = player.secret.public();
        let id = DeviceId::of(&key);
        if let Some(known) = self.device(records, id)? {
            return Ok(known);
        }
        let device = DeviceRecord::new(
            key,
            [0; 32],
            player.member,
            self.state.next_device_code,
            "demo",
            now,
        );
        self.state.next_device_code += 1;
        self.pending.put(keys::device(id), &device);
        Ok(device)
    }

    /// Hands in one batch of a player's commands, at most [`BATCH_COMMANDS_MAX`] of them.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn play(
        &mut self,
        records: &dyn Records,
        player: &Player,
        commands: Vec<(Option<DocumentId>, Body, Time)>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Vec<Played>, StoreError> {
        let mut device = self.player_device(records, player, now)?;
        let scope = self.current_scope(records, &device, now)?;
        let base = Base {
            incarnation: self.state.incarnation,
            generation: 0,
            version: 0,
            after: List::default(),
        };
        let first_counter = device
            .last
            .saturating_mul(BATCH_COMMANDS_MAX as u64)
            .saturating_add(1);
        let commands: Vec<Command> = commands
            .into_iter()
            .zip(first_counter..)
            .map(|((document, body, at), counter)| {
                let nonce = first(&blake3_keyed(&seed, &[b"nonce", &counter.to_be_bytes()]));
                Command {
                    counter,
                    nonce,
                    document,
                    base: base.clone(),
                    at,
                    body,
                }
            })
            .collect();
        let key = player.secret.public();
        let documents: Vec<DocumentId> = commands
            .iter()
            .map(|command| command.target(&key))
            .collect();
        let salts = first(&blake3_keyed(&seed, &[b"salts"]));
        let failed = |what: &str| StoreError::Failed(what.to_owned());
        let batch = Batch::seal(
            self.setup.town,
            &player.secret,
            device.last + 1,
            device.last_hash,
            salts,
            commands,
        )
        .map_err(|e| failed(&e.to_string()))?;
        let verified = batch
            .verify(self.setup.town, &key)
            .ok_or_else(|| failed("own signature"))?;
        let by_device = device.clone();
        let receipt = Receipt::new(now, 0);
        let by = HandIn::of_member(&by_device, &scope.feeds, receipt, now);
        match self.hand_in(records, &by, &mut device, &verified)? {
            ServerFrame::Verdicts(frame) => {
                let verdicts = frame.verdicts.into_vec();
                Ok(documents
                    .into_iter()
                    .zip(verdicts)
                    .map(|(document, verdict)| Played { document, verdict })
                    .collect())
            }
            _ => Err(failed("a played batch does not continue its chain")),
        }
    }
}
