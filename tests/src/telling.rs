//! What the programs that show a story on a screen share: their options, a folder, Ctrl-C.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::process::ProcessError;

/// Runs a program that shows a story: reads its line, tells what is wrong with it, or runs.
///
/// `read` is given each option and, when it asks, what stands behind it; false says that it does not
/// know the option.
pub fn tell<O, E: Display>(
    usage: &str,
    mut options: O,
    mut read: impl FnMut(&mut O, &str, Value<'_>) -> Result<bool, String>,
    run: impl FnOnce(&O) -> Result<(), E>,
) -> ExitCode {
    let program = usage.split(' ').next().unwrap_or_default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        let known = read(&mut options, &arg, &mut value);
        if let Some(wrong) = known.map_or_else(Some, |known| {
            (!known).then(|| format!("`{arg}` is not known"))
        }) {
            eprintln!("{wrong}\n{usage}");
            return ExitCode::from(2);
        }
    }
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{program}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What stands behind an option.
///
/// # Errors
/// A line for whoever typed it, if nothing does.
pub type Value<'a> = &'a mut dyn FnMut() -> Result<String, String>;

/// Reads a pause in seconds, such as `1.5`.
///
/// # Errors
/// A line for whoever typed it.
pub fn pace(seconds: &str) -> Result<Duration, String> {
    let pace = seconds
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    pace.ok_or_else(|| format!("--pace is `{seconds}`, but must be a number of seconds"))
}

/// Where a story's town and phones are.
#[derive(Debug)]
pub enum Folder {
    /// Where somebody wanted it; it stays.
    Given(PathBuf),
    /// It goes with the value.
    Temporary(TempDir),
}

impl Folder {
    /// This folder, which is made; without one a temporary one, whose name begins with `prefix`.
    ///
    /// # Errors
    /// If it cannot be made, or a story was told in it.
    pub fn of(given: Option<&Path>, prefix: &str) -> Result<Self, ProcessError> {
        let Some(given) = given else {
            let temporary =
                TempDir::with_prefix(prefix).map_err(ProcessError::system("a temporary folder"))?;
            return Ok(Self::Temporary(temporary));
        };
        let failed = || ProcessError::system("the folder of --data");
        std::fs::create_dir_all(given).map_err(failed())?;
        if given.join("town").exists() {
            return Err(ProcessError::Answer(format!(
                "{} holds a town already; name a new folder",
                given.display()
            )));
        }
        Ok(Self::Given(given.canonicalize().map_err(failed())?))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

/// Hears once of Ctrl-C or SIGTERM, which then do not end the program: it cleans up first.
///
/// # Errors
/// If the system refuses.
pub fn ended_by_signal(stop: Arc<AtomicBool>) -> Result<mpsc::Receiver<()>, ProcessError> {
    let (tell, ended) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ProcessError::system("waiting for signals"))?;
    let listen = || {
        Ok((
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        ))
    };
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        listen().map_err(ProcessError::system("waiting for signals"))?
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
        stop.store(true, Ordering::Relaxed);
        // Whoever waited may have ended.
        let _ = tell.send(());
    });
    Ok(ended)
}
