//! Clients that want too much, or take too long to say what.

use std::time::Duration;

use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use tokio::io::AsyncWriteExt as _;

use super::connections::{rest, running, send};
use super::sync::{Phone, town};
use super::{limits, refused, request, respond, writer_limits};
use crate::config::HttpLimits;
use axum::http::Method;

const ASK: &str = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// As `limits`, and they hold for this machine too.
fn strict() -> HttpLimits {
    HttpLimits {
        limit_loopback: true,
        ..limits()
    }
}

fn is_429(answer: &str) -> bool {
    let answer = answer.to_ascii_lowercase();
    answer.starts_with("http/1.1 429")
        && answer.contains("\r\nretry-after: ")
        && answer.contains("\"too_many_requests\"")
        && answer.contains("\"text_zh\"")
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let server = running(
        HttpLimits {
            address_requests_per_minute: 2,
            ..strict()
        },
        writer_limits(),
    );
    for _ in 0..2 {
        let mut stream = server.connect().await;
        send(&mut stream, ASK).await;
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
    let mut stream = server.connect().await;
    send(&mut stream, ASK).await;
    let answer = rest(&mut stream).await;
    assert!(is_429(&answer), "{answer}");
}

#[tokio::test]
async fn an_address_with_too_many_connections_is_told_so_until_one_ends() {
    let server = running(
        HttpLimits {
            address_connections_max: 1,
            ..strict()
        },
        writer_limits(),
    );
    let first = server.connect().await;
    let mut second = server.connect().await;
    send(&mut second, "GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let answer = rest(&mut second).await;
    assert!(is_429(&answer), "{answer}");
    drop(first);
    while server.app.metrics.connections.get() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut third = server.connect().await;
    send(&mut third, ASK).await;
    assert!(rest(&mut third).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn without_the_key_this_machine_is_not_limited() {
    let few = HttpLimits {
        address_requests_per_minute: 1,
        address_connections_max: 1,
        ..limits()
    };
    let server = running(few, writer_limits());
    let _first = server.connect().await;
    for _ in 0..3 {
        let mut stream = server.connect().await;
        send(&mut stream, ASK).await;
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn codes_are_guessed_no_faster_than_the_limit_for_enrolments() {
    let app = super::app(
        HttpLimits {
            address_enrolments_per_minute: 3,
            ..strict()
        },
        writer_limits(),
        false,
    );
    let secret = alleyway_core::crypto::SecretKey::from_bytes(&[9; 32]);
    let guess = |nth: u8| {
        let code = TrackingCode::from_random([nth; 15]);
        let enrol = Enrol::new(code, &secret, [0; 32], Text::new("phone").unwrap(), Time(0));
        request(Method::POST, "/v1/enrol", &enrol.to_bytes())
    };
    for nth in 0..3 {
        assert_eq!(
            refused(&app, guess(nth)).await,
            (404, "code_unknown".to_owned())
        );
    }
    assert_eq!(
        refused(&app, guess(3)).await,
        (429, "too_many_requests".to_owned())
    );
    // Other requests of the address go on.
    assert_eq!(
        respond(&app, request(Method::GET, "/healthz", b"")).await.0,
        200
    );
}

#[tokio::test]
async fn a_device_that_syncs_without_end_is_held_back_and_another_is_not() {
    let app = town(HttpLimits {
        device_requests_per_minute: 2,
        ..limits()
    })
    .await;
    let mut eager = Phone::of(&app, "xie").await;
    let mut other = Phone::of(&app, "wei").await;
    // Each over a new challenge: those over a void one are counted apart.
    for _ in 0..2 {
        assert!(eager.sync(&app).await.up_to_date);
    }
    let flight = eager.flight();
    let answer = refused(&app, request(Method::POST, "/v1/sync", &flight)).await;
    assert_eq!(answer, (429, "too_many_requests".to_owned()));
    let flight = other.flight();
    assert_eq!(
        respond(&app, request(Method::POST, "/v1/sync", &flight))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_cut() {
    let short = HttpLimits {
        header_time_max: Duration::from_millis(100),
        ..limits()
    };
    let server = running(short, writer_limits());
    let mut stream = server.connect().await;
    send(&mut stream, "GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ").await;
    // Ends only because the server closes: each byte comes long before the time is over.
    while stream.write_all(b"y").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while server.app.metrics.connections.get() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
