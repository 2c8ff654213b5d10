//! A made-up town in which there is something to read: late cases, figures of a month that is over, and
//! more cases than fit on a page.

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Device, ProcessError, Server, Spoken};

/// A Wednesday.
pub const BEGUN: &str = "2026-02-25T08:00:00+08:00";
/// Friday: what nobody accepted by Thursday is late.
pub const OVER: &str = "2026-02-27T08:00:00+08:00";
/// Monday; the month is over.
pub const LATER: &str = "2026-03-02T08:00:00+08:00";
/// Cases that were reported: one more than a page has.
pub const CASES: usize = 51;

/// The town, and devices of a chief of 甜橙巷 (`xie`), of another alley's (`lan`), an auditor (`deng`) and an
/// administrator (`zhou`).
pub struct ReadTown {
    folder: TempDir,
    server: Server,
}

impl ReadTown {
    /// The town on [`LATER`]. In February a chief reported [`CASES`] cases, which nobody accepted.
    ///
    /// # Errors
    /// A program does not do what it is asked.
    pub fn made() -> Result<Self, ProcessError> {
        let (server, _) = Server::demo(BEGUN)?;
        let folder = TempDir::new().map_err(ProcessError::system("a temporary folder"))?;
        let town = Self { folder, server };
        for member in ["xie", "lan", "deng", "zhou"] {
            let code = town.server.invite(member)?;
            town.types(member, BEGUN, &["enrol", town.server.url(), &code])?;
            town.types(member, BEGUN, &["sync"])?;
        }
        for number in 0..CASES {
            let title = format!("路灯{number}号");
            let report = ["report", "--category", "road", "--text", "不亮", "--title"];
            town.types("xie", BEGUN, &[&report[..], &[&title]].concat())?;
        }
        town.types("xie", BEGUN, &["sync"])?;
        town.server.administer(&["by-time", "confirm"])?;
        for now in [OVER, LATER] {
            town.server.set_clock(now)?;
            town.server.administer(&["by-time", "confirm"])?;
        }
        Ok(town)
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// A member's device.
    ///
    /// # Errors
    /// The program is not built.
    pub fn device(&self, member: &str) -> Result<Device, ProcessError> {
        Device::new(&self.folder.path().join(member))
    }

    /// What a member's command answers, which succeeds.
    ///
    /// # Errors
    /// It fails.
    pub fn types(&self, member: &str, now: &str, args: &[&str]) -> Result<Value, ProcessError> {
        self.device(member)?.run(Some(now), args)?.done()
    }

    /// The same on [`LATER`], as a person reads it in Chinese.
    ///
    /// # Errors
    /// The program cannot be run.
    pub fn reads(&self, member: &str, args: &[&str]) -> Result<Spoken, ProcessError> {
        self.device(member)?.speak(Some(LATER), "zh", args)
    }
}
