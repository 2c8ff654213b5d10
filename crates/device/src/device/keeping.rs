//! The upkeep of a device: the lease, damaged records, and the end of it.

use alleyway_client::dates::show_time;
use alleyway_client::store::Store;
use alleyway_client::views::damage::DamagedRecord;
use alleyway_client::{Fault, Notice, Problem, Warning};
use alleyway_core::store::Write;
use alleyway_replica::{Damage, Reading};

use super::held::{Held, Open};
use super::{Device, Platform, lock};

/// The work that a wipe would lose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Commands that the server has not answered, or that cannot be read.
    pub unsent: usize,
    /// Commands that it refused and that nobody has dealt with.
    pub refused: usize,
}

impl Waiting {
    /// Nothing would be lost.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl<S: Store> Open<S> {
    /// The work that a wipe would lose.
    fn waiting(&self) -> Waiting {
        let lost = self.damage().iter();
        let lost = lost.filter(|damage| damage.what.may_be_lost()).count();
        Waiting {
            unsent: self.replica.pending().len() + lost,
            refused: self.replica.refused().len(),
        }
    }
}

impl<P: Platform> Device<P> {
    /// Notes the clock, ends the lease if its time has come, and says for how long the device may be
    /// read; none before enrolment. To be called whenever the app is looked at again, before anything
    /// is shown, and once an hour while it is.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`]; [`Problem::NotSaved`] if the lease has ended and what was to be
    /// deleted could not be: nothing is shown before that.
    pub fn tick(&self) -> Result<Option<Reading>, Fault> {
        let (noted, reading, is_stopped) = self.hold(|open| {
            open.is_enrolled()?;
            let now = self.now();
            let effect = open.replica.tick(now, self.random()?);
            let noted = open.keep(effect);
            if let Some(contact) = open.replica.wrong_clock(now) {
                let contact = vec![("contact", show_time(contact))];
                self.warn(Warning::new(Notice::ClockWrong, contact));
            }
            let stopped = open.replica.stopped().is_some();
            Ok((noted, open.replica.reading(), stopped))
        })?;
        if is_stopped {
            // No contact brings back what a device that is stopped has shown.
            noted?;
            return Ok(reading);
        }
        match reading {
            Some(Reading::Ended) => {
                noted?;
                self.warn(Warning::new(Notice::LeaseEnded, Vec::new()));
            }
            Some(Reading::EndsSoon(ends)) => {
                let ends = vec![("ends", show_time(ends))];
                self.warn(Warning::new(Notice::LeaseEndsSoon, ends));
            }
            // A full disk costs the note, not the reading.
            Some(Reading::Until(_)) | None => {}
        }
        Ok(reading)
    }

    /// Records of the store that could not be read when it was opened. What can be fetched or made
    /// anew was mended then; with `drop`, what was typed and is left is given up.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::NotSaved`], [`Problem::StorageFull`].
    pub fn damaged(&self, drop: bool) -> Result<Vec<DamagedRecord>, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let gone = |damage: &&Damage| drop && damage.what.is_kept();
            let removal = |damage: &Damage| Write {
                key: damage.key.clone(),
                value: None,
                slot: None,
            };
            let writes: Vec<Write> = open.damage().iter().filter(gone).map(removal).collect();
            let records = open.damage().iter();
            let records = records.map(|damage| DamagedRecord::new(damage, drop));
            let records = records.collect();
            open.commit_reserved(&writes)?;
            Ok(records)
        })
    }

    /// The work that a wipe would lose.
    ///
    /// # Errors
    /// The store cannot be opened: nobody knows what waits in it.
    pub fn waiting(&self) -> Result<Waiting, Fault> {
        self.hold(|open| Ok(open.waiting()))
    }

    /// Takes all data of the device away, for good, its key first. It is closed then.
    ///
    /// # Errors
    /// [`Problem::WorkWaits`] unless `even_unsent`; what could not be removed.
    pub fn wipe(&self, even_unsent: bool) -> Result<Waiting, Fault> {
        let mut waiting = self.waiting()?;
        // Looked at again where nobody can type any more.
        self.take_away_if(|open| {
            waiting = open.waiting();
            if even_unsent || waiting.is_nothing() {
                return Ok(());
            }
            let values = vec![
                ("unsent", waiting.unsent.to_string()),
                ("refused", waiting.refused.to_string()),
            ];
            Err(Fault::new(Problem::WorkWaits, values))
        })?;
        Ok(waiting)
    }

    /// Removes the store, whatever is in it.
    pub(super) fn take_away(&self) -> Result<(), Fault> {
        self.take_away_if(|_| Ok(()))
    }

    /// Removes the store, unless what is in it speaks against that.
    fn take_away_if(
        &self,
        may: impl FnOnce(&Open<P::Store>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut held = lock(&self.shared.held);
        if let Held::Open(open) = &*held {
            may(open)?;
        }
        let open = match std::mem::replace(&mut *held, Held::Closed) {
            Held::Open(open) => Some(open.store.into_inner()),
            Held::Broken | Held::Closed => None,
        };
        self.shared.platform.wipe_store(open)
    }
}
