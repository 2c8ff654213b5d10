//! A folder that a power cut left is opened, and a new device compared with what was told.

use std::path::Path;

use alleyway_client::driver::Driver;
use alleyway_core::crypto::{first, hash};
use alleyway_core::id::MemberId;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store as _, StoreError, Transaction, Write};
use alleyway_core::sync::flight::{Flight, SignedFlight};
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{check, device_key};
use alleyway_replica::{Effect, Replica, SealingPair};
use alleyway_server::instance::Instance;
use tempfile::TempDir;

use super::ServerRecording;
use crate::crash::phone::{Clock, NOW, Phone, answer};
use crate::crash::register::Register;
use crate::crash::serve;
use crate::power::image::Image;
use crate::power::trial::{Failed, Outcome, TrialError, Tried, tried};
use crate::process::{Binaries, ProcessError};

/// Documents held in memory.
const LOADED_DOCUMENTS_MAX: usize = 64;
/// What a text says that tells how to get the town back.
const HOW: &str = "restore";

/// Opens the image when so many answers had left.
pub(super) fn open(
    image: &Image,
    recording: &ServerRecording,
    answers: u64,
    by_program: bool,
) -> Result<Outcome, TrialError> {
    let mut register = Register::default();
    register.acknowledged(recording.told_by(answers));
    let stopped = recording.stopped_by(answers);
    tried(image, |folder, data| {
        if by_program {
            with_the_program(folder, data, register, &stopped)
        } else {
            in_process(data, register, &stopped)
        }
    })
}

fn refused(text: &str) -> Tried {
    if text.contains(HOW) {
        Ok(Outcome::Refused)
    } else {
        Err(Failed::Broken(format!(
            "refused, without how to restore: {text}"
        )))
    }
}

/// As the server opens it: the tail alone is checked. Then every record is.
fn in_process(data: &Path, register: Register, stopped: &[u32]) -> Tried {
    let mut instance = match Instance::open(data, LOADED_DOCUMENTS_MAX) {
        Ok(instance) => instance,
        Err(error) => return refused(&error.to_string()),
    };
    let found = whole(&mut instance, register, stopped)
        .unwrap_or_else(|error| vec![format!("the store failed: {error}")]);
    if found.is_empty() {
        Ok(Outcome::Whole)
    } else {
        Err(Failed::Broken(found.join("\n")))
    }
}

/// What is wrong with an open folder.
fn whole(
    instance: &mut Instance,
    mut register: Register,
    stopped: &[u32],
) -> Result<Vec<String>, StoreError> {
    if instance.ledger.stats().quarantine {
        return Ok(vec!["it opened into quarantine".to_owned()]);
    }
    let records = instance.store.verify_all(&mut |_| ())?;
    if !records.is_sound() {
        return Ok(vec![format!("it opened, and is not sound: {records}")]);
    }
    let report = check(&instance.store, &mut |_| ())?;
    if report.problem_count > 0 {
        let problems = report.problems.iter();
        return Ok(problems.map(|problem| format!("{problem:?}")).collect());
    }
    for row in instance.ledger.devices(&instance.store)? {
        if stopped.contains(&row.code) && row.stopped.is_none() {
            register.problem(format!("device {} was revoked, and is not", row.code));
        }
    }
    let device = Device::enrolled(instance)?.synced(instance)?;
    register.compare("a new device", &device.replica);
    Ok(register.problems().unwrap_or_default())
}

/// As an administrator does: `check`, then the server, then a new device over TCP.
fn with_the_program(
    folder: &TempDir,
    data: &Path,
    mut register: Register,
    stopped: &[u32],
) -> Tried {
    let program = Binaries::find()?.server;
    let checked = std::process::Command::new(program)
        .args(["check", "--data"])
        .arg(data)
        .output();
    let checked = checked.map_err(ProcessError::system("alleyway-server check"))?;
    if !checked.status.success() {
        let text = [checked.stdout, checked.stderr].concat();
        return refused(&String::from_utf8_lossy(&text));
    }
    let server = match serve(&[], folder) {
        Ok(server) => server,
        Err(ProcessError::Server { said, .. }) => return refused(&said),
        Err(other) => return Err(other.into()),
    };
    let devices = server.administer(&["device", "list"])?;
    for row in devices.as_array().into_iter().flatten() {
        let code = row["code"].as_str().and_then(|code| code.parse().ok());
        if code.is_some_and(|code: u32| stopped.contains(&code)) && row["stopped"].is_null() {
            register.problem(format!("device {} was revoked, and is not", row["code"]));
        }
    }
    let code = server.invite("lu")?;
    let mut phone = Phone::enrol(server.url(), &code, "lu", "a new device", Clock::begin())?;
    let synced = phone.sync()?;
    if !synced.summary.up_to_date {
        return Err(answer(format!("not up to date: {synced:?}")).into());
    }
    register.compare("a new device", &phone.replica);
    match register.problems() {
        None => Ok(Outcome::Whole),
        Some(problems) => Err(Failed::Broken(problems.join("\n"))),
    }
}

/// A new device in memory, which talks to the ledger itself.
struct Device {
    replica: Replica,
    store: MemoryStore,
    drawn: u64,
}

/// When it all is opened again: the next morning.
fn morning() -> Time {
    NOW.plus_days(1)
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

impl Device {
    fn enrolled(instance: &mut Instance) -> Result<Self, StoreError> {
        let store = MemoryStore::default();
        let mut device = Self {
            replica: Replica::open(&store)?,
            store,
            drawn: 0,
        };
        let code = TrackingCode::from_random(first(&device.random()));
        let member = MemberId::derive(instance.town, "lu");
        instance
            .ledger
            .invite(&instance.store, member, &code, morning())
            .map_err(failed)?;
        let (signing, sealing) = (device.random(), device.random());
        let sealing = SealingPair::of(sealing);
        let request =
            device
                .replica
                .enrol_request(code, Text::cut("new"), signing, sealing, morning());
        let (writes, request) = request.map_err(failed)?;
        device.persist(writes)?;
        let request = request.verify().map_err(failed)?;
        let enrolled = instance
            .ledger
            .enrol(&instance.store, &request, morning())
            .map_err(failed)?;
        commit(instance)?;
        let writes = device.replica.enrolled(&enrolled, morning());
        device.persist(writes)?;
        Ok(device)
    }

    fn synced(mut self, instance: &mut Instance) -> Result<Self, StoreError> {
        let random = self.random();
        let mut driver = Driver::begin(&mut self.replica, morning(), random);
        loop {
            match driver.next(&mut self.replica, morning()).map_err(failed)? {
                Some(Effect::Persist(writes) | Effect::PersistAnew(writes)) => {
                    self.persist(writes)?;
                    driver.persisted();
                }
                Some(Effect::Send(flight)) => driver.answer(&answer_to(instance, &flight)?),
                Some(Effect::Wipe) => return Err(failed("the new device is to be wiped")),
                Some(Effect::Done(summary)) if summary.up_to_date => return Ok(self),
                Some(Effect::Done(summary)) => {
                    return Err(failed(format!("not up to date: {summary:?}")));
                }
                None => {
                    let random = self.random();
                    driver
                        .response_ended(&mut self.replica, morning(), random)
                        .map_err(failed)?;
                }
            }
        }
    }

    fn persist(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.store.commit(&Transaction {
            writes,
            ..Transaction::default()
        })
    }

    fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash("power trial", &[&self.drawn.to_be_bytes()])
    }
}

fn commit(instance: &mut Instance) -> Result<(), StoreError> {
    instance
        .ledger
        .take_transaction()
        .map_or(Ok(()), |transaction| instance.store.commit(&transaction))
}

/// The whole answer to a flight.
fn answer_to(instance: &mut Instance, flight: &[u8]) -> Result<Vec<u8>, StoreError> {
    let parsed = Flight::parse(flight).map_err(failed)?;
    let key = device_key(&instance.store, parsed.device())?
        .ok_or_else(|| failed("the device is unknown"))?;
    let (store, sealing) = (&instance.store, instance.ledger.sealing());
    let verified = parsed
        .verify(instance.town, &key)
        .and_then(SignedFlight::read)
        .and_then(|flight| {
            flight.open(instance.town, &sealing, |device| {
                device_key(store, device).ok().flatten()
            })
        })
        .map_err(failed)?;
    let mut reply = instance
        .ledger
        .sync(&instance.store, &verified, morning())?;
    let mut answer = vec![PROTOCOL_VERSION];
    loop {
        commit(instance)?;
        answer.extend_from_slice(&reply.frames);
        match reply.next {
            Some(next) => reply = instance.ledger.page(&instance.store, &next, morning())?,
            None => return Ok(answer),
        }
    }
}
