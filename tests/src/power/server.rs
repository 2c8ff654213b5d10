//! A server's lives under strace, what devices were told when, and whether they were told the truth.

mod trial;

use alleyway_demo::Chance;

use tempfile::TempDir;

use super::image::Image;
use super::tape::{STRACE, Tape, can_trace, strace_arguments};
use super::trial::{FOLDER, Outcome, TrialError, written};
use super::{Plan, PowerError, Recorded, Tally, cut, temporary};
use crate::crash::phone::{Clock, Line, Phone, answer};
use crate::crash::serve;
use crate::process::{ProcessError, Server};

/// Commands typed between two syncs, at most.
const TYPED_TOGETHER_MAX: usize = 8;
/// What begins every answer.
const ANSWER: &[u8] = b"HTTP/1.1 ";

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
pub struct ServerRecording {
    tape: Tape,
    /// What was acknowledged by which answer, counted from 1; by none of these: 0.
    told: ByAnswer<Line>,
    /// Devices that were revoked before which answer.
    stopped: ByAnswer<u32>,
}

impl ServerRecording {
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
    /// As [`ServerRecording::make`], and if the server does not start.
    pub fn after_a_power_cut(&self, seed: u64, syncs: u32) -> Result<Self, PowerError> {
        let (image, answers) = self.tape.cut_once(&mut Chance::new(seed))?;
        let folder = temporary()?;
        written(&image, &folder.path().join(FOLDER))?;
        let told = self
            .told_by(answers)
            .into_iter()
            .map(|line| (0, line))
            .collect();
        let stopped = self
            .stopped_by(answers)
            .into_iter()
            .map(|code| (0, code))
            .collect();
        Self::on(&folder, (seed, 1), syncs, (told, stopped))
    }

    /// Records on the folder [`FOLDER`] in there. `name` tells this recording's devices from others.
    fn on(
        folder: &TempDir,
        name: (u64, u32),
        syncs: u32,
        (told, stopped): (ByAnswer<Line>, ByAnswer<u32>),
    ) -> Result<Self, PowerError> {
        let mut recording = Self {
            tape: Tape::of(&folder.path().join(FOLDER), ANSWER)?,
            told,
            stopped,
        };
        let (mut answers, clock) = (0, Clock::begin());
        let (mut phones, mut rng) = (Vec::new(), Chance::new(name.0));
        for (life, ending) in LIVES.into_iter().enumerate() {
            let file = folder.path().join(format!("trace.{life}"));
            let under: Vec<String> = [vec![STRACE.to_owned()], strace_arguments(&file)].concat();
            let server = serve(&under, folder)?;
            let mut day = Day::new(
                format!("life {life} of recording {}.{}", name.0, name.1),
                clock,
            );
            phones = day.works(&server, phones, syncs, &mut rng)?;
            let leader = server.pid();
            end(server, ending)?;
            let all = recording.tape.add(&file, leader)?;
            // Answers to whoever asked whether the server is ready came before all of these.
            let others = all.checked_sub(day.requests).ok_or_else(|| {
                PowerError::Recording(format!(
                    "{all} answers in the trace, {} requests",
                    day.requests
                ))
            })?;
            recording.told.extend(
                day.told
                    .into_iter()
                    .map(|(request, line)| (answers + others + request, line)),
            );
            let stopped = day
                .stopped
                .into_iter()
                .map(|(request, code)| (answers + others + request, code));
            recording.stopped.extend(stopped);
            answers += all;
        }
        recording.tape.must_make_the_folder()?;
        Ok(recording)
    }

    /// What had been acknowledged when so many answers had left.
    fn told_by(&self, answers: u64) -> Vec<Line> {
        self.told
            .iter()
            .filter(|(answer, _)| *answer <= answers)
            .map(|(_, line)| line.clone())
            .collect()
    }

    /// Codes of the devices that had been revoked when so many answers had left.
    fn stopped_by(&self, answers: u64) -> Vec<u32> {
        self.stopped
            .iter()
            .filter(|(answer, _)| *answer <= answers)
            .map(|(_, code)| *code)
            .collect()
    }

    /// Cuts the power again and again. `told` hears of each cut what became of it.
    ///
    /// # Errors
    /// The first folder in which something acknowledged is missing, or that is refused without a word
    /// on how to restore.
    pub fn cut(&self, plan: Plan, told: &mut dyn FnMut(&Tally)) -> Result<Tally, PowerError> {
        cut(self, plan, told)
    }

    /// How much was recorded: events, and commands that were acknowledged.
    pub fn size(&self) -> (usize, usize) {
        (self.tape.events.len(), self.told.len())
    }
}

impl Recorded for ServerRecording {
    fn tape(&self) -> &Tape {
        &self.tape
    }

    fn tried(&self, image: &Image, answers: u64, by_program: bool) -> Result<Outcome, TrialError> {
        trial::open(image, self, answers, by_program)
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
        Self {
            name,
            clock,
            requests: 0,
            told: Vec::new(),
            stopped: Vec::new(),
        }
    }

    /// Devices, one after the other: so that the order of answers is known. Returns those that go on.
    fn works(
        &mut self,
        server: &Server,
        phones: Vec<Phone>,
        syncs: u32,
        rng: &mut Chance,
    ) -> Result<Vec<Phone>, PowerError> {
        let mut here = Vec::new();
        for phone in phones {
            here.push(phone.started_again(server.url())?);
        }
        // Each life has new devices too: enrolments and revocations are in the security journal.
        for key in ["xie", "lu", "lu"] {
            let (code, name) = (
                server.invite(key)?,
                format!("{key} {} of {}", here.len(), self.name),
            );
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
        let request = if synced.round_trips == 1 {
            first
        } else {
            self.requests
        };
        self.told
            .extend(settled.admitted.into_iter().map(|line| (request, line)));
        Ok(())
    }
}

fn end(mut server: Server, ending: Ending) -> Result<(), ProcessError> {
    match ending {
        Ending::Stopped => server.stop().map(drop),
        Ending::Killed => server.kill(),
    }
}
