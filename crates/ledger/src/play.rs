//! Members' commands that the server carries in: a demonstration's past, played through the same
//! admission as everybody's.

use crate::hand_in::{HandIn, ReportsDeferred, hand_in};
use crate::ledger::Ledger;
use crate::rows::Tx;
use crate::rows::records::DeviceRecord;
use crate::scopes;
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::crypto::{SecretKey, blake3_keyed, first};
use alleyway_core::documents::{Document, Receipt};
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
        player_code(&mut self.tx(records), player)
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
        named_by(&mut self.tx(records), case)
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
        let (mut tx, deferred) = self.handing_in(records);
        play(&mut tx, deferred, player, commands, seed, now)
    }
}

/// The code of a player's device; the device is made known if it was not.
fn player_code(tx: &mut Tx<'_>, player: &Player) -> Result<u32, StoreError> {
    Ok(player_device(tx, player, Time::EARLIEST)?.code)
}

/// The units that steps on a case name.
fn named_by(tx: &mut Tx<'_>, case: DocumentId) -> Result<Named, StoreError> {
    let case = tx.document(case, Document::case)?.flatten();
    Ok(case.map_or_else(Named::default, |case| Named {
        verifier: verifier_of(tx.organisation(), &case),
        ruler: ruler_of(tx.organisation(), &case),
    }))
}

fn player_device(tx: &mut Tx<'_>, player: &Player, now: Time) -> Result<DeviceRecord, StoreError> {
    let key = player.secret.public();
    let id = DeviceId::of(&key);
    if let Some(known) = tx.device(id)? {
        return Ok(known);
    }
    let device = DeviceRecord::new(
        key,
        [0; 32],
        player.member,
        tx.next_device_code(),
        "demo",
        now,
    );
    tx.put_device(&device);
    Ok(device)
}

/// Hands in one batch of a player's commands, at most [`BATCH_COMMANDS_MAX`] of them.
fn play(
    tx: &mut Tx<'_>,
    deferred: &mut ReportsDeferred,
    player: &Player,
    commands: Vec<(Option<DocumentId>, Body, Time)>,
    seed: [u8; 32],
    now: Time,
) -> Result<Vec<Played>, StoreError> {
    let device = player_device(tx, player, now)?;
    let scope = scopes::current(tx, &device, now)?;
    let base = Base {
        incarnation: tx.incarnation(),
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
        tx.setup().town,
        &player.secret,
        device.last + 1,
        device.last_hash,
        salts,
        commands,
    )
    .map_err(|e| failed(&e.to_string()))?;
    let verified = batch
        .verify(tx.setup().town, &key)
        .ok_or_else(|| failed("own signature"))?;
    let receipt = Receipt::new(now, 0);
    let by = HandIn::of_member(&device, &scope.feeds, receipt, now);
    match hand_in(tx, deferred, &by, &verified, None)? {
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
