//! The server's own commands: imports and administration, as signed batches of its own device.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::Ledger;
use crate::hand_in::HandIn;
use crate::rows::keys;
use crate::rows::pending::read;
use crate::rows::records::{DeviceRecord, HeadRecord};
use alleyway_core::admission::Origin;
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::documents::{LogEntry, Receipt};
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId};
use alleyway_core::kinds::View;
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::kinds::unit::UnitView;
use alleyway_core::limits::BATCH_COMMANDS_MAX;
use alleyway_core::policy::Authority;
use alleyway_core::refusal::Refusal;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{ServerFrame, Verdict};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// A command of the server.
#[derive(Debug, Clone)]
pub struct AdminCommand {
    /// The document it changes; none if it creates one ([`Ledger::admin_document`] tells its id).
    pub document: Option<DocumentId>,
    /// What is to be done.
    pub body: Body,
}

/// All of them stand.
#[derive(Debug, Clone)]
pub struct Administered {
    /// The document of each command, in order.
    pub documents: Vec<DocumentId>,
}

/// One of them was not admitted; none stands.
#[derive(Debug, Clone, Error)]
#[error("command {index} was not admitted: {}", refusal.as_ref().map_or("its base is missing", |r| r.code.word()))]
pub struct AdminError {
    /// Which, from 0.
    pub index: usize,
    /// Why; none if its base is missing.
    pub refusal: Option<Refusal>,
}

/// A household, for an import to compare with.
#[derive(Debug, Clone)]
pub struct HouseholdRow {
    /// The household.
    pub document: DocumentId,
    /// What it is now.
    pub view: HouseholdView,
    /// The value of each field that the server set last, whoever has changed it since.
    pub imported: BTreeMap<String, String>,
}

impl Ledger {
    /// The id of the document that the command at `index` creates, if that command list is carried
    /// out with this seed next. So a list can refer to what it creates itself.
    pub fn admin_document(&self, seed: &[u8; 32], index: usize) -> DocumentId {
        let counter = self
            .state
            .counter
            .saturating_add(1)
            .saturating_add(index as u64);
        CommandId::derive(&self.server, counter, nonce(seed, counter)).document()
    }

    /// Carries out commands of the server, all or none, and publishes units and posts in the
    /// directories. `seed` is 32 random bytes.
    ///
    /// # Errors
    /// The first command that is not admitted; the outer one if the store fails. Nothing stands.
    pub fn administer(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<Administered, AdminError>, StoreError> {
        let savepoint = self.savepoint();
        let outcome = self.administer_all(records, commands, seed, now);
        if !matches!(outcome, Ok(Ok(_))) {
            self.roll_back(savepoint);
        }
        outcome
    }

    fn administer_all(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
    ) -> Result<Result<Administered, AdminError>, StoreError> {
        let mut touched = crate::town::directories::Touched::default();
        for command in &commands {
            touched.before(&self.organisation, command);
        }
        let documents = match self.carry_out(records, commands, seed, now, Some(&mut touched))? {
            Ok(documents) => documents,
            Err(error) => return Ok(Err(error)),
        };
        let seed = blake3_keyed(&seed, &[b"directories"]);
        let published = self.publish(records, &touched, seed, now)?;
        // After the rows of the appointments that they are about.
        self.publish_clearances(records, now)?;
        Ok(published.map(|()| Administered { documents }))
    }

    /// Carries out commands in batches, without a savepoint of its own.
    pub(crate) fn carry_out(
        &mut self,
        records: &dyn Records,
        commands: Vec<AdminCommand>,
        seed: [u8; 32],
        now: Time,
        mut touched: Option<&mut crate::town::directories::Touched>,
    ) -> Result<Result<Vec<DocumentId>, AdminError>, StoreError> {
        let mut documents = Vec::new();
        let mut commands = commands.into_iter().peekable();
        while commands.peek().is_some() {
            let batch: Vec<Command> = commands
                .by_ref()
                .take(BATCH_COMMANDS_MAX)
                .map(|command| self.own_command(command, &seed, now))
                .collect();
            let named: Vec<Command> = batch.clone();
            let origin = self.own_origin(Authority::Server, self.server_member());
            for (command, verdict) in named
                .iter()
                .zip(self.hand_in_own(records, origin, batch, &seed, now)?)
            {
                let refusal = match verdict {
                    Verdict::Admitted(_) | Verdict::Stands(_) => {
                        if let Some(touched) = touched.as_deref_mut() {
                            touched.after(command, &self.server);
                        }
                        documents.push(command.target(&self.server));
                        continue;
                    }
                    Verdict::Refused(refusal) => Some(refusal),
                    Verdict::Need(_)
                    | Verdict::Later(_)
                    | Verdict::Kept(_)
                    | Verdict::AfterPost(_) => None,
                };
                return Ok(Err(AdminError {
                    index: documents.len(),
                    refusal,
                }));
            }
        }
        Ok(Ok(documents))
    }

    /// The server's own device hands in: as whom it is judged, and who is written down.
    pub(crate) fn own_origin(&self, authority: Authority, author: MemberId) -> Origin {
        Origin {
            authority,
            author,
            device: self.server,
        }
    }

    /// The next command of the server's own device.
    pub(crate) fn own_command(
        &mut self,
        command: AdminCommand,
        seed: &[u8; 32],
        now: Time,
    ) -> Command {
        self.state.counter += 1;
        let counter = self.state.counter;
        let base = Base {
            incarnation: self.state.incarnation,
            generation: 0,
            version: 0,
            after: List::default(),
        };
        let AdminCommand { document, body } = command;
        Command {
            counter,
            nonce: nonce(seed, counter),
            document,
            base,
            at: now,
            body,
        }
    }

    /// Seals a batch of the server's own device, and hands it in.
    pub(crate) fn hand_in_own(
        &mut self,
        records: &dyn Records,
        origin: Origin,
        commands: Vec<Command>,
        seed: &[u8; 32],
        now: Time,
    ) -> Result<Vec<Verdict>, StoreError> {
        let id = DeviceId::of(&self.server);
        let mut device = match self.device(records, id)? {
            Some(device) => device,
            None => DeviceRecord::new(self.server, [0; 32], self.server_member(), 0, "server", now),
        };
        let failed = |what: &str| StoreError::Failed(what.to_owned());
        let salts = first(&blake3_keyed(
            seed,
            &[b"salts", &(device.last + 1).to_be_bytes()],
        ));
        let town = self.setup.town;
        let batch = Batch::seal(
            town,
            &self.setup.secret,
            device.last + 1,
            device.last_hash,
            salts,
            commands,
        )
        .map_err(|e| failed(&e.to_string()))?;
        let verified = batch
            .verify(town, &self.server)
            .ok_or_else(|| failed("own signature"))?;
        let receipt = Receipt::new(now, 0);
        let by = HandIn {
            device: id,
            origin,
            feeds: None,
            receipt,
            now,
            carried: false,
            is_unaware: false,
            proof: None,
        };
        match self.hand_in(records, &by, &mut device, &verified)? {
            ServerFrame::Verdicts(frame) => Ok(frame.verdicts.into_vec()),
            _ => Err(failed("the server's own chain of batches is broken")),
        }
    }

    /// Every unit as its document has it, for an import to compare with.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn units(&mut self, records: &dyn Records) -> Result<Vec<UnitView>, StoreError> {
        let mut units = Vec::new();
        for id in self.documents_of::<UnitView>(records)? {
            let Some(document) = self.documents.take(records, &self.pending, id)? else {
                continue;
            };
            units.extend(document.unit());
            self.documents.put(document);
        }
        Ok(units)
    }

    /// Every household, for an import to compare with.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn households(&mut self, records: &dyn Records) -> Result<Vec<HouseholdRow>, StoreError> {
        let server = self.server_member();
        let mut households = Vec::new();
        for id in self.documents_of::<HouseholdView>(records)? {
            let Some(document) = self.documents.take(records, &self.pending, id)? else {
                continue;
            };
            households.extend(document.household().map(|view| HouseholdRow {
                document: id,
                view,
                imported: set_by(server, document.log()),
            }));
            self.documents.put(document);
        }
        Ok(households)
    }

    /// The documents in which such a view is read.
    pub(crate) fn documents_of<V: View>(
        &self,
        records: &dyn Records,
    ) -> Result<Vec<DocumentId>, StoreError> {
        let mut found = Vec::new();
        for (key, value) in
            self.pending
                .scan(records, keys::HEADS, &keys::end_of(keys::HEADS), usize::MAX)?
        {
            if read::<HeadRecord>(&key, &value)?.kind == V::KIND {
                found.extend(key.last_chunk::<16>().map(|id| DocumentId(*id)));
            }
        }
        Ok(found)
    }
}

/// The value that each field was last given by this author.
fn set_by(author: MemberId, log: Vec<LogEntry>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for mut entry in log.into_iter().filter(|entry| entry.author == author) {
        match (entry.details.remove("field"), entry.details.remove("value")) {
            (Some(field), Some(value)) => {
                values.insert(field, value);
            }
            _ if entry.kind == "create_household" => values.extend(entry.details),
            _ => {}
        }
    }
    values
}

fn nonce(seed: &[u8; 32], counter: u64) -> [u8; 4] {
    first(&blake3_keyed(seed, &[b"nonce", &counter.to_be_bytes()]))
}
