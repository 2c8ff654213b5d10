//! Working documents: the confirmed ones, and what is not confirmed upon them. Made anew whenever they
//! are needed, never merged.

use std::collections::BTreeSet;

use super::Replica;
use super::causality::{Ordered, Step, order, upon};
use super::outbox::Fate;
use super::typing::takes_effect_on_admission;
use crate::documents::{Document, Execution, Receipt};
use crate::id::{CommandId, DocumentId, actor};
use crate::organisation::Standing;
use crate::policy::{Authority, Question, judge};
use crate::refusal::RefusalCode;

impl Replica {
    /// A document as its member sees it: the confirmed one, and upon it the pending commands, own
    /// and carried ones. What takes effect only on admission is not executed; what no longer fits is
    /// left out.
    pub fn working(&self, id: DocumentId) -> Option<Document> {
        self.stand_on(id, self.ordered(id)).1
    }

    /// A document's commands that are not confirmed, in their order.
    pub(super) fn unconfirmed(&self, id: DocumentId) -> Ordered<'_> {
        let ordered = self.ordered(id);
        // Only what others did is judged as it is executed.
        let judged = ordered.steps.iter().any(|step| step.carried);
        if judged { self.stand_on(id, ordered).0 } else { ordered }
    }

    /// The commands of others that one typed now is typed upon.
    pub(super) fn upon(&self, id: DocumentId) -> Vec<CommandId> {
        let (ordered, working) = self.stand_on(id, self.ordered(id));
        working.map(|working| upon(&ordered, &working)).unwrap_or_default()
    }

    /// Executes what is not confirmed. Nobody but the server admits what others did: what policy
    /// forbids them, by what is known here, waits, and so does what they typed upon it.
    fn stand_on<'a>(&self, id: DocumentId, mut ordered: Ordered<'a>) -> (Ordered<'a>, Option<Document>) {
        let mut document = self.decoded(id).map_or_else(|| Document::new(id, 1), Document::fork);
        let mut left_out = BTreeSet::new();
        for step in &ordered.steps {
            let upon_left_out = || step.command.base.after.iter().any(|id| left_out.contains(id));
            if step.carried && (upon_left_out() || self.forbids(&document, step)) {
                left_out.insert(step.id);
            } else if !takes_effect_on_admission(&step.command.body) {
                let _ = perform(&mut document, step);
            }
        }
        let (waiting, steps) = ordered.steps.into_iter().partition(|step| left_out.contains(&step.id));
        ordered.steps = steps;
        ordered.waiting.extend::<Vec<_>>(waiting);
        let document = (document.version() > 0).then_some(document);
        (ordered, document)
    }

    /// Whether policy forbids another's command, by the posts that are known here.
    fn forbids(&self, document: &Document, step: &Step<'_>) -> bool {
        let question = Question {
            organisation: self.organisation(),
            author: Authority::Member(step.author),
            now: self.server_time(step.since),
            standing: Standing::InForce,
            command: step.id,
            document: Some(document),
            body: &step.command.body,
        };
        judge(&question).is_err()
    }

    fn ordered(&self, id: DocumentId) -> Ordered<'_> {
        let mut steps = Vec::new();
        if let Some((identity, enrolled)) = self.enrolled_row() {
            let (device, author) = (identity.secret().public(), enrolled.member);
            let counts = |fate: &Fate| matches!(fate, Fate::Pending(_) | Fate::Admitted(_));
            for (_, outgoing) in self.outbox.of(id).filter(|(_, outgoing)| counts(&outgoing.fate)) {
                let command = &outgoing.command;
                steps.push(Step {
                    id: command.id(&device),
                    device,
                    author,
                    command,
                    carried: false,
                    since: command.at,
                });
            }
        }
        for (batch, visible) in self.carrying.of(id) {
            let (command, since) = (&visible.command, batch.since);
            let (device, author) = (batch.certificate.device, batch.certificate.member);
            steps.push(Step { id: command.id(&device), device, author, command, carried: true, since });
        }
        if steps.is_empty() { Ordered::default() } else { order(self.decoded(id), self.state.incarnation, steps) }
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
