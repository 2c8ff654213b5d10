//! Hostile input, each target in a process of its own: one that ends its process ends no other, and
//! each has a bound on its memory.

use std::process::{Command, ExitCode, Stdio};

use super::Report;
use super::options::{ONE_TARGET, Options};
use super::workers::Work;
use crate::fuzz::{Target, ended_with, limit_memory, run_long, target, targets};

/// What the targets did together.
#[derive(Debug, Default)]
struct Sum {
    inputs: u64,
    targets: u64,
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} inputs to {} targets", self.inputs, self.targets)
    }
}

/// Runs every target for the time that is asked for.
pub(super) fn run(options: &Options) -> Report {
    let work = Work::new("targets", 0, targets().len() as u64, Sum::default());
    let (sum, failure) = work.share_out(options.jobs, |work, at| {
        let Some(target) = usize::try_from(at).ok().and_then(|at| targets().get(at)) else {
            return Ok(());
        };
        let inputs = child(target, options)?;
        work.add(|sum| {
            sum.inputs += inputs;
            sum.targets += 1;
        });
        Ok(())
    });
    let done = format!("{sum}, {} s each, seed {}", options.seconds, options.from);
    match failure {
        None => Report::good(done),
        Some(failure) => Report::bad(done, failure),
    }
}

/// This program again, for one target. Returns how many inputs it ran.
fn child(target: &Target, options: &Options) -> Result<u64, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let (seconds, seed) = (options.seconds.to_string(), options.from.to_string());
    let line = [
        ONE_TARGET,
        target.name,
        "--seconds",
        seconds.as_str(),
        "--from",
        seed.as_str(),
    ];
    let mut command = Command::new(own);
    command
        .args(line)
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().map_err(|error| error.to_string())?;
    let process = child.id();
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let inputs = said.trim().parse().ok();
    inputs.filter(|_| output.status.success()).ok_or_else(|| {
        let errors = String::from_utf8_lossy(&output.stderr);
        let again = ended_with(target, process).unwrap_or_default();
        format!(
            "fuzz {}, seed {seed}: {}\n{errors}{again}",
            target.name, output.status
        )
    })
}

/// Runs one target in this process, and prints how many inputs it ran.
pub(super) fn one(name: &str, options: &Options) -> ExitCode {
    limit_memory();
    let Some(target) = target(name) else {
        eprintln!("no target is called {name}");
        return ExitCode::from(2);
    };
    match run_long(target, options.seconds, options.from, &mut |_| ()) {
        Ok(tally) => {
            println!("{}", tally.inputs);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
