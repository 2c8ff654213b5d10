//! `POST /v1/enrol`: a device's first words, with an invitation's code.
//!
//! # What a stranger learns
//! A code is 75 random bits. It is looked up by its hash, so that the time this takes says nothing
//! about a code that is nearly right, and the request's signature is checked before, whatever the
//! code. That a code was used or has expired is told: only who has the code can ask, and he may be the
//! invited member, who then knows to ask for another. Whose it was is not told. That a device is
//! another member's is told only to who has that device's key and a code that is still good.
//! Attempts are counted by address, apart from other requests.

use std::sync::Arc;

use alleyway_core::sync::enrol::Enrol;
use alleyway_core::wire::Wire as _;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::error::HttpError;
use super::observe::Peer;
use super::{App, body};
use crate::disk::Writes;
use crate::writer::Desk;

/// A request for enrolment, in bytes.
const ENROL_BYTES_MAX: usize = 4 * 1024;
/// The media type of both ways.
const ENROL_TYPE: &str = "application/vnd.alleyway.enrol";

pub(super) async fn post(
    State(app): State<Arc<App>>,
    peer: Option<Extension<Peer>>,
    request: Body,
) -> Result<Response, HttpError> {
    if let Some(Extension(Peer(peer))) = peer {
        app.by_client.enrolment(peer.ip())?;
    }
    let bytes = body::read(request, ENROL_BYTES_MAX, app.limits.body_time_max).await?;
    let enrol = Enrol::from_bytes(&bytes).map_err(|_| HttpError::MalformedEnrol)?;
    let enrol = enrol.verify().map_err(HttpError::Enrol)?;
    let work = move |desk: &mut Desk<'_>| {
        let enrolled = desk.ledger.enrol(desk.store, &enrol, desk.now);
        enrolled.map_err(|error| error.map(HttpError::Enrol))
    };
    let enrolled = app
        .writer
        .ask_or_be_refused(Writes::HandedIn, bytes.len(), work)
        .await?;
    let headers = [(CONTENT_TYPE, ENROL_TYPE), (CACHE_CONTROL, "no-store")];
    Ok((headers, enrolled.to_bytes()).into_response())
}
