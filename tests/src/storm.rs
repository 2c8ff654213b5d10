//! The storm: a whole town comes back online within a minute, each phone with a day's work.
//!
//! The server is the product's program, as it is configured by default, on sled with its fsyncs. It
//! has just been started, as after a power cut in the town: no phone's challenge holds, and each
//! is given a new one first. The phones are the product's replicas, each with its own connection.
//!
//! | file | what |
//! | --- | --- |
//! | `town` | the town and its phones as they stood yesterday evening |
//! | `phone` | a phone, and what its owner types in a day |
//! | `line` | the way to the server |
//! | `minute` | when each phone comes back, and what it does when it is sent away |
//! | `watch` | `/healthz` and the server's memory meanwhile |
//! | `settled` | afterwards: is everything everywhere |
//! | `report` | the figures |
//! | `chart` | the figures, drawn |
//! | `options` | the command line |

mod chart;
mod line;
mod minute;
mod options;
mod phone;
mod report;
mod settled;
mod town;
mod watch;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use crate::load::{Outcome, system};
use crate::process::{Port, Server};
use crate::workload::{self, Typed};
use options::Options;
use phone::Phone;
pub use report::Report;
use town::Town;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many phones: alley chiefs, and after each twenty the secretary of their branch.
    pub phones: usize,
    /// Over how many seconds they come back.
    pub seconds: u32,
    /// What their times are drawn from.
    pub seed: u64,
    /// What the server's memory may come to, in MiB.
    pub memory_mib_max: u64,
    /// Whether the limits by address hold, though all phones are on this machine: they then count as
    /// behind one NAT address.
    pub one_address: bool,
}

/// Runs the program.
pub fn main() -> ExitCode {
    match play_all() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("storm: a goal was missed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("storm: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Plays the storms that were asked for, and shows them. Whether all goals were reached.
fn play_all() -> Outcome<bool> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut reports = Vec::new();
    for plan in options.plans() {
        let report = play(&plan)?;
        println!("{report}");
        reports.push(report);
    }
    if let Some(file) = &options.chart {
        std::fs::write(file, chart::draw(&reports))?;
        println!("Drawn: {}", file.display());
    }
    Ok(reports.iter().all(Report::is_good))
}

/// Plays one storm.
///
/// # Errors
/// Whatever ends it early. What it shows is in the report.
pub fn play(plan: &Plan) -> Result<Report, Box<dyn std::error::Error + Send + Sync>> {
    let typed: Vec<Typed> = workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect();
    progress(&format!("{} phones: yesterday", plan.phones));
    let mut town = Town::make(plan.phones, &typed)?;
    progress("the day is typed");
    let commands = type_day(&mut town.phones, &typed)?;
    let limited: &[&str] = if plan.one_address {
        &["serve", "--limit-loopback", "true"]
    } else {
        &["serve"]
    };
    let mut server = Server::start(&town.folder(), &Port::hidden()?, limited, &[])?;
    progress(&format!("all come back within {} seconds", plan.seconds));
    let stormed = storm(&mut town, &server, plan)?;
    progress("afterwards: is everything everywhere");
    let settled = settled::look(&mut town.phones, server.url())?;
    let metrics = server.metrics()?;
    server.stop()?;
    // Every record, the chain, and every document's head, on the folder as it lies there.
    server.administer(&["check"])?;
    Report::new(plan, commands, stormed, &settled, &metrics)
}

/// Has everybody type, on all processors. Returns how many commands it is.
fn type_day(phones: &mut [Phone], typed: &[Typed]) -> Outcome<u64> {
    // Other texts than yesterday's.
    let mut work: Vec<_> = phones.iter_mut().zip(typed.iter().rev().cycle()).collect();
    let share = work
        .len()
        .div_ceil(thread::available_parallelism()?.get())
        .max(1);
    thread::scope(|scope| {
        let type_all = |work: &mut [(&mut Phone, &Typed)]| -> Outcome<u64> {
            work.iter_mut()
                .map(|(phone, typed)| phone.type_day(typed))
                .sum()
        };
        let threads: Vec<_> = work
            .chunks_mut(share)
            .map(|work| scope.spawn(move || type_all(work)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a phone's thread panicked")?)
            .sum()
    })
}

/// The minute and what was seen of it.
struct Stormed {
    minute: minute::Minute,
    watched: watch::Watched,
    /// The server's metrics right after it.
    metrics: String,
    /// Processor seconds of the server, and of all phones together.
    server_cpu: f64,
    phones_cpu: f64,
}

fn storm(town: &mut Town, server: &Server, plan: &Plan) -> Outcome<Stormed> {
    let stop = AtomicBool::new(false);
    let cpu = || {
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((
            system::cpu_seconds(server.pid())?,
            system::cpu_seconds(std::process::id())?,
        ))
    };
    let before = cpu()?;
    let begun = Instant::now();
    let (minute, watched) = thread::scope(|scope| {
        let watch = watch::begin(scope, server.url().to_owned(), server.pid(), begun, &stop);
        let minute = minute::all_come_back(&mut town.phones, server.url(), plan, begun);
        stop.store(true, Ordering::Relaxed);
        (minute, watch.join().map_err(|_| "the watch panicked"))
    });
    let after = cpu()?;
    let metrics = server.metrics()?;
    let (minute, watched) = (minute?, watched??);
    Ok(Stormed {
        minute,
        watched,
        metrics,
        server_cpu: after.0 - before.0,
        phones_cpu: after.1 - before.1,
    })
}

/// Says on stderr what is being done.
fn progress(what: &str) {
    eprintln!("storm: {what}");
}
