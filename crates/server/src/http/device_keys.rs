//! Devices' public keys, remembered so that a hello is checked without asking the writer.
//!
//! A device's id is a hash of its key, so what is remembered cannot become wrong. Whether the
//! device may still speak is asked of the ledger each time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use alleyway_core::crypto::PublicKey;
use alleyway_core::id::DeviceId;
use alleyway_core::ledger;

use super::App;
use super::error::HttpError;

/// Keys remembered: about 1 MB.
const KEYS_MAX: usize = 16_384;

/// Remembered keys.
#[derive(Debug, Default)]
pub(super) struct DeviceKeys(Mutex<BTreeMap<DeviceId, PublicKey>>);

impl DeviceKeys {
    fn get(&self, device: DeviceId) -> Option<PublicKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&device).copied()
    }

    fn put(&self, device: DeviceId, key: PublicKey) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS_MAX {
            // Rare, and each costs one read: simpler than a list by age.
            keys.clear();
        }
        keys.insert(device, key);
    }
}

/// The key of an enrolled device.
///
/// # Errors
/// [`HttpError::UnknownDevice`], and whatever the writer answers.
pub(super) async fn device_key(app: &App, device: DeviceId) -> Result<PublicKey, HttpError> {
    if let Some(key) = app.keys.get(device) {
        return Ok(key);
    }
    let found = app.writer.ask(0, move |desk| ledger::device_key(desk.store, device)).await?;
    let key = found.ok_or(HttpError::UnknownDevice)?;
    app.keys.put(device, key);
    Ok(key)
}
