//! Bodies that take longer than their time: few at once, of one device, of one address and of all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alleyway_core::id::DeviceId;

use crate::places::{Address, Prover};

/// Bodies of one device that take longer than `body_seconds_max` at once.
const SLOW_BODIES_MAX: usize = 2;
/// The same of one address: behind one there can be a village.
const SLOW_BODIES_OF_ADDRESS_MAX: usize = 64;
/// The same of all devices: half of the phones of a village on a slow line.
const SLOW_BODIES_OF_ALL_MAX: usize = 256;

/// The slow bodies that are being read.
#[derive(Debug, Clone, Default)]
pub(super) struct SlowBodies(Arc<Mutex<Open>>);

/// How many there are.
#[derive(Debug, Default)]
struct Open {
    by_device: BTreeMap<DeviceId, usize>,
    /// Without those of addresses for which no limit holds.
    by_address: BTreeMap<Address, usize>,
}

impl SlowBodies {
    /// Lets a body of a device take longer, until what is returned is dropped; none if too many do.
    pub(super) fn begin(&self, of: Prover) -> Option<SlowBody> {
        let mut open = self.lock();
        let all: usize = open.by_device.values().sum();
        let of_device = open.by_device.get(&of.device).copied().unwrap_or(0);
        let of_address = of.address.and_then(|address| open.by_address.get(&address));
        if of_device >= SLOW_BODIES_MAX
            || of_address.is_some_and(|bodies| *bodies >= SLOW_BODIES_OF_ADDRESS_MAX)
            || all >= SLOW_BODIES_OF_ALL_MAX
        {
            return None;
        }
        *open.by_device.entry(of.device).or_default() += 1;
        if let Some(address) = of.address {
            *open.by_address.entry(address).or_default() += 1;
        }
        drop(open);
        Some(SlowBody {
            among: self.clone(),
            of,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slow body, until it is dropped.
#[derive(Debug)]
pub(super) struct SlowBody {
    among: SlowBodies,
    of: Prover,
}

impl Drop for SlowBody {
    fn drop(&mut self) {
        let mut open = self.among.lock();
        take_one(&mut open.by_device, &self.of.device);
        if let Some(address) = self.of.address {
            take_one(&mut open.by_address, &address);
        }
    }
}

/// One less; whoever has none is not remembered.
fn take_one<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    /// A device with a number, at the address that ends in `last`.
    fn at(number: usize, last: u8) -> Prover {
        let mut device = [0; 16];
        device[..8].copy_from_slice(&(number as u64).to_be_bytes());
        Prover {
            device: DeviceId(device),
            address: Some(Address::of(IpAddr::from([192, 0, 2, last]))),
        }
    }

    #[test]
    fn few_bodies_of_a_device_may_be_slow_at_once() {
        let bodies = SlowBodies::default();
        // Another address is no way round it.
        let mut held: Vec<_> = (0..2).map(|last| bodies.begin(at(1, last))).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(bodies.begin(at(1, 3)).is_none());
        held.pop();
        assert!(bodies.begin(at(1, 3)).is_some());
    }

    #[test]
    fn few_bodies_of_an_address_may_be_slow_at_once() {
        let bodies = SlowBodies::default();
        let many = (0..100).map(|number| at(number, 1));
        let mut held: Vec<_> = many.filter_map(|of| bodies.begin(of)).collect();
        assert_eq!(held.len(), SLOW_BODIES_OF_ADDRESS_MAX);
        held.extend(bodies.begin(at(200, 2)));
        assert_eq!(held.len(), SLOW_BODIES_OF_ADDRESS_MAX + 1);
        // A proxy that is not limited brings everybody.
        let proxied = (300..500).map(|number| Prover {
            address: None,
            ..at(number, 1)
        });
        held.extend(proxied.filter_map(|of| bodies.begin(of)));
        assert_eq!(held.len(), SLOW_BODIES_OF_ALL_MAX);
        drop(held);
        let open = bodies.lock();
        assert!(open.by_device.is_empty() && open.by_address.is_empty());
    }
}
