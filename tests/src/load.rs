//! The load program: what a real server process costs, beside the goals.
//!
//! The server is a child process (this program again, as `alleyway-server`), so that its processor
//! time and memory are its own. The devices are the product's: replicas that sync over TCP.
//!
//! | file | what |
//! | --- | --- |
//! | `admission` | commands per processor second, fsyncs and bytes per command |
//! | `bulk` | memory, disk and rest behind 100 devices that hand in 20 documents each |
//! | `syncs` | the three syncs' bytes and round trips |
//! | `stored` | start-up and memory with many documents, and after serving them |
//! | `feed` | one feed of 100,000 documents: what a device pays for it |
//! | `crowding` | one device at its limits in six ways, and what an honest sync waits |
//! | `folder`, `server`, `device` | a data folder, the child process, a device |
//! | `system` | what `/proc` and the server's metrics say |
//! | `table` | what is printed |

mod admission;
mod bulk;
mod crowding;
mod device;
mod feed;
mod folder;
mod hand;
mod server;
mod stored;
mod syncs;
pub(crate) mod system;
pub(crate) mod table;

use std::error::Error;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use alleyway_core::time::Time;
use table::Table;

/// What goes wrong ends the program.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "load [--quick] [admission] [bulk] [syncs] [stored] [served] [feed] [crowding]";
/// The parts, in the order in which they run.
const PARTS: [&str; 7] = [
    "admission",
    "bulk",
    "syncs",
    "stored",
    "served",
    "feed",
    "crowding",
];

/// What is to be measured.
#[derive(Debug, Clone)]
struct Options {
    /// Sizes at which everything is done in a minute, even unoptimised. The figures mean little.
    quick: bool,
    parts: Vec<String>,
}

impl Options {
    fn read(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            quick: false,
            parts: Vec::new(),
        };
        for argument in arguments {
            match argument.as_str() {
                "--quick" => options.quick = true,
                // What `cargo bench` hands to every program it runs.
                "--bench" => {}
                part if PARTS.contains(&part) => options.parts.push(argument),
                _ => return Err(format!("`{argument}` is not understood; {USAGE}").into()),
            }
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|named| named == part)
    }

    /// One size or the other.
    fn of<T>(&self, whole: T, quick: T) -> T {
        if self.quick { quick } else { whole }
    }
}

/// Runs the program; as the server if it was started as one.
pub fn main() -> ExitCode {
    if std::env::var_os(server::AS_SERVER).is_some() {
        return alleyway_server::cli::main();
    }
    match run() {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<Table> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut table = Table::default();
    if options.wants("admission") {
        admission::measure(&options, &mut table)?;
    }
    if options.wants("bulk") {
        bulk::measure(&options, &mut table)?;
    }
    if options.wants("syncs") {
        syncs::measure(&options, &mut table)?;
    }
    if options.wants("stored") {
        stored::measure_start(&options, &mut table)?;
    }
    if options.wants("served") {
        stored::measure_serving(&options, &mut table)?;
    }
    if options.wants("feed") {
        feed::measure(&options, &mut table)?;
    }
    if options.wants("crowding") {
        crowding::measure(&options, &mut table)?;
    }
    Ok(table)
}

/// Says on stderr what is being done.
fn progress(what: &str) {
    eprintln!("load: {what}");
}

/// The system's time: server and devices agree on it.
pub(crate) fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts far below 2^52, shown to three digits"
)]
pub(crate) fn ratio(count: u64, of: f64) -> f64 {
    count as f64 / of.max(f64::EPSILON)
}
