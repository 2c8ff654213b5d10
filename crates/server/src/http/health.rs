//! `GET /healthz` and `/readyz`.

use std::sync::Arc;

use axum::extract::State;

use super::App;
use super::error::HttpError;

/// The process is alive. Does not ask the writer: a busy server is not to be restarted.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The store is open and the writer answers; not so while the server ends or is too busy.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, HttpError> {
    if app.is_draining() {
        return Err(HttpError::Stopping);
    }
    if app.metrics.is_quarantined() {
        return Err(HttpError::Quarantine);
    }
    app.writer.ask(0, |_| Ok(())).await?;
    // Devices are served all the same: only what is late is not told.
    Ok(if app.metrics.is_clock_held() {
        "ready; the clock has leapt: steps by time wait for `by-time confirm`\n"
    } else {
        "ready\n"
    })
}
