//! The askings of administrators in a unit, which a second one confirms.

use super::{
    ASKED, Appoint, AskImport, AskInvitation, AskThaw, GRANTED, IMPORT, ImportFault, Post,
    UnitCommand,
};
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
    /// That lists be imported.
    Import(AskImport),
}

/// The end of the last import that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedImport {
    /// The command that asked.
    pub asked: CommandId,
    /// Who asked.
    pub by: MemberId,
    /// The rows that were to be changed.
    pub changes: u32,
    /// When it ended, by the server's clock.
    pub at: Time,
    /// Why nothing was imported; none if all was.
    pub fault: Option<ImportFault>,
}

impl AskedFor {
    /// The thing that a command asks for; none if it asks for nothing.
    pub(super) fn of(command: &UnitCommand) -> Option<Self> {
        match command {
            UnitCommand::AskAppointment(asked) => Some(Self::Appointment(asked.clone())),
            UnitCommand::AskInvitation(asked) => Some(Self::Invitation(*asked)),
            UnitCommand::AskThaw(asked) => Some(Self::Thaw(*asked)),
            UnitCommand::AskImport(asked) => Some(Self::Import(asked.clone())),
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

    /// How the last import that was asked for ended; none if none has.
    pub(super) fn ended_import(&self) -> Option<EndedImport> {
        let end = self.entry(self.root().id(IMPORT, CommandId::parse)?)?;
        let asked = end.id("asked", CommandId::parse)?;
        let asking = self.entry(asked)?;
        let fault = end.text("why").filter(|why| !why.is_empty());
        Some(EndedImport {
            asked,
            by: log::author(&asking),
            changes: asking.small("changes").unwrap_or_default(),
            at: log::at(&end),
            fault: fault.map(|why| ImportFault::from_word(&why)),
        })
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
        AskedFor::Import(import) => {
            import.hash = Text::cut(&entry.text_or_empty("hash"));
            import.bytes = entry.small("bytes").unwrap_or_default();
            import.changes = entry.small("changes").unwrap_or_default();
        }
    }
    Some(asked)
}
