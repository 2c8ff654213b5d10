//! The numbers of cases, those among them that are not confirmed here included.

use std::collections::BTreeSet;

use super::Replica;
use super::identity::EnrolledDevice;
use super::outbox::Locked;
use alleyway_core::command::Command;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::number::CaseNumber;

impl Replica {
    /// The number of the case that a command of the outbox is about; none for other documents.
    pub(super) fn number_of(&self, command: &Command) -> Option<CaseNumber> {
        if !command.body.is_numbered() {
            return None;
        }
        let document = self.outbox.target(command)?;
        let code = self.as_enrolled()?.code();
        let confirmed = self.held.get(document);
        let confirmed = confirmed.and_then(|held| CaseNumber::parse(held.number()));
        // Of a case that is not here one's own report tells the number, and asks for no working copy.
        let reported = || {
            let mut own = self.outbox.of(document);
            own.any(|(_, outgoing)| outgoing.command.document.is_none())
                .then(|| CaseNumber::of(code, document))
        };
        let carried = || self.working(document)?.number();
        confirmed.or_else(reported).or_else(carried)
    }

    /// The number of the case that a new command is about, which stands on `working`.
    pub(super) fn number_on(
        &self,
        command: &Command,
        working: Option<&Document>,
    ) -> Option<CaseNumber> {
        let device = self.as_enrolled()?;
        let target = command.target(&device.key());
        if !command.body.is_numbered() {
            return None;
        }
        if command.body.creates() {
            return Some(CaseNumber::of(device.code(), target));
        }
        if self.is_locked() {
            return self.indexed_number(target);
        }
        working.and_then(Document::number)
    }

    /// Those of these documents that are cases which this device reported and that changed since they
    /// were looked at, with their numbers: as the index tells, without a look into them.
    pub fn own_changed(&self, documents: &BTreeSet<DocumentId>) -> Vec<(DocumentId, CaseNumber)> {
        let code = self.as_enrolled().map(EnrolledDevice::code);
        let own = |id: &DocumentId| {
            let held = self.held.get(*id)?;
            let number = CaseNumber::parse(held.number())?;
            let has_changed = self.held.looked_at(*id) != Some(held.version());
            (has_changed && Some(number.device_code) == code).then_some((*id, number))
        };
        documents.iter().filter_map(own).collect()
    }

    /// The number of a case that is confirmed here: as the index tells, without a look into it.
    pub fn confirmed_number(&self, case: DocumentId) -> Option<CaseNumber> {
        CaseNumber::parse(self.held.get(case)?.number())
    }

    /// A case's number, as the index has it.
    pub(super) fn indexed_number(&self, document: DocumentId) -> Option<CaseNumber> {
        match self.held.get(document) {
            Some(confirmed) => CaseNumber::parse(confirmed.number()),
            None => self
                .outbox
                .locked_creator(document)
                .and_then(Locked::number),
        }
    }

    /// Whether a case here has this number.
    pub(super) fn has_number(&self, number: CaseNumber) -> bool {
        let text = number.to_string();
        let mut held = self.held.iter();
        self.outbox.has_number(number) || held.any(|(_, confirmed)| confirmed.number() == text)
    }

    /// Cases that exist on this device only, so far.
    pub(super) fn created_here(&self) -> impl Iterator<Item = DocumentId> + '_ {
        let readable = self.outbox.commands().filter_map(|(_, outgoing)| {
            creates_numbered(&outgoing.command)
                .then(|| self.outbox.target(&outgoing.command))
                .flatten()
        });
        let locked = self.outbox.locked();
        let locked = locked
            .filter(|(_, locked)| locked.creates_case())
            .map(|(_, locked)| locked.document());
        readable.chain(locked).filter(|id| !self.held.contains(*id))
    }

    /// Cases that another device created, handed over phone to phone and not confirmed.
    pub(super) fn created_elsewhere(&self) -> impl Iterator<Item = DocumentId> + '_ {
        let own: BTreeSet<DocumentId> = self.created_here().collect();
        let creates = |id: DocumentId| {
            let mut commands = self.carrying.of(id);
            commands.any(|(_, visible)| creates_numbered(&visible.command))
        };
        self.carrying
            .documents()
            .filter(move |id| !self.held.contains(*id) && !own.contains(id))
            .filter(move |id| creates(*id))
    }
}

fn creates_numbered(command: &Command) -> bool {
    command.document.is_none() && command.body.is_numbered()
}
