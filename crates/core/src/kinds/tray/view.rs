//! A tray, typed.

use super::{ITEMS, OPEN, SETTLED};
use crate::documents::log::{at, author};
use crate::documents::node::Node;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::kinds::View;
use crate::kinds::tray::{TrayItem, TrayOutcome};
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

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The command that said so.
    pub by_command: CommandId,
    /// Who.
    pub by: MemberId,
    /// When, by the clock of who did.
    pub at: Time,
    /// What.
    pub outcome: TrayOutcome,
    /// The document that was made of it.
    pub became: Option<DocumentId>,
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
        Some(TrayView {
            unit,
            open: open.into_iter().map(|(_, entry)| entry).collect(),
        })
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

    /// What became of an item of a tray; none while it is open, or if it never was in it.
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
