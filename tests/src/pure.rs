//! A town as pure machines: a ledger, devices, and the bytes between them. For benchmarks and
//! for counts that need no network.

use std::collections::BTreeMap;

use crate::workload::Typed;
use alleyway_client::Driver;
use alleyway_core::command::Body;
use alleyway_core::crypto::{SecretKey, hash};
use alleyway_core::id::{DocumentId, MemberId, TownId, UnitId};
use alleyway_core::kinds::case::{Accept, CaseCommand, Note, Resume, Start, Wait};
use alleyway_core::kinds::household::CreateHousehold;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Records as _, Store, Transaction};
use alleyway_core::sync::enrol::{Enrol, EnrolError};
use alleyway_core::sync::flight::{Flight, SignedFlight};
use alleyway_core::sync::frame::{PROTOCOL_VERSION, Stop};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_ledger::{AdminCommand, DeviceBudget, DeviceChange, Ledger, Setup, device_key};
use alleyway_replica::{Draft, Effect, Recorded, Replica, SealingPair, SyncSummary};

/// Bytes and round trips of one sync. Bytes are those of the compressed bodies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// Up.
    pub up: usize,
    /// Down.
    pub down: usize,
    /// Requests.
    pub round_trips: usize,
    /// What the device says it did.
    pub summary: SyncSummary,
}

/// Rows that were written or removed, and their bytes with their keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: usize,
    /// Bytes.
    pub bytes: usize,
}

/// A town of one village and one alley in memory.
pub struct Town {
    /// The server's store.
    pub store: MemoryStore,
    /// The server.
    pub ledger: Ledger,
    /// The clock of everybody.
    pub now: Time,
    /// The alley.
    pub alley: UnitId,
    /// What the server has written since the town was made, by the first byte of the rows' keys.
    pub written: BTreeMap<u8, Written>,
    id: TownId,
    drawn: u64,
}

/// A device in memory.
pub struct Device {
    /// The machine.
    pub replica: Replica,
    /// Its store.
    pub store: MemoryStore,
    /// It was told to delete its store.
    pub wiped: bool,
}

/// The bytes of the server's key.
pub const SERVER: [u8; 32] = [1; 32];

/// The town's id.
pub const TOWN: TownId = TownId([7; 16]);

impl Town {
    /// A town with one alley, a chief, a second chief and a branch secretary.
    pub fn new() -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).expect("an empty store");
        let mut ledger = Ledger::open(&store, setup()).expect("a founded store");
        // One phone stands for many here.
        ledger.set_device_budget(DeviceBudget::UNLIMITED);
        let now = Time(1_790_000_000_000);
        let mut town = Self {
            store,
            ledger,
            now,
            alley: DocumentId([0; 16]),
            written: BTreeMap::new(),
            id: TOWN,
            drawn: 0,
        };
        town.build();
        town
    }

    fn build(&mut self) {
        let seed = self.random();
        let units = [
            ("town", "四排镇", UnitKind::Town, None),
            ("village", "新安村", UnitKind::Village, Some(0)),
            ("branch", "新安村支部", UnitKind::Branch, Some(1)),
            ("alley", "甜橙巷", UnitKind::Alley, Some(1)),
        ];
        let mut list = self.ledger.admin_list(seed, self.now);
        let mut ids: Vec<UnitId> = Vec::new();
        for (key, name, kind, parent) in units {
            let (key, name) = (Text::cut(key), Text::cut(name));
            let create = CreateUnit {
                key,
                name,
                kind,
                parent: parent.map(|p: usize| ids[p]),
            };
            ids.push(list.push(None, UnitCommand::Create(create)));
        }
        self.alley = ids[3];
        for (key, post, unit) in [
            ("xie", Post::AlleyChief, 3),
            ("lu", Post::AlleyChief, 3),
            ("qin", Post::BranchSecretary, 2),
            ("wei", Post::TownDispatcher, 0),
        ] {
            let member = self.member(key);
            let (key, name) = (Text::cut(key), Text::cut(key));
            let appoint = Appoint {
                member,
                key,
                name,
                post,
                from: Time::EARLIEST,
                until: None,
            };
            list.push(Some(ids[unit]), UnitCommand::Appoint(appoint));
        }
        self.ledger
            .administer_list(&self.store, list)
            .expect("admitted");
        self.commit();
    }

    /// A member's id.
    pub fn member(&self, key: &str) -> MemberId {
        MemberId::derive(self.id, key)
    }

    /// Thirty-two bytes, other ones each time.
    pub fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash("random", &[&self.drawn.to_be_bytes()])
    }

    /// Commits what the ledger wrote.
    pub fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            for write in &transaction.writes {
                let value = write.value.as_ref().map_or(0, Vec::len);
                let kind = write.key.first().copied().unwrap_or_default();
                let written = self.written.entry(kind).or_default();
                written.rows += 1;
                written.bytes += write.key.len() + value;
            }
            self.store.commit(&transaction).expect("memory");
        }
    }

    /// So many days pass, and the server does what is due by time twice a day: a clock that is a day further is
    /// not believed.
    pub fn serve_days(&mut self, days: usize) {
        for _ in 0..2 * days {
            self.now = Time(self.now.0 + 12 * 3_600_000);
            while self
                .ledger
                .go_on_by_time(&self.store, self.now)
                .expect("memory")
                .more
            {
                self.commit();
            }
            self.commit();
        }
    }

    /// Creates households in the alley.
    pub fn households(&mut self, count: usize) {
        let seed = self.random();
        let commands = (0..count)
            .map(|i| {
                let create = CreateHousehold {
                    alley: self.alley,
                    door: Text::cut(&format!("{}号", i + 1)),
                    contact: Text::cut("谢家"),
                    count: 4,
                    phone: Text::default(),
                    may_text: false,
                };
                AdminCommand {
                    document: None,
                    body: Body::Household(HouseholdCommand::Create(create)),
                }
            })
            .collect();
        let now = self.now;
        self.ledger
            .administer(&self.store, commands, seed, now)
            .expect("admitted");
        self.commit();
    }

    /// An enrolled device of a member.
    pub fn device(&mut self, key: &str) -> Device {
        let code = self.invite(key);
        self.enrol(code).expect("a good code")
    }

    /// A code for a device of a member.
    pub fn invite(&mut self, key: &str) -> TrackingCode {
        let mut bytes = [0; 15];
        bytes.copy_from_slice(&self.random()[..15]);
        let code = TrackingCode::from_random(bytes);
        let (member, now) = (self.member(key), self.now);
        self.ledger
            .invite(&self.store, member, &code, now)
            .expect("a member");
        self.commit();
        code
    }

    /// A new device with a code.
    pub fn enrol(&mut self, code: TrackingCode) -> Result<Device, EnrolError> {
        let now = self.now;
        let store = MemoryStore::default();
        let mut device = Device {
            replica: Replica::open(&store).expect("empty"),
            store,
            wiped: false,
        };
        let (signing, sealing) = (self.random(), self.random());
        let sealing = SealingPair::of(sealing);
        let (writes, request) = device
            .replica
            .enrol_request(code, Text::cut("phone"), signing, sealing, now)
            .expect("not enrolled");
        device.persist(writes);
        let request = request.verify().expect("its own signature");
        let answer = self
            .ledger
            .enrol(&self.store, &request, now)
            .map_err(|error| error.refusal().expect("store"))?;
        self.commit();
        let writes = device.replica.enrolled(&answer, now);
        device.persist(writes);
        Ok(device)
    }

    /// Answers a request to be enrolled, as the server does.
    pub fn take_in(&mut self, request: &[u8]) -> Vec<u8> {
        let request = Enrol::from_bytes(request).expect("a request");
        let request = request.verify().expect("its own signature");
        let answer = self
            .ledger
            .enrol(&self.store, &request, self.now)
            .expect("a good code");
        self.commit();
        answer.to_bytes()
    }

    /// A device is not to go on.
    pub fn stop(&mut self, device: &Device, why: Stop) {
        self.change(device, DeviceChange::Stop(why));
    }

    fn change(&mut self, device: &Device, change: DeviceChange) {
        let code = device
            .replica
            .status(self.now)
            .expect("enrolled")
            .device_code;
        self.ledger
            .change_device(&self.store, code, change, self.now)
            .expect("a device");
        self.commit();
    }

    /// Lets a frozen device go on, as root does.
    ///
    /// # Panics
    /// If it is not frozen.
    pub fn thaw(&mut self, device: &Device) {
        self.change(device, DeviceChange::Thaw);
    }

    /// Reports a case on a device.
    pub fn report(
        &mut self,
        device: &mut Device,
        title: &str,
        text: &str,
        place: &str,
        contact: &str,
    ) -> Recorded {
        let mut bytes = [0; 15];
        bytes.copy_from_slice(&self.random()[..15]);
        let code = device
            .replica
            .status(self.now)
            .expect("enrolled")
            .device_code;
        let tracking = TrackingCode::from_random(bytes);
        let body = Typed::plain(title, text, place, contact).report(self.alley, code, tracking);
        self.record(device, Draft { target: None, body })
    }

    /// Adds a note on a device.
    pub fn note(&mut self, device: &mut Device, target: DocumentId, text: &str) -> Recorded {
        let body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut(text),
        }));
        self.record(
            device,
            Draft {
                target: Some(target),
                body,
            },
        )
    }

    /// Edits a field on a device.
    pub fn edit(
        &mut self,
        device: &mut Device,
        target: DocumentId,
        field: &str,
        value: &str,
    ) -> Recorded {
        let draft = device
            .replica
            .edit(target, field, value)
            .expect("an editable field");
        self.record(device, draft)
    }

    /// Takes the so many-th step, from 0, in a case that begins and then waits and goes on again, for
    /// ever: such steps have no end, as notes do.
    pub fn step_without_end(&mut self, device: &mut Device, case: DocumentId, number: u64) {
        let step = match number {
            0 => CaseCommand::Accept(Accept {}),
            1 => CaseCommand::Start(Start {}),
            _ if number.is_multiple_of(2) => CaseCommand::Wait(Wait {
                reason: Text::cut("weather"),
                resident_text: Text::default(),
            }),
            _ => CaseCommand::Resume(Resume {
                text: Text::cut(&format!("第{number}次看过，还没有人来修")),
            }),
        };
        let draft = Draft {
            target: Some(case),
            body: Body::Case(step),
        };
        self.record(device, draft);
    }

    /// Types a command.
    pub fn record(&mut self, device: &mut Device, draft: Draft) -> Recorded {
        self.now = Time(self.now.0 + 61_337);
        let random = self.random();
        let (writes, recorded) = device
            .replica
            .record(draft, self.now, random)
            .expect("allowed");
        device.persist(writes);
        recorded
    }

    /// Syncs a device until it has nothing more to say.
    pub fn sync(&mut self, device: &mut Device) -> Cost {
        self.sync_over(device, Self::answer)
    }

    /// The same over a line that takes a flight to the town, and brings its answer back.
    pub fn sync_over(
        &mut self,
        device: &mut Device,
        line: impl FnMut(&mut Self, &[u8]) -> Vec<u8>,
    ) -> Cost {
        self.sync_in(device, line, usize::MAX).expect("it ends")
    }

    /// Begins a sync that is cut off behind so many effects. Whether it was not done by then.
    pub fn is_cut_off(&mut self, device: &mut Device, effects: usize) -> bool {
        self.sync_in(device, Self::answer, effects).is_none()
    }

    fn sync_in(
        &mut self,
        device: &mut Device,
        mut line: impl FnMut(&mut Self, &[u8]) -> Vec<u8>,
        effects: usize,
    ) -> Option<Cost> {
        self.now = Time(self.now.0 + 1_000);
        let mut cost = Cost::default();
        let random = self.random();
        let mut driver = Driver::begin(&mut device.replica, self.now, random);
        for _ in 0..effects {
            let effect = driver
                .next(&mut device.replica, self.now)
                .expect("a good answer");
            match effect {
                Some(Effect::Persist(writes) | Effect::PersistAnew(writes)) => {
                    device.persist(writes);
                    driver.persisted();
                }
                Some(Effect::Send(flight)) => {
                    cost.round_trips += 1;
                    cost.up += zstd::bulk::compress(&flight, 19).expect("memory").len();
                    let answer = line(self, &flight);
                    cost.down += zstd::bulk::compress(&answer, 9).expect("memory").len();
                    driver.answer(&answer);
                }
                Some(Effect::Wipe) => device.wiped = true,
                Some(Effect::Done(summary)) => {
                    cost.summary = summary;
                    return Some(cost);
                }
                None => {
                    let random = self.random();
                    driver
                        .response_ended(&mut device.replica, self.now, random)
                        .expect("a whole answer");
                }
            }
        }
        None
    }

    /// The id of the unit that was made with a key.
    ///
    /// # Panics
    /// There is no such unit.
    pub fn unit(&mut self, key: &str) -> UnitId {
        let units = self.ledger.units(&self.store).expect("a store");
        let mut units = units.into_iter().filter(|unit| unit.key == key);
        units.next().expect("a unit of this key").id
    }

    /// A member gets a post, from the beginning of time and for good.
    pub fn appoint(&mut self, unit: UnitId, key: &str, post: Post) {
        let appoint = Appoint {
            member: self.member(key),
            key: Text::cut(key),
            name: Text::cut(key),
            post,
            from: Time::EARLIEST,
            until: None,
        };
        self.administer(vec![AdminCommand {
            document: Some(unit),
            body: UnitCommand::Appoint(appoint).into(),
        }]);
    }

    /// Carries out commands of the server, and commits them.
    pub fn administer(&mut self, commands: Vec<AdminCommand>) -> Vec<DocumentId> {
        let seed = self.random();
        self.now = Time(self.now.0 + 1_000);
        let now = self.now;
        let done = self
            .ledger
            .administer(&self.store, commands, seed, now)
            .expect("admitted");
        self.commit();
        done.documents
    }

    /// Starts the server anew: nothing is in its memory.
    pub fn start_anew(&mut self) {
        self.restore(self.store.clone());
    }

    /// Puts the server back to an older store, as a backup would.
    pub fn restore(&mut self, backup: MemoryStore) {
        self.store = backup;
        let setup = Setup {
            challenge_key: self.random(),
            ..setup()
        };
        self.ledger = Ledger::open(&self.store, setup).expect("a ledger");
        self.ledger.set_device_budget(DeviceBudget::UNLIMITED);
    }

    /// The whole answer to a flight.
    pub fn answer(&mut self, flight: &[u8]) -> Vec<u8> {
        let parsed = Flight::parse(flight).expect("a flight");
        let key = device_key(&self.store, parsed.device())
            .expect("store")
            .expect("enrolled");
        let store = &self.store;
        let verified = parsed
            .verify(self.id, &key)
            .and_then(SignedFlight::read)
            .and_then(|flight| {
                flight.open(self.id, &self.ledger.sealing(), |device| {
                    device_key(store, device).expect("store")
                })
            })
            .expect("signed");
        let mut reply = self
            .ledger
            .sync(&self.store, &verified, self.now)
            .expect("store");
        let mut answer = vec![PROTOCOL_VERSION];
        loop {
            self.commit();
            answer.extend_from_slice(&reply.frames);
            match reply.next {
                Some(next) => {
                    reply = self
                        .ledger
                        .page(&self.store, &next, self.now)
                        .expect("store");
                }
                None => return answer,
            }
        }
    }
}

impl Default for Town {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    /// Its signing key, from its store.
    pub fn secret(&self) -> SecretKey {
        let row = self.store.get(b"i").expect("memory").expect("enrolled");
        SecretKey::from_bytes(row.first_chunk().expect("a key"))
    }

    /// The program is looked at again at `now`: notes the clock, or ends the lease.
    pub fn tick(&mut self, now: Time, random: [u8; 32]) {
        if let Some(Effect::Persist(writes) | Effect::PersistAnew(writes)) =
            self.replica.tick(now, random)
        {
            self.persist(writes);
        }
    }

    /// Carries out writes.
    pub fn persist(&mut self, writes: Vec<alleyway_core::store::Write>) {
        self.store
            .commit(&Transaction {
                writes,
                ..Transaction::default()
            })
            .expect("memory");
    }
}

/// What the town's ledger is opened with.
pub(crate) fn setup() -> Setup {
    Setup {
        town: TOWN,
        town_name: Text::cut("四排镇"),
        secret: SecretKey::from_bytes(&SERVER),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 1_000,
    }
}
