//! `make hands`: plays on the screen how work changes hands, through real programs over TCP.
//!
//!     changing-hands [--pace SECONDS] [--data DIR] [--lang zh|en]

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alleyway_tests::hands::{Stage, play};
use alleyway_tests::process::Port;
use alleyway_tests::story::{Reader, Screen, StoryError};
use alleyway_tests::telling::{Folder, Value, ended_by_signal, pace, tell};

const USAGE: &str = "\
changing-hands [--pace SECONDS] [--data DIR] [--lang zh|en]
  --pace SECONDS  a pause before every line, e.g. 1.5 (default 0)
  --data DIR      a new folder for the town and the phones, which stays (default: a temporary one)
  --lang zh|en    the language in which the programs speak (default zh)";

struct Options {
    pace: Duration,
    data: Option<PathBuf>,
    lang: &'static str,
}

fn main() -> ExitCode {
    tell(
        USAGE,
        Options {
            pace: Duration::ZERO,
            data: None,
            lang: "zh",
        },
        read,
        run,
    )
}

fn read(options: &mut Options, arg: &str, value: Value<'_>) -> Result<bool, String> {
    match arg {
        "--pace" => options.pace = pace(&value()?)?,
        "--data" => options.data = Some(value()?.into()),
        "--lang" => {
            options.lang = match value()?.as_str() {
                "zh" => "zh",
                "en" => "en",
                other => return Err(format!("--lang is `{other}`, but must be zh or en")),
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn run(options: &Options) -> Result<(), StoryError> {
    let stop = Arc::new(AtomicBool::new(false));
    let _ended = ended_by_signal(stop.clone())?;
    let folder = Folder::of(options.data.as_deref(), "changing-hands-")?;
    println!(
        "A town and its phones are made in {}; all lines are typed there.",
        folder.path().display()
    );
    let mut screen = Screen {
        pace: options.pace,
        colour: std::io::stdout().is_terminal(),
        stop: stop.clone(),
    };
    let mut stage = Stage::new(
        folder.path(),
        Port::shown()?,
        Reader::People,
        options.lang,
        &mut screen,
    );
    let played = play(&mut stage);
    if stop.load(Ordering::Relaxed) {
        // The programs hear Ctrl-C too: whatever failed then is no failure.
        return Ok(());
    }
    played?;
    println!("\n── The story is over: nothing that anybody wrote was lost ──");
    Ok(())
}
