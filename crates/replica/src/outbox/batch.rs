//! A sealed batch: as it is sent while it can be read, and sealed twice once it cannot.

use super::command::context;
use crate::identity::EnrolledDevice;
use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::crypto::{Hash, SealingKey, SealingSecret, blake3_keyed};
use alleyway_core::id::DeviceId;
use alleyway_core::limits::{BATCH_COMMANDS_MAX, FLIGHT_BYTES_MAX};
use alleyway_core::sync::frame::{Closed as ClosedFrame, DeviceFrame};
use alleyway_core::wire::{Blob, List};
use alleyway_core::{wire_enum, wire_struct};

/// The context of what is sealed to the lease's key.
const BATCH: &[u8] = b"alleyway locked batch 1";

/// The form in which a sealed batch is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is sent.
    Packed(Packed),
    /// Unreadable, since the lease ended.
    Closed(Closed),
}
wire_enum!(Form { 0 => Packed, 1 => Closed });

/// A batch that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) bytes: Blob<FLIGHT_BYTES_MAX>,
}
wire_struct!(Packed { bytes });

/// A batch that cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    /// That it is this device's, without any of its commands.
    pub(crate) proof: Disclosed,
    /// Sealed to the town's key, as it is sent.
    town: Blob<FLIGHT_BYTES_MAX>,
    /// Sealed to the lease's key.
    own: Blob<FLIGHT_BYTES_MAX>,
}
wire_struct!(Closed { proof, town, own });

/// A sealed batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Its hash, which its verdicts are signed over.
    hash: Hash,
    /// The counters of its commands, in their places.
    counters: List<u64, BATCH_COMMANDS_MAX>,
    form: Form,
    /// All its commands have final verdicts, safe here.
    answered: bool,
}
wire_struct!(Sealed {
    hash,
    counters,
    form,
    answered
});

impl Sealed {
    /// A batch that was sealed, packed.
    pub(super) fn new(
        hash: Hash,
        counters: List<u64, BATCH_COMMANDS_MAX>,
        packed: Blob<FLIGHT_BYTES_MAX>,
    ) -> Self {
        Self {
            hash,
            counters,
            form: Form::Packed(Packed { bytes: packed }),
            answered: false,
        }
    }

    pub(crate) fn hash(&self) -> &Hash {
        &self.hash
    }

    /// The count of its commands.
    pub(super) fn count(&self) -> usize {
        self.counters.len()
    }

    /// The counters of its commands, in their places.
    pub(super) fn counters(&self) -> &[u64] {
        &self.counters
    }

    pub(crate) fn form(&self) -> &Form {
        &self.form
    }

    pub(super) fn is_answered(&self) -> bool {
        self.answered
    }

    /// Sets whether all its commands have final verdicts. Returns whether they had.
    pub(super) fn set_answered(&mut self, answered: bool) -> bool {
        std::mem::replace(&mut self.answered, answered)
    }

    /// The batch, packed; none if it cannot be read.
    pub(crate) fn packed(&self) -> Option<&[u8]> {
        match &self.form {
            Form::Packed(packed) => Some(&packed.bytes),
            Form::Closed(_) => None,
        }
    }

    /// As it is sent.
    pub(crate) fn frame(&self, device: DeviceId, number: u64) -> DeviceFrame {
        match &self.form {
            Form::Packed(packed) => DeviceFrame::Batch(packed.bytes.clone()),
            Form::Closed(closed) => DeviceFrame::Closed(closed.frame(device, number)),
        }
    }

    /// As somebody else carries it; none if the town's key is none.
    pub(crate) fn closed(&self, device: EnrolledDevice<'_>, number: u64) -> Option<ClosedFrame> {
        match &self.form {
            Form::Packed(packed) => ClosedFrame::seal(
                device.town_sealing(),
                device.closing(&self.hash),
                device.id(),
                number,
                &packed.bytes,
            ),
            Form::Closed(closed) => Some(closed.frame(device.id(), number)),
        }
    }

    /// The most that it takes up in a flight, in bytes.
    pub(crate) fn frame_bytes(&self) -> usize {
        match &self.form {
            Form::Packed(packed) => packed.bytes.len() + 16,
            Form::Closed(closed) => closed.town.len() + 48,
        }
    }

    /// Makes it unreadable. Returns whether that changed anything. `random` is 32 random bytes.
    pub(super) fn lock(
        &mut self,
        number: u64,
        device: EnrolledDevice<'_>,
        reader: &SealingKey,
        random: &[u8; 32],
    ) -> bool {
        let closed = self.locked(number, device, reader, random);
        let changes = closed.is_some();
        if let Some(closed) = closed {
            self.form = Form::Closed(closed);
        }
        changes
    }

    fn locked(
        &self,
        number: u64,
        device: EnrolledDevice<'_>,
        reader: &SealingKey,
        random: &[u8; 32],
    ) -> Option<Closed> {
        let packed = self.packed()?;
        let batch = Batch::unpack(packed, &device.key()).ok()?;
        let drawn = blake3_keyed(random, &[BATCH, &number.to_be_bytes()]);
        let own = reader.seal(drawn, &context(BATCH, number), packed)?;
        Some(Closed {
            proof: Disclosed::of(&batch, |_| false),
            town: self.closed(device, number)?.sealed,
            own: Blob::new(own).ok()?,
        })
    }

    /// Makes it readable again. Returns whether that changed anything.
    pub(super) fn unlock(&mut self, number: u64, secret: &SealingSecret) -> bool {
        let Form::Closed(closed) = &self.form else {
            return false;
        };
        let opened = secret.open(&context(BATCH, number), &closed.own);
        let Some(Ok(bytes)) = opened.map(Blob::new) else {
            return false;
        };
        self.form = Form::Packed(Packed { bytes });
        true
    }
}

impl Closed {
    fn frame(&self, device: DeviceId, number: u64) -> ClosedFrame {
        ClosedFrame {
            device,
            number,
            sealed: self.town.clone(),
        }
    }
}
