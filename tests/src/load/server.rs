//! The server as a child process, and what the system and its metrics say of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Outcome, system};
use crate::process::metrics;

/// Set for this program when it is to be the server.
pub(super) const AS_SERVER: &str = "LOAD_AS_SERVER";
/// A start that takes longer is a failure.
const START_TIME_MAX: Duration = Duration::from_mins(10);

/// The unit under which the product's server runs.
const UNIT: &str = include_str!("../../../contrib/alleyway-server.service");

/// The environment that the unit gives to it.
fn environment() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = UNIT.lines();
    let given = lines.filter_map(|line| line.strip_prefix("Environment="));
    given
        .flat_map(str::split_whitespace)
        .filter_map(|one| one.split_once('='))
}

/// A running server. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    data: PathBuf,
    url: String,
    /// From the process's start until `/readyz` said yes.
    pub(super) start: Duration,
}

impl Server {
    /// Starts a server on a data folder and waits until it is ready.
    pub(super) fn start(folder: &Path) -> Outcome<Self> {
        let begun = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .env(AS_SERVER, "1")
            .envs(environment())
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log-level",
                "error",
                "--header-seconds-max",
                "3600",
                // One device stands for many here.
                "--device-requests-per-minute",
                "1000000",
                "--device-commands-per-day",
                "1000000000",
                "--device-documents-per-day",
                "1000000000",
                "--device-bytes-per-day",
                "1000000000000",
                "--data",
            ])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the server has no output")?;
        let mut server = Self {
            child,
            data: folder.to_owned(),
            url: String::new(),
            start: Duration::ZERO,
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        line.trim()
            .strip_prefix("listening on ")
            .ok_or("the server did not start")?
            .clone_into(&mut server.url);
        while !server.is_ready() {
            if begun.elapsed() > START_TIME_MAX {
                return Err("the server did not become ready".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.start = begun.elapsed();
        Ok(server)
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn is_ready(&self) -> bool {
        self.get("/readyz").is_ok_and(|(status, _)| status == 200)
    }

    fn get(&self, path: &str) -> Outcome<(u16, String)> {
        let address = self.url.strip_prefix("http://").ok_or("not an address")?;
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
        Ok((status, body.to_owned()))
    }

    /// Counters of its metrics.
    pub(super) fn metrics(&self) -> Outcome<Counters> {
        let text = metrics(&self.data)?;
        let value = |name: &str| system::metric(&text, name);
        Ok(Counters {
            admitted: value("alleyway_commands_admitted_total")?,
            fsyncs: value("alleyway_store_fsyncs_total")?,
            commits: value("alleyway_store_commits_total")?,
            written_bytes: value("alleyway_store_written_bytes_total")?,
        })
    }

    /// Processor time of all its threads, in seconds.
    pub(super) fn cpu_seconds(&self) -> Outcome<f64> {
        system::cpu_seconds(self.child.id())
    }

    /// The bytes of the engine's files.
    pub(super) fn ledger_bytes(&self) -> Outcome<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(self.data.join("ledger"))? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }

    /// Its resident memory now, and the most it was, in kB.
    pub(super) fn memory_kb(&self) -> Outcome<(u64, u64)> {
        system::memory_kb(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is kept: the folder goes too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Counters since the server's start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counters {
    pub(super) admitted: u64,
    pub(super) fsyncs: u64,
    pub(super) commits: u64,
    pub(super) written_bytes: u64,
}
