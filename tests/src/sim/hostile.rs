//! Somebody who has an enrolled device, and means no good; and bytes from nobody.

use std::collections::BTreeSet;

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Command};
use alleyway_core::crypto::{PublicKey, SecretKey};
use alleyway_core::id::{DeviceId, DocumentId, MemberId};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::flight::encode;
use alleyway_core::sync::frame::{
    Closed, DeviceFrame, Hello, Item, Opaque, ServerFrame, Want, Why,
};
use alleyway_core::text::Text;
use alleyway_core::wire::{Blob, List, Wire};
use alleyway_demo::Chance;

use super::oracle::{Answered, Event, Reader};
use super::server::{Part, Trouble};
use super::service::Work;
use super::town::{self, TOWN};
use super::violation::{AUTHORITY, Broken, Checked, SCOPE, broken, ensure};
use super::world::World;

/// Commands of others that are remembered, to be changed and said again.
const HEARD_MAX: usize = 12;

/// Who means no good.
pub(crate) struct Stranger {
    secret: SecretKey,
    pub(crate) member: MemberId,
    challenge: Option<Challenge>,
    number: u64,
    last_hash: [u8; 32],
    counter: u64,
    /// What others typed.
    heard: Vec<Command>,
}

impl Stranger {
    fn key(&self) -> PublicKey {
        self.secret.public()
    }

    /// Remembers what somebody typed.
    pub(crate) fn overhears(&mut self, command: &Command) {
        self.heard.push(command.clone());
        if self.heard.len() > HEARD_MAX {
            self.heard.remove(0);
        }
    }

    /// Something that somebody typed, changed.
    fn command(&mut self, rng: &mut Chance, documents: &[DocumentId]) -> Option<Command> {
        let mut command = rng.pick(&self.heard)?.clone();
        if rng.one_in(2) {
            command = Command::from_bytes(&mutated(rng, command.to_bytes())).ok()?;
        }
        self.counter += 1;
        command.counter = self.counter;
        command.nonce = rng.bytes();
        if command.document.is_some() && rng.one_in(2) {
            command.document = rng.pick(documents).copied();
        }
        if rng.one_in(2) {
            command.base = Base {
                generation: u32::from(command.document.is_some()),
                ..Base::default()
            };
        }
        Some(command)
    }

    fn frame(&mut self, rng: &mut Chance, documents: &[DocumentId]) -> Option<DeviceFrame> {
        Some(match rng.below(6) {
            0 => {
                let wanted = (0..4)
                    .filter_map(|_| Some((*rng.pick(documents)?, Why::Missing)))
                    .collect();
                DeviceFrame::Want(Want {
                    documents: List::new(wanted).ok()?,
                })
            }
            1 => {
                let length = rng.below(200);
                let sealed = Blob::new((0..length).map(|_| rng.bytes::<1>()[0]).collect()).ok()?;
                DeviceFrame::Closed(Closed {
                    device: DeviceId(rng.bytes()),
                    number: rng.draw(),
                    sealed,
                })
            }
            _ => {
                let commands: Vec<Command> = (0..=rng.below(3))
                    .filter_map(|_| self.command(rng, documents))
                    .collect();
                let number = if rng.one_in(6) {
                    rng.draw()
                } else {
                    self.number + 1
                };
                let batch = Batch::seal(
                    TOWN,
                    &self.secret,
                    number,
                    self.last_hash,
                    rng.bytes(),
                    commands,
                )
                .ok()?;
                if number == self.number + 1 {
                    self.number = number;
                    self.last_hash = batch.hash(TOWN, DeviceId::of(&self.key()));
                }
                DeviceFrame::Batch(Blob::new(batch.pack(&self.key())).ok()?)
            }
        })
    }

    fn flight(
        &mut self,
        rng: &mut Chance,
        documents: &[DocumentId],
        clock: alleyway_core::time::Time,
    ) -> Vec<u8> {
        let cursor = if rng.one_in(4) {
            Opaque::new(rng.bytes::<60>().to_vec()).unwrap_or_default()
        } else {
            Opaque::default()
        };
        let hello = Hello {
            device: DeviceId::of(&self.key()),
            challenge: self.challenge,
            cursor,
            acknowledged: if rng.one_in(4) { rng.draw() } else { 0 },
            budget_bytes: 1 << 16,
            clock,
            more: rng.one_in(4),
        };
        let frames: Vec<DeviceFrame> = (0..=rng.below(3))
            .filter_map(|_| self.frame(rng, documents))
            .collect();
        encode(TOWN, &self.secret, &hello, &frames)
    }
}

/// The bytes with something changed, cut off or put behind them.
fn mutated(rng: &mut Chance, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = rng.below(bytes.len());
    match rng.below(4) {
        0 => bytes.truncate(at),
        1 => bytes.extend(rng.bytes::<7>()),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << rng.below(8);
            }
        }
    }
    bytes
}

impl World {
    /// The stranger's device is taken in: it is a chief's, and somebody else has it.
    pub(crate) fn enrol_stranger(&mut self) -> Checked {
        let (member, secret) = (
            town::member("lan"),
            SecretKey::from_bytes(&self.rng.bytes()),
        );
        let code = TrackingCode::from_random(self.rng.bytes());
        let now = self.server_clock();
        self.server.invite(member, &code, now)?;
        let request = Enrol::new(
            code,
            &secret,
            self.rng.bytes(),
            Text::cut("a stranger's"),
            now,
        );
        let challenge = Some(self.server.enrol(&request, now)?.challenge);
        self.commit_undisturbed()?;
        let (number, last_hash, counter, heard) = (0, [0; 32], 0, Vec::new());
        self.stranger = Some(Stranger {
            secret,
            member,
            challenge,
            number,
            last_hash,
            counter,
            heard,
        });
        Ok(())
    }

    /// A flight that should change nothing but what its sender may.
    pub(crate) fn attack(&mut self) -> Checked {
        if self.rng.one_in(2) {
            let Some(request) = self.rng.pick(&self.network.requests).cloned() else {
                return Ok(());
            };
            let bytes = mutated(&mut self.rng, request.bytes.clone());
            let work = if bytes == request.bytes {
                Vec::new()
            } else {
                vec![Work::Forged(bytes)]
            };
            return self.serve_group(work);
        }
        let now = self.server_clock();
        let documents: Vec<DocumentId> = self.oracle.papers.keys().copied().collect();
        let Some(stranger) = &mut self.stranger else {
            return Ok(());
        };
        let bytes = stranger.flight(&mut self.rng, &documents, now);
        self.serve_group(vec![Work::Strangers(bytes)])
    }

    /// Bytes that nobody signed are not taken.
    pub(crate) fn meet_forged(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.done.hostile += 1;
        let now = self.server_clock();
        let taken = self.server.sync(bytes, now)?;
        self.tell(|| "the server is sent a flight that nobody signed".to_owned());
        Ok(ensure(taken.is_none(), AUTHORITY, || {
            "a flight that nobody signed is taken".to_owned()
        })?)
    }

    /// What the stranger hears, it may.
    pub(crate) fn meet_stranger(
        &mut self,
        bytes: &[u8],
        events: &mut Vec<Event>,
    ) -> Result<(), Trouble> {
        self.done.hostile += 1;
        let now = self.server_clock();
        let part = self.server.sync(bytes, now)?;
        self.tell(|| "a stranger sends a flight".to_owned());
        let (Some(part), Some(stranger)) = (part, &mut self.stranger) else {
            return Ok(());
        };
        stranger.take(&part);
        let (key, member) = (stranger.key(), stranger.member);
        for (commands, said) in &part.verdicts {
            let verdicts = commands
                .iter()
                .cloned()
                .zip(said.verdicts.iter().cloned())
                .collect();
            let received = said.receipt.received;
            events.push(Event::Answered(vec![Answered {
                phone: None,
                key,
                member,
                at: now,
                received,
                is_carried: false,
                verdicts,
            }]));
        }
        let reader = Reader {
            member,
            phone: None,
        };
        events.push(Event::Shown {
            reader,
            at: now,
            documents: shown(&part)?,
        });
        Ok(())
    }
}

impl Stranger {
    fn take(&mut self, part: &Part) {
        for frame in &part.frames {
            match ServerFrame::from_bytes(frame) {
                Ok(ServerFrame::Challenge(challenge)) => self.challenge = Some(challenge),
                Ok(ServerFrame::Welcome(welcome)) => {
                    self.challenge = Some(welcome.challenge);
                    self.number = self.number.max(welcome.held);
                }
                Ok(ServerFrame::Fork(fork)) => {
                    (self.number, self.last_hash) = (fork.last, fork.hash);
                }
                _ => {}
            }
        }
    }
}

/// The documents whose contents an answer holds.
fn shown(part: &Part) -> Result<BTreeSet<DocumentId>, Broken> {
    let mut documents = BTreeSet::new();
    for frame in &part.frames {
        let frame = ServerFrame::from_bytes(frame).map_err(|e| broken(SCOPE, e.to_string()))?;
        let ServerFrame::Page(page) = frame else {
            continue;
        };
        documents.extend(page.items.iter().filter_map(|item| match item {
            Item::Changes(changes) => Some(changes.document),
            Item::Part(part) => Some(part.document),
            Item::Forget(_) => None,
        }));
    }
    Ok(documents)
}
