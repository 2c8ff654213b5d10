//! A phone's store's lives under strace, and what it must hold when the power has gone.

mod script;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use alleyway_core::store::{Records as _, StoreError};
use alleyway_demo::Chance;
use alleyway_device::store::DeviceStore;
use tempfile::TempDir;

use super::image::Image;
use super::tape::{STRACE, Tape, can_trace, strace_arguments};
use super::trial::{FOLDER, Failed, Outcome, TrialError, Tried, tried, written};
use super::{Plan, PowerError, Recorded, Tally, cut, temporary};
use crate::process::ProcessError;
use script::{Rows, SETTINGS, Script};

/// The store's own folder, which the first life makes.
const HOME: &str = "phone";
/// What the recorded program writes behind every step, once the store has said that it is done.
const DONE: &str = "done";
/// Lives of a recording; each ends as if the program were killed.
const LIVES: usize = 4;

/// One life of a phone's store: what the recorded program does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// From which all steps come.
    pub seed: u64,
    /// Steps that earlier lives did.
    pub from: usize,
    /// Steps of this one.
    pub steps: usize,
    /// The folder in which the store's folder is.
    pub folder: PathBuf,
}

impl Life {
    /// The word that asks a program for a life; [`Life::read`] reads those behind it.
    pub const WORD: &str = "--store-life";

    /// As the words of a command line.
    fn words(&self) -> [String; 5] {
        let Self {
            seed,
            from,
            steps,
            folder,
        } = self;
        [
            Self::WORD.to_owned(),
            seed.to_string(),
            from.to_string(),
            steps.to_string(),
            folder.display().to_string(),
        ]
    }

    /// Reads the words behind [`Life::WORD`]; none if they are not those of a life.
    pub fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let (seed, from, steps) = (words.next()?, words.next()?, words.next()?);
        let folder = words.next()?.into();
        Some(Self {
            seed: seed.parse().ok()?,
            from: from.parse().ok()?,
            steps: steps.parse().ok()?,
            folder,
        })
    }

    /// Lives it: opens the store, and does and tells step after step. The store is not closed.
    ///
    /// # Errors
    /// What the store said.
    pub fn live(&self) -> Result<(), PowerError> {
        let store = DeviceStore::open(&self.folder.join(HOME));
        let mut store = store.map_err(|error| PowerError::Store(error.to_string()))?;
        for step in Script::new(self.seed).skip(self.from).take(self.steps) {
            step.done_by(&mut store)
                .map_err(|error| PowerError::Store(error.to_string()))?;
            println!("{DONE}");
        }
        // As a kill has it: nothing is put in order.
        std::mem::forget(store);
        Ok(())
    }
}

/// What a phone's store did, and what it must hold after each step.
#[derive(Debug)]
pub struct StoreRecording {
    tape: Tape,
    seed: u64,
    /// Steps that were done before.
    from: usize,
    /// The rows behind so many steps.
    states: Vec<Rows>,
}

impl StoreRecording {
    /// Records: `steps` steps in each of some lives of a store, from its making on. `program`
    /// lives a [`Life`] where it is asked to by [`Life::WORD`].
    ///
    /// # Errors
    /// [`PowerError::NoStrace`] where it cannot be had; else what went wrong.
    pub fn make(program: &Path, seed: u64, steps: usize) -> Result<Self, PowerError> {
        can_trace()?;
        let folder = temporary()?;
        std::fs::create_dir(folder.path().join(FOLDER))
            .map_err(ProcessError::system("a folder"))?;
        Self::on(&folder, program, (seed, 0), steps)
    }

    /// Records on: the power goes once, the store is opened on what that leaves, and goes on as before.
    ///
    /// # Errors
    /// As [`StoreRecording::make`], and if the store does not open.
    pub fn after_a_power_cut(&self, program: &Path, steps: usize) -> Result<Self, PowerError> {
        let (image, answers) = self.tape.cut_once(&mut Chance::new(self.seed))?;
        let (folder, opened) = (temporary()?, temporary()?);
        // Which of two steps it stands at is seen on a copy: opening writes.
        for folder in [&folder, &opened] {
            written(&image, &folder.path().join(FOLDER))?;
        }
        let there = rows(&opened.path().join(FOLDER))
            .map_err(PowerError::Store)?
            .0;
        let from = self.stands_at(&there, answers).map_err(PowerError::Store)?;
        Self::on(&folder, program, (self.seed, from), steps)
    }

    fn on(
        folder: &TempDir,
        program: &Path,
        (seed, from): (u64, usize),
        steps: usize,
    ) -> Result<Self, PowerError> {
        let data = folder.path().join(FOLDER);
        let mut tape = Tape::of(&data, DONE.as_bytes())?;
        for life in 0..LIVES {
            let file = folder.path().join(format!("trace.{life}"));
            let life = Life {
                seed,
                from: from + life * steps,
                steps,
                folder: data.clone(),
            };
            let mut command = Command::new(STRACE);
            command
                .args(strace_arguments(&file))
                .arg(program)
                .args(life.words());
            let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            let child = child.map_err(ProcessError::system("strace"))?;
            let leader = child.id();
            let output = child
                .wait_with_output()
                .map_err(ProcessError::system("strace"))?;
            let done = tape.add(&file, leader)?;
            if !output.status.success() || done != steps as u64 {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(PowerError::Store(format!(
                    "{done} of {steps} steps were done; {said}"
                )));
            }
        }
        tape.must_make_the_folder()?;
        let mut states = vec![Rows::default()];
        for step in Script::new(seed).take(from + LIVES * steps) {
            states.push(step.done_to(states.last().cloned().unwrap_or_default()));
        }
        Ok(Self {
            tape,
            seed,
            from,
            states,
        })
    }

    /// Cuts the power again and again. `told` hears of each cut what became of it.
    ///
    /// # Errors
    /// The first store that does not open, or not with what it said was durable.
    pub fn cut(&self, plan: Plan, told: &mut dyn FnMut(&Tally)) -> Result<Tally, PowerError> {
        cut(self, plan, told)
    }

    /// How much was recorded: events, and steps.
    pub fn size(&self) -> (usize, usize) {
        (self.tape.events.len(), self.states.len() - 1 - self.from)
    }

    /// Behind which step the rows are those: the last one that was said to be done, or the one begun
    /// after it.
    fn stands_at(&self, there: &Rows, answers: u64) -> Result<usize, String> {
        let said = self.from + usize::try_from(answers).unwrap_or(usize::MAX);
        let states = self.states.iter().enumerate();
        if let Some((at, _)) = states
            .clone()
            .skip(said)
            .take(2)
            .find(|(_, state)| *state == there)
        {
            return Ok(at);
        }
        let elsewhere = states.rev().find(|(_, state)| *state == there);
        let elsewhere =
            elsewhere.map_or("of no step".to_owned(), |(at, _)| format!("of step {at}"));
        Err(format!(
            "step {said} was said to be done, and the rows are {elsewhere}"
        ))
    }

    /// It opens, without anything to rebuild, as far as it said; what is written then is there too.
    fn is_whole(&self, data: &Path, answers: u64) -> Result<(), String> {
        let (there, mut store) = rows(data)?;
        let at = self.stands_at(&there, answers)?;
        if let Some(salvaged) = store.salvaged() {
            return Err(format!(
                "at step {at} it took a power cut for damage: {salvaged:?}"
            ));
        }
        let step = Script::new(self.seed).nth(at).ok_or("no further step")?;
        step.done_by(&mut store)
            .map_err(|error| error.to_string())?;
        drop(store);
        let (there, _) = rows(data)?;
        let state = self.states.get(at).cloned().unwrap_or_default();
        if step.done_to(state) == there {
            Ok(())
        } else {
            Err("what was committed behind it is not there".to_owned())
        }
    }
}

impl Recorded for StoreRecording {
    fn tape(&self) -> &Tape {
        &self.tape
    }

    fn tried(&self, image: &Image, answers: u64, _by_program: bool) -> Result<Outcome, TrialError> {
        tried(image, |_, data| -> Tried {
            let whole = self.is_whole(data, answers);
            whole.map(|()| Outcome::Whole).map_err(Failed::Broken)
        })
    }
}

/// Opens the store; all its rows, each of which opens.
fn rows(data: &Path) -> Result<(Rows, DeviceStore), String> {
    let store = DeviceStore::open(&data.join(HOME))
        .map_err(|error| format!("it does not open: {error}"))?;
    let failed = |error: StoreError| error.to_string();
    let mut settings = BTreeMap::new();
    for key in SETTINGS {
        if let Some(value) = store.setting(key).map_err(failed)? {
            settings.insert(key, value);
        }
    }
    let records = store
        .scan(&[], &[u8::MAX], usize::MAX)
        .map_err(failed)?
        .into_iter()
        .collect();
    Ok((Rows { records, settings }, store))
}
