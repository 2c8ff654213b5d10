//! Finding what a person names: by number, door, id, or the beginning of one.

use thiserror::Error;

use super::Replica;
use super::identity::EnrolledDevice;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::number::CaseNumber;
use alleyway_core::text::fold::{self, Named};

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FindError {
    /// Nothing is named so.
    #[error("nothing is named {0}")]
    NotFound(String),
    /// More than one is; these are the first of them.
    #[error("more than one is named {named}: {}", candidates.join(", "))]
    Ambiguous {
        /// The name as it was typed.
        named: String,
        /// The names that it may mean.
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
        let confirmed = self.held.iter();
        let confirmed = confirmed.filter(|(_, held)| !held.number().is_empty());
        let confirmed = confirmed.map(|(id, held)| (id, held.number().to_owned()));
        let code = self.as_enrolled().map_or(0, EnrolledDevice::code);
        let pending = self
            .created_here()
            .map(|id| (id, CaseNumber::of(code, id).to_string()));
        let carried = self
            .created_elsewhere()
            .filter_map(|id| Some((id, self.working(id)?.number()?.to_string())));
        choose(named, confirmed.chain(pending).chain(carried))
    }

    /// A household, by its door, its id, or the beginning of either.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_household(&self, named: &str) -> Result<DocumentId, FindError> {
        if self.is_locked() {
            let indexed = self.held.with_view::<HouseholdView>();
            return choose(
                named,
                indexed.map(|(id, confirmed)| (id, confirmed.name().to_owned())),
            );
        }
        choose(
            named,
            self.households()
                .into_iter()
                .map(|line| (line.document, line.row.door.to_string())),
        )
    }

    /// A command of this device, by its id or the beginning of it.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_command(&self, named: &str) -> Result<CommandId, FindError> {
        let ids = self.outbox.commands();
        let ids = ids.filter_map(|(_, outgoing)| self.outbox.id(&outgoing.command));
        let ids = ids.chain(self.outbox.locked().map(|(_, locked)| locked.id()));
        choose(named, ids.map(|id| (DocumentId(id.0), String::new()))).map(|id| CommandId(id.0))
    }

    /// The open item of a tray that `named` means: an id, or an unambiguous prefix.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_item(&self, named: &str) -> Result<CommandId, FindError> {
        let rows = self.proposals().into_iter().chain(self.review());
        choose(
            named,
            rows.map(|row| (DocumentId(row.item.0), String::new())),
        )
        .map(|id| CommandId(id.0))
    }
}

/// Those that fit best, as people read and type names ([`mod@fold`]); else beginnings.
pub(super) fn choose(
    named: &str,
    all: impl Iterator<Item = (DocumentId, String)>,
) -> Result<DocumentId, FindError> {
    let typed = Named::new(named);
    let fitting = all.filter_map(|(id, name)| {
        let by_id = typed.fits(&id.key());
        let fit = by_id.into_iter().chain(typed.fits(&name)).min()?;
        let shown = if name.is_empty() {
            id.to_string()
        } else {
            name
        };
        Some((fit, (id, shown)))
    });
    match fold::best(fitting).as_slice() {
        [] => Err(FindError::NotFound(named.to_owned())),
        [(id, _)] => Ok(*id),
        several => Err(FindError::Ambiguous {
            named: named.to_owned(),
            candidates: several
                .iter()
                .take(CANDIDATES_MAX)
                .map(|(_, shown)| shown.clone())
                .collect(),
        }),
    }
}
