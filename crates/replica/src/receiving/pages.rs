//! Pages: admitted commands, carried out here in the server's order.

use super::replay::{Admitted, Unfit};
use crate::held::{Arriving, Confirmed};
use crate::{Replica, rows};
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{Author, Changes, Entry, Filed, Item, Page, Why, check_of};

/// The outcome of the changes of one document.
struct CarriedOut {
    document: Document,
    /// Own commands that have arrived, by counter.
    own: Vec<u64>,
    /// The count of others' commands.
    others: u64,
}

impl Replica {
    /// Carries a page out. Items, counters and the cursor behind them are one transaction.
    pub(super) fn take_page(&mut self, page: Page) -> Vec<Write> {
        let mut writes = Vec::new();
        for item in page.items.iter() {
            match item {
                Item::Changes(changes) => writes.extend(self.take_changes(changes, &page)),
                Item::Part(part) => {
                    let arriving = self.held.keep_part(part);
                    writes.extend(self.take_arriving(part.document, arriving));
                }
                Item::Slice(slice) => {
                    let arriving = self.held.keep_slice(slice);
                    writes.extend(self.take_arriving(slice.document, arriving));
                }
                Item::Row(filed) => writes.extend(self.take_filed(filed)),
                Item::Forget(document) => {
                    writes.extend(self.forget(*document));
                    writes.push(self.held.unwant(*document));
                }
            }
        }
        self.state.move_to(page.cursor);
        let session = self.session.as_mut();
        if let Some(session) = session {
            session.progress();
            if let Some(scope) = session.take_scope() {
                writes.extend(self.take_scope(scope));
            }
        }
        writes.push(self.state.write());
        rows::latest_of_each(writes)
    }

    /// Takes a row in place of a document. What was typed upon the document needs all of it.
    pub(crate) fn take_filed(&mut self, filed: &Filed) -> Vec<Write> {
        let id = filed.document;
        if let Some(session) = &mut self.session {
            session.count_received(id, 1);
        }
        let mut writes = self.held.put_filed(filed);
        if self.outbox.of(id).next().is_some() || self.carries_for(id) {
            writes.extend(self.fetch(id));
        }
        writes
    }

    /// Keeps what came of a document; takes it, if that was the last of it.
    fn take_arriving(&mut self, id: DocumentId, arriving: Arriving) -> Vec<Write> {
        let mut writes = arriving.writes;
        if let Some(whole) = arriving.whole {
            writes.extend(self.take_whole(id, &whole));
        }
        writes
    }

    pub(super) fn take_changes(&mut self, changes: &Changes, page: &Page) -> Vec<Write> {
        let id = changes.document;
        match self.carry_out(changes, page) {
            Ok(Some(done)) => {
                if let Some(session) = &mut self.session {
                    session.count_received(id, done.others);
                }
                let mut writes = self.held.put(done.document);
                let own = done.own.into_iter();
                writes.extend(own.map(|counter| self.outbox.remove(counter)));
                writes
            }
            Ok(None) => Vec::new(),
            // Wanted already, it is known why.
            Err(_) if self.held.is_wanted(id) => Vec::new(),
            Err(Unfit(why)) => vec![self.held.want(id, why)],
        }
    }

    /// Executes entries that are new here, and compares the others with what is held: behind a restore
    /// of the server a command may stand again at its version, with another receipt. `None` if nothing
    /// was new.
    fn carry_out(&self, changes: &Changes, page: &Page) -> Result<Option<CarriedOut>, Unfit> {
        let id = changes.document;
        let confirmed = self.held.get(id);
        let held = confirmed.map_or(0, Confirmed::version);
        if confirmed.is_some_and(|confirmed| confirmed.generation() != changes.generation) {
            return Err(Unfit(Why::Missing));
        }
        if changes.version > held + 1 {
            return Err(Unfit(Why::Missing));
        }
        let confirmed = match confirmed {
            Some(_) => Some(self.held.decoded(id).ok_or(Unfit(Why::Missing))?),
            None => None,
        };
        let entries = (changes.version..).zip(changes.entries.iter());
        let (known, new): (Vec<_>, Vec<_>) = entries.partition(|(version, _)| *version <= held);
        if let Some(document) = confirmed.as_deref()
            && !known
                .into_iter()
                .all(|(version, entry)| self.is_as_held(document, version, entry, page))
        {
            return Err(Unfit(Why::Missing));
        }
        if new.is_empty() {
            return Ok(None);
        }
        let mut done = CarriedOut {
            document: confirmed.map_or_else(
                || Document::new(id, changes.generation),
                |document| document.fork(),
            ),
            own: Vec::new(),
            others: 0,
        };
        for (version, entry) in new {
            match entry {
                Entry::Own(_) => {
                    let counter = self.execute_own(&mut done.document, version)?;
                    done.own.push(counter);
                }
                Entry::Other(other) => {
                    Admitted::of_page(other, page)?.execute(&mut done.document)?;
                    done.others += 1;
                }
            }
        }
        if check_of(&done.document.head()) != changes.check {
            return Err(Unfit(Why::Differs));
        }
        Ok(Some(done))
    }

    /// Whether a version that is held is what the server has there. An own command of which nothing
    /// is left here is: its author heard of its receipt.
    fn is_as_held(&self, document: &Document, version: u64, entry: &Entry, page: &Page) -> bool {
        let (id, receipt) = match entry {
            Entry::Other(other) => {
                let Ok(admitted) = Admitted::of_page(other, page) else {
                    return false;
                };
                (admitted.id(document.id(), version), admitted.receipt)
            }
            Entry::Own(_) => match self.outbox.standing_at(document.id(), version) {
                Some((_, outgoing, admission)) => match self.outbox.id(&outgoing.command) {
                    Some(id) => (id, admission.receipt),
                    None => return false,
                },
                None => return true,
            },
        };
        document.version_of(id) == Some(version) && document.receipt(version) == Some(&receipt)
    }

    /// Executes the own command that the verdict put at this version. Returns its counter.
    fn execute_own(&self, document: &mut Document, version: u64) -> Result<u64, Unfit> {
        let device = self.as_enrolled().ok_or(Unfit(Why::Missing))?;
        let (counter, outgoing, admission) = self
            .outbox
            .standing_at(document.id(), version)
            .ok_or(Unfit(Why::Missing))?;
        let command = &outgoing.command;
        let admitted = Admitted {
            author: &Author {
                member: device.member(),
                device: device.key(),
                mark: admission.receipt.mark,
            },
            nonce: command.nonce,
            at: command.at,
            body: &command.body,
            receipt: admission.receipt,
        };
        admitted.execute(document)?;
        if check_of(&document.head()) != admission.at.check {
            return Err(Unfit(Why::Differs));
        }
        Ok(counter)
    }
}
