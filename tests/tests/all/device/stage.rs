//! A town in memory, and devices on it: their stores are shared maps, their line is a function call.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use alleyway_catalogue::Lang;
use alleyway_client::drafts::Step;
use alleyway_client::link::Invitation;
use alleyway_client::store::{Rebuilt, Store};
use alleyway_client::views::outbox::Recorded;
use alleyway_client::{Fault, Problem};
use alleyway_core::crypto::hash;
use alleyway_core::store::{MemoryStore, Records, Row, StoreError, Write};
use alleyway_core::time::Time;
use alleyway_device::transport::{Halt, ServerUrl, Spent, Transport, TransportError};
use alleyway_device::{Device, Platform};
use alleyway_replica::Room;
use alleyway_tests::pure::Town;

pub(super) type Shared<T> = Arc<Mutex<T>>;

pub(super) fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What survives the app: rows, and how many commits go well before one does not.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) rows: MemoryStore,
    pub(super) commits_left: Option<usize>,
    /// A commit that fails fails for want of room.
    pub(super) is_full: bool,
    pub(super) openings: usize,
    /// Another program holds it.
    pub(super) is_held: bool,
}

impl Disk {
    /// A row, by what it is and its number, is not what was written.
    pub(super) fn spoil(&mut self, kind: u8, number: u64) {
        let key = [&[kind], number.to_be_bytes().as_slice()].concat();
        let value = Some(vec![0xff]);
        let spoiled = Write {
            key,
            value,
            slot: None,
        };
        Store::commit(&mut self.rows, &[spoiled]).unwrap();
    }

    /// From now on there is no room for anything, or there is again.
    pub(super) fn fill(&mut self, is_full: bool) {
        self.commits_left = is_full.then_some(0);
        self.is_full = is_full;
    }
}

/// A store on a disk that may be full.
pub(super) struct OnDisk(Shared<Disk>);

impl Store for OnDisk {
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let mut disk = lock(&self.0);
        let is_full = disk.is_full;
        match &mut disk.commits_left {
            Some(0) if is_full => return Err(StoreError::Full("no space left".to_owned())),
            Some(0) => return Err(StoreError::Failed("the disk failed".to_owned())),
            Some(left) => *left -= 1,
            None => {}
        }
        Store::commit(&mut disk.rows, writes)
    }

    fn reserve(&mut self, _: Room) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.commit(writes)
    }

    fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.commit(writes)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        lock(&self.0).rows.setting(name)
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        lock(&self.0).rows.set(name, value)
    }

    fn rebuilt(&self) -> Option<Rebuilt> {
        None
    }
}

impl Records for OnDisk {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        lock(&self.0).rows.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        lock(&self.0).rows.scan(from, to, limit)
    }
}

/// A phone of the town.
pub(super) struct Phone {
    pub(super) disk: Shared<Disk>,
    town: Shared<Town>,
    drawn: AtomicU64,
    /// The clock panics when it is read next.
    pub(super) panics: AtomicBool,
    /// Every answer waits until something comes through here.
    pub(super) gate: Mutex<Option<mpsc::Receiver<()>>>,
}

impl Platform for Phone {
    type Store = OnDisk;
    type Line = Call;

    fn has_store(&self) -> bool {
        true
    }

    fn open_store(&self) -> Result<OnDisk, Fault> {
        let mut disk = lock(&self.disk);
        disk.openings += 1;
        if disk.is_held {
            return Err(Fault::plain(Problem::StoreLocked));
        }
        Ok(OnDisk(Arc::clone(&self.disk)))
    }

    fn wipe_store(&self, open: Option<OnDisk>) -> Result<(), Fault> {
        drop(open);
        *lock(&self.disk) = Disk::default();
        Ok(())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn line(&self, _: &ServerUrl, halt: &Halt) -> Result<Call, Fault> {
        Ok(Call {
            town: Arc::clone(&self.town),
            answer: None,
            gate: self.gate.lock().unwrap().take(),
            halt: halt.clone(),
        })
    }

    fn now(&self) -> Time {
        assert!(!self.panics.swap(false, Ordering::Relaxed), "no clock");
        lock(&self.town).now
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        Ok(hash("phone", &[&drawn.to_be_bytes()]))
    }
}

/// A line that is a function call, unless a gate is in its way.
pub(super) struct Call {
    town: Shared<Town>,
    answer: Option<Vec<u8>>,
    gate: Option<mpsc::Receiver<()>>,
    halt: Halt,
}

impl Transport for Call {
    fn enrol(&mut self, request: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        Ok(lock(&self.town).take_in(&request))
    }

    fn send(&mut self, flight: &[u8]) -> Result<(), TransportError> {
        self.answer = Some(lock(&self.town).answer(flight));
        Ok(())
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        while let Some(gate) = &self.gate {
            if self.halt.is_tripped() {
                return Err(TransportError::Halted);
            }
            match gate.recv_timeout(std::time::Duration::from_millis(5)) {
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                _ => self.gate = None,
            }
        }
        Ok(self.answer.take())
    }

    fn get(&mut self, target: &str, _: &str) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Failed(format!(
            "{target} is not on this stage"
        )))
    }

    fn ask_about(
        &mut self,
        target: &str,
        proof: &str,
        _: Vec<u8>,
    ) -> Result<Vec<u8>, TransportError> {
        self.get(target, proof)
    }

    fn spent(&self) -> Spent {
        Spent::default()
    }
}

/// A town, and how its phones draw.
pub(super) struct Stage {
    pub(super) town: Shared<Town>,
    phones: u64,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self {
            town: Arc::new(Mutex::new(Town::new())),
            phones: 0,
        }
    }

    /// An enrolled device of the member, up to date.
    pub(super) fn device(&mut self, member: &str) -> Device<Phone> {
        let phone = self.phone();
        self.enrolled(phone, member)
    }

    /// A phone that belongs to nobody.
    pub(super) fn phone(&mut self) -> Phone {
        self.phones += 1;
        Phone {
            disk: Arc::default(),
            town: Arc::clone(&self.town),
            drawn: AtomicU64::new(self.phones << 32),
            panics: AtomicBool::new(false),
            gate: Mutex::new(None),
        }
    }

    /// The device of the member on a machine, up to date.
    pub(super) fn enrolled<P: Platform>(&mut self, platform: P, member: &str) -> Device<P> {
        let device = Device::open(platform, Lang::En).unwrap();
        let code = lock(&self.town).invite(member).to_string();
        let invitation = Invitation::typed("https://town.example", &code).unwrap();
        device.enrol(&invitation, "phone", &Halt::new()).unwrap();
        synced(&device);
        device
    }
}

pub(super) fn synced<P: Platform>(device: &Device<P>) {
    device.sync(&Halt::new(), &mut |_| ()).unwrap();
}

/// Records a step with its fields.
pub(super) fn step<P: Platform>(
    device: &Device<P>,
    word: &str,
    case: Option<&str>,
    fields: &[(&str, &str)],
) -> Result<Recorded, Fault> {
    let fields = fields.iter();
    device.record(&Step {
        word: word.to_owned(),
        case: case.map(str::to_owned),
        fields: fields
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    })
}

/// The fields of a report.
pub(super) fn report(title: &str) -> [(&str, &str); 3] {
    [("category", "road"), ("title", title), ("text", title)]
}

/// A new case's number.
pub(super) fn reported<P: Platform>(device: &Device<P>, title: &str) -> String {
    step(device, "report", None, &report(title)).unwrap().name
}

pub(super) fn problem<T: std::fmt::Debug>(outcome: Result<T, Fault>) -> Problem {
    outcome.unwrap_err().problem
}
