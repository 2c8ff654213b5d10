//! Multi-value registers: a value lives until an admitted edit that saw it replaces it.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::command::fields::Edit;
use alleyway_core::id::CommandId;

/// All values of one document's fields, and what was replaced.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registers {
    values: BTreeMap<String, Vec<(CommandId, String)>>,
    replaced: BTreeMap<String, BTreeSet<CommandId>>,
}

impl Registers {
    /// A value of the document's first command.
    pub(crate) fn begin(&mut self, field: &str, by: CommandId, value: &str) {
        self.values
            .entry(field.to_owned())
            .or_default()
            .push((by, value.to_owned()));
    }

    pub(crate) fn edit(&mut self, by: CommandId, edit: &Edit) {
        self.begin(&edit.field, by, &edit.value);
        let replaced = self.replaced.entry(edit.field.to_string()).or_default();
        replaced.extend(edit.replaces.iter().copied().filter(|id| *id != by));
    }

    /// The values that live, in the order of admission; empty ones left out.
    pub(crate) fn live(&self, field: &str) -> Vec<(CommandId, String)> {
        let values = self.values.get(field).into_iter().flatten();
        let replaced = self.replaced.get(field);
        values
            .filter(|(id, value)| {
                !value.is_empty() && !replaced.is_some_and(|gone| gone.contains(id))
            })
            .cloned()
            .collect()
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &String> {
        self.values.keys()
    }
}
