//! The open items of a tray, counted by device, and known by what they say.
//!
//! It is read of the tray's document once; from then on only what was done to the tray since is looked
//! at, so that a batch costs what it brings, however full the tray is.

use std::collections::BTreeMap;

use crate::rows::{Tx, keys};
use alleyway_core::command::Command;
use alleyway_core::crypto::{Hash, PublicKey, hash};
use alleyway_core::documents::{Document, Head};
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::tray::{OpenTray, TrayChange, TrayItem};
use alleyway_core::limits::{
    TRAY_DEVICE_ITEMS_MAX, TRAY_DEVICE_SHARE, TRAY_OPEN_ITEMS_MAX, TRAY_RESERVED_ITEMS,
};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::KeptWhy;
use alleyway_core::wire::Wire as _;

/// Trays whose items are remembered at once.
const TRAYS_MAX: usize = 64;

/// The trays that something was put into of late.
#[derive(Debug, Default)]
pub(super) struct TraysRemembered {
    trays: BTreeMap<(UnitId, bool), Lying>,
}

impl TraysRemembered {
    /// The open items of a tray; none if it was never opened.
    pub(super) fn lying_in(
        &mut self,
        tx: &mut Tx<'_>,
        tray: &OpenTray,
    ) -> Result<&mut Lying, StoreError> {
        let of = (tray.unit, tray.confidential);
        if !self.trays.contains_key(&of) && self.trays.len() >= TRAYS_MAX {
            self.trays.pop_first();
        }
        let lying = self.trays.entry(of).or_default();
        let known: Option<DocumentId> = tx.get(&keys::tray(tray.unit, tray.confidential))?;
        match known {
            Some(document) => {
                tx.document(document, |document| lying.catch_up(document))?;
            }
            // What is to open it waits behind the batch, or came to nothing.
            None if lying.seen.is_some() => *lying = Lying::default(),
            None => {}
        }
        Ok(lying)
    }
}

/// The open items of a tray, with what is to be put into it behind the batch.
#[derive(Debug, Default)]
pub(super) struct Lying {
    /// The tray's document, and the version and head of it that were seen.
    seen: Option<(DocumentId, u64, Head)>,
    items: BTreeMap<CommandId, Item>,
    by_device: BTreeMap<PublicKey, usize>,
    by_what_is_said: BTreeMap<Hash, usize>,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    device: PublicKey,
    said: Option<Hash>,
}

/// Where an item goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Into the tray.
    Free,
    /// Nowhere: its author has said the same already.
    LiesThere,
    /// Nowhere: there is no room for it.
    None,
}

impl Lying {
    fn catch_up(&mut self, document: &Document) {
        let since = self.seen.filter(|(known, version, head)| {
            *known == document.id() && document.head_at(*version) == Some(*head)
        });
        let changes = since.and_then(|(_, version, _)| document.tray_changes_since(version));
        if let Some(changes) = changes {
            for change in changes {
                match change {
                    TrayChange::Put(id, item) => self.put(id, &item),
                    TrayChange::Settled(id) => self.take(id),
                }
            }
        } else {
            *self = Self::default();
            for entry in document.tray().into_iter().flat_map(|view| view.open) {
                self.put(entry.id, &entry.item);
            }
        }
        self.seen = Some((document.id(), document.version(), document.head()));
    }

    /// Counts an item that lies in the tray, or is to be put into it.
    pub(super) fn put(&mut self, id: CommandId, item: &TrayItem) {
        let (device, said) = (item.device, said(item));
        if self.items.insert(id, Item { device, said }).is_some() {
            return;
        }
        *self.by_device.entry(device).or_default() += 1;
        if let Some(said) = said {
            *self.by_what_is_said.entry(said).or_default() += 1;
        }
    }

    fn take(&mut self, id: CommandId) {
        let Some(item) = self.items.remove(&id) else {
            return;
        };
        count_down(&mut self.by_device, &item.device);
        if let Some(said) = item.said {
            count_down(&mut self.by_what_is_said, &said);
        }
    }

    /// Where an item goes. Each device has a share of the tray that no others can fill. Beyond that
    /// its items lie there while there is room, and as few of them that whoever looks after the tray
    /// finds those of others; what comes from devices that are not to go on leaves room for what honest
    /// people typed before they knew that their post had ended.
    pub(super) fn place_for(&self, item: &TrayItem) -> Place {
        if said(item).is_some_and(|said| self.by_what_is_said.contains_key(&said)) {
            return Place::LiesThere;
        }
        let of_device = self.by_device.get(&item.device).copied().unwrap_or(0);
        let goes_on = matches!(item.why, KeptWhy::PostEnded | KeptWhy::BeforeRestore);
        // How many of a device that does not go on are ever kept is counted by the device.
        let (own_max, reserved) = if goes_on {
            (TRAY_DEVICE_ITEMS_MAX, 0)
        } else {
            (usize::MAX, TRAY_RESERVED_ITEMS)
        };
        let has_room = self.items.len() < TRAY_OPEN_ITEMS_MAX - reserved && of_device < own_max;
        if of_device < TRAY_DEVICE_SHARE || has_room {
            Place::Free
        } else {
            Place::None
        }
    }
}

fn count_down<K: Ord>(counts: &mut BTreeMap<K, usize>, of: &K) {
    if let Some(count) = counts.get_mut(of) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(of);
        }
    }
}

/// The wish of an item's author for a document, hashed, whenever he typed it; none of an item that
/// is to create one: each creates its own.
fn said(item: &TrayItem) -> Option<Hash> {
    let Command { document, body, .. } = item.command()?;
    let parts: [&[u8]; 3] = [&item.member.0, &document?.0, &body.to_bytes()];
    Some(hash("alleyway tray item 1", &parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::command::Nonce;
    use alleyway_core::documents::samples::{member, tray_item, unit};
    use alleyway_core::id::MemberId;
    use alleyway_core::kinds::case::{CaseCommand, Note};
    use alleyway_core::text::Text;

    /// A note of a member on a case, typed on a device.
    fn item(counter: u64, text: &str, by: MemberId, device: u8, why: KeptWhy) -> TrayItem {
        let mut typed = tray_item(counter).command().unwrap();
        let text = Text::cut(text);
        typed.body = CaseCommand::Note(Note { text }).into();
        let received = tray_item(counter).received;
        TrayItem::new(PublicKey([device; 32]), by, why, received, &typed).unwrap()
    }

    /// Puts as many different items of a device as fit; how many those are.
    fn fill(lying: &mut Lying, device: u8, why: &KeptWhy) -> usize {
        let mut items = (0..).map(|count: u64| {
            let text = format!("{device} {count}");
            item(count, &text, member(1), device, why.clone())
        });
        let fits = |item: &TrayItem| {
            let is_free = lying.place_for(item) == Place::Free;
            if is_free {
                lying.put(item.id().unwrap(), item);
            }
            is_free && lying.items.len() <= 2 * TRAY_OPEN_ITEMS_MAX
        };
        items.by_ref().take_while(fits).count()
    }

    #[test]
    fn a_device_that_goes_on_fills_a_hundred_places_and_the_tenth_fills_the_tray() {
        let mut lying = Lying::default();
        for device in 1..=10 {
            assert_eq!(fill(&mut lying, device, &KeptWhy::PostEnded), 100);
        }
        assert_eq!(lying.items.len(), TRAY_OPEN_ITEMS_MAX);
        for device in 11..=20 {
            assert_eq!(fill(&mut lying, device, &KeptWhy::PostEnded), 25);
        }
        assert_eq!(fill(&mut lying, 21, &KeptWhy::DeviceLost), 25);
        assert_eq!(fill(&mut lying, 22, &KeptWhy::BeforeRestore), 25);
    }

    #[test]
    fn devices_that_do_not_go_on_leave_room_for_others() {
        let mut lying = Lying::default();
        assert_eq!(fill(&mut lying, 1, &KeptWhy::DeviceRevoked), 750);
        assert_eq!(fill(&mut lying, 2, &KeptWhy::DeviceLost), 25);
        assert_eq!(fill(&mut lying, 3, &KeptWhy::Forked), 25);
        assert_eq!(fill(&mut lying, 4, &KeptWhy::PostEnded), 100);
    }

    #[test]
    fn what_an_author_says_again_lies_there_whenever_and_wherever_he_typed_it() {
        let mut lying = Lying::default();
        let first = item(1, "dark", member(1), 1, KeptWhy::PostEnded);
        lying.put(first.id().unwrap(), &first);
        let place =
            |counter, text, by, device, why| lying.place_for(&item(counter, text, by, device, why));
        let again = [(2, 1, KeptWhy::PostEnded), (3, 2, KeptWhy::DeviceLost)];
        for (counter, device, why) in again {
            let place = place(counter, "dark", member(1), device, why);
            assert_eq!(place, Place::LiesThere);
        }
        let (why, another) = (KeptWhy::PostEnded, member(2));
        assert_eq!(place(2, "dark", another, 1, why.clone()), Place::Free);
        assert_eq!(place(2, "darker", member(1), 1, why.clone()), Place::Free);
        let mut elsewhere = first.command().unwrap();
        elsewhere.document = Some(unit(8));
        let of = |command: &Command| {
            TrayItem::new(
                first.device,
                member(1),
                why.clone(),
                first.received,
                command,
            )
            .unwrap()
        };
        assert_eq!(lying.place_for(&of(&elsewhere)), Place::Free);
        elsewhere.document = None;
        let created = of(&elsewhere);
        lying.put(created.id().unwrap(), &created);
        elsewhere.nonce = Nonce::Drawn([77; 8]);
        assert_eq!(
            lying.place_for(&of(&elsewhere)),
            Place::Free,
            "each creates its own"
        );
    }

    #[test]
    fn what_was_settled_leaves_its_place() {
        let mut lying = Lying::default();
        let first = item(1, "dark", member(1), 1, KeptWhy::PostEnded);
        let id = first.id().unwrap();
        lying.put(id, &first);
        lying.put(id, &first);
        assert_eq!(lying.by_device.get(&first.device), Some(&1), "counted once");
        lying.take(id);
        assert!(lying.items.is_empty() && lying.by_device.is_empty());
        assert_eq!(lying.place_for(&first), Place::Free);
    }
}
