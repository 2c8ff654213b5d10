//! A device that keeps nothing of what it is sent: it seals commands and hands them in, as fast as a
//! folder can be filled.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{Hash, SecretKey, first, hash};
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::flight::{self, Flight};
use alleyway_core::sync::frame::{DeviceFrame, Hello, Opaque, ServerFrame, Verdict, next_frame};
use alleyway_core::text::Text;
use alleyway_core::wire::{Blob, Reader, Wire as _};
use alleyway_server::instance::Instance;

use super::{Outcome, now};

/// An enrolled device.
pub(super) struct Hand {
    secret: SecretKey,
    enrolled: Enrolled,
    challenge: Challenge,
    /// The number and the hash of the last batch.
    number: u64,
    last_hash: Hash,
    counter: u64,
}

impl Hand {
    /// Enrols with a code, under a key that is made of the code.
    pub(super) fn enrol(instance: &mut Instance, code: TrackingCode) -> Outcome<Self> {
        let secret = SecretKey::from_bytes(&hash("load hand", &[&code.to_bytes()]));
        let request = Enrol::new(code, &secret, [1; 32], Text::cut("load"), now());
        let Instance { ledger, store, .. } = instance;
        let enrolled = ledger.enrol(store, &request.verify()?, now())?;
        Ok(Self {
            secret,
            challenge: enrolled.challenge,
            enrolled,
            number: 0,
            last_hash: [0; 32],
            counter: 0,
        })
    }

    /// The code that its case numbers begin with.
    pub(super) fn device_code(&self) -> u32 {
        self.enrolled.device_code
    }

    /// Hands in one batch, of which everything is admitted; the documents that it changed or created.
    pub(super) fn hand_in(
        &mut self,
        instance: &mut Instance,
        commands: Vec<(Option<DocumentId>, Body)>,
    ) -> Outcome<Vec<DocumentId>> {
        let key = self.secret.public();
        let typed: Vec<Command> = commands
            .into_iter()
            .map(|(document, body)| self.command(document, body))
            .collect();
        let documents = typed.iter().map(|command| command.target(&key)).collect();
        let flight = self.flight(typed)?;
        let verified = Flight::parse(&flight)?
            .verify(instance.town, &key)?
            .read()?;
        let Instance { ledger, store, .. } = instance;
        let reply = ledger.sync(store, &verified, now())?;
        self.take(&reply.frames)?;
        Ok(documents)
    }

    fn command(&mut self, document: Option<DocumentId>, body: Body) -> Command {
        self.counter += 1;
        let base = Base {
            generation: u32::from(document.is_some()),
            ..Base::default()
        };
        Command {
            nonce: Nonce::Drawn(first(&hash("load nonce", &[&self.counter.to_be_bytes()]))),
            document,
            base,
            at: now(),
            body,
        }
    }

    /// A flight with one batch, to which no pages are sent.
    fn flight(&mut self, commands: Vec<Command>) -> Outcome<Vec<u8>> {
        let (town, device) = (self.enrolled.town, DeviceId::of(&self.secret.public()));
        let salts = first(&hash("load salts", &[&self.counter.to_be_bytes()]));
        let (secret, number) = (&self.secret, self.number + 1);
        let batch = Batch::seal(town, secret, number, self.last_hash, salts, commands)?;
        let hello = Hello {
            device,
            challenge: Some(self.challenge),
            cursor: Opaque::default(),
            acknowledged: self.number,
            budget_bytes: 0,
            clock: now(),
            more: true,
        };
        let packed = Blob::new(batch.pack(&secret.public()))?;
        let flight = flight::encode(town, secret, &hello, &[DeviceFrame::Batch(packed)]);
        (self.number, self.last_hash) = (number, batch.hash(town, device));
        Ok(flight)
    }

    fn take(&mut self, frames: &[u8]) -> Outcome<()> {
        let mut from = Reader::new(frames);
        let mut judged = false;
        while let Some(frame) = next_frame(&mut from)? {
            match ServerFrame::from_bytes(frame)? {
                ServerFrame::Verdicts(said) => {
                    judged = said.batch == self.number;
                    let stands = |verdict: &&Verdict| matches!(verdict, Verdict::Admitted(_));
                    if let Some(other) = said.verdicts.iter().find(|verdict| !stands(verdict)) {
                        return Err(format!("a command was not admitted: {other:?}").into());
                    }
                }
                ServerFrame::Welcome(welcome) => self.challenge = welcome.challenge,
                _ => {}
            }
        }
        if judged {
            Ok(())
        } else {
            Err("a batch was not judged".into())
        }
    }
}
