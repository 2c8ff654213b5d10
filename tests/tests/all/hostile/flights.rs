//! Flights that are not flights, or not the device's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::{FLIGHT_BYTES_MAX, FRAME_BYTES_MAX};
use alleyway_core::sync::frame::{DeviceFrame, Hello, PROTOCOL_VERSION, ServerFrame, Want};
use alleyway_core::wire::put_varint;
use alleyway_tests::forge::{Heard, Peer, bomb, flight_bytes, flight_message, fly, note, post};
use alleyway_tests::process::get;

use super::stage::Stage;

fn packed(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 3).expect("memory")
}

fn raw(peer: &mut Peer, body: Vec<u8>) -> Heard {
    post(&mut peer.client, "/v1/sync", body).expect("an answer with a code")
}

#[test]
fn junk_truncated_and_oversized_flights_are_refused_with_a_code() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let before = stage.stored();
    for junk in [&b""[..], b"junk", &[0; 1_000], &[0xff; 1_000]] {
        assert_eq!(
            raw(&mut peer, junk.to_vec()).refusal(),
            (400, "bad_compression")
        );
    }
    for junk in [&b""[..], b"\x02", b"\x02\x00", b"\x02\x05junk", &[2; 500]] {
        assert_eq!(
            fly(&mut peer.client, junk).expect("an answer").refusal(),
            (400, "malformed"),
            "{junk:?}"
        );
    }
    let command = peer.command(Some(stage.case), note("看过了。"));
    let batch = peer.seal(vec![command]).expect("short");
    let flight = peer.flight(&[peer.frame(&batch)]);
    for cut in [
        1,
        2,
        10,
        flight.len() / 2,
        flight.len() - 100,
        flight.len() - 1,
    ] {
        let heard = fly(&mut peer.client, &flight[..cut]).expect("an answer");
        // Cut within the hello it cannot be read; behind it the signature is wrong.
        assert!(
            matches!(
                heard.refusal(),
                (400, "malformed") | (401, "unknown_device")
            ),
            "{cut}: {heard:?}"
        );
    }
    let body = packed(&flight);
    for cut in [1, 5, body.len() / 2, body.len() - 1] {
        assert_eq!(
            raw(&mut peer, body[..cut].to_vec()).refusal(),
            (400, "bad_compression")
        );
    }
    assert_eq!(
        raw(&mut peer, [body.clone(), body].concat()).refusal(),
        (400, "bad_compression")
    );
    assert_eq!(stage.stored(), before);
    assert_eq!(
        peer.send(&flight).expect("an answer").verdicts(1).len(),
        1,
        "whole, it is taken"
    );
    stage.goes_on();
}

#[test]
fn oversized_bodies_frames_and_bombs_are_refused_with_a_code() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    // The first contact writes that it was there.
    for _ in 0..2 {
        peer.say(&[]).expect("an answer");
    }
    let before = stage.stored();
    assert_eq!(
        raw(&mut peer, vec![7; FLIGHT_BYTES_MAX + 2_000]).refusal(),
        (413, "too_large")
    );
    assert_eq!(
        raw(&mut peer, packed(&vec![0; FLIGHT_BYTES_MAX + 1])).refusal(),
        (413, "too_large")
    );
    let bomb = bomb(256 * 1024 * 1024).expect("memory");
    assert!(bomb.len() < FLIGHT_BYTES_MAX, "{}", bomb.len());
    assert_eq!(raw(&mut peer, bomb).refusal(), (413, "too_large"));
    // A head that asks for a window of as many bytes is not given it.
    assert_eq!(
        raw(&mut peer, packed(&vec![0; 256 * 1024 * 1024])).refusal(),
        (400, "bad_compression")
    );
    for length in [FRAME_BYTES_MAX as u64 + 1, u64::from(u32::MAX), u64::MAX] {
        let mut flight = vec![PROTOCOL_VERSION];
        put_varint(&mut flight, length);
        assert_eq!(
            fly(&mut peer.client, &flight).expect("an answer").refusal(),
            (400, "malformed")
        );
        let mut rest = Vec::new();
        put_varint(&mut rest, length);
        peer.say(&[]).expect("a challenge");
        let flight = peer.flight_of(&rest);
        assert_eq!(
            peer.send(&flight).expect("an answer").refusal(),
            (400, "malformed")
        );
    }
    let frames = vec![DeviceFrame::Want(Want::default()); 300];
    peer.say(&[]).expect("a challenge");
    assert_eq!(
        peer.say(&frames).expect("an answer").refusal(),
        (413, "too_large"),
        "too many frames"
    );
    // A head that announces more than is ever sent is answered at once.
    let mut stream =
        TcpStream::connect(stage.server.url().trim_start_matches("http://")).expect("a server");
    stream
        .write_all(b"POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999\r\n\r\n")
        .expect("a server");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("\"too_large\""),
        "{answer}"
    );
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}

#[test]
fn a_flight_that_is_not_the_devices_is_refused() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let other = stage.peer("lan");
    let before = stage.stored();
    let town = peer.enrolled.town;
    let sign = |secret: &SecretKey, hello: &Hello| {
        secret.sign("alleyway flight 1", &flight_message(town, hello, &[]))
    };

    let unsigned = flight_bytes(PROTOCOL_VERSION, &peer.hello, Signature([0; 64]), &[]);
    assert_eq!(
        fly(&mut peer.client, &unsigned)
            .expect("an answer")
            .refusal(),
        (401, "unknown_device")
    );
    let foreign = flight_bytes(
        PROTOCOL_VERSION,
        &peer.hello,
        sign(&other.secret, &peer.hello),
        &[],
    );
    assert_eq!(
        fly(&mut peer.client, &foreign)
            .expect("an answer")
            .refusal(),
        (401, "unknown_device")
    );
    let pretended = Hello {
        device: other.hello.device,
        ..peer.hello.clone()
    };
    let pretended = flight_bytes(
        PROTOCOL_VERSION,
        &pretended,
        sign(&peer.secret, &pretended),
        &[],
    );
    assert_eq!(
        fly(&mut peer.client, &pretended)
            .expect("an answer")
            .refusal(),
        (401, "unknown_device")
    );

    let stranger = SecretKey::from_bytes(&[77; 32]);
    let unknown = Hello {
        device: DeviceId::of(&stranger.public()),
        ..peer.hello.clone()
    };
    let unknown = flight_bytes(PROTOCOL_VERSION, &unknown, sign(&stranger, &unknown), &[]);
    assert_eq!(
        fly(&mut peer.client, &unknown)
            .expect("an answer")
            .refusal(),
        (401, "unknown_device")
    );

    for version in [0, 1, 255] {
        let flight = flight_bytes(version, &peer.hello, sign(&peer.secret, &peer.hello), &[]);
        assert_eq!(
            fly(&mut peer.client, &flight).expect("an answer").refusal(),
            (400, "unknown_version")
        );
    }
    assert_eq!(stage.stored(), before);
    assert!(
        peer.say(&[]).expect("an answer").welcome().is_some(),
        "its challenge is still good"
    );
    stage.goes_on();
}

#[test]
fn a_flight_that_is_played_again_is_answered_with_a_challenge_and_not_read() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let command = peer.command(Some(stage.case), note("看过了。"));
    let batch = peer.seal(vec![command]).expect("short");
    let flight = peer.flight(&[peer.frame(&batch)]);
    let heard = peer.send(&flight).expect("an answer");
    assert!(
        matches!(
            heard.verdicts(1)[..],
            [alleyway_core::sync::frame::Verdict::Admitted(_)]
        ),
        "{heard:?}"
    );
    let before = stage.stored();
    for _ in 0..3 {
        let heard = peer.send(&flight).expect("an answer");
        assert!(
            matches!(heard.frames[..], [ServerFrame::Challenge(_)]),
            "{heard:?}"
        );
    }
    // Signed again, over the challenge: the same batch gets the same verdicts, and changes nothing.
    let again = peer
        .say(&[peer.frame(&batch), peer.frame(&batch)])
        .expect("an answer");
    assert_eq!(again.verdicts(1), heard.verdicts(1));
    assert_eq!(stage.stored(), before);
    assert_eq!(stage.metric("alleyway_challenges_total"), 3);
    // A challenge of another device is none.
    let mut other = stage.peer("lan");
    other.hello.challenge = peer.hello.challenge;
    let heard = other.say(&[]).expect("an answer");
    assert!(
        matches!(heard.frames[..], [ServerFrame::Challenge(_)]),
        "{heard:?}"
    );
    other.hello.challenge = None;
    let heard = other.say(&[]).expect("an answer");
    assert!(
        matches!(heard.frames[..], [ServerFrame::Challenge(_)]),
        "{heard:?}"
    );
    assert!(other.say(&[]).expect("an answer").welcome().is_some());
    stage.goes_on();
}

#[test]
fn an_expired_challenge_and_one_from_before_a_restart_cost_one_round_trip() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let old = peer.hello.challenge;
    stage
        .server
        .set_clock("2026-03-16T09:00:00+08:00")
        .expect("a demo");
    let heard = peer.say(&[]).expect("an answer");
    assert!(
        matches!(heard.frames[..], [ServerFrame::Challenge(_)]),
        "{heard:?}"
    );
    assert_ne!(peer.hello.challenge, old);
    assert!(peer.say(&[]).expect("an answer").welcome().is_some());
    stage.server.kill().expect("our own child");
    stage.server.restart().expect("the same folder");
    let heard = peer.say(&[]).expect("an answer");
    assert!(
        matches!(heard.frames[..], [ServerFrame::Challenge(_)]),
        "{heard:?}"
    );
    assert!(peer.say(&[]).expect("an answer").welcome().is_some());
    let report = stage.good.sync().expect("a server that answers");
    assert_eq!((report.round_trips, report.summary.up_to_date), (2, true));
    stage.goes_on();
}

#[test]
fn other_addresses_and_methods_are_refused_with_a_code() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    assert_eq!(
        post(&mut peer.client, "/v2/sync", Vec::new())
            .expect("an answer")
            .refusal(),
        (404, "not_found")
    );
    assert_eq!(
        post(&mut peer.client, "/healthz", Vec::new())
            .expect("an answer")
            .refusal(),
        (405, "method_not_allowed")
    );
    let url = stage.server.url().to_owned();
    for (path, status, code) in [
        ("v1/sync", 405, "method_not_allowed"),
        ("v1/track/0000-0000-0000-0001", 404, "bad_code"),
        ("v1/track/%00%ff", 404, "bad_code"),
        ("../../etc/passwd", 404, "not_found"),
    ] {
        let answer = get(&format!("{url}/{path}")).expect("an answer");
        let told = answer.json().map(|json| json["code"].clone());
        assert!(
            answer.status == status && told.is_ok_and(|told| told == code),
            "{path}: {answer:?}"
        );
    }
    stage.goes_on();
}
