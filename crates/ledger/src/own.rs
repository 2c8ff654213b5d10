//! The server's own device: what the server does itself is a signed batch of commands, as everybody's
//! is, and is judged by the same policy.
//!
//! Nobody waits for its verdicts, nothing of it is put into a tray, and its chain of batches has no
//! gaps. So nothing here hands in again, and what is admitted here asks for nothing but
//! publication.
//!
//! | file | what |
//! | --- | --- |
//! | `list` | commands of one list, with the ids of what they create |
//! | `directories` | which directories name whom, and how rows get into them |
//! | `follow_ups` | what follows from what was admitted, kept or stopped |

mod directories;
mod follow_ups;
mod list;

pub(crate) use directories::{DirectoryRows, directories_of};
pub(crate) use follow_ups::carry_out as carry_out_follow_ups;
pub(crate) use follow_ups::last_of;
pub use list::AdminList;

use crate::append::append;
use crate::audit::{self, JudgedBatch, NewVerdicts};
use crate::rows::Tx;
use crate::rows::records::{BatchRecord, DeviceRecord};
use alleyway_core::admission::{Origin, admit};
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::documents::{Document, Receipt};
use alleyway_core::id::{DeviceId, DocumentId, MemberId};
use alleyway_core::limits::BATCH_COMMANDS_MAX;
use alleyway_core::policy::Authority;
use alleyway_core::refusal::{Refusal, RefusalCode};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Verdict;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use thiserror::Error;

/// A command of the server.
#[derive(Debug, Clone)]
pub struct AdminCommand {
    /// The document it changes; none if it creates one ([`AdminList`] tells its id).
    pub document: Option<DocumentId>,
    /// The change.
    pub body: Body,
}

/// One of the server's commands was not admitted.
#[derive(Debug, Clone, Error)]
#[error("command {index} was not admitted: {}", refusal.as_ref().map_or("its base is missing", |r| r.code.word()))]
pub struct AdminError {
    /// Its place in the list, from 0.
    pub index: usize,
    /// The refusal; none if its base is missing.
    pub refusal: Option<Refusal>,
}

/// As whom the server's own device hands in, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own {
    authority: Authority,
    author: MemberId,
    /// Nonces and salts are derived from it.
    seed: [u8; 32],
    now: Time,
}

impl Own {
    /// The server acts for itself.
    pub(crate) fn server(tx: &Tx<'_>, seed: [u8; 32], now: Time) -> Self {
        let author = MemberId::server_of(tx.setup().town);
        Self {
            authority: Authority::Server,
            author,
            seed,
            now,
        }
    }

    /// The server types for the resident of a case.
    pub(crate) fn resident(tx: &Tx<'_>, case: DocumentId, seed: [u8; 32], now: Time) -> Self {
        Self {
            authority: Authority::Resident,
            author: MemberId::resident_of(tx.setup().town, case),
            seed,
            now,
        }
    }

    /// The server's next command. Its id is fixed with that.
    pub(crate) fn command(&self, tx: &mut Tx<'_>, command: AdminCommand) -> Command {
        let nonce = nonce(&self.seed, tx.next_counter());
        let AdminCommand { document, body } = command;
        Command {
            nonce,
            document,
            base: Base {
                incarnation: tx.incarnation(),
                generation: 0,
                version: 0,
                after: List::default(),
            },
            at: self.now,
            body,
        }
    }

    /// Seals commands as batches of the server's own device, and carries them out. Stops behind the
    /// first batch of which one is refused.
    pub(crate) fn hand_in(
        &self,
        tx: &mut Tx<'_>,
        commands: Vec<Command>,
    ) -> Result<Vec<Verdict>, StoreError> {
        let mut verdicts = Vec::with_capacity(commands.len());
        let mut commands = commands.into_iter().peekable();
        while commands.peek().is_some() && verdicts.iter().all(Verdict::stands) {
            let batch = commands.by_ref().take(BATCH_COMMANDS_MAX).collect();
            verdicts.extend(self.hand_in_batch(tx, batch)?);
        }
        Ok(verdicts)
    }

    fn hand_in_batch(
        &self,
        tx: &mut Tx<'_>,
        commands: Vec<Command>,
    ) -> Result<Vec<Verdict>, StoreError> {
        let receipt = Receipt::new(self.now, 0);
        let (batch, mut device) = self.seal(tx, commands, receipt)?;
        let (mut verdicts, mut new) = (Vec::new(), NewVerdicts::default());
        for command in batch.commands.iter() {
            let verdict = self.carry_out(tx, command, receipt)?;
            if let Verdict::Refused(refusal) = &verdict {
                tx.stats().refuse(&refusal.code);
            }
            new.count(&verdict);
            verdicts.push(verdict);
        }
        new.add_to(&mut device.tally);
        tx.put_device(&device);
        let judged = JudgedBatch {
            device: device.id(),
            number: device.last,
            new: &new,
            waiting: 0,
        };
        audit::write_verdicts(tx, &judged, self.now);
        Ok(verdicts)
    }

    /// The next batch of the server's chain, noted as held; and the server's device with it.
    fn seal(
        &self,
        tx: &mut Tx<'_>,
        commands: Vec<Command>,
        receipt: Receipt,
    ) -> Result<(Batch, DeviceRecord), StoreError> {
        let (setup, server) = (tx.setup(), tx.server());
        let id = DeviceId::of(&server);
        let mut device = if let Some(device) = tx.device(id)? {
            device
        } else {
            let member = MemberId::server_of(setup.town);
            DeviceRecord::new(server, [0; 32], member, 0, "server", self.now)
        };
        let failed = |what: &str| StoreError::Failed(what.to_owned());
        let (number, previous) = (device.last + 1, device.last_hash);
        let salts = first(&blake3_keyed(
            &self.seed,
            &[b"salts", &number.to_be_bytes()],
        ));
        let batch = Batch::seal(setup.town, &setup.secret, number, previous, salts, commands)
            .map_err(|error| failed(&error.to_string()))?;
        let record = BatchRecord {
            previous,
            hash: batch.hash(setup.town, id),
            signature: batch.signature,
            leaves: List::new(batch.leaves()).map_err(|error| failed(&error.to_string()))?,
            receipt,
            carried: false,
        };
        tx.put_batch(id, number, &record)?;
        (device.last, device.last_hash) = (number, record.hash);
        Ok((batch, device))
    }

    /// Carries out one command: admitted or refused.
    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        command: &Command,
        receipt: Receipt,
    ) -> Result<Verdict, StoreError> {
        let target = command.target(&tx.server());
        let head = tx.head(target)?;
        let known = tx.take_document(target)?;
        let refusal = match (command.document, &known) {
            (document, _) if document.is_none() != command.body.creates() => {
                Some(RefusalCode::UnknownCommand)
            }
            (None, Some(_)) => Some(RefusalCode::IdTaken),
            (Some(_), None) => Some(RefusalCode::UnknownDocument),
            _ if head.is_some_and(|head| head.is_full(self.authority)) => {
                Some(RefusalCode::DocumentFull)
            }
            _ => None,
        };
        let mut document = known.unwrap_or_else(|| Document::new(target, 1));
        let origin = Origin {
            authority: self.authority,
            author: self.author,
            device: tx.server(),
        };
        let admitted = match refusal {
            Some(code) => Err(code.into()),
            None => admit(
                tx.organisation(),
                origin,
                command,
                &mut document,
                receipt,
                self.now,
            ),
        };
        let verdict = match admitted {
            Ok(admitted) => Verdict::Admitted(append(tx, &admitted, &document)?),
            Err(refusal) => Verdict::Refused(refusal),
        };
        // A document that a refused command would have created does not exist.
        if document.version() > 0 {
            tx.put_document(document);
        }
        Ok(verdict)
    }
}

/// The nonce of the server's command with this number, if it is carried out with this seed.
fn nonce(seed: &[u8; 32], number: u64) -> Nonce {
    Nonce::Drawn(first(&blake3_keyed(
        seed,
        &[b"nonce", &number.to_be_bytes()],
    )))
}
