//! A phone's lease, watched by somebody who knows the time: it lasts as long as it is to last, whatever
//! the phone's clock shows meanwhile, and it is never used for longer than that.

use alleyway_core::limits::LEASE_DAYS;
use alleyway_core::time::{Date, Time};

use super::violation::{Checked, LEASE, ensure};
use super::world::World;

const TERM: i64 = LEASE_DAYS * Date::MILLISECONDS;
/// What of a phone's running it forgets when its program ends, in milliseconds: its clock is noted
/// once an hour.
const FORGOTTEN_MAX: i64 = 60 * 60 * 1_000;

/// Two readings of a clock that are so far apart at most, in milliseconds, are of one that was not set
/// in between.
const ALIKE_MAX: i64 = 60 * 60 * 1_000;

/// A phone's lease.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Watch {
    /// The contact that began it; none if nobody knows which one the phone's disk knows of.
    contact: Option<Time>,
    /// A contact that the phone may not have kept yet.
    heard: Option<Time>,
    /// For how long the phone has run since, looked at again and again, in milliseconds.
    ran: i64,
    /// When it was looked at last, by a clock that nobody has set since.
    looked: Option<Time>,
    /// How often it has been started since.
    starts: i64,
    /// Its clock was set since, to anything: it may be locked before its time.
    is_set: bool,
    /// It was locked when it was looked at last.
    was_locked: bool,
}

impl Watch {
    /// The server has ended an answer to the phone.
    pub(crate) fn hear(&mut self, now: Time) {
        *self = Self {
            heard: Some(now),
            ..Self::default()
        };
    }

    /// What the phone heard is on its disk.
    pub(crate) fn keep(&mut self) {
        self.contact = self.heard.take().or(self.contact);
    }

    /// The phone's program starts.
    pub(crate) fn start(&mut self) {
        self.heard = None;
        self.starts += 1;
    }

    /// The phone's clock falls to 1970.
    fn fall(&mut self) {
        self.looked = None;
    }

    /// The phone's clock comes back from 1970, whereto it had fallen at that time. It `is_off` if it
    /// is not the right time that it shows. If the phone has heard the server meanwhile, that is as if
    /// it had been set: at no contact did it show that, and the time that it says has gone by counts.
    fn rise(&mut self, fell: Time, is_off: bool) {
        self.looked = None;
        let last = self.contact.max(self.heard);
        self.is_set |= is_off && last.is_some_and(|contact| contact >= fell);
    }

    /// The phone's clock is set to something else.
    pub(crate) fn set(&mut self) {
        (self.looked, self.is_set) = (None, true);
    }

    /// Nobody knows what the phone's disk knows of.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The phone is looked at, and has noted the clock. Of a clock that is off, and that has been put
    /// away for long, nobody knows that it was not set meanwhile: `is_plain` says that it is none.
    fn look(&mut self, now: Time, is_plain: bool) {
        if let Some(looked) = self.looked.replace(now) {
            let ran = now.0 - looked.0;
            if is_plain || ran < ALIKE_MAX {
                self.ran += ran;
            }
        }
    }
}

impl World {
    /// A phone whose program has noted the clock is not locked before its lease's time, and is locked
    /// once it has run for so long without a contact.
    pub(crate) fn watch_lease(&mut self, index: usize) -> Checked {
        let now = self.now;
        let phone = &mut self.phones[index];
        let is_plain = phone.fell.is_some() || phone.ahead == 0;
        phone.watch.look(now, is_plain);
        let is_locked = phone.replica.is_locked();
        if std::mem::replace(&mut phone.watch.was_locked, is_locked) && !is_locked {
            // The server gave its half of the key again, and with it a new term, whether its answer
            // came to its end or not. When that was, is known with the next contact.
            phone.watch.forget();
        }
        let watch = phone.watch;
        let (Some(contact), None) = (watch.contact, phone.replica.stopped()) else {
            return Ok(());
        };
        let name = phone.name;
        let gone = now.0 - contact.0;
        ensure(!is_locked || watch.is_set || gone >= TERM, LEASE, || {
            format!("{name} is locked {} h after a contact", gone / 3_600_000)
        })?;
        let most = TERM + FORGOTTEN_MAX * watch.starts;
        // Nothing is taken away in the middle of a sync.
        let is_syncing = phone.driver.is_some();
        ensure(is_locked || is_syncing || watch.ran < most, LEASE, || {
            format!(
                "{name} ran for {} h without a contact",
                watch.ran / 3_600_000
            )
        })
    }

    /// A phone's battery is out: its clock begins in 1970. Or it is set right again.
    pub(crate) fn fall_or_rise(&mut self, index: usize) {
        let now = self.now;
        let phone = &mut self.phones[index];
        match phone.fell {
            None => phone.watch.fall(),
            Some(fell) => phone.watch.rise(fell, phone.ahead != 0),
        }
        phone.fell = phone.fell.is_none().then_some(now);
        let (name, has_fallen) = (phone.name, phone.fell.is_some());
        self.done.clocks_fallen += u64::from(has_fallen);
        self.tell(|| {
            let what = if has_fallen {
                "falls to 1970"
            } else {
                "comes back"
            };
            format!("the clock of {name} {what}")
        });
    }
}
