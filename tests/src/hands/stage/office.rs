//! The server and its administration.

use std::process::{Command, Output};

use alleyway_server::clock::rfc3339;
use serde_json::Value;

use super::Stage;
use crate::hands::{BEGIN, town};
use crate::process::{Binaries, ProcessError, Server};
use crate::story::{StoryError, expect};

/// The town's folder, in the stage's.
const TOWN: &str = "town";
/// The folder of its lists.
const LISTS: &str = "lists";
/// Marks a folder whose server has a clock that can be set; a town in use never has it.
const DEMO_MARK: &str = "demo.json";

impl Stage<'_> {
    /// Makes the town: its folder, its server, and what the lists say.
    pub(in crate::hands) fn makes_the_town(&mut self) -> Result<(), StoryError> {
        self.audience.types(
            "alleyway-server",
            &["init", "--data", TOWN, "--town-name", "四排镇"],
        );
        let made = self.server_program(&["init", "--town-name", "四排镇", "--lang", self.lang])?;
        self.audience.said(&text(&made));
        expect("whether the town is made", &made.status.success(), &true)?;
        town::write_lists(&self.file(LISTS))?;
        let data = self.file(TOWN);
        std::fs::write(data.join(DEMO_MARK), "{}").map_err(ProcessError::system(DEMO_MARK))?;
        self.audience.types(
            "alleyway-server",
            &["demo", "--data", TOWN, "--clock", BEGIN],
        );
        self.tell("(as `serve`, with a clock that can be set: the story takes three months)");
        let clock = ["--clock".to_owned(), BEGIN.to_owned()];
        let server = Server::start(&data, &self.port, &["demo"], &clock)?;
        self.tell(&format!("listening on {}", server.url()));
        self.server = Some(server);
        self.administers(&["import", LISTS]).map(drop)
    }

    /// The administrator types a line, which must be carried out. Returns its JSON where programs
    /// read, and what it said where people do.
    pub(in crate::hands) fn administers(&mut self, args: &[&str]) -> Result<Value, StoryError> {
        self.meets_the_clock()?;
        self.audience
            .types("alleyway-server", &[args, &["--data", TOWN]].concat());
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
    pub(in crate::hands) fn asks(&self, args: &[&str]) -> Result<Value, StoryError> {
        let output = self.server_program(&[args, &["--json"]].concat())?;
        let failed = || ProcessError::Answer(format!("{}: {}", args.join(" "), text(&output)));
        if !output.status.success() {
            return Err(failed().into());
        }
        Ok(serde_json::from_slice(&output.stdout).map_err(|_| failed())?)
    }

    /// A one-time code for a member, and perhaps in whose place.
    pub(in crate::hands) fn invites(&mut self, args: &[&str]) -> Result<String, StoryError> {
        let invited = self.administers(&[&["invite"], args, &["--no-qr"]].concat())?;
        // People read the code on the first line.
        let code = invited["code"]
            .as_str()
            .or_else(|| invited.as_str()?.lines().next());
        Ok(code
            .map(str::to_owned)
            .ok_or_else(|| ProcessError::Answer(invited.to_string()))?)
    }

    /// The code of the member's device that was enrolled last, as the administrator types it.
    pub(in crate::hands) fn device_code(&self, member: &str) -> Result<String, StoryError> {
        let devices = self.asks(&["device", "list", "--member", member])?;
        let newest = devices
            .as_array()
            .and_then(|rows| rows.last()?["code"].as_str().map(str::to_owned));
        Ok(newest.ok_or_else(|| ProcessError::Answer(devices.to_string()))?)
    }

    /// The server ends: from now on there is no signal for anybody.
    pub(in crate::hands) fn server_stops(&mut self) -> Result<(), StoryError> {
        let exit = self.server_mut()?.stop()?;
        self.tell("(the server is stopped)");
        expect("the server's exit code", &exit, &Some(0))
    }

    /// The server is there again, on the same folder and address.
    pub(in crate::hands) fn server_starts(&mut self) -> Result<(), StoryError> {
        self.server_mut()?.restart()?;
        self.tell("(the server runs again)");
        Ok(())
    }

    /// Takes the member's new phone into the town, and fetches what is the member's.
    pub(in crate::hands) fn enrols(
        &mut self,
        phone: &str,
        code: &str,
    ) -> Result<Value, StoryError> {
        let url = self.server_mut()?.url().to_owned();
        self.meets_the_clock()?;
        let enrolled = self.types(phone, &["enrol", &url, code])?;
        if self.reads_json() {
            self.types(phone, &["sync"])?;
        }
        Ok(enrolled)
    }

    /// The server's clock shows the world's time. It is never set back: a post that began a moment ago
    /// would not have begun yet.
    pub(in crate::hands) fn meets_the_clock(&mut self) -> Result<(), StoryError> {
        if let Some(server) = &self.server
            && self.shown < self.now
        {
            server.set_clock(&rfc3339(self.now))?;
            self.shown = self.now;
        }
        Ok(())
    }

    fn server_mut(&mut self) -> Result<&mut Server, StoryError> {
        Ok(self
            .server
            .as_mut()
            .ok_or_else(|| ProcessError::Answer("there is no server yet".to_owned()))?)
    }

    /// Runs the server's program in the stage's folder.
    fn server_program(&self, args: &[&str]) -> Result<Output, ProcessError> {
        let mut command = Command::new(Binaries::find()?.server);
        command
            .current_dir(&self.folder)
            .args(args)
            .args(["--data", TOWN]);
        command
            .output()
            .map_err(ProcessError::system("alleyway-server"))
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}
