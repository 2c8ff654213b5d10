//! The readable commands of the outbox, and how often they have changed.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use super::Outgoing;

/// The readable commands, by counter. Whoever may change them has changed them: what was made of them
/// is known to be made of the same by [`Commands::changes`].
#[derive(Debug, Default)]
pub(super) struct Commands {
    all: BTreeMap<u64, Outgoing>,
    changes: u64,
}

impl Commands {
    /// How often they have changed since the device was opened.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }
}

impl Deref for Commands {
    type Target = BTreeMap<u64, Outgoing>;

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl DerefMut for Commands {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.changes += 1;
        &mut self.all
    }
}
