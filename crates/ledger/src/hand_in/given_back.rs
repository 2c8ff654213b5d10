//! A command that the server gave a verdict before it was restored from a backup, handed in again with
//! that verdict.

use super::context::{Candidate, Context, Judged};
use super::judging::{
    answered_before, candidate, conclude, keep, may_have_seen, put_back, stands,
    wait_for_an_earlier,
};
use super::{refusals, trays};
use crate::append::append;
use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::admission::admit_again;
use alleyway_core::command::Command;
use alleyway_core::documents::{Document, Receipt};
use alleyway_core::kinds::StoodBefore;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{AdmittedAt, KeptWhy, Verdict};

/// Judges a command by the verdict that it had before the restore.
pub(super) fn judge<'a>(
    tx: &mut Tx<'_>,
    ctx: &mut Context<'a>,
    command: &'a Command,
    prior: &Verdict,
) -> Result<Verdict, StoreError> {
    let of = candidate(tx, ctx, command)?;
    if let Some(refusal) = refusals::known(tx, ctx, &of)? {
        if !prior.stands() && !matches!(prior, Verdict::Kept(_)) {
            return Ok(Verdict::Refused(refusal));
        }
        // A courier brought it before its author did, who alone has the older verdict.
        refusals::forget(tx, ctx, &of);
    }
    let mut document = tx.take_document(of.target)?;
    let stood = stands(document.as_ref(), &of);
    let judged = judge_on(tx, ctx, &of, &mut document, prior)?;
    put_back(tx, document);
    let judged = wait_for_an_earlier(ctx, &of, judged);
    let is_new = !stood && judged.is_new();
    let is_lost = matches!(judged, Judged::Keep(_, KeptWhy::BeforeRestore));
    let verdict = conclude(tx, ctx, &of, judged, is_new)?;
    if is_lost && matches!(verdict, Verdict::Kept(_)) {
        log_stood(tx, ctx, &of);
    }
    // The scopes that the device had are known up to the backup only, and the same batch may come
    // again.
    if verdict.stands() && !may_have_seen(tx, ctx, &of)? {
        tx.put(
            keys::stands_by_prior_verdict(ctx.by.device, of.target),
            &ctx.number,
        );
    }
    Ok(verdict)
}

fn judge_on(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &mut Option<Document>,
    prior: &Verdict,
) -> Result<Judged, StoreError> {
    if let Some(judged) = answered_before(tx, ctx, of, document.as_ref())? {
        return Ok(judged);
    }
    match (prior.stood(ctx.by.receipt), prior) {
        (Some((stood, receipt)), _) => stand_again(tx, ctx, of, document, stood, receipt),
        (None, Verdict::Kept(kept)) => keep_again(tx, ctx, of, document.as_ref(), kept.why.clone()),
        // As it was refused, or to be sent again.
        (None, _) => Ok(Judged::Verdict(prior.clone())),
    }
}

/// The command stood: it stands again, if what it stood on does.
fn stand_again(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &mut Option<Document>,
    stood: AdmittedAt,
    receipt: Receipt,
) -> Result<Judged, StoreError> {
    let waits = is_waited_for(ctx);
    if of.command.document.is_some() && document.is_none() {
        return if waits {
            Ok(of.need())
        } else {
            keep_again(tx, ctx, of, None, KeptWhy::BeforeRestore)
        };
    }
    let standing = document.get_or_insert_with(|| Document::new(of.target, 1));
    let admitted = admit_again(
        tx.organisation(),
        ctx.by.origin,
        stood,
        of.command,
        standing,
        receipt,
    );
    match admitted {
        Ok(admitted) => {
            let stands = append(tx, &admitted, standing)?;
            let verdict = Verdict::standing(stands, receipt, ctx.by.receipt);
            Ok(Judged::Verdict(verdict))
        }
        // What came before it may still come, from the device that typed it.
        Err(_) if waits && lacks_before(standing, stood) => Ok(of.need()),
        Err(_) => {
            let there = Some(&*standing).filter(|document| document.version() > 0);
            keep_again(tx, ctx, of, there, KeptWhy::BeforeRestore)
        }
    }
}

/// The command is put into a tray. What is about a document that is not there waits for it: only then
/// is it known who may read it.
fn keep_again(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: Option<&Document>,
    why: KeptWhy,
) -> Result<Judged, StoreError> {
    if of.command.document.is_some() && document.is_none() {
        if let Some((unit, _)) = trays::follows_what_was_kept(tx, ctx, of, None)? {
            return Ok(Judged::Keep(Some(unit), why));
        }
        let never_was = refusals::creation(tx, ctx.by.device, of.target)?.is_some();
        if !never_was && is_waited_for(ctx) {
            return Ok(of.need());
        }
    }
    Ok(keep(tx, ctx, of, document, why))
}

/// Lets a document's log say that a step stood there before the restore. One that takes no more goes
/// without: the step lies in the tray all the same.
fn log_stood(tx: &mut Tx<'_>, ctx: &Context<'_>, of: &Candidate<'_>) {
    let body = of.command.body.stood_before(StoodBefore {
        step: of.command.body.kind(),
        author: ctx.by.origin.author,
        received: ctx.by.receipt.received,
        id: of.id,
    });
    if let (Some(body), Some(document), Some(_)) = (body, of.command.document, &of.head) {
        tx.follow_up(FollowUp::Change(document, body));
    }
}

fn is_waited_for(ctx: &Context<'_>) -> bool {
    ctx.give_back.is_some_and(|back| back.is_waited_for())
}

/// Whether there were more versions before the command than there are now.
fn lacks_before(document: &Document, stood: AdmittedAt) -> bool {
    document.version().saturating_add(1) < stood.version
}
