//! `GET /metrics`, as Prometheus reads it (OpenMetrics 1.0 text).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::device_keys::KEYS_MAX;
use super::error::HttpError;

pub(super) async fn get(State(app): State<Arc<App>>) -> Result<Response, HttpError> {
    app.metrics
        .requests_waiting
        .set(i64::try_from(app.writer.waiting()).unwrap_or(i64::MAX));
    app.look_around();
    let text = app.metrics.encode().map_err(|_| HttpError::Internal)?;
    Ok((
        [(
            CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )],
        text,
    )
        .into_response())
}

impl App {
    /// Notes what is only looked at when somebody asks: the disk, the tables in memory, the
    /// certificate's end.
    fn look_around(&self) {
        let (metrics, disk) = (&self.metrics, self.writer.disk());
        metrics.disk(disk.free_bytes(), disk.reserve_bytes());
        for (part, bytes) in disk.used_bytes() {
            metrics.disk_used(part, bytes);
        }
        if let Some(tls) = &self.tls {
            metrics.tls_ends(tls.until().seconds());
        }
        for (cache, entries, entries_max) in self.by_client.entries() {
            metrics.cache(cache, entries, entries_max);
        }
        metrics.cache("device_keys", self.keys.len(), KEYS_MAX);
    }
}
