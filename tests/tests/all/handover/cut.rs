//! What is sent by hand: a flight whose answer nobody hears, and commands that no phone would type.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Command};
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::DeviceId;
use alleyway_core::replica::{Draft, Effect};
use alleyway_core::store::Records;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{DeviceFrame, Hello, Opaque, ServerFrame, Verdict, next_frame};
use alleyway_core::wire::{Blob, List, Reader, Wire};
use alleyway_tests::pure::{Device, TOWN, Town};

/// The flight that a sync begins with; what it seals is kept.
pub(super) fn first_flight(town: &mut Town, device: &mut Device) -> Vec<u8> {
    let random = town.random();
    let mut flight = None;
    for effect in device.replica.begin_sync(town.now, random) {
        match effect {
            Effect::Persist(writes) => device.persist(writes),
            Effect::Send(bytes) => flight = Some(bytes),
            Effect::Wipe | Effect::Done(_) => {}
        }
    }
    flight.unwrap()
}

/// Whoever has a device's keys, and signs what its program would never have typed.
pub(super) struct Forger {
    secret: SecretKey,
    number: u64,
    hash: [u8; 32],
    counter: u64,
    challenge: Option<Challenge>,
}

impl Forger {
    /// With the keys of a device that has handed in nothing yet.
    pub(super) fn of(device: &Device) -> Self {
        let identity = device.store.get(b"i").unwrap().unwrap();
        let secret = SecretKey::from_bytes(&identity[..32].try_into().unwrap());
        Self { secret, number: 0, hash: [0; 32], counter: 0, challenge: None }
    }

    /// Hands in a batch; what the server says of each command.
    pub(super) fn hands_in(&mut self, town: &mut Town, drafts: &[Draft]) -> Vec<Verdict> {
        let base = Base { incarnation: 1, generation: 0, version: 0, after: List::default() };
        let mut commands = Vec::new();
        for draft in drafts {
            self.counter += 1;
            let (counter, Draft { target, body }) = (self.counter, draft.clone());
            let command = Command { counter, nonce: [7; 4], document: target, base: base.clone(), at: town.now, body };
            commands.push(command);
        }
        self.number += 1;
        let batch = Batch::seal(TOWN, &self.secret, self.number, self.hash, [4; 16], commands).unwrap();
        let device = DeviceId::of(&self.secret.public());
        self.hash = batch.hash(TOWN, device);
        let batch = DeviceFrame::Batch(Blob::new(batch.pack(&self.secret.public())).unwrap());
        loop {
            let hello = Hello {
                device,
                challenge: self.challenge,
                cursor: Opaque::default(),
                acknowledged: 0,
                budget_bytes: 0,
                clock: town.now,
                more: true,
            };
            let answer = town.answer(&flight::encode(TOWN, &self.secret, &hello, std::slice::from_ref(&batch)));
            if let Some(verdicts) = self.hear(&answer) {
                return verdicts;
            }
        }
    }

    fn hear(&mut self, answer: &[u8]) -> Option<Vec<Verdict>> {
        let mut from = Reader::new(&answer[1..]);
        let mut verdicts = None;
        while let Some(frame) = next_frame(&mut from).unwrap() {
            match ServerFrame::from_bytes(frame).unwrap() {
                ServerFrame::Challenge(challenge) => self.challenge = Some(challenge),
                ServerFrame::Welcome(welcome) => self.challenge = Some(welcome.challenge),
                ServerFrame::Verdicts(said) => verdicts = Some(said.verdicts.into_vec()),
                _ => {}
            }
        }
        verdicts
    }
}
