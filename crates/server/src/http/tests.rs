//! The HTTP edge against everything a client can do wrong.

mod connections;
mod disk;
mod edges;
mod enumeration;
mod import;
mod junk;
mod loading;
mod metrics;
mod reads;
mod routes;
mod signatures;
mod slow_lines;
mod sync;
mod tls;
mod track;
mod turns;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use alleyway_core::id::TownId;
use alleyway_core::store::MemoryStore;
use alleyway_ledger::Ledger;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;

use super::observe::Peer;
use super::{App, AppParts, DemoClock, Tls, router};
use crate::clock::Clock;
use crate::config::{HttpLimits, WriterLimits};
use crate::disk::Disk;
use crate::telemetry::Metrics;
use crate::writer;

/// So long that nothing in a test waits for it.
const NEVER: Duration = Duration::from_hours(24);
const TOWN: TownId = TownId([7; 16]);

pub(super) fn limits() -> HttpLimits {
    HttpLimits {
        connections_max: 8,
        header_time_max: Duration::from_secs(10),
        body_time_max: Duration::from_secs(10),
        chunk_time_max: Duration::from_secs(10),
        drain_time_max: Duration::from_secs(10),
        address_requests_per_minute: 10_000_000,
        address_connections_max: 1_024,
        address_enrolments_per_minute: 10_000_000,
        device_requests_per_minute: 10_000_000,
        limit_loopback: false,
        unproven_time: NEVER,
    }
}

fn writer_limits() -> WriterLimits {
    WriterLimits {
        requests_waiting_max: 64,
        group_requests_max: 16,
        group_bytes_max: 1 << 20,
    }
}

/// A server on an empty town in memory.
fn app(limits: HttpLimits, writer_limits: WriterLimits, demo: bool) -> Arc<App> {
    app_with(limits, writer_limits, demo, None)
}

fn app_with(
    limits: HttpLimits,
    writer_limits: WriterLimits,
    demo: bool,
    tls: Option<Tls>,
) -> Arc<App> {
    app_on(Disk::unwatched(), limits, writer_limits, demo, tls)
}

fn app_on(
    disk: Disk,
    limits: HttpLimits,
    writer_limits: WriterLimits,
    demo: bool,
    tls: Option<Tls>,
) -> Arc<App> {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    let ledger = Ledger::open(&store, writer::test_setup()).unwrap();
    let (sealing, challenge_key) = (ledger.sealing(), ledger.challenge_key());
    let metrics = Arc::new(Metrics::default());
    let clock = if demo { Clock::demo(0) } else { Clock::System };
    let failed = Box::new(|_, reason: &str| panic!("{reason}"));
    let (writer, _thread) = writer::start_on(
        disk,
        ledger,
        Box::new(store),
        clock.clone(),
        writer_limits,
        metrics.clone(),
        failed,
    )
    .unwrap();
    Arc::new(App::new(AppParts {
        writer,
        town: TOWN,
        sealing,
        challenge_key,
        metrics,
        limits,
        clock,
        demo: demo.then_some(DemoClock { file: None }),
        tls,
    }))
}

fn plain_app() -> Arc<App> {
    app(limits(), writer_limits(), false)
}

async fn respond(app: &Arc<App>, request: Request) -> (StatusCode, Response<()>, Vec<u8>) {
    let response = TowerToHyperService::new(router(app))
        .call(request)
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    (parts.status, Response::from_parts(parts, ()), body)
}

fn request(method: Method, path: &str, body: &[u8]) -> Request {
    let body = Body::from(body.to_vec());
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .body(body)
        .unwrap();
    request
        .extensions_mut()
        .insert(Peer(SocketAddr::from(([127, 0, 0, 1], 9))));
    request
}

/// The status and the code of an error, which has a text in both languages.
async fn refused(app: &Arc<App>, request: Request) -> (u16, String) {
    let (status, _, body) = respond(app, request).await;
    let error: Value = serde_json::from_slice(&body).unwrap();
    for text in ["text_zh", "text_en"] {
        assert!(!error[text].as_str().unwrap().is_empty(), "{error}");
    }
    (status.as_u16(), error["code"].as_str().unwrap().to_owned())
}
