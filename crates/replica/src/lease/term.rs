//! The lease as a value: the server's half of the key, and how much of the time is spent.

use alleyway_core::crypto::{RestingKey, SealingKey, SealingSecret, SecretBytes, blake3_keyed};
use alleyway_core::id::UnitId;
use alleyway_core::limits::{LEASE_DAYS, LEASE_WARNING_DAYS};
use alleyway_core::sync::frame;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::{List, Reader, Wire, WireError};
use alleyway_core::wire_struct;

use crate::clock::{Contact, own_step};

/// The clock is noted once it has gone so far, in milliseconds: each note is a write.
const NOTED_EVERY: i64 = 60 * 60 * 1_000;

/// Posts of one member that are known while nothing can be read.
const POSTS_MAX: usize = 32;

const RESTING: &[u8] = b"alleyway lease documents 1";
const READER: &[u8] = b"alleyway lease reader 1";

/// For how long the device may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Until then, by this device's clock.
    Until(Time),
    /// Until then, which is near: its member is to be warned.
    EndsSoon(Time),
    /// Not until the server is heard again. Recording and handing in go on.
    Ended,
}

/// A unit for which a member reports, and the centre that takes the report; none if the unit itself
/// does.
pub type ReportsFor = (UnitId, Option<UnitId>);

/// The lease: none before the first contact, in force, or ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lease {
    terms: Option<Terms>,
    /// The time spent when it was written last, in milliseconds.
    noted: i64,
}

/// The lease as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms {
    /// The server's half of the key; none once the lease has ended.
    half: Option<frame::Lease>,
    /// Commands typed once the lease has ended are sealed to this key, whose secret needs the half.
    reader: SealingKey,
    /// The time that has gone by since the server was heard last, by this device's clock as far as
    /// it can be believed ([`Contact::gone`]), in milliseconds.
    spent: i64,
    /// This device's clock, as read last.
    read: Time,
    /// Once it has ended: the units for which the member reported.
    reports_for: List<ReportsFor, POSTS_MAX>,
}
wire_struct!(Terms {
    half,
    reader,
    spent,
    read,
    reports_for
});

impl Wire for Lease {
    fn encode(&self, out: &mut Vec<u8>) {
        self.terms.encode(out);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let terms = Option::<Terms>::decode(from)?;
        let noted = terms.as_ref().map_or(0, |terms| terms.spent);
        Ok(Self { terms, noted })
    }
}

/// The clock's effect on the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advanced {
    /// Nothing that has to be written.
    Little,
    /// So much that it has to be written.
    Noted,
    /// The lease is over, and is to be ended.
    Over,
}

impl Lease {
    /// Whether the server's half has to be asked for.
    pub(crate) fn lacks_half(&self) -> bool {
        self.half().is_none()
    }

    /// Whether the lease was there, and has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.terms.is_some() && self.half().is_none()
    }

    fn half(&self) -> Option<&frame::Lease> {
        self.terms.as_ref()?.half.as_ref()
    }

    /// The terms, while the lease is in force.
    fn in_force(&mut self) -> Option<&mut Terms> {
        self.terms.as_mut().filter(|terms| terms.half.is_some())
    }

    /// Takes the server's half. Nobody signs a half: it is taken if it was asked for and, after the
    /// first, only if it is the same again. Returns the secret that opens what was typed behind the
    /// end; none if the half was not taken.
    pub(crate) fn take(
        &mut self,
        half: &frame::Lease,
        device: &SecretBytes,
        now: Time,
    ) -> Option<SealingSecret> {
        if !self.lacks_half() {
            return None;
        }
        let key = blake3_keyed(half.half.as_bytes(), &[READER, device.as_bytes()]);
        let secret = SealingSecret::from_bytes(key);
        let is_other = |known: &Terms| known.reader != secret.public();
        if self.terms.as_ref().is_some_and(is_other) {
            return None;
        }
        self.terms = Some(Terms {
            half: Some(half.clone()),
            reader: secret.public(),
            spent: 0,
            read: now,
            reports_for: List::default(),
        });
        self.noted = 0;
        Some(secret)
    }

    /// The server was heard: the lease in force begins anew.
    pub(crate) fn renew(&mut self, now: Time) {
        if let Some(terms) = self.in_force() {
            (terms.spent, terms.read) = (0, now);
            self.noted = 0;
        }
    }

    /// Under which documents rest; none unless the lease is in force. `device` is this device's
    /// half.
    pub(crate) fn resting_key(&self, device: &SecretBytes) -> Option<RestingKey> {
        let half = self.half()?.half.as_bytes();
        Some(RestingKey::new(blake3_keyed(
            half,
            &[RESTING, device.as_bytes()],
        )))
    }

    /// The key to which what is typed behind the end is sealed.
    pub(crate) fn reader(&self) -> Option<SealingKey> {
        self.terms.as_ref().map(|terms| terms.reader)
    }

    /// The time that has gone by since the server was heard last, in milliseconds, at a reading of
    /// this device's clock.
    pub(crate) fn spent_at(&self, now: Time, contact: Option<Contact>) -> i64 {
        self.terms.as_ref().map_or(0, |terms| {
            let gone = match contact {
                Some(contact) => contact.gone(terms.read, now, terms.spent),
                None => own_step(terms.read, now),
            };
            terms.spent.saturating_add(gone)
        })
    }

    /// For how long the device may be read; none before the first contact.
    pub(crate) fn reading(&self, contact: Option<Contact>) -> Option<Reading> {
        let terms = self.terms.as_ref()?;
        if terms.half.is_none() {
            return Some(Reading::Ended);
        }
        let left = (LEASE_DAYS * Date::MILLISECONDS).saturating_sub(terms.spent);
        let read = contact.map_or(terms.read, |contact| {
            contact.believed(terms.read, terms.spent)
        });
        let ends = Time(read.0.saturating_add(left));
        let soon = left <= LEASE_WARNING_DAYS * Date::MILLISECONDS;
        Some(if soon {
            Reading::EndsSoon(ends)
        } else {
            Reading::Until(ends)
        })
    }

    /// Notes the clock. `may_end` is false in the middle of a sync: nothing is taken away there, and
    /// when it is over, however it ended, it is due.
    pub(crate) fn advance(
        &mut self,
        now: Time,
        contact: Option<Contact>,
        may_end: bool,
    ) -> Advanced {
        let (noted, spent) = (self.noted, self.spent_at(now, contact));
        let gone = self.spent_at(now, None);
        let Some(terms) = self.in_force() else {
            return Advanced::Little;
        };
        // Noted at once: the program may end, and what comes next is counted from here.
        let was_set = now < terms.read || spent != gone;
        (terms.spent, terms.read) = (spent, now);
        if spent >= LEASE_DAYS * Date::MILLISECONDS && may_end {
            return Advanced::Over;
        }
        if !was_set && spent.saturating_sub(noted) < NOTED_EVERY {
            return Advanced::Little;
        }
        self.noted = spent;
        Advanced::Noted
    }

    /// Whether the lease is in force and its time has come.
    pub(crate) fn is_over(&self, now: Time, contact: Option<Contact>) -> bool {
        self.half().is_some() && self.spent_at(now, contact) >= LEASE_DAYS * Date::MILLISECONDS
    }

    /// Deletes the server's half. The units for which the member reported stay known.
    pub(crate) fn end(&mut self, reports_for: Vec<ReportsFor>) {
        if let Some(terms) = &mut self.terms {
            terms.half = None;
            let first = reports_for.into_iter().take(POSTS_MAX).collect();
            terms.reports_for = List::new(first).unwrap_or_default();
        }
    }

    /// The units for which the member reported when the lease ended; none while it has not.
    pub(crate) fn reported_for(&self) -> Option<Vec<ReportsFor>> {
        let terms = self.terms.as_ref().filter(|terms| terms.half.is_none())?;
        Some(terms.reports_for.to_vec())
    }
}
