//! The network: requests on their way, and answers as far as they have come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use alleyway_core::command::Command;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::sync::frame::Verdicts;
use alleyway_core::time::Time;
use alleyway_ledger::Continuation;

use super::loading::Waiting;

/// Answers on lines that were given up are remembered up to this many.
const GIVEN_UP_MAX: usize = 8;

/// A flight on its way. The same bytes may be on their way twice.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) connection: u64,
    pub(crate) phone: usize,
    pub(crate) bytes: Vec<u8>,
}

/// An answer.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) frames: VecDeque<Vec<u8>>,
    /// How the server goes on with it.
    pub(crate) next: Option<Continuation>,
    /// The server has said something.
    pub(crate) begun: bool,
    /// What the verdicts in it are about.
    pub(crate) verdicts: Vec<(Vec<Command>, Verdicts)>,
    /// What the member could see when the answer ended.
    pub(crate) may: Option<May>,
}

/// What a member could see when an answer ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct May {
    pub(crate) documents: BTreeSet<DocumentId>,
    /// By the server's clock.
    pub(crate) at: Time,
    /// What the oracle had taken by then, if nothing else was done with the answer's end: whoever is up
    /// to date with it shows just that.
    pub(crate) events: Option<u64>,
}

/// The network.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) requests: Vec<Request>,
    pub(crate) answers: BTreeMap<u64, Answer>,
    /// Flights for which documents were loaded, and whose turn is to come.
    pub(crate) waiting: Vec<Waiting>,
    /// The documents that were loaded for the next part of an answer, by its connection.
    pub(crate) loaded: BTreeMap<u64, Vec<Document>>,
    /// Lines whose phone no longer listens.
    pub(crate) given_up: BTreeMap<u64, usize>,
    /// Who sent the flight of each connection whose answer is open.
    senders: BTreeMap<u64, usize>,
    connections: u64,
}

impl Network {
    /// A flight leaves; its answer will come on the connection returned.
    pub(crate) fn send(&mut self, phone: usize, bytes: Vec<u8>) -> u64 {
        self.connections += 1;
        self.requests.push(Request {
            connection: self.connections,
            phone,
            bytes,
        });
        self.answers.insert(self.connections, Answer::default());
        self.senders.insert(self.connections, phone);
        self.connections
    }

    /// Whose connection it is.
    pub(crate) fn phone_of(&self, connection: u64) -> Option<usize> {
        self.senders.get(&connection).copied()
    }

    /// A phone no longer listens.
    pub(crate) fn hang_up(&mut self, connection: u64, phone: usize) {
        self.given_up.insert(connection, phone);
        if self.given_up.len() > GIVEN_UP_MAX
            && let Some((oldest, _)) = self.given_up.pop_first()
        {
            self.answers.remove(&oldest);
        }
    }

    /// The server was killed: every line is dead.
    pub(crate) fn reset(&mut self) {
        self.answers.clear();
        self.waiting.clear();
        self.loaded.clear();
        self.given_up.clear();
    }
}
