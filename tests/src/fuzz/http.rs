//! Requests to every route, as the router is given them.

use std::sync::Arc;
use std::time::Duration;

use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire as _;
use alleyway_ledger::Ledger;
use alleyway_server::clock::Clock;
use alleyway_server::config::{HttpLimits, WriterLimits};
use alleyway_server::http::{App, AppParts, DemoClock, router};
use alleyway_server::telemetry::Metrics;
use alleyway_server::writer::{self, Writer};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio::runtime::Builder;

use super::bench::bench;
use super::desk::{Desk, signed};
use super::{Outcome, Target};
use crate::pure;

/// The longest answer on the bench, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// What a client grants whoever waits for its answer.
const TIME_MAX: Duration = Duration::from_mins(1);
/// A body behind a head that says this is packed by the target.
const PACK: &str = "x-pack";

/// A request.
pub(super) const HTTP: Target = Target {
    name: "http",
    about: "method, path, headers, an empty line, a body: answered, an error with a code and two texts, and the server goes on",
    run,
    seeds,
    shape: None,
    mutations: 600,
};

/// A writer on the bench, as a server has it.
pub(super) fn writer(clock: Clock, metrics: &Arc<Metrics>) -> Writer {
    let ledger = Ledger::open(&bench().server, pure::setup()).expect("a good store");
    let limits = WriterLimits {
        requests_waiting_max: 64,
        group_requests_max: 16,
        group_bytes_max: 1 << 20,
    };
    let failed = Box::new(|_, reason: &str| panic!("{reason}"));
    let store = Box::new(bench().server.clone());
    writer::start(ledger, store, clock, limits, metrics.clone(), failed)
        .expect("a thread")
        .0
}

fn app() -> Arc<App> {
    let limits = HttpLimits {
        connections_max: 8,
        header_time_max: TIME_MAX,
        body_time_max: TIME_MAX,
        chunk_time_max: TIME_MAX,
        drain_time_max: TIME_MAX,
        address_requests_per_minute: 10_000_000,
        address_connections_max: 1_024,
        address_enrolments_per_minute: 10_000_000,
        device_requests_per_minute: 10_000_000,
        limit_loopback: false,
        unproven_time: TIME_MAX,
    };
    let (metrics, clock) = (Arc::new(Metrics::default()), Clock::demo(0));
    let writer = writer(clock.clone(), &metrics);
    Arc::new(App::new(AppParts {
        writer,
        town: pure::TOWN,
        sealing: pure::setup().sealing(),
        challenge_key: pure::setup().challenge_key,
        metrics,
        limits,
        clock,
        demo: Some(DemoClock { file: None }),
        tls: None,
    }))
}

/// The request that the bytes say; none if no HTTP library would hand it on.
fn request(input: &[u8]) -> Option<Request> {
    let behind = input
        .windows(2)
        .position(|two| two == b"\n\n")
        .map_or(input.len(), |at| at + 2);
    let (head, body) = input.split_at(behind);
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let mut request = Request::builder().method(first.next()?).uri(first.next()?);
    let mut body = body.to_vec();
    for line in lines.filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name == PACK.as_bytes() {
            body = zstd::bulk::compress(&body, 3).expect("memory");
        }
        request = request.header(name, value);
    }
    request.body(Body::from(body)).ok()
}

fn run(input: &[u8]) -> Outcome {
    let Some(request) = request(input) else {
        return Outcome::refused("no request");
    };
    let route = request
        .uri()
        .path()
        .split('/')
        .nth(2)
        .unwrap_or_default()
        .to_owned();
    let route = if ["sync", "enrol", "track"].contains(&route.as_str()) {
        route
    } else {
        String::new()
    };
    let is_head = request.method() == axum::http::Method::HEAD;
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let app = app();
        let service = TowerToHyperService::new(router(&app));
        let answer = service.call(request).await.expect("an answer");
        let (status, page) = (answer.status().as_u16(), is_page(answer.headers()));
        let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX)
            .await
            .expect("a whole answer");
        assert!(status < 500, "{status} {}", String::from_utf8_lossy(&body));
        let ready = Request::builder()
            .uri("/readyz")
            .body(Body::empty())
            .expect("a request");
        assert_eq!(
            service
                .call(ready)
                .await
                .expect("an answer")
                .status()
                .as_u16(),
            200
        );
        if status < 400 {
            return Outcome::taken(format!("{route} {status}"));
        }
        if is_head || page {
            return Outcome::refused(format!("{route} {status}"));
        }
        let error: serde_json::Value =
            serde_json::from_slice(&body).expect("an error that a program reads");
        for text in ["text_zh", "text_en"] {
            assert!(
                error[text].as_str().is_some_and(|text| !text.is_empty()),
                "{error}"
            );
        }
        Outcome::refused(format!("{route} {status} {}", error["code"]))
    })
}

fn is_page(headers: &axum::http::HeaderMap) -> bool {
    headers
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn seeds() -> Vec<Vec<u8>> {
    let desk = &mut Desk::new();
    let tracking = {
        let (replica, _) = bench().phone();
        replica
            .case(bench().case)
            .and_then(|case| replica.own_code(&case.state.code?.mark))
            .expect("a report has one")
    };
    let code = TrackingCode::from_random([40; 15]);
    let enrol = Enrol::new(
        code,
        &bench().peer.secret,
        [5; 32],
        Text::cut("phone"),
        bench().now,
    )
    .to_bytes();
    let hello = desk.hello();
    let sync = signed(&hello, &[]);
    let head = |text: String, body: &[u8]| [text.as_bytes(), b"\n\n", body].concat();
    let json = "content-type: application/json";
    let word = br#"{"do":"word","text":"x"}"#;
    vec![
        head(
            format!("POST /v1/sync HTTP\n{PACK}: 1").replace(" HTTP", ""),
            &sync,
        ),
        head(
            "POST /v1/sync".to_owned(),
            &zstd::bulk::compress(&sync, 3).expect("memory"),
        ),
        head("POST /v1/enrol".to_owned(), &enrol),
        head(
            format!("GET /v1/track/{tracking}\naccept-language: en"),
            b"",
        ),
        head(
            format!("GET /v1/track/{tracking}\naccept: text/html\naccept-language: zh-CN,en;q=0.5"),
            b"",
        ),
        head(format!("POST /v1/track/{tracking}\n{json}"), word),
        head(
            format!(
                "POST /v1/track/{tracking}\naccept: text/html\ncontent-type: application/x-www-form-urlencoded"
            ),
            b"do=word&text=%E5%9D%91&token=00",
        ),
        head(
            format!("POST /v1/track/{code}\n{json}"),
            br#"{"do":"verify","result":"fixed"}"#,
        ),
        head("GET /healthz".to_owned(), b""),
        head("GET /readyz\naccept-encoding: zstd".to_owned(), b""),
        head("HEAD /v1/track/%00%ff".to_owned(), b""),
        head(
            "POST /demo/clock".to_owned(),
            br#"{"now":"2026-03-01T08:00:00+08:00"}"#,
        ),
        head("OPTIONS *".to_owned(), b""),
        head("GET /v1/../v1/sync?x=%2e".to_owned(), b""),
    ]
}
