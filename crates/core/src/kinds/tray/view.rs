//! A tray, typed.

use super::{ITEMS, OPEN, SETTLED};
use crate::documents::log::{at, author};
use crate::documents::node::Node;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::kinds::View;
use crate::kinds::tray::{DismissItems, TrayItem, TrayOutcome};
use crate::limits::DISMISSED_ITEMS_MAX;
use crate::time::Time;
use crate::wire::Wire;

/// A tray, with the items of which nothing has become yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayView {
    /// Whose it is.
    pub unit: UnitId,
    /// The open items, in the order in which they were put.
    pub open: Vec<TrayEntry>,
}

/// An open item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayEntry {
    /// Its id: that of its command.
    pub id: CommandId,
    /// The item.
    pub item: TrayItem,
}

/// The outcome of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The command that said so.
    pub by_command: CommandId,
    /// Who.
    pub by: MemberId,
    /// When, by the clock of who did.
    pub at: Time,
    /// The outcome.
    pub outcome: TrayOutcome,
    /// The document that was made of it.
    pub became: Option<DocumentId>,
}

/// Something that was done to a tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrayChange {
    /// An item was put in.
    Put(CommandId, TrayItem),
    /// Something became of an item.
    Settled(CommandId),
}

impl View for TrayView {
    const KIND: DocumentKind = DocumentKind::Tray;

    fn of(document: &Document) -> Option<Self> {
        document.tray()
    }
}

impl Document {
    /// Whose tray it is; none if the document is not one, or empty.
    pub fn tray_unit(&self) -> Option<UnitId> {
        if self.kind() != Some(DocumentKind::Tray) {
            return None;
        }
        self.root().id("unit", UnitId::parse)
    }

    /// Whether the document is a tray that only those who are cleared read.
    pub fn tray_is_confidential(&self) -> bool {
        self.kind() == Some(DocumentKind::Tray) && self.root().has("confidential")
    }

    /// The tray; none if the document is not one, or empty. An item that cannot be read is left out.
    pub fn tray(&self) -> Option<TrayView> {
        let unit = self.tray_unit()?;
        let open = self.tray_open_entries().into_iter();
        let open = open.map(|(_, entry)| entry).collect();
        Some(TrayView { unit, open })
    }

    /// The open items with the versions that put them, in their order.
    fn tray_open_entries(&self) -> Vec<(u64, TrayEntry)> {
        let open = self
            .root()
            .map(OPEN)
            .map(|map| map.ids(CommandId::parse))
            .unwrap_or_default();
        let mut open: Vec<(u64, TrayEntry)> = open
            .into_iter()
            .filter_map(|id| self.tray_entry(id))
            .collect();
        open.sort_by_key(|(version, _)| *version);
        open
    }

    /// The open items of a tray that a step dismisses, the oldest first: those that it means, up to
    /// the last one that its author had seen, and at most
    /// [`DISMISSED_ITEMS_MAX`](crate::limits::DISMISSED_ITEMS_MAX).
    pub fn tray_dismissed_by(&self, step: &DismissItems) -> Vec<CommandId> {
        let Some((last, _)) = self.tray_entry(step.last) else {
            return Vec::new();
        };
        let entries = self.tray_open_entries().into_iter();
        entries
            .take_while(|(version, _)| *version <= last)
            .filter(|(_, entry)| step.means(&entry.item))
            .map(|(_, entry)| entry.id)
            .take(DISMISSED_ITEMS_MAX)
            .collect()
    }

    /// The changes of a tray behind a version, in order; none where one step settled many items at
    /// once, or a step is not known: then the whole tray is to be looked at.
    pub fn tray_changes_since(&self, version: u64) -> Option<Vec<TrayChange>> {
        let seen = usize::try_from(version).ok()?;
        let since = self.commands().get(seen..)?.iter();
        let changes = since.map(|command| {
            let entry = self.entry(*command)?;
            let item = entry.id("item", CommandId::parse)?;
            match entry.text_or_empty("kind").as_str() {
                "put_item" => Some(TrayChange::Put(item, self.tray_item_ever(item)?)),
                "settle_item" => Some(TrayChange::Settled(item)),
                _ => None,
            }
        });
        changes.collect()
    }

    /// How many items of a tray are open; 0 for other documents.
    pub fn tray_open_count(&self) -> usize {
        self.root().map(OPEN).map_or(0, |map| map.keys().len())
    }

    /// An open item of a tray.
    pub fn tray_item(&self, id: CommandId) -> Option<TrayItem> {
        self.root().map(OPEN)?.has(&id.key()).then_some(())?;
        self.tray_entry(id).map(|(_, entry)| entry.item)
    }

    /// An item of a tray, also if something has become of it.
    pub fn tray_item_ever(&self, id: CommandId) -> Option<TrayItem> {
        self.tray_entry(id).map(|(_, entry)| entry.item)
    }

    /// Every item that was put into a tray, also those of which something has become.
    pub fn tray_items_ever(&self) -> Vec<TrayItem> {
        let items = self.root().map(ITEMS);
        let ids = items
            .map(|items| items.ids(CommandId::parse))
            .unwrap_or_default();
        let items = ids.into_iter().filter_map(|id| self.tray_item_ever(id));
        items.collect()
    }

    fn tray_entry(&self, id: CommandId) -> Option<(u64, TrayEntry)> {
        let put = self.root().map(ITEMS)?.id(&id.key(), CommandId::parse)?;
        let item = TrayItem::from_bytes(&self.entry(put)?.bytes("kept")?).ok()?;
        Some((self.version_of(put)?, TrayEntry { id, item }))
    }

    /// The outcome of an item of a tray; none while it is open, or if it never was in it.
    pub fn tray_settled(&self, id: CommandId) -> Option<Settled> {
        let by_command = self.root().map(SETTLED)?.id(&id.key(), CommandId::parse)?;
        let entry: Node<'_> = self.entry(by_command)?;
        Some(Settled {
            by_command,
            by: author(&entry),
            at: at(&entry),
            outcome: TrayOutcome::from_word(&entry.text_or_empty("outcome")),
            became: entry.id("became", DocumentId::parse),
        })
    }
}
