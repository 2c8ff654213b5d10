//! `POST /v1/q/import`: the changes that lists would make, for an administrator's device that sends them; and
//! `GET /v1/q/import`: those of the lists whose import was asked for.
//!
//! Nothing is changed. Lists are kept, for an import to be asked for, only if that is said, they change
//! something and none of their rows is bad. They are read as an import of root reads them.

use std::sync::Arc;
use std::time::Duration;

use alleyway_core::crypto::Hash;
use alleyway_core::id::{CommandId, DeviceId, TownId};
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::sync::lists::{Lists, hash_of};
use alleyway_core::wire::Wire as _;
use alleyway_ledger::LedgerError;
use axum::body::{Body, Bytes};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use super::super::error::HttpError;
use super::super::{App, body};
use super::query::{self, Field};
use super::{Refused, error};
use crate::admin::{BadRow, Failure, ToldChanges, told_to_administrators};
use crate::disk::Writes;
use crate::import::Files;
use crate::writer::Desk;

/// Behind each comparison nobody has another for so many times as long as it took: a stolen phone that
/// asks without end takes a fifth of the writer's time at most.
const PAUSES: u32 = 4;
/// The longest of these pauses.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// The fields of the query with which lists are sent.
pub(super) const FIELDS: [Field; 2] = [
    Field {
        name: "hash",
        pattern: "^[0-9a-f]{64}$",
        meaning: "the hash of the body, as docs/protocol.md, section 16, says",
    },
    Field {
        name: "keep",
        pattern: "^(yes|no)$",
        meaning: "whether the lists are kept, so that their import can be asked for; no if it is left out",
    },
];

/// The fields of the query about lists that were asked about.
pub(super) const WAITING_FIELDS: [Field; 1] = [Field {
    name: "asked",
    pattern: "^[0-9a-f]{32}$",
    meaning: "the command that asked for the import",
}];

/// Lists that a device sends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// Their hash.
    hash: Hash,
    /// Whether they are to be kept.
    keep: bool,
}

/// The turn of comparing: one at a time, from before its body is read.
#[derive(Debug)]
pub(in crate::http) struct Turn(Arc<Semaphore>);

impl Default for Turn {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Turn {
    /// Waits for it, not longer than for a body.
    async fn take(&self, time_max: Duration) -> Result<OwnedSemaphorePermit, HttpError> {
        let turn = timeout(time_max, self.0.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or(HttpError::Busy)
    }
}

/// Reads the query with which lists are sent. `hash` is needed.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<Sent, HttpError> {
    let [hash, keep] = query::values(text, FIELDS)?;
    let parse = |text: &str| hex::decode(text).ok()?.try_into().ok();
    let hash = query::read(hash, parse)?.ok_or_else(error::bad_query)?;
    let answer = |text: &str| match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let keep = query::read(keep, answer)?.unwrap_or_default();
    Ok(Sent { hash, keep })
}

/// Reads the query about lists that were asked about. `asked` is needed.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read_waiting(text: &str) -> Result<CommandId, HttpError> {
    let [asked] = query::values(text, WAITING_FIELDS)?;
    query::read(asked, CommandId::parse)?.ok_or_else(error::bad_query)
}

/// Asks the writer whether the device is an administrator's, before anything of the body is looked at.
///
/// # Errors
/// Whatever the writer answers; that the device may not ask.
pub(super) async fn may_ask(app: &Arc<App>, device: DeviceId) -> Result<(), HttpError> {
    let asks = move |desk: &mut Desk<'_>| administers(desk, device);
    Ok(app
        .writer
        .ask_or_be_refused(Writes::Nothing, 0, asks)
        .await?)
}

fn administers(desk: &mut Desk<'_>, device: DeviceId) -> Result<(), LedgerError<Refused>> {
    let asks = desk
        .ledger
        .read_administrator(desk.store, device, desk.now)
        .map(drop);
    asks.map_err(|error| error.map(Refused::Read))
}

/// Compares the lists of the body with the town, and keeps them if that is wanted. Who asks is asked about once
/// more then.
///
/// # Errors
/// [`HttpError::Busy`] if others compare; the body is too long, too slow, or not what its hash says;
/// whatever the writer answers.
pub(super) async fn compare(
    app: &Arc<App>,
    device: DeviceId,
    sent: Sent,
    request: Body,
) -> Result<Shown, HttpError> {
    let time_max = app.limits.body_time_max;
    let turn = match app.comparing.take(time_max).await {
        Ok(turn) => turn,
        Err(error) => {
            body::drain(request, LISTS_BYTES_MAX, time_max).await;
            return Err(error);
        }
    };
    let bytes = body::read(request, LISTS_BYTES_MAX, time_max).await?;
    let files = files(&bytes, sent.hash).ok_or_else(error::bad_lists)?;
    let (town, weight) = (app.town, bytes.len());
    let compare = move |desk: &mut Desk<'_>| {
        administers(desk, device)?;
        let mut shown = compared(desk, town, &files)?;
        if sent.keep && shown.changed > 0 {
            let kept =
                desk.ledger
                    .keep_lists(desk.store, device, sent.hash, bytes.to_vec(), desk.now);
            kept.map_err(|error| error.map(Refused::Read))?;
            shown.kept = true;
        }
        Ok(shown)
    };
    let writes = if sent.keep {
        Writes::HandedIn
    } else {
        Writes::Nothing
    };
    at_turn(app, turn, writes, weight, compare).await
}

/// Compares the lists whose import was asked for with the town as it is now.
///
/// # Errors
/// [`HttpError::Busy`] if others compare; whatever the writer answers; that no such import waits.
pub(super) async fn compare_waiting(
    app: &Arc<App>,
    device: DeviceId,
    asked: CommandId,
) -> Result<Shown, HttpError> {
    let turn = app.comparing.take(app.limits.body_time_max).await?;
    let town = app.town;
    let compare = move |desk: &mut Desk<'_>| {
        let lists = desk
            .ledger
            .waiting_lists(desk.store, device, asked, desk.now)
            .map_err(|error| error.map(Refused::Read))?;
        let lists = Lists::from_bytes(&lists).map_err(|error| {
            LedgerError::Store(StoreError::Failed(format!("lists that were kept: {error}")))
        })?;
        let shown = compared(desk, town, &Files::from(lists))?;
        Ok(Shown {
            kept: true,
            ..shown
        })
    };
    at_turn(app, turn, Writes::Nothing, LISTS_BYTES_MAX, compare).await
}

/// The changes that an import of the files would make now, or why none can be.
fn compared(
    desk: &mut Desk<'_>,
    town: TownId,
    files: &Files,
) -> Result<Shown, LedgerError<Refused>> {
    match told_to_administrators(desk, town, files) {
        Ok(told) => Ok(Shown::of(told)),
        Err(LedgerError::Refused(failure)) => Ok(Shown::faulty(failure)),
        Err(LedgerError::Store(error)) => Err(LedgerError::Store(error)),
    }
}

/// Has the writer compare, and the next one wait for a while behind it.
async fn at_turn(
    app: &Arc<App>,
    turn: OwnedSemaphorePermit,
    writes: Writes,
    weight: usize,
    compare: impl FnOnce(&mut Desk<'_>) -> Result<Shown, LedgerError<Refused>> + Send + 'static,
) -> Result<Shown, HttpError> {
    let (writer, began) = (app.writer.clone(), Instant::now());
    // Whoever asks and hangs up does not get rid of the pause.
    let comparing = tokio::spawn(async move {
        let told = writer.ask_or_be_refused(writes, weight, compare);
        let told: Result<Shown, Refused> = told.await;
        let pause = (began.elapsed() * PAUSES).min(PAUSE_MAX);
        tokio::spawn(async move {
            sleep(pause).await;
            drop(turn);
        });
        told
    });
    let told = comparing.await.map_err(|_| HttpError::Internal)?;
    Ok(told?)
}

/// The files of a body that is what its hash says.
fn files(bytes: &Bytes, hash: Hash) -> Option<Files> {
    if hash_of(bytes) != hash {
        return None;
    }
    Lists::from_bytes(bytes).ok().map(Files::from)
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// Rows that would change something; none would if a row is bad.
    changed: usize,
    /// Rows that the town has and the files no longer name.
    left: usize,
    /// Whether they are kept: their import can be asked for, or was.
    kept: bool,
    faults: Vec<BadRow>,
    text_zh: String,
    text_en: String,
}

impl Shown {
    fn of(told: ToldChanges) -> Self {
        Self {
            changed: told.changed,
            left: told.left,
            kept: false,
            faults: Vec::new(),
            text_zh: told.text_zh,
            text_en: told.text_en,
        }
    }

    fn faulty(failure: Failure) -> Self {
        Self {
            changed: 0,
            left: 0,
            kept: false,
            faults: failure.rows,
            text_zh: failure.text_zh,
            text_en: failure.text_en,
        }
    }
}
