//! Long documents that the server loads ahead: asked for at one turn, loaded, and brought at another.
//! Between the two others are served, so that what was loaded may not be what stands any more.

use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_core::time::Time;
use alleyway_ledger::{Continuation, DeviceBudget, Ledger, Reply, StoredDocument};

use super::network::Request;
use super::server::{Part, Server, Trouble};
use super::violation::Checked;
use super::world::World;

/// Few enough that a case is long soon, and is loaded before its request has its turn.
const SHORT_ENTRIES_MAX: u64 = 3;

/// Bounds that a town so small meets.
pub(super) fn fit(ledger: &mut Ledger, budget: DeviceBudget) {
    ledger.set_device_budget(budget);
    ledger.set_short_entries_max(SHORT_ENTRIES_MAX);
}

/// A flight that the ledger has been asked about.
#[derive(Debug)]
pub(crate) struct Begun {
    flight: VerifiedFlight,
    reply: Reply,
    /// What was loaded for it.
    loaded: Vec<Document>,
}

/// A flight that waits for its next turn.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) request: Request,
    pub(crate) begun: Begun,
}

impl Begun {
    /// The documents that it needs before any of it is handed in. A courier's flight is answered at
    /// once: what a copy of the server is asked about it is asked with nothing in between.
    fn needs(&self) -> &[DocumentId] {
        match &self.reply.next {
            Some(next)
                if next.hands_in() && !next.has_begun() && self.flight.carried.is_empty() =>
            {
                next.needs()
            }
            _ => &[],
        }
    }
}

impl Server {
    /// Answers a flight; nothing if it is not taken.
    pub(crate) fn sync(&mut self, bytes: &[u8], now: Time) -> Result<Option<Part>, Trouble> {
        match self.begin(bytes, now)? {
            Some(begun) => self.finish(begun, now).map(Some),
            None => Ok(None),
        }
    }

    /// Takes a flight, and hands in as much as one slice holds; nothing if it is not taken.
    pub(crate) fn begin(&mut self, bytes: &[u8], now: Time) -> Result<Option<Begun>, Trouble> {
        let Some(flight) = self.opened(bytes, now)? else {
            return Ok(None);
        };
        let reply = self.ledger.sync(&self.disk, &flight, now)?;
        Ok(Some(Begun {
            flight,
            reply,
            loaded: Vec::new(),
        }))
    }

    /// Hands in the rest, slice by slice, and answers.
    pub(crate) fn finish(&mut self, begun: Begun, now: Time) -> Result<Part, Trouble> {
        let Begun {
            flight,
            mut reply,
            mut loaded,
        } = begun;
        while let Some(left) = reply.next.take_if(|next| next.hands_in()) {
            if loaded.is_empty() {
                loaded = self.load(left.needs())?;
            }
            let more = self.go_on(&left, std::mem::take(&mut loaded), now)?;
            reply.frames.extend(more.frames);
            reply.next = more.next;
        }
        let mut part = self.part(&reply.frames, reply.next, (&flight.batches, flight.key))?;
        part.brought = flight.carried;
        Ok(part)
    }

    /// The next part of an answer, with what was loaded for it.
    pub(crate) fn page(
        &mut self,
        next: &Continuation,
        loaded: Vec<Document>,
        now: Time,
    ) -> Result<Part, Trouble> {
        let reply = self.go_on(next, loaded, now)?;
        self.part(&reply.frames, reply.next, (&[], PublicKey([0; 32])))
    }

    /// The ledger's next part of an answer.
    fn go_on(
        &mut self,
        next: &Continuation,
        loaded: Vec<Document>,
        now: Time,
    ) -> Result<Reply, Trouble> {
        let disk = &self.disk;
        let page = |ledger: &mut Ledger| ledger.page(disk, next, now);
        Ok(self.ledger.with_loaded(disk, loaded, page)?)
    }

    /// Loads documents, as a server does while others go on.
    fn load(&mut self, needs: &[DocumentId]) -> Result<Vec<Document>, Trouble> {
        let stored = self.ledger.stored(&self.disk, needs)?;
        let loaded: Result<Vec<Document>, _> =
            stored.into_iter().map(StoredDocument::load).collect();
        Ok(loaded?)
    }

    /// How many of these documents were loaded for somebody else meanwhile.
    fn overtaken(&mut self, loaded: &[Document]) -> Result<u64, Trouble> {
        let ids: Vec<DocumentId> = loaded.iter().map(Document::id).collect();
        let cold = self.ledger.stored(&self.disk, &ids)?;
        Ok((ids.len() - cold.len()) as u64)
    }
}

impl World {
    /// Begins a flight. None if its turn comes later, with the documents that it needs; when all is
    /// calm there is no later.
    pub(super) fn begins_flight(&mut self, request: &Request) -> Result<Option<Begun>, Trouble> {
        let now = self.server_clock();
        let before = self.server.counted().comparisons;
        let begun = self.server.begin(&request.bytes, now)?;
        self.tell_comparison(request.phone, before);
        let mut begun =
            begun.ok_or_else(|| super::server::failed("take a flight", "it is a phone's"))?;
        let loaded = self.server.load(begun.needs())?;
        if loaded.is_empty() || self.calm {
            return Ok(Some(begun));
        }
        self.done.loaded_ahead += loaded.len() as u64;
        self.tell(|| "  the server loads what a flight needs".to_owned());
        begun.loaded = loaded;
        self.network.waiting.push(Waiting {
            request: request.clone(),
            begun,
        });
        Ok(None)
    }

    /// The flight has its next turn.
    pub(super) fn comes_with_loaded(&mut self, begun: &Begun) -> Result<(), Trouble> {
        self.done.overtaken += self.server.overtaken(&begun.loaded)?;
        Ok(())
    }

    /// The next part of an answer. None if its turn comes later, with the document that it needs.
    pub(super) fn next_part(
        &mut self,
        connection: u64,
        next: Box<Continuation>,
    ) -> Result<Option<Part>, Trouble> {
        let now = self.server_clock();
        let loaded = if let Some(loaded) = self.network.loaded.remove(&connection) {
            loaded
        } else {
            let loaded = self.server.load(next.needs())?;
            if !loaded.is_empty() && !self.calm {
                self.done.loaded_ahead += loaded.len() as u64;
                self.network.loaded.insert(connection, loaded);
                if let Some(answer) = self.network.answers.get_mut(&connection) {
                    answer.next = Some(*next);
                }
                return Ok(None);
            }
            loaded
        };
        self.done.overtaken += self.server.overtaken(&loaded)?;
        self.server.page(&next, loaded, now).map(Some)
    }

    /// Tells if the server compares with a phone since it had compared so often.
    pub(super) fn tell_comparison(&mut self, phone: usize, before: u64) {
        if self.server.counted().comparisons > before {
            let name = self.phones[phone].name;
            self.tell(|| format!("  the server compares with {name}"));
        }
    }

    /// Everybody who waits has his turn.
    pub(super) fn serve_waiting(&mut self) -> Checked {
        while let Some(waiting) = self.network.waiting.pop() {
            self.serve_group(vec![super::service::Work::Loaded(Box::new(waiting))])?;
        }
        Ok(())
    }
}
