//! `make reads`: the reads that devices sign, asked for by who has no device. A proxy on this machine
//! proves each as a device of a made-up town, so that a tester of HTTP descriptions can try them all.

mod proxy;
mod town;

use std::ffi::OsString;
use std::process::{Command, ExitCode};

pub use proxy::{PROVE, Proxy};
pub use town::{BEGUN, CASES, LATER, OVER, ReadTown};

use crate::process::ProcessError;

const USAGE: &str = "\
reads-proxy [COMMAND …]
  makes a town with late cases and figures, serves it, and proves reads on the way to it.
  COMMAND is run with the proxy's address in place of {url}; its end is the program's end.
  Without one the proxy serves until Ctrl-C.
  A read is proved if its header `alleyway-proof` is `prove`.";

/// Runs the program `reads-proxy`.
pub fn main() -> ExitCode {
    let line: Vec<OsString> = std::env::args_os().skip(1).collect();
    if line.first().is_some_and(|first| first == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match run(&line) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("reads-proxy: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: &[OsString]) -> Result<ExitCode, ProcessError> {
    let town = ReadTown::made()?;
    let proxy = Proxy::start(&town)?;
    println!("proving reads at {}", proxy.url());
    let Some((program, args)) = line.split_first() else {
        loop {
            std::thread::park();
        }
    };
    let args = args.iter().map(|arg| {
        let text = arg.to_string_lossy();
        text.replace("{url}", proxy.url())
    });
    let status = Command::new(program).args(args).status();
    let status = status.map_err(ProcessError::system(program.to_string_lossy()))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
