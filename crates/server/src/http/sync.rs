//! `POST /v1/sync`: a device's flight in, verdicts and pages out.

use std::sync::Arc;

use alleyway_core::id::DeviceId;
use alleyway_core::limits::FLIGHT_BYTES_MAX;
use alleyway_core::sync::flight::Flight;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::error::HttpError;
use super::{App, body, compression, device_keys, pages};
use crate::disk::Writes;
use crate::writer::Desk;

/// The media type of flights, both ways. Compression is part of it: no proxy is to undo it.
const FLIGHT_TYPE: &str = "application/vnd.alleyway.flight+zstd";

/// A packed flight, in bytes: bytes that do not compress gain a few.
const PACKED_BYTES_MAX: usize = FLIGHT_BYTES_MAX + 1_024;

/// Whose request it was, for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Device(pub(super) DeviceId);

pub(super) async fn post(
    State(app): State<Arc<App>>,
    request: Body,
) -> Result<Response, HttpError> {
    let packed = body::read(request, PACKED_BYTES_MAX, app.limits.body_time_max).await?;
    let plain = compression::unpack(&packed, FLIGHT_BYTES_MAX)?;
    app.metrics.flight_bytes_in.inc_by(plain.len() as u64);
    app.metrics.packed_bytes_in.inc_by(packed.len() as u64);

    let flight = Flight::parse(&plain)?;
    let device = flight.device();
    let verified = device_keys::authenticate(&app, flight).await?;
    let place = app.by_client.answer(device)?;
    let verified = device_keys::open(&app, verified).await?;

    // What is only fetched is answered for as long as there is room to note that it was.
    let hands_in = !verified.batches.is_empty() || !verified.carried.is_empty();
    let writes = if hands_in {
        Writes::HandedIn
    } else {
        Writes::Little
    };
    let work = move |desk: &mut Desk<'_>| desk.ledger.sync(desk.store, &verified, desk.now);
    let reply = app.writer.ask_to_write(writes, plain.len(), work).await?;
    let pages = pages::Pages::new(app, reply, place).map_err(|_| HttpError::Internal)?;
    let headers = [(CONTENT_TYPE, FLIGHT_TYPE), (CACHE_CONTROL, "no-store")];
    let mut response = (headers, Body::new(pages)).into_response();
    response.extensions_mut().insert(Device(device));
    Ok(response)
}
