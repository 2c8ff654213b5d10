//! One device at its limits, and what another waits: an honest phone's syncs beside each way of
//! asking for much.

mod hostile;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::device::Device;
use super::folder::{Folder, chief};
use super::server::Server;
use super::table::Table;
use super::{Options, Outcome, progress};
use crate::workload;
use hostile::{Hostile, Way};

/// Connections of the device that asks for much.
const LINES: usize = 8;
/// Between two syncs of the honest phone.
const PAUSE: Duration = Duration::from_millis(50);
/// How much longer the slowest of a hundred syncs may take than alone.
const TIMES_ALONE: f64 = 4.0;

/// Syncs of one note each: half of them, and 99 of 100, took no longer.
struct Waits {
    half: Duration,
    most: Duration,
}

pub(super) fn measure(options: &Options, table: &mut Table) -> Outcome<()> {
    let documents = options.of(20_000, 1_000);
    let syncs = options.of(200, 20);
    progress(&format!(
        "one device at its limits, in a feed of {documents} documents"
    ));
    let mut folder = Folder::create(2)?;
    folder.households(documents)?;
    let invite = |_: &Way| folder.invite(&chief(0));
    let codes: Vec<_> = Way::ALL.iter().map(invite).collect::<Outcome<_>>()?;
    let other = folder.invite(&chief(1))?;
    let folder = folder.close();
    let [alley, others] = folder.alleys[..] else {
        return Err("two alleys".into());
    };
    let server = Server::start(&folder.path())?;
    let mut phone = Device::enrol(server.url(), chief(1), others, other)?;
    phone.sync()?;
    let typed = workload::cases().first().ok_or("no case")?.typed();
    let waits = |phone: &mut Device| -> Outcome<Waits> {
        // A case of its own: notes on one are bounded.
        let (case, _) = phone.type_case(&typed)?;
        phone.sync()?;
        let mut all = Vec::new();
        for _ in 0..syncs {
            phone.note(case, "路还没有修好")?;
            let begun = Instant::now();
            phone.sync()?;
            all.push(begun.elapsed());
            thread::sleep(PAUSE);
        }
        all.sort();
        let at = |hundredths: usize| all.get((all.len() * hundredths / 100).min(all.len() - 1));
        let taken = at(50).copied().zip(at(99).copied()).ok_or("no sync")?;
        Ok(Waits {
            half: taken.0,
            most: taken.1,
        })
    };
    let alone = waits(&mut phone)?;
    show(table, "alone", &alone, None);
    for (way, code) in Way::ALL.into_iter().zip(codes) {
        let mut hostile = Hostile::enrol(server.url(), code, alley)?;
        let frames = hostile.frames(way)?;
        let stop = Arc::new(AtomicBool::new(false));
        let lines = if way == Way::Notes { 1 } else { LINES };
        let asking: Vec<_> = (0..lines)
            .map(|_| {
                let (mut line, stop) = (hostile.line(way, &frames)?, stop.clone());
                Ok(thread::spawn(move || line.ask_until(&stop)))
            })
            .collect::<Outcome<_>>()?;
        let beside = waits(&mut phone)?;
        stop.store(true, Ordering::Relaxed);
        let answered: usize = asking
            .into_iter()
            .map(|line| line.join().unwrap_or_default())
            .sum();
        let named = format!("{} ({answered} answered)", way.word());
        show(table, &named, &beside, Some(&alone));
    }
    Ok(())
}

fn show(table: &mut Table, beside: &str, waits: &Waits, alone: Option<&Waits>) {
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let measured = format!("{:.1} ms ({:.1} ms)", ms(waits.half), ms(waits.most));
    let figure = format!("a sync beside one device: {beside}: half (99 of 100)");
    match alone {
        None => table.plain(&figure, measured),
        Some(alone) => {
            let times = ms(waits.most) / ms(alone.most).max(f64::EPSILON);
            let reached = if times <= TIMES_ALONE {
                ""
            } else {
                ", too long"
            };
            table.plain(
                &figure,
                format!("{measured}, {times:.1} times alone{reached}"),
            );
        }
    }
}
