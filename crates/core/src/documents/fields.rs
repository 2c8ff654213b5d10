//! Fields that can be edited: a multi-value register over the chain.
//!
//! The first command's values live in its log entry, an edit's in its own. `live` holds
//! `field:command` for every edit whose value stands; `gone` holds it for values that were replaced
//! but are not in `live`: the first command's, and edits that have not arrived yet. So the live
//! values do not depend on the order in which edits arrive.

mod value;

use std::collections::BTreeMap;

pub(crate) use value::{Content, Fields, names_document, parse_phone};
pub use value::{
    NO, YES, code_list, field_names, is_conflict, is_phone, parse_field, shown_value, takes_text,
    text_bytes_max,
};

use super::node::Node;
use super::plan::{Plan, Scalar, joined};
use super::{Document, DocumentKind, Execution, log};
use crate::command::fields::Edit;
use crate::id::{CommandId, MemberId};
use crate::limits::LIVE_VALUES_MAX;
use crate::refusal::RefusalCode;
use crate::time::Time;

/// The set of standing edits.
pub(crate) const LIVE: &str = "live";
/// The set of replaced values that are not in [`LIVE`].
pub(crate) const GONE: &str = "gone";

/// Under this an entry keeps the door of the household that it names.
pub(crate) const DOOR: &str = "door";

/// A value that no admitted edit has replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveValue {
    /// The value, in its canonical form; empty if the field was cleared.
    pub value: String,
    /// If it names a household: the household's door as it was when the value was set; empty if
    /// nobody wrote that down.
    pub door: String,
    /// The command that set it.
    pub command: CommandId,
    /// Who set it.
    pub author: MemberId,
    /// When, by the author's clock.
    pub at: Time,
}

fn flat(field: &str, command: CommandId) -> String {
    format!("{field}:{}", command.key())
}

/// The plan of an edit, for every kind of document that has fields.
pub(crate) fn plan(
    document: &Document,
    kind: DocumentKind,
    execution: &Execution<'_>,
    edit: &Edit,
) -> Result<Plan, RefusalCode> {
    let value = parse_field(kind, &edit.field, &edit.value)?;
    let mut plan = Plan::new("edit")
        .field("field", Scalar::Text(edit.field.to_string()))
        .field("value", Scalar::Text(value));
    if let Some(door) = &edit.door {
        plan = plan.text(DOOR, door);
    }
    replacing(plan, document, execution, edit)
}

/// Adds to a plan, which writes the value, that it stands, and that it replaces those that its author
/// saw.
pub(crate) fn replacing(
    plan: Plan,
    document: &Document,
    execution: &Execution<'_>,
    edit: &Edit,
) -> Result<Plan, RefusalCode> {
    let field = edit.field.as_str();
    let mut plan = plan.text("replaces", &joined(&edit.replaces));
    let root = document.root();
    let (live, gone) = (root.map(LIVE), root.map(GONE));
    let is_live = |key: &str| live.as_ref().is_some_and(|live| live.has(key));
    let is_gone = |key: &str| gone.as_ref().is_some_and(|gone| gone.has(key));

    let mut replaced = std::collections::BTreeSet::new();
    for command in edit
        .replaces
        .iter()
        .filter(|command| **command != execution.id)
    {
        let key = flat(field, *command);
        if is_live(&key) {
            plan = plan.take(LIVE, key.clone());
            replaced.insert(key);
        } else if command.document() == document.id() || document.version_of(*command).is_none() {
            plan = plan.add(GONE, key.clone());
            replaced.insert(key);
        }
    }
    let own = flat(field, execution.id);
    if is_gone(&own) {
        return Ok(plan);
    }
    let standing = document
        .live(field)
        .into_iter()
        .filter(|value| !replaced.contains(&flat(field, value.command)));
    if standing.count() >= LIVE_VALUES_MAX {
        return Err(RefusalCode::TooManyValues);
    }
    Ok(plan.add(LIVE, own))
}

impl Document {
    /// The live values of every field that has one, in version order. Two different values of one
    /// field are a conflict.
    pub fn fields(&self) -> BTreeMap<String, Vec<LiveValue>> {
        let Some(kind) = self.kind() else {
            return BTreeMap::new();
        };
        let names = field_names(kind).into_iter();
        names
            .map(|name| (name.to_owned(), self.live(name)))
            .filter(|(_, values)| !values.is_empty())
            .collect()
    }

    /// The live values of one field, in version order: at most
    /// [`LIVE_VALUES_MAX`](crate::limits::LIVE_VALUES_MAX).
    pub fn live(&self, field: &str) -> Vec<LiveValue> {
        let first = CommandId(self.id().0);
        let root = self.root();
        let has_door = self.kind().is_some_and(|kind| names_document(kind, field));
        let door = |entry: &Node<'_>| {
            let door = has_door.then(|| entry.text_or_empty(DOOR));
            door.unwrap_or_default()
        };
        let mut values = Vec::new();
        if !root
            .map(GONE)
            .is_some_and(|gone| gone.has(&flat(field, first)))
            && let Some(entry) = self.first_entry()
            && let Some(value) = entry
                .text(field)
                .or_else(|| entry.int(field).map(|value| value.to_string()))
        {
            values.push(LiveValue {
                value,
                door: door(&entry),
                command: first,
                author: log::author(&entry),
                at: log::at(&entry),
            });
        }
        let mut edits: Vec<(u64, CommandId)> = root
            .map(LIVE)
            .map(|live| live.keys())
            .unwrap_or_default()
            .iter()
            .filter_map(|key| CommandId::parse(key.strip_prefix(field)?.strip_prefix(':')?))
            .map(|command| (self.version_of(command).unwrap_or_default(), command))
            .collect();
        edits.sort_unstable();
        for (_, command) in edits {
            if let Some(entry) = self.entry(command) {
                values.push(LiveValue {
                    value: entry.text_or_empty("value"),
                    door: door(&entry),
                    command,
                    author: log::author(&entry),
                    at: log::at(&entry),
                });
            }
        }
        values
    }
}
