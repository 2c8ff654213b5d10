//! Somebody who has an enrolled device, and means no good; and bytes from nobody.

use std::collections::BTreeSet;

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{PublicKey, SecretKey};
use alleyway_core::id::{DeviceId, DocumentId, MemberId};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::flight::encode;
use alleyway_core::sync::frame::{
    Closed, DeviceFrame, Hello, Item, Opaque, ServerFrame, Verdicts, Want, Why,
};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Wire};
use alleyway_demo::Chance;

use super::oracle::{Answered, Event, Reader};
use super::server::{Part, Trouble};
use super::service::Work;
use super::town::{self, TOWN};
use super::violation::{AUTHORITY, Broken, Checked, IDEMPOTENT, SCOPE, broken, ensure};
use super::world::{BEGIN, World};

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
    /// What it handed in, so that its nonces are given once more.
    typed: Vec<Command>,
    /// Of that, what stands.
    taken: Vec<Command>,
    /// Batches that it sealed, and the server's word for some of them, for one that is restored.
    sealed: Vec<Batch>,
    words: Vec<(Batch, Verdicts)>,
    /// The last batch that the server said it holds.
    held: u64,
    /// A second device: whoever has it brings what the first one sealed.
    courier: SecretKey,
    couriers_challenge: Option<Challenge>,
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
        command.nonce = Nonce::Drawn(rng.bytes());
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

    /// A note on whatever there is.
    fn note(&mut self, rng: &mut Chance, documents: &[DocumentId]) -> Option<Command> {
        let document = *rng.pick(documents)?;
        self.counter += 1;
        let text = Text::cut(&format!("said by somebody else, {}", self.counter));
        Some(Command {
            nonce: Nonce::Drawn(self.counter.to_be_bytes()),
            document: Some(document),
            base: Base {
                generation: 1,
                ..Base::default()
            },
            at: BEGIN,
            body: Body::Case(CaseCommand::Note(Note { text })),
        })
    }

    /// Something else with the nonce of what it handed in before, mostly about the same thing.
    fn another(&mut self, rng: &mut Chance, documents: &[DocumentId]) -> Option<Command> {
        let from = if self.taken.is_empty() || rng.one_in(4) {
            &self.typed
        } else {
            &self.taken
        };
        let first = rng.pick(from)?.clone();
        let other = self.command(rng, documents)?;
        let about = if rng.one_in(4) {
            other.document
        } else {
            first.document
        };
        Some(Command {
            nonce: first.nonce,
            document: about,
            ..other
        })
    }

    /// The commands of a batch: now and then a nonce is given twice, in it or since an older one.
    fn commands(&mut self, rng: &mut Chance, documents: &[DocumentId]) -> Vec<Command> {
        let mut commands = Vec::new();
        for _ in 0..=rng.below(3) {
            let command = match rng.below(3) {
                0 => self.another(rng, documents),
                1 => self.note(rng, documents),
                _ => self.command(rng, documents),
            };
            self.typed.extend(command.clone());
            commands.extend(command);
        }
        if self.typed.len() > HEARD_MAX {
            self.typed.drain(..self.typed.len() - HEARD_MAX);
        }
        commands
    }

    /// Seals a batch behind the last one.
    fn next_batch(&mut self, rng: &mut Chance, commands: Vec<Command>) -> Option<Batch> {
        let (number, secret) = (self.number + 1, &self.secret);
        let sealed = Batch::seal(TOWN, secret, number, self.last_hash, rng.bytes(), commands);
        let batch = sealed.ok()?;
        self.number = number;
        self.last_hash = batch.hash(TOWN, DeviceId::of(&self.key()));
        self.sealed.push(batch.clone());
        if self.sealed.len() > HEARD_MAX {
            self.sealed.remove(0);
        }
        Some(batch)
    }

    fn framed(&self, batch: &Batch) -> Option<DeviceFrame> {
        Some(DeviceFrame::Batch(Blob::new(batch.pack(&self.key())).ok()?))
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
                let commands = self.commands(rng, documents);
                if rng.one_in(6) {
                    let (number, secret) = (rng.draw(), &self.secret);
                    let sealed =
                        Batch::seal(TOWN, secret, number, self.last_hash, rng.bytes(), commands);
                    return self.framed(&sealed.ok()?);
                }
                let batch = self.next_batch(rng, commands)?;
                return self.framed(&batch);
            }
        })
    }

    fn flight(&mut self, rng: &mut Chance, documents: &[DocumentId], clock: Time) -> Vec<u8> {
        let cursor = if rng.one_in(4) {
            Opaque::new(rng.bytes::<60>().to_vec()).unwrap_or_default()
        } else {
            Opaque::default()
        };
        let acknowledged = if rng.one_in(4) { rng.draw() } else { 0 };
        let mut frames: Vec<DeviceFrame> = (0..=rng.below(3))
            .filter_map(|_| self.frame(rng, documents))
            .collect();
        if rng.one_in(3) {
            frames.extend(self.said_before(rng));
        }
        let hello = Hello {
            cursor,
            acknowledged,
            more: rng.one_in(4),
            ..hello(&self.secret, self.challenge, clock)
        };
        encode(TOWN, &self.secret, &hello, &frames)
    }

    /// Batches of before, each with what the server said of it.
    fn said_before(&self, rng: &mut Chance) -> Vec<DeviceFrame> {
        let from = rng.below(self.words.len() + 1);
        let words = self.words.get(from..).unwrap_or_default();
        let frames = words.iter().filter_map(|(batch, said)| {
            Some([DeviceFrame::Stood(said.clone()), self.framed(batch)?])
        });
        frames.flatten().collect()
    }

    /// A flight that says nothing but these frames.
    fn plain(&self, frames: &[DeviceFrame], clock: Time) -> Vec<u8> {
        let hello = hello(&self.secret, self.challenge, clock);
        encode(TOWN, &self.secret, &hello, frames)
    }
}

/// What a device says first.
fn hello(secret: &SecretKey, challenge: Option<Challenge>, clock: Time) -> Hello {
    Hello {
        device: DeviceId::of(&secret.public()),
        challenge,
        cursor: Opaque::default(),
        acknowledged: 0,
        budget_bytes: 1 << 16,
        clock,
        more: false,
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
    /// The stranger's devices are taken in: they are a chief's, and somebody else has them.
    pub(crate) fn enrol_stranger(&mut self) -> Checked {
        let member = town::member("lan");
        let (secret, challenge) = self.enrol_strangers_device(member)?;
        let (courier, couriers_challenge) = self.enrol_strangers_device(member)?;
        self.commit_undisturbed()?;
        self.stranger = Some(Stranger {
            secret,
            member,
            challenge,
            number: 0,
            last_hash: [0; 32],
            counter: 0,
            heard: Vec::new(),
            typed: Vec::new(),
            taken: Vec::new(),
            sealed: Vec::new(),
            words: Vec::new(),
            held: 0,
            courier,
            couriers_challenge,
        });
        Ok(())
    }

    fn enrol_strangers_device(
        &mut self,
        member: MemberId,
    ) -> Result<(SecretKey, Option<Challenge>), Broken> {
        let secret = SecretKey::from_bytes(&self.rng.bytes());
        let code = TrackingCode::from_random(self.rng.bytes());
        let now = self.server_clock();
        self.server.invite(member, &code, now)?;
        let name = Text::cut("a stranger's");
        let request = Enrol::new(code, &secret, self.rng.bytes(), name, now);
        let challenge = self.server.enrol(&request, now)?.challenge;
        Ok((secret, Some(challenge)))
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
        if self.rng.one_in(6) {
            return self.serve_group(vec![Work::StrangersCourier]);
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
        self.tell(|| "a stranger sends a flight".to_owned());
        self.answer_stranger(bytes, events).map(|_| ())
    }

    /// The stranger's second device brings what the first one has sealed; then that one comes itself.
    /// Nobody would know of the verdicts otherwise.
    pub(crate) fn meet_strangers_courier(
        &mut self,
        events: &mut Vec<Event>,
    ) -> Result<(), Trouble> {
        let now = self.server_clock();
        let documents: Vec<DocumentId> = self.oracle.papers.keys().copied().collect();
        for _ in 0..2 {
            let Some(stranger) = &self.stranger else {
                return Ok(());
            };
            let bytes = stranger.plain(&[], now);
            self.answer_stranger(&bytes, events)?;
        }
        let Some(stranger) = &mut self.stranger else {
            return Ok(());
        };
        if stranger.held != stranger.number {
            return Ok(());
        }
        let commands = stranger.commands(&mut self.rng, &documents);
        let Some(batch) = stranger.next_batch(&mut self.rng, commands) else {
            return Ok(());
        };
        let (device, number) = (DeviceId::of(&stranger.key()), batch.number);
        let (town, packed) = (
            self.server.ledger.sealing().public(),
            batch.pack(&stranger.key()),
        );
        let own = stranger.framed(&batch);
        let Some(closed) = Closed::seal(&town, self.rng.bytes(), device, number, &packed) else {
            return Ok(());
        };
        self.done.hostile += 1;
        self.tell(|| "a stranger's second device brings what the first one sealed".to_owned());
        for _ in 0..2 {
            let Some(stranger) = &mut self.stranger else {
                return Ok(());
            };
            let hello = hello(&stranger.courier, stranger.couriers_challenge, now);
            let frames = [DeviceFrame::Closed(closed.clone())];
            let bytes = encode(TOWN, &stranger.courier, &hello, &frames);
            let part = self.server.sync(&bytes, now)?;
            let heard = part.as_ref().map(challenges_in).unwrap_or_default();
            stranger.couriers_challenge = heard.last().copied().or(stranger.couriers_challenge);
        }
        let frames: Vec<DeviceFrame> = own.into_iter().collect();
        // The first answer may be a challenge alone; what nobody can read is not taken from either.
        let mut judged = Some(0);
        for _ in 0..2 {
            let Some(stranger) = self.stranger.as_ref().filter(|_| judged == Some(0)) else {
                break;
            };
            let bytes = stranger.plain(&frames, now);
            judged = self.answer_stranger(&bytes, events)?;
        }
        Ok(ensure(judged != Some(0), IDEMPOTENT, || {
            "a batch that a courier brought is not judged when its author brings it".to_owned()
        })?)
    }

    /// The server answers the stranger. How many of its batches were judged; none if it does not take
    /// the flight.
    fn answer_stranger(
        &mut self,
        bytes: &[u8],
        events: &mut Vec<Event>,
    ) -> Result<Option<usize>, Trouble> {
        let now = self.server_clock();
        let part = self.server.sync(bytes, now)?;
        let (Some(part), Some(stranger)) = (part, &mut self.stranger) else {
            return Ok(None);
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
        Ok(Some(part.verdicts.len()))
    }
}

/// The challenges that an answer gives.
fn challenges_in(part: &Part) -> Vec<Challenge> {
    let frames = part.frames.iter();
    let challenge = |frame: &Vec<u8>| match ServerFrame::from_bytes(frame) {
        Ok(ServerFrame::Challenge(challenge)) => Some(challenge),
        Ok(ServerFrame::Welcome(welcome)) => Some(welcome.challenge),
        _ => None,
    };
    frames.filter_map(challenge).collect()
}

impl Stranger {
    fn take(&mut self, part: &Part) {
        for (commands, said) in &part.verdicts {
            let pairs = commands.iter().zip(said.verdicts.iter());
            let stands = pairs.filter(|(_, verdict)| verdict.stands());
            self.taken
                .extend(stands.map(|(command, _)| command.clone()));
            let more = self.taken.len().saturating_sub(HEARD_MAX);
            self.taken.drain(..more);
            let sealed = self.sealed.iter().find(|batch| batch.number == said.batch);
            let Some(batch) = sealed.filter(|batch| batch.commands.len() == said.verdicts.len())
            else {
                continue;
            };
            self.words.retain(|(known, _)| known.number != said.batch);
            self.words.push((batch.clone(), said.clone()));
            if self.words.len() > HEARD_MAX {
                self.words.remove(0);
            }
        }
        for frame in &part.frames {
            match ServerFrame::from_bytes(frame) {
                Ok(ServerFrame::Challenge(challenge)) => self.challenge = Some(challenge),
                Ok(ServerFrame::Welcome(welcome)) => {
                    self.challenge = Some(welcome.challenge);
                    self.held = welcome.held;
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
            Item::Slice(slice) => Some(slice.document),
            Item::Row(filed) => Some(filed.document),
            Item::Forget(_) => None,
        }));
    }
    Ok(documents)
}
