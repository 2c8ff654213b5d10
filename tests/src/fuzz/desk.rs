//! The server's machine on the bench, and what must hold of whatever it was given.

use std::collections::BTreeSet;

use alleyway_core::crypto::SecretKey;
use alleyway_core::id::DeviceId;
use alleyway_core::store::{MemoryStore, Store};
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::flight::{Flight, FlightError, VerifiedFlight};
use alleyway_core::sync::frame::{Hello, Opaque, PROTOCOL_VERSION, ServerFrame, Verdict, Verdicts};
use alleyway_core::sync::pieces::Pieces;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_ledger::{Ledger, check, device_key};

use super::Outcome;
use super::bench::bench;
use crate::forge::{flight_bytes, flight_message, frames};
use crate::pure;

/// What one flight may write, in bytes: many times its own length, and far from what hurts.
const WRITTEN_BYTES_MAX: usize = 4 << 20;
/// Pages of one answer on the bench.
const PAGES_MAX: usize = 64;

/// A server.
pub(super) struct Desk {
    pub(super) store: MemoryStore,
    pub(super) ledger: Ledger,
    pub(super) now: Time,
    serial: u64,
    pieces: Pieces,
}

impl Desk {
    pub(super) fn new() -> Self {
        let store = bench().server.clone();
        let ledger = Ledger::open(&store, pure::setup()).expect("a good store");
        Self {
            store,
            ledger,
            now: bench().now,
            serial: 1 << 40,
            pieces: Pieces::default(),
        }
    }

    /// A challenge of this server that nobody used.
    pub(super) fn challenge(&mut self, device: DeviceId) -> Challenge {
        self.serial += 1;
        Challenge::new(&pure::setup().challenge_key, device, self.serial, self.now)
    }

    /// What the peer says first.
    pub(super) fn hello(&mut self) -> Hello {
        let device = bench().peer.id();
        Hello {
            device,
            challenge: Some(self.challenge(device)),
            cursor: Opaque::default(),
            acknowledged: 0,
            budget_bytes: 1 << 20,
            clock: self.now,
            more: false,
        }
    }

    /// Reads a flight as the HTTP edge does.
    pub(super) fn read(&mut self, flight: &[u8]) -> Result<VerifiedFlight, FlightError> {
        let key = |device| device_key(&self.store, device).expect("a store");
        let flight = Flight::parse(flight)?;
        // As the edge: unknown devices are turned away with the same code.
        let known = key(flight.device()).ok_or(FlightError::BadSignature)?;
        flight
            .verify(pure::TOWN, &known)?
            .joined(&mut self.pieces, self.now)?
            .read()?
            .open(pure::TOWN, &self.ledger.sealing(), key)
    }

    /// Answers a flight to its end, and commits.
    pub(super) fn answer(&mut self, flight: &VerifiedFlight) -> Vec<ServerFrame> {
        let mut answer = vec![PROTOCOL_VERSION];
        let mut reply = self
            .ledger
            .sync(&self.store, flight, self.now)
            .expect("a store");
        for _ in 0..PAGES_MAX {
            self.commit();
            answer.extend_from_slice(&reply.frames);
            match reply.next {
                Some(next) => {
                    reply = self
                        .ledger
                        .page(&self.store, &next, self.now)
                        .expect("a store");
                }
                None => return frames(&answer).expect("frames that a device can read"),
            }
        }
        panic!("an answer without an end");
    }

    pub(super) fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            let value =
                |write: &alleyway_core::store::Write| write.value.as_ref().map_or(0, Vec::len);
            let written: usize = transaction
                .writes
                .iter()
                .map(|write| write.key.len() + value(write))
                .sum();
            assert!(
                written <= WRITTEN_BYTES_MAX,
                "one flight writes {written} bytes"
            );
            self.store.commit(&transaction).expect("memory");
        }
    }

    /// The ledger's length.
    pub(super) fn sequence(&self) -> u64 {
        self.store.high_water().expect("memory").sequence
    }

    /// The store is what a check calls sound, and opens.
    pub(super) fn is_sound(&self) {
        let report = check(&self.store, &mut |_| ()).expect("a store");
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        Ledger::open(&self.store, pure::setup()).expect("a store that opens again");
    }
}

/// A flight of the peer.
pub(super) fn signed(hello: &Hello, rest: &[u8]) -> Vec<u8> {
    let secret: &SecretKey = &bench().peer.secret;
    let signature = secret.sign(
        "alleyway flight 1",
        &flight_message(pure::TOWN, hello, rest),
    );
    flight_bytes(PROTOCOL_VERSION, hello, signature, rest)
}

/// Hands a flight in twice: the second time nothing new comes of it.
pub(super) fn handed_in(
    flight: impl Fn(&Hello) -> Vec<u8>,
    hello: Hello,
    desk: &mut Desk,
) -> Outcome {
    let before = desk.sequence();
    let verified = match desk.read(&flight(&hello)) {
        Ok(verified) => verified,
        Err(error) => return Outcome::refused(error),
    };
    let said = desk.answer(&verified);
    let stands = desk.sequence();
    let device = hello.device;
    let again = Hello {
        challenge: Some(desk.challenge(device)),
        ..hello
    };
    let verified = desk.read(&flight(&again)).expect("as before");
    let repeated = desk.answer(&verified);
    assert_eq!(
        desk.sequence(),
        stands,
        "the same flight again changes the ledger"
    );
    let (first, second) = (verdicts(&said), verdicts(&repeated));
    for (first, second) in first.iter().zip(&second) {
        for (first, second) in first.verdicts.iter().zip(second.verdicts.iter()) {
            assert!(
                !first.is_final() || first == second,
                "{first:?}, and then {second:?}"
            );
        }
    }
    if stands > before {
        desk.is_sound();
    }
    Outcome::taken(words(&said))
}

fn verdicts(said: &[ServerFrame]) -> Vec<&Verdicts> {
    said.iter()
        .filter_map(|frame| {
            if let ServerFrame::Verdicts(said) = frame {
                Some(said)
            } else {
                None
            }
        })
        .collect()
}

/// What was said, each once.
fn words(said: &[ServerFrame]) -> String {
    let mut words = BTreeSet::new();
    for frame in said {
        match frame {
            ServerFrame::Verdicts(said) => words.extend(said.verdicts.iter().map(word)),
            ServerFrame::Carried(carried) => {
                words.insert(format!("carried {:?}", carried.state));
            }
            ServerFrame::Welcome(_) | ServerFrame::Page(_) => {}
            other => {
                words.insert(format!("frame {}", other.to_bytes()[0]));
            }
        }
    }
    words.into_iter().collect::<Vec<_>>().join(", ")
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Admitted(_) => "admitted".to_owned(),
        Verdict::Refused(refusal) => format!("refused {:?}", refusal.code),
        Verdict::Need(_) => "need".to_owned(),
        Verdict::Later(_) => "later".to_owned(),
        Verdict::Kept(_) => "kept".to_owned(),
        Verdict::AfterPost(_) => "after post".to_owned(),
        Verdict::Stands(_) => "stands".to_owned(),
    }
}
