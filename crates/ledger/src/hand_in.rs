//! Batches in, verdicts out.
//!
//! What the server itself has to say of a batch ([`crate::rows::FollowUp`]: items of trays, notes in
//! a case's log, rows of directories) is carried out once the batch has been judged.
//!
//! | file | what |
//! | --- | --- |
//! | `context` | who hands in, and what is known while a batch is judged |
//! | `chain` | a device's batches, numbered and chained |
//! | `judging` | one command, on what stands |
//! | `ids` | whose an id is: the command's, or another one's |
//! | `deciding` | policy asked about it |
//! | `settling` | a tray's item settled behind what was made of it |
//! | `trays` | what is not carried out, kept for a person to look at |
//! | `budget` | how much a device may hand in |
//! | `memory` | what is remembered from one batch to the next |
//! | `lying` | what lies in a tray, counted by device |
//! | `refusals` | what is noted of refusals until they are acknowledged |
//! | `deferred` | reports that are to come again |
//! | `given_back` | a command with its verdict from before a restore |
//! | `flight` | all batches of a flight, in slices; those that a device hands in for others |
//! | `needed` | long documents that are to be loaded before a batch is judged |

mod budget;
mod chain;
mod context;
mod deciding;
mod deferred;
mod flight;
mod given_back;
mod ids;
mod judging;
mod lying;
mod memory;
mod needed;
mod refusals;
mod settling;
mod trays;

pub(crate) use context::HandIn;
pub(crate) use flight::{HandedIn, Progress};
pub(crate) use memory::HandInMemory;
pub(crate) use refusals::acknowledge;

use std::cell::OnceCell;

use self::chain::{Arriving, Noted};
use self::context::Context;
use crate::audit::{self, JudgedBatch, NewVerdicts};
use crate::devices::{self, stopping};
use crate::own;
use crate::restore::{self, GiveBack};
use crate::rows::budgets::Amounts;
use crate::rows::records::DeviceRecord;
use crate::rows::{Tx, keys};
use crate::scopes::acknowledged::former_feeds;
use crate::stats::LedgerStats;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::crypto::Signature;
use alleyway_core::documents::Receipt;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Fork, Later, ServerFrame, Stop, Verdict, Verdicts};
use alleyway_core::wire::List;

/// Takes a batch: notes it, judges its commands one by one, and says what became of each. The same
/// batch again gets the same answer. `said` are the verdicts that the device says it has of the batch
/// from before the server was restored from a backup.
fn hand_in(
    tx: &mut Tx<'_>,
    memory: &mut HandInMemory,
    by: &HandIn<'_>,
    batch: &VerifiedBatch,
    said: Option<&Verdicts>,
) -> Result<ServerFrame, StoreError> {
    let give_back = GiveBack::of(tx, by.device, batch, said, by.is_unaware, by.now);
    let receipt = give_back
        .and_then(|give_back| give_back.receipt())
        .unwrap_or(by.receipt);
    let arriving = Arriving {
        by: HandIn { receipt, ..*by },
        batch,
        give_back,
    };
    let frame = take_batch(tx, memory, &arriving)?;
    devices::ordered::carry_out(tx, by.now)?;
    own::carry_out_follow_ups(tx, by.now)?;
    Ok(frame)
}

fn take_batch(
    tx: &mut Tx<'_>,
    memory: &mut HandInMemory,
    arriving: &Arriving<'_>,
) -> Result<ServerFrame, StoreError> {
    let (by, batch) = (&arriving.by, arriving.batch);
    let mut device = held_device(tx, by)?;
    let is_delayed = memory.budgets.delays(tx, &device, batch, by.now)?;
    if is_delayed {
        memory.budgets.note_used_up(tx, &device, by.now)?;
        let is_held = tx.batch(by.device, batch.batch().number)?.is_some();
        // One that a restored server gave its verdicts on before has its place.
        let is_proved = arriving.give_back.is_some_and(|back| back.is_proved());
        if !is_held && !is_proved {
            return all_later(tx, arriving);
        }
    }
    let (receipt, forked) = match chain::note_batch(tx, arriving, &mut device)? {
        Noted::Taken(receipt) => (receipt, false),
        Noted::NotNow => return all_later(tx, arriving),
        Noted::Forked => {
            LedgerStats::count(&mut tx.stats().forks, 1);
            // A device that is stopped for good seals nothing anew, and cannot once its lease has
            // ended: what it has goes into the tray as it is.
            let goes_on = !matches!(device.stopped, Some(Stop::Revoked | Stop::Lost));
            if !by.carried && goes_on {
                return fork(tx, arriving, device);
            }
            if refusals::are_enough(tx, by.device)? {
                return all_later(tx, arriving);
            }
            // The phone that sealed it may have been restored since: nobody else may have it.
            // What lay on a courier's phone says nothing of who has the device's key now.
            chain::note_beside(tx, &device, batch)?;
            (by.receipt, true)
        }
    };
    let number = batch.batch().number;
    // What was lost in a restore with the phone that had it is not waited for for ever.
    let is_lost = arriving
        .give_back
        .is_some_and(|give_back| give_back.has_lost_its_base(batch));
    let awaited = if is_lost {
        Vec::new()
    } else {
        chain::awaited(tx, &device)?
    };
    let ctx = Context {
        by: HandIn { receipt, ..*by },
        former: former_feeds(tx, &device, number, by.now)?,
        device,
        number,
        forked,
        awaited,
        give_back: arriving.give_back,
        done: Vec::new(),
        is_delayed,
        spent: Amounts::default(),
        new: NewVerdicts::default(),
        memory,
        refused: OnceCell::new(),
    };
    judge_all(tx, ctx, arriving)
}

/// The device's record. It may have acknowledged more than was written down.
fn held_device(tx: &Tx<'_>, by: &HandIn<'_>) -> Result<DeviceRecord, StoreError> {
    let device = tx.device(by.device)?;
    let mut device = device.ok_or_else(|| StoreError::damaged(&keys::device(by.device)))?;
    device.acknowledged = device.acknowledged.max(by.acknowledged);
    Ok(device)
}

fn judge_all<'a>(
    tx: &mut Tx<'_>,
    mut ctx: Context<'a>,
    arriving: &Arriving<'a>,
) -> Result<ServerFrame, StoreError> {
    let commands = &arriving.batch.batch().commands;
    let mut verdicts = vec![Verdict::Later(Later {}); commands.len()];
    let order = match ctx.give_back {
        Some(give_back) => give_back.order(commands.len()),
        None => (0..commands.len()).collect(),
    };
    for place in order {
        let Some((command, said)) = commands.get(place).zip(verdicts.get_mut(place)) else {
            continue;
        };
        let prior = ctx.give_back.and_then(|back| back.prior_verdict(place));
        *said = match prior {
            Some(prior) => given_back::judge(tx, &mut ctx, command, prior)?,
            None => judging::judge(tx, &mut ctx, command)?,
        };
    }
    ctx.memory
        .budgets
        .spend(tx, &ctx.device, ctx.spent, ctx.by.now)?;
    note_judged(tx, &ctx, arriving, &verdicts)?;
    answer(tx, arriving, ctx.by.receipt, verdicts)
}

/// Notes what became of the batch: the device's tally, the audit, and whether any command waits.
fn note_judged(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    arriving: &Arriving<'_>,
    verdicts: &[Verdict],
) -> Result<(), StoreError> {
    let by = &ctx.by;
    let waiting = verdicts
        .iter()
        .filter(|verdict| !verdict.is_final())
        .count();
    if !ctx.new.is_empty() {
        // As it is by now: a command can have confirmed it.
        let mut device = held_device(tx, by)?;
        ctx.new.add_to(&mut device.tally);
        tx.put_device(&device);
        let judged = JudgedBatch {
            device: by.device,
            number: ctx.number,
            new: &ctx.new,
            waiting,
        };
        audit::write_verdicts(tx, &judged, by.now);
    }
    if ctx.forked {
        return Ok(());
    }
    let awaits_proof = match ctx.give_back {
        Some(give_back) if by.carried => give_back.awaits_proof(tx, by.device, arriving.batch)?,
        _ => false,
    };
    restore::open::note(tx, by.device, ctx.number, awaits_proof || waiting > 0)
}

/// The batch does not continue its device's chain: the device is told where that ends.
fn fork(
    tx: &mut Tx<'_>,
    arriving: &Arriving<'_>,
    mut device: DeviceRecord,
) -> Result<ServerFrame, StoreError> {
    let (by, batch) = (&arriving.by, arriving.batch);
    let number = batch.batch().number;
    if !chain::conflicts_with_carried(tx, by.device, number)? {
        stopping::note_fork(tx, &mut device, number, batch.hash(), by.now);
    }
    Ok(ServerFrame::Fork(Fork {
        last: device.last,
        hash: device.last_hash,
    }))
}

/// The batch is to come again.
fn all_later(tx: &mut Tx<'_>, arriving: &Arriving<'_>) -> Result<ServerFrame, StoreError> {
    let commands = arriving.batch.batch().commands.len();
    LedgerStats::count(&mut tx.stats().later, commands as u64);
    let verdicts = vec![Verdict::Later(Later {}); commands];
    answer(tx, arriving, arriving.by.receipt, verdicts)
}

/// The server's signed verdicts on a batch.
fn answer(
    tx: &Tx<'_>,
    arriving: &Arriving<'_>,
    receipt: Receipt,
    verdicts: Vec<Verdict>,
) -> Result<ServerFrame, StoreError> {
    let batch = arriving.batch;
    let verdicts = List::new(verdicts).map_err(|e| StoreError::Failed(e.to_string()))?;
    let mut frame = Verdicts {
        batch: batch.batch().number,
        incarnation: tx.incarnation(),
        receipt,
        verdicts,
        signature: Signature([0; 64]),
    };
    let message = frame.message(arriving.by.device, &batch.hash());
    frame.signature = tx.setup().secret.sign(Verdicts::DOMAIN, &message);
    Ok(ServerFrame::Verdicts(frame))
}

#[cfg(test)]
mod tests;
