//! Finding what a person names: by number, door, id, or the beginning of one.

use thiserror::Error;

use super::Replica;
use crate::id::{CommandId, DocumentId};
use crate::number::CaseNumber;

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FindError {
    /// Nothing is named so.
    #[error("nothing is named {0}")]
    NotFound(String),
    /// More than one is; these are the first of them.
    #[error("more than one is named {named}: {}", candidates.join(", "))]
    Ambiguous {
        /// What was typed.
        named: String,
        /// What it may mean.
        candidates: Vec<String>,
    },
}

/// Candidates shown.
const CANDIDATES_MAX: usize = 8;

impl Replica {
    /// A case, by its number, its id, or the beginning of either.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_case(&self, named: &str) -> Result<DocumentId, FindError> {
        let confirmed = self.documents.iter().filter(|(_, c)| c.is_case()).map(|(id, c)| (*id, c.number().to_owned()));
        let code = self.enrolled_row().map_or(0, |(_, enrolled)| enrolled.device_code);
        let pending = self.created_here().map(|id| (id, CaseNumber::of(code, id).to_string()));
        choose(named, confirmed.chain(pending))
    }

    /// A household, by its door, its id, or the beginning of either.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_household(&self, named: &str) -> Result<DocumentId, FindError> {
        choose(named, self.households().into_iter().map(|row| (row.document, row.door)))
    }

    /// A command of this device, by its id or the beginning of it.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_command(&self, named: &str) -> Result<CommandId, FindError> {
        let ids = self.outbox.commands.values().filter_map(|outgoing| self.outbox.id(&outgoing.command));
        choose(named, ids.map(|id| (DocumentId(id.0), String::new()))).map(|id| CommandId(id.0))
    }

    /// Cases that exist on this device only, so far.
    pub(super) fn created_here(&self) -> impl Iterator<Item = DocumentId> + '_ {
        self.outbox
            .commands
            .values()
            .filter(|outgoing| matches!(outgoing.command.body, crate::command::Body::Case(_)))
            .filter(|outgoing| outgoing.command.document.is_none())
            .filter_map(|outgoing| self.outbox.target(&outgoing.command))
            .filter(|id| !self.documents.contains_key(id))
    }
}

/// Whole matches first; else beginnings. Hyphens do not count.
fn choose(named: &str, all: impl Iterator<Item = (DocumentId, String)>) -> Result<DocumentId, FindError> {
    let plain = |text: &str| text.chars().filter(|c| *c != '-').collect::<String>().to_lowercase();
    let wanted = plain(named.trim());
    let mut whole = Vec::new();
    let mut beginnings = Vec::new();
    for (id, name) in all {
        let (by_id, by_name) = (id.key(), plain(&name));
        let shown = if name.is_empty() { id.to_string() } else { name };
        if by_id == wanted || (by_name == wanted && !wanted.is_empty()) {
            whole.push((id, shown));
        } else if !wanted.is_empty() && (by_id.starts_with(&wanted) || by_name.starts_with(&wanted)) {
            beginnings.push((id, shown));
        }
    }
    let found = if whole.is_empty() { beginnings } else { whole };
    match found.as_slice() {
        [] => Err(FindError::NotFound(named.to_owned())),
        [(id, _)] => Ok(*id),
        several => Err(FindError::Ambiguous {
            named: named.to_owned(),
            candidates: several.iter().take(CANDIDATES_MAX).map(|(_, shown)| shown.clone()).collect(),
        }),
    }
}
