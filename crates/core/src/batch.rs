//! Batches: the commands a device seals together, numbered and chained.
//!
//! The signature covers a domain, the town, the device, the number, the hash of the batch before
//! and a salted leaf of every command, so that bodies can later be withheld or erased while leaves
//! and signature still prove who wrote what.

use crate::command::{Command, Nonce};
use crate::crypto::{Hash, PublicKey, SecretKey, Signature, blake3_keyed, hash};
use crate::id::{DeviceId, TownId};
use crate::limits::BATCH_COMMANDS_MAX;
use crate::wire::{List, Wire, WireError};

mod disclosed;
mod packing;

pub use disclosed::{Disclosed, Visible};

const DOMAIN: &str = "alleyway batch 2";

/// Commands as they were sealed. The signature is checked by [`Batch::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// 1, 2, 3 … for each device.
    pub number: u64,
    /// The hash of the batch before; zeros before the first.
    pub previous: Hash,
    /// From which the salts derive.
    pub seed: [u8; 16],
    /// The commands, in order.
    pub commands: List<Command, BATCH_COMMANDS_MAX>,
    /// Over all of it.
    pub signature: Signature,
}

/// A batch whose signature is that of the device.
#[derive(Debug, Clone)]
pub struct VerifiedBatch {
    batch: Batch,
    hash: Hash,
    leaves: Vec<Hash>,
}

impl Batch {
    /// Seals commands, whose ids are of rule 2.
    ///
    /// # Errors
    /// [`WireError::TooLong`] beyond [`BATCH_COMMANDS_MAX`]; [`WireError::Invalid`] for a command with
    /// an id of rule 1.
    pub fn seal(
        town: TownId,
        secret: &SecretKey,
        number: u64,
        previous: Hash,
        seed: [u8; 16],
        commands: Vec<Command>,
    ) -> Result<Self, WireError> {
        let is_drawn = |command: &Command| matches!(command.nonce, Nonce::Drawn(_));
        if !commands.iter().all(is_drawn) {
            return Err(WireError::Invalid("a nonce of rule 1"));
        }
        let commands = List::new(commands)?;
        let mut batch = Self {
            number,
            previous,
            seed,
            commands,
            signature: Signature([0; 64]),
        };
        batch.signature = secret.sign(DOMAIN, &batch.hash(town, DeviceId::of(&secret.public())));
        Ok(batch)
    }

    /// The salted hash of each command.
    pub fn leaves(&self) -> Vec<Hash> {
        self.salted()
            .map(|(salt, command)| leaf(&salt, command))
            .collect()
    }

    /// Each command with its salt.
    fn salted(&self) -> impl Iterator<Item = (Hash, &Command)> {
        let key = hash("alleyway batch seed 1", &[&self.seed]);
        let salts = (0_u64..).map(move |index| blake3_keyed(&key, &[&index.to_be_bytes()]));
        salts.zip(self.commands.iter())
    }

    /// The hash that is signed, and that the next batch names.
    pub fn hash(&self, town: TownId, device: DeviceId) -> Hash {
        self.hash_of(town, device, &self.leaves())
    }

    fn hash_of(&self, town: TownId, device: DeviceId, leaves: &[Hash]) -> Hash {
        hash_of(town, device, (self.number, &self.previous), leaves)
    }

    /// Checks the signature; `None` if it is not the device's.
    pub fn verify(self, town: TownId, device: &PublicKey) -> Option<VerifiedBatch> {
        let leaves = self.leaves();
        let hash = self.hash_of(town, DeviceId::of(device), &leaves);
        device
            .verifies(DOMAIN, &hash, &self.signature)
            .then_some(VerifiedBatch {
                batch: self,
                hash,
                leaves,
            })
    }
}

/// The salted hash of a command. The salt keeps others from guessing what was withheld.
fn leaf(salt: &Hash, command: &Command) -> Hash {
    hash("alleyway leaf 1", &[salt, &command.to_bytes()])
}

fn hash_of(
    town: TownId,
    device: DeviceId,
    (number, previous): (u64, &Hash),
    leaves: &[Hash],
) -> Hash {
    hash(
        DOMAIN,
        &[
            &town.0,
            &device.0,
            &number.to_be_bytes(),
            previous,
            leaves.as_flattened(),
        ],
    )
}

impl VerifiedBatch {
    /// The batch.
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// Its hash.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The salted hash of each command.
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Base, Body};
    use crate::id::DocumentId;
    use crate::kinds::case::CaseCommand;
    use crate::kinds::case::Note;
    use crate::text::Text;
    use crate::time::Time;

    pub(super) fn numbered(number: u64) -> Nonce {
        Nonce::Drawn(number.to_be_bytes())
    }

    fn note(number: u64, document: Option<DocumentId>, version: u64, text: &str) -> Command {
        let body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut(text),
        }));
        let base = Base {
            incarnation: 3,
            generation: u32::from(version > 0),
            version,
            after: List::default(),
        };
        Command {
            nonce: numbered(number),
            document,
            base,
            at: Time(1_700_000_000_000),
            body,
        }
    }

    pub(super) fn sealed() -> (SecretKey, Batch) {
        let secret = SecretKey::from_bytes(&[9; 32]);
        let first = note(7, None, 0, "creates");
        let created = first.id(&secret.public()).document();
        let other = DocumentId([5; 16]);
        let commands = vec![
            first,
            note(8, Some(created), 0, "上"),
            note(20, Some(other), 4, "下"),
            note(21, Some(other), 4, "x"),
        ];
        let batch = Batch::seal(TownId([1; 16]), &secret, 3, [2; 32], [4; 16], commands).unwrap();
        (secret, batch)
    }

    #[test]
    fn a_packed_batch_is_read_back_to_the_letter() {
        let (secret, batch) = sealed();
        let packed = batch.pack(&secret.public());
        assert_eq!(Batch::unpack(&packed, &secret.public()), Ok(batch.clone()));
        assert!(batch.verify(TownId([1; 16]), &secret.public()).is_some());
    }

    #[test]
    fn a_batch_of_another_town_number_or_text_is_not_the_devices() {
        let (secret, batch) = sealed();
        let device = secret.public();
        assert!(batch.clone().verify(TownId([2; 16]), &device).is_none());
        assert!(
            Batch {
                number: 4,
                ..batch.clone()
            }
            .verify(TownId([1; 16]), &device)
            .is_none()
        );
        let mut commands = batch.commands.clone().into_vec();
        commands.swap(2, 3);
        let swapped = Batch {
            commands: List::new(commands).unwrap(),
            ..batch
        };
        assert!(swapped.verify(TownId([1; 16]), &device).is_none());
    }

    #[test]
    fn a_truncated_batch_is_refused_at_every_length() {
        let (secret, batch) = sealed();
        let packed = batch.pack(&secret.public());
        for length in 0..packed.len() {
            assert!(Batch::unpack(&packed[..length], &secret.public()).is_err());
        }
    }
}
