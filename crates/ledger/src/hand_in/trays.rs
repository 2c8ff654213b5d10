//! Trays: where the server puts what it does not carry out, for a person to look at.
//!
//! That a command is kept is a row at once, so that later commands of the batch see it. The item
//! itself is put into the tray's document behind the batch.

use std::iter;

use super::context::{Candidate, Context};
use super::lying::Place;
use super::refusals;
use crate::rows::outcomes::KeptRecord;
use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::command::Content;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::Apart;
use alleyway_core::kinds::tray::{OpenTray, TrayItem};
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::limits::STOPPED_ITEMS_MAX;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Kept, KeptWhy, Later, Verdict};
use alleyway_core::time::Time;

/// Puts a command into the tray of a unit, else of the town, and notes that it lies there: the same
/// command again gets the same verdict. What the same author wants of the same document lies there
/// once: said again, it is answered as what lies there. What a tray has no room for is refused, so that
/// whoever typed it knows; only what a courier brought that nobody else may have is handed in again
/// later.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    ctx: &mut Context<'_>,
    of: &Candidate<'_>,
    unit: Option<UnitId>,
    why: KeptWhy,
) -> Result<Verdict, StoreError> {
    let refused = |code: RefusalCode| Ok(Verdict::Refused(code.into()));
    let Some(unit) = unit.or_else(|| town_unit(tx)) else {
        return refused(RefusalCode::NotPermitted);
    };
    let origin = ctx.by.origin;
    // Only a command of a later version can be too long: it is refused, as it always was.
    let Some(item) = TrayItem::new(
        origin.device,
        origin.author,
        why.clone(),
        ctx.by.receipt.received,
        of.command,
    ) else {
        return refused(RefusalCode::UnknownCommand);
    };
    let apart = apart_of(tx, ctx, of)?;
    let confidential = is_about_confidential(tx, ctx, of)?;
    let unit = match apart {
        Some(apart) => receiving(tx, apart),
        None if confidential => Some(where_it_is_read(tx, ctx, of)?.unwrap_or(unit)),
        None => Some(unit),
    };
    let Some(unit) = unit else {
        return refused(RefusalCode::NobodyCleared);
    };
    let unit = if confidential {
        nearest_that_reads(tx, unit, ctx.by.now)
    } else {
        Some(unit)
    };
    let Some(unit) = unit else {
        return refused(RefusalCode::NobodyCleared);
    };
    let tray = OpenTray { unit, confidential };
    let lying = ctx.memory.trays.lying_in(tx, &tray)?;
    match lying.place_for(&item) {
        Place::LiesThere => {}
        Place::None if why == KeptWhy::Forked => return Ok(Verdict::Later(Later {})),
        Place::None => return refused(RefusalCode::TrayFull),
        Place::Free => {
            lying.put(of.id, &item);
            tx.follow_up(FollowUp::PutItem(tray, item));
        }
    }
    let record = KeptRecord {
        device: ctx.by.device,
        unit,
        why: why.clone(),
        confidential,
        content: Some(of.content),
    };
    tx.put(keys::kept(of.id), &record);
    Ok(Verdict::Kept(Kept { why }))
}

/// Whether a command creates, names or concerns a confidential document: what it says is not for those who are
/// not cleared, in a tray either. The document is not loaded: what the author never saw takes no
/// more time than what does not exist.
fn is_about_confidential(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<bool, StoreError> {
    // What names a confidential document is for no others than its readers.
    if let Some(named) = of.command.body.names()
        && tx.head(named)?.is_some_and(|head| head.is_confidential())
    {
        return Ok(true);
    }
    if of.command.document.is_none() {
        return Ok(of.command.body.creates_confidential());
    }
    if let Some(head) = &of.head {
        return Ok(head.is_confidential());
    }
    if let Some(report) = record_of(tx, CommandId(of.target.0))? {
        return Ok(report.confidential);
    }
    if let Some(refused) = refusals::creation(tx, ctx.by.device, of.target)? {
        return Ok(refused.confidential);
    }
    // Of a document that may have been lost with the server's last days nobody can say who may read
    // it, nor of one whose report is to come again and is not known by name.
    let is_of_before = ctx
        .give_back
        .is_some_and(|back| back.is_proved() || back.was_typed_before(of.command));
    let may_be_deferred = ctx.memory.reports.has_some_unknown();
    Ok((is_of_before || may_be_deferred) && of.command.body.may_be_about_confidential())
}

/// Of what a command creates or changes: the unit that is never told of it, and the desk that received
/// it. A document that the author does not see is not loaded.
fn apart_of(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<Option<Apart>, StoreError> {
    let created = of.command.body.creates_apart();
    if created.is_none() && of.command.document.is_some() && ctx.sees(of.head.as_ref()) {
        return Ok(tx.document(of.target, Document::apart)?.flatten());
    }
    Ok(created)
}

/// Where something confidential lies that is about a document which its author does not see: with those who
/// have the document, or its report, for it may be a complaint that one of the author's units is never
/// told of. The document is not loaded.
fn where_it_is_read(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
) -> Result<Option<UnitId>, StoreError> {
    if of.command.document.is_none() || ctx.sees(of.head.as_ref()) {
        return Ok(None);
    }
    if let Some(head) = &of.head {
        let mut units = head.feeds().into_iter().map(|feed| feed.unit);
        let is_desk = |unit: &UnitId| tx.organisation().kind(*unit) == Some(&UnitKind::Desk);
        return Ok(units.find(is_desk));
    }
    if let Some(report) = record_of(tx, CommandId(of.target.0))? {
        return Ok(Some(report.unit));
    }
    let reads = |town: &UnitId| tx.organisation().takes_confidential(*town, ctx.by.now);
    Ok(town_unit(tx).filter(reads))
}

/// The unit in whose tray something lies that another one is never told of, whoever typed it there: the
/// desk; the town, if no desk is named. None where both are that other one's people.
fn receiving(tx: &Tx<'_>, apart: Apart) -> Option<UnitId> {
    let organisation = tx.organisation();
    let is_kept = |unit: &UnitId| !organisation.is_within(*unit, apart.from);
    let is_desk = organisation.kind(apart.desk) == Some(&UnitKind::Desk);
    let desk = is_desk.then_some(apart.desk).filter(is_kept);
    desk.or_else(|| town_unit(tx).filter(is_kept))
}

/// Whether as much of a device lies in trays, or lay there, as may of one that is not to go on:
/// whoever has a stolen phone does not bury what the others left.
pub(super) fn has_put_enough(ctx: &Context<'_>) -> bool {
    let kept = ctx.device.tally.kept;
    kept.saturating_add(u64::from(ctx.new.kept())) >= STOPPED_ITEMS_MAX
}

/// The unit, else the next level above it, where somebody who acts for it is cleared.
fn nearest_that_reads(tx: &Tx<'_>, unit: UnitId, now: Time) -> Option<UnitId> {
    let organisation = tx.organisation();
    let mut levels = iter::successors(Some(unit), |unit| organisation.next_level_up(*unit));
    levels.find(|unit| organisation.takes_confidential(*unit, now))
}

fn town_unit(tx: &Tx<'_>) -> Option<UnitId> {
    tx.organisation()
        .units()
        .find(|row| row.kind == UnitKind::Town)
        .map(|row| row.unit)
}

fn record_of(tx: &Tx<'_>, id: CommandId) -> Result<Option<KeptRecord>, StoreError> {
    tx.get(&keys::kept(id))
}

/// Whether a command of this id lies in a tray, or lay there.
pub(super) fn was_kept(tx: &Tx<'_>, id: CommandId) -> Result<bool, StoreError> {
    tx.has(&keys::kept(id))
}

/// The command of this id that lies in a tray, or lay there: why, and what it says. An older version
/// noted only why: what it says is in the tray. Of a tray that was full and has another behind it
/// nothing is known.
pub(super) fn kept_before(
    tx: &mut Tx<'_>,
    id: CommandId,
) -> Result<Option<(Kept, Option<Content>)>, StoreError> {
    let Some(record) = record_of(tx, id)? else {
        return Ok(None);
    };
    let content = match record.content {
        Some(content) => Some(content),
        None => content_in_tray(tx, &record, id)?,
    };
    Ok(Some((Kept { why: record.why }, content)))
}

fn content_in_tray(
    tx: &mut Tx<'_>,
    record: &KeptRecord,
    id: CommandId,
) -> Result<Option<Content>, StoreError> {
    let tray: Option<DocumentId> = tx.get(&keys::tray(record.unit, record.confidential))?;
    let Some(tray) = tray else {
        return Ok(None);
    };
    let item = tx.document(tray, |tray| tray.tray_item_ever(id))?.flatten();
    let command = item.and_then(|item| item.command());
    Ok(command.map(|command| tx.content_of(&command)))
}

/// Where a command belongs whose document would have been created by one that was kept: the document
/// never came to be, and what was typed on it is not lost.
pub(super) fn follows_what_was_kept(
    tx: &Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: Option<&Document>,
) -> Result<Option<(UnitId, KeptWhy)>, StoreError> {
    if of.command.document.is_none() || document.is_some() {
        return Ok(None);
    }
    let record = record_of(tx, CommandId(of.target.0))?;
    Ok(record
        .filter(|record| record.device == ctx.by.device)
        .map(|record| (record.unit, record.why)))
}
