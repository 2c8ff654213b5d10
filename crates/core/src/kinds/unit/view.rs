//! A unit and its posts, typed.

use super::asked::{Asked, EndedImport};
use super::widened::Widened;
use super::{APPOINTMENTS, AT_ONCE, CLEARED, CLEARING, CONFIRMED, DEVICES};
use crate::documents::node::Node;
use crate::documents::{Document, DocumentKind, log};
use crate::id::{CommandId, DeviceId, MemberId, UnitId};
use crate::kinds::View;
use crate::kinds::directory::{PostRow, UnitRow};
use crate::kinds::unit::{Post, UnitKind};
use crate::text::Text;
use crate::time::Time;

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitView {
    /// The unit.
    pub id: UnitId,
    /// The key that the town's lists use for it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The kind of the unit.
    pub kind: UnitKind,
    /// The unit that it belongs to.
    pub parent: Option<UnitId>,
    /// Its posts, past ones too, in the order of their appointments' ids.
    pub appointments: Vec<Appointment>,
    /// Devices that those who are cleared enrolled since.
    pub devices: Vec<NotedDevice>,
    /// The askings of administrators that wait for a second one, or were confirmed.
    pub asked: Vec<Asked>,
    /// The end of the last import that was asked for.
    pub ended_import: Option<EndedImport>,
}

/// A post that somebody has, had or will have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The command that made it.
    pub id: CommandId,
    /// Who.
    pub member: MemberId,
    /// The key that the town's lists use for the person.
    pub key: String,
    /// The person's name.
    pub name: String,
    /// The post.
    pub post: Post,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Option<Time>,
    /// Its clearance for the unit's confidential feed, if anybody has begun one.
    pub clearance: Option<Clearance>,
}

/// A clearance for a unit's confidential feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clearance {
    /// The first person's command.
    pub clear: CommandId,
    /// The first person.
    pub by: MemberId,
    /// The second person; it is in force once there is one.
    pub confirmed_by: Option<MemberId>,
}

/// A device of somebody who is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotedDevice {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// The second person; it is sent the confidential feed once there is one.
    pub confirmed_by: Option<MemberId>,
}

impl View for UnitView {
    const KIND: DocumentKind = DocumentKind::Unit;

    fn of(document: &Document) -> Option<Self> {
        document.unit()
    }
}

impl Document {
    /// The unit; none if the document is not one, or empty.
    pub fn unit(&self) -> Option<UnitView> {
        if self.kind() != Some(DocumentKind::Unit) {
            return None;
        }
        let root = self.root();
        let first = self.first_entry()?;
        let appointments = root.map(APPOINTMENTS);
        let newest = |id: CommandId| appointments.as_ref()?.id(&id.key(), CommandId::parse);
        let ids = appointments
            .as_ref()
            .map(|map| map.ids(CommandId::parse))
            .unwrap_or_default();
        let widened = self.widened();
        Some(UnitView {
            id: self.id(),
            key: first.text_or_empty("key"),
            name: root.text_or_empty("name"),
            kind: UnitKind::from_word(&first.text_or_empty("unit_kind")),
            parent: root.id("parent", UnitId::parse),
            appointments: ids
                .into_iter()
                .filter_map(|id| self.appointment(id, newest(id)?, &widened))
                .collect(),
            devices: self.noted_devices(),
            asked: self.asked(),
            ended_import: self.ended_import(),
        })
    }

    fn noted_devices(&self) -> Vec<NotedDevice> {
        let root = self.root();
        let noted = root.map(DEVICES);
        let devices = noted
            .as_ref()
            .map(|map| map.ids(DeviceId::parse))
            .unwrap_or_default();
        let note = |device: DeviceId| {
            let entry = self.entry(noted.as_ref()?.id(&device.key(), CommandId::parse)?)?;
            let member = entry.id("member", MemberId::parse)?;
            Some(NotedDevice {
                device,
                member,
                confirmed_by: self.author_at(CONFIRMED, &device.key()),
            })
        };
        devices.into_iter().filter_map(note).collect()
    }

    /// A clearance that two persons gave for the post's dates of then does not hold for later ones:
    /// one person alone could otherwise bring back a reader whose post has ended.
    fn clearance(&self, appointment: CommandId, widened: &Widened) -> Option<Clearance> {
        let key = appointment.key();
        let confirmed = self
            .root()
            .map(CLEARED)
            .and_then(|map| map.id(&key, CommandId::parse));
        let is_before = |command| self.version_of(command) < widened.get(&appointment).copied();
        if confirmed.is_some_and(is_before) {
            return None;
        }
        let clear = self.root().map(CLEARING)?.id(&key, CommandId::parse)?;
        let by = self.entry(clear)?.id("by", MemberId::parse)?;
        Some(Clearance {
            clear,
            by,
            confirmed_by: self.author_at(CLEARED, &key),
        })
    }

    /// The author of the command that a container names.
    fn author_at(&self, container: &str, key: &str) -> Option<MemberId> {
        let command = self.root().map(container)?.id(key, CommandId::parse)?;
        self.entry(command)?.id("by", MemberId::parse)
    }

    /// The end that an entry about an appointment says. One at once is when the server received the
    /// command; while that is only typed, when it was typed.
    pub(super) fn end_in(&self, command: CommandId, entry: &Node<'_>) -> Option<Time> {
        let until = entry.time("until");
        if entry.time(AT_ONCE).is_none() {
            return until;
        }
        let version = self.version_of(command);
        let receipt = version.and_then(|version| self.receipt(version));
        let received = receipt.map_or_else(|| log::at(entry), |receipt| receipt.received);
        let received = received.max(entry.time("from").unwrap_or_default());
        Some(until.map_or(received, |until| until.min(received)))
    }

    fn appointment(
        &self,
        id: CommandId,
        newest: CommandId,
        widened: &Widened,
    ) -> Option<Appointment> {
        let (made, present) = (self.entry(id)?, self.entry(newest)?);
        Some(Appointment {
            id,
            member: made.id("member", MemberId::parse)?,
            key: made.text_or_empty("key"),
            name: present.text_or_empty("name"),
            post: Post::from_word(&made.text_or_empty("post")),
            from: present.time("from").unwrap_or_default(),
            until: self.end_in(newest, &present),
            clearance: self.clearance(id, widened),
        })
    }
}

impl UnitView {
    /// An appointment in it.
    pub fn appointment(&self, id: CommandId) -> Option<&Appointment> {
        self.appointments.iter().find(|made| made.id == id)
    }

    /// Something that was asked for in it.
    pub fn asked(&self, id: CommandId) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.id == id)
    }

    /// The unit's row of a directory.
    pub fn row(&self) -> UnitRow {
        UnitRow {
            unit: self.id,
            kind: self.kind.clone(),
            parent: self.parent,
            name: Text::cut(&self.name),
        }
    }

    /// The rows of all its appointments.
    pub fn post_rows(&self) -> Vec<PostRow> {
        self.appointments
            .iter()
            .map(|appointment| appointment.row(self.id))
            .collect()
    }
}

impl Appointment {
    /// Whether two persons have cleared it for the unit's confidential feed.
    pub fn is_cleared(&self) -> bool {
        self.clearance
            .is_some_and(|clearance| clearance.confirmed_by.is_some())
    }

    /// The row of a directory.
    pub fn row(&self, unit: UnitId) -> PostRow {
        PostRow {
            appointment: self.id,
            unit,
            post: self.post.clone(),
            member: self.member,
            name: Text::cut(&self.name),
            from: self.from,
            until: self.until,
        }
    }
}
