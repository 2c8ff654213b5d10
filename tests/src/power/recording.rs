//! A server's life under strace, and what devices were told when.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Lies;
use super::PowerError;
use super::disk::{Disk, Folder, Trust};
use super::image::{self, Image};
use super::trace::{self, Event};
use crate::crash::phone::{Clock, Line, Phone, answer};
use crate::crash::serve;
use crate::process::{ProcessError, Server};
use crate::sim::rng::Rng;

/// Commands typed between two syncs, at most.
const TYPED_TOGETHER_MAX: usize = 8;
/// How long strace may take to write what it saw once the server has ended.
const TRACE_TIME_MAX: Duration = Duration::from_mins(1);
/// Between two looks at what is awaited.
const LOOK_PAUSE: Duration = Duration::from_millis(10);
/// The longest write that is recorded whole, in bytes.
const WRITE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One moment in so many is any, whether something is being written or not.
const ANY_MOMENT_ONE_IN: usize = 4;

/// How a life ends.
#[derive(Debug, Clone, Copy)]
enum Ending {
    Stopped,
    Killed,
}

/// The lives that are recorded, one after the other on one folder.
const LIVES: [Ending; 3] = [Ending::Killed, Ending::Stopped, Ending::Killed];

/// Things that were said by an answer, each with its number.
type ByAnswer<T> = Vec<(u64, T)>;

/// What a server did, and what devices were told.
#[derive(Debug)]
pub struct Recording {
    /// The folder before.
    pub(super) base: Folder,
    /// What happened to it.
    pub(super) events: Vec<Event>,
    /// What was acknowledged by which answer, counted from 1; by none of these: 0.
    told: ByAnswer<Line>,
    /// Devices that were revoked before which answer.
    stopped: ByAnswer<u32>,
}

impl Recording {
    /// Records: devices at work in three lives of a server, `syncs` syncs in each.
    ///
    /// # Errors
    /// [`PowerError::NoStrace`] where it cannot be had; else what went wrong.
    pub fn make(seed: u64, syncs: u32) -> Result<Self, PowerError> {
        can_trace()?;
        let folder = temporary()?;
        serve(&[], &folder)?.stop()?;
        Self::on(&folder, (seed, 0), syncs, (Vec::new(), Vec::new()))
    }

    /// Records on: the power goes once, the server starts on what that leaves, and works as before.
    /// So its start, too, is recorded where it has something to mend.
    ///
    /// # Errors
    /// As [`Recording::make`], and if the server does not start.
    pub fn after_a_power_cut(&self, seed: u64, syncs: u32) -> Result<Self, PowerError> {
        let mut rng = Rng::new(seed);
        let (mut disk, mut answers) = (Disk::of(&self.base, Trust::of(Lies::None)), 0);
        let moment = self.moments(1, &mut rng)?.first().copied().unwrap_or_default();
        for event in &self.events[..=moment] {
            answers += u64::from(disk.play(event).map_err(PowerError::Recording)?);
        }
        let folder = temporary()?;
        let data = folder.path().join("town");
        let written = std::fs::create_dir(&data).and_then(|()| Image::draw(&disk, &mut rng, true).write(&data));
        written.map_err(ProcessError::system("an image"))?;
        let told = self.told_by(answers).into_iter().map(|line| (0, line)).collect();
        let stopped = self.stopped_by(answers).into_iter().map(|code| (0, code)).collect();
        Self::on(&folder, (seed, 1), syncs, (told, stopped))
    }

    /// Records on the folder `town` in there. `name` tells this recording's devices from others.
    fn on(
        folder: &TempDir,
        name: (u64, u32),
        syncs: u32,
        (told, stopped): (ByAnswer<Line>, ByAnswer<u32>),
    ) -> Result<Self, PowerError> {
        let data = folder.path().join("town").canonicalize().map_err(ProcessError::system("the data folder"))?;
        let mut recording = Self { base: read(&data)?, events: Vec::new(), told, stopped };
        let (mut answers, mut numbered, clock) = (0, 0, Clock::begin());
        let (mut phones, mut rng) = (Vec::new(), Rng::new(name.0));
        for (life, ending) in LIVES.into_iter().enumerate() {
            let file = folder.path().join(format!("trace.{life}"));
            let server = serve(&strace(&file), folder)?;
            let mut day = Day::new(format!("life {life} of recording {}.{}", name.0, name.1), clock);
            phones = day.works(&server, phones, syncs, &mut rng)?;
            let trace = ended(server, ending, &file)?;
            let (events, numbers) = trace::parse(&trace, &data, numbered).map_err(PowerError::Recording)?;
            numbered = numbers;
            // Answers to whoever asked whether the server is ready came before all of these.
            let all = events.iter().filter(|event| **event == Event::Answer).count() as u64;
            let others = all.checked_sub(day.requests).ok_or_else(|| {
                PowerError::Recording(format!("{all} answers in the trace, {} requests", day.requests))
            })?;
            recording.told.extend(day.told.into_iter().map(|(request, line)| (answers + others + request, line)));
            let stopped = day.stopped.into_iter().map(|(request, code)| (answers + others + request, code));
            recording.stopped.extend(stopped);
            answers += all;
            recording.events.extend(events);
        }
        recording.must_make(&read(&data)?)?;
        Ok(recording)
    }

    /// What had been acknowledged when so many answers had left.
    pub(super) fn told_by(&self, answers: u64) -> Vec<Line> {
        self.told.iter().filter(|(answer, _)| *answer <= answers).map(|(_, line)| line.clone()).collect()
    }

    /// Codes of the devices that had been revoked when so many answers had left.
    pub(super) fn stopped_by(&self, answers: u64) -> Vec<u32> {
        self.stopped.iter().filter(|(answer, _)| *answer <= answers).map(|(_, code)| *code).collect()
    }

    /// Moments, in order: most of them when something is not synced, some at any time.
    pub(super) fn moments(&self, count: u32, rng: &mut Rng) -> Result<Vec<usize>, PowerError> {
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

    /// How much was recorded: events, and commands that were acknowledged.
    pub fn size(&self) -> (usize, usize) {
        (self.events.len(), self.told.len())
    }

    /// All of it together makes the folder as it is: then nothing that matters was overlooked.
    fn must_make(&self, folder: &Folder) -> Result<(), PowerError> {
        let mut disk = Disk::of(&self.base, Trust::of(Lies::None));
        for event in &self.events {
            disk.play(event).map_err(PowerError::Recording)?;
        }
        let made = disk.seen();
        let differs = |path: &&PathBuf| made.get(*path) != folder.get(*path);
        match made.keys().chain(folder.keys()).find(differs) {
            None => Ok(()),
            Some(path) => {
                Err(PowerError::Recording(format!("{} is not what the recorded writes make", path.display())))
            }
        }
    }
}

/// What happens in one life.
struct Day {
    name: String,
    clock: Clock,
    requests: u64,
    told: ByAnswer<Line>,
    stopped: ByAnswer<u32>,
}

impl Day {
    fn new(name: String, clock: Clock) -> Self {
        Self { name, clock, requests: 0, told: Vec::new(), stopped: Vec::new() }
    }

    /// Devices, one after the other: so that the order of answers is known. Returns those that go on.
    fn works(
        &mut self,
        server: &Server,
        phones: Vec<Phone>,
        syncs: u32,
        rng: &mut Rng,
    ) -> Result<Vec<Phone>, PowerError> {
        let mut here = Vec::new();
        for phone in phones {
            here.push(phone.started_again(server.url())?);
        }
        // Each life has new devices too: enrolments and revocations are in the security journal.
        for key in ["xie", "lu", "lu"] {
            let (code, name) = (server.invite(key)?, format!("{key} {} of {}", here.len(), self.name));
            here.push(Phone::enrol(server.url(), &code, key, &name, self.clock)?);
            self.requests += 1;
        }
        for phone in &mut here {
            self.syncs(phone)?;
        }
        let revoked_after = rng.below(syncs as usize);
        for sync in 0..syncs as usize {
            let at = rng.below(here.len());
            for _ in 0..=rng.below(TYPED_TOGETHER_MAX) {
                here[at].types(rng)?;
            }
            self.syncs(&mut here[at])?;
            if sync == revoked_after {
                let gone = here.swap_remove(rng.below(here.len()));
                server.administer(&["device", "revoke", &gone.code.to_string()])?;
                // It was said before the next answer leaves.
                self.stopped.push((self.requests + 1, gone.code));
            }
        }
        Ok(here)
    }

    fn syncs(&mut self, phone: &mut Phone) -> Result<(), PowerError> {
        // Whatever of its answers told a command, it did not do so before the first.
        let first = self.requests + 1;
        let synced = phone.sync()?;
        self.requests += synced.round_trips;
        let settled = phone.settle();
        if settled.refused > 0 || phone.open() > 0 {
            return Err(answer(format!("a sync without a fault: {synced:?}")).into());
        }
        let request = if synced.round_trips == 1 { first } else { self.requests };
        self.told.extend(settled.admitted.into_iter().map(|line| (request, line)));
        Ok(())
    }
}

/// strace and its arguments; the server follows. `-D`: the process that is started becomes the server.
fn strace(file: &Path) -> Vec<String> {
    let (file, longest) = (file.display().to_string(), WRITE_BYTES_MAX.to_string());
    let words = ["strace", "-D", "-f", "-y", "-xx", "-s", &longest, "-e", trace::CALLS, "-o", &file];
    words.into_iter().map(str::to_owned).collect()
}

/// Whether strace is there and may trace.
fn can_trace() -> Result<(), PowerError> {
    let tried = Command::new("strace").args(["-e", "trace=none", "true"]).stdout(Stdio::null()).output();
    match tried {
        Err(error) => Err(PowerError::NoStrace(error.to_string())),
        Ok(output) if !output.status.success() => {
            Err(PowerError::NoStrace(String::from_utf8_lossy(&output.stderr).into_owned()))
        }
        Ok(_) => Ok(()),
    }
}

/// Whether a trace says of the process and of every thread in it that it ended, in whatever order.
fn has_ended(trace: &str, leader: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut ended = BTreeSet::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { return false };
        seen.insert(thread);
        if rest.trim_start().starts_with("+++ ") {
            ended.insert(thread);
        }
    }
    trace.ends_with('\n') && ended.contains(leader) && seen == ended
}

/// Ends the server; what strace saw of it, to the end.
fn ended(mut server: Server, ending: Ending, file: &Path) -> Result<String, PowerError> {
    let leader = server.pid().to_string();
    match ending {
        Ending::Stopped => server.stop().map(drop)?,
        Ending::Killed => server.kill()?,
    }
    let begun = Instant::now();
    while begun.elapsed() < TRACE_TIME_MAX {
        let trace = std::fs::read_to_string(file).map_err(ProcessError::system("the trace"))?;
        if has_ended(&trace, &leader) {
            return Ok(trace);
        }
        std::thread::sleep(LOOK_PAUSE);
    }
    Err(PowerError::Recording("strace did not come to an end".to_owned()))
}

fn read(folder: &Path) -> Result<Folder, PowerError> {
    Ok(image::read(folder).map_err(ProcessError::system("the data folder"))?)
}

fn temporary() -> Result<TempDir, PowerError> {
    Ok(TempDir::new().map_err(ProcessError::system("a temporary folder"))?)
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
        assert!(!has_ended("7 write(1) = 1\n8 fdatasync(3) = 0\n7 +++ exited with 0 +++\n", "7"));
    }
}
