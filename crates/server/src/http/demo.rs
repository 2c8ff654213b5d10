//! `POST /demo/clock`: moves a demo's clock. Only a demo has it, and only its own machine may.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::error::HttpError;
use super::observe::Peer;
use super::{App, body};
use crate::clock::{parse_rfc3339, rfc3339};

/// A request of the demo, in bytes.
const CLOCK_BYTES_MAX: usize = 256;

/// Where a demo's clock is kept, so that it goes on after a restart.
#[derive(Debug, Clone)]
pub struct DemoClock {
    /// The file; none keeps it in memory only.
    pub file: Option<PathBuf>,
}

impl DemoClock {
    /// Keeps how far the clock is ahead of the system's.
    pub fn keep(&self, ahead_milliseconds: i64) {
        let Some(file) = &self.file else { return };
        if let Err(error) =
            crate::secrets::replace_private(file, ahead_milliseconds.to_string().as_bytes())
        {
            tracing::warn!(%error, "the demo's clock is not kept");
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    now: String,
}

pub(super) async fn set_clock(
    State(app): State<Arc<App>>,
    peer: Option<Extension<Peer>>,
    request: Body,
) -> Result<Response, HttpError> {
    if !peer.is_some_and(|Extension(Peer(peer))| peer.ip().is_loopback()) {
        return Err(HttpError::NotLocal);
    }
    let bytes = body::read(request, CLOCK_BYTES_MAX, app.limits.body_time_max).await?;
    let asked: SetClock = serde_json::from_slice(&bytes).map_err(|_| HttpError::BadTime)?;
    let now = parse_rfc3339(&asked.now).ok_or(HttpError::BadTime)?;
    let ahead = app.clock.set(now).ok_or(HttpError::NotFound)?;
    if let Some(demo) = app.demo.clone() {
        // A file is written and synced: not on a thread that serves connections.
        let _ = tokio::task::spawn_blocking(move || demo.keep(ahead)).await;
    }
    let answer = serde_json::json!({ "now": rfc3339(app.clock.now()) }).to_string();
    Ok(([(CONTENT_TYPE, "application/json")], answer).into_response())
}
