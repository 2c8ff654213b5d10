//! What a stranger learns from refusals: not which devices there are.

use std::sync::Arc;

use alleyway_core::crypto::{SecretKey, hash};
use alleyway_core::id::{DeviceId, MemberId};
use alleyway_core::limits::INVITATION_DAYS;
use alleyway_core::sync::enrol::{Enrol, InvitationCode};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::Hello;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use axum::http::Method;

use super::super::App;
use super::super::compression::Packer;
use super::routes::hello;
use super::sync::{NOW, Phone, town};
use super::{TOWN, limits, refused, request, respond};

/// A flight that says it is of `device`, signed by `secret`.
fn flight_of(device: DeviceId, secret: &SecretKey) -> Vec<u8> {
    let hello = Hello {
        device,
        ..hello(secret)
    };
    let plain = flight::encode(TOWN, secret, &hello, &[]);
    Packer::new(Some(plain.len()))
        .unwrap()
        .pack(&plain, true)
        .unwrap()
}

/// Everything that a client is answered.
async fn answer(app: &Arc<App>, flight: &[u8]) -> (u16, String, Vec<u8>) {
    let (status, head, body) = respond(app, request(Method::POST, "/v1/sync", flight)).await;
    (status.as_u16(), format!("{:?}", head.headers()), body)
}

/// How many questions the writer has answered.
fn questions(app: &App) -> String {
    let text = app.metrics.encode().unwrap();
    text.lines()
        .find_map(|line| line.strip_prefix("alleyway_group_requests_sum "))
        .unwrap()
        .to_owned()
}

async fn cost(app: &Arc<App>, flight: &[u8]) -> f64 {
    let read = |text: String| text.parse::<f64>().unwrap();
    let before = read(questions(app));
    answer(app, flight).await;
    read(questions(app)) - before
}

#[tokio::test]
async fn an_unknown_device_and_a_known_one_with_a_wrong_signature_get_one_answer_at_one_price() {
    let app = town(limits()).await;
    let mut known = Phone::of(&app, "xie").await;
    let unknown = SecretKey::from_bytes(&[77; 32]);
    let stranger = flight_of(DeviceId::of(&unknown.public()), &unknown);
    let forged = flight_of(known.id(), &unknown);

    let expected = answer(&app, &stranger).await;
    assert_eq!(expected.0, 401);
    assert_eq!(
        answer(&app, &forged).await,
        expected,
        "its key is not remembered yet"
    );
    assert_eq!(
        (
            cost(&app, &stranger).await.to_bits(),
            cost(&app, &forged).await.to_bits()
        ),
        (1f64.to_bits(), 1f64.to_bits())
    );
    // Once the device has spoken, its key is remembered.
    known.sync(&app).await;
    assert_eq!(answer(&app, &forged).await, expected);
    assert_eq!(cost(&app, &forged).await.to_bits(), 1f64.to_bits());
    let (_, code) = refused(&app, request(Method::POST, "/v1/sync", &forged)).await;
    assert_eq!(code, "unknown_device");
}

#[tokio::test]
async fn the_key_that_stands_in_for_unknown_devices_lets_nobody_in() {
    let app = town(limits()).await;
    let nobody = SecretKey::from_bytes(&hash("alleyway nobody 1", &[]));
    let flight = flight_of(DeviceId::of(&nobody.public()), &nobody);
    let answer = refused(&app, request(Method::POST, "/v1/sync", &flight)).await;
    assert_eq!(answer, (401, "unknown_device".to_owned()));
}

async fn invited(app: &Arc<App>, random: u8) -> InvitationCode {
    let code = InvitationCode::from_random([random; 15]);
    let id = MemberId::derive(TOWN, "xie");
    app.writer
        .ask(0, move |desk| {
            let invited = desk.ledger.invite(desk.store, id, &code, desk.now);
            invited.unwrap();
            Ok(())
        })
        .await
        .unwrap();
    code
}

async fn enrol(app: &Arc<App>, code: InvitationCode, secret: &SecretKey) -> (u16, String) {
    let enrol = Enrol::new(code, secret, [0; 32], Text::new("phone").unwrap(), Time(0));
    let (status, _, body) =
        respond(app, request(Method::POST, "/v1/enrol", &enrol.to_bytes())).await;
    (status.as_u16(), String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn only_who_has_a_code_learns_that_it_was_used_or_has_expired_and_never_whose_it_was() {
    let app = town(limits()).await;
    let (first, second) = (
        SecretKey::from_bytes(&[8; 32]),
        SecretKey::from_bytes(&[9; 32]),
    );
    let (used, old) = (invited(&app, 1).await, invited(&app, 2).await);
    assert_eq!(enrol(&app, used, &first).await.0, 200);
    app.clock.set(NOW.plus_days(INVITATION_DAYS + 1));
    for (code, status, word) in [
        (used, 409, "code_used"),
        (old, 410, "code_expired"),
        (InvitationCode::from_random([3; 15]), 404, "code_unknown"),
    ] {
        let (was, body) = enrol(&app, code, &second).await;
        assert_eq!(was, status, "{body}");
        assert!(
            body.contains(word) && !body.contains('谢') && !body.contains("xie"),
            "{body}"
        );
    }
    // A signature is checked before the code is looked up: a wrong one says nothing about any code.
    for code in [used, old, InvitationCode::from_random([3; 15])] {
        let mut forged = Enrol::new(code, &second, [0; 32], Text::new("phone").unwrap(), Time(0));
        forged.clock = Time(1);
        let sent = request(Method::POST, "/v1/enrol", &forged.to_bytes());
        assert_eq!(refused(&app, sent).await, (401, "bad_signature".to_owned()));
    }
}
