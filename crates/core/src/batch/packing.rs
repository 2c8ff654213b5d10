//! The compact form of a batch on the line.

use super::Batch;
use crate::command::{Base, Body, Command, Nonce};
use crate::crypto::PublicKey;
use crate::id::{CommandId, DocumentId};
use crate::limits::BATCH_COMMANDS_MAX;
use crate::time::Time;
use crate::wire::{List, Reader, Wire, WireError, put_varint};

impl Batch {
    /// The compact form for the line: a document's id is sent once, then an index; ids of
    /// commands and of documents created here are not sent at all.
    pub fn pack(&self, device: &PublicKey) -> Vec<u8> {
        let mut created = Vec::new();
        let mut named: Vec<DocumentId> = Vec::new();
        for command in self.commands.iter() {
            match command.document {
                None => created.push(command.id(device).document()),
                Some(document) if created.contains(&document) || named.contains(&document) => {}
                Some(document) => named.push(document),
            }
        }
        let mut out = Vec::new();
        self.number.encode(&mut out);
        self.previous.encode(&mut out);
        self.seed.encode(&mut out);
        self.signature.encode(&mut out);
        put_varint(&mut out, named.len() as u64);
        for document in &named {
            document.encode(&mut out);
        }
        put_varint(&mut out, self.commands.len() as u64);
        let documents: Vec<DocumentId> = named.into_iter().chain(created).collect();
        let mut last = LastPacked::default();
        for command in self.commands.iter() {
            let index = command
                .document
                .and_then(|d| documents.iter().position(|known| *known == d));
            last.pack(command, index, &mut out);
        }
        out
    }

    /// Reads the compact form.
    ///
    /// # Errors
    /// Whatever [`Batch::pack`] does not write.
    pub fn unpack(bytes: &[u8], device: &PublicKey) -> Result<Self, WireError> {
        let mut from = Reader::new(bytes);
        let number = Wire::decode(&mut from)?;
        let previous = Wire::decode(&mut from)?;
        let seed = Wire::decode(&mut from)?;
        let signature = Wire::decode(&mut from)?;
        let mut documents = List::<DocumentId, BATCH_COMMANDS_MAX>::decode(&mut from)?.into_vec();
        let count = from.length("a batch", BATCH_COMMANDS_MAX)?;
        if count == 0 {
            return Err(WireError::Invalid("an empty batch"));
        }
        let mut commands = Vec::new();
        let mut last = LastPacked::default();
        for _ in 0..count {
            let command = last.unpack(&documents, &mut from)?;
            if command.document.is_none() {
                documents.push(command.id(device).document());
            }
            commands.push(command);
        }
        from.finish()?;
        Ok(Self {
            number,
            previous,
            seed,
            commands: List::new(commands)?,
            signature,
        })
    }
}

const HAS_DOCUMENT: u8 = 1;
const OTHER_INCARNATION: u8 = 2;
const OTHER_GENERATION: u8 = 4;
const HAS_AFTER: u8 = 8;
const HAS_VERSION: u8 = 16;

/// The values of the command before, which a packed command leaves out where they are the same.
#[derive(Default)]
struct LastPacked {
    incarnation: u32,
    at: i64,
}

impl LastPacked {
    fn generation_expected(has_document: bool) -> u32 {
        u32::from(has_document)
    }

    fn pack(&mut self, command: &Command, index: Option<usize>, out: &mut Vec<u8>) {
        let Base {
            incarnation,
            generation,
            version,
            after,
        } = &command.base;
        let other_generation = *generation != Self::generation_expected(index.is_some());
        let flags = [
            (index.is_some(), HAS_DOCUMENT),
            (*incarnation != self.incarnation, OTHER_INCARNATION),
            (other_generation, OTHER_GENERATION),
            (!after.is_empty(), HAS_AFTER),
            (*version != 0, HAS_VERSION),
        ];
        out.push(
            flags
                .iter()
                .filter(|(set, _)| *set)
                .map(|(_, bit)| bit)
                .sum(),
        );
        if let Some(index) = index {
            put_varint(out, index as u64);
        }
        // Sealing lets no other pass.
        if let Nonce::Drawn(nonce) = command.nonce {
            nonce.encode(out);
        }
        if *incarnation != self.incarnation {
            incarnation.encode(out);
        }
        if other_generation {
            generation.encode(out);
        }
        if !after.is_empty() {
            after.encode(out);
        }
        if *version != 0 {
            version.encode(out);
        }
        command.at.0.wrapping_sub(self.at).encode(out);
        command.body.encode(out);
        self.incarnation = *incarnation;
        self.at = command.at.0;
    }

    fn unpack(
        &mut self,
        documents: &[DocumentId],
        from: &mut Reader<'_>,
    ) -> Result<Command, WireError> {
        let flags = from.byte()?;
        let has = |bit: u8| flags & bit != 0;
        if flags >= 32 {
            return Err(WireError::Invalid("command flags"));
        }
        let document = if has(HAS_DOCUMENT) {
            let index = usize::try_from(from.varint()?).unwrap_or(usize::MAX);
            Some(
                *documents
                    .get(index)
                    .ok_or(WireError::Invalid("document index"))?,
            )
        } else {
            None
        };
        let nonce = Nonce::Drawn(Wire::decode(from)?);
        if has(OTHER_INCARNATION) {
            self.incarnation = Wire::decode(from)?;
        }
        let generation = if has(OTHER_GENERATION) {
            Wire::decode(from)?
        } else {
            Self::generation_expected(document.is_some())
        };
        let after = if has(HAS_AFTER) {
            List::<CommandId, _>::decode(from)?
        } else {
            List::default()
        };
        let version = if has(HAS_VERSION) {
            Wire::decode(from)?
        } else {
            0
        };
        self.at = self.at.wrapping_add(i64::decode(from)?);
        let body = Body::decode(from)?;
        let base = Base {
            incarnation: self.incarnation,
            generation,
            version,
            after,
        };
        Ok(Command {
            nonce,
            document,
            base,
            at: Time(self.at),
            body,
        })
    }
}
