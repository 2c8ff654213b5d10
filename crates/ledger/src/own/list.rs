//! Commands of the server that are carried out together. An id covers what its command says, so the id
//! of a document is known as soon as the command that creates it is on the list, and commands behind
//! it can name it.

use super::{AdminCommand, nonce};
use crate::rows::Memory;
use alleyway_core::command::Body;
use alleyway_core::crypto::PublicKey;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::time::Time;

/// A list of commands, to be carried out by [`crate::Ledger::administer_list`] before anything else
/// is: the ids would be others then, and what names them would be refused.
#[derive(Debug, Clone)]
pub struct AdminList {
    server: PublicKey,
    /// The number of the server's last command before the list.
    behind: u64,
    seed: [u8; 32],
    at: Time,
    commands: Vec<AdminCommand>,
}

impl AdminList {
    pub(crate) fn new(memory: &Memory, seed: [u8; 32], at: Time) -> Self {
        Self {
            server: memory.server(),
            behind: memory.counter(),
            seed,
            at,
            commands: Vec::new(),
        }
    }

    /// Puts a command on the list that changes a document, or creates one. Returns the document's id.
    pub fn push(&mut self, document: Option<DocumentId>, body: impl Into<Body>) -> DocumentId {
        let listed = self.push_named(document, body.into());
        document.unwrap_or(listed.document())
    }

    /// As [`AdminList::push`]; returns the command's id, so that one behind it can name it.
    pub fn push_named(&mut self, document: Option<DocumentId>, body: Body) -> CommandId {
        let number = self.behind.saturating_add(1 + self.commands.len() as u64);
        let nonce = nonce(&self.seed, number);
        let id = nonce.id(&self.server, document, self.at, &body);
        self.commands.push(AdminCommand { document, body });
        id
    }

    /// Puts commands on the list that nothing behind them names.
    pub fn extend(&mut self, commands: impl IntoIterator<Item = AdminCommand>) {
        self.commands.extend(commands);
    }

    /// How many commands are on the list.
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    pub(crate) fn into_parts(self) -> (Vec<AdminCommand>, [u8; 32], Time) {
        (self.commands, self.seed, self.at)
    }
}
