//! A disk that fills up, and has room again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire as _;
use axum::extract::Request;
use axum::http::Method;

use super::sync::{NOW, Phone, town_on};
use super::{limits, refused, request, respond};
use crate::disk::Disk;
use crate::http::App;

const RESERVE: u64 = 1_000;

/// A town on a disk that has as much free as is said.
async fn town() -> (Arc<App>, Arc<AtomicU64>) {
    let free = Arc::new(AtomicU64::new(u64::MAX));
    let asked = free.clone();
    let disk = Disk::with_reading(RESERVE, move || Some(asked.load(Ordering::Relaxed)));
    (town_on(disk, limits()).await, free)
}

fn word(code: TrackingCode) -> Request {
    let mut step = request(
        Method::POST,
        &format!("/v1/track/{code}"),
        "{\"do\":\"word\",\"text\":\"坏了\"}".as_bytes(),
    );
    step.headers_mut()
        .insert("content-type", "application/json".parse().unwrap());
    step
}

fn enrol() -> Request {
    let secret = alleyway_core::crypto::SecretKey::from_bytes(&[9; 32]);
    let enrol = Enrol::new(
        TrackingCode::from_random([4; 15]),
        &secret,
        [0; 32],
        Text::new("phone").unwrap(),
        NOW,
    );
    request(Method::POST, "/v1/enrol", &enrol.to_bytes())
}

fn metric(app: &Arc<App>, name: &str) -> Option<u64> {
    let text = app.metrics_text().unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn a_nearly_full_disk_takes_nothing_in_answers_what_only_reads_and_goes_on_by_itself() {
    let (app, free) = town().await;
    let mut phone = Phone::of(&app, "xie").await;
    phone.sync(&app).await;
    let (_, code) = phone.report();
    let mut quiet = Phone::of(&app, "wei").await;
    quiet.sync(&app).await;

    free.store(RESERVE - 1, Ordering::Relaxed);
    let stood = metric(&app, "alleyway_ledger_sequence");
    let full = (507, "disk_full".to_owned());
    let (_, parts, _) = respond(&app, request(Method::POST, "/v1/sync", &phone.flight())).await;
    assert_eq!(
        (parts.status().as_u16(), &parts.headers()["retry-after"]),
        (507, &"60".parse().unwrap())
    );
    assert_eq!(
        refused(&app, request(Method::POST, "/v1/sync", &phone.flight())).await,
        full
    );
    assert_eq!(refused(&app, enrol()).await, full);
    assert_eq!(refused(&app, word(code)).await, full);
    assert!(
        quiet.sync(&app).await.up_to_date,
        "whoever hands nothing in is answered"
    );

    free.store(RESERVE / 2 - 1, Ordering::Relaxed);
    assert_eq!(
        refused(&app, request(Method::POST, "/v1/sync", &quiet.flight())).await,
        full
    );
    for path in [
        "/healthz".to_owned(),
        "/readyz".to_owned(),
        format!("/v1/track/{code}"),
    ] {
        assert_eq!(
            respond(&app, request(Method::GET, &path, b"")).await.0,
            200,
            "{path}"
        );
    }
    assert_eq!(
        metric(&app, "alleyway_disk_free_bytes"),
        Some(RESERVE / 2 - 1)
    );
    assert_eq!(metric(&app, "alleyway_disk_reserve_bytes"), Some(RESERVE));
    assert_eq!(
        metric(&app, "alleyway_http_errors_total{code=\"disk_full\"}"),
        Some(5)
    );
    assert_eq!(
        metric(&app, "alleyway_ledger_sequence"),
        stood,
        "nothing was written"
    );

    free.store(RESERVE, Ordering::Relaxed);
    let summary = phone.sync(&app).await;
    assert_eq!(
        (summary.sent, summary.admitted, summary.up_to_date),
        (1, 1, true),
        "{summary:?}"
    );
    assert_eq!(respond(&app, word(code)).await.0, 200);
}
