//! Working documents: the confirmed ones, and what is not confirmed upon them. Made anew whenever they
//! are needed, never merged.

use std::collections::BTreeSet;

use super::Replica;
use super::causality::{Ordered, Step, order, upon};
use super::outbox::Outgoing;
use alleyway_core::command::Command;
use alleyway_core::documents::{Document, Execution, Head, Receipt};
use alleyway_core::id::{CommandId, DocumentId, actor};
use alleyway_core::organisation::Standing;
use alleyway_core::policy::{Authority, Question, judge};
use alleyway_core::refusal::RefusalCode;

/// A confirmed document, and the commands upon it.
type Parts = (Option<(u32, u64, Head)>, Vec<CommandId>);

/// The working document that was typed on last, and what it was made of: typing on does not begin
/// again from the confirmed one.
#[derive(Debug)]
pub(super) struct Typed {
    /// Generation, version and head of the confirmed document; none if it is not here.
    confirmed: Option<(u32, u64, Head)>,
    /// The commands upon it.
    steps: Vec<CommandId>,
    document: Document,
}

impl Typed {
    fn parts(&self) -> Parts {
        (self.confirmed, self.steps.clone())
    }
}

impl Replica {
    /// As [`Replica::working`]; made of `typed` if that is the same document still.
    pub(super) fn working_again(&self, id: DocumentId, typed: Option<Typed>) -> Option<Document> {
        let typed = typed
            .filter(|typed| typed.document.id() == id && self.made_of(id) == Some(typed.parts()));
        typed
            .map(|typed| typed.document)
            .or_else(|| self.working(id))
    }

    /// Keeps a working document that all own commands were executed on.
    pub(super) fn typed_on(&self, document: Document) -> Option<Typed> {
        let (confirmed, steps) = self.made_of(document.id())?;
        Some(Typed {
            confirmed,
            steps,
            document,
        })
    }

    /// The parts of which a working document is made; `None` if it is not of own commands alone: others' are
    /// judged anew each time.
    fn made_of(&self, id: DocumentId) -> Option<Parts> {
        if self.carries_for(id) {
            return None;
        }
        let confirmed = self
            .held
            .decoded(id)
            .map(|document| (document.generation(), document.version(), document.head()));
        Some((
            confirmed,
            self.ordered(id).steps.iter().map(|step| step.id).collect(),
        ))
    }

    /// Whether commands of others to a document are here.
    fn carries_for(&self, id: DocumentId) -> bool {
        self.carrying.of(id).next().is_some()
    }

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
        if judged {
            self.stand_on(id, ordered).0
        } else {
            ordered
        }
    }

    /// The commands of others that one typed now is typed upon.
    pub(super) fn upon(&self, id: DocumentId) -> Vec<CommandId> {
        if !self.carries_for(id) {
            return Vec::new();
        }
        let (ordered, working) = self.stand_on(id, self.ordered(id));
        working
            .map(|working| upon(&ordered, &working))
            .unwrap_or_default()
    }

    /// Executes what is not confirmed. Nobody but the server admits what others did: what policy
    /// forbids them, by what is known here, waits, and so does what they typed upon it.
    fn stand_on<'a>(
        &self,
        id: DocumentId,
        mut ordered: Ordered<'a>,
    ) -> (Ordered<'a>, Option<Document>) {
        let mut document = self
            .held
            .decoded(id)
            .map_or_else(|| Document::new(id, 1), Document::fork);
        let mut left_out = BTreeSet::new();
        for step in &ordered.steps {
            let upon_left_out = || {
                step.command
                    .base
                    .after
                    .iter()
                    .any(|id| left_out.contains(id))
            };
            if step.carried && (upon_left_out() || self.forbids(&document, step)) {
                left_out.insert(step.id);
            } else if !step.command.body.takes_effect_on_admission() {
                let _ = perform(&mut document, step);
            }
        }
        let (waiting, steps) = ordered
            .steps
            .into_iter()
            .partition(|step| left_out.contains(&step.id));
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
        if let Some(device) = self.as_enrolled() {
            let (key, author) = (device.key(), device.member());
            let counts = |outgoing: &Outgoing| outgoing.fate.refusal().is_none();
            let own = self.outbox.of(id).filter(|(_, outgoing)| counts(outgoing));
            steps.extend(
                own.map(|(counter, outgoing)| Step::own(counter, &outgoing.command, key, author)),
            );
        }
        for (batch, visible) in self.carrying.of(id) {
            let (command, certificate) = (&visible.command, batch.certificate());
            steps.push(Step {
                id: command.id(&certificate.device),
                device: certificate.device,
                place: (batch.number(), visible.index),
                author: certificate.member,
                command,
                carried: true,
                since: batch.since(),
            });
        }
        let confirmed = self.held.decoded(id);
        if !steps.iter().any(|step| step.carried) {
            // They are one chain, and the outbox is in its order.
            steps.retain(|step| {
                confirmed.is_none_or(|document| document.version_of(step.id).is_none())
            });
            return Ordered {
                steps,
                waiting: Vec::new(),
            };
        }
        order(confirmed, self.incarnation(), steps)
    }

    /// Executes an own command provisionally; `None` before enrolment.
    pub(super) fn execute(
        &self,
        document: &mut Document,
        command: &Command,
    ) -> Option<Result<(), RefusalCode>> {
        let device = self.as_enrolled()?;
        let step = Step::own(0, command, device.key(), device.member());
        Some(perform(document, &step))
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
    document
        .execute(&execution, Receipt::new(step.command.at.clamped(), 0))
        .map(|_| ())
}

#[cfg(test)]
mod tests;
