//! A document's log, for people.

use std::collections::BTreeMap;

use super::node::Node;
use super::{Document, Receipt};
use crate::id::{CommandId, MemberId};
use crate::time::Time;

/// One entry: what was done, by whom, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The command.
    pub command: CommandId,
    /// The word for what was done.
    pub kind: String,
    /// Who did it.
    pub author: MemberId,
    /// When, by the author's clock.
    pub at: Time,
    /// When the server received it; a provisional entry's is the caller's.
    pub received: Option<Receipt>,
    /// The text; may be empty.
    pub text: String,
    /// The other fields as texts: ids as keys, days as integers since 1970 (`due`), `reason`,
    /// `tried`, `to`, `result`, `code`, `into`, `field`, `value`, `replaces` …
    pub details: BTreeMap<String, String>,
}

impl Document {
    /// The log, in version order.
    pub fn log(&self) -> Vec<LogEntry> {
        self.commands()
            .iter()
            .filter_map(|command| self.log_entry(*command))
            .collect()
    }

    /// A command's log entry.
    pub fn log_entry(&self, command: CommandId) -> Option<LogEntry> {
        let node = self.entry(command)?;
        let received = self
            .version_of(command)
            .and_then(|version| self.receipt(version))
            .copied();
        let mut details: BTreeMap<String, String> = node.scalars().into_iter().collect();
        for reserved in ["at", "by", "kind"] {
            details.remove(reserved);
        }
        Some(LogEntry {
            command,
            kind: node.text_or_empty("kind"),
            author: author(&node),
            at: at(&node),
            received,
            text: details.remove("text").unwrap_or_default(),
            details,
        })
    }

    /// The word for what a command of this document did.
    pub fn step_of(&self, command: CommandId) -> Option<String> {
        self.entry(command)?.text("kind")
    }

    /// Who gave a command of this document.
    pub fn author_of(&self, command: CommandId) -> Option<MemberId> {
        self.entry(command)?.id("by", MemberId::parse)
    }
}

/// The author of an entry; nobody if it cannot be read.
pub(crate) fn author(entry: &Node<'_>) -> MemberId {
    entry.id("by", MemberId::parse).unwrap_or(MemberId([0; 16]))
}

/// The time of an entry, by its author's clock.
pub(crate) fn at(entry: &Node<'_>) -> Time {
    entry.time("at").unwrap_or_default()
}
