//! The ledger: what its rooms keep in memory, and their public face.

mod devices;
mod listing;
mod loading;
mod syncing;
mod town;

use crate::answer::SharedDocuments;
use crate::audit::{self, Audited, ExportedAudited};
use crate::by_time::{self, ByTime};
use crate::check::Checking;
use crate::devices::{Quarantine, replay};
use crate::figures;
use crate::hand_in::HandInMemory;
use crate::own::AdminList;
use crate::restore;
use crate::rows::records::DeviceRecord;
use crate::rows::{Memory, Tx, View, first_transaction, keys};
use crate::scopes::Challenges;
use crate::setup::{DeviceBudget, Setup};
use crate::stats::LedgerStats;
use alleyway_core::crypto::{PublicKey, SealingSecret};
use alleyway_core::id::{DeviceId, MemberId};
use alleyway_core::organisation::Organisation;
use alleyway_core::store::{Records, Store, StoreError, Transaction};
use alleyway_core::time::Time;

/// A town's ledger: a state machine without I/O.
///
/// Every request names the store that is read; its writes wait until [`Ledger::take_transaction`].
///
/// ```
/// # use alleyway_core::batch::Batch;
/// # use alleyway_core::command::{Base, Body, Command, Nonce};
/// # use alleyway_core::crypto::{SealingSecret, SecretKey};
/// # use alleyway_core::id::{DeviceId, MemberId, TownId};
/// # use alleyway_core::kinds::case::{CaseCommand, Note, Report};
/// # use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
/// # use alleyway_core::limits::BUDGET_BYTES_MAX;
/// # use alleyway_core::number::TrackingCode;
/// # use alleyway_core::store::{MemoryStore, Store};
/// # use alleyway_core::sync::enrol::{Enrol, InvitationCode};
/// # use alleyway_core::sync::flight::{self, Flight};
/// # use alleyway_core::sync::frame::{DeviceFrame, Hello, ServerFrame, next_frame};
/// # use alleyway_core::text::Text;
/// # use alleyway_core::time::Time;
/// # use alleyway_core::wire::{Blob, Reader, Wire};
/// # use alleyway_ledger::{Ledger, Setup};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (town, now) = (TownId([7; 16]), Time(1_800_000_000_000));
/// let mut store = MemoryStore::default();
/// Ledger::found(&mut store)?;
/// let setup = Setup {
///     town,
///     town_name: Text::cut("a town"),
///     secret: SecretKey::from_bytes(&[1; 32]),
///     token_key: [2; 32],
///     challenge_key: [3; 32],
///     loaded_documents_max: 16,
/// };
/// let mut ledger = Ledger::open(&store, setup)?;
///
/// // An administrator makes a village with an alley, and appoints the alley's chief.
/// let seed = [4; 32]; // 32 random bytes, as all below
/// let mut list = ledger.admin_list(seed, now);
/// let chief = MemberId::derive(town, "chief");
/// # let mut unit = |kind: UnitKind, parent| {
/// #     list.push(None, UnitCommand::Create(CreateUnit {
/// #         key: Text::cut(kind.word()),
/// #         name: Text::cut(kind.word()),
/// #         kind,
/// #         parent,
/// #     }))
/// # };
/// # let whole = unit(UnitKind::Town, None);
/// let village = unit(UnitKind::Village, Some(whole));
/// let alley = unit(UnitKind::Alley, Some(village));
/// # let appoint = UnitCommand::Appoint(Appoint {
/// #     member: chief,
/// #     key: Text::cut("chief"),
/// #     name: Text::cut("a chief"),
/// #     post: Post::AlleyChief,
/// #     from: Time::EARLIEST,
/// #     until: None,
/// # });
/// list.push(Some(alley), appoint);
/// ledger.administer_list(&store, list)?;
///
/// // The chief's phone is invited, and enrols.
/// let code = InvitationCode::from_random([5; 15]);
/// ledger.invite(&store, chief, &code, now)?;
/// let phone = SecretKey::from_bytes(&[6; 32]);
/// let sealing = SealingSecret::from_bytes([6; 32]).public().0;
/// let request = Enrol::new(code, &phone, sealing, Text::cut("a phone"), now);
/// let enrolled = ledger.enrol(&store, &request.verify()?, now)?;
///
/// // On the phone a case is reported and a note added, and both are sealed as its first batch.
/// # let report = CaseCommand::Report(Report {
/// #     owner: alley,
/// #     device_code: enrolled.device_code,
/// #     tracking: TrackingCode::from_random([8; 15]),
/// #     category: Text::cut("road"),
/// #     title: Text::cut("a lamp"),
/// #     text: Text::cut("it is dark"),
/// #     place: Text::default(),
/// #     point: None,
/// #     contact: Text::default(),
/// #     household: None,
/// #     taken_at: None,
/// #     confidential: false,
/// #     door: None,
/// #     slip: None,
/// #     origin: None,
/// #     external_system: Text::default(),
/// #     external_number: Text::default(),
/// #     external_due: None,
/// #     phone: Text::default(),
/// #     may_text: false,
/// #     about: None,
/// # });
/// # let typed = |number: u64, document, body| Command {
/// #     nonce: Nonce::Drawn(number.to_be_bytes()),
/// #     document,
/// #     base: Base::default(),
/// #     at: now,
/// #     body: Body::Case(body),
/// # };
/// # let report = typed(1, None, report);
/// # let case = report.target(&phone.public());
/// # let note = typed(2, Some(case), CaseCommand::Note(Note { text: Text::cut("still dark") }));
/// let batch = Batch::seal(town, &phone, 1, [0; 32], [7; 16], vec![report, note])?;
///
/// // The phone syncs: the ledger answers with its verdicts, and then with what the phone lacks.
/// # let hello = Hello {
/// #     device: DeviceId::of(&phone.public()),
/// #     challenge: Some(enrolled.challenge),
/// #     cursor: Blob::default(),
/// #     acknowledged: 0,
/// #     budget_bytes: BUDGET_BYTES_MAX,
/// #     clock: now,
/// #     more: false,
/// # };
/// let batch = DeviceFrame::Batch(Blob::new(batch.pack(&phone.public()))?);
/// let flight = flight::encode(town, &phone, &hello, &[batch]);
/// let flight = Flight::parse(&flight)?.verify(town, &phone.public())?.read()?;
/// let reply = ledger.sync(&store, &flight, now)?;
/// let transaction = ledger.take_transaction().ok_or("nothing was written")?;
/// store.commit(&transaction)?; // and only then the reply leaves
///
/// let mut frames = Reader::new(&reply.frames);
/// let first = next_frame(&mut frames)?.ok_or("an empty answer")?;
/// let ServerFrame::Verdicts(said) = ServerFrame::from_bytes(first)? else {
///     return Err("no verdicts".into());
/// };
/// assert!(said.verdicts.iter().all(|verdict| verdict.stands()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Ledger {
    setup: Setup,
    memory: Memory,
    challenges: Challenges,
    hand_in: HandInMemory,
    shared_documents: SharedDocuments,
    /// The reason for which nobody is to be answered, if there is one.
    quarantine: Option<Quarantine>,
}

impl Ledger {
    /// Writes the first records of an empty store.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn found(store: &mut dyn Store) -> Result<(), StoreError> {
        store.commit(&first_transaction())
    }

    /// Opens the ledger of a store that [`Ledger::found`] began. Cost: a row per unit and
    /// appointment; documents are loaded when they are needed. What the security journal knows and a
    /// restored ledger does not is carried out again: it waits in [`Ledger::take_transaction`], to be
    /// committed before anything is answered.
    ///
    /// # Errors
    /// [`StoreError::TailMissing`] if the store ends before its high water.
    pub fn open(store: &dyn Store, setup: Setup) -> Result<Self, StoreError> {
        let mut memory = Memory::open(store, &setup)?;
        let quarantine = replay(&mut Tx::new(store, &setup, &mut memory), store.journal()?)?;
        Ok(Self {
            memory,
            challenges: Challenges::new(setup.challenge_key),
            hand_in: HandInMemory::default(),
            shared_documents: SharedDocuments::default(),
            quarantine,
            setup,
        })
    }

    /// Grants each device so much from the next flight on; the default until then.
    pub fn set_device_budget(&mut self, budget: DeviceBudget) {
        self.hand_in.budgets.grant(budget);
    }

    /// The transaction in the making, which every request goes on with.
    pub(crate) fn tx<'a>(&'a mut self, records: &'a dyn Records) -> Tx<'a> {
        Tx::new(records, &self.setup, &mut self.memory)
    }

    /// The same, and what handing in keeps in memory.
    #[cfg(test)]
    pub(crate) fn handing_in<'a>(
        &'a mut self,
        records: &'a dyn Records,
    ) -> (Tx<'a>, &'a mut HandInMemory) {
        let tx = Tx::new(records, &self.setup, &mut self.memory);
        (tx, &mut self.hand_in)
    }

    /// The writes since the last call; none if there are none. Must be committed before any
    /// reply made since then is released.
    pub fn take_transaction(&mut self) -> Option<Transaction> {
        self.memory.take_transaction()
    }

    /// Units, posts and names.
    pub fn organisation(&self) -> &Organisation {
        self.memory.organisation()
    }

    /// The town's secret, to open batches that are sealed to the town before they are handed in.
    pub fn sealing(&self) -> SealingSecret {
        self.setup.sealing()
    }

    /// The key of this start's challenges, for an edge that asks whether one is void before it reads
    /// a flight.
    pub fn challenge_key(&self) -> [u8; 32] {
        self.setup.challenge_key
    }

    /// A check of the ledger's store that has the server's secrets.
    pub fn checking(&self) -> Checking {
        Checking::with(self.setup.token_key, self.setup.town)
    }

    /// The server's own member, in whose name it imports and administers.
    pub fn server_member(&self) -> MemberId {
        MemberId::server_of(self.setup.town)
    }

    /// The server's own device.
    pub fn server_device(&self) -> DeviceId {
        DeviceId::of(&self.memory.server())
    }

    /// The ledger's incarnation: it grows with each restore.
    pub fn incarnation(&self) -> u32 {
        self.memory.incarnation()
    }

    /// The reason for which nobody is to be answered, if there is one.
    pub fn quarantine(&self) -> Option<Quarantine> {
        self.quarantine
    }

    /// Counters since the start.
    pub fn stats(&self) -> LedgerStats {
        LedgerStats {
            quarantine: self.quarantine.is_some(),
            ..self.memory.stats()
        }
    }

    /// An empty list of commands that are to be carried out next, with this seed and at this time: it
    /// tells the ids of what they create, so that those behind can name it.
    pub fn admin_list(&self, seed: [u8; 32], now: Time) -> AdminList {
        AdminList::new(&self.memory, seed, now)
    }

    /// Begins the next incarnation, once, on a store that was restored from a backup, before
    /// anything is answered: 1 beyond the highest that the ledger or the security journal knows. A
    /// server whose journal is lost cannot know how often it was restored since, and asks the clock:
    /// its number is at least that of the seconds since 2026, which no restore before can have
    /// reached. To be committed with [`Ledger::take_transaction`].
    ///
    /// # Errors
    /// [`StoreError::Failed`] if there is no higher incarnation.
    pub fn begin_incarnation(
        &mut self,
        records: &dyn Records,
        now: Time,
    ) -> Result<u32, StoreError> {
        let is_journal_lost = self.quarantine.is_some();
        restore::begin_incarnation(&mut self.tx(records), is_journal_lost, now)
    }

    /// Counts some more cases of a ledger that a release without figures, or with others, wrote: before
    /// anything is answered, again and again until all are counted. What it writes is to be committed
    /// with [`Ledger::take_transaction`] each time. How many documents more were looked at; none once all
    /// were.
    ///
    /// # Errors
    /// Whatever the store says, of a damaged document too.
    pub fn count_figures(&mut self, records: &dyn Records) -> Result<Option<usize>, StoreError> {
        figures::count(&mut self.tx(records))
    }

    /// Notes that a verified backup holds the batches of these devices up to the numbers given; never
    /// lowers what was noted before. Devices hear it in their next welcome, and need not keep those
    /// batches any longer. How many devices it is news for.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn cover(
        &mut self,
        records: &dyn Records,
        held: &[(DeviceId, u64)],
    ) -> Result<u64, StoreError> {
        restore::cover(&mut self.tx(records), held)
    }

    /// Does a little of what time alone asks of the server: tells what is over, moves dates to a new
    /// calendar. To be called again while there is more, and now and then. It does nothing while the
    /// clock is more than a day beyond what was last believed.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn go_on_by_time(
        &mut self,
        records: &dyn Records,
        now: Time,
    ) -> Result<ByTime, StoreError> {
        by_time::go_on(&mut self.tx(records), now)
    }

    /// An administrator says that the clock is right: steps by time go on.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn believe_clock(&mut self, records: &dyn Records, now: Time) -> Result<(), StoreError> {
        by_time::believe(&mut self.tx(records), now)
    }

    /// The time that the clock was last believed to show: before the first step by time that of the last
    /// commit, and `now` if there was none.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn clock_believed(&mut self, records: &dyn Records, now: Time) -> Result<Time, StoreError> {
        by_time::believed(&self.tx(records), now)
    }

    /// Whether steps by time stop until an administrator says that the clock is right.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn is_clock_held(&mut self, records: &dyn Records, now: Time) -> Result<bool, StoreError> {
        by_time::is_held(&self.tx(records), now)
    }

    /// Writes down that so many of the audit's records were written out.
    pub fn audit_export(&mut self, records: &dyn Records, count: u64, now: Time) {
        let exported = ExportedAudited { records: count };
        audit::write(&mut self.tx(records), now, Audited::Exported(exported));
    }
}

/// The key of an enrolled device, to check a flight's signature with.
///
/// # Errors
/// Whatever the store says.
pub fn device_key(
    records: &dyn Records,
    device: DeviceId,
) -> Result<Option<PublicKey>, StoreError> {
    let record: Option<DeviceRecord> = View::of_store(records).get(&keys::device(device))?;
    Ok(record.map(|record| record.key))
}
