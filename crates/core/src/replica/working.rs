//! Working documents: the confirmed ones, and what is not confirmed upon them. Made anew whenever they
//! are needed, never merged.

use super::Replica;
use super::causality::{Ordered, Step, order, upon};
use super::outbox::Fate;
use super::typing::takes_effect_on_admission;
use crate::documents::{Document, Execution, Receipt};
use crate::id::{CommandId, DocumentId, actor};
use crate::refusal::RefusalCode;

impl Replica {
    /// A document as its member sees it: the confirmed one, and upon it the pending commands, own
    /// and carried ones. What takes effect only on admission is not executed; what no longer fits is
    /// left out.
    pub fn working(&self, id: DocumentId) -> Option<Document> {
        self.stand_on(id, &self.unconfirmed(id))
    }

    fn stand_on(&self, id: DocumentId, ordered: &Ordered<'_>) -> Option<Document> {
        let mut document = self.decoded(id).map_or_else(|| Document::new(id, 1), Document::fork);
        for step in ordered.steps.iter().filter(|step| !takes_effect_on_admission(&step.command.body)) {
            let _ = perform(&mut document, step);
        }
        (document.version() > 0).then_some(document)
    }

    /// A document's commands that are not confirmed, in their order.
    pub(super) fn unconfirmed(&self, id: DocumentId) -> Ordered<'_> {
        let mut steps = Vec::new();
        if let Some((identity, enrolled)) = self.enrolled_row() {
            let device = identity.secret().public();
            let counts = |fate: &Fate| matches!(fate, Fate::Pending(_) | Fate::Admitted(_));
            for (_, outgoing) in self.outbox.of(id).filter(|(_, outgoing)| counts(&outgoing.fate)) {
                let command = &outgoing.command;
                steps.push(Step { id: command.id(&device), device, author: enrolled.member, command, carried: false });
            }
        }
        for (author, visible) in self.carrying.of(id) {
            let (command, device) = (&visible.command, author.device);
            steps.push(Step { id: command.id(&device), device, author: author.member, command, carried: true });
        }
        if steps.is_empty() { Ordered::default() } else { order(self.decoded(id), self.state.incarnation, steps) }
    }

    /// The commands of others that one typed now is typed upon.
    pub(super) fn upon(&self, id: DocumentId) -> Vec<CommandId> {
        let ordered = self.unconfirmed(id);
        self.stand_on(id, &ordered).map(|working| upon(&ordered, &working)).unwrap_or_default()
    }
}

/// Executes a command provisionally.
pub(super) fn perform(document: &mut Document, step: &Step<'_>) -> Result<(), RefusalCode> {
    let execution = Execution {
        id: step.id,
        document: document.id(),
        actor: actor(&step.device, document.id()),
        author: step.author,
        at: step.command.at,
        body: &step.command.body,
    };
    document.execute(&execution, Receipt::new(step.command.at.clamped(), 0)).map(|_| ())
}
