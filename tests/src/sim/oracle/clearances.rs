//! Who may read confidential cases, as two persons said.

use alleyway_core::id::{CommandId, MemberId};
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::sync::frame::AdmittedAt;

use super::{Answered, Oracle};
use crate::sim::violation::{AUTHORITY, Checked, ensure};

/// Whose eyes, on which phone; none is the stranger's device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) member: MemberId,
    pub(crate) phone: Option<usize>,
}

impl Answered {
    /// Who handed it in, as one who reads.
    pub(super) fn reader(&self) -> Reader {
        Reader {
            member: self.member,
            phone: self.phone,
        }
    }
}

impl Oracle {
    /// Whether two persons let the device have what is confidential.
    pub(super) fn is_confirmed(&self, reader: Reader) -> bool {
        reader
            .phone
            .is_some_and(|phone| self.confirmed.contains(&phone))
    }

    /// An administrator's step: asked by one, confirmed by another, or ended by any. None for another
    /// step.
    pub(super) fn is_administered(
        &mut self,
        by: &Answered,
        id: CommandId,
        step: &UnitCommand,
        at: AdmittedAt,
    ) -> Option<Checked> {
        let may = self.town.is_administrator(by.member, by.at);
        let may = match step {
            UnitCommand::AskAppointment(asked) => {
                self.asked.insert(id, by.member);
                may && asked.member != by.member
            }
            UnitCommand::ConfirmAsked(confirm) => {
                let asked = self.asked.get(&confirm.asked);
                may && asked.is_some_and(|asked| *asked != by.member)
            }
            UnitCommand::EndPost(_) => may,
            _ => return None,
        };
        self.admitted.insert(id, at);
        Some(ensure(may, AUTHORITY, || {
            format!("{id} administers, and its author may not")
        }))
    }

    /// A second person confirmed that somebody is cleared.
    pub(super) fn is_cleared(
        &mut self,
        by: &Answered,
        id: CommandId,
        appointment: CommandId,
        at: AdmittedAt,
    ) -> Checked {
        let whose = self
            .town
            .posts
            .iter()
            .find(|held| held.appointment == appointment)
            .map(|held| held.member);
        let may = self.town.is_administrator(by.member, by.at)
            && whose.is_some_and(|whose| whose != by.member);
        ensure(may, AUTHORITY, || {
            format!("{id} clears somebody, and its author may not")
        })?;
        self.town.set_cleared(appointment, true);
        self.admitted.insert(id, at);
        Ok(())
    }
}
