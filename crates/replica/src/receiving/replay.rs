//! Admitted commands are executed here, at the version at which they stand.

use alleyway_core::command::{Body, Nonce};
use alleyway_core::documents::{Document, Execution, Receipt};
use alleyway_core::id::{CommandId, DocumentId, actor};
use alleyway_core::sync::frame::{Author, Other, Page, Replayed, Why, check_of};
use alleyway_core::sync::history::changed_at;
use alleyway_core::time::Time;

/// A change that does not stand on what is confirmed here: the document is asked for whole.
#[derive(Debug)]
pub(super) struct Unfit(pub(super) Why);

/// A command that was admitted.
#[derive(Debug)]
pub(super) struct Admitted<'a> {
    pub(super) author: &'a Author,
    pub(super) nonce: Nonce,
    /// The time at which it was typed, by its author's clock.
    pub(super) at: Time,
    pub(super) body: &'a Body,
    pub(super) receipt: Receipt,
}

impl<'a> Admitted<'a> {
    /// Another's command, as a page has it.
    pub(super) fn of_page(other: &'a Other, page: &'a Page) -> Result<Self, Unfit> {
        let author = usize::try_from(other.author)
            .ok()
            .and_then(|index| page.authors.get(index));
        let author = author.ok_or(Unfit(Why::Missing))?;
        Ok(Self {
            author,
            nonce: other.nonce,
            at: Time(page.since.0.wrapping_add(other.at_offset)),
            body: &other.body,
            receipt: Receipt {
                received: Time(page.since.0.wrapping_add(other.received_offset)),
                clock_off_seconds: other.clock_off_seconds,
                mark: author.mark,
            },
        })
    }

    /// The id of the command, which made this version of a document.
    pub(super) fn id(&self, document: DocumentId, version: u64) -> CommandId {
        let document = changed_at(document, version);
        let device = &self.author.device;
        self.nonce.id(device, document, self.at, self.body)
    }

    pub(super) fn execute(&self, document: &mut Document) -> Result<(), Unfit> {
        let execution = Execution {
            id: self.id(document.id(), document.version().saturating_add(1)),
            document: document.id(),
            actor: actor(&self.author.device, document.id()),
            author: self.author.member,
            at: self.at,
            body: self.body,
        };
        document
            .execute(&execution, self.receipt)
            .map(|_| ())
            .map_err(|_| Unfit(Why::Differs))
    }
}

/// A document from the commands that made it.
pub(super) fn replay(id: DocumentId, replayed: &Replayed) -> Result<Document, Unfit> {
    let mut document = Document::new(id, replayed.generation);
    for past in &replayed.history.entries {
        let admitted = Admitted {
            author: &past.author,
            nonce: past.nonce,
            at: past.at,
            body: &past.body,
            receipt: past.receipt,
        };
        admitted.execute(&mut document)?;
    }
    if check_of(&document.head()) != replayed.check {
        return Err(Unfit(Why::Differs));
    }
    Ok(document)
}
