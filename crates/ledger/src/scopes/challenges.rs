//! Challenges: a flight is signed over one of the server's, and each is used once.

use std::collections::BTreeMap;

use alleyway_core::id::DeviceId;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::time::Time;

/// Protection against replayed flights, in memory only: the key is drawn anew at each start. One
/// entry a device.
#[derive(Debug)]
pub(crate) struct Challenges {
    key: [u8; 32],
    /// The serial of the newest challenge.
    given: u64,
    /// The highest serial that each device has used.
    used: BTreeMap<DeviceId, u64>,
    welcomes: BTreeMap<DeviceId, WelcomeSent>,
}

/// The last welcome that a device was sent.
#[derive(Debug, Clone, Copy)]
struct WelcomeSent {
    /// The serial of its challenge.
    serial: u64,
    /// The scope of which the device then had everything, if it had.
    completed: Option<u32>,
}

impl Challenges {
    /// None has been given yet.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            given: 0,
            used: BTreeMap::new(),
            welcomes: BTreeMap::new(),
        }
    }

    /// The next challenge, for a device.
    pub(crate) fn give(&mut self, device: DeviceId, now: Time) -> Challenge {
        self.given += 1;
        Challenge::new(&self.key, device, self.given, now)
    }

    /// The challenge of a welcome. `completed` is the scope of which the device then has everything.
    pub(crate) fn give_with_welcome(
        &mut self,
        device: DeviceId,
        completed: Option<u32>,
        now: Time,
    ) -> Challenge {
        let challenge = self.give(device, now);
        let serial = self.given;
        self.welcomes
            .insert(device, WelcomeSent { serial, completed });
        challenge
    }

    /// Uses a challenge up. Whether it is one of ours for the device, and was never used.
    pub(crate) fn take(
        &mut self,
        challenge: Option<Challenge>,
        device: DeviceId,
        now: Time,
    ) -> bool {
        let serial = challenge.and_then(|challenge| challenge.serial(&self.key, device, now));
        let highest = self.used.get(&device).copied().unwrap_or(0);
        match serial {
            Some(serial) if serial > highest => {
                self.used.insert(device, serial);
                true
            }
            _ => false,
        }
    }

    /// Whether the device has come with the challenge of its last welcome.
    pub(crate) fn has_heard_welcome(&self, device: DeviceId) -> bool {
        let sent = self.welcomes.get(&device).map(|welcome| welcome.serial);
        sent.is_some() && self.used.get(&device) == sent.as_ref()
    }

    /// The scope of which the device has everything, by a welcome that it has heard.
    pub(crate) fn scope_by_welcome(&self, device: DeviceId) -> Option<u32> {
        let welcome = self.welcomes.get(&device)?;
        welcome.completed.filter(|_| self.has_heard_welcome(device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId([1; 16]);
    const NOW: Time = Time(1_800_000_000_000);

    #[test]
    fn a_challenge_is_taken_once_and_only_from_its_device() {
        let mut challenges = Challenges::new([3; 32]);
        let (first, second) = (challenges.give(DEVICE, NOW), challenges.give(DEVICE, NOW));
        assert!(!challenges.take(Some(first), DeviceId([2; 16]), NOW));
        assert!(challenges.take(Some(second), DEVICE, NOW));
        assert!(!challenges.take(Some(second), DEVICE, NOW), "used");
        assert!(!challenges.take(Some(first), DEVICE, NOW), "an older one");
        assert!(!challenges.take(None, DEVICE, NOW));
    }

    #[test]
    fn a_welcome_is_heard_when_its_own_challenge_comes_back() {
        let mut challenges = Challenges::new([3; 32]);
        let welcome = challenges.give_with_welcome(DEVICE, Some(7), NOW);
        assert_eq!(challenges.scope_by_welcome(DEVICE), None);
        assert!(challenges.take(Some(welcome), DEVICE, NOW));
        assert_eq!(challenges.scope_by_welcome(DEVICE), Some(7));
        let later = challenges.give(DEVICE, NOW);
        assert!(challenges.take(Some(later), DEVICE, NOW));
        assert!(!challenges.has_heard_welcome(DEVICE));
    }
}
