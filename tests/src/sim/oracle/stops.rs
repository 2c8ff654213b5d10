//! Devices that are not to go on, as their administrators said.

use std::collections::BTreeMap;

use alleyway_core::sync::frame::{KeptWhy, Stop};

use super::{Answered, Oracle};

/// Why phones are not to go on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stops {
    stopped: BTreeMap<usize, Stop>,
}

impl Stops {
    pub(super) fn put(&mut self, phone: usize, why: Stop) {
        // Nobody who lost a phone is told later that it was only revoked.
        if self.stopped.get(&phone) != Some(&Stop::Lost) {
            self.stopped.insert(phone, why);
        }
    }
}

impl Oracle {
    /// Whether a phone is not to go on, for good.
    pub(crate) fn is_stopped(&self, phone: usize) -> bool {
        self.stops.stopped.contains_key(&phone)
    }

    /// Whether a phone was reported lost.
    pub(crate) fn is_lost(&self, phone: usize) -> bool {
        self.stops.stopped.get(&phone) == Some(&Stop::Lost)
    }

    /// Why what a stopped phone typed lies in a tray.
    pub(crate) fn why_stopped(&self, phone: usize) -> Option<KeptWhy> {
        self.stops.stopped.get(&phone).map(|why| match why {
            Stop::Revoked => KeptWhy::DeviceRevoked,
            Stop::Lost => KeptWhy::DeviceLost,
            Stop::Frozen => KeptWhy::DeviceFrozen,
        })
    }

    pub(super) fn has_stopped(&self, by: &Answered) -> bool {
        by.phone.is_some_and(|phone| self.is_stopped(phone))
    }
}
