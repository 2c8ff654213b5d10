//! `demo`: a town for a look around. It is made up, its past is brought in by phones as any town's is
//! (`alleyway-demo`), and it is served with a clock that can be set.

mod codes;
mod folder;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_core::time::Time;
use alleyway_demo::{LineError, PhoneError, Size, WordsError};
use clap::{Args, ValueEnum};
use thiserror::Error;

use super::exit::{BAD_FOLDER, BAD_INPUT, Exit, IO};
use super::serve;
use crate::clock::{Clock, parse_rfc3339};
use crate::config::Config;
use crate::instance::{Instance, InstanceError};
use crate::secrets::SecretsError;
use crate::telemetry;
use folder::Kind;

/// Steps between two lines that say how far the making is.
const STEPS_SHOWN: usize = 500;

/// Why a demo was not made or opened.
#[derive(Debug, Error)]
enum DemoError {
    /// The folder.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// A file in it.
    #[error(transparent)]
    File(#[from] SecretsError),
    /// It holds something else.
    #[error(
        "{0} is no demo, or its making was cut off; name another folder. A town, or a demo that was restored, is served with `serve`"
    )]
    NotADemo(String),
    /// The words that towns are made of.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// A phone or the operator of the made-up town was refused.
    #[error("the made-up town was not taken: {0}")]
    Made(LineError),
    /// The codes were not written.
    #[error("the codes cannot be written to {0}: {1}")]
    Codes(String, std::io::Error),
}

impl From<PhoneError> for DemoError {
    fn from(error: PhoneError) -> Self {
        Self::Made(error.into())
    }
}

/// What a demo takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where to write enrolment codes: [{"member","name","post","unit","code"}].
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
    /// Two villages and six alleys, or 472 alleys with a year of 1,260 cases.
    #[arg(long, value_enum, default_value = "small")]
    town: TownSize,
    /// What time it is, as RFC 3339 writes it; by default as the folder last had it.
    #[arg(long, value_name = "RFC3339")]
    clock: Option<String>,
    /// Another seed is another town.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TownSize {
    Small,
    Sipai,
}

impl From<TownSize> for Size {
    fn from(size: TownSize) -> Self {
        match size {
            TownSize::Small => Self::Small,
            TownSize::Sipai => Self::Sipai,
        }
    }
}

/// `data_given`: whether anybody named a folder; a demo has its own by default.
pub(super) fn demo(
    config: &Config,
    options: &Options,
    data_given: bool,
    language: Lang,
) -> Result<(), Exit> {
    telemetry::start_logging(config);
    let size = Size::from(options.town);
    let mut config = config.clone();
    if !data_given {
        config.data = PathBuf::from(format!("alleyway-demo-{}", size.word()));
    }
    let now = options.clock.as_deref().map(read_clock).transpose()?;
    // Before the town is made, which takes a while.
    if let Some(path) = &options.codes {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::metadata(folder)
            .map_err(|error| DemoError::Codes(path.display().to_string(), error))?;
    }
    let mut instance = open(&config, size, options.seed, now)?;
    let (clock, demo_clock) = folder::clock(&config.data, now).map_err(DemoError::from)?;
    match &options.codes {
        Some(path) => {
            let count = codes::write_codes(&mut instance, path, clock.now())?;
            eprintln!("{count} codes written to {}", path.display());
        }
        None => eprintln!(
            "for a code: alleyway-server invite MEMBER --data {}",
            config.data.display()
        ),
    }
    serve::run(&config, instance, clock, Some(demo_clock), language)
}

fn open(config: &Config, size: Size, seed: u64, now: Option<Time>) -> Result<Instance, Exit> {
    let folder: &Path = &config.data;
    if folder::is_there(folder) {
        return Ok(Instance::open(folder, config.loaded_documents_max)?);
    }
    if folder.join("FORMAT").exists() {
        return Err(DemoError::NotADemo(folder.display().to_string()).into());
    }
    let start = now.unwrap_or_else(|| Clock::System.now());
    let mut shown = 0;
    let mut progress = |done: usize, all: usize| {
        if done == all || done / STEPS_SHOWN > shown / STEPS_SHOWN {
            shown = done;
            eprintln!("making the town: {done} of {all} steps");
        }
    };
    let kind = Kind { size, seed, start };
    let made = folder::make(folder, kind, config.loaded_documents_max, &mut progress);
    Ok(made?)
}

fn read_clock(text: &str) -> Result<Time, Exit> {
    let bad = || {
        Exit::new(
            BAD_INPUT,
            format!("--clock is `{text}`, but must be a time such as 2026-03-01T08:00:00+08:00"),
        )
    };
    parse_rfc3339(text).ok_or_else(bad)
}

impl From<DemoError> for Exit {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Instance(error) => error.into(),
            DemoError::NotADemo(_) => Self::new(BAD_FOLDER, error.to_string()),
            DemoError::Words(_) | DemoError::Made(_) => Self::new(BAD_INPUT, error.to_string()),
            DemoError::File(_) | DemoError::Codes(..) => Self::new(IO, error.to_string()),
        }
    }
}
