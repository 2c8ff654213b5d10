//! Pages: what the server admitted, carried out here in its order.

use super::confirmed::Confirmed;
use super::outbox::{Fate, Outgoing, Standing};
use super::{Replica, rows};
use alleyway_core::command::{Body, Command};
use alleyway_core::documents::{Document, Execution, Receipt};
use alleyway_core::id::{CommandId, DocumentId, actor};
use alleyway_core::kinds::directory::DirectoryView;
use alleyway_core::limits::DOCUMENT_BYTES_MAX;
use alleyway_core::limits::PART_BYTES_MAX;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::{
    Author, Changes, Entry, Item, Other, Page, Part, Replayed, Whole, Why, check_of,
};
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;

/// A change that does not stand on what is confirmed here: the document is asked for whole.
struct Unfit(Why);

impl Replica {
    /// Carries a page out. Items, counters and the cursor behind them are one transaction.
    pub(super) fn take_page(&mut self, page: Page) -> Vec<Write> {
        let mut writes = Vec::new();
        for item in page.items.iter() {
            match item {
                Item::Changes(changes) => writes.extend(self.take_changes(changes, &page)),
                Item::Part(part) => writes.extend(self.take_part(part)),
                Item::Forget(document) => {
                    writes.extend(self.forget(*document));
                    self.wanted.remove(document);
                    writes.push(self.write_wanted(*document));
                }
            }
        }
        self.state.cursor = page.cursor;
        if let Some(scope) = self
            .session
            .as_mut()
            .and_then(|session| session.scope.take())
        {
            writes.extend(self.take_scope(scope));
        }
        writes.push(self.write_state());
        if let Some(session) = &mut self.session {
            session.progress = true;
        }
        latest_of_each(writes)
    }

    fn take_changes(&mut self, changes: &Changes, page: &Page) -> Vec<Write> {
        let id = changes.document;
        match self.carry_out(changes, page) {
            Ok(Some((document, own, others))) => {
                if let Some(session) = &mut self.session {
                    session.summary.received += others;
                }
                let mut writes = self.confirm(document);
                for counter in own {
                    self.outbox.commands.remove(&counter);
                    writes.push(self.outbox.write(counter));
                }
                writes
            }
            Ok(None) => Vec::new(),
            // Wanted already, it is known why.
            Err(_) if self.wanted.contains_key(&id) => Vec::new(),
            Err(Unfit(why)) => self.want(id, why),
        }
    }

    /// Executes entries that are new here, and compares the others with what is held: behind a restore
    /// of the server a command may stand again at its version, with another receipt. The document, the
    /// counters of own commands among what is new, and how many others' there were; `None` if nothing
    /// was new.
    fn carry_out(
        &self,
        changes: &Changes,
        page: &Page,
    ) -> Result<Option<(Document, Vec<u64>, u64)>, Unfit> {
        let id = changes.document;
        let confirmed = self.documents.get(&id);
        let held = confirmed.map_or(0, Confirmed::version);
        if confirmed.is_some_and(|confirmed| confirmed.generation() != changes.generation) {
            return Err(Unfit(Why::Missing));
        }
        if changes.version > held + 1 {
            return Err(Unfit(Why::Missing));
        }
        let confirmed = match confirmed {
            Some(_) => Some(self.decoded(id).ok_or(Unfit(Why::Missing))?),
            None => None,
        };
        let entries = (changes.version..).zip(changes.entries.iter());
        let (known, new): (Vec<_>, Vec<_>) = entries.partition(|(version, _)| *version <= held);
        if let Some(document) = confirmed
            && !known
                .into_iter()
                .all(|(version, entry)| self.is_as_held(document, version, entry, page))
        {
            return Err(Unfit(Why::Missing));
        }
        if new.is_empty() {
            return Ok(None);
        }
        let mut document =
            confirmed.map_or_else(|| Document::new(id, changes.generation), Document::fork);
        let (mut own, mut others) = (Vec::new(), 0);
        for (version, entry) in new {
            match entry {
                Entry::Own(_) => own.push(self.execute_own(&mut document, version)?),
                Entry::Other(other) => {
                    execute_other(&mut document, other, page)?;
                    others += 1;
                }
            }
        }
        if check_of(&document.head()) != changes.check {
            return Err(Unfit(Why::Differs));
        }
        Ok(Some((document, own, others)))
    }

    /// Whether a version that is held is what the server has there. An own command of which nothing
    /// is left here is: its author heard of its receipt.
    fn is_as_held(&self, document: &Document, version: u64, entry: &Entry, page: &Page) -> bool {
        let (id, receipt) = match entry {
            Entry::Other(other) => {
                let Ok((author, receipt)) = author_of(other, page) else {
                    return false;
                };
                (
                    CommandId::derive(&author.device, other.counter, other.nonce),
                    receipt,
                )
            }
            Entry::Own(_) => match self.standing_at(document.id(), version) {
                Some((outgoing, standing)) => match self.outbox.id(&outgoing.command) {
                    Some(id) => (id, standing.receipt),
                    None => return false,
                },
                None => return true,
            },
        };
        document.version_of(id) == Some(version) && document.receipt(version) == Some(&receipt)
    }

    /// The own command that its verdict put at this version.
    fn standing_at(&self, document: DocumentId, version: u64) -> Option<(&Outgoing, &Standing)> {
        self.outbox
            .of(document)
            .find_map(|(_, outgoing)| match &outgoing.fate {
                Fate::Admitted(standing) if standing.at.version == version => {
                    Some((outgoing, standing))
                }
                _ => None,
            })
    }

    /// Executes the own command that the verdict put at this version.
    fn execute_own(&self, document: &mut Document, version: u64) -> Result<u64, Unfit> {
        let (identity, enrolled) = self.enrolled_row().ok_or(Unfit(Why::Missing))?;
        let (outgoing, Standing { at, receipt }) = self
            .standing_at(document.id(), version)
            .ok_or(Unfit(Why::Missing))?;
        let author = Author {
            member: enrolled.member,
            device: identity.secret().public(),
            mark: receipt.mark,
        };
        let Command {
            counter,
            nonce,
            at: typed,
            body,
            ..
        } = &outgoing.command;
        execute(
            document,
            &author,
            (*counter, *nonce),
            *typed,
            body,
            *receipt,
        )?;
        if check_of(&document.head()) != at.check {
            return Err(Unfit(Why::Differs));
        }
        Ok(*counter)
    }

    /// Keeps a part; the last one makes the document.
    fn take_part(&mut self, part: &Part) -> Vec<Write> {
        if part.index >= part.count || part.count as usize > DOCUMENT_BYTES_MAX / PART_BYTES_MAX {
            return Vec::new();
        }
        let mut writes = self.drop_parts(part.document, |version| version != part.version);
        if part.count == 1 {
            writes.extend(self.take_whole(part.document, &part.bytes));
            return writes;
        }
        let Some(key) = self.lease_key() else {
            writes.extend(self.want(part.document, Why::Missing));
            return writes;
        };
        let row = |index: u32| rows::key(rows::PARTS, &(part.document, (part.version, index)));
        let sealed = key.seal(&row(part.index), &part.bytes);
        self.parts
            .insert((part.document, part.version, part.index), sealed.clone());
        writes.push(Write {
            key: row(part.index),
            value: Some(sealed),
            slot: None,
        });
        let all: Option<Vec<&Vec<u8>>> = (0..part.count)
            .map(|index| self.parts.get(&(part.document, part.version, index)))
            .collect();
        if let Some(all) = all {
            let opened: Option<Vec<Vec<u8>>> = (0..)
                .zip(all)
                .map(|(index, sealed)| key.open(&row(index), sealed))
                .collect();
            match opened {
                Some(opened) => writes.extend(self.take_whole(part.document, &opened.concat())),
                None => writes.extend(self.want(part.document, Why::Missing)),
            }
            writes.extend(self.drop_parts(part.document, |_| true));
        }
        writes
    }

    fn drop_parts(&mut self, document: DocumentId, drop: impl Fn(u64) -> bool) -> Vec<Write> {
        let gone: Vec<_> = self
            .parts
            .keys()
            .filter(|(id, version, _)| *id == document && drop(*version))
            .copied()
            .collect();
        gone.into_iter()
            .map(|(id, version, index)| {
                self.parts.remove(&(id, version, index));
                rows::remove(rows::key(rows::PARTS, &(id, (version, index))))
            })
            .collect()
    }

    fn take_whole(&mut self, id: DocumentId, bytes: &[u8]) -> Vec<Write> {
        let document = match Whole::from_bytes(bytes) {
            Ok(Whole::Replayed(replayed)) => replay(id, &replayed).map_err(|Unfit(why)| why),
            Ok(Whole::Saved(saved)) => saved.load(id).ok_or(Why::Missing),
            Err(_) => Err(Why::Missing),
        };
        let document = match document {
            Ok(document) => document,
            Err(why) => {
                // Asked for again in the next round trip.
                return self.want(id, why);
            }
        };
        let asked_for = self.wanted.remove(&id).is_some();
        let mut writes = vec![self.write_wanted(id)];
        let newer = self
            .documents
            .get(&id)
            .is_none_or(|held| held.version() < document.version());
        if !newer && !asked_for && self.agrees_with_held(&document) {
            return writes;
        }
        if let Some(session) = &mut self.session {
            session.summary.received += 1;
        }
        // Own commands that are in it have arrived; also one that was refused, before a restore: a courier
        // brought it to the restored server, where it fits.
        let arrived: Vec<u64> = self
            .outbox
            .of(id)
            .filter(|(_, outgoing)| matches!(outgoing.fate, Fate::Admitted(_) | Fate::Refused(_)))
            .filter(|(_, outgoing)| {
                self.outbox
                    .id(&outgoing.command)
                    .is_some_and(|c| document.version_of(c).is_some())
            })
            .map(|(counter, _)| counter)
            .collect();
        writes.extend(self.confirm(document));
        for counter in arrived {
            self.outbox.commands.remove(&counter);
            writes.push(self.outbox.write(counter));
        }
        writes
    }

    /// Whether a document is what is held, as far as both go: the same commands, with the same receipts.
    fn agrees_with_held(&self, document: &Document) -> bool {
        self.decoded(document.id()).is_some_and(|held| {
            let same_commands = held
                .commands()
                .iter()
                .zip(document.commands())
                .all(|(held, here)| held == here);
            same_commands
                && held
                    .receipts()
                    .iter()
                    .zip(document.receipts())
                    .all(|(held, here)| held == here)
        })
    }

    /// Puts a confirmed document.
    fn confirm(&mut self, document: Document) -> Vec<Write> {
        let id = document.id();
        let Some(key) = self.lease_key() else {
            // A server that sends documents and no lease: what cannot be sealed is not kept.
            return self.want(id, Why::Missing);
        };
        let Some(confirmed) = Confirmed::new(document, &key) else {
            return Vec::new();
        };
        if confirmed.reads_as::<DirectoryView>() {
            self.organisation = std::cell::OnceCell::new();
        }
        let write = confirmed.write();
        self.documents.insert(id, confirmed);
        vec![write]
    }

    /// Asks for a document whole.
    fn want(&mut self, id: DocumentId, why: Why) -> Vec<Write> {
        self.wanted.insert(id, why);
        vec![self.write_wanted(id)]
    }

    /// Removes a document that is no longer this device's to hold.
    pub(super) fn forget(&mut self, id: DocumentId) -> Vec<Write> {
        let mut writes = self.drop_parts(id, |_| true);
        writes.extend(self.withhold_carried_of(id));
        writes.extend(self.evict(id));
        writes
    }

    /// Removes a document. Parts of it stay: they are of what it is now, and in scope.
    pub(super) fn evict(&mut self, id: DocumentId) -> Vec<Write> {
        let mut writes = Vec::new();
        let Some(gone) = self.documents.remove(&id) else {
            return writes;
        };
        if gone.reads_as::<DirectoryView>() {
            self.organisation = std::cell::OnceCell::new();
        }
        if let Some(session) = &mut self.session {
            session.summary.forgotten += 1;
        }
        writes.extend(self.note_evicted(id, &gone));
        self.looked_at.remove(&id);
        writes.push(rows::remove(rows::document(id)));
        writes.push(rows::remove(rows::key(rows::LOOKED_AT, &id)));
        writes
    }
}

/// A document from the commands that made it.
fn replay(id: DocumentId, replayed: &Replayed) -> Result<Document, Unfit> {
    let mut document = Document::new(id, replayed.generation);
    for past in &replayed.history.entries {
        execute(
            &mut document,
            &past.author,
            (past.counter, past.nonce),
            past.at,
            &past.body,
            past.receipt,
        )?;
    }
    if check_of(&document.head()) != replayed.check {
        return Err(Unfit(Why::Differs));
    }
    Ok(document)
}

/// Who did it, and when it was received.
fn author_of<'a>(other: &Other, page: &'a Page) -> Result<(&'a Author, Receipt), Unfit> {
    let author = usize::try_from(other.author)
        .ok()
        .and_then(|index| page.authors.get(index));
    let author = author.ok_or(Unfit(Why::Missing))?;
    let received = Time(page.since.0.wrapping_add(other.received_offset));
    Ok((
        author,
        Receipt {
            received,
            clock_off_seconds: other.clock_off_seconds,
            mark: author.mark,
        },
    ))
}

fn execute_other(document: &mut Document, other: &Other, page: &Page) -> Result<(), Unfit> {
    let (author, receipt) = author_of(other, page)?;
    let at = Time(page.since.0.wrapping_add(other.at_offset));
    execute(
        document,
        author,
        (other.counter, other.nonce),
        at,
        &other.body,
        receipt,
    )
}

fn execute(
    document: &mut Document,
    author: &Author,
    (counter, nonce): (u64, [u8; 4]),
    at: Time,
    body: &Body,
    receipt: Receipt,
) -> Result<(), Unfit> {
    let execution = Execution {
        id: CommandId::derive(&author.device, counter, nonce),
        document: document.id(),
        actor: actor(&author.device, document.id()),
        author: author.member,
        at,
        body,
    };
    document
        .execute(&execution, receipt)
        .map(|_| ())
        .map_err(|_| Unfit(Why::Differs))
}

/// A key is written once in a transaction: the last write counts.
pub(super) fn latest_of_each(writes: Vec<Write>) -> Vec<Write> {
    let latest: std::collections::BTreeMap<Vec<u8>, Write> = writes
        .into_iter()
        .map(|write| (write.key.clone(), write))
        .collect();
    latest.into_values().collect()
}
