//! Runs: bounded by inputs for the tests, by time for a soak.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::dice::Dice;
use super::failing::{folder, kept, minimised, replay_told, running, tried};
use super::mutator::mutated;
use super::{Outcome, Target, corpus, targets};

/// Inputs that are mutated further; beyond it, new ones take the place of old ones.
const POOL_MAX: usize = 2_048;
/// The longest such input, in bytes.
const POOLED_BYTES_MAX: usize = 16 * 1024;
/// Between two lines of progress.
const PROGRESS_PERIOD: Duration = Duration::from_secs(10);

/// Why a run ended before its end.
#[derive(Debug, Error)]
pub enum FuzzError {
    /// An input broke something.
    #[error("{target}: {what}\ninput:  {path} ({bytes} bytes; seed {seed})\n{replay}")]
    Broken {
        /// The target.
        target: &'static str,
        /// What was said.
        what: String,
        /// The input, made small.
        path: PathBuf,
        /// Its length.
        bytes: usize,
        /// The run's seed; corpus files are run first and need none.
        seed: u64,
        /// How to see it again.
        replay: String,
    },
    /// A file or a folder.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// There is none of this name.
    #[error("no target is called {0}")]
    UnknownTarget(String),
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> FuzzError + use<> {
    let path = path.to_owned();
    move |error| FuzzError::Io { path, error }
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Inputs that were run.
    pub inputs: u64,
    /// Of them, those that came through.
    pub taken: u64,
    /// Different ways that inputs went, each with how many did.
    pub words: BTreeMap<String, u64>,
}

/// A run of one target.
struct Run {
    target: &'static Target,
    seed: u64,
    dice: Dice,
    pool: Vec<Vec<u8>>,
    tally: Tally,
    /// Holds the input that is being run, for the case that it ends the process.
    running: PathBuf,
}

impl Run {
    fn new(target: &'static Target, seed: u64) -> Result<Self, FuzzError> {
        let folder = folder();
        fs::create_dir_all(&folder).map_err(io(&folder))?;
        let running = running(target, std::process::id());
        let dice = Dice::new(seed, target.name);
        Ok(Self {
            target,
            seed,
            dice,
            pool: Vec::new(),
            tally: Tally::default(),
            running,
        })
    }

    /// The corpus and the seeds, each as it is.
    fn begin(&mut self) -> Result<(), FuzzError> {
        let corpus = corpus(self.target).map_err(io(Path::new(self.target.name)))?;
        for input in corpus
            .into_iter()
            .map(|(_, input)| input)
            .chain((self.target.seeds)())
        {
            self.input(&input)?;
            self.pool.push(input);
        }
        Ok(())
    }

    fn mutation(&mut self) -> Result<(), FuzzError> {
        let (base, other) = (
            self.dice.below(self.pool.len()),
            self.dice.below(self.pool.len()),
        );
        let none = Vec::new();
        let (base, other) = (
            self.pool.get(base).unwrap_or(&none),
            self.pool.get(other).unwrap_or(&none),
        );
        let input = mutated(self.target, base, other, &mut self.dice);
        if self.input(&input)? && input.len() <= POOLED_BYTES_MAX {
            if self.pool.len() < POOL_MAX {
                self.pool.push(input);
            } else {
                let at = self.dice.below(POOL_MAX);
                self.pool[at] = input;
            }
        }
        Ok(())
    }

    /// Whether it went a way that none before went.
    fn input(&mut self, input: &[u8]) -> Result<bool, FuzzError> {
        fs::write(&self.running, input).map_err(io(&self.running))?;
        let outcome = tried(self.target, input).map_err(|what| self.broken(input, what))?;
        self.tally.inputs += 1;
        self.tally.taken += u64::from(matches!(outcome, Outcome::Taken(_)));
        let count = self
            .tally
            .words
            .entry(outcome.word().to_owned())
            .or_default();
        *count += 1;
        Ok(*count == 1)
    }

    fn broken(&self, input: &[u8], what: String) -> FuzzError {
        let small = minimised(self.target, input);
        match kept(self.target, &small) {
            Ok(path) => {
                let replay = replay_told(self.target, &path);
                FuzzError::Broken {
                    target: self.target.name,
                    what,
                    bytes: small.len(),
                    path,
                    seed: self.seed,
                    replay,
                }
            }
            Err(error) => FuzzError::Io {
                path: folder(),
                error,
            },
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.running);
    }
}

/// Runs the corpus, the seeds, and as many mutations as the target has in `make test`.
///
/// # Errors
/// [`FuzzError`].
pub fn bounded(target: &'static Target, seed: u64) -> Result<Tally, FuzzError> {
    let mut run = Run::new(target, seed)?;
    run.begin()?;
    for _ in 0..target.mutations {
        run.mutation()?;
    }
    Ok(run.tally.clone())
}

/// Runs a target for `seconds`, after its corpus and its seeds. `progress` hears of it now and then.
///
/// # Errors
/// [`FuzzError`].
pub fn run_long(
    target: &'static Target,
    seconds: u64,
    seed: u64,
    progress: &mut dyn FnMut(&Tally),
) -> Result<Tally, FuzzError> {
    let mut run = Run::new(target, seed)?;
    run.begin()?;
    let (began, mut told) = (Instant::now(), Instant::now());
    while began.elapsed() < Duration::from_secs(seconds) {
        run.mutation()?;
        if told.elapsed() >= PROGRESS_PERIOD {
            told = Instant::now();
            progress(&run.tally);
        }
    }
    Ok(run.tally.clone())
}

/// Runs every target for `seconds_per_target`. `report` is given lines for people.
///
/// # Errors
/// The first input that broke something.
pub fn long(
    seconds_per_target: u64,
    seed: u64,
    report: &mut dyn FnMut(&str),
) -> Result<(), FuzzError> {
    for target in targets() {
        let name = target.name;
        let line = |tally: &Tally| {
            let (inputs, taken, ways) = (tally.inputs, tally.taken, tally.words.len());
            format!("fuzz {name}: {inputs} inputs, {taken} taken, {ways} ways")
        };
        let tally = run_long(target, seconds_per_target, seed, &mut |tally| {
            report(&line(tally));
        })?;
        report(&line(&tally));
    }
    Ok(())
}

/// Runs one file.
///
/// # Errors
/// [`FuzzError`].
pub fn replay(target: &'static Target, path: &Path) -> Result<Outcome, FuzzError> {
    let input = fs::read(path).map_err(io(path))?;
    tried(target, &input).map_err(|what| FuzzError::Broken {
        target: target.name,
        what,
        path: path.to_owned(),
        bytes: input.len(),
        seed: 0,
        replay: replay_told(target, path),
    })
}
