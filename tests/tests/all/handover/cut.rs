//! What is sent by hand: a flight whose answer nobody hears, and commands that no phone would type.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Command, Nonce};
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{CommandId, DeviceId};
use alleyway_core::limits::AFTER_MAX;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{DeviceFrame, Hello, Opaque, ServerFrame, Verdict, next_frame};
use alleyway_core::wire::{Blob, List, Reader, Wire};
use alleyway_replica::{Draft, Effect};
use alleyway_tests::pure::{Device, TOWN, Town};

/// The flight that a sync begins with; what it seals is kept.
pub(super) fn first_flight(town: &mut Town, device: &mut Device) -> Vec<u8> {
    let random = town.random();
    let mut flight = None;
    for effect in device.replica.begin_sync(town.now, random) {
        match effect {
            Effect::Persist(writes) | Effect::PersistAnew(writes) => device.persist(writes),
            Effect::Send(bytes) => flight = Some(bytes),
            Effect::Wipe | Effect::Done(_) => {}
        }
    }
    flight.unwrap()
}

/// Whoever has a device's keys, and signs what its program would never have typed.
pub(crate) struct Forger {
    /// The cursor to show.
    pub(super) cursor: Opaque,
    /// Whether to say that more is to follow.
    pub(super) more: bool,
    /// What the next commands are said to be typed upon.
    pub(super) after: List<CommandId, AFTER_MAX>,
    secret: SecretKey,
    /// The last batch, and its hash.
    pub(super) number: u64,
    pub(super) hash: [u8; 32],
    counter: u64,
    challenge: Option<Challenge>,
}

impl Forger {
    /// With the keys of a device that has handed in nothing yet.
    pub(crate) fn of(device: &Device) -> Self {
        let secret = device.secret();
        let (cursor, after) = (Opaque::default(), List::default());
        Self {
            cursor,
            more: true,
            after,
            secret,
            number: 0,
            hash: [0; 32],
            counter: 0,
            challenge: None,
        }
    }

    /// Hands in a batch; what the server says of each command.
    pub(crate) fn hands_in(&mut self, town: &mut Town, drafts: &[Draft]) -> Vec<Verdict> {
        let batch = self.seals(town, drafts);
        self.says(town, &[batch])
    }

    /// Hands in nothing, and hears what is new.
    pub(super) fn listens(&mut self, town: &mut Town) {
        self.says(town, &[]);
    }

    /// Seals a batch, which has its place in the chain from then on.
    pub(super) fn seals(&mut self, town: &Town, drafts: &[Draft]) -> DeviceFrame {
        let base = Base {
            incarnation: 1,
            generation: 0,
            version: 0,
            after: self.after.clone(),
        };
        let mut commands = Vec::new();
        for draft in drafts {
            self.counter += 1;
            let (counter, Draft { target, body }) = (self.counter, draft.clone());
            let command = Command {
                nonce: Nonce::Drawn(counter.to_be_bytes()),
                document: target,
                base: base.clone(),
                at: town.now,
                body,
            };
            commands.push(command);
        }
        self.number += 1;
        let batch = Batch::seal(
            TOWN,
            &self.secret,
            self.number,
            self.hash,
            [4; 16],
            commands,
        )
        .unwrap();
        let device = DeviceId::of(&self.secret.public());
        self.hash = batch.hash(TOWN, device);
        DeviceFrame::Batch(Blob::new(batch.pack(&self.secret.public())).unwrap())
    }

    fn says(&mut self, town: &mut Town, frames: &[DeviceFrame]) -> Vec<Verdict> {
        loop {
            let hello = Hello {
                device: DeviceId::of(&self.secret.public()),
                challenge: self.challenge,
                cursor: self.cursor.clone(),
                acknowledged: 0,
                budget_bytes: 1 << 20,
                clock: town.now,
                more: self.more,
            };
            let answer = town.answer(&flight::encode(TOWN, &self.secret, &hello, frames));
            if let Some(verdicts) = self.hear(&answer) {
                return verdicts;
            }
        }
    }

    /// What an answer says of commands; none if it is a challenge.
    fn hear(&mut self, answer: &[u8]) -> Option<Vec<Verdict>> {
        let mut from = Reader::new(&answer[1..]);
        let (mut verdicts, mut welcomed) = (Vec::new(), false);
        while let Some(frame) = next_frame(&mut from).unwrap() {
            match ServerFrame::from_bytes(frame).unwrap() {
                ServerFrame::Challenge(challenge) => self.challenge = Some(challenge),
                ServerFrame::Welcome(welcome) => {
                    (self.challenge, welcomed) = (Some(welcome.challenge), true);
                }
                ServerFrame::Verdicts(said) => verdicts.extend(said.verdicts.into_vec()),
                ServerFrame::Page(page) => self.cursor = page.cursor,
                _ => {}
            }
        }
        welcomed.then_some(verdicts)
    }
}
