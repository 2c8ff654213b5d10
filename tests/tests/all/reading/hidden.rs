//! What is out of scope and what does not exist cannot be told apart: neither by the answer nor by
//! the work it takes.

use std::cell::Cell;

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Note;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Records, Row, StoreError};
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::flight::{Flight, SignedFlight, encode};
use alleyway_core::sync::frame::{
    DeviceFrame, Hello, Opaque, PROTOCOL_VERSION, ServerFrame, Verdict, Want, Why, next_frame,
};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Reader, Wire};
use alleyway_tests::pure::{TOWN, Town};

/// A store that counts what is read.
struct Counting<'a> {
    store: &'a MemoryStore,
    reads: Cell<usize>,
}

impl Records for Counting<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.reads.set(self.reads.get() + 1);
        self.store.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.reads.set(self.reads.get() + 1);
        self.store.scan(from, to, limit)
    }
}

/// A device that asks for what it likes.
struct Curious {
    secret: SecretKey,
    hello: Hello,
    last: (u64, [u8; 32]),
}

impl Curious {
    fn enrol(town: &mut Town, key: &str) -> Self {
        let secret = SecretKey::from_bytes(&town.random());
        let code = TrackingCode::from_random([9; 15]);
        let (member, now) = (town.member(key), town.now);
        town.ledger.invite(&town.store, member, &code, now).unwrap();
        let sealing = SealingSecret::from_bytes(town.random()).public().0;
        let request = Enrol::new(code, &secret, sealing, Text::cut("curious"), now);
        let enrolled = town
            .ledger
            .enrol(&town.store, &request.verify().unwrap(), now)
            .unwrap();
        town.commit();
        let hello = Hello {
            device: DeviceId::of(&secret.public()),
            challenge: Some(enrolled.challenge),
            cursor: Opaque::default(),
            acknowledged: 0,
            budget_bytes: 1 << 20,
            clock: now,
            more: false,
        };
        Self {
            secret,
            hello,
            last: (0, [0; 32]),
        }
    }

    /// The frames of the first part of the answer, and how often the store was read for it.
    fn asks(&mut self, town: &mut Town, frames: &[DeviceFrame]) -> (Vec<ServerFrame>, usize) {
        let flight = Flight::parse(&encode(TOWN, &self.secret, &self.hello, frames)).unwrap();
        let verified = flight
            .verify(TOWN, &self.secret.public())
            .and_then(SignedFlight::read)
            .unwrap();
        let counting = Counting {
            store: &town.store,
            reads: Cell::new(0),
        };
        let reply = town.ledger.sync(&counting, &verified, town.now).unwrap();
        let reads = counting.reads.get();
        town.commit();
        let mut bytes = vec![PROTOCOL_VERSION];
        bytes.extend_from_slice(&reply.frames);
        let (mut from, mut heard) = (Reader::new(&bytes[1..]), Vec::new());
        while let Some(frame) = next_frame(&mut from).unwrap() {
            heard.push(ServerFrame::from_bytes(frame).unwrap());
        }
        for frame in &heard {
            match frame {
                ServerFrame::Welcome(welcome) => self.hello.challenge = Some(welcome.challenge),
                ServerFrame::Page(page) => self.hello.cursor = page.cursor.clone(),
                _ => {}
            }
        }
        (heard, reads)
    }

    fn wants(&mut self, town: &mut Town, document: DocumentId) -> (Vec<u8>, usize) {
        let documents = List::new(vec![(document, Why::Missing)]).unwrap();
        let (frames, reads) = self.asks(town, &[DeviceFrame::Want(Want { documents })]);
        (shown(frames, document), reads)
    }

    fn notes(&mut self, town: &mut Town, document: DocumentId) -> (Vec<u8>, usize) {
        let counter = self.last.0 + 1;
        let command = Command {
            nonce: Nonce::Drawn(counter.to_be_bytes()),
            document: Some(document),
            base: Base {
                generation: 1,
                ..Base::default()
            },
            at: town.now,
            body: Body::Case(CaseCommand::Note(Note {
                text: Text::cut("what is it?"),
            })),
        };
        let batch = Batch::seal(
            TOWN,
            &self.secret,
            counter,
            self.last.1,
            [1; 16],
            vec![command],
        )
        .unwrap();
        self.last = (counter, batch.hash(TOWN, self.hello.device));
        let packed = Blob::new(batch.pack(&self.secret.public())).unwrap();
        let (frames, reads) = self.asks(town, &[DeviceFrame::Batch(packed)]);
        let refused = |frame: &ServerFrame| match frame {
            ServerFrame::Verdicts(said) => said
                .verdicts
                .iter()
                .all(|verdict| matches!(verdict, Verdict::Refused(_))),
            _ => false,
        };
        assert!(frames.iter().any(refused), "{frames:?}");
        (shown(frames, document), reads)
    }
}

/// An answer, less what differs in every answer: challenges, cursors' seals, numbers, signatures, and
/// the id that was asked for.
fn shown(frames: Vec<ServerFrame>, asked: DocumentId) -> Vec<u8> {
    let mut bytes = Vec::new();
    for mut frame in frames {
        match &mut frame {
            ServerFrame::Page(page) => {
                let length = page.cursor.to_bytes().len();
                page.cursor = Opaque::default();
                bytes.extend_from_slice(&length.to_be_bytes());
            }
            ServerFrame::Welcome(welcome) => {
                welcome.challenge = Challenge::new(&[0; 32], DeviceId([0; 16]), 0, Time(0));
                welcome.held = 0;
            }
            ServerFrame::Verdicts(said) => {
                said.batch = 0;
                said.signature.0 = [0; 64];
            }
            _ => {}
        }
        bytes.extend_from_slice(&frame.to_bytes());
    }
    let mut at = 0;
    while at + 16 <= bytes.len() {
        if bytes[at..at + 16] == asked.0 {
            bytes[at..at + 16].fill(0);
        }
        at += 1;
    }
    bytes
}

#[test]
fn what_is_out_of_scope_is_answered_as_what_does_not_exist_with_the_same_work() {
    let mut town = Town::new();
    let mut chief = town.device("xie");
    town.sync(&mut chief);
    let hidden = town
        .report(&mut chief, "a title", "a text", "here", "")
        .document;
    for count in 0..30 {
        town.note(&mut chief, hidden, &format!("a long case, {count}"));
    }
    town.sync(&mut chief);
    // Of the same village, but the case is not hers to see.
    let mut curious = Curious::enrol(&mut town, "qin");
    curious.asks(&mut town, &[]);
    curious.asks(&mut town, &[]);
    let unknown = DocumentId([0x5a; 16]);
    let (there, not_there) = (
        curious.wants(&mut town, hidden),
        curious.wants(&mut town, unknown),
    );
    assert_eq!(there.0, not_there.0, "the answer to a wish");
    assert_eq!(there.1, not_there.1, "the work for a wish");
    // The first batch of a device is noted in another way than those that follow.
    curious.notes(&mut town, unknown);
    let (there, not_there) = (
        curious.notes(&mut town, hidden),
        curious.notes(&mut town, unknown),
    );
    assert_eq!(there.0, not_there.0, "the answer to a command");
    assert_eq!(there.1, not_there.1, "the work for a command");
}
