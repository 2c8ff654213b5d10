//! The stage: a town's folder with its server, the phones, one simulated clock, and what the story
//! has to remember.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use alleyway_core::time::{Date, Time};
use alleyway_server::clock::{parse_rfc3339, rfc3339};
use serde_json::Value;

use super::{BEGIN, Step, town};
use crate::process::{Binaries, Device, ProcessError, Server};
use crate::story::{Audience, Reader, StoryError, expect};

/// Between two lines that are typed, in milliseconds.
const TYPING_MILLISECONDS: i64 = 4 * 60_000;
/// The town's folder, in the stage's.
const TOWN: &str = "town";
/// The folder of its lists.
const LISTS: &str = "lists";
/// Marks a folder whose server has a clock that can be set; a town in use never has it.
const DEMO_MARK: &str = "demo.json";

/// The server, the phones, and what the story remembers.
pub struct Stage<'a> {
    folder: PathBuf,
    listen: String,
    server: Option<Server>,
    now: Time,
    remembered: BTreeMap<&'static str, String>,
    reader: Reader,
    lang: &'a str,
    audience: &'a mut dyn Audience,
}

impl<'a> Stage<'a> {
    /// An empty stage in this folder; the server will listen at `listen`. Where people read, the
    /// programs speak `lang` (`zh` or `en`).
    pub fn new(folder: &Path, listen: &str, reader: Reader, lang: &'a str, audience: &'a mut dyn Audience) -> Self {
        Self {
            folder: folder.to_owned(),
            listen: listen.to_owned(),
            server: None,
            now: Time::EARLIEST,
            remembered: BTreeMap::new(),
            reader,
            lang,
            audience,
        }
    }

    /// Whether the audience wants more.
    pub(super) fn is_watched(&self) -> bool {
        self.audience.wants_more()
    }

    /// Whether the programs' answers are JSON.
    pub(super) fn reads_json(&self) -> bool {
        self.reader == Reader::Programs
    }

    /// All that the server has logged.
    pub(super) fn server_log(&self) -> String {
        self.server.as_ref().map(Server::log).unwrap_or_default()
    }

    /// Moves the world to the step's time.
    pub(super) fn begin(&mut self, step: &Step) -> Result<(), StoryError> {
        self.now = parse_rfc3339(step.at).ok_or_else(|| ProcessError::Answer(step.at.to_owned()))?;
        self.audience.step(self.now, step.title);
        Ok(())
    }

    /// Keeps something for a later step.
    pub(super) fn remember(&mut self, what: &'static str, value: String) {
        self.remembered.insert(what, value);
    }

    /// What was kept.
    pub(super) fn recall(&self, what: &str) -> Result<String, StoryError> {
        let missing = || ProcessError::Answer(format!("{what} is not remembered"));
        Ok(self.remembered.get(what).cloned().ok_or_else(missing)?)
    }

    /// A file that goes from hand to hand.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Shows the audience something that no program says.
    pub(super) fn tell(&mut self, text: &str) {
        self.audience.said(text);
    }
}

/// The server and its administration.
impl Stage<'_> {
    /// Makes the town: its folder, its server, and what the lists say.
    pub(super) fn makes_the_town(&mut self) -> Result<(), StoryError> {
        self.audience.types("alleyway-server", &["init", "--data", TOWN, "--town-name", "四排镇"]);
        let made = self.server_program(&["init", "--town-name", "四排镇", "--lang", self.lang])?;
        self.audience.said(&text(&made));
        expect("whether the town is made", &made.status.success(), &true)?;
        town::write_lists(&self.file(LISTS))?;
        let data = self.file(TOWN);
        std::fs::write(data.join(DEMO_MARK), "{}").map_err(ProcessError::system(DEMO_MARK))?;
        self.audience.types("alleyway-server", &["demo", "--data", TOWN, "--clock", BEGIN]);
        self.tell("(as `serve`, with a clock that can be set: the story takes three months)");
        let clock = ["--clock".to_owned(), BEGIN.to_owned()];
        let server = Server::start(&data, &self.listen, &["demo"], &clock)?;
        self.tell(&format!("listening on {}", server.url()));
        self.server = Some(server);
        self.administers(&["import", LISTS]).map(drop)
    }

    /// The administrator types a line, which must be carried out. Returns its JSON where programs
    /// read, and what it said where people do.
    pub(super) fn administers(&mut self, args: &[&str]) -> Result<Value, StoryError> {
        self.meets_the_clock()?;
        self.audience.types("alleyway-server", &[args, &["--data", TOWN]].concat());
        if self.reads_json() {
            return self.asks(args);
        }
        let output = self.server_program(&[args, &["--lang", self.lang]].concat())?;
        let said = text(&output);
        self.audience.said(&said);
        expect(&args.join(" "), &output.status.success(), &true)?;
        Ok(said.into())
    }

    /// What the server's program answers, unheard by the audience.
    pub(super) fn asks(&self, args: &[&str]) -> Result<Value, StoryError> {
        let output = self.server_program(&[args, &["--json"]].concat())?;
        let failed = || ProcessError::Answer(format!("{}: {}", args.join(" "), text(&output)));
        if !output.status.success() {
            return Err(failed().into());
        }
        Ok(serde_json::from_slice(&output.stdout).map_err(|_| failed())?)
    }

    /// A one-time code for a member, and perhaps in whose place.
    pub(super) fn invites(&mut self, args: &[&str]) -> Result<String, StoryError> {
        let invited = self.administers(&[&["invite"], args, &["--no-qr"]].concat())?;
        // People read the code on the first line.
        let code = invited["code"].as_str().or_else(|| invited.as_str()?.lines().next());
        Ok(code.map(str::to_owned).ok_or_else(|| ProcessError::Answer(invited.to_string()))?)
    }

    /// The code of the member's device that was enrolled last, as the administrator types it.
    pub(super) fn device_code(&self, member: &str) -> Result<String, StoryError> {
        let devices = self.asks(&["device", "list", "--member", member])?;
        let newest = devices.as_array().and_then(|rows| rows.last()?["code"].as_str().map(str::to_owned));
        Ok(newest.ok_or_else(|| ProcessError::Answer(devices.to_string()))?)
    }

    /// The server ends: from now on there is no signal for anybody.
    pub(super) fn server_stops(&mut self) -> Result<(), StoryError> {
        let exit = self.server_mut()?.stop()?;
        self.tell("(the server is stopped)");
        expect("the server's exit code", &exit, &Some(0))
    }

    /// The server is there again, on the same folder and address.
    pub(super) fn server_starts(&mut self) -> Result<(), StoryError> {
        self.server_mut()?.restart()?;
        self.tell("(the server runs again)");
        Ok(())
    }

    /// Takes the member's new phone into the town, and fetches what is the member's.
    pub(super) fn enrols(&mut self, phone: &str, code: &str) -> Result<Value, StoryError> {
        let url = self.server_mut()?.url().to_owned();
        self.meets_the_clock()?;
        let enrolled = self.types(phone, &["enrol", &url, code])?;
        if self.reads_json() {
            self.types(phone, &["sync"])?;
        }
        Ok(enrolled)
    }

    /// The server's clock shows the world's time.
    fn meets_the_clock(&self) -> Result<(), StoryError> {
        let Some(server) = &self.server else { return Ok(()) };
        Ok(server.set_clock(&rfc3339(self.now))?)
    }

    fn server_mut(&mut self) -> Result<&mut Server, StoryError> {
        Ok(self.server.as_mut().ok_or_else(|| ProcessError::Answer("there is no server yet".to_owned()))?)
    }

    /// Runs the server's program in the stage's folder.
    fn server_program(&self, args: &[&str]) -> Result<Output, ProcessError> {
        let mut command = Command::new(Binaries::find()?.server);
        command.current_dir(&self.folder).args(args).args(["--data", TOWN]);
        command.output().map_err(ProcessError::system("alleyway-server"))
    }
}

/// The phones, each named by its folder.
impl Stage<'_> {
    /// Types a line that must be carried out. Returns its JSON where programs read.
    pub(super) fn types(&mut self, phone: &str, args: &[&str]) -> Result<Value, StoryError> {
        self.type_line(phone, args, None)
    }

    /// Types a line that the program must turn down with this exit code and this code.
    pub(super) fn is_told(&mut self, phone: &str, args: &[&str], exit: i32, code: &str) -> Result<(), StoryError> {
        self.type_line(phone, args, Some((exit, code))).map(drop)
    }

    /// Syncs. The counts (`admitted`, `kept`, …) are as the program must tell them; those that are not
    /// named must be 0, but `received` and `forgotten`.
    pub(super) fn syncs(&mut self, phone: &str, counts: &[(&str, u64)]) -> Result<Value, StoryError> {
        self.meets_the_clock()?;
        let value = self.types(phone, &["sync"])?;
        if self.reads_json() {
            for count in ["admitted", "refused", "kept", "carried"] {
                let wanted = counts.iter().find(|(name, _)| *name == count).map_or(0, |(_, wanted)| *wanted);
                expect(count, &value[count], &wanted.into())?;
            }
            expect("up to date", &value["up_to_date"], &true.into())?;
        }
        Ok(value)
    }

    /// Tries to sync, as [`Stage::is_told`].
    pub(super) fn syncs_in_vain(&mut self, phone: &str, exit: i32, code: &str) -> Result<(), StoryError> {
        self.meets_the_clock()?;
        self.is_told(phone, &["sync"], exit, code)
    }

    /// What a phone answers to a question, unheard by the audience.
    pub(super) fn looks(&self, phone: &str, args: &[&str]) -> Result<Value, StoryError> {
        Ok(self.phone(phone)?.run(Some(&self.clock()), args)?.done()?)
    }

    /// The rows that a phone answers with, unheard by the audience.
    pub(super) fn rows(&self, phone: &str, args: &[&str]) -> Result<Vec<Value>, StoryError> {
        let answer = self.looks(phone, args)?;
        let none = || ProcessError::Answer(format!("{}: {answer}", args.join(" ")));
        Ok(answer.as_array().cloned().ok_or_else(none)?)
    }

    /// Reports something, and says its number.
    pub(super) fn reports(&mut self, phone: &str, args: &[&str]) -> Result<String, StoryError> {
        self.types(phone, &[&["report"], args].concat())?;
        let pending = self.rows(phone, &["pending"])?;
        let number = pending.iter().rfind(|row| row["kind"] == "report").and_then(|row| row["number"].as_str());
        Ok(number.map(str::to_owned).ok_or_else(|| ProcessError::Answer("no report is pending".to_owned()))?)
    }

    /// Every phone must show the same confirmed document.
    pub(super) fn phones_agree(&mut self, phones: &[&str], case: &str) -> Result<(), StoryError> {
        let Some((first, others)) = phones.split_first() else { return Ok(()) };
        let shown = self.looks(first, &["show", case])?;
        for other in others {
            let others = self.looks(other, &["show", case])?;
            expect(&format!("the heads on {other}"), &others["heads"], &shown["heads"])?;
            expect(&format!("the version on {other}"), &others["version"], &shown["version"])?;
        }
        let head = shown["heads"][0].as_str().unwrap_or_default();
        let head = head.get(..HEAD_SHOWN).unwrap_or(head);
        self.tell(&format!("(version {} with head {head}… on {})", shown["version"], phones.join(", ")));
        Ok(())
    }

    /// Copies a phone's folder, as a backup that is put back on another phone.
    pub(super) fn copies(&mut self, from: &str, to: &str) -> Result<(), StoryError> {
        self.audience.types("cp", &["-a", from, to]);
        let (from, to) = (self.file(from), self.file(to));
        let failed = || ProcessError::system(format!("copying {}", from.display()));
        std::fs::create_dir(&to).map_err(failed())?;
        for entry in std::fs::read_dir(&from).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            std::fs::copy(entry.path(), to.join(entry.file_name())).map_err(failed())?;
        }
        Ok(())
    }

    fn type_line(&mut self, phone: &str, args: &[&str], down: Option<(i32, &str)>) -> Result<Value, StoryError> {
        // Files stand in the stage's folder, from which people type.
        let folder = format!("{}/", self.folder.display());
        let shown: Vec<&str> = args.iter().map(|arg| arg.strip_prefix(&folder).unwrap_or(arg)).collect();
        self.audience.types(&format!("alleyway --home {phone}"), &shown);
        let clock = self.clock();
        self.now = Time(self.now.0.saturating_add(TYPING_MILLISECONDS));
        let device = self.phone(phone)?;
        if !self.reads_json() {
            let spoken = device.speak(Some(&clock), self.lang, args)?;
            self.audience.said(&spoken.text.replace(&folder, ""));
            expect(&args.join(" "), &spoken.exit, &down.map_or(0, |(exit, _)| exit))?;
            return Ok(Value::Null);
        }
        let answer = device.run(Some(&clock), args)?;
        match down {
            None => Ok(answer.done()?),
            Some((exit, code)) => {
                expect(&args.join(" "), &answer.failed_with(exit)?.as_str(), &code)?;
                Ok(Value::Null)
            }
        }
    }

    fn phone(&self, name: &str) -> Result<Device, ProcessError> {
        Device::new(&self.file(name))
    }

    /// What every clock shows, in China's zone.
    fn clock(&self) -> String {
        let local = Time(self.now.0.saturating_add(Date::OFFSET_MILLISECONDS));
        rfc3339(local).replace('Z', "+08:00")
    }
}

/// How many hexadecimal digits of a head are shown.
const HEAD_SHOWN: usize = 16;

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}
