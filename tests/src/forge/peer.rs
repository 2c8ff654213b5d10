//! A device that follows no rules.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{Hash, PublicKey, SecretKey, hash};
use alleyway_core::id::{DeviceId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Note, Report};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::frame::{
    DeviceFrame, Hello, Opaque, PROTOCOL_VERSION, ServerFrame, put_frame,
};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Wire as _};
use alleyway_device::transport::Client;

use super::{Heard, answer, client, flight_bytes, flight_message, fly, post};
use crate::process::ProcessError;

/// An enrolled device, all of whose state lies open.
#[derive(Debug)]
pub struct Peer {
    /// Its way to the server.
    pub client: Client,
    /// Its key.
    pub secret: SecretKey,
    /// Its identity.
    pub enrolled: Enrolled,
    /// What it says next.
    pub hello: Hello,
    /// The number of the last batch it sealed.
    pub number: u64,
    /// The hash of that batch.
    pub last_hash: Hash,
    /// The number of the last command it made.
    pub counter: u64,
}

impl Peer {
    /// Enrols with a code, under the key of `seed`.
    ///
    /// # Errors
    /// If the server refuses.
    pub fn enrol(url: &str, code: &str, seed: u8, now: Time) -> Result<Self, ProcessError> {
        let mut client = client(url)?;
        let secret = SecretKey::from_bytes(&hash("forged device", &[&[seed]]));
        let code = TrackingCode::parse(code).ok_or_else(|| answer("not a code"))?;
        let request = Enrol::new(code, &secret, [seed; 32], Text::cut("forged"), now);
        let heard = post(&mut client, "/v1/enrol", request.to_bytes())?;
        if heard.status != 200 {
            return Err(ProcessError::Answer(heard.code));
        }
        let enrolled = Enrolled::from_bytes(&heard.body).map_err(answer)?;
        let hello = Hello {
            device: DeviceId::of(&secret.public()),
            challenge: Some(enrolled.challenge),
            cursor: Opaque::default(),
            acknowledged: 0,
            budget_bytes: 1 << 30,
            clock: now,
            more: false,
        };
        Ok(Self {
            client,
            secret,
            enrolled,
            hello,
            number: 0,
            last_hash: [0; 32],
            counter: 0,
        })
    }

    /// Its public key.
    pub fn key(&self) -> PublicKey {
        self.secret.public()
    }

    /// A command that was typed on nothing in particular.
    pub fn command(&mut self, document: Option<DocumentId>, body: Body) -> Command {
        self.counter += 1;
        let base = Base {
            generation: u32::from(document.is_some()),
            ..Base::default()
        };
        Command {
            nonce: Nonce::Drawn(self.counter.to_be_bytes()),
            document,
            base,
            at: self.hello.clock,
            body,
        }
    }

    /// The document that a command of this device creates.
    pub fn created_by(&self, command: &Command) -> DocumentId {
        command.target(&self.key())
    }

    /// Seals commands as the next batch of the chain.
    ///
    /// # Errors
    /// If they are too many for one batch.
    pub fn seal(&mut self, commands: Vec<Command>) -> Result<Batch, ProcessError> {
        let batch = self.seal_as(self.number + 1, commands)?;
        self.number += 1;
        self.last_hash = batch.hash(self.enrolled.town, self.hello.device);
        Ok(batch)
    }

    /// Seals commands under any number, on the same place of the chain, which does not move.
    ///
    /// # Errors
    /// If they are too many for one batch.
    pub fn seal_as(&self, number: u64, commands: Vec<Command>) -> Result<Batch, ProcessError> {
        Batch::seal(
            self.enrolled.town,
            &self.secret,
            number,
            self.last_hash,
            [9; 16],
            commands,
        )
        .map_err(answer)
    }

    /// A batch as a frame.
    pub fn frame(&self, batch: &Batch) -> DeviceFrame {
        DeviceFrame::Batch(Blob::new(batch.pack(&self.key())).unwrap_or_default())
    }

    /// A flight of these frames, signed.
    pub fn flight(&self, frames: &[DeviceFrame]) -> Vec<u8> {
        let mut rest = Vec::new();
        for frame in frames {
            put_frame(&mut rest, frame);
        }
        self.flight_of(&rest)
    }

    /// A flight of any bytes behind its hello, signed.
    pub fn flight_of(&self, rest: &[u8]) -> Vec<u8> {
        let message = flight_message(self.enrolled.town, &self.hello, rest);
        let signature = self.secret.sign(super::FLIGHT_DOMAIN, &message);
        flight_bytes(PROTOCOL_VERSION, &self.hello, signature, rest)
    }

    /// Sends a flight as it is, and keeps the challenge and the cursor that come back.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn send(&mut self, flight: &[u8]) -> Result<Heard, ProcessError> {
        let heard = fly(&mut self.client, flight)?;
        for frame in &heard.frames {
            match frame {
                ServerFrame::Challenge(challenge) => self.hello.challenge = Some(*challenge),
                ServerFrame::Welcome(welcome) => self.hello.challenge = Some(welcome.challenge),
                ServerFrame::Page(page) => self.hello.cursor = page.cursor.clone(),
                _ => {}
            }
        }
        Ok(heard)
    }

    /// Signs and sends frames.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn say(&mut self, frames: &[DeviceFrame]) -> Result<Heard, ProcessError> {
        let flight = self.flight(frames);
        self.send(&flight)
    }

    /// Seals commands as the next batch, and sends it.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn hand_in(&mut self, commands: Vec<Command>) -> Result<Heard, ProcessError> {
        let batch = self.seal(commands)?;
        self.say(&[self.frame(&batch)])
    }
}

/// A report of this device for a unit.
pub fn report(owner: UnitId, device_code: u32, title: &str, draw: u8) -> Body {
    Body::Case(CaseCommand::Report(Report {
        owner,
        device_code,
        tracking: TrackingCode::from_random(std::array::from_fn(|at| {
            draw.wrapping_mul(7).wrapping_add(at.to_le_bytes()[0])
        })),
        category: Text::cut("road"),
        title: Text::cut(title),
        text: Text::cut("路面塌了一块。"),
        place: Text::cut("村口"),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: false,
        door: None,
        slip: None,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    }))
}

/// A note.
pub fn note(text: &str) -> Body {
    Body::Case(CaseCommand::Note(Note {
        text: Text::cut(text),
    }))
}

impl Heard {
    /// The verdicts on a batch, in order; none if it was not judged.
    pub fn verdicts(&self, batch: u64) -> Vec<alleyway_core::sync::frame::Verdict> {
        let of = |frame: &ServerFrame| match frame {
            ServerFrame::Verdicts(verdicts) if verdicts.batch == batch => {
                Some(List::into_vec(verdicts.verdicts.clone()))
            }
            _ => None,
        };
        self.frames.iter().find_map(of).unwrap_or_default()
    }

    /// The end of the answer.
    pub fn welcome(&self) -> Option<&alleyway_core::sync::frame::Welcome> {
        self.frames.iter().find_map(|frame| match frame {
            ServerFrame::Welcome(welcome) => Some(welcome),
            _ => None,
        })
    }
}
