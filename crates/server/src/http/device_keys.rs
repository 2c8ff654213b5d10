//! Devices' public keys, remembered so that a hello is checked without asking the writer.
//!
//! A device's id is a hash of its key, so what is remembered cannot become wrong. Whether the
//! device may still speak is asked of the ledger each time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use alleyway_core::crypto::{PublicKey, SecretKey, hash};
use alleyway_core::id::DeviceId;
use alleyway_core::sync::flight::{Flight, FlightError, VerifiedFlight};

use super::App;
use super::error::HttpError;

/// Keys remembered: about 1 MB.
pub(super) const KEYS_MAX: usize = 16_384;

/// Remembered keys.
#[derive(Debug)]
pub(super) struct DeviceKeys {
    known: Mutex<BTreeMap<DeviceId, PublicKey>>,
    /// A key like any other, to check the signatures of unknown devices with. What it signs is not
    /// taken either: it is nobody's.
    nobody: PublicKey,
}

impl Default for DeviceKeys {
    fn default() -> Self {
        Self {
            known: Mutex::default(),
            nobody: SecretKey::from_bytes(&hash("alleyway nobody 1", &[])).public(),
        }
    }
}

impl DeviceKeys {
    fn get(&self, device: DeviceId) -> Option<PublicKey> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&device)
            .copied()
    }

    /// How many are remembered.
    pub(super) fn len(&self) -> usize {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    fn put(&self, device: DeviceId, key: PublicKey) {
        let mut keys = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS_MAX {
            // Rare, and each costs one read: simpler than a list by age.
            keys.clear();
        }
        keys.insert(device, key);
    }
}

/// Checks that a flight is signed by an enrolled device, and counts it as that device's.
///
/// A stranger learns nothing about which devices there are: an unknown device and a known one with a
/// wrong signature get the same answer, and both have cost one question to the writer and one check
/// of a signature.
///
/// # Errors
/// [`HttpError::UnknownDevice`]; [`HttpError::TooMany`]; what [`Flight::verify`] finds behind a
/// signature that is right; whatever the writer answers.
pub(super) async fn authenticate(app: &App, flight: Flight) -> Result<VerifiedFlight, HttpError> {
    let device = flight.device();
    let remembered = app.keys.get(device);
    let known = match remembered {
        Some(key) => Some(key),
        None => ask(app, device).await?,
    };
    let verified = flight.verify(app.town, &known.unwrap_or(app.keys.nobody));
    let (Some(key), true) = (known, !matches!(verified, Err(FlightError::BadSignature))) else {
        if remembered.is_some() {
            // It costs a stranger as much as with a device that is not remembered.
            ask(app, device).await?;
        }
        return Err(HttpError::UnknownDevice);
    };
    app.keys.put(device, key);
    app.by_client.device(device)?;
    Ok(verified?)
}

/// Opens the batches that are sealed to the town: the device's own, typed when it could not read,
/// and those it carried for others. One of a device that is not known stays closed, as one does
/// that is damaged.
///
/// # Errors
/// [`FlightError::BadBatchSignature`]; whatever the writer answers.
pub(super) async fn open(app: &App, flight: VerifiedFlight) -> Result<VerifiedFlight, HttpError> {
    let mut keys = BTreeMap::from([(flight.hello.device, flight.key)]);
    for device in flight.closed_devices() {
        if keys.contains_key(&device) {
            continue;
        }
        let known = match app.keys.get(device) {
            Some(key) => Some(key),
            None => ask(app, device).await?,
        };
        if let Some(key) = known {
            app.keys.put(device, key);
            keys.insert(device, key);
        }
    }
    Ok(flight.open(app.town, &app.sealing, |device| keys.get(&device).copied())?)
}

async fn ask(app: &App, device: DeviceId) -> Result<Option<PublicKey>, HttpError> {
    Ok(app
        .writer
        .ask(0, move |desk| {
            alleyway_ledger::device_key(desk.store, device)
        })
        .await?)
}
