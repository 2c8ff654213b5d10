//! Reports that are to come again, for their device is to hand in the rest later.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::sync::frame::Verdict;

/// Reports of one device that are known by name; of more than these any of its own may come again.
const DEVICE_REPORTS_MAX: usize = 256;
/// Devices whose reports are known by name.
const DEVICES_MAX: usize = 256;

/// The cases whose reports are to come again, in memory only. Later commands on such a case wait
/// until its report is in a tray: only the report says whether the case is confidential.
///
/// What one device leaves open is counted by itself: however many reports it has, what others say
/// waits only for reports that are known.
#[derive(Debug, Default)]
pub(crate) struct ReportsDeferred {
    cases: BTreeMap<DocumentId, DeviceId>,
    devices: BTreeMap<DeviceId, OfDevice>,
    /// Some devices were more than are known.
    lacks_devices: bool,
}

#[derive(Debug, Default)]
struct OfDevice {
    cases: BTreeSet<DocumentId>,
    lacks_cases: bool,
}

impl ReportsDeferred {
    /// Notes what a report of a device was answered.
    pub(super) fn note(&mut self, case: DocumentId, device: DeviceId, verdict: &Verdict) {
        if matches!(verdict, Verdict::Later(_)) {
            self.defer(case, device);
        } else if let Some(device) = self.cases.remove(&case)
            && let Some(of) = self.devices.get_mut(&device)
        {
            of.cases.remove(&case);
            if of.cases.is_empty() && !of.lacks_cases {
                self.devices.remove(&device);
            }
        }
    }

    fn defer(&mut self, case: DocumentId, device: DeviceId) {
        if !self.devices.contains_key(&device) && self.devices.len() >= DEVICES_MAX {
            self.lacks_devices = true;
            return;
        }
        let of = self.devices.entry(device).or_default();
        if of.cases.len() < DEVICE_REPORTS_MAX {
            of.cases.insert(case);
            self.cases.insert(case, device);
        } else if !of.cases.contains(&case) {
            of.lacks_cases = true;
        }
    }

    /// Whether the case's report is known to come again.
    pub(super) fn holds(&self, case: DocumentId) -> bool {
        self.cases.contains_key(&case)
    }

    /// Whether the case's report may come again, as far as that concerns what a device says: of so
    /// many of its own that they are not all known, any may. For what others' phones left open it does
    /// not wait longer than they are known.
    pub(super) fn may_hold(&self, case: DocumentId, device: DeviceId) -> bool {
        let own = self.devices.get(&device);
        self.holds(case) || own.is_some_and(|own| own.lacks_cases)
    }

    /// Whether some report is to come again of which nothing is known any more.
    pub(super) fn has_some_unknown(&self) -> bool {
        self.lacks_devices || self.devices.values().any(|of| of.lacks_cases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alleyway_core::sync::frame::Later;

    const ONE: DeviceId = DeviceId([1; 16]);
    const OTHER: DeviceId = DeviceId([2; 16]);

    fn case(number: u16) -> DocumentId {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        DocumentId(id)
    }

    fn later() -> Verdict {
        Verdict::Later(Later {})
    }

    #[test]
    fn a_deferred_report_is_known_until_it_is_answered() {
        let mut deferred = ReportsDeferred::default();
        deferred.note(case(1), ONE, &later());
        assert!(deferred.holds(case(1)) && deferred.may_hold(case(1), OTHER));
        assert!(!deferred.may_hold(case(2), ONE));
        let need = alleyway_core::sync::frame::Need { document: case(1) };
        deferred.note(case(1), ONE, &Verdict::Need(need));
        assert!(!deferred.may_hold(case(1), ONE));
        assert!(deferred.devices.is_empty());
    }

    #[test]
    fn of_too_many_deferred_reports_of_a_device_any_of_its_own_may_come_again_and_no_others_wait() {
        let mut deferred = ReportsDeferred::default();
        let max = u16::try_from(DEVICE_REPORTS_MAX).unwrap();
        for number in 0..max {
            deferred.note(case(number), ONE, &later());
        }
        assert!(!deferred.has_some_unknown());
        deferred.note(case(u16::MAX), ONE, &later());
        assert!(!deferred.holds(case(u16::MAX)));
        assert!(deferred.may_hold(case(u16::MAX), ONE) && deferred.has_some_unknown());
        assert!(!deferred.may_hold(case(u16::MAX), OTHER));
        deferred.note(case(max), OTHER, &later());
        assert!(deferred.holds(case(max)), "another's are still noted");
    }

    #[test]
    fn of_too_many_devices_with_deferred_reports_those_beyond_are_only_known_to_be_there() {
        let mut deferred = ReportsDeferred::default();
        for number in 0..=u16::try_from(DEVICES_MAX).unwrap() {
            let mut device = [0; 16];
            device[..2].copy_from_slice(&number.to_be_bytes());
            deferred.note(case(number), DeviceId(device), &later());
        }
        assert_eq!(deferred.devices.len(), DEVICES_MAX);
        assert!(deferred.has_some_unknown());
        assert!(!deferred.may_hold(case(u16::MAX), ONE));
    }
}
