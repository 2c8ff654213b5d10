//! Codes that are no good, and requests that are not the device's.

use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire as _;
use alleyway_tests::forge::{Peer, client, post};
use alleyway_tests::process::Device;

use super::stage::{NOW, Stage};

fn request(code: &str, seed: u8) -> Enrol {
    let code = TrackingCode::parse(code).expect("a code");
    Enrol::new(
        code,
        &SecretKey::from_bytes(&[seed; 32]),
        [seed; 32],
        Text::cut("phone"),
        NOW,
    )
}

#[test]
fn a_code_that_is_unknown_used_or_expired_takes_nobody_in() {
    let mut stage = Stage::new();
    let mut line = client(stage.server.url()).expect("an address");
    let mut ask =
        |request: &Enrol| post(&mut line, "/v1/enrol", request.to_bytes()).expect("an answer");
    let code = stage.server.invite("lu").expect("a member");
    let kept = stage.server.invite("lu").expect("a member");

    let before = stage.stored();
    let unknown = TrackingCode::from_random([3; 15]).to_string();
    assert_eq!(ask(&request(&unknown, 1)).refusal(), (404, "code_unknown"));
    let mut forged = request(&code, 1);
    forged.signature = Signature([1; 64]);
    assert_eq!(ask(&forged).refusal(), (401, "bad_signature"));
    let mut others = request(&code, 1);
    others.signing = SecretKey::from_bytes(&[2; 32]).public();
    assert_eq!(ask(&others).refusal(), (401, "bad_signature"));
    assert_eq!(stage.stored(), before);

    let first = ask(&request(&code, 1));
    assert_eq!(
        first.status, 200,
        "the code was not used up by what was refused"
    );
    let before = stage.sequence();
    assert_eq!(
        ask(&request(&code, 1)).status,
        200,
        "the same device again is the same device"
    );
    assert_eq!(ask(&request(&code, 2)).refusal(), (409, "code_used"));
    stage
        .server
        .set_clock("2026-03-16T09:00:00+08:00")
        .expect("a demo");
    assert_eq!(ask(&request(&kept, 2)).refusal(), (410, "code_expired"));
    assert_eq!(stage.sequence(), before);
    assert!(Peer::enrol(stage.server.url(), &kept, 9, NOW).is_err());

    // The terminal program says so, too.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let device = Device::new(&folder.path().join("late")).expect("the program");
    for (code, told) in [
        (&unknown, "code_unknown"),
        (&code, "code_used"),
        (&kept, "code_expired"),
    ] {
        let answer = device
            .run(None, &["enrol", stage.server.url(), code])
            .expect("the program");
        assert_eq!(answer.failed_with(6).expect("an error"), told);
    }
    stage.goes_on();
}

#[test]
fn requests_that_cannot_be_read_are_refused() {
    let mut stage = Stage::new();
    let mut line = client(stage.server.url()).expect("an address");
    let before = stage.stored();
    let whole = request(&stage.server.invite("lu").expect("a member"), 1).to_bytes();
    let before = (before.0, before.1 + 1);
    let mut ask = |body: &[u8]| post(&mut line, "/v1/enrol", body.to_vec()).expect("an answer");
    for cut in 0..whole.len() {
        assert_eq!(ask(&whole[..cut]).refusal(), (400, "malformed"), "{cut}");
    }
    assert_eq!(
        ask(&[&whole[..], b"x"].concat()).refusal(),
        (400, "malformed")
    );
    assert_eq!(ask(&[0xff; 4_000]).refusal(), (400, "malformed"));
    assert_eq!(ask(&[0; 5_000]).refusal(), (413, "too_large"));
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x40;
        assert!(matches!(ask(&flipped).status, 400 | 401), "{at}");
    }
    assert_eq!(stage.stored(), before, "the invitation alone was written");
    assert_eq!(ask(&whole).status, 200);
    stage.goes_on();
}
