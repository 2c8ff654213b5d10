//! Who holds a place: all connections that are served, in one table.
//!
//! A place has a class, and each class a bound of its own, so that one kind of connection cannot use
//! up what another needs. Who connects has proved nothing by it: with a byte now and then he holds a
//! place for as long as a request may take, and a few addresses could hold all. So when places run
//! out, one that is held without proof is taken from its holder for the new connection: from the one
//! that has been silent longest, and for at least `UNPROVEN_TIME`. Silence ends with a whole head of
//! a request, not with a byte. Proof is a signed flight over a fresh challenge, at the socket of
//! administration a whole request: such a connection is kept.
//!
//! The holder selects on `Place::ended` and drops its connection when that returns.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use alleyway_core::id::DeviceId;
use tokio::sync::{Notify, oneshot};
use tokio::time::sleep;

/// How long a connection without proof is silent before its place may be taken.
pub(crate) const UNPROVEN_TIME: Duration = Duration::from_secs(2);
/// Requests of administrators served at once: an administrator and a script.
const ADMIN_MAX: usize = 4;
/// Connections that read metrics at once: a Prometheus, another one, somebody who looks.
const METRICS_MAX: usize = 8;
/// Connections that one device's proof keeps. A phone has one; with the next, the one of them that
/// has been silent longest is held without proof again.
const PROVEN_MAX: usize = 8;
/// Connections that were told to end and are still open. While there are as many, nobody else is
/// told to end: each is a descriptor.
pub(crate) const ENDING_MAX: usize = 32;

/// The use of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Devices, residents and supervisors, from a TLS handshake's first byte on.
    Public,
    /// Administrators of this machine.
    Admin,
    /// Whoever reads the metrics, on this machine.
    Metrics,
}

/// Who an address stands for: an IPv6 address counts by its first 64 bits, for those who have one have
/// all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address([u8; 16]);

impl Address {
    pub(crate) fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self(ip.to_ipv6_mapped().octets()),
            IpAddr::V6(ip) => Self((u128::from(ip) >> 64 << 64).to_be_bytes()),
        }
    }
}

/// How many places there are, and when one may be taken from its holder.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Places of devices, residents and supervisors together.
    pub public_max: usize,
    /// Those of them that one address may hold.
    pub address_max: usize,
    /// How long a connection without proof is silent before its place may be taken.
    pub unproven_time: Duration,
}

impl Bounds {
    fn places_max(&self, class: Class) -> usize {
        match class {
            Class::Public => self.public_max,
            Class::Admin => ADMIN_MAX,
            Class::Metrics => METRICS_MAX,
        }
    }
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// All places of the class are held, by connections with proof or that came just now.
    Class,
    /// All those that the address may hold are.
    Address,
}

/// Why a connection is kept when places run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It brought a flight that this device had signed over a fresh challenge.
    Device(DeviceId),
    /// It brought a whole request through the socket that only administrators can open.
    Request,
}

/// A device that has proved its connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prover {
    pub(crate) device: DeviceId,
    /// None where no limit by address holds.
    pub(crate) address: Option<Address>,
}

/// One connection.
#[derive(Debug)]
struct HeldPlace {
    class: Class,
    /// None where no limit by address holds.
    address: Option<Address>,
    /// When it last brought the whole head of a request; before the first, when it came.
    heard: Instant,
    proof: Option<Proof>,
    /// Tells its holder to end it; none once that was done.
    end: Option<oneshot::Sender<()>>,
}

#[derive(Debug, Default)]
struct PlaceTable {
    next: u64,
    held: BTreeMap<u64, HeldPlace>,
}

impl PlaceTable {
    /// Those that are served.
    fn served(&self) -> impl Iterator<Item = &HeldPlace> {
        self.held.values().filter(|held| held.end.is_some())
    }

    /// Tells the one of `among` to end that has been silent longest without proof. False if none has
    /// for so long.
    fn end_longest(
        &mut self,
        silent_since: Option<Instant>,
        among: impl Fn(&HeldPlace) -> bool,
    ) -> bool {
        let ending = self.held.len().saturating_sub(self.served().count());
        if ending >= ENDING_MAX {
            return false;
        }
        let longest = self
            .held
            .values_mut()
            .filter(|held| held.end.is_some() && held.proof.is_none() && among(held))
            .min_by_key(|held| held.heard);
        let Some(longest) = longest.filter(|held| Some(held.heard) <= silent_since) else {
            return false;
        };
        if let Some(end) = longest.end.take() {
            // Nobody hears it if it ends by itself just now.
            let _ = end.send(());
        }
        true
    }

    /// Takes the proof from the connection of `device` that has been silent longest, if it has as many
    /// as it may.
    fn make_room_for(&mut self, device: DeviceId) {
        let proof = Some(Proof::Device(device));
        let proven = || self.served().filter(|held| held.proof == proof);
        if proven().count() < PROVEN_MAX {
            return;
        }
        let longest = self
            .held
            .values_mut()
            .filter(|held| held.end.is_some() && held.proof == proof)
            .min_by_key(|held| held.heard);
        if let Some(longest) = longest {
            longest.proof = None;
        }
    }
}

/// The state that holders share.
#[derive(Debug)]
struct Shared {
    table: Mutex<PlaceTable>,
    /// Told when a place is given back.
    freed: Notify,
    bounds: Bounds,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, PlaceTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The table of places. A clone is the same table.
#[derive(Debug, Clone)]
pub struct Places(Arc<Shared>);

impl Places {
    /// A table that nobody is in.
    pub fn new(bounds: Bounds) -> Self {
        Self(Arc::new(Shared {
            table: Mutex::default(),
            freed: Notify::new(),
            bounds,
        }))
    }

    /// A place for a connection that comes `now`, of an address if a limit by address holds for it.
    ///
    /// # Errors
    /// [`Full`], if none is free and none may be taken from its holder.
    pub(crate) fn take(
        &self,
        class: Class,
        address: Option<Address>,
        now: Instant,
    ) -> Result<Place, Full> {
        let bounds = self.0.bounds;
        let mut table = self.0.lock();
        let silent_since = now.checked_sub(bounds.unproven_time);
        let of_class = |held: &HeldPlace| held.class == class;
        let of_address = |held: &HeldPlace| of_class(held) && held.address == address;
        let is_full = |of: &dyn Fn(&HeldPlace) -> bool, most: usize| {
            table.served().filter(|held| of(held)).count() >= most
        };
        if address.is_some() && is_full(&of_address, bounds.address_max) {
            // One of the address's own, so that no other has fewer for it.
            if !table.end_longest(silent_since, of_address) {
                return Err(Full::Address);
            }
        } else if is_full(&of_class, bounds.places_max(class))
            && !table.end_longest(silent_since, of_class)
        {
            return Err(Full::Class);
        }
        let (end, ended) = oneshot::channel();
        let number = table.next;
        table.next = number.saturating_add(1);
        table.held.insert(
            number,
            HeldPlace {
                class,
                address,
                heard: now,
                proof: None,
                end: Some(end),
            },
        );
        drop(table);
        let standing = Standing {
            shared: self.0.clone(),
            number,
        };
        Ok(Place { standing, ended })
    }

    /// The same where no limit by address holds, as soon as there is a place.
    pub(crate) async fn wait(&self, class: Class) -> Place {
        loop {
            let mut freed = std::pin::pin!(self.0.freed.notified());
            // From here on, what is given back is heard.
            freed.as_mut().enable();
            if let Ok(place) = self.take(class, None, Instant::now()) {
                return place;
            }
            tokio::select! {
                () = freed => {}
                () = sleep(self.0.bounds.unproven_time) => {}
            }
        }
    }

    /// Returns when no connection of the class is open any more.
    pub(crate) async fn all_ended(&self, class: Class) {
        loop {
            let mut freed = std::pin::pin!(self.0.freed.notified());
            freed.as_mut().enable();
            let is_open = self.0.lock().held.values().any(|held| held.class == class);
            if !is_open {
                return;
            }
            freed.await;
        }
    }
}

/// A place, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    standing: Standing,
    ended: oneshot::Receiver<()>,
}

impl Place {
    /// How the connection stands, for whoever reads what it brings.
    pub(crate) fn standing(&self) -> Standing {
        self.standing.clone()
    }

    /// Returns when the connection is to end in favour of another.
    pub(crate) async fn ended(&mut self) {
        // The sender is in the table until this place is dropped, or was used.
        let _ = (&mut self.ended).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Standing { shared, number } = &self.standing;
        shared.lock().held.remove(number);
        shared.freed.notify_waiters();
    }
}

/// How a connection stands when places run out.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    shared: Arc<Shared>,
    number: u64,
}

impl Standing {
    /// It brought the whole head of a request `now`.
    pub(crate) fn heard(&self, now: Instant) {
        if let Some(held) = self.shared.lock().held.get_mut(&self.number) {
            held.heard = now;
        }
    }

    /// Who signed what came over it, over a fresh challenge, if a device did.
    pub(crate) fn prover(&self) -> Option<Prover> {
        let table = self.shared.lock();
        let held = table.held.get(&self.number)?;
        match held.proof? {
            Proof::Device(device) => Some(Prover {
                device,
                address: held.address,
            }),
            Proof::Request => None,
        }
    }

    /// It brought what proves that it is to be kept.
    pub(crate) fn proven(&self, proof: Proof) {
        let mut table = self.shared.lock();
        let known = table.held.get(&self.number).and_then(|held| held.proof);
        if known == Some(proof) {
            return;
        }
        if let Proof::Device(device) = proof {
            table.make_room_for(device);
        }
        if let Some(held) = table.held.get_mut(&self.number) {
            held.proof = Some(proof);
        }
    }
}

#[cfg(test)]
mod tests;
