//! The part of a case that its resident sees, a record each: whoever has a tracking code has no
//! account, and is to cost the server one record, however long the case is.
//!
//! The record is kept in the transaction that admits a step. A case of an older release gets its own
//! when its page is asked for, or with the next step that is shown there.
//!
//! | file | what |
//! | --- | --- |
//! | `steps` | what a resident can do, as commands |
//! | `record` | the record: its steps, and what it makes of a document |

mod record;
mod steps;

pub(crate) use record::{TrackedRecord, TrackedStep};
pub use steps::{ResidentStep, ResidentStepKind, Words};

use crate::rows::{Tx, View, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::command::Body;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::Stands;
use alleyway_core::organisation::Organisation;
use alleyway_core::policy::{self, Authority, Question, Standing};
use alleyway_core::refusal::Refusal;
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;

/// The record of a case, if it has one that this release made.
pub(crate) fn kept(view: View<'_>, case: DocumentId) -> Result<Option<TrackedRecord>, StoreError> {
    let key = keys::tracked(case);
    let Some(bytes) = view.get_bytes(&key)? else {
        return Ok(None);
    };
    TrackedRecord::read(&bytes).map_err(|_| StoreError::damaged(&key))
}

/// Notes what an admitted command changes in what the resident of a case sees. Of most commands that
/// is nothing, and nothing is read or written.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
    slot: u64,
) -> Result<(), StoreError> {
    let case = document.id();
    let resident = MemberId::resident_of(tx.setup().town, case);
    let body = &admitted.command().body;
    // From here on there is no room for a resident's word.
    let is_filled = document.version() == admitted.kind().room().added_max;
    let is_own = admitted.origin().author == resident;
    if !is_own && !is_filled && !record::is_changed_by(body.kind()) {
        return Ok(());
    }
    let known = if document.version() > 1 {
        kept(tx.view(), case)?
    } else {
        None
    };
    let organisation = tx.organisation();
    let record = match known {
        Some(known) => known.with(document, resident, admitted.id(), organisation),
        None => TrackedRecord::of(document, resident, organisation),
    };
    if let Some(record) = record {
        tx.put_sealed(keys::tracked(case), record.to_bytes(), slot);
    }
    Ok(())
}

/// Drops the records of all cases: each is kept anew when its page is asked for.
pub(crate) fn drop_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for (key, _) in tx.scan_all(keys::TRACKED)? {
        tx.remove(key);
    }
    Ok(())
}

/// Keeps the record of a case that has none yet. Loads the case.
pub(crate) fn keep(tx: &mut Tx<'_>, case: DocumentId) -> Result<(), StoreError> {
    let Some(head) = tx.head(case)? else {
        return Ok(());
    };
    if kept(tx.view(), case)?.is_some() {
        return Ok(());
    }
    if let Some(record) = of_document(tx, case)? {
        tx.put_sealed(keys::tracked(case), record.to_bytes(), head.slot);
    }
    Ok(())
}

/// The record that a case's document makes; none if the document is not there, or no case. Loads it.
pub(crate) fn of_document(
    tx: &mut Tx<'_>,
    case: DocumentId,
) -> Result<Option<TrackedRecord>, StoreError> {
    let resident = MemberId::resident_of(tx.setup().town, case);
    let Some(document) = tx.take_document(case)? else {
        return Ok(None);
    };
    let made = TrackedRecord::of(&document, resident, tx.organisation());
    tx.put_document(document);
    Ok(made)
}

/// Fills in what of a resident's step follows from what stands.
///
/// # Errors
/// The step is not possible, for nothing follows.
pub(crate) fn completed(
    organisation: &Organisation,
    document: &Document,
    body: &mut Body,
    now: Time,
) -> Result<(), Refusal> {
    let stands = Stands {
        organisation,
        now,
        posts: &[],
        document: Some(document),
        name_of: &|_| None,
    };
    Ok(body.complete(&stands)?)
}

/// Whether the rules allow a resident's step on a case, at `now`.
///
/// # Errors
/// The refusal.
pub(crate) fn judge(
    organisation: &Organisation,
    document: &Document,
    body: &Body,
    now: Time,
) -> Result<(), Refusal> {
    policy::judge(&Question {
        organisation,
        author: Authority::Resident,
        now,
        standing: Standing::InForce,
        // Only a command that creates is told apart by its id.
        command: CommandId([0; 16]),
        document: Some(document),
        body,
    })
}
