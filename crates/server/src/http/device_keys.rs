//! Devices' public keys and the challenges that they have used, remembered so that a hello is checked
//! without asking the writer.
//!
//! A device's id is a hash of its key, so what is remembered cannot become wrong. Whether the
//! device may still speak is asked of the ledger each time.
//!
//! One signature is checked for whoever sends a flight, the hello's. Then come the device's limits
//! and the challenge, and only then the signatures of what stands behind the hello: a flight beyond
//! a limit, or one that was recorded and is sent again, costs no more than that one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alleyway_core::crypto::{PublicKey, SecretKey, hash};
use alleyway_core::id::DeviceId;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::flight::{Flight, SignedFlight, VerifiedFlight};
use alleyway_core::sync::frame::Hello;
use alleyway_core::sync::read::ReadProof;
use alleyway_core::time::Time;

use super::App;
use super::error::HttpError;

/// Keys remembered: about 1 MB.
pub(super) const KEYS_MAX: usize = 16_384;

/// A device that is remembered.
#[derive(Debug, Clone, Copy)]
struct KnownKey {
    key: PublicKey,
    /// The highest serial of a challenge that it has used; 0 before the first.
    used: u64,
}

/// Remembered keys, and challenges that were used.
pub(super) struct DeviceKeys {
    known: Mutex<BTreeMap<DeviceId, KnownKey>>,
    challenge_key: [u8; 32],
    /// A key like any other, to check the signatures of unknown devices with. What it signs is not
    /// taken either: it is nobody's.
    nobody: PublicKey,
}

impl fmt::Debug for DeviceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceKeys")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl DeviceKeys {
    /// None is remembered yet. The key is that of the ledger's challenges.
    pub(super) fn new(challenge_key: [u8; 32]) -> Self {
        Self {
            known: Mutex::default(),
            challenge_key,
            nobody: SecretKey::from_bytes(&hash("alleyway nobody 1", &[])).public(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeviceId, KnownKey>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, device: DeviceId) -> Option<PublicKey> {
        self.lock().get(&device).map(|known| known.key)
    }

    /// How many are remembered.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn put(&self, device: DeviceId, key: PublicKey) {
        let mut all = self.lock();
        if all.len() >= KEYS_MAX && !all.contains_key(&device) {
            // Rare, and each costs one read: simpler than a list by age. A used challenge that is
            // forgotten here is void to the ledger all the same.
            all.clear();
        }
        all.entry(device).or_insert(KnownKey { key, used: 0 });
    }

    /// The serial of the hello's challenge, if it is one of ours for the device and not expired.
    fn serial(&self, hello: &Hello, now: Time) -> Option<u64> {
        hello
            .challenge?
            .serial(&self.challenge_key, hello.device, now)
    }

    /// Whether the hello's challenge is good, and nobody has come with it or a later one.
    pub(super) fn is_fresh(&self, hello: &Hello, now: Time) -> bool {
        let used = self.lock().get(&hello.device).map_or(0, |known| known.used);
        self.serial(hello, now).is_some_and(|serial| serial > used)
    }

    /// Whether a challenge is one of ours for the device, not expired, and the device has not come with
    /// it or a later one.
    pub(super) fn is_current(&self, device: DeviceId, challenge: Challenge, now: Time) -> bool {
        let used = self.lock().get(&device).map_or(0, |known| known.used);
        let serial = challenge.serial(&self.challenge_key, device, now);
        serial.is_some_and(|serial| serial > used)
    }

    /// Uses the hello's challenge up; false if it was not fresh. Of two flights over one challenge
    /// that come at once, one is told true.
    pub(super) fn use_up(&self, hello: &Hello, now: Time) -> bool {
        let Some(serial) = self.serial(hello, now) else {
            return false;
        };
        let mut all = self.lock();
        match all.get_mut(&hello.device) {
            Some(known) if serial > known.used => {
                known.used = serial;
                true
            }
            Some(_) => false,
            // Forgotten just now: the ledger says it.
            None => true,
        }
    }
}

/// Checks that a flight is signed by an enrolled device. Nothing behind the hello is read.
///
/// A stranger learns nothing about which devices there are: an unknown device and a known one with a
/// wrong signature get the same answer, and both have cost one question to the writer and one check
/// of a signature.
///
/// # Errors
/// [`HttpError::UnknownDevice`]; whatever the writer answers.
pub(super) async fn authenticate(app: &App, flight: Flight) -> Result<SignedFlight, HttpError> {
    let device = flight.device();
    let remembered = app.keys.get(device);
    let known = match remembered {
        Some(key) => Some(key),
        None => ask(app, device).await?,
    };
    app.metrics.signatures_checked.inc();
    let signed = flight.verify(app.town, &known.unwrap_or(app.keys.nobody));
    let (Some(key), Ok(signed)) = (known, signed) else {
        if remembered.is_some() {
            // It costs a stranger as much as with a device that is not remembered.
            ask(app, device).await?;
        }
        return Err(HttpError::UnknownDevice);
    };
    app.keys.put(device, key);
    Ok(signed)
}

/// Checks that a read of `target` is signed by an enrolled device; a stranger learns as little, and pays
/// as much, as with a flight.
///
/// # Errors
/// [`HttpError::UnknownDevice`]; whatever the writer answers.
pub(super) async fn authenticate_read(
    app: &App,
    proof: &ReadProof,
    target: &str,
) -> Result<(), HttpError> {
    let remembered = app.keys.get(proof.device);
    let known = match remembered {
        Some(key) => Some(key),
        None => ask(app, proof.device).await?,
    };
    app.metrics.signatures_checked.inc();
    let proves = proof.proves(app.town, &known.unwrap_or(app.keys.nobody), target);
    let Some(key) = known.filter(|_| proves) else {
        if remembered.is_some() {
            ask(app, proof.device).await?;
        }
        return Err(HttpError::UnknownDevice);
    };
    app.keys.put(proof.device, key);
    Ok(())
}

/// Joins what a flight brings in pieces with what came before.
///
/// # Errors
/// What [`SignedFlight::joined`] finds.
pub(super) fn join(app: &App, flight: SignedFlight, now: Time) -> Result<SignedFlight, HttpError> {
    let mut pieces = app.pieces.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(flight.joined(&mut pieces, now)?)
}

/// Reads what stands behind the hello: the device's batches, and then those that are sealed to the
/// town: the device's own, typed when it could not read, and those it carried for others. One of a
/// device that is not known stays closed, as one does that is damaged.
///
/// # Errors
/// What [`SignedFlight::read`] and [`VerifiedFlight::open`] find; whatever the writer answers.
pub(super) async fn read(app: &App, flight: SignedFlight) -> Result<VerifiedFlight, HttpError> {
    let mut checked = 0;
    let flight = flight.read_counting(&mut checked);
    app.metrics.signatures_checked.inc_by(checked);
    let flight = flight?;
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
    app.metrics
        .signatures_checked
        .inc_by(flight.closed_batches() as u64);
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
