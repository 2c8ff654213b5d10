//! `GET /v1/q/…`: what a device asks for by itself, each read signed by it.
//!
//! A read is taken in this order, so that each step costs a stranger no more than the one before:
//! the proof is read; its signature is checked with the device's key; the device's limit; the time,
//! the challenge, and that the proof is not seen for the second time; what the query says; and then
//! the writer asks whether the device may read that now. Nothing of the query is logged.
//!
//! | file | what |
//! | --- | --- |
//! | `error` | the errors that only reads have |
//! | `seen` | proofs that were taken |
//! | `query` | the fields of a query, of which the description is made too |
//! | `figures` | the figures of cases |
//! | `coverage` | how alleys are looked after |
//! | `late` | what is late |
//! | `devices` | the town's devices, for administrators |
//! | `import` | the changes that lists would make, for administrators |
//! | `invitation` | an invitation's code, for the device that asked for it |
//! | `search` | cases by their titles and numbers |
//! | `openapi` | the description of all reads |

mod coverage;
mod devices;
mod error;
mod figures;
mod import;
mod invitation;
mod late;
mod openapi;
mod query;
mod search;
mod seen;

use std::sync::Arc;

use alleyway_core::id::DeviceId;
use alleyway_core::limits::LISTS_BYTES_MAX;
use alleyway_core::sync::read::{PROOF_HEADER, ReadProof};
use alleyway_core::wire::Wire as _;
use alleyway_ledger::{LedgerError, ReadError};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::error::HttpError;
use super::sync::Device;
use super::{App, body, device_keys};
use crate::disk::Writes;
use crate::writer::{AskError, Desk, Slice};
pub(super) use import::Turn as ImportTurn;
pub(super) use seen::SeenProofs;

/// A device that has proved that it asks, and its query.
struct Asked {
    device: DeviceId,
    query: String,
}

/// Why a read was not answered.
enum Refused {
    Read(ReadError),
    Ask(AskError),
}

impl From<AskError> for Refused {
    fn from(error: AskError) -> Self {
        Self::Ask(error)
    }
}

impl From<Refused> for HttpError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Ask(error) => error.into(),
            Refused::Read(ReadError::UnknownDevice) => Self::UnknownDevice,
            Refused::Read(ReadError::Stopped) => error::stopped(),
            Refused::Read(ReadError::OutOfScope) => error::out_of_scope(),
            Refused::Read(ReadError::OfOnePerson) => error::of_one_person(),
            Refused::Read(ReadError::NotConfirmed) => error::not_confirmed(),
            Refused::Read(ReadError::CodeUsed) => error::code_used(),
            Refused::Read(ReadError::CodeExpired) => error::code_expired(),
            Refused::Read(ReadError::CodeShown) => error::code_shown(),
            Refused::Read(ReadError::ImportWaits) => error::import_waits(),
        }
    }
}

pub(super) async fn figures(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    let query = figures::read(&asked.query)?;
    let figures = figures::ask(&app, asked.device, query).await?;
    answer(asked.device, &figures::Shown::of(&figures))
}

pub(super) async fn coverage(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    let unit = coverage::read(&asked.query)?;
    let covered = coverage::ask(&app, asked.device, unit).await?;
    answer(asked.device, &coverage::Shown::of(covered))
}

pub(super) async fn devices(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    devices::read(&asked.query)?;
    let rows = devices::ask(&app, asked.device).await?;
    answer(asked.device, &devices::Shown::of(&rows))
}

pub(super) async fn invitation(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    let command = invitation::read(&asked.query)?;
    let shown = invitation::ask(&app, asked.device, command).await?;
    answer(asked.device, &invitation::Shown::of(&shown))
}

pub(super) async fn late(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    let list = late::read(&asked.query)?;
    let list = late::ask(&app, asked.device, list).await?;
    answer(asked.device, &late::Shown::of(&list))
}

pub(super) async fn search(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    let search = search::read(&asked.query)?;
    let search = search::ask(&app, asked.device, search).await?;
    answer(asked.device, &search::Shown::of(&search))
}

pub(super) async fn import(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    match may_import(&app, &target, &headers).await {
        Ok((device, sent)) => {
            let shown = import::compare(&app, device, sent, body).await?;
            answer(device, &shown)
        }
        Err(error) => {
            body::drain(body, LISTS_BYTES_MAX, app.limits.body_time_max).await;
            Err(error)
        }
    }
}

/// Whose lists follow, and what was said of them.
async fn may_import(
    app: &Arc<App>,
    target: &Uri,
    headers: &HeaderMap,
) -> Result<(DeviceId, import::Sent), HttpError> {
    let asked = authenticate(app, target, headers).await?;
    let sent = import::read(&asked.query)?;
    import::may_ask(app, asked.device).await?;
    Ok((asked.device, sent))
}

pub(super) async fn waiting_import(
    State(app): State<Arc<App>>,
    target: Uri,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let asked = authenticate(&app, &target, &headers).await?;
    let command = import::read_waiting(&asked.query)?;
    import::may_ask(&app, asked.device).await?;
    let shown = import::compare_waiting(&app, asked.device, command).await?;
    answer(asked.device, &shown)
}

/// `GET /v1/openapi.json`: the description, which says nothing of the town and needs no proof.
pub(super) async fn describe() -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    (headers, openapi::description().to_string()).into_response()
}

/// Checks a read's proof. The device's key is asked for as for a flight: an unknown device and a wrong
/// signature get the same answer.
async fn authenticate(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Asked, HttpError> {
    let proof = headers
        .get(PROOF_HEADER)
        .and_then(|value| hex::decode(value).ok())
        .and_then(|bytes| ReadProof::from_bytes(&bytes).ok())
        .ok_or_else(error::bad_proof)?;
    let target = uri.path_and_query();
    let target = target.map_or("", |target| target.as_str());
    device_keys::authenticate_read(app, &proof, target).await?;
    app.by_client.device(proof.device)?;
    let now = app.clock.now();
    if proof.is_stale(now) {
        return Err(error::stale());
    }
    if !app.keys.is_current(proof.device, proof.challenge, now) {
        return Err(error::void_challenge());
    }
    app.proofs.take(&proof, now)?;
    let query = uri.query().unwrap_or_default().to_owned();
    let device = proof.device;
    Ok(Asked { device, query })
}

/// Asks the writer for a page of cases, some hundred places a turn: `look` looks at some more of them, and says
/// whether the page is full, or nothing is left. The cases that a supervisor is shown are written down.
async fn ask_for_page<P: Clone + Send + 'static>(
    app: &App,
    mut page: P,
    look: impl Fn(&mut Desk<'_>, &mut P) -> Result<bool, LedgerError<ReadError>> + Send + 'static,
) -> Result<P, HttpError> {
    let read = move |desk: &mut Desk<'_>| match look(desk, &mut page) {
        Err(LedgerError::Refused(refusal)) => Ok(Slice::Done(Err(refusal))),
        Err(LedgerError::Store(error)) => Err(error),
        Ok(true) => Ok(Slice::Done(Ok(page.clone()))),
        Ok(false) => Ok(Slice::More),
    };
    let done = app.writer.ask_in_slices(Writes::Little, 0, read).await;
    let page = done.map_err(Refused::Ask)?;
    Ok(page.map_err(Refused::Read)?)
}

fn answer(device: DeviceId, value: &impl Serialize) -> Result<Response, HttpError> {
    let body = serde_json::to_string(value).map_err(|_| HttpError::Internal)?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let mut response = (headers, body).into_response();
    response.extensions_mut().insert(Device(device));
    Ok(response)
}
