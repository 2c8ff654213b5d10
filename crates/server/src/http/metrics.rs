//! The metrics, as Prometheus reads them (OpenMetrics 1.0 text).
//!
//! From them a stranger could count what is done, in confidential cases too: the port that devices and
//! residents reach does not have them. `GET /metrics` is on a listener of its own, at an address that
//! nobody beyond this machine reaches, if one is configured; the administration's socket tells them
//! always.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

use super::App;
use super::device_keys::KEYS_MAX;
use super::error::HttpError;
use super::paced::Paced;
use super::serve::{ACCEPT_PAUSE, requests};
use crate::places::{Class, Place};

/// Serves the metrics until the task is dropped; `stop` ends connections in order.
pub async fn serve_metrics(listener: TcpListener, app: Arc<App>, stop: watch::Receiver<bool>) {
    let router = router(&app);
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection for metrics was not accepted");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Without one it is closed: Prometheus comes again.
        if let Ok(place) = app.places.take(Class::Metrics, None, Instant::now()) {
            tokio::spawn(scraped(
                stream,
                app.clone(),
                router.clone(),
                stop.clone(),
                place,
            ));
        }
    }
}

/// Serves a connection until it ends, or is ended in favour of another.
async fn scraped(
    stream: TcpStream,
    app: Arc<App>,
    router: Router,
    stop: watch::Receiver<bool>,
    mut place: Place,
) {
    let Ok(peer) = stream.peer_addr() else { return };
    let stream = Paced::new(stream, app.limits.chunk_time_max);
    let standing = Some(place.standing());
    tokio::select! {
        () = requests(stream, peer, &app, router, stop, standing) => {}
        () = place.ended() => {}
    }
}

/// The one route of the listener.
pub(super) fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(text))
        .fallback(|| async { HttpError::NotFound })
        .method_not_allowed_fallback(|| async { HttpError::MethodNotAllowed })
        .with_state(app.clone())
}

async fn text(State(app): State<Arc<App>>) -> Result<Response, HttpError> {
    let text = app.metrics_text().ok_or(HttpError::Internal)?;
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
    /// All metrics as they are now; none if they cannot be written as text, which does not happen.
    pub fn metrics_text(&self) -> Option<String> {
        self.metrics
            .requests_waiting
            .set(i64::try_from(self.writer.waiting()).unwrap_or(i64::MAX));
        self.look_around();
        self.metrics.encode().ok()
    }

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
