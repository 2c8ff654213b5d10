//! The askings of administrators in a unit, which a second one confirms.

use super::{ASKED, Appoint, AskInvitation, AskThaw, GRANTED, Post, UnitCommand};
use crate::documents::node::Node;
use crate::documents::{Document, DocumentKind, log};
use crate::id::{CommandId, DeviceId, MemberId};
use crate::text::Text;
use crate::time::Time;

/// Something that an administrator asked for: it waits, or was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The command that asked.
    pub id: CommandId,
    /// Who asked.
    pub by: MemberId,
    /// When, by the author's clock.
    pub at: Time,
    /// The thing that is asked for.
    pub what: AskedFor,
    /// The second person's word; it is in force once there is one.
    pub granted: Option<Granted>,
}

/// A second person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// The command.
    pub id: CommandId,
    /// The second person.
    pub by: MemberId,
}

/// The thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedFor {
    /// A post; the appointment's id is that of the command that asked.
    Appointment(Appoint),
    /// An invitation for whom an appointment in the unit names.
    Invitation(AskInvitation),
    /// That a frozen device go on.
    Thaw(AskThaw),
}

impl AskedFor {
    /// The thing that a command asks for; none if it asks for nothing.
    pub(super) fn of(command: &UnitCommand) -> Option<Self> {
        match command {
            UnitCommand::AskAppointment(asked) => Some(Self::Appointment(asked.clone())),
            UnitCommand::AskInvitation(asked) => Some(Self::Invitation(*asked)),
            UnitCommand::AskThaw(asked) => Some(Self::Thaw(*asked)),
            _ => None,
        }
    }
}

impl Document {
    /// The unit's askings that were not withdrawn, in the order of the ids.
    pub(super) fn asked(&self) -> Vec<Asked> {
        let root = self.root();
        let ids = |container| {
            let map = root.map(container);
            map.map(|map| map.ids(CommandId::parse)).unwrap_or_default()
        };
        let mut all: Vec<CommandId> = ids(ASKED).into_iter().chain(ids(GRANTED)).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().filter_map(|id| self.asking(id)).collect()
    }

    fn asking(&self, id: CommandId) -> Option<Asked> {
        let entry = self.entry(id)?;
        let granted = || {
            let id = self.root().map(GRANTED)?.id(&id.key(), CommandId::parse)?;
            let by = self.entry(id)?.id("by", MemberId::parse)?;
            Some(Granted { id, by })
        };
        Some(Asked {
            id,
            by: log::author(&entry),
            at: log::at(&entry),
            what: asked_for(&entry)?,
            granted: granted(),
        })
    }
}

/// The thing that an entry asks for; none if it asks for nothing that this release knows.
fn asked_for(entry: &Node<'_>) -> Option<AskedFor> {
    let step = DocumentKind::Unit.blank(&entry.text("kind")?)?;
    let member = || entry.id("member", MemberId::parse);
    let mut asked = AskedFor::of(UnitCommand::of(&step)?)?;
    match &mut asked {
        AskedFor::Appointment(post) => {
            *post = Appoint {
                member: member()?,
                key: Text::cut(&entry.text_or_empty("key")),
                name: Text::cut(&entry.text_or_empty("name")),
                post: Post::from_word(&entry.text_or_empty("post")),
                from: entry.time("from").unwrap_or_default(),
                until: entry.time("until"),
            };
        }
        AskedFor::Invitation(invited) => {
            invited.appointment = entry.id("appointment", CommandId::parse)?;
            invited.replaces = entry.id("replaces", DeviceId::parse);
        }
        AskedFor::Thaw(thaw) => {
            thaw.device = entry.id("device", DeviceId::parse)?;
            thaw.member = member()?;
        }
    }
    Some(asked)
}
