//! Whose connection makes room for another, over real sockets.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::sync::{Phone, town};
use super::{Running, limits, rest, running_as, send};
use crate::config::HttpLimits;

/// As many places as this, of which any that is held without proof may be taken at once.
async fn town_with(connections_max: usize) -> Running {
    let limits = HttpLimits {
        connections_max,
        unproven_time: Duration::ZERO,
        ..limits()
    };
    running_as(town(limits).await)
}

/// A connection that holds a place by now.
async fn connect(server: &Running) -> TcpStream {
    let ended = server.app.metrics.connections_ended.get();
    let open = server.app.metrics.connections.get();
    let stream = server.connect().await;
    loop {
        let made_room = server.app.metrics.connections_ended.get() > ended;
        if made_room || server.app.metrics.connections.get() > open {
            return stream;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn post(stream: &mut TcpStream, flight: &[u8]) {
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n",
        flight.len()
    );
    send(stream, &head).await;
    stream.write_all(flight).await.unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
}

/// Asks on a connection that is open, and reads until it is answered.
async fn is_served(stream: &mut TcpStream) -> bool {
    let ask = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    if stream.write_all(ask).await.is_err() {
        return false;
    }
    let (mut answer, mut some) = (Vec::new(), [0; 4_096]);
    while !answer.ends_with(b"alive\n") {
        let Ok(taken @ 1..) = stream.read(&mut some).await else {
            return false;
        };
        answer.extend_from_slice(&some[..taken]);
    }
    true
}

#[tokio::test]
async fn who_is_silent_longest_makes_room_and_a_signed_flight_keeps_its_place() {
    let server = town_with(3).await;
    let mut phone = Phone::of(&server.app, "xie").await;
    let mut signed = connect(&server).await;
    post(&mut signed, &phone.flight()).await;
    let mut silent = connect(&server).await;
    let mut half = connect(&server).await;
    send(&mut half, "GET /healthz HTTP/1.1\r\nhost: a\r\nx: ").await;
    let _first = connect(&server).await;
    assert_eq!(rest(&mut silent).await, "");
    // A byte is no request.
    send(&mut half, "a").await;
    let mut second = connect(&server).await;
    assert_eq!(rest(&mut half).await, "");
    assert!(is_served(&mut second).await);
    assert!(is_served(&mut signed).await);
    assert_eq!(server.app.metrics.connections_ended.get(), 2);
    assert_eq!(server.app.metrics.connections_refused.get(), 0);
}

#[tokio::test]
async fn a_flight_that_somebody_recorded_proves_nothing() {
    let server = town_with(2).await;
    let mut phone = Phone::of(&server.app, "xie").await;
    let flight = phone.flight();
    let mut signed = connect(&server).await;
    post(&mut signed, &flight).await;
    let mut recorded = connect(&server).await;
    post(&mut recorded, &flight).await;
    let mut other = connect(&server).await;
    assert!(!is_served(&mut recorded).await);
    assert!(is_served(&mut other).await);
    assert!(is_served(&mut signed).await);
}
