//! Trays: what was handed in and not carried out, kept for a person to look at. The server puts it
//! there; whoever acts for the tray's unit takes it or dismisses it.

use crate::command::{Body, Command};
use crate::crypto::PublicKey;
use crate::id::{CommandId, DeviceId, DocumentId, MemberId, UnitId};
use crate::limits::COMMAND_BYTES_MAX;
use crate::step::{choice, flag, opaque, unit};
use crate::time::Time;
use crate::wire::{Blob, Wire};
use crate::{wire_struct, word_enum};

crate::steps! {
    /// A tray's change.
    TrayCommand {
        /// Creates the tray of a unit.
        0x09 => Open(OpenTray) = "open_tray",
        /// Puts an item in, once.
        0x11 => Put(PutItem) = "put_item",
        /// Says what became of an item.
        0x19 => Settle(SettleItem) = "settle_item",
        /// Says of many items of one author that they are not to be done.
        0x21 => Dismiss(DismissItems) = "dismiss_items",
    }
}

crate::step! {
    /// A new tray.
    OpenTray {
        /// Whose it is.
        unit: UnitId = unit(),
        /// For what concerns confidential cases: only those who are cleared read it.
        confidential: bool = flag(),
    }
}

crate::step! {
    /// An item to put.
    PutItem {
        /// The item.
        item: TrayItem = opaque(),
    }
}

/// A command that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayItem {
    /// The device it was typed on.
    pub device: PublicKey,
    /// Whose device that was.
    pub member: MemberId,
    /// Why it was not carried out.
    pub why: KeptWhy,
    /// When the server received it.
    pub received: Time,
    /// The command, encoded.
    pub command: Blob<COMMAND_BYTES_MAX>,
}
wire_struct!(TrayItem {
    device,
    member,
    why,
    received,
    command
});

impl TrayItem {
    /// An item; none if the command is too long for a tray: only one of a later version can be.
    pub fn new(
        device: PublicKey,
        member: MemberId,
        why: KeptWhy,
        received: Time,
        command: &Command,
    ) -> Option<Self> {
        let item = Self {
            device,
            member,
            why,
            received,
            command: Blob::new(command.to_bytes()).ok()?,
        };
        let body = Body::Tray(TrayCommand::Put(PutItem { item: item.clone() }));
        (body.to_bytes().len() <= COMMAND_BYTES_MAX).then_some(item)
    }

    /// The command; none if it cannot be read.
    pub fn command(&self) -> Option<Command> {
        Command::from_bytes(&self.command).ok()
    }

    /// The item's id: that of its command.
    pub fn id(&self) -> Option<CommandId> {
        Some(self.command()?.id(&self.device))
    }
}

crate::step! {
    /// Settles an item: names its outcome.
    SettleItem {
        /// The item.
        item: CommandId = opaque(),
        /// The outcome.
        outcome: TrayOutcome = choice("outcome", TrayOutcome::WORDS),
        /// The document that was made of it, if it was to create one.
        became: Option<DocumentId> = opaque(),
    }
}

crate::step! {
    /// Items of one author that are not to be done: all that were open when it was typed.
    DismissItems {
        /// Whose items.
        member: MemberId = opaque(),
        /// Only those that were typed on this device.
        device: Option<DeviceId> = opaque(),
        /// Those that are proposals to a successor; else all others.
        proposals: bool = flag(),
        /// The last of them that whoever dismisses them had seen: what came into the tray behind it
        /// stays open.
        last: CommandId = opaque(),
    }
}

impl DismissItems {
    /// Whether the item is one of those that are meant, wherever it lies.
    pub fn means(&self, item: &TrayItem) -> bool {
        let device = self.device;
        item.member == self.member
            && (item.why == KeptWhy::PostEnded) == self.proposals
            && device.is_none_or(|device| device == DeviceId::of(&item.device))
    }
}

word_enum!(
    /// The outcome of an item.
    TrayOutcome {
        /// Somebody did it as his own.
        Taken = "taken",
        /// It is not to be done.
        Dismissed = "dismissed",
    }
);

word_enum!(
    /// Why a command was not carried out, but kept for a person to look at.
    KeptWhy {
        /// Its author's post had ended: it is a proposal to the successor.
        PostEnded = "post_ended",
        /// Its device was revoked.
        DeviceRevoked = "device_revoked",
        /// Its device was reported lost.
        DeviceLost = "device_lost",
        /// Two phones used its device's identity.
        DeviceFrozen = "device_frozen",
        /// Another batch holds its batch's place: its device's chain went on without it.
        Forked = "forked",
        /// It stood before the server was restored from a backup, and does not fit any more.
        BeforeRestore = "before_restore",
    }
);
