//! A directory, typed.

use super::{DEVICES, POSTS, UNITS};
use crate::crypto::PublicKey;
use crate::documents::node::Node;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, MemberId, UnitId};
use crate::kinds::View;
use crate::kinds::directory::{DeviceRow, PostRow, UnitRow};
use crate::kinds::unit::{Post, UnitKind};
use crate::text::Text;
use hex::FromHex as _;
use std::collections::BTreeSet;

/// A directory. Rows that cannot be read are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryView {
    /// The village, community or town whose directory it is.
    pub of: UnitId,
    /// Units, by id.
    pub units: Vec<UnitRow>,
    /// Posts, by appointment.
    pub posts: Vec<PostRow>,
    /// Appointments that are cleared for their units' confidential feeds.
    pub cleared: BTreeSet<CommandId>,
    /// Devices, by signing key.
    pub devices: Vec<DeviceRow>,
}

impl View for DirectoryView {
    const KIND: DocumentKind = DocumentKind::Directory;

    fn of(document: &Document) -> Option<Self> {
        document.directory()
    }
}

impl Document {
    /// Whose directory it is; none if the document is not one, or empty.
    pub fn directory_of(&self) -> Option<UnitId> {
        if self.kind() != Some(DocumentKind::Directory) {
            return None;
        }
        self.root().id("of", UnitId::parse)
    }

    /// The directory; none if the document is not one, or empty.
    pub fn directory(&self) -> Option<DirectoryView> {
        let of = self.directory_of()?;
        let root = self.root();
        Some(DirectoryView {
            of,
            units: rows(&root, UNITS, unit),
            posts: rows(&root, POSTS, post),
            cleared: rows(&root, POSTS, cleared).into_iter().collect(),
            devices: rows(&root, DEVICES, device),
        })
    }
}

impl Document {
    /// Whether the directory has a row of the device with this key, stopped or not.
    pub fn directory_names_device(&self, signing: &PublicKey) -> bool {
        self.directory_of().is_some()
            && self
                .root()
                .map(DEVICES)
                .is_some_and(|devices| devices.has(&hex::encode(signing.0)))
    }
}

fn rows<T>(root: &Node<'_>, container: &str, read: fn(&str, &Node<'_>) -> Option<T>) -> Vec<T> {
    let children = root
        .map(container)
        .map(|map| map.children())
        .unwrap_or_default();
    children
        .iter()
        .filter_map(|(_, key, row)| read(key, row))
        .collect()
}

fn unit(key: &str, row: &Node<'_>) -> Option<UnitRow> {
    Some(UnitRow {
        unit: UnitId::parse(key)?,
        kind: UnitKind::from_word(&row.text_or_empty("kind")),
        parent: row.id("parent", UnitId::parse),
        name: Text::cut(&row.text_or_empty("name")),
    })
}

fn post(key: &str, row: &Node<'_>) -> Option<PostRow> {
    Some(PostRow {
        appointment: CommandId::parse(key)?,
        unit: row.id("unit", UnitId::parse)?,
        post: Post::from_word(&row.text_or_empty("post")),
        member: row.id("member", MemberId::parse)?,
        name: Text::cut(&row.text_or_empty("name")),
        from: row.time("from").unwrap_or_default(),
        until: row.time("until"),
    })
}

fn cleared(key: &str, row: &Node<'_>) -> Option<CommandId> {
    row.has("cleared").then(|| CommandId::parse(key)).flatten()
}

fn device(key: &str, row: &Node<'_>) -> Option<DeviceRow> {
    // Nothing is to be sealed to a stopped device.
    if row.text("stopped").is_some() {
        return None;
    }
    Some(DeviceRow {
        member: row.id("member", MemberId::parse)?,
        signing: PublicKey(<[u8; 32]>::from_hex(key).ok()?),
        sealing: <[u8; 32]>::from_hex(row.text("sealing")?).ok()?,
    })
}
