//! `POST /v1/enrol`: a device's first words, with an invitation's code.

use std::sync::Arc;

use alleyway_core::sync::enrol::Enrol;
use alleyway_core::wire::Wire as _;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::error::HttpError;
use super::{App, body};

/// A request for enrolment, in bytes.
const ENROL_BYTES_MAX: usize = 4 * 1024;
/// The media type of both ways.
const ENROL_TYPE: &str = "application/vnd.alleyway.enrol";

pub(super) async fn post(State(app): State<Arc<App>>, request: Body) -> Result<Response, HttpError> {
    let bytes = body::read(request, ENROL_BYTES_MAX, app.limits.body_time_max).await?;
    let enrol = Enrol::from_bytes(&bytes).map_err(|_| HttpError::MalformedEnrol)?;
    let enrol = enrol.verify().map_err(HttpError::Enrol)?;
    let answer = app.writer.ask(bytes.len(), move |desk| desk.ledger.enrol(desk.store, &enrol, desk.now)).await?;
    let enrolled = answer.map_err(HttpError::Enrol)?;
    let headers = [(CONTENT_TYPE, ENROL_TYPE), (CACHE_CONTROL, "no-store")];
    Ok((headers, enrolled.to_bytes()).into_response())
}
