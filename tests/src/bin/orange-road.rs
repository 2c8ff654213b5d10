//! `make demo`: plays the orange road on the screen, through real programs over TCP, and then keeps
//! serving the town for a phone of one's own.
//!
//!     orange-road [--pace SECONDS] [--data DIR] [--once]

use std::io::IsTerminal as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use alleyway_server::clock::{Clock, parse_rfc3339, rfc3339};
use alleyway_tests::process::{Binaries, ProcessError, Server};
use alleyway_tests::story::{BEGIN, Person, Reader, Screen, Stage, StoryError, play};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "\
orange-road [--pace SECONDS] [--data DIR] [--once]
  --pace SECONDS  a pause before every line, e.g. 1.5 (default 0)
  --data DIR      a new folder for the town and the phones, which stays (default: a temporary one)
  --once          ends after the story instead of serving on";

/// Tried in turn; what is taken belongs to somebody else.
const PORTS: std::ops::Range<u16> = 8470..8490;

struct Options {
    pace: Duration,
    data: Option<PathBuf>,
    once: bool,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("{wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("orange-road: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { pace: Duration::ZERO, data: None, once: false };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--pace" => {
                let seconds = value()?;
                let pace = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                options.pace = pace.ok_or_else(|| format!("--pace is `{seconds}`, but must be a number of seconds"))?;
            }
            "--data" => options.data = Some(value()?.into()),
            "--once" => options.once = true,
            other => return Err(format!("`{other}` is not known")),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<(), StoryError> {
    let stop = Arc::new(AtomicBool::new(false));
    let ended = ended_by_signal(stop.clone())?;
    let temporary;
    let folder: &Path = if let Some(folder) = &options.data {
        std::fs::create_dir_all(folder).map_err(system("the folder of --data"))?;
        folder
    } else {
        temporary = TempDir::with_prefix("orange-road-").map_err(system("a temporary folder"))?;
        temporary.path()
    };
    if folder.join("town").exists() {
        return Err(
            ProcessError::Answer(format!("{} holds a town already; name a new folder", folder.display())).into()
        );
    }
    println!("Making a town of two villages and six alleys in {} …", folder.display());
    let server = Server::demo_at(&folder.join("town"), &free_address(), "small", BEGIN)?;
    println!("It is served at {}. Everything below is typed into the program `alleyway`.", server.0.url());
    let mut screen = Screen { pace: options.pace, colour: std::io::stdout().is_terminal(), stop: stop.clone() };
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

/// Hears once of Ctrl-C or SIGTERM, which then do not end the program: it cleans up first.
fn ended_by_signal(stop: Arc<AtomicBool>) -> Result<mpsc::Receiver<()>, StoryError> {
    let (tell, ended) = mpsc::channel();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(system("waiting for signals"))?;
    let listen = || Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?));
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        listen().map_err(system("waiting for signals"))?
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
        stop.store(true, Ordering::Relaxed);
        // Whoever waited may have ended.
        let _ = tell.send(());
    });
    Ok(ended)
}

/// The first free port, or any.
fn free_address() -> String {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = PORTS.into_iter().find(free).unwrap_or(0);
    format!("127.0.0.1:{port}")
}

/// A phone enrolled now has today's clock: the town's follows, unless that would set it back.
fn set_clock_to_today(server: &Server) -> Result<(), StoryError> {
    let today = Clock::System.now();
    let end = alleyway_tests::story::steps().last().and_then(|step| parse_rfc3339(step.at));
    if end.is_some_and(|end| end < today) {
        server.set_clock(&rfc3339(today))?;
    }
    Ok(())
}

fn print_what_next(stage: &Stage<'_>, folder: &Path) -> Result<(), StoryError> {
    let program = Binaries::find()?.device;
    let (program, url) = (program.display(), stage.server.url());
    println!("\n── The story is over ──");
    println!("The resident's page (in a browser):  {}", stage.tracking_url());
    println!("\nA phone of your own, as the second phone of the chief of 甜橙巷:");
    println!("  {program} --home my-phone enrol {url} {}", stage.server.invite(Person::Xie.key())?);
    println!("  {program} --home my-phone sync");
    println!("  {program} --home my-phone cases --all");
    println!("  {program} --home my-phone show {}", stage.case);
    println!("\nA code for another member (qin: branch, wei: town, mo: roads department, lan, huang: other alleys):");
    println!("  {} invite qin --data {}", Binaries::find()?.server.display(), folder.join("town").display());
    Ok(())
}

fn system(what: &str) -> impl FnOnce(std::io::Error) -> ProcessError {
    let what = what.to_owned();
    move |error| ProcessError::System { what, error }
}
