//! Batches sealed to the town: whoever carries them cannot read them.

use crate::crypto::{SealingKey, SealingSecret};
use crate::id::DeviceId;
use crate::limits::FLIGHT_BYTES_MAX;
use crate::wire::{Blob, Reader, Wire, WireError};
use crate::wire_struct;

/// The context of the seal.
const CONTEXT: &[u8] = b"alleyway closed batch 1";

/// A packed batch, sealed to the town's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Whose batch it says it is; its signature tells.
    pub device: DeviceId,
    /// Its number.
    pub number: u64,
    /// The batch, packed, then sealed.
    pub sealed: Blob<FLIGHT_BYTES_MAX>,
}
wire_struct!(Closed {
    device,
    number,
    sealed
});

impl Closed {
    /// Seals a packed batch. `random` is 32 random bytes that are used for nothing else. `None` if
    /// the key is no key, or the batch too long.
    pub fn seal(
        town: &SealingKey,
        random: [u8; 32],
        device: DeviceId,
        number: u64,
        packed: &[u8],
    ) -> Option<Self> {
        let sealed = town.seal(random, CONTEXT, packed)?;
        Some(Self {
            device,
            number,
            sealed: Blob::new(sealed).ok()?,
        })
    }

    /// The packed batch; `None` if it was not sealed to this key, or is damaged.
    pub fn open(&self, town: &SealingSecret) -> Option<Vec<u8>> {
        town.open(CONTEXT, &self.sealed)
    }
}

/// The outcome of a batch that a device carried for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// Whose batch.
    pub device: DeviceId,
    /// Its number.
    pub number: u64,
    /// The state, which says whether it is to be carried on.
    pub state: CarriedState,
}
wire_struct!(Carried {
    device,
    number,
    state
});

/// The state of a carried batch: done with or not. What became of its commands is its author's to
/// know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarriedState {
    /// Every command has its final verdict: it need not be carried on.
    Done,
    /// Some command waits for its base, or the server has too much to do.
    Waits,
    /// It cannot be read, or is not signed by the device it names: it is worthless.
    Unreadable,
}

impl Wire for CarriedState {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Done => 0,
            Self::Waits => 1,
            Self::Unreadable => 2,
        });
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        match from.byte()? {
            0 => Ok(Self::Done),
            1 => Ok(Self::Waits),
            2 => Ok(Self::Unreadable),
            _ => Err(WireError::Invalid("state of a carried batch")),
        }
    }
}
