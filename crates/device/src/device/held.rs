//! The replica and its store: one step at a time, and opened anew behind a failure.

use std::collections::BTreeMap;

use alleyway_client::store::{Rebuilt, Store};
use alleyway_client::views::damage;
use alleyway_client::{Fault, Notice, Problem, Warning};
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::store::{Records, Row, StoreError, Write};
use alleyway_replica::{Damage, Effect, Opened, Replica, Room, Touched, touched};

use super::listening::Change;
use super::{Device, Platform, lock};
use crate::faults::{not_recorded, not_saved, open_fault};

/// The records of a store that cannot be read.
pub type Damages = Vec<Damage>;

/// A replica and its store, if they can be used.
#[derive(Debug)]
pub(super) enum Held<S> {
    Open(Box<Open<S>>),
    /// A commit failed, or a step panicked: what is in memory may not be what is on the disk.
    Broken,
    Closed,
}

/// A replica and its store.
#[derive(Debug)]
pub(super) struct Open<S> {
    pub(super) replica: Replica,
    pub(super) store: Noting<S>,
    /// Commands without a verdict or refused, as listeners were told of last: their documents, and
    /// if they are refused.
    outbox: BTreeMap<CommandId, (DocumentId, bool)>,
    /// A step is under way: one that is left so has panicked.
    is_stepping: bool,
}

/// A store that notes what its commits change.
#[derive(Debug)]
pub(super) struct Noting<S> {
    store: S,
    change: Change,
    /// The records that could not be read when the store was opened. A record that is kept damaged
    /// is one no more once it is written again, or removed.
    damage: Damages,
    has_failed: bool,
}

impl<S: Store> Open<S> {
    /// Opens the store of a platform, mends what can be mended, and says what was found.
    pub(super) fn of<P: Platform<Store = S>>(platform: &P) -> Result<(Self, Vec<Warning>), Fault> {
        let store = platform.open_store()?;
        let opened = Replica::open_tolerantly(&store);
        let opened = opened.map_err(|error| open_fault(platform.place(), &error))?;
        let Opened {
            replica,
            damage,
            repairs,
        } = opened;
        let mut open = Self {
            replica,
            store: Noting {
                store,
                change: Change::default(),
                damage,
                has_failed: false,
            },
            outbox: BTreeMap::new(),
            is_stepping: false,
        };
        open.commit_reserved(&repairs)?;
        open.end_if_over(platform)?;
        open.outbox = open.outbox_now();
        let rebuilt = open.store.rebuilt().map(|rebuilt| {
            let count = ("count", rebuilt.unreadable.to_string());
            Warning::new(Notice::Rebuilt, vec![("path", rebuilt.kept), count])
        });
        let damaged = open.damage().iter().filter_map(damage::warning);
        let warnings = rebuilt.into_iter().chain(damaged).collect();
        Ok((open, warnings))
    }

    /// The records that could not be read when the store was opened, and were not written since.
    pub(super) fn damage(&self) -> &Damages {
        &self.store.damage
    }

    /// Ends a lease whose time has come: the program may have ended, or the disk may have been full,
    /// before an end was kept. Nothing is shown of a store whose lease cannot be ended.
    fn end_if_over<P: Platform<Store = S>>(&mut self, platform: &P) -> Result<(), Fault> {
        if !self.replica.is_enrolled() {
            return Ok(());
        }
        let ended = self.replica.end_if_over(platform.now(), platform.random()?);
        self.keep(ended)
    }

    /// Keeps writes, durably.
    pub(super) fn commit(&mut self, writes: &[Write]) -> Result<(), Fault> {
        if writes.is_empty() {
            return Ok(());
        }
        self.store.commit(writes).map_err(|error| not_saved(&error))
    }

    /// Keeps the writes of an effect; other effects are not for a store.
    pub(super) fn keep(&mut self, effect: Option<Effect>) -> Result<(), Fault> {
        match effect {
            Some(Effect::PersistAnew(writes)) => self
                .store
                .commit_anew(&writes)
                .map_err(|error| not_saved(&error)),
            Some(Effect::Persist(writes)) => self.commit(&writes),
            Some(Effect::Send(_) | Effect::Wipe | Effect::Done(_)) | None => Ok(()),
        }
    }

    /// Keeps what was recorded, durably, if there is room behind it to hand in all that waits.
    pub(super) fn commit_recorded(&mut self, writes: &[Write]) -> Result<(), Fault> {
        let room = self.replica.room_to_hand_in().and(writes);
        if let Err(error) = self.store.reserve(room) {
            // The replica has it, and the store does not.
            self.store.has_failed = true;
            return Err(not_recorded(&error));
        }
        self.store
            .commit(writes)
            .map_err(|error| not_recorded(&error))
    }

    /// Keeps what hands something in or gives something up, durably, if need be in the room that is
    /// kept for it.
    pub(super) fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), Fault> {
        if writes.is_empty() {
            return Ok(());
        }
        let kept = self.store.commit_reserved(writes);
        kept.map_err(|error| not_saved(&error))
    }

    /// Keeps room to hand in what waits, as far as there is any: others fill the disk, too.
    pub(super) fn reserve(&mut self) {
        let room = self.replica.room_to_hand_in();
        let _ = self.store.reserve(room);
    }

    fn outbox_now(&self) -> BTreeMap<CommandId, (DocumentId, bool)> {
        let pending = self.replica.pending().into_iter();
        let refused = self.replica.refused().into_iter();
        pending
            .chain(refused)
            .map(|row| (row.command, (row.document, row.refusal.is_some())))
            .collect()
    }

    /// Takes the change that the commits since the last call made.
    fn take_change(&mut self) -> Option<Change> {
        let mut change = std::mem::take(&mut self.store.change);
        if change.outbox {
            let before = std::mem::take(&mut self.outbox);
            self.outbox = self.outbox_now();
            let now = &self.outbox;
            let gone = before.iter().filter(|(id, row)| now.get(id) != Some(row));
            let new = now.iter().filter(|(id, row)| before.get(id) != Some(row));
            let documents = gone.chain(new).map(|(_, (document, _))| *document);
            change.documents.extend(documents);
        }
        (change != Change::default()).then_some(change)
    }
}

impl<P: Platform> Device<P> {
    /// Does one step, alone; opens the store anew if the step before failed. Listeners are told of
    /// what it changed, outside of every lock.
    pub(super) fn hold<T>(
        &self,
        step: impl FnOnce(&mut Open<P::Store>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.step(step, |fault| fault)
    }

    /// As [`Device::hold`], for a step with errors of its own.
    pub(super) fn step<T, E>(
        &self,
        step: impl FnOnce(&mut Open<P::Store>) -> Result<T, E>,
        lost: impl Fn(Fault) -> E,
    ) -> Result<T, E> {
        let mut held = lock(&self.shared.held);
        if matches!(&*held, Held::Open(open) if open.is_stepping) {
            *held = Held::Broken;
        }
        if matches!(*held, Held::Broken) {
            let (open, warnings) = Open::of(&self.shared.platform).map_err(&lost)?;
            *held = Held::Open(Box::new(open));
            for warning in warnings {
                self.warn(warning);
            }
        }
        let Held::Open(open) = &mut *held else {
            return Err(lost(Fault::plain(Problem::Closed)));
        };
        open.is_stepping = true;
        let outcome = step(open);
        open.is_stepping = false;
        let change = open.take_change();
        if open.store.has_failed {
            *held = Held::Broken;
        }
        drop(held);
        if let Some(change) = change {
            self.shared.listeners.tell(&change);
        }
        outcome
    }
}

impl<S: Store> Noting<S> {
    fn noted(
        &mut self,
        writes: &[Write],
        outcome: Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.has_failed |= outcome.is_err();
        outcome?;
        let is_written = |damage: &Damage| writes.iter().any(|write| write.key == damage.key);
        self.damage
            .retain(|damage| !damage.what.is_kept() || !is_written(damage));
        for write in writes {
            match touched(write) {
                Touched::Document(document) => {
                    self.change.documents.insert(document);
                }
                Touched::Outbox => self.change.outbox = true,
                Touched::Carried => self.change.carried = true,
                Touched::Standing => self.change.standing = true,
                Touched::Nothing => {}
            }
        }
        Ok(())
    }

    pub(super) fn into_inner(self) -> S {
        self.store
    }
}

impl<S: Store> Store for Noting<S> {
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let outcome = self.store.commit(writes);
        self.noted(writes, outcome)
    }

    fn reserve(&mut self, room: Room) -> Result<(), StoreError> {
        self.store.reserve(room)
    }

    fn commit_reserved(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let outcome = self.store.commit_reserved(writes);
        self.noted(writes, outcome)
    }

    fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let outcome = self.store.commit_anew(writes);
        self.noted(writes, outcome)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.setting(name)
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let outcome = self.store.set(name, value);
        self.noted(&[], outcome)
    }

    fn rebuilt(&self) -> Option<Rebuilt> {
        self.store.rebuilt()
    }
}

impl<S: Store> Records for Noting<S> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.store.scan(from, to, limit)
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.store.keys(from, to, limit)
    }
}
