//! A command that the server gave a verdict before it was restored from a backup, handed in again with
//! that verdict.

use super::context::{Candidate, Context, Judged};
use super::ids::{self, Owner};
use super::judging::{candidate, conclude, keep, may_have_seen, put_back, wait_for_an_earlier};
use super::refusals::Noted;
use super::{deciding, refusals, trays};
use crate::append::append;
use crate::error::LedgerError;
use crate::rows::records::HeadRecord;
use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::admission::{Admitted, admit_again, admit_elsewhere};
use alleyway_core::command::Command;
use alleyway_core::documents::{Document, Receipt};
use alleyway_core::kinds::StoodBefore;
use alleyway_core::refusal::RefusalCode;
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
    let noted = refusals::known(tx, ctx, &of)?;
    if let Noted::This(refusal) = &noted {
        if !prior.stands() && !matches!(prior, Verdict::Kept(_)) {
            return Ok(Verdict::Refused(refusal.clone()));
        }
        // A courier brought it before its author did, who alone has the older verdict.
        refusals::forget(tx, ctx, &of);
    }
    let mut document = tx.take_document(of.target)?;
    let owner = ids::owner(tx, ctx, &of, document.as_ref())?;
    let is_answered = matches!(owner, Owner::This(_));
    let judged = match owner {
        Owner::This(judged) => judged,
        Owner::Another => {
            put_back(tx, document);
            let is_new = matches!(noted, Noted::Nothing);
            return conclude(tx, ctx, &of, Judged::id_taken(), is_new);
        }
        Owner::Nobody => judge_on(tx, ctx, &of, &mut document, prior)?,
    };
    put_back(tx, document);
    let judged = wait_for_an_earlier(ctx, &of, judged);
    let is_new = !is_answered && judged.is_new();
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
    let again = admit_again(ctx.by.origin, stood, of.command, standing, receipt);
    let admitted = match again {
        Some(admitted) => Ok(admitted),
        None => stand_elsewhere(tx, ctx, of, standing, receipt),
    };
    match admitted {
        Ok(admitted) => {
            let stands = append(tx, &admitted, standing)?;
            let verdict = Verdict::standing(stands, receipt, ctx.by.receipt);
            Ok(Judged::Verdict(verdict))
        }
        Err(LedgerError::Store(error)) => Err(error),
        // What came before it may still come, from the device that typed it.
        Err(LedgerError::Refused(code))
            if waits && (lacks_before(standing, stood) || may_be_cleared(tx, ctx, of, &code)) =>
        {
            Ok(of.need())
        }
        Err(LedgerError::Refused(_)) => {
            let there = Some(&*standing).filter(|document| document.version() > 0);
            keep_again(tx, ctx, of, there, KeptWhy::BeforeRestore)
        }
    }
}

/// The command does not make the version that it made: something else stands before it now, or it is
/// not what the word was about. It is judged as anything new is, and of a device that is stopped it is
/// for a person to look at.
fn stand_elsewhere(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    standing: &mut Document,
    receipt: Receipt,
) -> Result<Admitted, LedgerError<RefusalCode>> {
    if ctx.device.stopped.is_some() {
        return Err(LedgerError::Refused(RefusalCode::NotPermitted));
    }
    if let Some(code) = deciding::obstacle(tx, ctx, of, standing)? {
        return Err(LedgerError::Refused(code));
    }
    if of.command.document.is_some() && !ctx.by.sees(of.head.as_ref()) {
        return Err(LedgerError::Refused(RefusalCode::UnknownDocument));
    }
    let organisation = tx.organisation();
    let (by, command) = (&ctx.by, of.command);
    let admitted = admit_elsewhere(organisation, by.origin, command, standing, receipt, by.now);
    admitted.map_err(|refusal| LedgerError::Refused(refusal.code))
}

/// Whether only a clearance is lacking, which may have been lost in the restore too: the one who
/// confirmed it gives it back.
fn may_be_cleared(tx: &Tx<'_>, ctx: &Context<'_>, of: &Candidate<'_>, code: &RefusalCode) -> bool {
    let asks = matches!(
        code,
        RefusalCode::NotCleared | RefusalCode::NobodyCleared | RefusalCode::UnknownDocument
    );
    let is_confidential = of.head.as_ref().is_some_and(HeadRecord::is_confidential);
    let mut posts = tx.organisation().posts_of(ctx.by.origin.author, ctx.by.now);
    asks && is_confidential && ctx.device.stopped.is_none() && posts.next().is_some()
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
