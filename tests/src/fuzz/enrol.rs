//! Requests of devices that want to be taken in.

use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire as _;

use super::bench::bench;
use super::desk::Desk;
use super::{Outcome, Target, grow};
use crate::pure;
use alleyway_core::id::MemberId;

/// A request.
pub(super) const ENROL: Target = Target {
    name: "enrol",
    about: "a request to be taken in, as it is and signed after: one code takes one device in, twice the same",
    run,
    seeds,
    shape: Some(grow::one::<Enrol>),
    mutations: 250,
};

/// The code that lets somebody in here.
fn code() -> TrackingCode {
    TrackingCode::from_random([30; 15])
}

fn run(input: &[u8]) -> Outcome {
    let asked = match Enrol::from_bytes(input) {
        Ok(asked) => asked,
        Err(error) => return Outcome::refused(error),
    };
    let genuine = asked.clone().verify().is_ok();
    let secret = &bench().other.secret;
    let claimed = asked.clone();
    let asked = Enrol::new(asked.code, secret, asked.sealing, asked.name, asked.clock);
    // A signature is a function of key and message: whose it is, is seen by making it again.
    assert!(!genuine || claimed == asked, "a request that nobody signed");
    let mut desk = Desk::new();
    let member = MemberId::derive(pure::TOWN, "wei");
    desk.ledger
        .invite(&desk.store, member, &code(), desk.now)
        .expect("a member");
    desk.commit();
    let verified = asked.clone().verify().expect("signed just now");
    let first = desk
        .ledger
        .enrol(&desk.store, &verified, desk.now)
        .map_err(|error| error.refusal().expect("a store"));
    desk.commit();
    let again = desk
        .ledger
        .enrol(&desk.store, &verified, desk.now)
        .map_err(|error| error.refusal().expect("a store"));
    match (&first, &again) {
        (Ok(first), Ok(again)) => {
            assert_eq!(
                (first.member, first.device_code),
                (again.member, again.device_code)
            );
            assert!(first.member == member || first.member == bench().other.enrolled.member);
        }
        _ => assert_eq!(first, again),
    }
    desk.is_sound();
    match first {
        Ok(answer) => Outcome::taken(format!("{} bytes or so", answer.to_bytes().len() / 256)),
        Err(error) => Outcome::refused(error),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let secret = &bench().other.secret;
    let ask =
        |code, name| Enrol::new(code, secret, [5; 32], Text::cut(name), bench().now).to_bytes();
    vec![
        ask(code(), "phone"),
        ask(code(), ""),
        ask(TrackingCode::from_random([2; 15]), "电话"),
        ask(TrackingCode::from_random([31; 15]), "nobody's"),
    ]
}
