//! One command, judged on the document that stands.

use super::context::{Candidate, Context, Judged};
use super::ids::{self, Owner};
use super::{deciding, refusals, trays};
use crate::codes;
use crate::rows::{Tx, keys};
use crate::scopes;
use crate::stats::LedgerStats;
use alleyway_core::command::Command;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::policy;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{KeptWhy, Later, Stop, Verdict};

/// Judges a command on which the server has said nothing before a restore.
pub(super) fn judge<'a>(
    tx: &mut Tx<'_>,
    ctx: &mut Context<'a>,
    command: &'a Command,
) -> Result<Verdict, StoreError> {
    let of = candidate(tx, ctx, command)?;
    let noted = refusals::known(tx, ctx, &of)?;
    if let refusals::Noted::This(refusal) = noted {
        return Ok(Verdict::Refused(refusal));
    }
    let mut document = if may_have_seen(tx, ctx, &of)? {
        tx.take_document(of.target)?
    } else {
        None
    };
    let owner = ids::owner(tx, ctx, &of, document.as_ref())?;
    let is_answered = matches!(owner, Owner::This(_));
    let judged = match owner {
        Owner::This(judged) => judged,
        // For good: that one stays, whatever is still to come.
        Owner::Another => {
            put_back(tx, document);
            // One of two in a batch is noted, and counted.
            let is_new = matches!(noted, refusals::Noted::Nothing);
            let verdict = conclude(tx, ctx, &of, Judged::id_taken(), is_new)?;
            ctx.spend(command, &verdict, is_new);
            return Ok(verdict);
        }
        Owner::Nobody if ctx.is_delayed && !ctx.is_answered() => {
            Judged::Verdict(Verdict::Later(Later {}))
        }
        Owner::Nobody => judge_on(tx, ctx, &of, &mut document)?,
    };
    // Before a tray is looked at: the document may be that tray.
    put_back(tx, document);
    let judged = reconsider(ctx, &of, judged);
    let is_new = !is_answered && judged.is_new();
    let verdict = conclude(tx, ctx, &of, judged, is_new)?;
    ctx.spend(command, &verdict, is_new);
    Ok(verdict)
}

/// The command, and where the document stands that it is about.
pub(super) fn candidate<'c>(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    command: &'c Command,
) -> Result<Candidate<'c>, StoreError> {
    let device = &ctx.by.origin.device;
    let target = command.target(device);
    Ok(Candidate {
        command,
        id: command.id(device),
        target,
        content: tx.content_of(command),
        head: tx.head(target)?,
    })
}

/// Whether the document may be looked at for this device: the command creates it, or the device is
/// sent it, or was once, so that a command of its own may stand there. What the device never was sent
/// is not loaded: it takes no more time than what does not exist, and so is not asked for first.
pub(super) fn may_have_seen(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<bool, StoreError> {
    if of.command.document.is_none() || ctx.sees(of.head.as_ref()) {
        return Ok(true);
    }
    let stands_there = tx.has(&keys::stands_by_prior_verdict(ctx.by.device, of.target))?;
    let ever = scopes::ever(tx, ctx.by.device)?;
    Ok(of
        .head
        .as_ref()
        .is_some_and(|head| stands_there || scopes::was_in(head, &ever)))
}

/// Puts a document back into memory. One that a refused command would have created does not exist.
pub(super) fn put_back(tx: &mut Tx<'_>, document: Option<Document>) {
    if let Some(document) = document.filter(|document| document.version() > 0) {
        tx.put_document(document);
    }
}

fn judge_on(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: &mut Option<Document>,
) -> Result<Judged, StoreError> {
    if ctx.forked {
        let why = ctx.device.stopped.map_or(KeptWhy::Forked, why_of);
        return Ok(keep(tx, ctx, of, document.as_ref(), why));
    }
    if ctx.is_answered() {
        return Ok(Judged::refused(RefusalCode::AlreadyAnswered));
    }
    if let Some(stop) = ctx.device.stopped {
        // Until what it is about has come, nobody can say who may read it.
        if of.head.is_none() && subject_may_come(tx, ctx, of.command)? {
            return Ok(of.need());
        }
        return Ok(keep(tx, ctx, of, document.as_ref(), why_of(stop)));
    }
    if let Some((unit, why)) = trays::follows_what_was_kept(tx, ctx, of, document.as_ref())? {
        return Ok(Judged::Keep(Some(unit), why));
    }
    if ctx.lacks_an_earlier() && !of.command.body.stands_alone() {
        return Ok(of.need());
    }
    if let Some(judged) = lacks_its_base(tx, ctx, of, document.as_ref())? {
        return Ok(judged);
    }
    let document = document.get_or_insert_with(|| Document::new(of.target, 1));
    deciding::decide(tx, ctx, of, document)
}

/// The command is put into the tray of the unit that it concerns.
pub(super) fn keep(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: Option<&Document>,
    why: KeptWhy,
) -> Judged {
    let unit = policy::concerned_unit(&ctx.question(tx, of.command, document));
    Judged::Keep(unit, why)
}

fn why_of(stop: Stop) -> KeptWhy {
    match stop {
        Stop::Revoked => KeptWhy::DeviceRevoked,
        Stop::Lost => KeptWhy::DeviceLost,
        Stop::Frozen => KeptWhy::DeviceFrozen,
    }
}

/// The outcome for a command that cannot be judged on the document that stands; none if it can.
fn lacks_its_base(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: Option<&Document>,
) -> Result<Option<Judged>, StoreError> {
    let refused = |code| Ok(Some(Judged::refused(code)));
    let command = of.command;
    if command.document.is_none() != command.body.creates() {
        return refused(RefusalCode::UnknownCommand);
    }
    if command.document.is_none() {
        return match document {
            None => Ok(None),
            Some(_) => refused(RefusalCode::IdTaken),
        };
    }
    let base = &command.base;
    // Out of scope and unknown are one and the same from here on.
    let Some(document) = document.filter(|_| ctx.sees(of.head.as_ref())) else {
        if refusals::creation(tx, ctx.by.device, of.target)?.is_some() {
            return refused(RefusalCode::DocumentRefused);
        }
        // What it was typed upon may still come, and with it the document.
        let may_come = ctx.memory.reports.holds(of.target) || ctx.may_be_brought(base, 0);
        if !may_come && ctx.awaited.is_empty() && base.after.is_empty() {
            return refused(RefusalCode::UnknownDocument);
        }
        return Ok(Some(of.need()));
    };
    if base.generation != 0 && base.generation != document.generation() {
        return refused(RefusalCode::StaleGeneration);
    }
    let is_ahead = base.incarnation == tx.incarnation() && base.version > document.version();
    let waits = base.incarnation > tx.incarnation()
        || base
            .after
            .iter()
            .any(|other| document.version_of(*other).is_none());
    Ok((is_ahead || waits).then(|| of.need()))
}

/// Whether the case that a command is about was not reported yet, as far as the server knows, and
/// may be: by a batch before it, by a phone that had it before a restore, or when there is room in
/// the tray that its report goes to.
fn subject_may_come(tx: &Tx<'_>, ctx: &Context<'_>, command: &Command) -> Result<bool, StoreError> {
    let may_be_confidential = command.body.may_be_about_confidential();
    let Some(subject) = command.document.filter(|_| may_be_confidential) else {
        return Ok(false);
    };
    Ok(!was_reported(tx, ctx, subject)?
        && (ctx.lacks_an_earlier()
            || ctx.memory.reports.may_hold(subject, ctx.by.device)
            || ctx.may_be_brought(&command.base, 0)))
}

/// Whether the report of a case that does not stand is known: kept, or refused.
fn was_reported(tx: &Tx<'_>, ctx: &Context<'_>, case: DocumentId) -> Result<bool, StoreError> {
    Ok(trays::was_kept(tx, CommandId(case.0))?
        || refusals::creation(tx, ctx.by.device, case)?.is_some())
}

/// Weighs once more what is to be refused or kept, for what may not have come, and for what a device
/// that is not to go on has put into trays already.
fn reconsider(ctx: &Context<'_>, of: &Candidate<'_>, judged: Judged) -> Judged {
    match judged {
        Judged::Verdict(Verdict::Refused(_)) | Judged::Keep(..)
            if ctx.author_may_prove(of.command) =>
        {
            of.need()
        }
        judged @ Judged::Verdict(_) => wait_for_an_earlier(ctx, of, judged),
        Judged::Keep(_, why) if why != KeptWhy::PostEnded && trays::has_put_enough(ctx) => {
            match why {
                // Its courier may be the only one who has it.
                KeptWhy::Forked => Judged::Verdict(Verdict::Later(Later {})),
                _ => Judged::refused(RefusalCode::TooManyKept),
            }
        }
        judged @ Judged::Keep(..) => judged,
    }
}

/// A refusal waits while a batch before it is to come: what the command was typed upon may be in
/// that.
pub(super) fn wait_for_an_earlier(ctx: &Context<'_>, of: &Candidate<'_>, judged: Judged) -> Judged {
    match judged {
        Judged::Verdict(Verdict::Refused(_)) if ctx.lacks_an_earlier() => of.need(),
        judged => judged,
    }
}

/// Carries out what was judged, and notes it.
pub(super) fn conclude<'a>(
    tx: &mut Tx<'_>,
    ctx: &mut Context<'a>,
    of: &Candidate<'a>,
    judged: Judged,
    is_new: bool,
) -> Result<Verdict, StoreError> {
    let verdict = match judged {
        Judged::Verdict(verdict) => verdict,
        Judged::Keep(unit, why) => trays::keep(tx, ctx, of, unit, why)?,
    };
    if is_new {
        ctx.new.count(&verdict);
    }
    if let Some(created) = of.created() {
        ctx.memory.reports.note(created, ctx.by.device, &verdict);
    }
    match &verdict {
        Verdict::Refused(refusal) => {
            tx.stats().refuse(&refusal.code);
            refusals::note(tx, ctx, of, refusal)?;
        }
        Verdict::Need(_) => LedgerStats::count(&mut tx.stats().needed, 1),
        Verdict::Later(_) => LedgerStats::count(&mut tx.stats().later, 1),
        Verdict::Admitted(_) | Verdict::AfterPost(_) | Verdict::Stands(_) | Verdict::Kept(_) => {}
    }
    if is_new && matches!(verdict, Verdict::Refused(_) | Verdict::Kept(_)) {
        codes::note_void(tx, &ctx.giving(of))?;
    }
    if verdict.stands() || matches!(verdict, Verdict::Kept(_)) {
        ctx.done.push(of.command);
    }
    Ok(verdict)
}
