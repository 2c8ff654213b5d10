//! `make demo`: plays the orange road on the screen, through real programs over TCP, and then keeps
//! serving the town for a phone of one's own.
//!
//!     orange-road [--pace SECONDS] [--data DIR] [--once]

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alleyway_server::clock::{Clock, parse_rfc3339, rfc3339};
use alleyway_tests::process::{Binaries, Port, Server};
use alleyway_tests::story::{BEGIN, Person, Reader, Screen, Stage, StoryError, play};
use alleyway_tests::telling::{Folder, Value, ended_by_signal, pace, tell};

const USAGE: &str = "\
orange-road [--pace SECONDS] [--data DIR] [--once]
  --pace SECONDS  a pause before every line, e.g. 1.5 (default 0)
  --data DIR      a new folder for the town and the phones, which stays (default: a temporary one)
  --once          ends after the story instead of serving on";

struct Options {
    pace: Duration,
    data: Option<PathBuf>,
    once: bool,
}

fn main() -> ExitCode {
    tell(
        USAGE,
        Options {
            pace: Duration::ZERO,
            data: None,
            once: false,
        },
        read,
        run,
    )
}

fn read(options: &mut Options, arg: &str, value: Value<'_>) -> Result<bool, String> {
    match arg {
        "--pace" => options.pace = pace(&value()?)?,
        "--data" => options.data = Some(value()?.into()),
        "--once" => options.once = true,
        _ => return Ok(false),
    }
    Ok(true)
}

fn run(options: &Options) -> Result<(), StoryError> {
    let stop = Arc::new(AtomicBool::new(false));
    let ended = ended_by_signal(stop.clone())?;
    let folder = Folder::of(options.data.as_deref(), "orange-road-")?;
    let folder = folder.path();
    println!(
        "Making a town of two villages and six alleys in {} …",
        folder.display()
    );
    let server = Server::demo_at(&folder.join("town"), &Port::shown()?, "small", BEGIN)?;
    println!(
        "It is served at {}. Everything below is typed into the program `alleyway`.",
        server.0.url()
    );
    let mut screen = Screen {
        pace: options.pace,
        colour: std::io::stdout().is_terminal(),
        stop: stop.clone(),
    };
    let mut stage = Stage::new(server, folder, Reader::People, &mut screen)?;
    let played = play(&mut stage);
    if stop.load(Ordering::Relaxed) {
        // The programs hear Ctrl-C too: whatever failed then is no failure.
        return Ok(());
    }
    played?;
    set_clock_to_today(&stage.server)?;
    print_what_next(&stage, folder)?;
    if !options.once {
        println!("\nServing until Ctrl-C.");
        // An error is the end of the thread that waits for signals: then there is nothing to wait for.
        let _ = ended.recv();
    }
    stage.server.stop()?;
    Ok(())
}

/// A phone enrolled now has today's clock: the town's follows, unless that would set it back.
fn set_clock_to_today(server: &Server) -> Result<(), StoryError> {
    let today = Clock::System.now();
    let end = alleyway_tests::story::steps()
        .last()
        .and_then(|step| parse_rfc3339(step.at));
    if end.is_some_and(|end| end < today) {
        server.set_clock(&rfc3339(today))?;
    }
    Ok(())
}

fn print_what_next(stage: &Stage<'_>, folder: &Path) -> Result<(), StoryError> {
    let program = Binaries::find()?.device;
    let (program, url) = (program.display(), stage.server.url());
    println!("\n── The story is over ──");
    println!(
        "The resident's page (in a browser):  {}",
        stage.tracking_url()
    );
    println!("\nA phone of your own, as the second phone of the chief of 甜橙巷:");
    println!(
        "  {program} --home my-phone enrol {url} {}",
        stage.server.invite(Person::Xie.key())?
    );
    println!("  {program} --home my-phone sync");
    println!("  {program} --home my-phone cases --all");
    println!("  {program} --home my-phone show {}", stage.case);
    println!(
        "\nA code for another member (qin: branch, wei: town, mo: roads department, lan, huang: other alleys):"
    );
    println!(
        "  {} invite qin --data {}",
        Binaries::find()?.server.display(),
        folder.join("town").display()
    );
    Ok(())
}
