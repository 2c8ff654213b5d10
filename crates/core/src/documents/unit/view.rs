//! A unit and its posts, typed.

use super::APPOINTMENTS;
use crate::command::directory::{PostRow, UnitRow};
use crate::command::unit::{Post, UnitKind};
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, MemberId, UnitId};
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
    /// What it is.
    pub kind: UnitKind,
    /// What it belongs to.
    pub parent: Option<UnitId>,
    /// Its posts, past ones too, in the order of their appointments' ids.
    pub appointments: Vec<Appointment>,
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
    /// What as.
    pub post: Post,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Option<Time>,
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
        let ids = appointments.as_ref().map(|map| map.ids(CommandId::parse)).unwrap_or_default();
        Some(UnitView {
            id: self.id(),
            key: first.text_or_empty("key"),
            name: root.text_or_empty("name"),
            kind: UnitKind::from_word(&first.text_or_empty("unit_kind")),
            parent: root.id("parent", UnitId::parse),
            appointments: ids.into_iter().filter_map(|id| self.appointment(id, newest(id)?)).collect(),
        })
    }

    fn appointment(&self, id: CommandId, newest: CommandId) -> Option<Appointment> {
        let (made, present) = (self.entry(id)?, self.entry(newest)?);
        Some(Appointment {
            id,
            member: made.id("member", MemberId::parse)?,
            key: made.text_or_empty("key"),
            name: present.text_or_empty("name"),
            post: Post::from_word(&made.text_or_empty("post")),
            from: present.time("from").unwrap_or_default(),
            until: present.time("until"),
        })
    }
}

impl UnitView {
    /// The unit's row of a directory.
    pub fn row(&self) -> UnitRow {
        UnitRow { unit: self.id, kind: self.kind.clone(), parent: self.parent, name: Text::cut(&self.name) }
    }

    /// The rows of all its appointments.
    pub fn post_rows(&self) -> Vec<PostRow> {
        self.appointments.iter().map(|appointment| appointment.row(self.id)).collect()
    }
}

impl Appointment {
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
