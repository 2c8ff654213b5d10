//! Bulk: 100 devices hand in 20 documents each at once, and then nobody asks for anything. What the
//! server's memory is at its most and once it is quiet, what it does meanwhile, and its disk.

use std::thread;
use std::time::Duration;

use super::admission::{Setting, on_all, serve, type_round};
use super::table::{Goal, Table};
use super::{Options, Outcome, progress, ratio};
use crate::workload::{self, Typed};

/// What the server's memory may be at its most, in MB.
const MEMORY_MB_MAX: u64 = 128;
/// Once it is quiet it is given back.
const QUIET_MB_MAX: u64 = 100;
/// Bytes on the disk for a document of 6 to 11 commands.
const DOCUMENT_BYTES_MAX: u64 = 8_000;
/// For so long nobody asks for anything.
const QUIET: Duration = Duration::from_secs(12);

/// Measures one round.
pub(super) fn measure(options: &Options, table: &mut Table) -> Outcome<()> {
    let typed: Vec<Typed> = workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect();
    let setting = Setting {
        devices: options.of(100, 10),
        rounds: 1,
        cases: options.of(20, 5),
    };
    let documents = setting.devices * setting.cases;
    progress(&format!(
        "{} devices with {} cases each, at once",
        setting.devices, setting.cases
    ));
    let (_folder, server, mut devices) = serve(setting.devices)?;
    let commands = type_round(&mut devices, setting, 0, &typed)?;
    let (idle_kb, _) = server.memory_kb()?;
    let cpu_before = server.cpu_seconds()?;
    let disk_before = server.ledger_bytes()?;
    let costs = on_all(&mut devices, |_, device| device.sync())?;
    if costs.iter().map(|cost| cost.summary.admitted).sum::<u64>() != commands {
        return Err("a device's command was not admitted".into());
    }
    let cpu_answered = server.cpu_seconds()?;
    thread::sleep(QUIET);
    let cpu_quiet = server.cpu_seconds()?;
    let (quiet_kb, most_kb) = server.memory_kb()?;
    let disk = server.ledger_bytes()? - disk_before;
    let of = format!("{} devices × {} documents", setting.devices, setting.cases);
    table.plain(
        &format!("resident before, MB ({of})"),
        mb(idle_kb).to_string(),
    );
    table.count(
        "  at most, MB",
        mb(most_kb),
        "",
        Goal::AtMost(MEMORY_MB_MAX),
    );
    table.count(
        "  after 12 quiet seconds, MB",
        mb(quiet_kb),
        "",
        Goal::AtMost(QUIET_MB_MAX),
    );
    table.plain(
        "  commands per server CPU-second",
        format!("{:.0}", ratio(commands, cpu_answered - cpu_before)),
    );
    table.plain(
        "  CPU-seconds in the quiet 12",
        format!("{:.2}", cpu_quiet - cpu_answered),
    );
    table.count(
        "  bytes of the engine's file a document",
        disk / documents as u64,
        "",
        Goal::AtMost(DOCUMENT_BYTES_MAX),
    );
    Ok(())
}

fn mb(kb: u64) -> u64 {
    kb / 1_000
}
