//! The network: requests on their way, and answers as far as they have come.

use std::collections::{BTreeMap, VecDeque};

use alleyway_core::command::Command;
use alleyway_core::ledger::Continuation;
use alleyway_core::sync::frame::Verdicts;

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
}

/// The network.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) requests: Vec<Request>,
    pub(crate) answers: BTreeMap<u64, Answer>,
    connections: u64,
}

impl Network {
    /// A flight leaves; its answer will come on the connection returned.
    pub(crate) fn send(&mut self, phone: usize, bytes: Vec<u8>) -> u64 {
        self.connections += 1;
        self.requests.push(Request { connection: self.connections, phone, bytes });
        self.answers.insert(self.connections, Answer::default());
        self.connections
    }

    /// The server was killed: every line is dead.
    pub(crate) fn reset(&mut self) {
        self.answers.clear();
    }
}
