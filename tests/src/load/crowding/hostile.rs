//! A device that asks for as much as it may, without end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Command, Nonce};
use alleyway_core::crypto::{Hash, SecretKey, first, hash};
use alleyway_core::id::{DeviceId, DocumentId, TownId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::limits::BUDGET_BYTES_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{
    DeviceFrame, Hello, Holdings, Opaque, PROTOCOL_VERSION, ServerFrame, next_frame,
};
use alleyway_core::text::Text;
use alleyway_core::wire::{Blob, Reader, Wire as _};
use alleyway_device::transport::{Client, ServerUrl, Timeouts, Transport as _};

use super::super::{Outcome, now};
use crate::workload;

/// Notes of one batch.
const NOTES: usize = 200;
/// Batches of one flight.
const BATCHES: usize = 8;
/// Where a server has no room or no patience.
const TURNED_AWAY: Duration = Duration::from_millis(100);

/// Ways of asking for much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// New notes, as many as a flight holds.
    Notes,
    /// The same batches again.
    Again,
    /// Commands upon what is not there.
    Need,
    /// Comparisons of its feeds, of which it claims to hold nothing.
    Compare,
    /// Everything from the beginning.
    Whole,
    /// Flights with a wrong signature.
    Forged,
}

impl Way {
    pub(super) const ALL: [Self; 6] = [
        Self::Again,
        Self::Need,
        Self::Compare,
        Self::Whole,
        Self::Forged,
        Self::Notes,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Notes => "new notes",
            Self::Again => "the same batches",
            Self::Need => "what waits",
            Self::Compare => "comparisons",
            Self::Whole => "everything",
            Self::Forged => "wrong signatures",
        }
    }
}

/// The device; its lines are copies of it.
#[derive(Clone)]
pub(super) struct Hostile {
    url: String,
    town: TownId,
    secret: SecretKey,
    challenge: Challenge,
    case: DocumentId,
    number: u64,
    last_hash: Hash,
    typed: u64,
}

impl Hostile {
    /// Enrols, and reports a case.
    pub(super) fn enrol(url: &str, code: TrackingCode, alley: UnitId) -> Outcome<Self> {
        let secret = SecretKey::from_bytes(&hash("load hostile", &[&code.to_bytes()]));
        let request = Enrol::new(code, &secret, [1; 32], Text::cut("load"), now());
        let answer = client(url)?.enrol(request.to_bytes())?;
        let enrolled = Enrolled::from_bytes(&answer)?;
        let mut hostile = Self {
            url: url.to_owned(),
            town: enrolled.town,
            secret,
            challenge: enrolled.challenge,
            case: DocumentId([0; 16]),
            number: 0,
            last_hash: [0; 32],
            typed: 0,
        };
        let typed = workload::cases().first().ok_or("no case")?.typed();
        let tracking = hash("load hostile case", &[&code.to_bytes()]);
        let tracking = TrackingCode::from_random(first(&tracking));
        let body = typed.report(alley, enrolled.device_code, tracking);
        let report = hostile.command(None, Base::default(), body);
        hostile.case = report.target(&hostile.secret.public());
        let batch = hostile.seal(vec![report])?;
        let mut line = hostile.line(Way::Notes, &[])?;
        if !line.ask(&[batch])? {
            return Err("the case was not reported".into());
        }
        hostile.challenge = line.hostile.challenge;
        Ok(hostile)
    }

    /// What it sends again and again, on all of its lines.
    pub(super) fn frames(&mut self, way: Way) -> Outcome<Vec<DeviceFrame>> {
        Ok(match way {
            Way::Again => self.notes(&Base::default())?,
            Way::Need => self.notes(&Base {
                incarnation: 1,
                version: 1 << 40,
                ..Base::default()
            })?,
            Way::Compare => vec![DeviceFrame::Holdings(Holdings::default())],
            Way::Notes | Way::Whole | Way::Forged => Vec::new(),
        })
    }

    /// A line of its own, on which it asks in one way.
    pub(super) fn line(&self, way: Way, frames: &[DeviceFrame]) -> Outcome<Line> {
        Ok(Line {
            client: client(&self.url)?,
            hostile: self.clone(),
            way,
            frames: frames.to_vec(),
        })
    }

    fn command(
        &mut self,
        document: Option<DocumentId>,
        base: Base,
        body: impl Into<alleyway_core::command::Body>,
    ) -> Command {
        self.typed += 1;
        Command {
            nonce: Nonce::Drawn(self.typed.to_be_bytes()),
            document,
            base,
            at: now(),
            body: body.into(),
        }
    }

    fn seal(&mut self, commands: Vec<Command>) -> Outcome<DeviceFrame> {
        let (secret, number) = (&self.secret, self.number + 1);
        let salts = first(&hash("load salts", &[&number.to_be_bytes()]));
        let batch = Batch::seal(self.town, secret, number, self.last_hash, salts, commands)?;
        let device = DeviceId::of(&secret.public());
        (self.number, self.last_hash) = (number, batch.hash(self.town, device));
        Ok(DeviceFrame::Batch(Blob::new(batch.pack(&secret.public()))?))
    }

    /// A flight's worth of batches with notes on its case.
    fn notes(&mut self, base: &Base) -> Outcome<Vec<DeviceFrame>> {
        let case = Some(self.case);
        (0..BATCHES)
            .map(|_| {
                let base = Base {
                    generation: 1,
                    ..base.clone()
                };
                let note = || {
                    CaseCommand::Note(Note {
                        text: Text::cut("c"),
                    })
                };
                let notes = (0..NOTES)
                    .map(|_| self.command(case, base.clone(), note()))
                    .collect();
                self.seal(notes)
            })
            .collect()
    }
}

/// One line of the device.
pub(super) struct Line {
    client: Client,
    hostile: Hostile,
    way: Way,
    frames: Vec<DeviceFrame>,
}

impl Line {
    /// Asks until it is told to stop; returns how often it was answered with more than a challenge.
    pub(super) fn ask_until(&mut self, stop: &AtomicBool) -> usize {
        let mut answered = 0;
        while !stop.load(Ordering::Relaxed) {
            let frames = if self.way == Way::Notes {
                self.hostile.notes(&Base::default()).unwrap_or_default()
            } else {
                self.frames.clone()
            };
            match self.ask(&frames) {
                Ok(is_answered) => answered += usize::from(is_answered),
                Err(_) => sleep(TURNED_AWAY),
            }
        }
        answered
    }

    /// Sends one flight; whether it was answered with more than a challenge.
    fn ask(&mut self, frames: &[DeviceFrame]) -> Outcome<bool> {
        let hostile = &mut self.hostile;
        let hello = Hello {
            device: DeviceId::of(&hostile.secret.public()),
            challenge: Some(hostile.challenge),
            cursor: Opaque::default(),
            acknowledged: 0,
            budget_bytes: BUDGET_BYTES_MAX,
            clock: now(),
            more: matches!(self.way, Way::Notes | Way::Again | Way::Need),
        };
        let mut flight = flight::encode(hostile.town, &hostile.secret, &hello, frames);
        if let (Way::Forged, Some(last)) = (self.way, flight.last_mut()) {
            *last ^= 1;
        }
        self.client.send(&flight)?;
        let mut answer = Vec::new();
        while let Some(bytes) = self.client.read()? {
            answer.extend(bytes);
        }
        let plain = answer
            .strip_prefix(&[PROTOCOL_VERSION])
            .ok_or("another protocol")?;
        let mut from = Reader::new(plain);
        let mut is_answered = false;
        while let Some(frame) = next_frame(&mut from)? {
            match ServerFrame::from_bytes(frame)? {
                ServerFrame::Challenge(challenge) => hostile.challenge = challenge,
                ServerFrame::Welcome(welcome) => {
                    hostile.challenge = welcome.challenge;
                    is_answered = true;
                }
                ServerFrame::Stopped(_) => return Err("the device was stopped".into()),
                _ => {}
            }
        }
        Ok(is_answered)
    }
}

fn client(url: &str) -> Outcome<Client> {
    Ok(Client::new(ServerUrl::parse(url)?, Timeouts::default())?)
}
