//! One feed of 100,000 documents, and a device that reads it: what it pays once, and what it pays
//! each day.

use std::time::Instant;

use super::device::Device;
use super::folder::{Folder, chief};
use super::server::Server;
use super::table::{Goal, Table};
use super::{Options, Outcome, progress};
use crate::workload::{self, Typed};

/// As with 300 documents.
const IDLE_BYTES_MAX: u64 = 500;
/// A report and its verdict.
const ONE_BYTES_MAX: u64 = 1_500;

/// Households of one alley: the smallest documents, as many as a feed may have.
pub(super) fn measure(options: &Options, table: &mut Table) -> Outcome<()> {
    let documents = options.of(100_000, 2_000);
    progress(&format!("a feed of {documents} documents"));
    let mut folder = Folder::create(1)?;
    folder.households(documents)?;
    let code = folder.invite(&chief(0))?;
    let folder = folder.close();
    let alley = *folder.alleys.first().ok_or("no alley")?;
    let server = Server::start(&folder.path())?;
    let mut device = Device::enrol(server.url(), chief(0), alley, code)?;
    let cpu_before = server.cpu_seconds()?;
    let begun = Instant::now();
    let first = device.sync()?;
    let took = begun.elapsed();
    if !first.summary.up_to_date || first.summary.received < documents as u64 {
        return Err("the device does not have the feed".into());
    }
    table.plain(
        &format!("a feed of {documents} documents to a fresh device: bytes down (round trips)"),
        format!("{} ({})", first.down, first.round_trips),
    );
    table.plain(
        "  until it is up to date",
        format!("{:.1} s", took.as_secs_f64()),
    );
    table.plain(
        "  server CPU",
        format!("{:.2} s", server.cpu_seconds()? - cpu_before),
    );
    let (resident, most) = server.memory_kb()?;
    table.plain(
        "  server's resident memory after it (the most)",
        format!("{} MB ({} MB)", resident / 1_024, most / 1_024),
    );
    let idle = device.sync()?;
    table.count(
        "  nothing changed: bytes both ways",
        idle.up + idle.down,
        "",
        Goal::AtMost(IDLE_BYTES_MAX),
    );
    let case = workload::cases().first().ok_or("no case")?.typed();
    device.type_case(&Typed {
        notes: Vec::new(),
        ..case
    })?;
    let cpu_before = server.cpu_seconds()?;
    let one = device.sync()?;
    table.count(
        "  one report handed in: bytes both ways",
        one.up + one.down,
        "",
        Goal::AtMost(ONE_BYTES_MAX),
    );
    table.plain(
        "  server CPU for it",
        format!("{:.2} s", server.cpu_seconds()? - cpu_before),
    );
    Ok(())
}
