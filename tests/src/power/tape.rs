//! What a program did to its folder, recorded by `strace` in life after life.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use alleyway_demo::Chance;

use super::Lies;
use super::PowerError;
use super::disk::{Disk, Folder, Trust};
use super::image::{self, Image};
use super::trace::{self, Event};
use crate::process::ProcessError;

/// The program that watches.
pub(super) const STRACE: &str = "strace";
/// How long strace may take to write what it saw once the program has ended.
const TRACE_TIME_MAX: Duration = Duration::from_mins(1);
/// Between two looks at what is awaited.
const LOOK_PAUSE: Duration = Duration::from_millis(10);
/// The longest write that is recorded whole, in bytes.
const WRITE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// One moment in so many is any, whether something is being written or not.
const ANY_MOMENT_ONE_IN: usize = 4;

/// What happened to a folder.
#[derive(Debug)]
pub(super) struct Tape {
    /// The folder before.
    pub(super) base: Folder,
    /// What happened to it.
    pub(super) events: Vec<Event>,
    /// What an answer of the program begins with.
    answer: &'static [u8],
    /// The folder's true path.
    folder: PathBuf,
    /// Syncs so far.
    syncs: u64,
}

impl Tape {
    /// A tape of the folder as it is. An answer is what the program writes to anything but a file,
    /// if it begins with these bytes.
    pub(super) fn of(folder: &Path, answer: &'static [u8]) -> Result<Self, PowerError> {
        let folder = folder
            .canonicalize()
            .map_err(ProcessError::system("the data folder"))?;
        Ok(Self {
            base: read(&folder)?,
            events: Vec::new(),
            answer,
            folder,
            syncs: 0,
        })
    }

    /// Adds a life: what strace wrote to `file` of the process `leader`, which has been ended.
    /// Returns how many answers left in it.
    pub(super) fn add(&mut self, file: &Path, leader: u32) -> Result<u64, PowerError> {
        let trace = whole(file, &leader.to_string())?;
        let parsed = trace::parse(&trace, &self.folder, self.answer, self.syncs);
        let (events, syncs) = parsed.map_err(PowerError::Recording)?;
        self.syncs = syncs;
        let answers = events
            .iter()
            .filter(|event| **event == Event::Answer)
            .count() as u64;
        self.events.extend(events);
        Ok(answers)
    }

    /// All of it together makes the folder as it is: then nothing that matters was overlooked.
    pub(super) fn must_make_the_folder(&self) -> Result<(), PowerError> {
        let mut disk = Disk::of(&self.base, Trust::of(Lies::None));
        for event in &self.events {
            disk.play(event).map_err(PowerError::Recording)?;
        }
        let (made, folder) = (disk.seen(), read(&self.folder)?);
        let differs = |path: &&PathBuf| made.get(*path) != folder.get(*path);
        match made.keys().chain(folder.keys()).find(differs) {
            None => Ok(()),
            Some(path) => Err(PowerError::Recording(format!(
                "{} is not what the recorded writes make",
                path.display()
            ))),
        }
    }

    /// Moments, in order: most of them when something is not synced, some at any time.
    pub(super) fn moments(&self, count: u32, rng: &mut Chance) -> Result<Vec<usize>, PowerError> {
        let mut disk = Disk::of(&self.base, Trust::of(Lies::None));
        let mut open = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            disk.play(event).map_err(PowerError::Recording)?;
            if disk.open_operations() > 0 {
                open.push(at);
            }
        }
        let mut moment = || match rng.pick(&open).copied() {
            Some(moment) if !rng.one_in(ANY_MOMENT_ONE_IN) => moment,
            _ => rng.below(self.events.len()),
        };
        let mut moments: Vec<usize> = (0..count).map(|_| moment()).collect();
        moments.sort_unstable();
        Ok(moments)
    }

    /// The power goes once: what that leaves, and how many answers had left.
    pub(super) fn cut_once(&self, rng: &mut Chance) -> Result<(Image, u64), PowerError> {
        let (mut disk, mut answers) = (Disk::of(&self.base, Trust::of(Lies::None)), 0);
        let moment = self.moments(1, rng)?.first().copied().unwrap_or_default();
        for event in self.events.iter().take(moment + 1) {
            answers += u64::from(disk.play(event).map_err(PowerError::Recording)?);
        }
        Ok((Image::draw(&disk, rng, true), answers))
    }
}

/// Its arguments; the program follows. `-D`: the process that is started becomes the program.
pub(super) fn strace_arguments(file: &Path) -> Vec<String> {
    let (file, longest) = (file.display().to_string(), WRITE_BYTES_MAX.to_string());
    let words = [
        "-D",
        "-f",
        "-y",
        "-xx",
        "-s",
        &longest,
        "-e",
        trace::CALLS,
        "-o",
        &file,
    ];
    words.into_iter().map(str::to_owned).collect()
}

/// Whether strace is there and may trace.
pub(super) fn can_trace() -> Result<(), PowerError> {
    let tried = Command::new(STRACE)
        .args(["-e", "trace=none", "true"])
        .stdout(Stdio::null())
        .output();
    match tried {
        Err(error) => Err(PowerError::NoStrace(error.to_string())),
        Ok(output) if !output.status.success() => Err(PowerError::NoStrace(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )),
        Ok(_) => Ok(()),
    }
}

/// What strace saw of a process, to the end.
fn whole(file: &Path, leader: &str) -> Result<String, PowerError> {
    let begun = Instant::now();
    while begun.elapsed() < TRACE_TIME_MAX {
        let trace = std::fs::read_to_string(file).map_err(ProcessError::system("the trace"))?;
        if has_ended(&trace, leader) {
            return Ok(trace);
        }
        std::thread::sleep(LOOK_PAUSE);
    }
    Err(PowerError::Recording(
        "strace did not come to an end".to_owned(),
    ))
}

/// Whether a trace says of the process and of every thread in it that it ended, in whatever order.
fn has_ended(trace: &str, leader: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut ended = BTreeSet::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            return false;
        };
        seen.insert(thread);
        if rest.trim_start().starts_with("+++ ") {
            ended.insert(thread);
        }
    }
    trace.ends_with('\n') && ended.contains(leader) && seen == ended
}

fn read(folder: &Path) -> Result<Folder, PowerError> {
    Ok(image::read(folder).map_err(ProcessError::system("the data folder"))?)
}

#[cfg(test)]
mod tests {
    use super::has_ended;

    #[test]
    fn a_trace_is_whole_when_every_thread_in_it_has_ended() {
        let whole = "7 write(1) = 1\n8 fdatasync(3) = 0\n7 +++ exited with 0 +++\n8 +++ exited with 0 +++\n";
        assert!(has_ended(whole, "7"));
        assert!(!has_ended(whole, "9"));
        assert!(!has_ended(whole.trim_end(), "7"));
        assert!(!has_ended(
            "7 write(1) = 1\n8 fdatasync(3) = 0\n7 +++ exited with 0 +++\n",
            "7"
        ));
    }
}
