//! Commands of the server that an administrator or an import asks for, all or none.

use super::directories::{self, Touched};
use crate::error::LedgerError;
use crate::own::{self, AdminCommand, AdminError, Own};
use crate::rows::Tx;
use alleyway_core::command::Command;
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::sync::frame::Verdict;
use alleyway_core::time::Time;

/// All of them stand.
#[derive(Debug, Clone)]
pub struct Administered {
    /// The document of each command, in order.
    pub documents: Vec<DocumentId>,
    /// The id of each command, in order.
    pub commands: Vec<CommandId>,
}

/// Carries out commands of the server, all or none, and publishes units and posts in the
/// directories. `seed` is 32 random bytes.
pub(crate) fn administer(
    tx: &mut Tx<'_>,
    commands: Vec<AdminCommand>,
    seed: [u8; 32],
    now: Time,
) -> Result<Administered, LedgerError<AdminError>> {
    let savepoint = tx.savepoint();
    let outcome = administer_all(tx, commands, seed, now);
    if outcome.is_err() {
        tx.roll_back(savepoint);
    }
    outcome
}

fn administer_all(
    tx: &mut Tx<'_>,
    commands: Vec<AdminCommand>,
    seed: [u8; 32],
    now: Time,
) -> Result<Administered, LedgerError<AdminError>> {
    let mut touched = Touched::default();
    for command in &commands {
        touched.before(tx.organisation(), command);
    }
    let own = Own::server(tx, seed, now);
    let commands: Vec<Command> = commands
        .into_iter()
        .map(|command| own.command(tx, command))
        .collect();
    hand_in(tx, &own, &commands)?;
    for command in &commands {
        touched.after(command, &tx.server());
    }
    let own = Own::server(tx, blake3_keyed(&seed, &[b"directories"]), now);
    let published = directories::commands(tx, &touched, &own)?;
    hand_in(tx, &own, &published)?;
    // After the rows of the appointments that they are about.
    own::carry_out_follow_ups(tx, now)?;
    let server = tx.server();
    let each = commands.iter();
    Ok(Administered {
        documents: each
            .clone()
            .map(|command| command.target(&server))
            .collect(),
        commands: each.map(|command| command.id(&server)).collect(),
    })
}

/// Hands commands in. The first that is not admitted is the error.
fn hand_in(
    tx: &mut Tx<'_>,
    own: &Own,
    commands: &[Command],
) -> Result<(), LedgerError<AdminError>> {
    let verdicts = own.hand_in(tx, commands.to_vec())?;
    let refused = verdicts
        .into_iter()
        .enumerate()
        .find_map(|(index, verdict)| {
            let refusal = match verdict {
                verdict if verdict.stands() => return None,
                Verdict::Refused(refusal) => Some(refusal),
                _ => None,
            };
            Some(AdminError { index, refusal })
        });
    refused.map_or(Ok(()), |error| Err(LedgerError::Refused(error)))
}
