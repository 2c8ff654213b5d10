//! `POST /v1/q/import`: the changes that lists would make, for an administrator's device that sends them.
//!
//! Nothing is changed and nothing is kept. They are read as an import of root reads them.

use std::sync::Arc;
use std::time::Duration;

use alleyway_catalogue::Lang;
use alleyway_core::crypto::Hash;
use alleyway_core::id::DeviceId;
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::sync::lists::{ListFile, Lists, hash_of};
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
use crate::admin::{BadRow, Failure, planned};
use crate::disk::Writes;
use crate::import::{Files, Plan};
use crate::writer::Desk;

/// Behind each comparison nobody has another for so many times as long as it took: a stolen phone that
/// asks without end takes a fifth of the writer's time at most.
const PAUSES: u32 = 4;
/// The longest of these pauses.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// The fields of the query.
pub(super) const FIELDS: [Field; 1] = [Field {
    name: "hash",
    pattern: "^[0-9a-f]{64}$",
    meaning: "the hash of the body, as docs/protocol.md, section 16, says",
}];

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

/// Reads the query. `hash` is needed.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<Hash, HttpError> {
    let [hash] = query::values(text, FIELDS)?;
    let parse = |text: &str| hex::decode(text).ok()?.try_into().ok();
    query::read(hash, parse)?.ok_or_else(error::bad_query)
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

/// Compares the lists of the body with the town. Who asks is asked about once more then.
///
/// # Errors
/// [`HttpError::Busy`] if others compare; the body is too long, too slow, or not what its hash says;
/// whatever the writer answers.
pub(super) async fn compare(
    app: &Arc<App>,
    device: DeviceId,
    hash: Hash,
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
    let files = files(&bytes, hash).ok_or_else(error::bad_lists)?;
    let (town, began) = (app.town, Instant::now());
    let compare = move |desk: &mut Desk<'_>| {
        administers(desk, device)?;
        match planned(desk, town, &files) {
            Ok(plan) => Ok(Shown::of(plan)),
            Err(LedgerError::Refused(failure)) => Ok(Shown::faulty(failure)),
            Err(LedgerError::Store(error)) => Err(LedgerError::Store(error)),
        }
    };
    let (writer, weight) = (app.writer.clone(), bytes.len());
    // Whoever asks and hangs up does not get rid of the pause.
    let comparing = tokio::spawn(async move {
        let told = writer.ask_or_be_refused(Writes::Nothing, weight, compare);
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
    let lists = Lists::from_bytes(bytes).ok()?;
    Some(Files {
        units: lists.units.map(ListFile::into_vec),
        members: lists.members.map(ListFile::into_vec),
        households: lists.households.map(ListFile::into_vec),
        book: lists.book.map(ListFile::into_vec),
    })
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// Rows that would change something; none would if a row is bad.
    changed: usize,
    /// Rows that the town has and the files no longer name.
    left: usize,
    faults: Vec<BadRow>,
    text_zh: String,
    text_en: String,
}

impl Shown {
    fn of(plan: Plan) -> Self {
        let (changed, left) = (plan.steps.len(), plan.left.len());
        let plan = plan.without_households();
        Self {
            changed,
            left,
            faults: Vec::new(),
            text_zh: plan.summary(Lang::Zh),
            text_en: plan.summary(Lang::En),
        }
    }

    fn faulty(failure: Failure) -> Self {
        Self {
            changed: 0,
            left: 0,
            faults: failure.rows,
            text_zh: failure.text_zh,
            text_en: failure.text_en,
        }
    }
}
