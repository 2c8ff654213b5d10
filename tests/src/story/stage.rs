//! The stage: a server, five phones, one simulated clock, and what the story has to remember.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use alleyway_core::time::{Date, Time};
use alleyway_server::clock::{parse_rfc3339, rfc3339};
use serde_json::Value;

use super::{Audience, Person, Step, StoryError};
use crate::process::{DemoCode, Device, ProcessError, Response, Server, get_as};

/// Between two lines that one person types, in milliseconds.
const TYPING_MILLISECONDS: i64 = 4 * 60_000;

/// For whom the programs write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Programs: `--json`, whose shape is checked.
    Programs,
    /// People: Chinese, shown to the audience.
    People,
}

/// When the server is killed (SIGKILL) and started again on the same folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kills {
    /// Never.
    Never,
    /// Before every step, and before everything that needs the network.
    Between,
    /// As [`Kills::Between`], and once within every sync, which the phone then repeats.
    Within,
}

/// How many days each phone's clock is ahead of the world's; a negative number is behind.
pub type Clocks = BTreeMap<Person, i64>;

/// The server, the phones, and what the story remembers.
pub struct Stage<'a> {
    /// The server.
    pub server: Server,
    /// The case's number, once it is reported.
    pub case: String,
    /// Its tracking code.
    pub tracking: String,
    /// Lu's refused command.
    pub refused: String,
    /// How far the phones' clocks are off.
    pub clocks: Clocks,
    /// How often the server was killed.
    pub kills: usize,
    now: Time,
    codes: Vec<DemoCode>,
    phones: BTreeMap<Person, Device>,
    reader: Reader,
    killed_when: Kills,
    audience: &'a mut dyn Audience,
}

impl<'a> Stage<'a> {
    /// A stage: a demo's server with the codes it wrote, and a folder for the phones.
    ///
    /// # Errors
    /// If the program of the phones is not built.
    pub fn new(
        (server, codes): (Server, Vec<DemoCode>),
        phones: &Path,
        reader: Reader,
        audience: &'a mut dyn Audience,
    ) -> Result<Self, StoryError> {
        let phone = |person: Person| Ok((person, Device::new(&phones.join(person.key()))?));
        Ok(Self {
            server,
            case: String::new(),
            tracking: String::new(),
            refused: String::new(),
            clocks: Clocks::new(),
            kills: 0,
            now: Time::EARLIEST,
            codes,
            phones: Person::ALL
                .into_iter()
                .map(phone)
                .collect::<Result<_, ProcessError>>()?,
            reader,
            killed_when: Kills::Never,
            audience,
        })
    }

    /// The server is killed at these points.
    #[must_use]
    pub fn killing(self, when: Kills) -> Self {
        Self {
            killed_when: when,
            ..self
        }
    }

    /// This phone's clock is so many days ahead, from the start.
    #[must_use]
    pub fn ahead(mut self, person: Person, days: i64) -> Self {
        self.clocks.insert(person, days);
        self
    }

    /// Names of members, which no resident's page may show.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(|row| row.name.as_str())
    }

    /// Whether the audience wants more.
    pub(super) fn is_watched(&self) -> bool {
        self.audience.wants_more()
    }

    /// Moves the world to the step's time.
    pub(super) fn begin(&mut self, step: &Step) -> Result<(), StoryError> {
        self.now =
            parse_rfc3339(step.at).ok_or_else(|| ProcessError::Answer(step.at.to_owned()))?;
        self.audience.step(self.now, step.title);
        if self.killed_when != Kills::Never {
            self.kill_and_restart()?;
        }
        Ok(self.server.set_clock(&rfc3339(self.now))?)
    }

    /// Types a line that must be carried out. Returns its JSON where programs read.
    pub(super) fn types(&mut self, who: Person, args: &[&str]) -> Result<Value, StoryError> {
        self.type_line(who, args, None)
    }

    /// Types a step of the case, `args` without the case's number.
    pub(super) fn does(
        &mut self,
        who: Person,
        step: &str,
        args: &[&str],
    ) -> Result<(), StoryError> {
        let case = self.case.clone();
        let line: Vec<&str> = [step, case.as_str()]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        let value = self.types(who, &line)?;
        if self.reader == Reader::Programs {
            expect("the step's state", &value["state"], &"pending".into())?;
            expect("the step's case", &value["number"], &case.into())?;
        }
        Ok(())
    }

    /// Types a line that the program must turn down with this code.
    pub(super) fn is_told(
        &mut self,
        who: Person,
        args: &[&str],
        code: &str,
    ) -> Result<(), StoryError> {
        self.type_line(who, args, Some(code)).map(drop)
    }

    /// Syncs; the server must admit and refuse so many commands, and both then hold the same.
    pub(super) fn syncs(
        &mut self,
        who: Person,
        admitted: u64,
        refused: u64,
    ) -> Result<(), StoryError> {
        if self.killed_when != Kills::Never {
            self.kill_and_restart()?;
        }
        self.server.set_clock(&rfc3339(self.now))?;
        if self.killed_when == Kills::Within {
            self.is_cut_off(who)?;
        }
        let value = self.types(who, &["sync"])?;
        // Of a sync that was cut off, the answer may have arrived before.
        if self.reader == Reader::Programs && self.killed_when != Kills::Within {
            expect("admitted", &value["admitted"], &admitted.into())?;
            expect("refused", &value["refused"], &refused.into())?;
            expect("up to date", &value["up_to_date"], &true.into())?;
        }
        expect(
            "pending after a sync",
            &self.looks(who, &["pending"])?,
            &Value::Array(Vec::new()),
        )
    }

    /// Enrols a phone with its member's code, and syncs.
    pub(super) fn enrols(&mut self, who: Person) -> Result<(), StoryError> {
        let code = self
            .codes
            .iter()
            .find(|row| row.member == who.key())
            .map(|row| row.code.clone());
        let code =
            code.ok_or_else(|| ProcessError::Answer(format!("no code for {}", who.key())))?;
        let url = self.server.url().to_owned();
        self.types(who, &["enrol", &url, &code])?;
        self.syncs(who, 0, 0)
    }

    /// What a phone answers to a question, unheard by the audience.
    pub fn looks(&self, who: Person, args: &[&str]) -> Result<Value, StoryError> {
        Ok(self
            .phone(who)?
            .run(Some(&self.clock_of(who)), args)?
            .done()?)
    }

    /// The case as a phone shows it.
    pub fn shows(&self, who: Person) -> Result<Value, StoryError> {
        self.looks(who, &["show", &self.case])
    }

    /// What the resident sees.
    pub fn track(&self, accept: &str, language: &str) -> Result<Response, StoryError> {
        Ok(get_as(&self.tracking_url(), accept, language)?)
    }

    /// Where the resident looks.
    pub fn tracking_url(&self) -> String {
        format!("{}/v1/track/{}", self.server.url(), self.tracking)
    }

    /// Shows the audience something that no phone says.
    pub(super) fn tell(&mut self, text: &str) {
        self.audience.said(text);
    }

    /// SIGKILL, and a start on the same folder.
    fn kill_and_restart(&mut self) -> Result<(), StoryError> {
        self.server.kill()?;
        self.kills += 1;
        Ok(self.server.restart()?)
    }

    /// A sync in whose course the server is killed; each time a little later.
    fn is_cut_off(&mut self, who: Person) -> Result<(), StoryError> {
        let delay = Duration::from_millis(self.kills as u64 % CUT_MILLISECONDS_MAX);
        let (phone, clock) = (self.phone(who)?.clone(), self.clock_of(who));
        let syncing = std::thread::spawn(move || phone.run(Some(&clock), &["sync"]));
        std::thread::sleep(delay);
        self.server.kill()?;
        self.kills += 1;
        let answer = syncing
            .join()
            .map_err(|_| ProcessError::Answer("the sync's thread".to_owned()))??;
        // It was through already, or it tells that the network failed.
        if answer.exit != 0 {
            answer.failed_with(NO_NETWORK)?;
        }
        self.server.restart()?;
        Ok(self.server.set_clock(&rfc3339(self.now))?)
    }

    fn type_line(
        &mut self,
        who: Person,
        args: &[&str],
        turned_down: Option<&str>,
    ) -> Result<Value, StoryError> {
        self.audience
            .types(&format!("alleyway --home {}", who.key()), args);
        let clock = self.clock_of(who);
        self.now = Time(self.now.0.saturating_add(TYPING_MILLISECONDS));
        let phone = self.phone(who)?;
        if self.reader == Reader::People {
            let spoken = phone.speak(Some(&clock), "zh", args)?;
            self.audience.said(&spoken.text);
            expect(&args.join(" "), &(spoken.exit == 0), &turned_down.is_none())?;
            return Ok(Value::Null);
        }
        let answer = phone.run(Some(&clock), args)?;
        match turned_down {
            None => Ok(answer.done()?),
            Some(code) => {
                expect(
                    &args.join(" "),
                    &answer.failed_with(NOT_ALLOWED)?.as_str(),
                    &code,
                )?;
                Ok(Value::Null)
            }
        }
    }

    fn phone(&self, who: Person) -> Result<&Device, StoryError> {
        Ok(self
            .phones
            .get(&who)
            .ok_or_else(|| ProcessError::Answer(format!("{} has no phone", who.key())))?)
    }

    /// What a phone's clock shows, in China's zone.
    fn clock_of(&self, who: Person) -> String {
        let ahead = self.clocks.get(&who).copied().unwrap_or(0);
        let local = Time(
            self.now
                .plus_days(ahead)
                .0
                .saturating_add(Date::OFFSET_MILLISECONDS),
        );
        rfc3339(local).replace('Z', "+08:00")
    }
}

/// The exit code of a step that the rules do not allow.
const NOT_ALLOWED: i32 = 3;
/// The exit code of a broken connection.
const NO_NETWORK: i32 = 5;
/// A sync takes about so long, most of it the program's start.
const CUT_MILLISECONDS_MAX: u64 = 40;

/// Whether something is as the story has it.
pub(crate) fn expect<T: PartialEq + Debug>(
    what: &str,
    found: &T,
    wanted: &T,
) -> Result<(), StoryError> {
    if found == wanted {
        return Ok(());
    }
    Err(StoryError::Otherwise {
        what: what.to_owned(),
        found: format!("{found:?}"),
        wanted: format!("{wanted:?}"),
    })
}
