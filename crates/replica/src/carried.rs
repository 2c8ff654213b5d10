//! Batches of other devices, handed over phone to phone: kept, shown, carried to the server.

use std::collections::{BTreeMap, BTreeSet};

use super::outbox::{Fate, Outgoing};
use super::{Replica, rows};
use alleyway_core::batch::{Disclosed, Visible};
use alleyway_core::command::Command;
use alleyway_core::feeds::{FeedId, audience};
use alleyway_core::id::{CommandId, DeviceId, DocumentId};
use alleyway_core::limits::{
    BATCH_COMMANDS_MAX, CARRIED_BATCHES_MAX, CARRIED_BYTES_MAX, CARRIED_DAYS_MAX,
    CARRIED_SEALS_MAX, CLOSED_BYTES_MAX,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Write;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::{Carried, CarriedState, Closed};
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Wire};
use alleyway_core::wire_struct;

/// Whose batch, and its number.
pub(super) type Place = (DeviceId, u64);

/// A batch of another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CarriedBatch {
    pub(super) certificate: Certificate,
    /// As far as it may be seen here.
    pub(super) shown: Disclosed,
    /// All of it, sealed to the town: its copies, if they are not the same, in the order in which
    /// they came. The first one is sent; if the server cannot read it, the next.
    pub(super) sealed: List<Blob<CLOSED_BYTES_MAX>, CARRIED_SEALS_MAX>,
    /// The commands that were seen here, whether they still are or not.
    pub(super) seen: List<CommandId, BATCH_COMMANDS_MAX>,
    /// When it was handed over, by the server's clock, as far as this device could tell.
    pub(super) since: Time,
    /// The server has said what became of each command: it is not carried any further.
    pub(super) done: bool,
}
wire_struct!(CarriedBatch {
    certificate,
    shown,
    sealed,
    seen,
    since,
    done
});

impl CarriedBatch {
    /// The batch for the server, in every copy that differs.
    pub(super) fn copies(&self, (device, number): Place) -> impl Iterator<Item = Closed> {
        let sealed = |copy: &Blob<CLOSED_BYTES_MAX>| Blob::new(copy.to_vec()).unwrap_or_default();
        self.sealed.iter().map(move |copy| Closed {
            device,
            number,
            sealed: sealed(copy),
        })
    }

    /// The length of the copy that is sent, in bytes.
    pub(super) fn closed_bytes(&self) -> usize {
        self.sealed.first().map_or(0, |copy| copy.len())
    }

    /// Keeps another copy, up to [`CARRIED_SEALS_MAX`]. Whether it is one that was not here.
    pub(super) fn add_copy(&mut self, sealed: &[u8]) -> bool {
        let mut copies = self.sealed.clone().into_vec();
        let Ok(copy) = Blob::new(sealed.to_vec()) else {
            return false;
        };
        if copies.contains(&copy) || copies.len() >= CARRIED_SEALS_MAX {
            return false;
        }
        copies.push(copy);
        self.sealed = List::new(copies).unwrap_or_default();
        true
    }

    /// Drops the copy that was sent. Whether there is another.
    pub(super) fn drop_copy(&mut self) -> bool {
        let copies: Vec<_> = self.sealed.iter().skip(1).cloned().collect();
        self.sealed = List::new(copies).unwrap_or_default();
        !self.sealed.is_empty()
    }

    /// Shows what another copy of the batch shows. How many commands are shown that were not.
    pub(super) fn show(&mut self, more: &Disclosed) -> usize {
        let before = self.shown.visible.len();
        self.shown.join(more);
        let now = self
            .shown
            .visible
            .iter()
            .map(|visible| visible.command.id(&self.certificate.device));
        let seen: BTreeSet<CommandId> = self.seen.iter().copied().chain(now).collect();
        self.seen =
            List::new(seen.into_iter().take(BATCH_COMMANDS_MAX).collect()).unwrap_or_default();
        self.shown.visible.len().saturating_sub(before)
    }

    fn bytes(&self) -> usize {
        self.sealed.iter().map(|copy| copy.len()).sum::<usize>() + self.shown.to_bytes().len()
    }
}

/// All batches of other devices.
#[derive(Debug, Default)]
pub(super) struct Carrying {
    batches: BTreeMap<Place, CarriedBatch>,
    /// Which batches show a command of a document.
    by_document: BTreeMap<DocumentId, BTreeSet<Place>>,
    bytes: usize,
}

impl Carrying {
    pub(super) fn get(&self, place: Place) -> Option<&CarriedBatch> {
        self.batches.get(&place)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Place, &CarriedBatch)> {
        self.batches.iter().map(|(place, batch)| (*place, batch))
    }

    /// Those that are still to be handed in.
    pub(super) fn open(&self) -> impl Iterator<Item = (Place, &CarriedBatch)> {
        self.iter().filter(|(_, batch)| !batch.done)
    }

    /// Puts a batch in place of what was known of it.
    pub(super) fn put(&mut self, place: Place, batch: CarriedBatch) {
        self.remove(place);
        self.bytes += batch.bytes();
        for document in documents_of(&batch) {
            self.by_document.entry(document).or_default().insert(place);
        }
        self.batches.insert(place, batch);
    }

    pub(super) fn remove(&mut self, place: Place) -> Option<CarriedBatch> {
        let batch = self.batches.remove(&place)?;
        self.bytes = self.bytes.saturating_sub(batch.bytes());
        for document in documents_of(&batch) {
            if let Some(places) = self.by_document.get_mut(&document) {
                places.remove(&place);
                if places.is_empty() {
                    self.by_document.remove(&document);
                }
            }
        }
        Some(batch)
    }

    /// Whether more is carried than may be.
    pub(super) fn is_too_much(&self) -> bool {
        self.batches.len() > CARRIED_BATCHES_MAX || self.bytes > CARRIED_BYTES_MAX
    }

    /// A document's commands, as far as they are shown.
    pub(super) fn of(
        &self,
        document: DocumentId,
    ) -> impl Iterator<Item = (&CarriedBatch, &Visible)> {
        let batches = self
            .by_document
            .get(&document)
            .into_iter()
            .flatten()
            .filter_map(|place| self.batches.get(place));
        let is_about =
            move |batch: &CarriedBatch, visible: &Visible| target(batch, visible) == document;
        batches
            .flat_map(shown)
            .filter(move |(batch, visible)| is_about(batch, visible))
    }

    /// Documents that commands shown here change or create.
    pub(super) fn documents(&self) -> impl Iterator<Item = DocumentId> + '_ {
        self.by_document.keys().copied()
    }

    /// The row of a batch, as it is to be stored.
    pub(super) fn write(&self, place: Place) -> Write {
        let key = rows::key(rows::CARRIED, &(place.0, place.1.to_be_bytes()));
        match self.batches.get(&place) {
            Some(batch) => rows::put(key, batch),
            None => rows::remove(key),
        }
    }
}

fn shown(batch: &CarriedBatch) -> impl Iterator<Item = (&CarriedBatch, &Visible)> {
    let visible = batch
        .shown
        .visible
        .iter()
        .filter(|visible| visible.command.body.is_shown_before_admission());
    visible.map(move |visible| (batch, visible))
}

fn target(batch: &CarriedBatch, visible: &Visible) -> DocumentId {
    visible.command.target(&batch.certificate.device)
}

fn documents_of(batch: &CarriedBatch) -> BTreeSet<DocumentId> {
    shown(batch)
        .map(|(batch, visible)| target(batch, visible))
        .collect()
}

impl Replica {
    /// Takes what the server says of a batch that this device carried.
    pub(super) fn take_carried(&mut self, carried: Carried) -> Vec<Write> {
        let place = (carried.device, carried.number);
        let Some(batch) = self.carrying.get(place) else {
            return Vec::new();
        };
        let Some(session) = &mut self.session else {
            return Vec::new();
        };
        session.progress = true;
        match carried.state {
            CarriedState::Done => {
                session.summary.carried += 1;
                let done = CarriedBatch {
                    done: true,
                    ..batch.clone()
                };
                self.carrying.put(place, done);
            }
            CarriedState::Waits => {
                session.carried_waiting.insert(place);
                return Vec::new();
            }
            CarriedState::Unreadable => {
                let mut batch = batch.clone();
                if batch.drop_copy() {
                    session.carried_sent.remove(&place);
                    self.carrying.put(place, batch);
                } else {
                    session.summary.unreadable += 1;
                    session.carried_unreadable.insert(place);
                    return Vec::new();
                }
            }
        }
        vec![self.carrying.write(place)]
    }

    /// Once all has come, at `clock` by the server: batches that are done with leave, and those that
    /// are carried no longer, for the server cannot read them or has made them wait for so long; their
    /// authors still have them. An own command that was typed upon one of theirs which does not stand
    /// cannot stand either; one that waits keeps what it waits for here.
    pub(super) fn settle_carried(&mut self, clock: Time) -> Vec<Write> {
        let Some(session) = &self.session else {
            return Vec::new();
        };
        let (waiting, unreadable) = (&session.carried_waiting, &session.carried_unreadable);
        let is_given_up = |place: &Place, batch: &CarriedBatch| {
            let is_old = clock > batch.since.plus_days(CARRIED_DAYS_MAX);
            is_old && (waiting.contains(place) || unreadable.contains(place))
        };
        let is_over = |place: &Place, batch: &CarriedBatch| batch.done || is_given_up(place, batch);
        let over: BTreeSet<Place> = self
            .carrying
            .iter()
            .filter(|(place, batch)| is_over(place, batch))
            .map(|(place, _)| place)
            .collect();
        let leaving: BTreeSet<Place> = over.union(unreadable).copied().collect();
        let judged = over.iter().filter_map(|place| self.carrying.get(*place));
        let judged: BTreeSet<CommandId> = judged
            .flat_map(|batch| batch.seen.iter().copied())
            .collect();
        let mut writes = self.refuse_upon(&judged);
        for place in leaving {
            // An own command still waits for its verdict, and may come to need this.
            if self
                .carrying
                .get(place)
                .is_some_and(|batch| self.is_awaited(batch))
            {
                continue;
            }
            self.carrying.remove(place);
            writes.push(self.carrying.write(place));
        }
        writes
    }

    /// Whether an own command without a verdict was typed upon one of the batch's.
    fn is_awaited(&self, batch: &CarriedBatch) -> bool {
        let upon = |command: &Command| command.base.after.iter().any(|id| batch.seen.contains(id));
        self.outbox
            .commands
            .values()
            .any(|outgoing| outgoing.fate.is_pending() && upon(&outgoing.command))
    }

    /// Refuses own commands that wait for one of these, which has its verdict and does not stand.
    fn refuse_upon(&mut self, judged: &BTreeSet<CommandId>) -> Vec<Write> {
        let waiting = self
            .session
            .as_ref()
            .map(|session| session.waiting.clone())
            .unwrap_or_default();
        let stands = |document: Option<DocumentId>, id: &CommandId| {
            document
                .and_then(|document| self.decoded(document))
                .is_some_and(|held| held.version_of(*id).is_some())
        };
        let cannot_stand = |outgoing: &Outgoing| {
            let Command { document, base, .. } = &outgoing.command;
            outgoing.fate.is_pending()
                && base
                    .after
                    .iter()
                    .any(|id| judged.contains(id) && !stands(*document, id))
        };
        let typed = self
            .outbox
            .commands
            .iter()
            .filter(|(counter, _)| waiting.contains(counter));
        let refused: Vec<u64> = typed
            .filter(|(_, outgoing)| cannot_stand(outgoing))
            .map(|(c, _)| *c)
            .collect();
        if let Some(session) = &mut self.session {
            session.summary.refused += refused.len() as u64;
        }
        let mut places = BTreeSet::new();
        for counter in &refused {
            if let Some(outgoing) = self.outbox.commands.get_mut(counter) {
                outgoing.fate = Fate::Refused(RefusalCode::BaseRefused.into());
                places.extend(outgoing.sealed);
            }
        }
        let mut writes: Vec<Write> = refused
            .iter()
            .map(|counter| self.outbox.write(*counter))
            .collect();
        writes.extend(places.iter().map(|place| self.outbox.give_up(*place)));
        let batches: BTreeSet<u64> = places.iter().map(|(number, _)| *number).collect();
        for number in batches {
            let open = |counter: &u64| {
                self.outbox
                    .commands
                    .get(counter)
                    .is_some_and(|o| o.fate.is_pending())
            };
            let answered = !self.outbox.in_batch(number).values().any(open);
            if let Some(sealed) = self.outbox.batches.get_mut(&number).filter(|_| answered) {
                sealed.answered = true;
                writes.push(self.outbox.write_batch(number));
            }
        }
        writes
    }

    /// Withholds what others did to a document that leaves the device.
    pub(super) fn withhold_carried_of(&mut self, document: DocumentId) -> Vec<Write> {
        self.withhold_carried(|of| of != document)
    }

    /// Withholds what others did to documents that are in none of these feeds.
    pub(super) fn withhold_carried_beyond(&mut self, feeds: &BTreeSet<FeedId>) -> Vec<Write> {
        let unknown = |id: DocumentId| {
            self.working(id)
                .is_some_and(|d| !audience(&d).is_disjoint(feeds))
        };
        let held = |id: DocumentId| {
            self.documents
                .get(&id)
                .map_or_else(|| unknown(id), |held| held.held_by(feeds).next().is_some())
        };
        let seen: BTreeSet<DocumentId> = self.carrying.documents().filter(|id| held(*id)).collect();
        self.withhold_carried(|of| seen.contains(&of))
    }

    /// Withholds everything that others did: it may not be read any longer. All of it is still
    /// carried, sealed to the town.
    pub(super) fn withhold_all_carried(&mut self) -> Vec<Write> {
        self.withhold_carried(|_| false)
    }

    fn withhold_carried(&mut self, sees: impl Fn(DocumentId) -> bool) -> Vec<Write> {
        let hides = |batch: &CarriedBatch| {
            documents_of(batch)
                .into_iter()
                .any(|document| !sees(document))
        };
        let places: Vec<Place> = self
            .carrying
            .iter()
            .filter(|(_, batch)| hides(batch))
            .map(|(place, _)| place)
            .collect();
        let mut writes = Vec::new();
        for place in places {
            let Some(mut batch) = self.carrying.remove(place) else {
                continue;
            };
            let device = batch.certificate.device;
            batch
                .shown
                .withhold(|command| sees(command.target(&device)));
            self.carrying.put(place, batch);
            writes.push(self.carrying.write(place));
        }
        writes
    }
}
