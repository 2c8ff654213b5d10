//! Commands admitted per second of the server's processor time: durable, signed, judged.
//!
//! A round: every device types some of the workload's cases offline, then all sync at once. Only
//! the syncs are on the clock; the server has nothing to do in between.

use std::thread;
use std::time::Instant;

use super::device::{Cost, Device};
use super::folder::{Closed, Folder, chief};
use super::server::Server;
use super::table::{Goal, Table};
use super::{Options, Outcome, progress, ratio};
use crate::workload::{self, Typed};

/// A document of the peers is 6 to 11 commands.
const GOAL_PER_CPU_SECOND: u64 = 10_000;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) devices: usize,
    pub(super) rounds: usize,
    /// Cases that a device hands in with one sync; each is a report and 5 to 10 notes.
    pub(super) cases: usize,
}

/// What it cost.
#[derive(Debug, Default)]
struct Measured {
    commands: u64,
    cpu_seconds: f64,
    wall_seconds: f64,
    fsyncs: u64,
    commits: u64,
    written_bytes: u64,
    up: u64,
    down: u64,
    round_trips: u64,
}

/// Measures 1, 10 and 100 devices with a day's work each, then large batches.
pub(super) fn measure(options: &Options, table: &mut Table) -> Outcome<()> {
    let typed: Vec<Typed> = workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect();
    let settings = [
        Setting {
            devices: 1,
            rounds: options.of(200, 3),
            cases: 3,
        },
        Setting {
            devices: 10,
            rounds: options.of(40, 2),
            cases: 3,
        },
        Setting {
            devices: 100,
            rounds: options.of(6, 1),
            cases: options.of(3, 1),
        },
        Setting {
            devices: 10,
            rounds: options.of(6, 1),
            cases: options.of(25, 5),
        },
    ];
    for setting in settings {
        let measured = run(setting, &typed)?;
        show(setting, &measured, table);
    }
    Ok(())
}

/// A server with so many alleys, and the phone of each one's chief, up to date. The folder goes when it is
/// dropped.
pub(super) fn serve(devices: usize) -> Outcome<(Closed, Server, Vec<Device>)> {
    let mut folder = Folder::create(devices)?;
    let codes = (0..devices)
        .map(|at| folder.invite(&chief(at)))
        .collect::<Outcome<Vec<_>>>()?;
    let folder = folder.close();
    let server = Server::start(&folder.path())?;
    let mut phones = Vec::new();
    for (at, (code, alley)) in codes.into_iter().zip(&folder.alleys).enumerate() {
        let mut device = Device::enrol(server.url(), chief(at), *alley, code)?;
        device.sync()?;
        phones.push(device);
    }
    Ok((folder, server, phones))
}

fn run(setting: Setting, typed: &[Typed]) -> Outcome<Measured> {
    progress(&format!(
        "{} devices, {} rounds of {} cases",
        setting.devices, setting.rounds, setting.cases
    ));
    let (_folder, server, mut devices) = serve(setting.devices)?;
    let (before, cpu_before) = (server.metrics()?, server.cpu_seconds()?);
    let mut measured = Measured::default();
    for round in 0..setting.rounds {
        let commands = type_round(&mut devices, setting, round, typed)?;
        let begun = Instant::now();
        let costs = on_all(&mut devices, |_, device| device.sync())?;
        measured.wall_seconds += begun.elapsed().as_secs_f64();
        measured.take(commands, &costs)?;
    }
    let after = server.metrics()?;
    measured.cpu_seconds = server.cpu_seconds()? - cpu_before;
    measured.fsyncs = after.fsyncs - before.fsyncs;
    measured.commits = after.commits - before.commits;
    measured.written_bytes = after.written_bytes - before.written_bytes;
    if after.admitted - before.admitted != measured.commands {
        return Err("the server did not admit every command once".into());
    }
    Ok(measured)
}

/// Types a round's cases; returns how many commands they are.
pub(super) fn type_round(
    devices: &mut [Device],
    setting: Setting,
    round: usize,
    typed: &[Typed],
) -> Outcome<u64> {
    let counts = on_all(devices, |at, device| {
        let first = (round * setting.devices + at) * setting.cases;
        let mut commands = 0;
        for case in typed
            .iter()
            .cycle()
            .skip(first % typed.len())
            .take(setting.cases)
        {
            commands += device.type_case(case)?.1;
        }
        Ok(commands)
    })?;
    Ok(counts.into_iter().sum())
}

/// Has every device do something, each in a thread of its own.
pub(super) fn on_all<T: Send>(
    devices: &mut [Device],
    work: impl Fn(usize, &mut Device) -> Outcome<T> + Sync,
) -> Outcome<Vec<T>> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = devices
            .iter_mut()
            .enumerate()
            .map(|(at, device)| scope.spawn(move || work(at, device)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a device's thread panicked")?)
            .collect()
    })
}

impl Measured {
    fn take(&mut self, commands: u64, costs: &[Cost]) -> Outcome<()> {
        if costs.iter().map(|cost| cost.summary.admitted).sum::<u64>() != commands {
            return Err("a device's command was not admitted".into());
        }
        self.commands += commands;
        self.up += costs.iter().map(|cost| cost.up).sum::<u64>();
        self.down += costs.iter().map(|cost| cost.down).sum::<u64>();
        self.round_trips += costs.iter().map(|cost| cost.round_trips).sum::<u64>();
        Ok(())
    }
}

fn show(setting: Setting, measured: &Measured, table: &mut Table) {
    let Setting { devices, .. } = setting;
    let batch = ratio(measured.commands, ratio(measured.round_trips, 1.0));
    let of = format!("{devices} devices, {batch:.0} commands a request");
    let per_command = |count: u64| ratio(count, ratio(measured.commands, 1.0));
    let cpu = ratio(measured.commands, measured.cpu_seconds);
    table.count(
        &format!("commands per server CPU-second ({of})"),
        // Rounded down: a goal is not reached by rounding.
        whole(cpu),
        "",
        Goal::Over(GOAL_PER_CPU_SECOND),
    );
    table.beside("2,003 writes, unsigned, unsynced");
    table.plain(
        "  per wall second, devices on the same processors",
        format!("{:.0}", ratio(measured.commands, measured.wall_seconds)),
    );
    table.plain(
        "  fsyncs per command",
        format!("{:.4}", per_command(measured.fsyncs)),
    );
    table.plain(
        "  fsyncs per request",
        format!(
            "{:.2}",
            ratio(measured.fsyncs, ratio(measured.round_trips, 1.0))
        ),
    );
    table.plain(
        "  requests per commit",
        format!(
            "{:.1}",
            ratio(measured.round_trips, ratio(measured.commits, 1.0))
        ),
    );
    table.plain(
        "  bytes per command, up",
        format!("{:.0}", per_command(measured.up)),
    );
    table.plain(
        "  bytes per command, down",
        format!("{:.0}", per_command(measured.down)),
    );
    table.plain(
        "  bytes per command, handed to the engine",
        format!("{:.0}", per_command(measured.written_bytes)),
    );
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate below 2^52 and above 0"
)]
fn whole(rate: f64) -> u64 {
    rate as u64
}
