//! Units and households as their documents have them, for an import to compare with.

use std::collections::BTreeMap;

use crate::rows::records::HeadRecord;
use crate::rows::{Tx, keys, read};
use alleyway_core::documents::{Document, LogEntry, field_names};
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::View;
use alleyway_core::kinds::book::{BookView, Rulebook, SectionName};
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::kinds::unit::UnitView;
use alleyway_core::store::StoreError;

/// A household, for an import to compare with.
#[derive(Debug, Clone)]
pub struct HouseholdRow {
    /// The household.
    pub document: DocumentId,
    /// Its present state.
    pub view: HouseholdView,
    /// The value of each field that the server set last, whoever has changed it since.
    pub imported: BTreeMap<String, String>,
}

/// The town's book, for an import to compare with.
#[derive(Debug, Clone)]
pub struct BookRow {
    /// The book.
    pub document: DocumentId,
    /// The rules that were put into force.
    pub rulebook: Rulebook,
    /// The proposals that stand, by their sections.
    pub proposals: Vec<(SectionName, CommandId)>,
}

/// The town's book; none while the town has none.
pub(crate) fn book(tx: &mut Tx<'_>) -> Result<Option<BookRow>, StoreError> {
    let Some(id) = documents_of::<BookView>(tx)?.into_iter().next() else {
        return Ok(None);
    };
    let row = tx.document(id, |document| {
        let standing = document.book()?.standing.into_iter();
        Some(BookRow {
            document: id,
            rulebook: document.rulebook()?,
            proposals: standing
                .filter_map(|proposal| Some((proposal.section?, proposal.id)))
                .collect(),
        })
    })?;
    Ok(row.flatten())
}

/// Every unit as its document has it, for an import to compare with.
pub(crate) fn units(tx: &mut Tx<'_>) -> Result<Vec<UnitView>, StoreError> {
    let mut units = Vec::new();
    for id in documents_of::<UnitView>(tx)? {
        units.extend(tx.document(id, Document::unit)?.flatten());
    }
    Ok(units)
}

/// Every household, for an import to compare with.
pub(crate) fn households(tx: &mut Tx<'_>) -> Result<Vec<HouseholdRow>, StoreError> {
    let server = MemberId::server_of(tx.setup().town);
    let mut households = Vec::new();
    for id in documents_of::<HouseholdView>(tx)? {
        let row = tx.document(id, |document| {
            Some(HouseholdRow {
                document: id,
                view: document.household()?,
                imported: set_by(server, document.log()),
            })
        })?;
        households.extend(row.flatten());
    }
    Ok(households)
}

/// The documents in which such a view is read.
pub(super) fn documents_of<V: View>(tx: &Tx<'_>) -> Result<Vec<DocumentId>, StoreError> {
    let mut found = Vec::new();
    for (key, value) in tx.scan_all(keys::HEADS)? {
        if read::<HeadRecord>(&key, &value)?.kind == V::KIND {
            found.extend(key.last_chunk::<16>().map(|id| DocumentId(*id)));
        }
    }
    Ok(found)
}

/// The value that each field was last given by this author.
fn set_by(author: MemberId, log: Vec<LogEntry>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for mut entry in log.into_iter().filter(|entry| entry.author == author) {
        match (entry.details.remove("field"), entry.details.remove("value")) {
            (Some(field), Some(value)) => {
                values.insert(field, value);
            }
            // An entry holds no field that was left empty.
            _ if entry.kind == "create_household" => {
                let fields = field_names(HouseholdView::KIND).into_iter();
                values.extend(fields.map(|field| (field.to_owned(), String::new())));
                values.extend(entry.details);
            }
            _ => {}
        }
    }
    values
}
