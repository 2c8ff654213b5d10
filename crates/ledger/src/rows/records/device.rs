//! The values of devices: each device, its batches, its scopes, and invitations.

use alleyway_core::crypto::{Hash, PublicKey, Signature};
use alleyway_core::documents::Receipt;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::limits::{
    BATCH_COMMANDS_MAX, MISSING_BATCHES_MAX, NAME_BYTES_MAX, SUBSCRIPTIONS_MAX,
};
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use alleyway_core::wire_struct;

/// Batches whose proofs are in one packed row.
pub(crate) const BATCHES_PACKED: usize = 32;

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceRecord {
    pub(crate) key: PublicKey,
    pub(crate) sealing: [u8; 32],
    pub(crate) member: MemberId,
    pub(crate) code: u32,
    pub(crate) name: Text<NAME_BYTES_MAX>,
    /// The last batch held, its hash, and those before it that never came.
    pub(crate) last: u64,
    pub(crate) last_hash: Hash,
    pub(crate) missing: List<u64, MISSING_BATCHES_MAX>,
    /// The batch up to which the device knows all verdicts.
    pub(crate) acknowledged: u64,
    /// The last batch that a verified backup covers.
    pub(crate) covered: u64,
    /// The time at which it was enrolled.
    pub(crate) enrolled: Time,
    /// The reason for which it is not to go on, if it is not.
    pub(crate) stopped: Option<Stop>,
    /// The newest scope that a cursor of it has shown: it knows that what that lacks is over.
    pub(crate) scope_known: u32,
    /// The newest scope that it was told of: what it hands in behind the batch
    /// `scope_acknowledged_at` was typed in the light of that one, whatever it still has open.
    pub(crate) scope_acknowledged: u32,
    pub(crate) scope_acknowledged_at: u64,
    /// The units for which a second person has confirmed it: it is sent their confidential feeds.
    pub(crate) confirmed: List<UnitId, SUBSCRIPTIONS_MAX>,
    /// The last batch that forked its chain, so that the same one again is not counted again.
    pub(crate) forked: Option<Hash>,
    /// Its commands, counted by their verdicts.
    pub(crate) tally: Tally,
}
wire_struct!(DeviceRecord {
    key,
    sealing,
    member,
    code,
    name,
    last,
    last_hash,
    missing,
    acknowledged,
    covered,
    enrolled,
    stopped,
    scope_known,
    scope_acknowledged,
    scope_acknowledged_at,
    confirmed,
    forked,
    tally
});

/// Commands with a final verdict, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) admitted: u64,
    pub(crate) refused: u64,
    /// In a tray.
    pub(crate) kept: u64,
}
wire_struct!(Tally {
    admitted,
    refused,
    kept
});

/// The proof of a batch's authorship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchRecord {
    pub(crate) previous: Hash,
    pub(crate) hash: Hash,
    pub(crate) signature: Signature,
    pub(crate) leaves: List<[u8; 32], BATCH_COMMANDS_MAX>,
    pub(crate) receipt: Receipt,
    /// Only couriers have brought it: its device may never have known of it, or know no more.
    pub(crate) carried: bool,
}
wire_struct!(BatchRecord {
    previous,
    hash,
    signature,
    leaves,
    receipt,
    carried
});

/// Batches of a device, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PackedBatches {
    pub(crate) batches: List<(u64, BatchRecord), BATCHES_PACKED>,
}
wire_struct!(PackedBatches { batches });

impl DeviceRecord {
    /// The device.
    pub(crate) fn id(&self) -> DeviceId {
        DeviceId::of(&self.key)
    }

    /// A device that has handed in nothing yet.
    pub(crate) fn new(
        key: PublicKey,
        sealing: [u8; 32],
        member: MemberId,
        code: u32,
        name: &str,
        enrolled: Time,
    ) -> Self {
        Self {
            key,
            sealing,
            member,
            code,
            name: Text::cut(name),
            last: 0,
            last_hash: [0; 32],
            missing: List::default(),
            acknowledged: 0,
            covered: 0,
            enrolled,
            stopped: None,
            scope_known: 0,
            scope_acknowledged: 0,
            scope_acknowledged_at: 0,
            confirmed: List::default(),
            forked: None,
            tally: Tally::default(),
        }
    }
}

/// An invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) member: MemberId,
    pub(crate) expires: Time,
    pub(crate) used: Option<DeviceId>,
    /// The device that the new one is to take the place of.
    pub(crate) replaces: Option<DeviceId>,
}
wire_struct!(Invitation {
    member,
    expires,
    used,
    replaces
});

/// An invitation that an administrator's command asked for. Its code is made of the two commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskedInvitation {
    /// The device on which it was asked for: the code is shown there alone.
    pub(crate) device: DeviceId,
    /// The second person's command, once there is one.
    pub(crate) granted: Option<CommandId>,
    /// When the code was shown first.
    pub(crate) shown: Option<Time>,
}
wire_struct!(AskedInvitation {
    device,
    granted,
    shown
});

/// An asking that a frozen device go on, which waits for a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskedThaw {
    /// The device.
    pub(crate) device: DeviceId,
    /// The unit in whose document it was asked for.
    pub(crate) unit: UnitId,
}
wire_struct!(AskedThaw { device, unit });

/// Lists that are kept for an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeptLists {
    /// Their hash.
    pub(crate) hash: Hash,
    /// When they were handed to the server.
    pub(crate) kept: Time,
    /// The command that asks for the import.
    pub(crate) asked: Option<CommandId>,
    /// The second person's word: it is to be carried out.
    pub(crate) confirmed: Option<SecondWord>,
}
wire_struct!(KeptLists {
    hash,
    kept,
    asked,
    confirmed
});

/// A second person's word. One of before a restore gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecondWord {
    /// Whose it is.
    pub(crate) by: MemberId,
    /// The incarnation in which it was given.
    pub(crate) incarnation: u32,
}
wire_struct!(SecondWord { by, incarnation });

/// A device's feeds at some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ScopeRecord {
    pub(crate) version: u32,
    pub(crate) feeds: List<FeedId, SUBSCRIPTIONS_MAX>,
}
wire_struct!(ScopeRecord { version, feeds });

/// A batch that is held and of which some command waits: in which incarnation that was said; 0 if
/// format 2 held it, which did not note whether any does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenRecord {
    pub(crate) incarnation: u32,
}
wire_struct!(OpenRecord { incarnation });

impl OpenRecord {
    /// The record for a batch of format 2 whose verdicts the device has not acknowledged.
    pub(crate) const UNKNOWN: Self = Self { incarnation: 0 };
}
