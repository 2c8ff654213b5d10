//! Working documents: the confirmed ones, and what is not confirmed upon them. Made anew whenever what
//! they are made of has changed, never merged.

mod kept;

pub(super) use kept::Worked;

use std::collections::BTreeSet;

use super::Replica;
use super::causality::{Ordered, Step, order, upon};
use super::held::Confirmed;
use super::typing::RecordError;
use alleyway_core::command::Command;
use alleyway_core::documents::{Document, Execution, Receipt};
use alleyway_core::id::{CommandId, DocumentId, actor};
use alleyway_core::organisation::Standing;
use alleyway_core::policy::{Authority, Question, judge};
use alleyway_core::refusal::RefusalCode;
use kept::MadeOf;

impl Replica {
    /// As [`Replica::working`], to be typed on: it is not kept any longer.
    pub(super) fn take_working(&self, id: DocumentId) -> Option<Document> {
        let kept = self
            .made_of(id)
            .and_then(|made_of| self.worked.borrow_mut().take(id, made_of));
        kept.or_else(|| self.work_out(id))
    }

    /// Keeps a working document that all own commands were executed on.
    pub(super) fn keep_working(&self, document: Document) {
        if let Some(made_of) = self.made_of(document.id()) {
            let mut worked = self.worked.borrow_mut();
            worked.retain(|id, of| self.made_of(id) == Some(of));
            worked.keep(document, made_of);
        }
    }

    /// Of which a working document would be made now, if it is one that is kept: none is where others'
    /// commands are here, for they are judged anew each time; nor where no own ones are.
    fn made_of(&self, id: DocumentId) -> Option<MadeOf> {
        let made_of = MadeOf {
            held: self.held.get(id).map(Confirmed::change),
            outbox: self.outbox.change_of(id),
            commands: self.outbox.count_of(id),
        };
        (made_of.commands > 0 && !self.carries_for(id)).then_some(made_of)
    }

    /// Whether commands of others to a document are here.
    pub(super) fn carries_for(&self, id: DocumentId) -> bool {
        self.carrying.of(id).next().is_some()
    }

    /// A document as its member sees it: the confirmed one, and upon it the pending commands, own
    /// and carried ones. What takes effect only on admission is not executed; what no longer fits is
    /// left out. None if the document is not here, or only its row.
    pub fn working(&self, id: DocumentId) -> Option<Document> {
        let Some(made_of) = self.made_of(id) else {
            return self.work_out(id);
        };
        let kept = self.worked.borrow_mut().copy(id, made_of);
        if kept.is_some() {
            return kept;
        }
        let made = self.work_out(id)?;
        self.keep_working(made.clone());
        Some(made)
    }

    fn work_out(&self, id: DocumentId) -> Option<Document> {
        #[cfg(test)]
        tests::WORKED_OUT.with(|worked| worked.set(worked.get() + 1));
        if self.is_filed(id) {
            return None;
        }
        self.stand_on(id, self.ordered(id)).1
    }

    /// The working document, to be typed upon.
    ///
    /// # Errors
    /// [`RecordError::Filed`]; [`RefusalCode::UnknownDocument`] if it is not here.
    pub(super) fn to_type_on(&self, id: DocumentId) -> Result<Document, RecordError> {
        if self.is_filed(id) {
            return Err(RecordError::Filed);
        }
        Ok(self.working(id).ok_or(RefusalCode::UnknownDocument)?)
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
            .map_or_else(|| Document::new(id, 1), |document| document.fork());
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

    /// Whether a document is as it is confirmed: nothing is here that is to be done upon it.
    pub(super) fn is_as_confirmed(&self, id: DocumentId) -> bool {
        let mut own = self.outbox.of(id);
        !self.carries_for(id) && !own.any(|(_, outgoing)| outgoing.fate.refusal().is_none())
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
            let own = self.outbox.with_ids(id);
            let own = own.filter(|(_, _, outgoing)| outgoing.fate.refusal().is_none());
            steps.extend(own.map(|(counter, id, outgoing)| Step {
                place: (counter, 0),
                ..Step::own(id, &outgoing.command, key, author)
            }));
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
                let confirmed = confirmed.as_ref();
                confirmed.is_none_or(|document| document.version_of(step.id).is_none())
            });
            return Ordered {
                steps,
                waiting: Vec::new(),
            };
        }
        order(confirmed.as_deref(), self.incarnation(), steps)
    }

    /// Executes an own command provisionally; `None` before enrolment.
    pub(super) fn execute(
        &self,
        document: &mut Document,
        command: &Command,
    ) -> Option<Result<(), RefusalCode>> {
        let device = self.as_enrolled()?;
        let key = device.key();
        let step = Step::own(command.id(&key), command, key, device.member());
        Some(perform(document, &step))
    }
}

/// Executes a command provisionally.
pub(super) fn perform(document: &mut Document, step: &Step<'_>) -> Result<(), RefusalCode> {
    #[cfg(test)]
    tests::PERFORMED.with(|performed| performed.set(performed.get() + 1));
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
