//! Posts that were given more time than they had: a clearance that was confirmed before is over.

use std::collections::BTreeMap;

use super::CLEARED;
use crate::documents::Document;
use crate::documents::node::Node;
use crate::id::CommandId;
use crate::time::Time;

/// Appointment → the version that last let it be in force at a time at which it was not to be.
pub(super) type Widened = BTreeMap<CommandId, u64>;

/// From when until when a post is in force.
#[derive(Clone, Copy)]
struct Dates {
    from: Time,
    until: Option<Time>,
}

impl Document {
    /// The appointments that an amendment gave more time. Those from before a clearance matter to
    /// nobody; where there is none, none is looked for.
    pub(super) fn widened(&self) -> Widened {
        let mut widened = Widened::new();
        if self.root().map(CLEARED).is_none() {
            return widened;
        }
        let mut dates: BTreeMap<CommandId, Dates> = BTreeMap::new();
        for (version, command) in (1..).zip(self.commands()) {
            let Some(entry) = self.entry(*command) else {
                continue;
            };
            let (appointment, made) = match entry.text_or_empty("kind").as_str() {
                "appoint" => (*command, self.dates_in(*command, &entry)),
                "amend_appointment" | "end_post" => {
                    match entry.id("appointment", CommandId::parse) {
                        Some(appointment) => (appointment, self.dates_in(*command, &entry)),
                        None => continue,
                    }
                }
                // Only of a post it has dates; that is cleared later, if at all.
                "confirm_asked" => match entry.id("asked", CommandId::parse) {
                    Some(asked) => (asked, self.dates_in(*command, &entry)),
                    None => continue,
                },
                _ => continue,
            };
            let now = self
                .receipt(version)
                .map(|receipt| receipt.received)
                .unwrap_or_default();
            if dates
                .insert(appointment, made)
                .is_some_and(|before| made.is_wider(before, now))
            {
                widened.insert(appointment, version);
            }
        }
        widened
    }

    fn dates_in(&self, command: CommandId, entry: &Node<'_>) -> Dates {
        Dates {
            from: entry.time("from").unwrap_or_default(),
            until: self.end_in(command, entry),
        }
    }
}

impl Dates {
    /// Whether these let the post be in force, at `now` or later, when those before did not.
    fn is_wider(self, before: Self, now: Time) -> bool {
        let from = self.from.max(now);
        if self.until.is_some_and(|until| until <= from) {
            return false;
        }
        let ends_later = before
            .until
            .is_some_and(|end| self.until.is_none_or(|until| until > end));
        from < before.from || ends_later
    }
}
