//! The words of a case that goes on in another, to that one.

use super::{CaseCommand, CaseState, MergedIn, PassedOn};
use crate::documents::Document;
use crate::id::DocumentId;
use crate::kinds::kind::Said;
use crate::limits::MERGED_OWNERS_MAX;
use crate::text::Text;
use crate::wire::List;

/// The server's words on the case that this one was merged into: that it was, and what is still
/// noted here by those who did not know.
pub(super) fn said_elsewhere(
    document: &Document,
    command: &CaseCommand,
    admitted: Said,
) -> Option<(DocumentId, CaseCommand)> {
    let text = match command {
        CaseCommand::Merge(_) => None,
        CaseCommand::Note(note) => Some(&note.text),
        CaseCommand::Visit(visit) => Some(&visit.text),
        _ => return None,
    };
    let case = document.case()?;
    let into = case.merged_into?;
    let said = match text {
        None => merged_in(document, &case),
        Some(text) => CaseCommand::PassedOn(PassedOn {
            from: document.id(),
            number: Text::cut(&case.number.to_string()),
            step: Text::cut(command.kind()),
            member: admitted.author,
            command: admitted.id,
            text: text.clone(),
        }),
    };
    Some((into, said))
}

/// Of a field that shows several values, the newest is told; the others are read where they stand.
fn merged_in(document: &Document, case: &CaseState) -> CaseCommand {
    let newest = |field: &str| {
        let live = document.live(field).pop();
        live.map(|live| live.value).unwrap_or_default()
    };
    let mut owners = vec![case.owner];
    if case.has_merged {
        for owner in document.merged_owners() {
            if owners.len() < MERGED_OWNERS_MAX && !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    CaseCommand::MergedIn(MergedIn {
        from: document.id(),
        number: Text::cut(&case.number.to_string()),
        title: Text::cut(&newest("title")),
        text: Text::cut(&newest("text")),
        owners: List::new(owners).unwrap_or_default(),
    })
}
