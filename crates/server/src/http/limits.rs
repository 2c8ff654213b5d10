//! How much one address and one device may ask for.
//!
//! Who stands behind an address: [`Address`]. Loopback addresses are exempt from the limits by address unless `limit_loopback` says otherwise: tools on
//! this machine are not strangers, but a proxy on it brings strangers. All clients behind a proxy or
//! a NAT share one address; the defaults are enough for some 500 phones of a village. A device's
//! requests are counted only once its signature is checked and its challenge is fresh, so nobody can
//! use up another's, not with a flight that was recorded either: those over a void challenge are
//! counted apart, by the same bound.

mod buckets;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use alleyway_core::id::DeviceId;

use super::answers::{Answering, Answers};
use super::error::HttpError;
use super::slow_bodies::{SlowBodies, SlowBody};
use crate::config::HttpLimits;
use crate::places::{Address, Prover};
use crate::telemetry::{Limit, Metrics};
use buckets::Buckets;

/// Addresses, or devices, that a limit remembers at once: about 2 MB each.
const ENTRIES_MAX: usize = 16_384;
/// Seconds after which a client beyond its number of connections or answers may come back.
pub(super) const PLACE_RETRY_SECONDS: u64 = 5;

/// The allowance that is left to each address and device.
#[derive(Debug)]
pub(super) struct Limits {
    requests: Mutex<Buckets<Address>>,
    enrolments: Mutex<Buckets<Address>>,
    devices: Mutex<Buckets<DeviceId>>,
    challenges: Mutex<Buckets<DeviceId>>,
    answers: Answers,
    slow_bodies: SlowBodies,
    limit_loopback: bool,
    metrics: Arc<Metrics>,
}

impl Limits {
    pub(super) fn new(limits: &HttpLimits, metrics: Arc<Metrics>) -> Self {
        Self {
            requests: Mutex::new(Buckets::new(
                limits.address_requests_per_minute,
                ENTRIES_MAX,
            )),
            enrolments: Mutex::new(Buckets::new(
                limits.address_enrolments_per_minute,
                ENTRIES_MAX,
            )),
            devices: Mutex::new(Buckets::new(limits.device_requests_per_minute, ENTRIES_MAX)),
            challenges: Mutex::new(Buckets::new(limits.device_requests_per_minute, ENTRIES_MAX)),
            answers: Answers::default(),
            slow_bodies: SlowBodies::default(),
            limit_loopback: limits.limit_loopback,
            metrics,
        }
    }

    /// Counts a request of an address.
    ///
    /// # Errors
    /// [`HttpError::TooMany`].
    pub(super) fn request(&self, ip: IpAddr) -> Result<(), HttpError> {
        self.by_address(ip, &self.requests, Limit::AddressRequests)
    }

    /// Counts an attempt to enrol from an address.
    ///
    /// # Errors
    /// [`HttpError::TooMany`].
    pub(super) fn enrolment(&self, ip: IpAddr) -> Result<(), HttpError> {
        self.by_address(ip, &self.enrolments, Limit::AddressEnrolments)
    }

    /// Counts a request of a device whose signature is checked and whose challenge is fresh.
    ///
    /// # Errors
    /// [`HttpError::TooMany`].
    pub(super) fn device(&self, device: DeviceId) -> Result<(), HttpError> {
        self.take(&self.devices, device, Limit::DeviceRequests)
    }

    /// Counts a flight of a device over a challenge that is void: anybody who recorded it may have
    /// sent it, so it is not counted with the device's requests.
    ///
    /// # Errors
    /// [`HttpError::TooMany`].
    pub(super) fn challenge(&self, device: DeviceId) -> Result<(), HttpError> {
        self.take(&self.challenges, device, Limit::DeviceChallenges)
    }

    /// Who an address counts as; none if no limit by address holds for it.
    pub(super) fn counted(&self, ip: IpAddr) -> Option<Address> {
        (!self.is_exempt(ip)).then(|| Address::of(ip))
    }

    /// Begins one more answer to a device whose signature is checked, until what is returned is
    /// dropped.
    ///
    /// # Errors
    /// [`HttpError::TooMany`].
    pub(super) fn answer(&self, device: DeviceId) -> Result<Answering, HttpError> {
        self.answers.begin(device).ok_or_else(|| {
            self.metrics.limited(Limit::DeviceAnswers);
            HttpError::TooMany {
                seconds: PLACE_RETRY_SECONDS,
            }
        })
    }

    /// Lets a body of a device take longer, until what is returned is dropped; none if too many do.
    pub(super) fn slow_body(&self, of: Prover) -> Option<SlowBody> {
        let begun = self.slow_bodies.begin(of);
        if begun.is_none() {
            self.metrics.limited(Limit::SlowBodies);
        }
        begun
    }

    /// How many addresses and devices are remembered now, and at most, by table.
    pub(super) fn entries(&self) -> [(&'static str, usize, usize); 4] {
        [
            (
                Limit::AddressRequests.word(),
                lock(&self.requests).len(),
                ENTRIES_MAX,
            ),
            (
                Limit::AddressEnrolments.word(),
                lock(&self.enrolments).len(),
                ENTRIES_MAX,
            ),
            (
                Limit::DeviceRequests.word(),
                lock(&self.devices).len(),
                ENTRIES_MAX,
            ),
            (
                Limit::DeviceChallenges.word(),
                lock(&self.challenges).len(),
                ENTRIES_MAX,
            ),
        ]
    }

    fn is_exempt(&self, ip: IpAddr) -> bool {
        !self.limit_loopback && ip.to_canonical().is_loopback()
    }

    fn by_address(
        &self,
        ip: IpAddr,
        buckets: &Mutex<Buckets<Address>>,
        limit: Limit,
    ) -> Result<(), HttpError> {
        if self.is_exempt(ip) {
            Ok(())
        } else {
            self.take(buckets, Address::of(ip), limit)
        }
    }

    fn take<K: Ord + Copy>(
        &self,
        buckets: &Mutex<Buckets<K>>,
        key: K,
        limit: Limit,
    ) -> Result<(), HttpError> {
        lock(buckets).take(key, Instant::now()).map_err(|wait| {
            self.metrics.limited(limit);
            HttpError::TooMany {
                seconds: wait.as_secs().saturating_add(1),
            }
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::answers::ANSWERS_MAX;
    use super::*;

    fn limits(limit_loopback: bool) -> Limits {
        let limits = HttpLimits {
            address_requests_per_minute: 3,
            address_enrolments_per_minute: 1,
            device_requests_per_minute: 2,
            limit_loopback,
            ..super::super::tests::limits()
        };
        Limits::new(&limits, Arc::new(Metrics::default()))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_may_ask_so_often_and_another_is_not_touched() {
        let limits = limits(false);
        for _ in 0..3 {
            limits.request(ip("192.0.2.1")).unwrap();
        }
        let Err(HttpError::TooMany { seconds }) = limits.request(ip("192.0.2.1")) else {
            panic!()
        };
        assert!((1..=20).contains(&seconds), "{seconds}");
        assert!(
            limits.request(ip("::ffff:192.0.2.1")).is_err(),
            "the same address, written otherwise"
        );
        limits.request(ip("192.0.2.2")).unwrap();
        limits.enrolment(ip("192.0.2.1")).unwrap();
        assert!(limits.enrolment(ip("192.0.2.1")).is_err());
        let text = limits.metrics.encode().unwrap();
        assert!(
            text.contains("alleyway_limited_total{limit=\"address_requests\"} 2"),
            "{text}"
        );
        assert!(
            text.contains("alleyway_limited_total{limit=\"address_enrolments\"} 1"),
            "{text}"
        );
    }

    #[test]
    fn an_answer_too_many_is_refused_and_counted() {
        let limits = limits(false);
        let device = DeviceId([1; 16]);
        let begun: Vec<_> = (0..ANSWERS_MAX)
            .map(|_| limits.answer(device).unwrap())
            .collect();
        assert!(matches!(
            limits.answer(device),
            Err(HttpError::TooMany { .. })
        ));
        drop(begun);
        limits.answer(device).unwrap();
        assert!(
            limits
                .metrics
                .encode()
                .unwrap()
                .contains("alleyway_limited_total{limit=\"device_answers\"} 1")
        );
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one() {
        let limits = limits(false);
        for last in 1..=3 {
            limits
                .request(ip(&format!("2001:db8:0:1::{last}")))
                .unwrap();
        }
        assert!(limits.request(ip("2001:db8:0:1:ffff::9")).is_err());
        limits.request(ip("2001:db8:0:2::1")).unwrap();
    }

    #[test]
    fn this_machine_is_exempt_unless_it_is_said_not_to_be() {
        for own in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let exempt = limits(false);
            let limited = limits(true);
            for _ in 0..3 {
                exempt.request(ip(own)).unwrap();
                limited.request(ip(own)).unwrap();
            }
            exempt.request(ip(own)).unwrap();
            assert!(limited.request(ip(own)).is_err(), "{own}");
            assert_eq!(exempt.counted(ip(own)), None);
            assert_eq!(limited.counted(ip(own)), Some(Address::of(ip(own))));
        }
    }

    #[test]
    fn a_device_is_limited_wherever_it_is() {
        let limits = limits(false);
        let device = DeviceId([1; 16]);
        limits.device(device).unwrap();
        limits.device(device).unwrap();
        assert!(limits.device(device).is_err());
        limits.device(DeviceId([2; 16])).unwrap();
    }
}
