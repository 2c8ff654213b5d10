//! How much a document holds: so that a long one costs its readers little, what merely adds to it ends
//! at some length. The steps of its life never do.

use super::{Authority, Question};
use crate::documents::Document;
use crate::id::MemberId;
use crate::refusal::RefusalCode;

/// How much the documents of a kind hold, in log entries, whoever made these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Behind so many entries nobody adds.
    pub added_max: u64,
    /// Behind so many entries of one author, that one does not add.
    pub by_author_max: u64,
    /// Behind so many entries the server has nothing more to say in the document by itself.
    pub own_max: u64,
}

/// How far the room of a document is filled that one author could add to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling {
    /// The document's log entries.
    pub entries: u64,
    /// Behind so many nobody adds.
    pub entries_max: u64,
    /// Those of the author.
    pub own: u64,
    /// Behind so many the author does not add.
    pub own_max: u64,
}

impl Filling {
    /// How far it is filled for `author`; none for a document that cannot be read.
    pub fn of(document: &Document, author: MemberId) -> Option<Self> {
        let room = document.kind()?.room();
        Some(Self {
            entries: document.version(),
            entries_max: room.added_max,
            own: document.entries_by(author),
            own_max: room.by_author_max,
        })
    }

    /// Whether it is time to say so: four fifths of either are used.
    pub fn is_near(&self) -> bool {
        let is_used = |used: u64, max: u64| used >= max / 5 * 4;
        is_used(self.entries, self.entries_max) || is_used(self.own, self.own_max)
    }

    /// Why the author may not add; none if he may.
    fn refusal(&self) -> Option<RefusalCode> {
        if self.entries >= self.entries_max {
            Some(RefusalCode::NoRoomForMore)
        } else if self.own >= self.own_max {
            Some(RefusalCode::ShareUsed)
        } else {
            None
        }
    }
}

/// Whether the document has room for a command that merely adds. Of the server nothing is asked: it
/// corrects by an import. Nor is a resident's share, whose steps of a day are few.
///
/// # Errors
/// It has not.
pub(super) fn check(room: Room, question: &Question<'_>) -> Result<(), RefusalCode> {
    let Some(document) = question.document else {
        return Ok(());
    };
    let own = match question.author {
        Authority::Server => return Ok(()),
        // Nobody has more entries in a document than there are.
        Authority::Member(author) if document.version() >= room.by_author_max => {
            document.entries_by(author)
        }
        Authority::Member(_) | Authority::Resident => 0,
    };
    let filling = Filling {
        entries: document.version(),
        entries_max: room.added_max,
        own,
        own_max: room.by_author_max,
    };
    filling.refusal().map_or(Ok(()), Err)
}
