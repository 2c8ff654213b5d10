//! A batch of which some commands are withheld: leaves and signature still prove the others.

use super::{Batch, DOMAIN, hash_of, leaf};
use crate::command::Command;
use crate::crypto::{Hash, PublicKey, Signature};
use crate::id::{DeviceId, TownId};
use crate::limits::BATCH_COMMANDS_MAX;
use crate::wire::List;
use crate::wire_struct;

/// A batch without the seed of its salts: what is withheld cannot be guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// 1, 2, 3 … for each device.
    pub number: u64,
    /// The hash of the batch before; zeros before the first.
    pub previous: Hash,
    /// The salted hash of each command, withheld ones too.
    pub leaves: List<Hash, BATCH_COMMANDS_MAX>,
    /// Over number, previous and leaves.
    pub signature: Signature,
    /// The commands that are not withheld, in order.
    pub visible: List<Visible, BATCH_COMMANDS_MAX>,
}
wire_struct!(Disclosed {
    number,
    previous,
    leaves,
    signature,
    visible
});

/// A command that is not withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// Its place in the batch, from 0.
    pub index: u32,
    /// The salt of its leaf.
    pub salt: Hash,
    /// The command.
    pub command: Command,
}
wire_struct!(Visible {
    index,
    salt,
    command
});

impl Disclosed {
    /// A batch, with those of its commands that `sees` lets pass.
    pub fn of(batch: &Batch, mut sees: impl FnMut(&Command) -> bool) -> Self {
        let visible = (0_u32..)
            .zip(batch.salted())
            .filter(|(_, (_, command))| sees(command))
            .map(|(index, (salt, command))| Visible {
                index,
                salt,
                command: command.clone(),
            });
        Self {
            number: batch.number,
            previous: batch.previous,
            // As many as the batch has commands: they fit.
            leaves: List::new(batch.leaves()).unwrap_or_default(),
            signature: batch.signature,
            visible: List::new(visible.collect()).unwrap_or_default(),
        }
    }

    /// The hash that is signed: the same as the whole batch's.
    pub fn hash(&self, town: TownId, device: DeviceId) -> Hash {
        hash_of(town, device, (self.number, &self.previous), &self.leaves)
    }

    /// Whether the device signed it, and every visible command is the one of its leaf.
    pub fn is_of(&self, town: TownId, device: &PublicKey) -> bool {
        let ascending = self
            .visible
            .iter()
            .zip(self.visible.iter().skip(1))
            .all(|(a, b)| a.index < b.index);
        let signed = || {
            device.verifies(
                DOMAIN,
                &self.hash(town, DeviceId::of(device)),
                &self.signature,
            )
        };
        ascending
            && !self.leaves.is_empty()
            && self.visible.iter().all(|visible| self.has(visible))
            && signed()
    }

    fn has(&self, visible: &Visible) -> bool {
        let at = usize::try_from(visible.index)
            .ok()
            .and_then(|index| self.leaves.get(index));
        at == Some(&leaf(&visible.salt, &visible.command))
    }

    /// How many commands are withheld.
    pub fn withheld(&self) -> usize {
        self.leaves.len().saturating_sub(self.visible.len())
    }

    /// Withholds what `sees` does not let pass. Returns whether that was anything.
    pub fn withhold(&mut self, mut sees: impl FnMut(&Command) -> bool) -> bool {
        let before = self.visible.len();
        let mut visible = std::mem::take(&mut self.visible).into_vec();
        visible.retain(|visible| sees(&visible.command));
        self.visible = List::new(visible).unwrap_or_default();
        self.visible.len() < before
    }

    /// Adds what `other`, the same batch, shows and this one withholds. Returns whether that was
    /// anything.
    pub fn join(&mut self, other: &Self) -> bool {
        let before = self.visible.len();
        let mut all: Vec<Visible> = self
            .visible
            .iter()
            .chain(other.visible.iter())
            .cloned()
            .collect();
        all.sort_by_key(|visible| visible.index);
        all.dedup_by_key(|visible| visible.index);
        self.visible = List::new(all).unwrap_or_default();
        self.visible.len() > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::tests::{numbered, sealed};
    use crate::wire::Wire as _;

    const TOWN: TownId = TownId([1; 16]);

    #[test]
    fn a_batch_with_withheld_commands_is_still_its_devices() {
        let (secret, batch) = sealed();
        let device = secret.public();
        let disclosed = Disclosed::of(&batch, |command| command.nonce == numbered(8));
        assert!(disclosed.is_of(TOWN, &device));
        assert_eq!((disclosed.visible.len(), disclosed.withheld()), (1, 3));
        assert_eq!(
            disclosed.hash(TOWN, DeviceId::of(&device)),
            batch.hash(TOWN, DeviceId::of(&device))
        );
        assert_eq!(Disclosed::from_bytes(&disclosed.to_bytes()), Ok(disclosed));
    }

    #[test]
    fn a_command_put_in_the_place_of_another_is_not_taken() {
        let (secret, batch) = sealed();
        let device = secret.public();
        let whole = Disclosed::of(&batch, |_| true);
        assert!(whole.is_of(TOWN, &device));
        let swapped = |change: fn(&mut Vec<Visible>)| {
            let mut visible = whole.visible.clone().into_vec();
            change(&mut visible);
            Disclosed {
                visible: List::new(visible).unwrap(),
                ..whole.clone()
            }
        };
        assert!(!swapped(|v| v[1].index = 2).is_of(TOWN, &device));
        assert!(!swapped(|v| v[1].command = v[2].command.clone()).is_of(TOWN, &device));
        assert!(!swapped(|v| v[1].salt = [0; 32]).is_of(TOWN, &device));
        assert!(!swapped(|v| v[3].index = 9).is_of(TOWN, &device));
        assert!(!swapped(|v| v.swap(0, 1)).is_of(TOWN, &device));
        assert!(!whole.is_of(TownId([2; 16]), &device));
        assert!(
            !Disclosed {
                number: 9,
                ..whole.clone()
            }
            .is_of(TOWN, &device)
        );
    }

    #[test]
    fn what_was_withheld_is_shown_again_by_another_copy_of_the_batch() {
        let (secret, batch) = sealed();
        let mut disclosed = Disclosed::of(&batch, |command| command.nonce == numbered(20));
        assert!(disclosed.join(&Disclosed::of(&batch, |command| command.nonce != numbered(20))));
        assert!(
            !disclosed.join(&Disclosed::of(&batch, |_| true)),
            "nothing is left to show"
        );
        assert!(disclosed.is_of(TOWN, &secret.public()) && disclosed.withheld() == 0);
        assert!(disclosed.withhold(|_| false) && disclosed.withheld() == 4);
    }
}
