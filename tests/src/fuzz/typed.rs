//! Batches as inputs say them: flat, without lengths around anything, so that damage to one command
//! leaves the others and a decoder mends it. The target numbers, chains, signs and seals them.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::Hash;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::book::BookCommand;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::directory::DirectoryCommand;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, List, Reader, Wire, WireError, put_varint};

use super::bench::{Peer, bench};
use super::grow;
use crate::pure;

/// Commands of one batch of an input.
const COMMANDS_MAX: usize = 40;
/// On nothing: it creates its document.
pub(super) const ON_NOTHING: u8 = 0;
/// On the case that stands.
pub(super) const ON_CASE: u8 = 1;
/// On the alley.
pub(super) const ON_ALLEY: u8 = 2;
/// On what the batch's first command creates.
pub(super) const ON_NEW: u8 = 3;

/// A command of an input.
pub(super) struct Typed {
    /// On what; see `ON_…`.
    pub(super) on: u8,
    /// What was seen of that.
    pub(super) version: u64,
    /// When it was typed, from now on.
    pub(super) at_offset: i64,
    /// What is done.
    pub(super) body: Body,
}

impl Typed {
    pub(super) fn new(on: u8, body: Body) -> Self {
        Self {
            on,
            version: 0,
            at_offset: -60_000,
            body,
        }
    }
}

impl Wire for Typed {
    fn encode(&self, out: &mut Vec<u8>) {
        self.on.encode(out);
        self.version.encode(out);
        self.at_offset.encode(out);
        let (kind, bytes) = match &self.body {
            Body::Case(body) => (1, body.to_bytes()),
            Body::Unit(body) => (2, body.to_bytes()),
            Body::Household(body) => (3, body.to_bytes()),
            Body::Directory(body) => (4, body.to_bytes()),
            Body::Tray(body) => (5, body.to_bytes()),
            Body::Unknown(body) => (6, body.to_bytes()),
            Body::Book(body) => (7, body.to_bytes()),
        };
        out.push(kind);
        out.extend(bytes);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let (on, version, at_offset) = (
            Wire::decode(from)?,
            Wire::decode(from)?,
            Wire::decode(from)?,
        );
        let body = match from.byte()? {
            1 => Body::Case(CaseCommand::decode(from)?),
            2 => Body::Unit(UnitCommand::decode(from)?),
            3 => Body::Household(HouseholdCommand::decode(from)?),
            4 => Body::Directory(DirectoryCommand::decode(from)?),
            5 => Body::Tray(TrayCommand::decode(from)?),
            6 => Body::Unknown(Blob::decode(from)?),
            7 => Body::Book(BookCommand::decode(from)?),
            _ => return Err(WireError::Invalid("a kind of document")),
        };
        Ok(Self {
            on,
            version,
            at_offset,
            body,
        })
    }
}

/// A batch of an input.
pub(super) struct Said {
    /// Its number; 0 for the one behind the batch before.
    pub(super) number: u64,
    /// What is done.
    pub(super) commands: Vec<Typed>,
}

impl Wire for Said {
    fn encode(&self, out: &mut Vec<u8>) {
        self.number.encode(out);
        put_varint(out, self.commands.len() as u64);
        for command in &self.commands {
            command.encode(out);
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let number = Wire::decode(from)?;
        let count = from.length("a batch", COMMANDS_MAX)?;
        let commands = (0..count)
            .map(|_| Typed::decode(from))
            .collect::<Result<_, _>>()?;
        Ok(Self { number, commands })
    }
}

/// Where a device's chain of batches stands.
#[derive(Default)]
pub(super) struct Chain {
    number: u64,
    hash: Hash,
    counter: u64,
}

impl Chain {
    /// The batch, numbered, chained and signed.
    pub(super) fn sealed(&mut self, peer: &Peer, said: &Said) -> Batch {
        let number = if said.number == 0 {
            self.number.saturating_add(1)
        } else {
            said.number
        };
        let key = peer.secret.public();
        let mut commands: Vec<Command> = Vec::new();
        for typed in &said.commands {
            let first = commands.first().map(|command| command.target(&key));
            commands.push(self.command(typed, first.unwrap_or(DocumentId([ON_NEW; 16]))));
        }
        let batch = Batch::seal(
            pure::TOWN,
            &peer.secret,
            number,
            self.hash,
            [9; 16],
            commands,
        )
        .expect("few");
        (self.number, self.hash) = (number, batch.hash(pure::TOWN, peer.id()));
        batch
    }

    fn command(&mut self, typed: &Typed, first: DocumentId) -> Command {
        self.counter += 1;
        let document = match typed.on {
            ON_NOTHING => None,
            ON_CASE => Some(bench().case),
            ON_ALLEY => Some(bench().alley),
            ON_NEW => Some(first),
            other => Some(DocumentId([other; 16])),
        };
        let base = Base {
            incarnation: 1,
            generation: u32::from(document.is_some()),
            version: typed.version,
            after: List::default(),
        };
        let at = Time(bench().now.0.saturating_add(typed.at_offset));
        Command {
            nonce: Nonce::Drawn(self.counter.to_be_bytes()),
            document,
            base,
            at,
            body: typed.body.clone(),
        }
    }
}

/// One of every command there is, on what it fits.
pub(super) fn every() -> Vec<Typed> {
    fn of<T: Wire>(body: fn(T) -> Body) -> impl Iterator<Item = Body> {
        let grown = grow::by_number(grow::one::<T>, 1);
        grown
            .into_iter()
            .filter_map(move |bytes| Some(body(T::from_bytes(&bytes).ok()?)))
    }
    let bodies = of::<CaseCommand>(Body::Case)
        .chain(of::<UnitCommand>(Body::Unit))
        .chain(of::<HouseholdCommand>(Body::Household))
        .chain(of::<DirectoryCommand>(Body::Directory))
        .chain(of::<TrayCommand>(Body::Tray));
    bodies
        .map(|body| {
            let on = match &body {
                body if body.creates() => ON_NOTHING,
                Body::Case(_) => ON_CASE,
                _ => ON_ALLEY,
            };
            Typed::new(on, body)
        })
        .collect()
}
