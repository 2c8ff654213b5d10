//! What is logged and counted of every request: route, status, duration, device; never the path,
//! for it can hold a tracking code.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::App;
use super::error::ErrorCode;
use super::sync::Device;
use crate::telemetry::Route;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

fn route(path: &str) -> Route {
    match path {
        "/v1/sync" => Route::Sync,
        "/v1/enrol" => Route::Enrol,
        "/healthz" => Route::Health,
        "/readyz" => Route::Ready,
        "/metrics" => Route::Metrics,
        "/demo/clock" => Route::DemoClock,
        _ if path.starts_with("/v1/track/") => Route::Track,
        _ => Route::Other,
    }
}

pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = route(request.uri().path());
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let began = Instant::now();
    let response = next.run(request).await;
    let seconds = began.elapsed().as_secs_f64();

    let status = response.status().as_u16();
    app.metrics.request(route, status, seconds);
    let device = response.extensions().get::<Device>().map(|device| device.0.to_string());
    let code = response.extensions().get::<ErrorCode>().map(|code| code.0);
    tracing::info!(route = route.word(), status, seconds, device, code, "request");
    tracing::debug!(route = route.word(), ?peer, "request from");
    response
}
