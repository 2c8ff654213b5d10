//! `demo`: a town for a look around. It is made up, its past is brought in by phones as any town's is
//! (`alleyway-demo`), and it is served with a clock that can be set.

mod codes;
mod folder;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use alleyway_core::time::Time;
use alleyway_demo::{LineError, PhoneError, Size, WordsError};
use clap::{Args, ValueEnum};
use thiserror::Error;

use super::exit::{BAD_FOLDER, BAD_INPUT, Exit, IO};
use super::serve;
use crate::clock::{Clock, parse_rfc3339};
use crate::config::Config;
use crate::instance::{Instance, InstanceError};
use crate::said::{Said, at, because, named, told, within};
use crate::secrets::SecretsError;
use crate::telemetry;
use folder::Kind;

/// Steps between two lines that say how far the making is.
const STEPS_SHOWN: usize = 500;

/// Why a demo was not made or opened.
#[derive(Debug, Error)]
enum DemoError {
    /// The folder.
    Instance(#[from] InstanceError),
    /// A file in it.
    File(#[from] SecretsError),
    /// It holds something else.
    NotADemo(PathBuf),
    /// The words that towns are made of.
    Words(#[from] WordsError),
    /// A phone or the operator of the made-up town was refused.
    Made(LineError),
    /// The codes were not written.
    Codes(PathBuf, std::io::Error),
}

impl DemoError {
    /// The text, and the values of its places.
    fn said(&self, lang: Lang) -> Said {
        match self {
            Self::Instance(error) => error.said(lang),
            Self::File(error) => error.said(lang),
            Self::NotADemo(folder) => (said::NOT_A_DEMO, vec![within(folder)]),
            Self::Words(error) => (said::DEMO_WORDS, vec![because(error)]),
            Self::Made(error) => (said::DEMO_NOT_TAKEN, vec![because(error)]),
            Self::Codes(path, error) => (said::CODES_UNWRITTEN, vec![at(path), because(error)]),
        }
    }
}

told!(DemoError);

impl From<PhoneError> for DemoError {
    fn from(error: PhoneError) -> Self {
        Self::Made(error.into())
    }
}

/// The options of a demo.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where to write enrolment codes: [{"member","name","post","unit","code"}].
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
    /// Two villages and six alleys, or 472 alleys with a year of 1,260 cases.
    #[arg(long, value_enum, default_value = "small")]
    town: TownSize,
    /// The time, as RFC 3339 writes it; by default as the folder last had it.
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
        fs::metadata(folder).map_err(|error| DemoError::Codes(path.clone(), error))?;
    }
    let start = now.unwrap_or_else(|| Clock::System.now());
    let kind = Kind {
        size,
        seed: options.seed,
        start,
    };
    let mut instance = open(&config, kind, language)?;
    let (clock, demo_clock) = folder::clock(&config.data, now).map_err(DemoError::from)?;
    let told = if let Some(path) = &options.codes {
        let count = codes::write_codes(&mut instance, path, clock.now())?;
        let values = [at(path), ("count", count.to_string())];
        said::CODES_WRITTEN.fill(language, &values)
    } else {
        let data = named("data", &config.data);
        said::CODE_HINT.fill(language, &[data])
    };
    eprintln!("{told}");
    serve::run(&config, instance, clock, Some(demo_clock), language)
}

fn open(config: &Config, kind: Kind, language: Lang) -> Result<Instance, Exit> {
    let folder: &Path = &config.data;
    if folder::is_there(folder) {
        return Ok(Instance::open(folder, config.loaded_documents_max)?);
    }
    if folder.join("FORMAT").exists() {
        return Err(DemoError::NotADemo(folder.to_owned()).into());
    }
    let mut shown = 0;
    let mut progress = |done: usize, all: usize| {
        if done == all || done / STEPS_SHOWN > shown / STEPS_SHOWN {
            shown = done;
            let values = [("done", done.to_string()), ("all", all.to_string())];
            eprintln!("{}", said::MAKING_TOWN.fill(language, &values));
        }
    };
    let made = folder::make(folder, kind, config.loaded_documents_max, &mut progress);
    Ok(made?)
}

fn read_clock(text: &str) -> Result<Time, Exit> {
    let bad = || {
        Exit::told(BAD_INPUT, |lang| {
            said::BAD_CLOCK.fill(lang, &[("value", text)])
        })
    };
    parse_rfc3339(text).ok_or_else(bad)
}

impl From<DemoError> for Exit {
    fn from(error: DemoError) -> Self {
        let code = match error {
            DemoError::Instance(error) => return error.into(),
            DemoError::NotADemo(_) => BAD_FOLDER,
            DemoError::Words(_) | DemoError::Made(_) => BAD_INPUT,
            DemoError::File(_) | DemoError::Codes(..) => IO,
        };
        Self::told(code, |lang| error.text(lang))
    }
}
