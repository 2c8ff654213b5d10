//! Start-up and memory with many documents stored, and after serving them to one device.

use std::time::{Duration, Instant};

use super::device::Device;
use super::folder::{Folder, bytes_in, chief};
use super::server::Server;
use super::table::{Goal, Table};
use super::{Options, Outcome, progress};
use crate::workload::{self, Typed};

/// Alleys of the towns of [`measure_start`]: the documents of a device are few of all.
const ALLEYS: usize = 100;
/// Notes of each case there: with the households, 2.5 commands a document.
const NOTES: usize = 3;
const START_MILLISECONDS_MAX: u64 = 500;
const START_MB_MAX: u64 = 100;
/// How long a server that has served is left alone before it is looked at again.
const IDLE_TIME: Duration = Duration::from_secs(5);
const SERVED_MB_MAX: u64 = 100;

/// Starts a server on 1,000, 10,000 and 100,000 documents: half households, half cases.
pub(super) fn measure_start(options: &Options, table: &mut Table) -> Outcome<()> {
    let typed: Vec<Typed> = workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect();
    for documents in options.of(vec![1_000, 10_000, 100_000], vec![100, 1_000]) {
        progress(&format!("start-up, {documents} documents"));
        let mut folder = Folder::create(ALLEYS.min(documents / 10))?;
        folder.households(documents / 2)?;
        folder.cases(documents - documents / 2, NOTES, &typed)?;
        let folder = folder.close();
        // What was just written is in the engine's log, which the first opening takes in.
        let first = Server::start(&folder.path())?;
        let (first_start, first_most) = (first.start, first.memory_kb()?.1);
        // It is killed, and the next one starts as after a failure.
        drop(first);
        let server = Server::start(&folder.path())?;
        let (resident, most) = server.memory_kb()?;
        let milliseconds = |start: Duration| u64::try_from(start.as_millis());
        // The goal is named for 100,000 documents, and so holds below.
        let figure = format!("start until ready after a kill, {documents} documents");
        table.count(
            &figure,
            milliseconds(server.start)?,
            "ms",
            Goal::AtMost(START_MILLISECONDS_MAX),
        );
        if documents == 100_000 {
            table.beside("6 ms (nothing is read), else 0.5 s");
        }
        table.count(
            "  resident memory when ready",
            resident / 1_024,
            "MB",
            Goal::AtMost(START_MB_MAX),
        );
        table.plain("  the most until then", format!("{} MB", most / 1_024));
        table.count(
            "  the first start, right behind the import of all of them",
            milliseconds(first_start)?,
            "ms",
            Goal::AtMost(START_MILLISECONDS_MAX),
        );
        table.plain(
            "  the most until then",
            format!("{} MB", first_most / 1_024),
        );
        table.plain(
            "  on the disk",
            format!("{} MB", bytes_in(&folder.path())? / 1_048_576),
        );
    }
    Ok(())
}

/// Serves 10,000 of the workload's cases to one device.
pub(super) fn measure_serving(options: &Options, table: &mut Table) -> Outcome<()> {
    let documents = options.of(10_000, 300);
    progress(&format!("serving {documents} documents to one device"));
    let typed: Vec<Typed> = workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect();
    let mut folder = Folder::create(1)?;
    folder.cases(documents, usize::MAX, &typed)?;
    let code = folder.invite(&chief(0))?;
    let folder = folder.close();
    let alley = *folder.alleys.first().ok_or("no alley")?;
    let server = Server::start(&folder.path())?;
    let (at_start, _) = server.memory_kb()?;
    let cpu_before = server.cpu_seconds()?;
    let mut device = Device::enrol(server.url(), chief(0), alley, code)?;
    let begun = Instant::now();
    let cost = device.sync()?;
    let took = begun.elapsed();
    if !cost.summary.up_to_date {
        return Err("the device is not up to date after its sync".into());
    }
    let cpu = server.cpu_seconds()? - cpu_before;
    let (resident, most) = server.memory_kb()?;
    std::thread::sleep(IDLE_TIME);
    let (idle, _) = server.memory_kb()?;
    let figure = format!("resident memory once {documents} documents were served to one device");
    table.count(&figure, resident / 1_024, "MB", Goal::AtMost(SERVED_MB_MAX));
    table.beside("156 MB");
    table.plain(
        "  before it, and the most while serving",
        format!("{} MB, {} MB", at_start / 1_024, most / 1_024),
    );
    table.plain(
        "  after 5 idle seconds more",
        format!("{} MB", idle / 1_024),
    );
    table.plain("  server CPU", format!("{cpu:.2} s"));
    table.plain(
        "  until the device is up to date",
        format!("{:.1} s", took.as_secs_f64()),
    );
    table.plain(
        "  bytes down, round trips",
        format!("{}, {}", cost.down, cost.round_trips),
    );
    table.plain(
        "  start until ready",
        format!("{} ms", server.start.as_millis()),
    );
    table.plain(
        "  on the disk",
        format!("{} MB", bytes_in(&folder.path())? / 1_048_576),
    );
    Ok(())
}
