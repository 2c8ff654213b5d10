//! The log and the counts of every request: route, status, duration, device; never the path, for it
//! can hold a tracking code, nor the address, for it can be a resident's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::ALLOW;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::ErrorCode;
use super::sync::Device;
use crate::places::Standing;
use crate::telemetry::Route;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// The connection that brought the request, among those that hold a place.
#[derive(Debug, Clone)]
pub(super) struct Holder(pub(super) Standing);

fn route(path: &str) -> Route {
    match path {
        "/v1/sync" => Route::Sync,
        "/v1/enrol" => Route::Enrol,
        "/healthz" => Route::Health,
        "/readyz" => Route::Ready,
        "/demo/clock" => Route::DemoClock,
        "/v1/openapi.json" => Route::OpenApi,
        "/v1/q/import" => Route::Import,
        _ if path.starts_with("/v1/track/") => Route::Track,
        _ if path.starts_with("/v1/q/") => Route::Read,
        _ => Route::Other,
    }
}

/// The methods that a route takes, as a header says them.
fn methods(route: Route) -> &'static str {
    match route {
        Route::Sync | Route::Enrol | Route::Import | Route::DemoClock => "POST",
        Route::Track => "GET, HEAD, POST",
        Route::Health | Route::Ready | Route::Read | Route::OpenApi | Route::Other => "GET, HEAD",
    }
}

pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = route(request.uri().path());
    let began = Instant::now();
    let peer = request.extensions().get::<Peer>().copied();
    let mut response = match peer.map_or(Ok(()), |Peer(peer)| app.by_client.request(peer.ip())) {
        Ok(()) => next.run(request).await,
        Err(limited) => limited.into_response(),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static(methods(route)));
    }
    let seconds = began.elapsed().as_secs_f64();

    let status = response.status().as_u16();
    app.metrics.request(route, status, seconds);
    if let Some(ErrorCode(code)) = response.extensions().get::<ErrorCode>() {
        app.metrics.error(code);
    }
    let device = response
        .extensions()
        .get::<Device>()
        .map(|device| device.0.to_string());
    let code = response.extensions().get::<ErrorCode>().map(|code| code.0);
    tracing::info!(
        route = route.word(),
        status,
        seconds,
        device,
        code,
        "request"
    );
    response
}
