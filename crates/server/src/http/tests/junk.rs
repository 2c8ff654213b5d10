//! Every route against random and mutated bytes: an answer each time, and never the server's fault.

use alleyway_core::crypto::SecretKey;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_demo::Chance;
use axum::http::Method;

use super::super::compression::Packer;
use super::{app, limits, request, respond, writer_limits};

/// What fails is found again.
struct Random(Chance);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0.below(below)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.next(256)).unwrap()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }

    fn mutated(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.next(4) {
            let at = self.next(bytes.len().max(1));
            match self.next(3) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), self.byte()),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.next(8);
                    }
                }
            }
        }
        bytes
    }
}

#[tokio::test]
async fn junk_on_any_route_is_answered() {
    let app = app(limits(), writer_limits(), true);
    let secret = SecretKey::from_bytes(&[9; 32]);
    let code = TrackingCode::from_random([4; 15]);
    let enrol = Enrol::new(code, &secret, [0; 32], Text::new("phone").unwrap(), Time(0)).to_bytes();
    let mut random = Random(Chance::new(0x5eed));
    for _ in 0..400 {
        let length = random.next(300);
        let plain = random.bytes(length);
        let mut versioned = vec![PROTOCOL_VERSION];
        versioned.extend_from_slice(&plain);
        let packed = Packer::new(None).unwrap().pack(&versioned, true).unwrap();
        let mutated = random.mutated(&packed);
        let seeds: [(Method, String, Vec<u8>); 6] = [
            (Method::POST, "/v1/sync".to_owned(), plain.clone()),
            (Method::POST, "/v1/sync".to_owned(), packed),
            (Method::POST, "/v1/sync".to_owned(), mutated),
            (Method::POST, "/v1/enrol".to_owned(), random.mutated(&enrol)),
            (
                Method::POST,
                "/demo/clock".to_owned(),
                random.mutated(b"{\"now\":\"2026-03-01T08:00:00+08:00\"}"),
            ),
            (
                Method::GET,
                format!("/v1/track/{}", encoded(&random.bytes(20))),
                plain,
            ),
        ];
        for (method, path, body) in seeds {
            let (status, ..) = respond(&app, request(method, &path, &body)).await;
            assert!(status.as_u16() < 500, "{path} {status} {body:?}");
        }
    }
    assert_eq!(
        respond(&app, request(Method::GET, "/readyz", b"")).await.0,
        200
    );
}

fn encoded(bytes: &[u8]) -> String {
    hex::encode(bytes)
        .as_bytes()
        .chunks(2)
        .flat_map(|pair| [b"%", pair].concat())
        .map(char::from)
        .collect()
}
