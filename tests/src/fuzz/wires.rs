//! Every decoder of the line: what it takes is encoded to the same bytes.

use alleyway_core::bundle::Bundle;
use alleyway_core::command::Command;
use alleyway_core::crypto::SecretKey;
use alleyway_core::limits::CHALLENGE_DAYS;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::cursor::Cursor;
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::frame::{DeviceFrame, Hello, Page, ServerFrame, Whole};
use alleyway_core::time::Time;
use alleyway_core::wire::{Wire, WireError};

use super::bench::bench;
use super::{Outcome, Shape, Target, grow};
use crate::pure;

/// A number, and a value of that kind.
pub(super) const WIRES: Target = Target {
    name: "wires",
    about: "a kind, and its bytes: decoded and encoded to the same; a certificate is its server's, a challenge its own",
    run,
    seeds,
    shape: Some(shape),
    mutations: 1_200,
};

/// A decoder with its name; says what a value was encoded to.
struct Decoder {
    name: &'static str,
    shape: Shape,
    again: fn(&[u8]) -> Result<Vec<u8>, WireError>,
}

const fn of<T: Wire>(name: &'static str) -> Decoder {
    Decoder {
        name,
        shape: grow::one::<T>,
        again: |bytes| T::from_bytes(bytes).map(|value| value.to_bytes()),
    }
}

const DECODERS: &[Decoder] = &[
    of::<DeviceFrame>("frame of a device"),
    of::<ServerFrame>("frame of a server"),
    of::<Hello>("hello"),
    of::<Command>("command"),
    of::<Certificate>("certificate"),
    of::<Challenge>("challenge"),
    of::<Cursor>("cursor"),
    of::<Enrol>("enrolment"),
    of::<Enrolled>("answer to an enrolment"),
    of::<Page>("page"),
    of::<Bundle>("bundle"),
];

fn shape(bytes: &[u8]) -> Result<(), WireError> {
    let (kind, rest) = bytes.split_first().ok_or(WireError::Truncated)?;
    let decoder = DECODERS
        .get(usize::from(*kind))
        .ok_or(WireError::Invalid("a kind"))?;
    (decoder.shape)(rest)
}

fn run(input: &[u8]) -> Outcome {
    let Some((kind, bytes)) = input.split_first() else {
        return Outcome::refused("empty");
    };
    // A whole document is not canonical on the line; its decoder is looked at all the same.
    if let Ok(Whole::Saved(saved)) = Whole::from_bytes(bytes) {
        drop(saved.load(bench().case));
    }
    let Some(decoder) = DECODERS.get(usize::from(*kind)) else {
        return Outcome::refused("no kind");
    };
    match (decoder.again)(bytes) {
        Ok(again) => {
            assert_eq!(again, bytes, "{}: encoded to other bytes", decoder.name);
            genuine(bytes);
            Outcome::taken(decoder.name)
        }
        Err(error) => Outcome::refused(format!("{}: {error}", decoder.name)),
    }
}

/// What is signed or bound to somebody is theirs alone.
fn genuine(bytes: &[u8]) {
    let (peer, server) = (&bench().peer, SecretKey::from_bytes(&pure::SERVER));
    if let Ok(certificate) = Certificate::from_bytes(bytes) {
        // A signature is a function of key and message: whose it is, is seen by making it again.
        let Certificate {
            device,
            sealing,
            member,
            code,
            ..
        } = certificate;
        let again = Certificate::sign(pure::TOWN, &server, device, sealing, member, code);
        assert_eq!(
            certificate.is_of(pure::TOWN, &server.public()),
            certificate == again
        );
    }
    if let Ok(challenge) = Challenge::from_bytes(bytes) {
        let (key, device) = (pure::setup().challenge_key, peer.id());
        if let Some(serial) = challenge.serial(&key, device, bench().now) {
            // The first four bytes say until when it is good.
            let expires = bytes
                .first_chunk::<4>()
                .map_or(0, |bytes| i64::from(u32::from_be_bytes(*bytes)));
            let given = Time(expires * 1_000).plus_days(-CHALLENGE_DAYS);
            assert_eq!(
                Challenge::new(&key, device, serial, given),
                challenge,
                "a challenge that nobody gave"
            );
        }
    }
    if let Ok(enrol) = Enrol::from_bytes(bytes) {
        drop(enrol.verify());
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let peer = &bench().peer;
    let mut seeds = vec![
        [vec![4], peer.enrolled.certificate.to_bytes()].concat(),
        [vec![5], peer.enrolled.challenge.to_bytes()].concat(),
        [vec![8], peer.enrolled.to_bytes()].concat(),
    ];
    for (kind, decoder) in (0_u8..).zip(DECODERS) {
        let grown = grow::by_number(decoder.shape, 1);
        seeds.extend(
            grown
                .into_iter()
                .take(12)
                .map(|bytes| [vec![kind], bytes].concat()),
        );
    }
    seeds
}
