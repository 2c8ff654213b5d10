//! A phone with little room, on the store that phones have: over files whose bytes are counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use alleyway_client::store::{Rebuilt, Store};
use alleyway_client::views::list::{CaseQuery, Listing};
use alleyway_client::{Fault, Problem};
use alleyway_core::store::{Records, Row, StoreError, Write};
use alleyway_core::time::Time;
use alleyway_device::keys::StoreKey;
use alleyway_device::store::log::{Log, Look, Medium, Name, NewValue, Part, Slot, Table};
use alleyway_device::transport::{Halt, ServerUrl};
use alleyway_device::{Device, Platform};
use alleyway_replica::Room;

use super::stage::{Call, Phone, Shared, Stage, lock, problem, report, step, synced};

/// What fits on it, in bytes.
const ROOM: usize = 3 * 1024 * 1024;
const DAYS: i64 = 86_400_000;

/// Files whose bytes are counted.
#[derive(Debug, Default)]
struct Files {
    bytes: BTreeMap<Part, Vec<u8>>,
    reserved: usize,
    room: usize,
}

impl Files {
    fn taken(&self) -> usize {
        self.bytes.values().map(Vec::len).sum::<usize>() + self.reserved
    }

    fn fits(&self, more: usize) -> Result<(), StoreError> {
        if self.taken() + more > self.room {
            return Err(StoreError::Full("no space left".to_owned()));
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Counted(Shared<Files>);

impl Medium for Counted {
    fn load(&self, part: Part) -> Result<Vec<u8>, StoreError> {
        Ok(lock(&self.0).bytes.get(&part).cloned().unwrap_or_default())
    }

    fn read(&self, part: Part, at: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let bytes = self.load(part)?;
        let rest = bytes.into_iter().skip(usize::try_from(at).unwrap());
        Ok(rest.take(length).collect())
    }

    fn write(&mut self, part: Part, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let mut files = lock(&self.0);
        let at = usize::try_from(at).unwrap();
        let length = files.bytes.get(&part).map_or(0, Vec::len);
        let end = (at + bytes.len()).max(length);
        files.fits(end - length)?;
        let file = files.bytes.entry(part).or_default();
        file.resize(end, 0);
        file.splice(at..at + bytes.len(), bytes.iter().copied());
        Ok(())
    }

    fn cut(&mut self, part: Part, length: u64) -> Result<(), StoreError> {
        let length = usize::try_from(length).unwrap();
        lock(&self.0)
            .bytes
            .entry(part)
            .or_default()
            .truncate(length);
        Ok(())
    }

    fn sync(&mut self, _: Part) -> Result<(), StoreError> {
        Ok(())
    }

    fn reserve(&mut self, bytes: u64) -> Result<(), StoreError> {
        let mut files = lock(&self.0);
        let bytes = usize::try_from(bytes).unwrap();
        files.fits(bytes.saturating_sub(files.reserved))?;
        files.reserved = bytes;
        Ok(())
    }

    fn release(&mut self) -> Result<bool, StoreError> {
        Ok(std::mem::take(&mut lock(&self.0).reserved) > 0)
    }

    fn set_aside(&mut self, _: Slot) -> Result<(), StoreError> {
        panic!("nothing is damaged");
    }

    fn discard_kept(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The log over such files, as a phone's store is.
struct Small(Log<Counted>);

fn changes(writes: &[Write]) -> Vec<NewValue<'_>> {
    let writes = writes.iter();
    writes
        .map(|write| {
            (
                Name::new(Table::Records, &write.key),
                write.value.as_deref(),
            )
        })
        .collect()
}

impl Store for Small {
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.0.commit(&changes(writes))
    }

    fn reserve(&mut self, room: Room) -> Result<(), StoreError> {
        self.0.reserve(room.commits, room.bytes)
    }

    fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.0.commit_reserved(&changes(writes))
    }

    fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.0.commit_anew(&changes(writes))
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&Name::new(Table::Settings, name.as_bytes()))
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let name = Name::new(Table::Settings, name.as_bytes());
        self.0.commit(&[(name, Some(value))])
    }

    fn rebuilt(&self) -> Option<Rebuilt> {
        None
    }
}

impl Records for Small {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&Name::new(Table::Records, key))
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let names = self.0.keys(Table::Records, from, to).take(limit);
        let row = |name: &Name| Ok(self.0.get(name)?.map(|value| (name.key.clone(), value)));
        names.filter_map(|name| row(name).transpose()).collect()
    }
}

/// A phone with little room.
struct SmallPhone {
    phone: Phone,
    files: Shared<Files>,
}

impl Platform for SmallPhone {
    type Store = Small;
    type Line = Call;

    fn has_store(&self) -> bool {
        true
    }

    fn open_store(&self) -> Result<Small, Fault> {
        let key = StoreKey::from_bytes(&[7; 32]);
        let medium = Counted(Arc::clone(&self.files));
        Ok(Small(match Look::into(&medium).unwrap() {
            Look::Nothing => Log::found(medium, key).unwrap(),
            Look::Log(found) => Log::open(medium, found, key).unwrap().0,
        }))
    }

    fn wipe_store(&self, _: Option<Small>) -> Result<(), Fault> {
        *lock(&self.files) = Files::default();
        Ok(())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn line(&self, url: &ServerUrl, halt: &Halt) -> Result<Call, Fault> {
        self.phone.line(url, halt)
    }

    fn now(&self) -> Time {
        self.phone.now()
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        self.phone.random()
    }
}

fn small(stage: &mut Stage) -> Device<SmallPhone> {
    let files = Files {
        room: ROOM,
        ..Files::default()
    };
    let phone = SmallPhone {
        phone: stage.phone(),
        files: Arc::new(Mutex::new(files)),
    };
    stage.enrolled(phone, "xie")
}

/// Records reports until there is no room for another. Returns how many.
fn reported_until_full(device: &Device<SmallPhone>) -> usize {
    let long = "坏".repeat(1_500);
    for count in 0..200 {
        let mut fields = report("The road is broken").to_vec();
        fields.retain(|(name, _)| *name != "text");
        fields.push(("text", &long));
        if let Err(fault) = step(device, "report", None, &fields) {
            assert_eq!(fault.problem, Problem::RoomKept, "{fault}");
            return count;
        }
    }
    panic!("it is never full");
}

fn count<P: Platform>(device: &Device<P>) -> usize {
    match device.cases(&CaseQuery::default()).unwrap() {
        Listing::Rows(rows) => rows.len(),
        Listing::Index(_) => panic!("the lease has not ended"),
    }
}

#[test]
fn a_phone_that_is_full_hands_in_what_it_holds_and_records_again() {
    let mut stage = Stage::new();
    let (xie, lu) = (small(&mut stage), stage.device("lu"));
    let first = reported_until_full(&xie);
    assert!(first > 10, "{first}");
    assert_eq!(xie.pending().unwrap().len(), first);
    // Others take every byte that is left.
    let taken = lock(&xie.platform().files).taken();
    lock(&xie.platform().files).room = taken;
    xie.reopen().unwrap();
    synced(&xie);
    assert_eq!((xie.pending().unwrap().len(), count(&xie)), (0, first));
    synced(&lu);
    assert_eq!(count(&lu), first);
    let second = reported_until_full(&xie);
    assert!(second > 0);
    synced(&xie);
    synced(&lu);
    assert_eq!(
        (xie.pending().unwrap().len(), count(&lu)),
        (0, first + second)
    );
}

#[test]
fn a_phone_that_is_full_is_locked_when_its_lease_ends_and_still_hands_in() {
    let mut stage = Stage::new();
    let xie = small(&mut stage);
    let typed = reported_until_full(&xie);
    let taken = lock(&xie.platform().files).taken();
    lock(&xie.platform().files).room = taken;
    lock(&stage.town).now.0 += 15 * DAYS;
    xie.tick().unwrap();
    let cases = xie.cases(&CaseQuery::default()).unwrap();
    assert!(matches!(cases, Listing::Index(_)), "{cases:?}");
    synced(&xie);
    assert_eq!((xie.pending().unwrap().len(), count(&xie)), (0, typed));
}

#[test]
fn a_sync_that_finds_no_room_says_so() {
    let mut stage = Stage::new();
    let xie = small(&mut stage);
    step(&xie, "report", None, &report("The road is broken")).unwrap();
    let mut files = lock(&xie.platform().files);
    files.reserved = 0;
    files.room = files.taken();
    drop(files);
    let ended = xie.sync(&Halt::new(), &mut |_| ());
    assert_eq!(problem(ended.map(drop)), Problem::StorageFull);
    lock(&xie.platform().files).room = ROOM;
    synced(&xie);
    assert_eq!(xie.pending().unwrap(), []);
}
