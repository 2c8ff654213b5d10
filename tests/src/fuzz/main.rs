//! The program `fuzz`.

use std::path::Path;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{FuzzError, bless, bounded, long, replay, target, targets};

/// All that a run may have mapped, in bytes: an input that makes the product take memory without
/// bound ends the process.
const ADDRESS_SPACE_BYTES_MAX: u64 = 3 << 30;

const HELP: &str = "\
fuzz list                          every target
fuzz bounded [SEED]                what `make test` runs
fuzz long SECONDS [SEED]           every target for so long
fuzz only TARGET [SEED]            one target, as in `make test`
fuzz replay TARGET FILE            one input
ALLEYWAY_BLESS=1 fuzz bless        fills the corpora up (tests/corpus)
";

/// From now on this process can map so much memory and no more.
pub fn limit_memory() {
    let limit = getrlimit(Resource::As);
    // A lower one stands.
    let current = Some(limit.current.map_or(ADDRESS_SPACE_BYTES_MAX, |set| {
        set.min(ADDRESS_SPACE_BYTES_MAX)
    }));
    let _ = setrlimit(Resource::As, Rlimit { current, ..limit });
}

/// Runs the program on its own arguments.
pub fn main() -> ExitCode {
    limit_memory();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match carried_out(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn carried_out(args: &[&str]) -> Result<(), FuzzError> {
    let number =
        |text: Option<&&str>, default| text.and_then(|text| text.parse().ok()).unwrap_or(default);
    let named = |name: &str| target(name).ok_or_else(|| FuzzError::UnknownTarget(name.to_owned()));
    match args {
        ["list"] => {
            for target in targets() {
                println!("{:20} {}", target.name, target.about);
            }
        }
        ["bounded", rest @ ..] => {
            for target in targets() {
                one(target, number(rest.first(), 1))?;
            }
        }
        ["only", name, rest @ ..] => one(named(name)?, number(rest.first(), 1))?,
        ["long", seconds, rest @ ..] => {
            long(
                number(Some(seconds), 60),
                number(rest.first(), 1),
                &mut |line| println!("{line}"),
            )?;
        }
        ["replay", name, file] => println!("{:?}", replay(named(name)?, Path::new(file))?),
        ["bless", names @ ..] if std::env::var_os("ALLEYWAY_BLESS").is_some() => {
            for target in targets()
                .iter()
                .filter(|target| names.is_empty() || names.contains(&target.name))
            {
                let files = bless(target).map_err(|error| FuzzError::Io {
                    path: target.name.into(),
                    error,
                })?;
                println!("{}: {files} files", target.name);
            }
        }
        _ => print!("{HELP}"),
    }
    Ok(())
}

/// One line of a bounded run; a test reads it.
fn one(target: &'static super::Target, seed: u64) -> Result<(), FuzzError> {
    let tally = bounded(target, seed)?;
    println!(
        "{} inputs={} taken={} ways={}",
        target.name,
        tally.inputs,
        tally.taken,
        tally.words.len()
    );
    if std::env::var_os("FUZZ_WAYS").is_some() {
        for (word, count) in &tally.words {
            println!("    {count:6} {word}");
        }
    }
    Ok(())
}
