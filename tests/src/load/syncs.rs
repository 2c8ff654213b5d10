//! The three syncs: nothing changed, a day's work, a fresh device. On the peers' workload, over TCP.

use alleyway_core::id::DocumentId;

use super::device::{Cost, Device};
use super::folder::{Folder, chief};
use super::server::Server;
use super::table::{Goal, Table};
use super::{Options, Outcome, progress};
use crate::workload::{self, Edit, Typed};

const IDLE_BYTES_MAX: u64 = 500;
const DAY_BYTES_MAX: u64 = 6_000;
const FRESH_BYTES_MAX: u64 = 200_000;

/// Measures all three with 300 documents, and the first with 3,000 too.
pub(super) fn measure(options: &Options, table: &mut Table) -> Outcome<()> {
    let typed: Vec<Typed> = workload::cases()
        .iter()
        .map(workload::Case::typed)
        .collect();
    work(&typed, table)?;
    idle(options.of(3_000, 600), &typed, table)
}

/// Two chiefs of one alley: one hands in the workload's cases, the other is the fresh device.
fn work(typed: &[Typed], table: &mut Table) -> Outcome<()> {
    progress("the three syncs, 300 documents");
    let mut folder = Folder::create(1)?;
    let (code, second) = (folder.invite(&chief(0))?, folder.invite("second")?);
    let folder = folder.close();
    let alley = *folder.alleys.first().ok_or("no alley")?;
    let server = Server::start(&folder.path())?;
    let mut one = Device::enrol(server.url(), chief(0), alley, code)?;
    one.sync()?;
    let mut cases = Vec::new();
    for case in typed {
        cases.push(one.type_case(case)?.0);
    }
    one.sync()?;
    let mut other = Device::enrol(server.url(), "second".to_owned(), alley, second)?;
    let fresh = other.sync()?;
    show(
        &format!("fresh device, {} documents: bytes down", cases.len()),
        fresh.down,
        FRESH_BYTES_MAX,
        "202 kB (6)",
        &fresh,
        table,
    );

    // The first sync after a change gets its own commands' pages; the one after it, nothing.
    one.sync()?;
    let idle = one.sync()?;
    show(
        "nothing changed, 300 documents: bytes both ways",
        idle.up + idle.down,
        IDLE_BYTES_MAX,
        "5.6 kB (6)",
        &idle,
        table,
    );

    let day = workload::day();
    type_edits(&mut other, &cases, &day.other)?;
    other.sync()?;
    type_edits(&mut one, &cases, &day.client)?;
    for case in &day.fresh {
        one.type_case(&case.typed())?;
    }
    let cost = one.sync()?;
    show(
        "a day's work: bytes both ways",
        cost.up + cost.down,
        DAY_BYTES_MAX,
        "51 kB (3)",
        &cost,
        table,
    );
    Ok(())
}

fn type_edits(device: &mut Device, cases: &[DocumentId], edits: &[Edit]) -> Outcome<()> {
    for edit in edits {
        let (Edit::Set { doc, .. } | Edit::Log { doc, .. }) = edit;
        let case = *cases
            .get(*doc)
            .ok_or("an edit of a case that is not there")?;
        match edit {
            Edit::Set { key, value, .. } => {
                device.edit(case, workload::field(key), &workload::plain(value))?;
            }
            Edit::Log { entry, .. } => device.note(case, &entry.note())?,
        }
    }
    Ok(())
}

fn idle(documents: usize, typed: &[Typed], table: &mut Table) -> Outcome<()> {
    progress(&format!("nothing changed, {documents} documents"));
    let mut folder = Folder::create(1)?;
    folder.cases(documents, usize::MAX, typed)?;
    let code = folder.invite(&chief(0))?;
    let folder = folder.close();
    let server = Server::start(&folder.path())?;
    let alley = *folder.alleys.first().ok_or("no alley")?;
    let mut device = Device::enrol(server.url(), chief(0), alley, code)?;
    let fresh = device.sync()?;
    table.plain(
        &format!("fresh device, {documents} documents: bytes down"),
        fresh.down.to_string(),
    );
    let cost = device.sync()?;
    let figure = format!("nothing changed, {documents} documents: bytes both ways");
    show(
        &figure,
        cost.up + cost.down,
        IDLE_BYTES_MAX,
        "",
        &cost,
        table,
    );
    Ok(())
}

/// `peers` is their best, with its round trips.
fn show(figure: &str, bytes: u64, most: u64, peers: &'static str, cost: &Cost, table: &mut Table) {
    table.count(figure, bytes, "", Goal::AtMost(most));
    table.beside(peers);
    table.count("  round trips", cost.round_trips, "", Goal::AtMost(1));
    table.plain(
        "  on the socket, HTTP's heads included",
        cost.tcp.to_string(),
    );
    table.plain("  up to date", cost.summary.up_to_date.to_string());
}
