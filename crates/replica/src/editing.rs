//! A field of a document is edited.

use std::collections::BTreeSet;

use super::Replica;
use super::typing::{Draft, RecordError};
use alleyway_core::command::fields::Edit;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::REPLACES_MAX;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::text::Text;
use alleyway_core::wire::List;

impl Replica {
    /// An edit of a field: it replaces every value of the field that is on this device.
    ///
    /// # Errors
    /// The value is too long, or the document is not there.
    pub fn edit(&self, target: DocumentId, field: &str, value: &str) -> Result<Draft, RecordError> {
        let (field, value) = (Text::new(field)?, Text::new(value)?);
        let (kind, replaces) = if self.is_locked() {
            // What it replaces was not seen: both values stand until somebody picks one.
            (
                Some(
                    self.indexed_kind(target)
                        .ok_or(RefusalCode::UnknownDocument)?,
                ),
                List::default(),
            )
        } else {
            let working = self.to_type_on(target)?;
            (
                working.kind(),
                self.replaced_by_edit(target, &working, &field)?,
            )
        };
        let edit = Edit {
            field,
            value,
            replaces,
            door: None,
        };
        let body = kind.and_then(|kind| kind.edit(edit));
        let body = body.ok_or(RefusalCode::UnknownField)?;
        Ok(Draft {
            target: Some(target),
            body,
        })
    }

    /// The ids of all values seen, one's own pending ones and what those replace included.
    fn replaced_by_edit(
        &self,
        target: DocumentId,
        working: &Document,
        field: &str,
    ) -> Result<List<CommandId, REPLACES_MAX>, RecordError> {
        let mut replaces: BTreeSet<CommandId> = working
            .live(field)
            .into_iter()
            .map(|value| value.command)
            .collect();
        for (_, outgoing) in self.outbox.of(target) {
            let Some(edit) = outgoing.command.body.edit() else {
                continue;
            };
            if edit.field.as_str() == field && outgoing.fate.refusal().is_none() {
                replaces.extend(edit.replaces.iter().copied());
                replaces.extend(self.outbox.id(&outgoing.command));
            }
        }
        for step in self
            .unconfirmed(target)
            .steps
            .iter()
            .filter(|step| step.carried)
        {
            let edit = step.command.body.edit();
            if let Some(edit) = edit.filter(|edit| edit.field.as_str() == field) {
                replaces.extend(edit.replaces.iter().copied());
            }
        }
        Ok(List::new(replaces.into_iter().collect())?)
    }
}
