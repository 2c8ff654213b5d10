//! `GET /metrics`, as Prometheus reads it (OpenMetrics 1.0 text).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::HttpError;

pub(super) async fn get(State(app): State<Arc<App>>) -> Result<Response, HttpError> {
    app.metrics.requests_waiting.set(i64::try_from(app.writer.waiting()).unwrap_or(i64::MAX));
    let text = app.metrics.encode().map_err(|_| HttpError::Internal)?;
    Ok(([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}
