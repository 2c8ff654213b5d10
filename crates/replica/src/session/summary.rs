//! The outcome of a sync, as its caller is told.

use std::collections::BTreeSet;

use alleyway_core::id::DocumentId;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;

/// The outcome of a sync, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncSummary {
    /// Commands sent.
    pub sent: u64,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused.
    pub refused: u64,
    /// Commands that lie in a tray, where a person looks at them.
    pub kept: u64,
    /// Batches handed in for other devices, now done with.
    pub carried: u64,
    /// Batches carried for other devices that the server could not read: they were dropped.
    pub unreadable: u64,
    /// Changes of others received, a document that came whole counting once.
    pub received: u64,
    /// The documents in which they were.
    pub changed: BTreeSet<DocumentId>,
    /// Documents that left the device.
    pub forgotten: u64,
    /// Whether the device now has what the server has, and nothing waits to be sent.
    pub up_to_date: bool,
    /// The phone was restored from a backup: what was unsent went out under new numbers.
    pub forked: bool,
    /// The reason for which the device is not to go on, if there is one.
    pub stopped: Option<Stop>,
    /// From when on, by the server's clock, more is taken of this device, if it has handed in as much
    /// as it may.
    pub later_until: Option<Time>,
}
