//! A bundle is written: own batches without final verdicts, and what is carried for others.

use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

use super::super::Replica;
use super::super::outbox::{Form, Sealed};
use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::bundle::{BUNDLE_OVERHEAD_BYTES, Bundle, Item};
use alleyway_core::command::Body;
use alleyway_core::crypto::{SealingKey, blake3_keyed};
use alleyway_core::documents::Document;
use alleyway_core::feeds::{FeedClass, FeedId, audience, subscriptions};
use alleyway_core::id::{DeviceId, DocumentId, MemberId};
use alleyway_core::kinds::directory::DirectoryView;
use alleyway_core::limits::{BUNDLE_BATCHES_MAX, BUNDLE_BYTES_MAX, BUNDLE_READERS_MAX};
use alleyway_core::store::Write;
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};

/// A bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub file: Vec<u8>,
    /// Batches in it.
    pub batches: usize,
    /// Commands that its reader will see.
    pub commands: usize,
    /// Batches for which there was no room: another bundle takes them once these are handed in.
    pub left_out: usize,
}

/// Why no bundle was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportError {
    /// The device has no identity yet.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// No device of the member is known here.
    #[error("no device of this member is known here")]
    NoDevice,
    /// The lease has ended: this device can read nothing that it could show somebody. A bundle
    /// without a member can still be written.
    #[error("nothing can be read here until the server is heard again")]
    Locked,
    /// Nothing waits to be handed in.
    #[error("nothing waits to be handed in")]
    Nothing,
    /// It could not be sealed.
    #[error("the bundle could not be sealed: {0}")]
    Failed(#[from] alleyway_core::bundle::BundleError),
}

/// The feeds and documents that one member may see, as far as this device knows.
struct Reader {
    feeds: BTreeSet<FeedId>,
    seen: BTreeMap<DocumentId, bool>,
}

impl Replica {
    /// Seals what is typed and in no batch yet, so that a bundle has it. The writes must be durable
    /// before anything made of it leaves the device. `random` is 32 random bytes.
    pub fn seal_typed(&mut self, random: [u8; 32]) -> Vec<Write> {
        self.seal(&random)
    }

    /// Writes a bundle that every device of a member can read: of each command, only if the member
    /// may see its document. Without a member nobody reads it: it can only be handed in. What is in
    /// no batch is not in it: [`Replica::seal_typed`] comes first. `random` is 32 random bytes.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn export(
        &self,
        to: Option<MemberId>,
        now: Time,
        random: [u8; 32],
    ) -> Result<Exported, ExportError> {
        let town = self.as_enrolled().ok_or(ExportError::NotEnrolled)?.town();
        if to.is_some() && self.is_locked() {
            return Err(ExportError::Locked);
        }
        let readers = to
            .map(|member| self.sealing_keys_of(member))
            .unwrap_or_default();
        if to.is_some() && readers.is_empty() {
            return Err(ExportError::NoDevice);
        }
        let server_time = self.server_time(now);
        // A bundle is sealed to all devices of the reader, and only the server knows which of them are
        // confirmed: what is confidential travels closed to the town.
        let read = |member| subscriptions(self.organisation(), member, server_time).into_iter();
        let feeds = to.map(|member| {
            read(member)
                .filter(|feed| feed.class != FeedClass::Confidential)
                .collect()
        });
        let mut reader = Reader {
            feeds: feeds.unwrap_or_default(),
            seen: BTreeMap::new(),
        };
        let mut items = Vec::new();
        let (mut room, mut left_out) = (BUNDLE_BYTES_MAX - BUNDLE_OVERHEAD_BYTES, 0);
        let own = self.outbox.unanswered();
        let own = own.filter_map(|(number, sealed)| self.own_item(number, sealed, &mut reader));
        let own: Vec<Item> = own.collect();
        for item in own.into_iter().chain(self.carried_items(&mut reader)) {
            let bytes = item.to_bytes().len();
            if bytes > room || items.len() >= BUNDLE_BATCHES_MAX {
                left_out += 1;
            } else {
                room -= bytes;
                items.push(item);
            }
        }
        if items.is_empty() {
            return Err(ExportError::Nothing);
        }
        let batches: BTreeSet<(DeviceId, u64)> = items.iter().map(place).collect();
        let shown = items
            .iter()
            .map(|item| (place(item), item.shown.visible.len()));
        let commands = shown.collect::<BTreeMap<_, _>>().into_values().sum();
        let bundle = Bundle {
            items: List::new(items).unwrap_or_default(),
        };
        let file = bundle.seal(town, &readers, &blake3_keyed(&random, &[b"bundle"]))?;
        Ok(Exported {
            file,
            batches: batches.len(),
            commands,
            left_out,
        })
    }

    /// The keys to seal to, of every device of a member that the directories know.
    fn sealing_keys_of(&self, member: MemberId) -> Vec<SealingKey> {
        let directories = self.held.with_view::<DirectoryView>();
        let views = directories.filter_map(|(id, _)| self.held.decoded(id)?.directory());
        let rows = views
            .flat_map(|view| view.devices)
            .filter(|row| row.member == member);
        let keys: BTreeSet<SealingKey> = rows.map(|row| SealingKey(row.sealing)).collect();
        keys.into_iter().take(BUNDLE_READERS_MAX).collect()
    }

    fn own_item(&self, number: u64, sealed: &Sealed, reader: &mut Reader) -> Option<Item> {
        let device = self.as_enrolled()?;
        let key = device.key();
        let shown = match sealed.form() {
            Form::Packed(packed) => {
                let batch = Batch::unpack(&packed.bytes, &key).ok()?;
                Disclosed::of(&batch, |command| {
                    reader.sees(self, command.target(&key), &command.body)
                })
            }
            // Once the lease has ended nothing is shown: it is carried, sealed to the town.
            Form::Closed(closed) => closed.proof.clone(),
        };
        Some(Item {
            certificate: device.certificate(),
            shown,
            closed: sealed.closed(device, number)?,
        })
    }

    fn carried_items(&self, reader: &mut Reader) -> Vec<Item> {
        let mut items = Vec::new();
        for (place, batch) in self.carrying.in_turn() {
            let (certificate, mut shown) = (*batch.certificate(), batch.shown().clone());
            shown.withhold(|command| {
                reader.sees(self, command.target(&certificate.device), &command.body)
            });
            items.extend(batch.copies(place).map(|closed| Item {
                certificate,
                shown: shown.clone(),
                closed,
            }));
        }
        items
    }
}

/// Whose batch an item is, and its number.
fn place(item: &Item) -> (DeviceId, u64) {
    (item.closed.device, item.closed.number)
}

impl Reader {
    /// Whether the reader may see what a command does, as his own device would show it.
    fn sees(&mut self, replica: &Replica, document: DocumentId, body: &Body) -> bool {
        let feeds = &self.feeds;
        let meets = |document: Document| !audience(&document).is_disjoint(feeds);
        body.is_shown_before_admission()
            && !feeds.is_empty()
            && *self
                .seen
                .entry(document)
                .or_insert_with(|| match replica.held.get(document) {
                    Some(confirmed) => confirmed.held_by(feeds).next().is_some(),
                    None => replica.working(document).is_some_and(meets),
                })
    }
}
