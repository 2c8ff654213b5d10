//! The way to the server: over TCP as a phone has it, or straight into the ledger before the server
//! is started.

use alleyway_core::sync::flight::Flight;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_device::transport::{Client, ServerUrl, Timeouts, Transport as _};
use alleyway_ledger::device_key;
use alleyway_server::instance::Instance;

use crate::load::{Outcome, now};

/// One flight up, and the answer's bytes as they come.
pub(super) trait Line {
    /// Sends a flight; `take` is given the answer's bytes as they come.
    fn exchange(
        &mut self,
        flight: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Outcome<()>,
    ) -> Outcome<()>;
}

/// What a phone's syncs cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Bytes on the socket, HTTP's heads included.
    pub(super) up: u64,
    /// Bytes on the socket, HTTP's heads included.
    pub(super) down: u64,
    /// HTTP requests, those that were refused included.
    pub(super) requests: u64,
}

impl Cost {
    /// Adds another's.
    pub(super) fn add(&mut self, other: Self) {
        self.up += other.up;
        self.down += other.down;
        self.requests += other.requests;
    }
}

/// A connection of the product's client, with the product's own timeouts.
pub(super) struct Tcp {
    client: Client,
    requests: u64,
}

impl Tcp {
    /// Not connected yet.
    pub(super) fn new(url: &str) -> Outcome<Self> {
        Ok(Self {
            client: Client::new(ServerUrl::parse(url)?, Timeouts::default())?,
            requests: 0,
        })
    }

    /// What went over it.
    pub(super) fn cost(&self) -> Cost {
        let traffic = self.client.traffic();
        Cost {
            up: traffic.up(),
            down: traffic.down(),
            requests: self.requests,
        }
    }
}

impl Line for Tcp {
    fn exchange(
        &mut self,
        flight: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Outcome<()>,
    ) -> Outcome<()> {
        self.requests += 1;
        self.client.send(flight)?;
        while let Some(bytes) = self.client.read()? {
            take(&bytes)?;
        }
        Ok(())
    }
}

/// The ledger itself. What it writes is committed by whoever holds it.
pub(super) struct Direct<'a>(pub(super) &'a mut Instance);

impl Line for Direct<'_> {
    fn exchange(
        &mut self,
        flight: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Outcome<()>,
    ) -> Outcome<()> {
        let Instance {
            town,
            ledger,
            store,
            ..
        } = &mut *self.0;
        let flight = Flight::parse(flight)?;
        let key = device_key(store, flight.device())?.ok_or("a phone that is not enrolled")?;
        // Nobody carries batches of others here: a device that cannot be looked up is an unknown one.
        let known = |device| device_key(store, device).ok().flatten();
        let flight = flight
            .verify(*town, &key)?
            .read()?
            .open(*town, &ledger.sealing(), known)?;
        let mut reply = ledger.sync(store, &flight, now())?;
        take(&[PROTOCOL_VERSION])?;
        loop {
            take(&reply.frames)?;
            let Some(next) = reply.next else {
                return Ok(());
            };
            reply = ledger.page(store, &next, now())?;
        }
    }
}
