//! What happens to phones: crashes at any write, disks that are full or cannot be read, wrong
//! clocks, old copies.

use alleyway_core::store::{MemoryStore, Records, Row, StoreError, Write};
use alleyway_replica::Replica;
use std::cell::Cell;

use super::phone::Persisted;
use super::violation::{Broken, Checked, NOTHING_LOST, ensure};
use super::world::World;

const DAY: i64 = 86_400_000;
const YEAR: i64 = 365 * DAY;
/// The server's clock is set back by so much at most, in milliseconds.
const LAG_MAX: i64 = 10 * 60_000;

/// A phone that is full fails to keep something so many times at most, until somebody makes room.
const PERSISTS_FULL_MAX: usize = 12;

/// A phone's disk of which one read fails.
struct Unreadable<'a> {
    rows: &'a MemoryStore,
    reads_left: Cell<usize>,
}

impl Unreadable<'_> {
    fn read(&self) -> Result<(), StoreError> {
        let left = self.reads_left.get();
        self.reads_left.set(left.saturating_sub(1));
        if left == 1 {
            Err(StoreError::Failed("a read failed".to_owned()))
        } else {
            Ok(())
        }
    }
}

impl Records for Unreadable<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read()?;
        self.rows.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.read()?;
        self.rows.scan(from, to, limit)
    }
}

impl World {
    /// Commits on a phone, with a crash now and then, and not if there is no room.
    pub(crate) fn persist(
        &mut self,
        index: usize,
        writes: Vec<Write>,
    ) -> Result<Persisted, Broken> {
        self.touched.insert(index);
        self.spent.phone_commits += 1;
        self.done.trace_writes("persist", &writes);
        let often = (!self.calm).then_some(
            self.plan
                .plant
                .writes_per_crash(self.temper.writes_per_crash),
        );
        let crash = if often.is_some_and(|often| self.rng.one_in(often)) {
            1 + self.rng.below(2)
        } else {
            0
        };
        let plant = self.plan.plant;
        let phone = &mut self.phones[index];
        if phone.full_for > 0 && !self.calm {
            phone.full_for -= 1;
            self.done.full += 1;
            phone.crash()?;
            return Ok(Persisted::Full);
        }
        if crash == 1 {
            phone.keep(plant.torn(writes));
            phone.crash()?;
            return Ok(Persisted::CrashedBefore);
        }
        phone.keep(plant.on_phone(writes));
        if crash == 2 {
            phone.crash()?;
            return Ok(Persisted::CrashedAfter);
        }
        Ok(Persisted::Kept)
    }

    pub(crate) fn crash(&mut self, index: usize) -> Checked {
        let name = self.phones[index].name;
        self.tell(|| format!("{name} crashes"));
        self.touched.insert(index);
        let phone = &mut self.phones[index];
        // Now and then its disk does not answer when it starts: it says so, and begins with nothing
        // missing the next time.
        if self.rng.one_in(4) {
            let disk = Unreadable {
                rows: &phone.disk.rows,
                reads_left: Cell::new(1 + self.rng.below(8)),
            };
            let opened = Replica::open(&disk);
            ensure(opened.is_err(), NOTHING_LOST, || {
                format!("{name} starts, and has not read all it has")
            })?;
        }
        phone.crash()
    }

    /// There is no room on a phone for a while; or the server's disk fails.
    pub(crate) fn disk_fault(&mut self, index: usize) {
        match self.rng.below(4) {
            0 => {
                self.server.disk.fill();
                self.tell(|| "the server's disk is full".to_owned());
            }
            1 => {
                let reads = 1 + self.rng.below(60);
                self.server.disk.fail_a_read(reads);
                self.tell(|| {
                    format!("the server's disk will fail to read, {reads} reads from now")
                });
            }
            _ => {
                let phone = &mut self.phones[index];
                phone.full_for = 1 + self.rng.below(PERSISTS_FULL_MAX);
                let (name, times) = (phone.name, phone.full_for);
                self.tell(|| format!("{name} is full, and keeps nothing for {times} times"));
            }
        }
    }

    /// A phone's clock is set, to anything; or falls to 1970, or comes back from there; or the server's
    /// is set a little back.
    pub(crate) fn set_clock(&mut self, index: usize) -> Checked {
        if self.rng.one_in(4) {
            self.lag = self.rng.between(0, LAG_MAX);
            let seconds = self.lag / 1_000;
            self.tell(|| format!("the server's clock is {seconds} s behind now"));
            return Ok(());
        }
        if self.rng.one_in(2) {
            self.fall_or_rise(index);
            if self.rng.one_in(2) {
                // Somebody looks at it, and sets it right, or drops it again.
                self.tick(index)?;
                self.fall_or_rise(index);
            }
            return Ok(());
        }
        let phone = &mut self.phones[index];
        phone.ahead = self.rng.between(-YEAR, YEAR);
        let (name, days) = (phone.name, phone.ahead / DAY);
        phone.watch.set();
        self.tell(|| format!("the clock of {name} is {days} days ahead now"));
        Ok(())
    }

    pub(crate) fn days(&mut self) {
        let most = if self.rng.one_in(5) { 40 * DAY } else { DAY };
        self.now.0 += self.rng.between(0, most);
    }

    pub(crate) fn copy_or_restore(&mut self, index: usize) -> Checked {
        let phone = &mut self.phones[index];
        if phone.administers {
            return Ok(());
        }
        let name = phone.name;
        if let Some(copy) = phone.copy.take() {
            phone.disk = copy;
            phone.crash()?;
            phone.watch.forget();
            self.touched.insert(index);
            self.oracle.restored.insert(index);
            self.done.restored += 1;
            self.tell(|| format!("{name} is restored from its old copy"));
            return Ok(());
        }
        phone.copy = Some(phone.disk.clone());
        self.tell(|| format!("{name} is copied"));
        Ok(())
    }
}
