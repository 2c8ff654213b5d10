//! The server's steps by time alone: what is over is told, what a new calendar moves is moved, and where a
//! case waits for a unit in which nobody acts any more, the one above is told.
//!
//! Nobody asks for them: whoever drives the ledger calls now and then, a little is done each time, and
//! is committed like everything else. What is not due is not looked at. What was told is in its
//! document, so that nothing is told twice, whatever became of the server meanwhile.
//!
//! A clock that leaps is not believed: all that it made late would be shown upward for good. Steps by
//! time then stop until an administrator says that the clock is right.

use crate::append::turns::{self, place_of};
use crate::figures;
use crate::lists;
use crate::own::carry_out_follow_ups;
use crate::rows::gone_through::documents_behind;
use crate::rows::records::{ByTimeRecord, Place};
use crate::rows::{FollowUp, Tx, entries, keys};
use crate::stats::LedgerStats;
use alleyway_core::calendar::NATIONAL_YEARS;
use alleyway_core::command::Body;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::organisation::Organisation;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Month, Time};

/// Documents that are looked at in one go: each may be loaded, and be given a step.
const DOCUMENTS_AT_ONCE: usize = 16;
/// Heads that are looked at in one go while the index is made.
const HEADS_AT_ONCE: usize = 64;
/// A clock that is further ahead of what was last believed is not believed.
const LEAP_DAYS: i64 = 1;
/// How often the time that is believed is written down, in milliseconds.
const BELIEVED_EVERY_MILLISECONDS: i64 = 3_600_000;

/// The work of one go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByTime {
    /// The steps that the server took, each with its document.
    pub said: Vec<(DocumentId, Body)>,
    /// Whether there is more to do now.
    pub more: bool,
    /// The last time that was believed, while the clock is not: nothing is done until an administrator
    /// says that it is right.
    pub held_since: Option<Time>,
}

impl ByTimeRecord {
    /// The index is to be made. What the clock showed at the last commit is believed.
    fn begin(believed: Time) -> Self {
        Self {
            believed,
            indexed: Some(DocumentId([0; 16])),
            calendar: None,
            moved: None,
            national_until: NATIONAL_YEARS.1,
            printed: None,
        }
    }

    fn is_leap(&self, now: Time) -> bool {
        now > self.believed.plus_days(LEAP_DAYS)
    }

    fn believe(&mut self, now: Time) {
        if now.0.saturating_sub(self.believed.0) >= BELIEVED_EVERY_MILLISECONDS {
            self.believed = now;
        }
    }
}

/// Does a little of what is due at `now`.
pub(crate) fn go_on(tx: &mut Tx<'_>, now: Time) -> Result<ByTime, StoreError> {
    let known: Option<ByTimeRecord> = tx.get(keys::BY_TIME)?;
    let mut record = match &known {
        Some(known) => known.clone(),
        None => begun(tx, now)?,
    };
    if record.national_until != NATIONAL_YEARS.1 {
        record.national_until = NATIONAL_YEARS.1;
        record.indexed = Some(DocumentId([0; 16]));
    }
    let is_leap = record.is_leap(now);
    tx.stats().clock_not_believed = is_leap;
    if is_leap {
        return Ok(ByTime {
            held_since: Some(record.believed),
            ..ByTime::default()
        });
    }
    record.believe(now);
    let calendar = tx.organisation().rulebook().calendar_adopted(Date::of(now));
    let done = if record.indexed.is_some() {
        make_index(tx, &mut record)?
    } else if let Some(adopted) = calendar.filter(|_| calendar != record.calendar) {
        move_dates(tx, &mut record, adopted, now)?
    } else {
        say_or_print(tx, &mut record, now)?
    };
    if known.as_ref() != Some(&record) {
        tx.put(keys::BY_TIME.to_vec(), &record);
    }
    LedgerStats::count(&mut tx.stats().steps_by_time, done.said.len() as u64);
    Ok(done)
}

/// Does the first of what there is to do while the index and the calendar stand.
fn say_or_print(
    tx: &mut Tx<'_>,
    record: &mut ByTimeRecord,
    now: Time,
) -> Result<ByTime, StoreError> {
    let told = tell(tx, now)?;
    if !told.said.is_empty() || told.more {
        // Something may be left that comes behind this.
        return Ok(ByTime { more: true, ..told });
    }
    if lists::end_too_old(tx, now)? {
        carry_out_follow_ups(tx, now)?;
    }
    let filled = fill_in(tx, now)?;
    if !filled.said.is_empty() || filled.more {
        return Ok(filled);
    }
    print(tx, record, now)
}

/// Prints the figures of a month that is over, at the first look behind its end: who is late then is
/// counted once that was told.
fn print(tx: &mut Tx<'_>, record: &mut ByTimeRecord, now: Time) -> Result<ByTime, StoreError> {
    let over = Month::of(now).before();
    let more = record.printed != Some(over) && figures::print_one(tx, now)?;
    if !more {
        record.printed = Some(over);
    }
    Ok(ByTime {
        more,
        ..ByTime::default()
    })
}

/// An administrator says that the clock is right.
pub(crate) fn believe(tx: &mut Tx<'_>, now: Time) -> Result<(), StoreError> {
    let record = ByTimeRecord {
        believed: now,
        ..record(tx, now)?
    };
    tx.put(keys::BY_TIME.to_vec(), &record);
    tx.stats().clock_not_believed = false;
    Ok(())
}

/// How far the steps by time are.
fn record(tx: &Tx<'_>, now: Time) -> Result<ByTimeRecord, StoreError> {
    match tx.get(keys::BY_TIME)? {
        Some(record) => Ok(record),
        None => begun(tx, now),
    }
}

/// The record of a folder without steps by time, as if the last commit had been the last look. What the clock
/// shows is believed of a town without a commit.
fn begun(tx: &Tx<'_>, now: Time) -> Result<ByTimeRecord, StoreError> {
    let last = entries::last_received(tx.view())?;
    Ok(ByTimeRecord::begin(last.unwrap_or(now)))
}

/// The time that was last believed.
pub(crate) fn believed(tx: &Tx<'_>, now: Time) -> Result<Time, StoreError> {
    Ok(record(tx, now)?.believed)
}

/// Whether nothing is done until an administrator says that the clock is right.
pub(crate) fn is_held(tx: &Tx<'_>, now: Time) -> Result<bool, StoreError> {
    Ok(record(tx, now)?.is_leap(now))
}

/// Looks at some documents of a folder in which no index was kept.
fn make_index(tx: &mut Tx<'_>, record: &mut ByTimeRecord) -> Result<ByTime, StoreError> {
    let last = record.indexed.unwrap_or(DocumentId([0; 16]));
    let documents = documents_behind(tx, last, HEADS_AT_ONCE)?;
    record.indexed = documents.last().map(|(document, _)| *document);
    for (document, head) in documents {
        if !head.kind.has_clocks() {
            continue;
        }
        let place = look(tx, document, Place::of)?;
        turns::put(tx, document, &place.unwrap_or_default())?;
    }
    Ok(ByTime {
        more: true,
        ..ByTime::default()
    })
}

/// Moves the dates of some documents to the calendar of a command.
fn move_dates(
    tx: &mut Tx<'_>,
    record: &mut ByTimeRecord,
    adopted: CommandId,
    now: Time,
) -> Result<ByTime, StoreError> {
    let moved = record.moved.filter(|(to, _)| *to == adopted);
    let from = match moved {
        Some((_, last)) => behind(keys::place(last)),
        None => keys::PLACES.to_vec(),
    };
    let rows = tx.scan(&from, &keys::end_of(keys::PLACES), DOCUMENTS_AT_ONCE)?;
    let Some((last, _)) = rows.last() else {
        (record.calendar, record.moved) = (Some(adopted), None);
        return Ok(ByTime {
            more: true,
            ..ByTime::default()
        });
    };
    record.moved = Some((adopted, keys::document_of(last)?));
    let mut said = Vec::new();
    for (key, _) in &rows {
        let document = keys::document_of(key)?;
        let step = look(tx, document, |document, town| document.redated(town, now))?;
        said.extend(step.flatten().map(|step| (document, step)));
    }
    say(tx, &said, now)?;
    Ok(ByTime {
        said,
        more: true,
        held_since: None,
    })
}

/// Tells what is over, of some documents.
fn tell(tx: &mut Tx<'_>, now: Time) -> Result<ByTime, StoreError> {
    let until = keys::turns_until(Date::of(now));
    let rows = tx.scan(keys::TURNS, &until, DOCUMENTS_AT_ONCE)?;
    let mut said = Vec::new();
    for (key, _) in &rows {
        let document = keys::document_of(key)?;
        let looked = look(tx, document, |document, town| {
            let step = document.turned(town, now);
            step.ok_or_else(|| Place::of(document, town))
        })?;
        match looked.unwrap_or_else(|| Err(Place::default())) {
            Ok(step) => said.push((document, step)),
            // Nothing is to be told yet: it goes where that will be.
            Err(place) => {
                tx.remove(key.clone());
                turns::put(tx, document, &place)?;
            }
        }
    }
    say(tx, &said, now)?;
    for (document, _) in &said {
        let place = look(tx, *document, Place::of)?.unwrap_or_default();
        // One that is full was given no step: it would be looked at for ever.
        let day = place.day.filter(|day| *day >= Date::of(now));
        turns::put(tx, *document, &Place { day, ..place })?;
    }
    Ok(ByTime {
        said,
        more: rows.len() == DOCUMENTS_AT_ONCE,
        held_since: None,
    })
}

/// Says of some documents that nobody acts for the unit whose answer they wait for. Units in which
/// somebody acts cost a look each.
fn fill_in(tx: &mut Tx<'_>, now: Time) -> Result<ByTime, StoreError> {
    let mut from = keys::WAITING.to_vec();
    let end = keys::end_of(keys::WAITING);
    while let Some((key, _)) = tx.scan(&from, &end, 1)?.into_iter().next() {
        let unit = keys::unit_waited_for(&key)?;
        if !tx.organisation().is_attended(unit, now) {
            return say_vacant(tx, unit, now);
        }
        from = keys::end_of(&keys::waiting_for(unit));
    }
    Ok(ByTime::default())
}

fn say_vacant(tx: &mut Tx<'_>, unit: UnitId, now: Time) -> Result<ByTime, StoreError> {
    let from = keys::waiting_for(unit);
    let rows = tx.scan(&from, &keys::end_of(&from), DOCUMENTS_AT_ONCE)?;
    let mut said = Vec::new();
    for (key, _) in &rows {
        let document = keys::document_of(key)?;
        let step = look(tx, document, |document, town| document.vacant(town, now))?;
        said.extend(step.flatten().map(|step| (document, step)));
    }
    say(tx, &said, now)?;
    // Where nobody is to be told, and where there is no room for a step, there is nothing to wait for.
    for (key, _) in &rows {
        let document = keys::document_of(key)?;
        if tx.has(key)? {
            let place = Place {
                waits_for: None,
                ..place_of(tx, document)?
            };
            turns::put(tx, document, &place)?;
        }
    }
    Ok(ByTime {
        said,
        more: true,
        held_since: None,
    })
}

fn say(tx: &mut Tx<'_>, said: &[(DocumentId, Body)], now: Time) -> Result<(), StoreError> {
    for (document, step) in said {
        tx.follow_up(FollowUp::Change(*document, step.clone()));
    }
    carry_out_follow_ups(tx, now)
}

/// Looks at a document by the town's rules; none if there is no such document.
fn look<T>(
    tx: &mut Tx<'_>,
    document: DocumentId,
    look: impl FnOnce(&Document, &Organisation) -> T,
) -> Result<Option<T>, StoreError> {
    let Some(document) = tx.take_document(document)? else {
        return Ok(None);
    };
    let seen = look(&document, tx.organisation());
    tx.put_document(document);
    Ok(Some(seen))
}

/// The first key behind one.
fn behind(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

#[cfg(test)]
mod tests;
