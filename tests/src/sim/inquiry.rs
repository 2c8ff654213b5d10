//! What became of batches that a courier brought is their author's to know, so the answer does not
//! say it. The oracle asks a copy of the server, in the author's name: the copy reads what is
//! committed, and nothing of what it does is kept. In the copy the author's device is stopped first,
//! so that what has not been judged yet is put into a tray there, and can be told from what has.

use alleyway_core::command::Command;
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{CommandId, DeviceId};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Records;
use alleyway_core::sync::flight::{CarriedBatch, Flight, SignedFlight, encode};
use alleyway_core::sync::frame::{
    CarriedState, DeviceFrame, Hello, Kept, KeptWhy, Opaque, ServerFrame, Stop, Verdict, Verdicts,
    next_frame,
};
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, Reader, Wire};
use alleyway_demo::Chance;
use alleyway_ledger::{DeviceChange, Ledger, LedgerError};

use super::oracle::Answered;
use super::planted::{KEPT, REFUSALS};
use super::server::{Part, Trouble, failed};
use super::town::TOWN;
use super::world::World;

/// Flights until the copy has said something else than a challenge.
const FLIGHTS_MAX: usize = 3;

impl World {
    /// What became of everything that a flight brought for others, as their authors would hear it.
    pub(crate) fn inquire(&mut self, part: &Part, now: Time) -> Result<Vec<Answered>, Trouble> {
        let mut answers = Vec::new();
        for brought in &part.brought {
            let Some(batch) = &brought.batch else {
                continue;
            };
            let told = part
                .carried
                .iter()
                .find(|c| (c.device, c.number) == (brought.device, brought.number));
            let is_done = told.is_some_and(|carried| carried.state == CarriedState::Done);
            let Some(phone) = self
                .phones
                .iter()
                .position(|phone| phone.device() == brought.device)
            else {
                continue;
            };
            let verdicts = self.ask_a_copy(phone, brought, now)?;
            let commands = batch.batch().commands.to_vec();
            let (key, member) = (self.phones[phone].key, self.phones[phone].member);
            let received = verdicts
                .as_ref()
                .map_or(now, |(_, said)| said.receipt.received);
            let said = match verdicts {
                Some((made_up, said)) => {
                    let pairs = commands.iter().zip(said.verdicts.iter());
                    let known = |(command, verdict): (&Command, &Verdict)| match verdict {
                        Verdict::Kept(kept) if kept.why == made_up => Ok(self
                            .lies_in_a_tray(command.id(&key))?
                            .then(|| verdict.clone())),
                        // In the copy it was put into no tray, for nobody reads it: that is no verdict yet.
                        Verdict::Refused(refusal) if refusal.code == RefusalCode::NobodyCleared => {
                            let number = batch.batch().number;
                            Ok(self
                                .was_refused(brought.device, number, command.id(&key))?
                                .then(|| verdict.clone()))
                        }
                        Verdict::Need(_) | Verdict::Later(_) => Ok(None),
                        verdict => Ok(Some(verdict.clone())),
                    };
                    pairs.map(known).collect::<Result<_, Trouble>>()?
                }
                None => commands
                    .iter()
                    .map(|command| self.forked(command, phone, is_done))
                    .collect(),
            };
            let pairs: Vec<(Command, Verdict)> = commands
                .into_iter()
                .zip::<Vec<Option<Verdict>>>(said)
                .filter_map(|(c, v)| Some((c, v?)))
                .collect();
            self.done.carried += pairs.len() as u64;
            let phone = Some(phone);
            answers.push(Answered {
                phone,
                key,
                member,
                at: now,
                received,
                is_carried: true,
                verdicts: pairs,
            });
        }
        Ok(answers)
    }

    /// Whether the server notes that a command lies in a tray, or lay there: of a device that is lost
    /// the copy's word for what it has just kept is the same as for what was kept before.
    fn lies_in_a_tray(&self, id: CommandId) -> Result<bool, Trouble> {
        let key = [&[KEPT], &id.0[..]].concat();
        Ok(self.server.disk.get(&key)?.is_some())
    }

    /// Whether the server notes that it refused a command of a batch.
    fn was_refused(&self, device: DeviceId, number: u64, id: CommandId) -> Result<bool, Trouble> {
        let key = [&[REFUSALS], &device.0[..], &number.to_be_bytes(), &id.0].concat();
        Ok(self.server.disk.get(&key)?.is_some())
    }

    /// A batch whose place in the chain another one holds: what is not known of it lies in a tray.
    fn forked(&self, command: &Command, phone: usize, is_done: bool) -> Option<Verdict> {
        let id = command.id(&self.phones[phone].key);
        let known = self.oracle.admitted.contains_key(&id) || self.oracle.was_kept(id) || !is_done;
        let why = self.oracle.why_stopped(phone).unwrap_or(KeptWhy::Forked);
        (!known).then_some(Verdict::Kept(Kept { why }))
    }

    /// The verdicts, and why the copy put into a tray what was not judged yet; none if the place in
    /// the chain is another batch's.
    fn ask_a_copy(
        &mut self,
        phone: usize,
        brought: &CarriedBatch,
        now: Time,
    ) -> Result<Option<(KeptWhy, Verdicts)>, Trouble> {
        let Some(batch) = &brought.batch else {
            return Ok(None);
        };
        let disk = &self.server.disk;
        let mut copy = Ledger::open(
            disk,
            self.server
                .setup(&mut Chance::new(self.now.0.unsigned_abs())),
        )?;
        let row = copy
            .devices(disk)?
            .into_iter()
            .find(|row| row.device == brought.device);
        let Some(row) = row else { return Ok(None) };
        let (stop, why) = match row.stopped {
            Some(Stop::Revoked | Stop::Lost) => (Stop::Lost, KeptWhy::DeviceLost),
            _ => (Stop::Revoked, KeptWhy::DeviceRevoked),
        };
        let changed = copy.change_device(disk, row.code, DeviceChange::Stop(stop), now);
        if let Err(LedgerError::Store(error)) = changed {
            return Err(error.into());
        }
        let secret = SecretKey::from_bytes(&self.phones[phone].signing);
        let key = self.phones[phone].key;
        let mut hello = Hello {
            device: brought.device,
            challenge: None,
            cursor: Opaque::default(),
            acknowledged: 0,
            budget_bytes: 0,
            clock: now,
            more: true,
        };
        for _ in 0..FLIGHTS_MAX {
            let frame = DeviceFrame::Batch(Blob::new(batch.batch().pack(&key)).unwrap_or_default());
            let bytes = encode(TOWN, &secret, &hello, &[frame]);
            let flight = Flight::parse(&bytes)
                .and_then(|flight| flight.verify(TOWN, &key))
                .and_then(SignedFlight::read);
            let flight = flight.map_err(|e| failed("read what a courier brought", e))?;
            let reply = copy.sync(disk, &flight, now)?;
            let mut from = Reader::new(&reply.frames);
            while let Some(frame) =
                next_frame(&mut from).map_err(|e| failed("frame its answer", e))?
            {
                match ServerFrame::from_bytes(frame).map_err(|e| failed("frame its answer", e))? {
                    ServerFrame::Challenge(challenge) => hello.challenge = Some(challenge),
                    ServerFrame::Verdicts(said) => return Ok(Some((why, said))),
                    ServerFrame::Fork(_) => return Ok(None),
                    _ => {}
                }
            }
        }
        Ok(None)
    }
}
