//! A server's process, which can be killed and started again on the same folder and address.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tempfile::TempDir;

use super::{Binaries, Port, ProcessError, get, post};

/// How long a server may take to start, or to end when told to.
const START_TIME_MAX: Duration = Duration::from_mins(2);
/// Between two looks at what is awaited.
const LOOK_PAUSE: Duration = Duration::from_millis(10);
/// How much of the error output a failure shows, in bytes.
const SAID_BYTES_MAX: usize = 4_000;

/// A row of the file that `demo --codes` writes.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoCode {
    /// The member's key.
    pub member: String,
    /// The member's name.
    pub name: String,
    /// The post, as `domain.md` calls it.
    pub post: String,
    /// The unit's name.
    pub unit: String,
    /// The enrolment code.
    pub code: String,
}

/// A server on a folder. Ends with the value.
#[derive(Debug)]
pub struct Server {
    binaries: Binaries,
    /// The program that starts it and makes way for it, with its arguments; empty if there is none.
    under: Vec<String>,
    /// The subcommand and its flags, those of the first start only apart.
    args: Vec<String>,
    data: PathBuf,
    log: PathBuf,
    port: Port,
    url: String,
    child: Child,
    /// Kept for its end: the folder goes with it.
    temporary: Option<TempDir>,
}

impl Server {
    /// Makes the demo town `small` in a folder of its own, which goes with the value, and serves it
    /// from `clock` (RFC 3339) on.
    ///
    /// # Errors
    /// If it does not start.
    pub fn demo(clock: &str) -> Result<(Self, Vec<DemoCode>), ProcessError> {
        let temp = TempDir::new().map_err(ProcessError::system("a temporary folder"))?;
        let data = temp.path().join("town");
        let (mut server, codes) = Self::demo_at(&data, &Port::hidden()?, "small", clock)?;
        server.temporary = Some(temp);
        Ok((server, codes))
    }

    /// As [`Server::demo`], in this folder, at this port, of this size. Beside the folder stand its
    /// log (`….log`) and its codes (`….codes.json`).
    ///
    /// # Errors
    /// If it does not start.
    pub fn demo_at(
        data: &Path,
        port: &Port,
        town: &str,
        clock: &str,
    ) -> Result<(Self, Vec<DemoCode>), ProcessError> {
        let codes = beside(data, "codes.json");
        let first = [
            "--codes".to_owned(),
            codes.display().to_string(),
            "--clock".to_owned(),
            clock.to_owned(),
        ];
        // The clock stands still, so that the budget of a day, and of a minute, does not come back.
        let args = [
            &["demo", "--town", town],
            &["--device-commands-per-day", "1000000"][..],
            &["--device-documents-per-day", "1000000"],
            &["--device-bytes-per-day", "1000000000"],
            &["--device-requests-per-minute", "1000000"],
        ]
        .concat();
        let server = Self::start(data, port, &args, &first)?;
        let text =
            std::fs::read(&codes).map_err(ProcessError::system(codes.display().to_string()))?;
        let codes = serde_json::from_slice(&text)
            .map_err(|error| ProcessError::Answer(error.to_string()))?;
        Ok((server, codes))
    }

    /// Starts `alleyway-server` with `args` and, this first time only, `first`; ready when it returns.
    /// A restart has the same port.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(
        data: &Path,
        port: &Port,
        args: &[&str],
        first: &[String],
    ) -> Result<Self, ProcessError> {
        Self::start_under(&[], data, port, args, first)
    }

    /// As [`Server::start`], by way of another program: `under` is that and its arguments. The process
    /// it is started as must become the server's own (as `strace -D` does), so that it can be killed.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start_under(
        under: &[String],
        data: &Path,
        port: &Port,
        args: &[&str],
        first: &[String],
    ) -> Result<Self, ProcessError> {
        let binaries = Binaries::find()?;
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let log = beside(data, "log");
        let (child, url) = launch(&command(&binaries, under), &args, first, data, port, &log)?;
        let under = under.to_vec();
        let server = Self {
            binaries,
            under,
            args,
            data: data.to_owned(),
            log,
            port: port.clone(),
            url,
            child,
            temporary: None,
        };
        server.await_ready()?;
        Ok(server)
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port.
    pub fn port(&self) -> &Port {
        &self.port
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The error output so far, over all starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGKILL: it ends where it stands.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn kill(&mut self) -> Result<(), ProcessError> {
        self.child.kill().map_err(ProcessError::system("kill"))?;
        self.child.wait().map_err(ProcessError::system("wait"))?;
        Ok(())
    }

    /// SIGTERM: it answers what is in flight, and ends. Returns its exit code.
    ///
    /// # Errors
    /// If it does not end in time.
    pub fn stop(&mut self) -> Result<Option<i32>, ProcessError> {
        let pid = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).map_err(|error| {
                ProcessError::System {
                    what: "SIGTERM".to_owned(),
                    error: error.into(),
                }
            })?;
        }
        let begun = Instant::now();
        while begun.elapsed() < START_TIME_MAX {
            if let Some(status) = self
                .child
                .try_wait()
                .map_err(ProcessError::system("wait"))?
            {
                return Ok(status.code());
            }
            std::thread::sleep(LOOK_PAUSE);
        }
        Err(ProcessError::Server {
            what: "did not end when told to".to_owned(),
            said: self.said(),
        })
    }

    /// Starts it again on the same folder and address, after [`Server::kill`] or [`Server::stop`].
    ///
    /// # Errors
    /// If it does not start.
    pub fn restart(&mut self) -> Result<(), ProcessError> {
        let line = command(&self.binaries, &self.under);
        let (child, _) = launch(&line, &self.args, &[], &self.data, &self.port, &self.log)?;
        self.child = child;
        self.await_ready()
    }

    /// Starts it again, and kills it after this time, wherever its start stands then.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn restart_and_kill(&mut self, after: Duration) -> Result<(), ProcessError> {
        let line = command(&self.binaries, &self.under);
        let errors = log_file(&self.log)?;
        let program = prepare(&line, &self.args, &[], &self.data, &self.port)
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn();
        self.child = program.map_err(ProcessError::system(line.join(" ")))?;
        std::thread::sleep(after);
        self.kill()
    }

    /// Sets a demo's clock, in RFC 3339.
    ///
    /// # Errors
    /// If it is refused.
    pub fn set_clock(&self, now: &str) -> Result<(), ProcessError> {
        let body = serde_json::json!({ "now": now }).to_string();
        let answer = post(&format!("{}/demo/clock", self.url), body.as_bytes())?;
        if answer.status == 200 {
            Ok(())
        } else {
            Err(ProcessError::Answer(answer.body))
        }
    }

    /// A new one-time code for a member, through the administration's socket.
    ///
    /// # Errors
    /// If it is refused.
    pub fn invite(&self, member: &str) -> Result<String, ProcessError> {
        let output = Command::new(&self.binaries.server)
            .args(["invite", member, "--json", "--data"])
            .arg(&self.data)
            .output()
            .map_err(ProcessError::system("alleyway-server invite"))?;
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|_| {
            ProcessError::Answer(String::from_utf8_lossy(&output.stderr).into_owned())
        })?;
        let code = answer.get("code").and_then(serde_json::Value::as_str);
        code.map(str::to_owned)
            .ok_or_else(|| ProcessError::Answer(answer.to_string()))
    }

    /// Runs another command of the server's program on this folder, with `--json`: its answer.
    ///
    /// # Errors
    /// If it ends with an error, which is then named.
    pub fn administer(&self, args: &[&str]) -> Result<serde_json::Value, ProcessError> {
        let output = Command::new(&self.binaries.server)
            .args(args)
            .args(["--json", "--data"])
            .arg(&self.data)
            .output()
            .map_err(ProcessError::system("alleyway-server"))?;
        let failed = || ProcessError::Answer(String::from_utf8_lossy(&output.stderr).into_owned());
        if !output.status.success() {
            return Err(failed());
        }
        serde_json::from_slice(&output.stdout).map_err(|_| failed())
    }

    /// Its metrics, as OpenMetrics text.
    ///
    /// # Errors
    /// If it does not tell them.
    pub fn metrics(&self) -> Result<String, ProcessError> {
        super::metrics(&self.data)
    }

    fn await_ready(&self) -> Result<(), ProcessError> {
        let begun = Instant::now();
        while begun.elapsed() < START_TIME_MAX {
            if get(&format!("{}/readyz", self.url)).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            std::thread::sleep(LOOK_PAUSE);
        }
        Err(ProcessError::Server {
            what: "did not become ready".to_owned(),
            said: self.said(),
        })
    }

    fn said(&self) -> String {
        tail(&self.log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `FOLDER.what`, beside the folder.
fn beside(data: &Path, what: &str) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    data.with_file_name(name)
}

/// The program to start, and what stands before the server's own arguments.
fn command(binaries: &Binaries, under: &[String]) -> Vec<String> {
    let server = binaries.server.display().to_string();
    under.iter().cloned().chain([server]).collect()
}

fn prepare(
    line: &[String],
    args: &[String],
    first: &[String],
    data: &Path,
    port: &Port,
) -> Command {
    let mut command = Command::new(&line[0]);
    command
        .args(&line[1..])
        .args(args)
        .args(first)
        .arg("--data")
        .arg(data)
        .args(["--listen", &port.address()]);
    command.stdin(Stdio::null());
    command
}

/// Starts the process and waits for the line that says where it listens.
fn launch(
    line: &[String],
    args: &[String],
    first: &[String],
    data: &Path,
    port: &Port,
    log: &Path,
) -> Result<(Child, String), ProcessError> {
    let errors = log_file(log)?;
    let mut child = prepare(line, args, first, data, port)
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .map_err(ProcessError::system(line.join(" ")))?;
    if let Some(url) = announced(&mut child) {
        return Ok((child, url));
    }
    // It may have ended already.
    let _ = child.kill();
    let _ = child.wait();
    Err(ProcessError::Server {
        what: "did not start".to_owned(),
        said: tail(log),
    })
}

fn log_file(log: &Path) -> Result<File, ProcessError> {
    let failed = ProcessError::system(log.display().to_string());
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .map_err(failed)
}

/// The address of the line `listening on http://…`.
fn announced(child: &mut Child) -> Option<String> {
    let output = child.stdout.take()?;
    let (told, line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(output).lines();
        let url = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, url) = line.split_once("listening on ")?;
            Some(url.trim().to_owned())
        });
        // Whoever waited too long has gone.
        let _ = told.send(url);
        // Read to the end, so that the server never writes into a closed pipe.
        lines.map_while(Result::ok).for_each(drop);
    });
    line.recv_timeout(START_TIME_MAX).ok().flatten()
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let from = text.len().saturating_sub(SAID_BYTES_MAX);
    let from = (from..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    text.get(from..).unwrap_or_default().to_owned()
}
