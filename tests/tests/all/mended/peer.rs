//! A device that seals and sends whatever it is told to, against a town in memory.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{Hash, PublicKey, SealingSecret, SecretKey, hash};
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{
    CarriedState, Closed, DeviceFrame, Hello, Opaque, ServerFrame, Verdict, Welcome, next_frame,
};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Reader, Wire};
use alleyway_tests::pure::{TOWN, Town};

#[derive(Clone)]
pub(super) struct Peer {
    secret: SecretKey,
    enrolled: Enrolled,
    pub(super) hello: Hello,
    number: u64,
    last: Hash,
    counter: u64,
}

impl Peer {
    /// Enrols a device of a member; each of a test has another seed.
    pub(super) fn enrol(town: &mut Town, key: &str, seed: u8) -> Self {
        let code = TrackingCode::from_random([seed; 15]);
        let (member, now) = (town.member(key), town.now);
        town.ledger.invite(&town.store, member, &code, now).unwrap();
        let secret = SecretKey::from_bytes(&hash("peer", &[&[seed]]));
        let sealing = SealingSecret::from_bytes([seed; 32]).public().0;
        let request = Enrol::new(code, &secret, sealing, Text::cut("p"), now)
            .verify()
            .unwrap();
        let enrolled = town.ledger.enrol(&town.store, &request, now).unwrap();
        town.commit();
        let hello = Hello {
            device: DeviceId::of(&secret.public()),
            challenge: Some(enrolled.challenge),
            cursor: Opaque::default(),
            acknowledged: 0,
            budget_bytes: 1 << 30,
            clock: now,
            more: false,
        };
        Self {
            secret,
            enrolled,
            hello,
            number: 0,
            last: [0; 32],
            counter: 0,
        }
    }

    /// A command, typed upon those of others.
    pub(super) fn command(
        &mut self,
        document: DocumentId,
        body: Body,
        upon: &[CommandId],
    ) -> Command {
        self.counter += 1;
        let base = Base {
            generation: 1,
            after: List::new(upon.to_vec()).unwrap(),
            ..Base::default()
        };
        let at: Time = self.hello.clock;
        Command {
            nonce: Nonce::Drawn(self.counter.to_be_bytes()),
            document: Some(document),
            base,
            at,
            body,
        }
    }

    /// A command that creates a document.
    pub(super) fn creating(&mut self, body: Body) -> Command {
        let command = self.command(DocumentId([0; 16]), body, &[]);
        Command {
            document: None,
            base: Base::default(),
            ..command
        }
    }

    pub(super) fn key(&self) -> PublicKey {
        self.secret.public()
    }

    /// The code of which its case numbers are made.
    pub(super) fn code(&self) -> u32 {
        self.enrolled.device_code
    }

    /// The id of one of its commands.
    pub(super) fn id(&self, command: &Command) -> CommandId {
        command.id(&self.secret.public())
    }

    /// One step on a case, in a batch of its own.
    pub(super) fn step(&mut self, case: DocumentId, body: CaseCommand) -> Batch {
        let command = self.command(case, Body::Case(body), &[]);
        self.seal(vec![command])
    }

    pub(super) fn seal(&mut self, commands: Vec<Command>) -> Batch {
        self.number += 1;
        let batch = Batch::seal(
            TOWN,
            &self.secret,
            self.number,
            self.last,
            [9; 16],
            commands,
        )
        .unwrap();
        self.last = batch.hash(TOWN, self.hello.device);
        batch
    }

    /// A batch as its author hands it in.
    pub(super) fn frame(&self, batch: &Batch) -> DeviceFrame {
        DeviceFrame::Batch(Blob::new(batch.pack(&self.secret.public())).unwrap())
    }

    /// A batch as a courier hands it in.
    pub(super) fn closed(&self, batch: &Batch) -> DeviceFrame {
        let packed = batch.pack(&self.secret.public());
        let random = hash("random", &[&packed]);
        let town = &self.enrolled.town_sealing;
        DeviceFrame::Closed(
            Closed::seal(town, random, self.hello.device, batch.number, &packed).unwrap(),
        )
    }

    /// Sends a flight, over a new challenge if the one it has is used up.
    pub(super) fn say(&mut self, town: &mut Town, frames: &[DeviceFrame]) -> Vec<ServerFrame> {
        town.now = Time(town.now.0 + 1_000);
        self.hello.clock = town.now;
        let heard = self.hear(town, frames);
        if matches!(heard[..], [ServerFrame::Challenge(_)]) {
            self.hear(town, frames)
        } else {
            heard
        }
    }

    fn hear(&mut self, town: &mut Town, frames: &[DeviceFrame]) -> Vec<ServerFrame> {
        let answer = town.answer(&flight::encode(TOWN, &self.secret, &self.hello, frames));
        let mut from = Reader::new(&answer[1..]);
        let mut heard = Vec::new();
        while let Some(frame) = next_frame(&mut from).unwrap() {
            heard.push(ServerFrame::from_bytes(frame).unwrap());
        }
        for frame in &heard {
            match frame {
                ServerFrame::Challenge(challenge)
                | ServerFrame::Welcome(Welcome { challenge, .. }) => {
                    self.hello.challenge = Some(*challenge);
                }
                ServerFrame::Page(page) => self.hello.cursor = page.cursor.clone(),
                _ => {}
            }
        }
        heard
    }
}

/// The verdicts on own batches, in their order.
pub(super) fn verdicts(heard: &[ServerFrame]) -> Vec<Verdict> {
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Verdicts(verdicts) => verdicts.verdicts.to_vec(),
        _ => Vec::new(),
    };
    heard.iter().flat_map(of).collect()
}

/// What became of carried batches, in the order of the answers.
pub(super) fn states(heard: &[ServerFrame]) -> Vec<CarriedState> {
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Carried(carried) => Some(carried.state),
        _ => None,
    };
    heard.iter().filter_map(of).collect()
}
