//! What a sync costs, in bytes, round trips and fsyncs: over real TCP, with the real server.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

#[path = "counts/fsyncs.rs"]
mod fsyncs;
#[path = "counts/rows.rs"]
mod rows;
#[path = "counts/words.rs"]
mod words;

use alleyway_core::id::DocumentId;
use alleyway_core::time::Time;
use alleyway_device::session::SyncReport;
use alleyway_tests::forge::Typist;
use alleyway_tests::process::{DemoCode, Device, ProcessError, Server};
use alleyway_tests::workload::{self, Case, Day, Edit};

/// The clock of everybody.
const CLOCK: &str = "2026-03-01T08:00:00+08:00";
const NOW: Time = Time(1_772_323_200_000);
/// How long before the first sync typing began: longer than all of it takes.
const TYPED_DAYS: i64 = 30;

/// Nothing changed: bytes of frames, both ways.
const IDLE_BYTES_MAX: u64 = 500;
/// The same with HTTP's heads, as it goes over the line: what HTTP/1.1 asks for (a length and a host up,
/// a date and a length down), and that nobody is to store the answer.
const IDLE_TCP_BYTES_MAX: u64 = 450;
/// HTTP's heads, both ways, of a sync that takes one round trip.
const HEADS_BYTES_MAX: u64 = 175;
/// A day's work: bytes of frames, both ways. A report's slip, 56 bytes that nothing packs, is in it.
const DAY_BYTES_MAX: u64 = 6_200;
/// A device's first sync with 300 documents: bytes down.
const FRESH_BYTES_MAX: u64 = 200_000;

/// Bytes that the server hands to its engine for a command, sealed, of 30 cases in a sync.
const WRITTEN_BYTES_PER_COMMAND_MAX: u64 = 620;

/// Cases typed between two syncs.
const SYNCED_TOGETHER: usize = 30;

/// What is measured: the cases and the day.
struct Work {
    name: &'static str,
    cases: Vec<Case>,
    day: Day,
}

/// The workload that peers were measured on.
fn committed() -> Work {
    Work {
        name: "the workload",
        cases: workload::cases(),
        day: workload::day(),
    }
}

/// The same work in other words.
fn in_other_words() -> Work {
    words::retold(committed())
}

/// A code for a member.
fn code<'a>(codes: &'a [DemoCode], member: &str) -> &'a str {
    &codes
        .iter()
        .find(|row| row.member == member)
        .expect("a member of the small town")
        .code
}

/// A member's device, enrolled.
fn device(server: &Server, codes: &[DemoCode], member: &str) -> Typist {
    Typist::enrol(server.url(), code(codes, member), member, NOW, TYPED_DAYS).expect("a good code")
}

/// A counter of the server.
fn metric(server: &Server, name: &str) -> u64 {
    let text = server.metrics().expect("a server that runs");
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value
        .unwrap_or_else(|| panic!("no {name} in\n{text}"))
        .parse()
        .expect("a number")
}

fn type_case(device: &mut Typist, case: &Case) -> Result<DocumentId, ProcessError> {
    let typed = case.typed();
    let document = device.report(&typed.title, &typed.text, &typed.place, &typed.contact)?;
    for note in &typed.notes {
        device.note(document, note)?;
    }
    Ok(document)
}

fn type_edits(
    device: &mut Typist,
    documents: &[DocumentId],
    edits: &[Edit],
) -> Result<(), ProcessError> {
    for edit in edits {
        match edit {
            Edit::Set { doc, key, value } => device.edit(
                documents[*doc],
                workload::field(key),
                &workload::plain(value),
            )?,
            Edit::Log { doc, entry } => device.note(documents[*doc], &entry.note())?,
        };
    }
    Ok(())
}

/// Syncs; all of it must have gone through.
fn sync(device: &mut Typist) -> SyncReport {
    let report = device.sync().expect("a server that answers");
    assert!(report.summary.up_to_date, "{report:?}");
    assert_eq!(
        (report.summary.refused, report.summary.forgotten),
        (0, 0),
        "{report:?}"
    );
    report
}

fn told(what: &str, report: &SyncReport) {
    let SyncReport {
        bytes_up,
        bytes_down,
        tcp_up,
        tcp_down,
        round_trips,
        summary,
        wipe: _,
    } = report;
    println!(
        "{what}: {bytes_up} up + {bytes_down} down = {} bytes of frames, {round_trips} round trips; on TCP {tcp_up} + {tcp_down}; {summary:?}",
        bytes_up + bytes_down
    );
}

/// Bytes of HTTP that a device has sent and received so far.
fn on_the_line(device: &Typist) -> u64 {
    let traffic = device.client.traffic();
    traffic.up() + traffic.down()
}

fn assert_idle(what: &str, device: &mut Typist) {
    let before = on_the_line(device);
    let report = sync(device);
    told(what, &report);
    assert_eq!(
        (
            report.summary.sent,
            report.summary.received,
            report.round_trips
        ),
        (0, 0, 1)
    );
    assert!(
        report.bytes_up + report.bytes_down <= IDLE_BYTES_MAX,
        "{what}: {report:?}"
    );
    let sent = on_the_line(device) - before;
    assert!(sent <= IDLE_TCP_BYTES_MAX, "{what}: {sent}, {report:?}");
    let heads = sent - (report.bytes_up + report.bytes_down);
    assert!(heads <= HEADS_BYTES_MAX, "{what}: {heads} of heads");
}

/// 300 cases typed on one device, fetched by another; a quiet sync; a day's work of both; and as
/// many cases more as make 3,000, and a quiet sync again.
fn measure(work: &Work) {
    let (server, codes) = Server::demo(CLOCK).expect("a server");
    let mut xie = device(&server, &codes, "xie");
    sync(&mut xie);
    let mut documents = Vec::new();
    let written = "alleyway_store_written_bytes_total";
    let (mut commands, before) = (0, metric(&server, written));
    for some in work.cases.chunks(SYNCED_TOGETHER) {
        for case in some {
            documents.push(type_case(&mut xie, case).expect("a chief reports"));
        }
        commands += sync(&mut xie).summary.admitted;
    }
    let written = (metric(&server, written) - before) / commands;
    println!("{}: {written} bytes written a command", work.name);
    assert!(written <= WRITTEN_BYTES_PER_COMMAND_MAX, "{written}");

    let mut lu = device(&server, &codes, "lu");
    let fresh = sync(&mut lu);
    told(&format!("{}, a fresh device", work.name), &fresh);
    assert!(
        fresh.summary.received >= 300 && fresh.round_trips == 1,
        "{fresh:?}"
    );
    assert!(fresh.bytes_down <= FRESH_BYTES_MAX, "{fresh:?}");
    assert_idle(
        &format!("{}, nothing changed, 300 documents, the reader", work.name),
        &mut lu,
    );
    // That another device was enrolled is in the directory.
    assert_eq!(sync(&mut xie).summary.received, 1);
    assert_idle(
        &format!("{}, nothing changed, 300 documents, the writer", work.name),
        &mut xie,
    );

    type_edits(&mut lu, &documents, &work.day.other).expect("a chief edits");
    let others = sync(&mut lu).summary.sent;
    type_edits(&mut xie, &documents, &work.day.client).expect("a chief edits");
    for case in &work.day.fresh {
        type_case(&mut xie, case).expect("a chief reports");
    }
    let day = sync(&mut xie);
    told(&format!("{}, the day's work", work.name), &day);
    assert_eq!((others, day.summary.received), (10, 10));
    assert!(
        day.summary.sent > 15 && day.summary.sent == day.summary.admitted,
        "{day:?}"
    );
    assert_eq!(day.round_trips, 1, "{day:?}");
    assert!(day.bytes_up + day.bytes_down <= DAY_BYTES_MAX, "{day:?}");

    let more: Vec<&Case> = work.cases.iter().cycle().take(2_700).collect();
    for some in more.chunks(SYNCED_TOGETHER) {
        for typed in some.iter().map(|case| case.typed()) {
            xie.report(&typed.title, &typed.text, &typed.place, &typed.contact)
                .expect("a chief reports");
        }
        sync(&mut xie);
    }
    sync(&mut lu);
    assert_idle(
        &format!(
            "{}, nothing changed, 3,000 documents, the reader",
            work.name
        ),
        &mut lu,
    );
    assert_idle(
        &format!(
            "{}, nothing changed, 3,000 documents, the writer",
            work.name
        ),
        &mut xie,
    );
}

#[test]
fn the_committed_workload_syncs_within_its_bounds() {
    measure(&committed());
}

#[test]
fn the_same_work_in_other_words_syncs_within_its_bounds() {
    measure(&in_other_words());
}

#[test]
fn the_terminal_program_counts_a_syncs_bytes_and_round_trips() {
    let (server, codes) = Server::demo(CLOCK).expect("a server");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let device = Device::new(&folder.path().join("xie")).expect("the program");
    let run = |args: &[&str]| {
        device
            .run(Some(CLOCK), args)
            .expect("the program")
            .done()
            .expect("done")
    };
    run(&["enrol", server.url(), code(&codes, "xie")]);
    let first = run(&["sync"]);
    let quiet = run(&["sync"]);
    println!("the terminal program: first {first}, then {quiet}");
    let number = |value: &serde_json::Value, key: &str| {
        value[key]
            .as_u64()
            .unwrap_or_else(|| panic!("{key}: {value}"))
    };
    assert!(number(&first, "received") > 0 && first["up_to_date"] == true);
    assert_eq!(
        (number(&first, "round_trips"), number(&quiet, "round_trips")),
        (1, 1)
    );
    assert!(number(&quiet, "bytes_up") + number(&quiet, "bytes_down") <= IDLE_BYTES_MAX);
    assert!(number(&quiet, "tcp_up") + number(&quiet, "tcp_down") <= IDLE_TCP_BYTES_MAX);
    for (frames, tcp) in [("bytes_up", "tcp_up"), ("bytes_down", "tcp_down")] {
        // HTTP's heads are on the socket and in no frame.
        assert!(number(&quiet, tcp) > number(&quiet, frames), "{quiet}");
    }
    assert_eq!(
        ["sent", "admitted", "refused", "received", "forgotten"].map(|key| number(&quiet, key)),
        [0; 5]
    );
}
