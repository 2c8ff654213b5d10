//! How many signatures are checked for whom. The counts are the cost: a flight can bring 250 batches.

use std::sync::Arc;

use alleyway_core::sync::frame::{PROTOCOL_VERSION, next_frame};
use alleyway_core::wire::Reader;
use axum::http::Method;

use super::super::App;
use super::sync::{Phone, town};
use super::{limits, refused, request, respond};
use crate::config::HttpLimits;

const BATCHES: u64 = 250;
/// The first byte of an answer's first frame: a challenge.
const CHALLENGE: u8 = 16;

/// How many signatures are checked until `work` is done.
async fn checked(app: &Arc<App>, work: impl Future<Output = ()>) -> u64 {
    let before = app.metrics.signatures_checked.get();
    work.await;
    app.metrics.signatures_checked.get() - before
}

/// The number of the first frame of the answer.
async fn first_frame(app: &Arc<App>, flight: &[u8]) -> u8 {
    let (status, _, body) = respond(app, request(Method::POST, "/v1/sync", flight)).await;
    assert_eq!(status, 200);
    let plain = zstd::stream::decode_all(body.as_slice()).unwrap();
    let mut frames = Reader::new(&plain);
    assert_eq!(frames.byte().unwrap(), PROTOCOL_VERSION);
    next_frame(&mut frames).unwrap().unwrap()[0]
}

#[tokio::test]
async fn a_recorded_flight_costs_one_signature_and_none_of_its_devices_requests() {
    let app = town(HttpLimits {
        device_requests_per_minute: 4,
        ..limits()
    })
    .await;
    let phone = Phone::of(&app, "xie").await;
    let recorded = phone.flight_with(BATCHES);
    let first = checked(&app, async {
        assert_ne!(first_frame(&app, &recorded).await, CHALLENGE);
    });
    assert_eq!(first.await, 1 + BATCHES);
    for _ in 0..4 {
        let again = checked(&app, async {
            assert_eq!(first_frame(&app, &recorded).await, CHALLENGE);
        });
        assert_eq!(again.await, 1);
    }
    let beyond = checked(&app, async {
        let answer = refused(&app, request(Method::POST, "/v1/sync", &recorded)).await;
        assert_eq!(answer, (429, "too_many_requests".to_owned()));
    });
    assert_eq!(beyond.await, 1);
    // The device itself is held up by none of it. Its challenge was used by the recorded flight, and
    // the new one is asked for under the same bound; its requests are untouched.
    app.by_client.device(phone.id()).unwrap();
    let text = app.metrics.encode().unwrap();
    assert!(text.contains("alleyway_limited_total{limit=\"device_challenges\"} 1"));
    assert!(!text.contains("limit=\"device_requests\""), "{text}");
}

#[tokio::test]
async fn a_flight_beyond_its_devices_limit_costs_one_signature_and_goes_through_later() {
    let app = town(HttpLimits {
        device_requests_per_minute: 1,
        ..limits()
    })
    .await;
    let phone = Phone::of(&app, "xie").await;
    app.by_client.device(phone.id()).unwrap();
    let flight = phone.flight_with(BATCHES);
    let beyond = checked(&app, async {
        let answer = refused(&app, request(Method::POST, "/v1/sync", &flight)).await;
        assert_eq!(answer, (429, "too_many_requests".to_owned()));
    });
    assert_eq!(beyond.await, 1);
    // It was not taken, so its challenge is not used up.
    assert!(app.keys.is_fresh(&phone.hello(), app.clock.now()));
}

#[tokio::test]
async fn one_challenge_is_good_for_one_of_the_flights_that_come_at_once() {
    let app = town(limits()).await;
    let flight = Phone::of(&app, "xie").await.flight_with(BATCHES);
    let all = checked(&app, async {
        let (one, two, three) = tokio::join!(
            first_frame(&app, &flight),
            first_frame(&app, &flight),
            first_frame(&app, &flight)
        );
        let challenges = [one, two, three].into_iter().filter(|n| *n == CHALLENGE);
        assert_eq!(challenges.count(), 2);
    });
    assert_eq!(all.await, 3 + BATCHES);
}
