//! `POST /v1/sync`: a device's flight in, verdicts and pages out.

use std::sync::Arc;

use alleyway_core::id::DeviceId;
use alleyway_core::limits::FLIGHT_BYTES_MAX;
use alleyway_core::sync::flight::Flight;
use alleyway_ledger::Reply;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};

use super::answers::Answering;
use super::error::HttpError;
use super::observe::Holder;
use super::{App, body, compression, device_keys, pages, slices};
use crate::disk::Writes;
use crate::places::Proof;
use crate::writer::Desk;

/// A packed flight, in bytes: bytes that do not compress gain a few.
const PACKED_BYTES_MAX: usize = FLIGHT_BYTES_MAX + 1_024;

/// Whose request it was, for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Device(pub(super) DeviceId);

pub(super) async fn post(
    State(app): State<Arc<App>>,
    holder: Option<Extension<Holder>>,
    request: Body,
) -> Result<Response, HttpError> {
    let standing = holder.map(|Extension(Holder(standing))| standing);
    // Behind a flight that its device signed over a fresh challenge, time counts what comes.
    let patience = || app.by_client.slow_body(standing.as_ref()?.prover()?);
    let (bytes_max, time_max) = (PACKED_BYTES_MAX, app.limits.body_time_max);
    let packed = body::read_patiently(request, bytes_max, time_max, patience).await?;
    let plain = compression::unpack(&packed, FLIGHT_BYTES_MAX)?;
    app.metrics.flight_bytes_in.inc_by(plain.len() as u64);
    app.metrics.packed_bytes_in.inc_by(packed.len() as u64);

    let signed = device_keys::authenticate(&app, Flight::parse(&plain)?).await?;
    let (hello, now) = (signed.hello(), app.clock.now());
    let device = hello.device;
    // A flight that somebody recorded is not to use up what its device may ask for.
    let is_fresh = app.keys.is_fresh(hello, now);
    if is_fresh {
        app.by_client.device(device)?;
    } else {
        app.by_client.challenge(device)?;
    }
    let answering = app.by_client.answer(device)?;
    let turn = answering.turn().await;
    // What is only fetched is answered for as long as there is room to note that it was.
    let writes = if signed.hands_in() {
        Writes::HandedIn
    } else {
        Writes::Little
    };
    if is_fresh {
        // Before the challenge is used up: the same flight is to be good when there is room.
        app.writer.takes(writes)?;
    }
    if !app.keys.use_up(hello, now) {
        // What is asked holds the turn too: who gives up waiting has his next one when it is done.
        let held = turn.clone();
        let work = move |desk: &mut Desk<'_>| {
            let _held = held;
            Ok(desk.ledger.challenge(desk.store, device, desk.now))
        };
        let reply = app.writer.ask(0, work).await?;
        drop(turn);
        return answer(app, device, reply, answering);
    }
    // Behind the limits and the challenge: a flight that somebody recorded proves nothing.
    if let Some(standing) = standing {
        standing.proven(Proof::Device(device));
    }
    let signed = device_keys::join(&app, signed, now)?;
    let bytes = signed.len();
    let verified = device_keys::read(&app, signed).await?;
    let reply = slices::answer_flight(&app, writes, bytes, verified, turn).await?;
    answer(app, device, reply, answering)
}

fn answer(
    app: Arc<App>,
    device: DeviceId,
    reply: Reply,
    answering: Answering,
) -> Result<Response, HttpError> {
    let pages = pages::Pages::new(app, reply, answering).map_err(|_| HttpError::Internal)?;
    // No media type, which would be a third of an answer that says that nothing has changed: one route
    // has one answer. That nobody stores it is said to whoever is between.
    let headers = [(CACHE_CONTROL, "no-store")];
    let mut response = (headers, Body::new(pages)).into_response();
    response.extensions_mut().insert(Device(device));
    Ok(response)
}
