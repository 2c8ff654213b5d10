//! A demo's data folder: a town that is made once, and a clock that can be set.

use std::path::Path;

use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_demo::Size;
use alleyway_ledger::DeviceBudget;
use serde::{Deserialize, Serialize};

use super::DemoError;
use crate::clock::Clock;
use crate::direct::Folder;
use crate::http::DemoClock;
use crate::instance::Instance;
use crate::secrets::{self, SecretsError, replace_private, write_private};

/// Marks a folder as a demo's; written when everything else is made.
const MARK: &str = "demo.json";
/// How far the demo's clock is ahead of the system's, in milliseconds.
const CLOCK_FILE: &str = "demo-clock";

/// The town and the seed of which a demo was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    town: String,
    seed: u64,
}

/// Which town a demo is made as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) size: Size,
    pub(super) seed: u64,
    /// The town is made as it stands then.
    pub(super) start: Time,
}

/// Whether the folder holds a finished demo.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join(MARK).exists()
}

/// Makes a town in an empty folder. `progress` hears how many steps of how many have been taken.
///
/// # Errors
/// [`DemoError`]; the folder is then not a demo's.
pub(super) fn make(
    folder: &Path,
    kind: Kind,
    loaded_documents_max: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Instance, DemoError> {
    let Kind { size, seed, start } = kind;
    let town = alleyway_demo::generate(size, seed, start)?;
    let mut instance = Instance::create(folder, Text::cut(&town.name), loaded_documents_max)?;
    // A year's work comes in within seconds.
    instance.ledger.set_device_budget(DeviceBudget::UNLIMITED);
    let (mut server, secret) = (Folder(&mut instance), secrets::random()?);
    let made = alleyway_demo::make(&mut server, &town, start, secret, progress)?;
    if made.refused > 0 {
        tracing::warn!(
            refused = made.refused,
            "steps of the made-up past were not admitted"
        );
    }
    let mark = Mark {
        town: size.word().to_owned(),
        seed,
    };
    let text = serde_json::to_string(&mark).unwrap_or_default();
    write_private(&folder.join(MARK), text.as_bytes())?;
    Ok(instance)
}

/// The demo's clock: set to `now`, or as the folder last had it.
///
/// # Errors
/// If the folder cannot be written.
pub(super) fn clock(folder: &Path, now: Option<Time>) -> Result<(Clock, DemoClock), SecretsError> {
    let file = folder.join(CLOCK_FILE);
    let kept = std::fs::read_to_string(&file)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let clock = Clock::demo(kept.unwrap_or(0));
    if let Some(ahead) = now.and_then(|now| clock.set(now)) {
        replace_private(&file, ahead.to_string().as_bytes())?;
    }
    Ok((clock, DemoClock { file: Some(file) }))
}
