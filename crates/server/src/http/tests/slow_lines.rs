//! Slow lines: bodies that take long, and what comes in pieces.

use std::sync::Arc;
use std::time::Duration;

use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::frame::{
    DeviceFrame, Hello, PROTOCOL_VERSION, Piece, ServerFrame, next_frame, put_frame,
};
use alleyway_core::wire::{Blob, Reader, Wire as _};
use axum::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::App;
use super::sync::{Phone, town};
use super::{limits, request, respond};
use crate::config::HttpLimits;

/// What is answered to a body of 6 KiB of which so many come, one at a time, behind what was sent
/// before.
async fn slowly(stream: &mut TcpStream, count: usize) -> String {
    let head =
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 6600\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..count {
        // Whoever is given up hears no more.
        if stream.write_all(&[7; 1_100]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn behind_a_signed_flight_a_body_may_take_longer_as_long_as_it_goes_on() {
    let short = HttpLimits {
        body_time_max: Duration::from_secs(2),
        ..limits()
    };
    let app = town(short).await;
    let mut phone = Phone::of(&app, "xie").await;
    let server = super::connections::running_as(app.clone());
    let mut stranger = server.connect().await;
    assert!(slowly(&mut stranger, 6).await.contains("too_slow"));

    let flight = phone.flight();
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n",
        flight.len()
    );
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&flight).await.unwrap();
    // All of it is read, and is no flight.
    assert!(slowly(&mut stream, 6).await.contains("bad_compression"));

    let (mut stream, flight) = (server.connect().await, phone.flight());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&flight).await.unwrap();
    assert!(
        slowly(&mut stream, 4).await.contains("too_slow"),
        "it stalls"
    );
}

/// A device that says what it likes.
struct Speaker<'a> {
    app: &'a Arc<App>,
    phone: &'a Phone,
    challenge: Challenge,
}

impl<'a> Speaker<'a> {
    fn of(app: &'a Arc<App>, phone: &'a Phone) -> Self {
        Self {
            app,
            phone,
            challenge: phone.hello().challenge.unwrap(),
        }
    }

    /// The answer to a flight with this piece.
    async fn say(&mut self, piece: Piece) -> Vec<ServerFrame> {
        let flight = self.flight(piece);
        self.send(&flight).await
    }

    fn flight(&self, piece: Piece) -> Vec<u8> {
        let hello = Hello {
            challenge: Some(self.challenge),
            more: true,
            ..self.phone.hello()
        };
        self.phone.signed(&hello, &[DeviceFrame::Piece(piece)])
    }

    async fn send(&mut self, flight: &[u8]) -> Vec<ServerFrame> {
        let asked = request(Method::POST, "/v1/sync", flight);
        let (status, _, body) = respond(self.app, asked).await;
        assert_eq!(status, 200);
        let plain = zstd::stream::decode_all(body.as_slice()).unwrap();
        let mut from = Reader::new(&plain);
        assert_eq!(from.byte().unwrap(), PROTOCOL_VERSION);
        let mut frames = Vec::new();
        while let Some(frame) = next_frame(&mut from).unwrap() {
            frames.push(ServerFrame::from_bytes(frame).unwrap());
        }
        match frames.last() {
            Some(ServerFrame::Welcome(welcome)) => self.challenge = welcome.challenge,
            Some(ServerFrame::Challenge(challenge)) => self.challenge = *challenge,
            other => panic!("{other:?}"),
        }
        frames
    }
}

/// How much has arrived, as an answer tells.
fn arrived(frames: &[ServerFrame]) -> Option<u32> {
    frames.iter().find_map(|frame| match frame {
        ServerFrame::Arrived(arrived) => Some(arrived.bytes),
        _ => None,
    })
}

/// The batches that an answer speaks of.
fn answered(frames: &[ServerFrame]) -> usize {
    let is_about_a_batch = |frame: &&ServerFrame| matches!(frame, ServerFrame::Verdicts(_));
    frames.iter().filter(is_about_a_batch).count()
}

fn encoded(frames: &[DeviceFrame]) -> Vec<u8> {
    let mut all = Vec::new();
    for frame in frames {
        put_frame(&mut all, frame);
    }
    all
}

fn piece(of: &[u8], offset: usize, end: usize) -> Piece {
    Piece {
        of: Piece::name(of),
        total: u32::try_from(of.len()).unwrap(),
        offset: u32::try_from(offset).unwrap(),
        bytes: Blob::new(of[offset..end].to_vec()).unwrap(),
    }
}

/// How many devices something is kept of.
fn kept(app: &App) -> usize {
    app.pieces.lock().unwrap().len()
}

#[tokio::test]
async fn pieces_out_of_place_are_not_taken_and_what_is_whole_is_read_once() {
    let app = town(limits()).await;
    let phone = Phone::of(&app, "xie").await;
    let mut speaker = Speaker::of(&app, &phone);
    let (all, other) = (encoded(&phone.batches(3)), encoded(&phone.batches(2)));
    let end = all.len();

    for wild in [
        piece(&all, end, end),
        Piece {
            offset: u32::MAX,
            ..piece(&all, 0, 200)
        },
        Piece {
            total: u32::MAX,
            ..piece(&all, 0, 200)
        },
        // Shorter than it says, and other than it says.
        Piece {
            total: 100,
            ..piece(&all, 0, 200)
        },
        Piece {
            of: Piece::name(&other),
            ..piece(&all, 0, end)
        },
    ] {
        assert_eq!(arrived(&speaker.say(wild).await), Some(0));
        assert!(kept(&app) <= 1);
    }

    assert_eq!(arrived(&speaker.say(piece(&all, 0, 200)).await), Some(200));
    // Of another flight: of the first nothing is there any more.
    let begun = speaker.say(piece(&other, 0, 100)).await;
    assert_eq!(arrived(&begun), Some(100));
    assert_eq!(arrived(&speaker.say(piece(&all, 200, end)).await), Some(0));
    assert_eq!(kept(&app), 1);

    let recorded = speaker.flight(piece(&all, 0, 300));
    assert_eq!(arrived(&speaker.send(&recorded).await), Some(300));
    let again = speaker.send(&recorded).await;
    assert_eq!((arrived(&again), again.len()), (None, 1), "a challenge");
    // It reaches back, and beyond the end.
    let mut bytes = all[100..].to_vec();
    bytes.extend([9; 50]);
    let last = Piece {
        offset: 100,
        bytes: Blob::new(bytes).unwrap(),
        ..piece(&all, 0, 0)
    };
    let whole = speaker.say(last.clone()).await;
    assert_eq!((arrived(&whole), answered(&whole)), (None, 3));
    // Its answer was lost: what was said stands.
    assert_eq!(answered(&speaker.say(last).await), 3);
    let after = speaker.flight(piece(&other, 0, 100));
    assert_eq!(answered(&speaker.send(&after).await), 0);
    let hello = Hello {
        challenge: Some(speaker.challenge),
        ..phone.hello()
    };
    speaker.send(&phone.signed(&hello, &[])).await;
    assert_eq!(kept(&app), 0, "a flight without a piece gives it back");
}

#[tokio::test]
async fn pieces_of_two_devices_do_not_meet() {
    let app = town(limits()).await;
    let (one, two) = (Phone::of(&app, "xie").await, Phone::of(&app, "qin").await);
    let all = encoded(&one.batches(2));
    let (half, end) = (all.len() / 2, all.len());
    let (mut first, mut second) = (Speaker::of(&app, &one), Speaker::of(&app, &two));
    first.say(piece(&all, 0, half)).await;
    let theirs = second.say(piece(&all, half, end)).await;
    assert_eq!((arrived(&theirs), answered(&theirs)), (Some(0), 0));
    assert_eq!(answered(&first.say(piece(&all, half, end)).await), 2);
}
