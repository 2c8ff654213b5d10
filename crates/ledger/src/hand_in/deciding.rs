//! Policy is asked: by the posts in force, then by those of whose end the device was not told.

use super::context::{Candidate, Context, Judged};
use super::settling::has_done_what_it_settles;
use crate::append::append;
use crate::devices::known;
use crate::rows::Tx;
use alleyway_core::admission::{admit, admit_after_post};
use alleyway_core::command::Body;
use alleyway_core::documents::{Document, Mark, Receipt};
use alleyway_core::feeds::{FeedId, audience, is_kept_alike, may_name, may_name_each_other};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::Index;
use alleyway_core::kinds::directory::PostRow;
use alleyway_core::kinds::unit::Post;
use alleyway_core::policy::{self, Handover, Question, Standing};
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{KeptWhy, Verdict};

/// Decides a command on the document that stands, and appends it if it is admitted.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &mut Document,
) -> Result<Judged, StoreError> {
    if let Some(code) = obstacle(tx, ctx, of, document)? {
        return Ok(Judged::refused(code));
    }
    let judged = ask(tx, ctx, of, document)?;
    let is_refused = matches!(judged, Judged::Verdict(Verdict::Refused(_)));
    if is_refused && ctx.may_be_brought(&of.command.base, document.version()) {
        return Ok(of.need());
    }
    Ok(judged)
}

/// A reason to refuse that neither the document's state nor the posts can tell.
pub(super) fn obstacle(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &Document,
) -> Result<Option<RefusalCode>, StoreError> {
    let head = of.head.as_ref();
    if head.is_some_and(|head| head.is_full(ctx.by.origin.authority)) {
        return Ok(Some(RefusalCode::DocumentFull));
    }
    let body = &of.command.body;
    if matches!(body, Body::Unknown(_)) {
        return Ok(Some(RefusalCode::UnknownCommand));
    }
    if body
        .device_code()
        .is_some_and(|code| code != ctx.device.code)
    {
        return Ok(Some(RefusalCode::BadNumber));
    }
    if let Some(other) = body.needs_open() {
        return unfit_to_merge(tx, ctx, document, other);
    }
    if let Some(code) = unfit_for_people(tx, ctx, of, document)? {
        return Ok(Some(code));
    }
    let names_confidential = match body.names() {
        Some(named) => names_confidential(tx, ctx, document, named)?,
        None => false,
    };
    Ok(names_confidential.then_some(RefusalCode::NamesConfidential))
}

/// Why an administrator's command does not fit what only the server knows. Whoever may not take the
/// step is told that, and nothing of it.
fn unfit_for_people(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &Document,
) -> Result<Option<RefusalCode>, StoreError> {
    let Some(Index::Organisation(command)) = of.command.body.index() else {
        return Ok(None);
    };
    let question = ctx.question(tx, of.command, Some(document));
    if policy::judge(&question).is_err() {
        return Ok(None);
    }
    known::unfit(tx, command, document)
}

/// Whether a document would name a confidential one where others than that one's readers read it.
/// Of one that the author was never sent nothing is said: to him it is as one that is not there.
fn names_confidential(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    document: &Document,
    named: DocumentId,
) -> Result<bool, StoreError> {
    let head = tx.head(named)?;
    let seen = head.filter(|head| ctx.sees(Some(head)) && head.is_confidential());
    let Some(head) = seen else {
        return Ok(false);
    };
    // Who will read a document that is only being created, nobody can say yet.
    let is_there = document.version() > 0;
    Ok(!(is_there && may_name(&audience(document), &head.feeds())))
}

/// A reason why a document may not be merged into another: each says so, and neither may be named to
/// others than its readers. An author who does not see the other one is told of it what he would be
/// told of one that is not there.
fn unfit_to_merge(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    document: &Document,
    other: DocumentId,
) -> Result<Option<RefusalCode>, StoreError> {
    let head = tx.head(other)?;
    if !ctx.sees(head.as_ref()) {
        return Ok(Some(RefusalCode::BadMerge));
    }
    let sees_now = ctx.by.sees(head.as_ref());
    let open = tx.document(other, |other| {
        let is_kept_alike = is_kept_alike(document, other);
        other.is_open().then(|| (audience(other), is_kept_alike))
    })?;
    Ok(match open.flatten() {
        Some((other, true)) if may_name_each_other(&audience(document), &other) => None,
        Some(_) if sees_now => Some(RefusalCode::NamesConfidential),
        _ => Some(RefusalCode::BadMerge),
    })
}

fn ask(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &mut Document,
) -> Result<Judged, StoreError> {
    let by = &ctx.by;
    let in_scope = of.command.document.is_none() || by.sees(of.head.as_ref());
    let in_force = if in_scope {
        admit(
            tx.organisation(),
            by.origin,
            of.command,
            document,
            by.receipt,
            by.now,
        )
    } else {
        Err(RefusalCode::UnknownDocument.into())
    };
    match in_force {
        Ok(admitted) => {
            let stands = append(tx, &admitted, document)?;
            Ok(Judged::Verdict(Verdict::Admitted(stands)))
        }
        Err(refusal) if ctx.former.is_empty() => Ok(Judged::Verdict(Verdict::Refused(refusal))),
        Err(refusal) => ask_for_former_posts(tx, ctx, of, document, refusal),
    }
}

/// Asks by the posts of whose end the device was not told. `refusal` is the answer by those in force.
fn ask_for_former_posts(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &mut Document,
    refusal: Refusal,
) -> Result<Judged, StoreError> {
    let question = ctx.question(tx, of.command, Some(document));
    let handover = policy::handover(&question);
    let post = handover.post().filter(|post| was_not_told(ctx, post));
    match (handover, post) {
        (Handover::Take(_), Some(post)) if has_done_what_it_settles(ctx, of.command, document) => {
            let appointment = post.appointment;
            let receipt = Receipt {
                mark: Mark::AfterPost,
                ..ctx.by.receipt
            };
            let admitted = admit_after_post(
                tx.organisation(),
                ctx.by.origin,
                appointment,
                of.command,
                document,
                receipt,
                ctx.by.now,
            );
            Ok(Judged::Verdict(match admitted {
                Ok(admitted) => Verdict::AfterPost(append(tx, &admitted, document)?),
                Err(refusal) => Verdict::Refused(refusal),
            }))
        }
        (Handover::Propose(_), Some(post)) => Ok(Judged::Keep(Some(post.unit), KeptWhy::PostEnded)),
        // It does not fit: the author is told what came first, as before the end of the post.
        (Handover::No, _) => {
            let by_the_table = policy::judge(&Question {
                standing: Standing::Ended,
                ..question
            });
            let refusal = by_the_table.err().unwrap_or(refusal);
            Ok(Judged::Verdict(Verdict::Refused(refusal)))
        }
        _ => Ok(Judged::Verdict(Verdict::Refused(refusal))),
    }
}

/// Whether the device could not know that the post had ended.
fn was_not_told(ctx: &Context<'_>, post: &PostRow) -> bool {
    let feed = match post.post {
        Post::Auditor => FeedId::SUPERVISION,
        _ => FeedId::unit(post.unit),
    };
    ctx.former.contains(&feed)
}
