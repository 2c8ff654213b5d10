//! The town's book, as this device holds it, with what was typed here.

use alleyway_core::command::Body;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::book::{AdoptRules, BookCommand, BookView};
use alleyway_core::time::Date;

use super::finding::{FindError, choose};
use super::{Draft, RecordError, Replica};

impl Replica {
    /// The town's book, with what was typed here and is not confirmed; none while the town has none,
    /// or while nothing can be read.
    pub fn book(&self) -> Option<Document> {
        self.working(self.book_document()?)
    }

    fn book_document(&self) -> Option<DocumentId> {
        self.held.with_view::<BookView>().map(|(id, _)| id).next()
    }

    /// The draft that proposes a section, written out whole as JSON. It replaces every proposal of
    /// the section that this device knows.
    ///
    /// # Errors
    /// [`RecordError`]; [`RefusalCode::UnknownDocument`](alleyway_core::refusal::RefusalCode) while
    /// the town has no book.
    pub fn propose_rules(&self, section: &str, json: &str) -> Result<Draft, RecordError> {
        let book = self.book_document().unwrap_or(DocumentId([0; 16]));
        self.edit(book, section, json)
    }

    /// A proposal of the town's book that stands, by its id or an unambiguous beginning.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_proposal(&self, named: &str) -> Result<CommandId, FindError> {
        let standing = self.book().as_ref().and_then(Document::book);
        let standing = standing.map(|book| book.standing).unwrap_or_default();
        let ids = standing.iter().map(|proposal| DocumentId(proposal.id.0));
        Ok(CommandId(
            choose(named, ids.map(|id| (id, String::new())))?.0,
        ))
    }

    /// The draft that puts a proposal into force from a day. `named` is the proposal's id, or an
    /// unambiguous beginning.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn adopt_rules(&self, named: &str, from: Date) -> Result<Draft, FindError> {
        let proposal = self.find_proposal(named)?;
        let adopt = AdoptRules { proposal, from };
        Ok(Draft {
            target: self.book_document(),
            body: Body::from(BookCommand::Adopt(adopt)),
        })
    }
}
