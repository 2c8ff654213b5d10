//! A line to a ledger in this process: requests of phones are handled as those of `http::enrol` and
//! `http::sync` are, without HTTP. What they write is left to whoever has the store to commit.

mod folder;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::BTreeMap;

use alleyway_core::id::TownId;
use alleyway_core::store::Records;
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::sync::flight::Flight;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_core::time::Time;
use alleyway_demo::{Line, LineError};
use alleyway_ledger::{Ledger, device_key};

pub(crate) use folder::Folder;
#[cfg(test)]
pub(crate) use folder::files;

/// A ledger at hand. Devices that it is asked about are committed ones.
pub(crate) struct Direct<'a> {
    /// The ledger.
    pub(crate) ledger: &'a mut Ledger,
    /// Its store.
    pub(crate) records: &'a dyn Records,
    /// Its town.
    pub(crate) town: TownId,
}

impl Line for Direct<'_> {
    fn enrol(&mut self, requests: Vec<Enrol>, now: Time) -> Result<Vec<Enrolled>, LineError> {
        let enrol =
            |request: Enrol| Ok(self.ledger.enrol(self.records, &request.verify()?, now)?);
        requests.into_iter().map(enrol).collect()
    }

    fn sync(&mut self, flights: Vec<Vec<u8>>, now: Time) -> Result<Vec<Vec<u8>>, LineError> {
        let answer = |flight: Vec<u8>| self.answer(&flight, now);
        flights.into_iter().map(answer).collect()
    }
}

impl Direct<'_> {
    fn answer(&mut self, flight: &[u8], now: Time) -> Result<Vec<u8>, LineError> {
        let flight = Flight::parse(flight)?;
        let key = device_key(self.records, flight.device())?.ok_or("the device is not enrolled")?;
        let flight = flight.verify(self.town, &key)?.read()?;
        let mut keys = BTreeMap::new();
        for device in flight.closed_devices() {
            keys.insert(device, device_key(self.records, device)?);
        }
        let key_of = |device| keys.get(&device).copied().flatten();
        let flight = flight.open(self.town, &self.ledger.sealing(), key_of)?;
        let mut reply = self.ledger.sync(self.records, &flight, now)?;
        let mut answer = vec![PROTOCOL_VERSION];
        loop {
            answer.extend_from_slice(&reply.frames);
            match reply.next {
                Some(next) => reply = self.ledger.page(self.records, &next, now)?,
                None => return Ok(answer),
            }
        }
    }
}
