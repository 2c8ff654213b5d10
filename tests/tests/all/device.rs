//! A device as apps use it, on a town in memory: what happens around its steps.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

#[path = "device/keeping.rs"]
mod keeping;
#[path = "device/small.rs"]
mod small;
#[path = "device/stage.rs"]
mod stage;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use alleyway_client::Problem;
use alleyway_client::views::case::Opened;
use alleyway_client::views::list::{Case, CaseQuery, Listing};
use alleyway_device::Device;
use alleyway_device::device::{Change, Listener};
use alleyway_device::transport::Halt;

use stage::{Phone, Stage, lock, problem, report, reported, step, synced};

fn cases(device: &Device<Phone>) -> Vec<Case> {
    match device.cases(&CaseQuery::default()).unwrap() {
        Listing::Rows(rows) => rows,
        Listing::Index(_) => panic!("the lease has not ended"),
    }
}

fn pending(device: &Device<Phone>) -> Vec<String> {
    let rows = device.pending().unwrap().into_iter();
    rows.map(|row| row.kind).collect()
}

#[derive(Default)]
struct Heard(Mutex<Vec<Change>>);

impl Listener for Heard {
    fn changed(&self, change: &Change) {
        self.0.lock().unwrap().push(change.clone());
    }
}

#[test]
fn a_listener_is_told_which_documents_a_step_and_a_sync_changed() {
    let mut stage = Stage::new();
    let (xie, lu) = (stage.device("xie"), stage.device("lu"));
    let (here, there) = (Arc::new(Heard::default()), Arc::new(Heard::default()));
    let subscription = xie.listen(here.clone());
    let _other = lu.listen(there.clone());
    let case = reported(&xie, "The road is broken");
    let document = cases(&xie)[0].document;
    let told = here.0.lock().unwrap().remove(0);
    assert!(
        told.outbox && told.documents.contains(&document),
        "{told:?}"
    );
    synced(&xie);
    synced(&lu);
    let heard = there.0.lock().unwrap().clone();
    assert!(
        heard
            .iter()
            .any(|change| change.documents.contains(&document))
    );
    assert!(cases(&lu)[0].changed);
    assert!(matches!(lu.case(&case), Ok(Opened::Detail(_))));
    assert!(!cases(&lu)[0].changed, "it was looked at");
    drop(subscription);
    here.0.lock().unwrap().clear();
    step(&xie, "accept", Some(&case), &[]).unwrap();
    assert!(here.0.lock().unwrap().is_empty());
}

#[test]
fn a_commit_that_fails_ends_no_app_and_leaves_what_is_on_the_disk() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    reported(&xie, "The road is broken");
    lock(&xie.platform().disk).commits_left = Some(0);
    let fields = report("A lamp is out");
    for (is_full, why) in [(false, Problem::NotSaved), (true, Problem::RoomKept)] {
        lock(&xie.platform().disk).is_full = is_full;
        let failed = step(&xie, "report", None, &fields);
        assert_eq!(problem(failed), why);
    }
    assert_eq!(cases(&xie).len(), 1, "the second was not saved");
    let openings = lock(&xie.platform().disk).openings;
    lock(&xie.platform().disk).commits_left = None;
    step(&xie, "report", None, &fields).unwrap();
    assert_eq!(lock(&xie.platform().disk).openings, openings);
    synced(&xie);
    assert_eq!((cases(&xie).len(), pending(&xie).len()), (2, 0));
}

#[test]
fn a_commit_that_fails_within_a_sync_leaves_a_sync_that_goes_on() {
    let mut stage = Stage::new();
    let (xie, lu) = (stage.device("xie"), stage.device("lu"));
    reported(&xie, "The road is broken");
    synced(&xie);
    for good in 0..3 {
        lock(&lu.platform().disk).commits_left = Some(good);
        let ended = lu.sync(&Halt::new(), &mut |_| ());
        lock(&lu.platform().disk).commits_left = None;
        if ended.is_ok() {
            break;
        }
    }
    synced(&lu);
    assert_eq!(cases(&lu).len(), 1);
}

#[test]
fn a_panic_within_a_step_ends_no_app() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    let case = reported(&xie, "The road is broken");
    let openings = lock(&xie.platform().disk).openings;
    xie.platform().panics.store(true, Ordering::Relaxed);
    let panicked = catch_unwind(AssertUnwindSafe(|| step(&xie, "accept", Some(&case), &[])));
    assert!(panicked.is_err());
    step(&xie, "accept", Some(&case), &[]).unwrap();
    assert_eq!(lock(&xie.platform().disk).openings, openings + 1);
    assert_eq!(pending(&xie), ["report", "accept"]);
}

#[test]
fn what_is_typed_is_taken_back_with_what_stands_on_it() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    let road = reported(&xie, "The road is broken");
    let lamp = reported(&xie, "A lamp is out");
    step(&xie, "note", Some(&road), &[("text", "It rained.")]).unwrap();
    step(&xie, "accept", Some(&lamp), &[]).unwrap();
    let first = xie.pending().unwrap()[0].command.to_string();
    let taken = xie.take_back(&first).unwrap();
    let taken: Vec<(&str, &str)> = taken
        .iter()
        .map(|taken| (taken.kind.as_str(), taken.state))
        .collect();
    assert_eq!(taken, [("report", "taken_back"), ("note", "taken_back")]);
    assert_eq!(pending(&xie), ["report", "accept"]);
    xie.reopen().unwrap();
    assert_eq!(pending(&xie), ["report", "accept"], "durably");
    assert_eq!(problem(xie.case(&road)), Problem::CaseNotFound);
    synced(&xie);
    assert_eq!(cases(&xie)[0].number.to_string(), lamp);
}

#[test]
fn what_can_be_done_without_what_was_taken_back_stays() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    let case = reported(&xie, "The road is broken");
    synced(&xie);
    let accepted = step(&xie, "accept", Some(&case), &[]).unwrap();
    step(&xie, "note", Some(&case), &[("text", "It rained.")]).unwrap();
    step(&xie, "start", Some(&case), &[]).unwrap();
    let taken = xie.take_back(&accepted.command.to_string()).unwrap();
    let taken: Vec<&str> = taken.iter().map(|taken| taken.kind.as_str()).collect();
    assert_eq!(
        taken,
        ["accept", "start"],
        "nobody starts what nobody accepted"
    );
    assert_eq!(pending(&xie), ["note"]);
    synced(&xie);
    assert!(xie.refused().unwrap().is_empty());
}

#[test]
fn what_was_sealed_is_not_taken_back() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    reported(&xie, "The road is broken");
    let first = xie.pending().unwrap()[0].command.to_string();
    xie.export(None).unwrap();
    assert_eq!(problem(xie.take_back(&first)), Problem::NotTakenBack);
    synced(&xie);
    assert_eq!(problem(xie.take_back(&first)), Problem::CommandNotFound);
}

#[test]
fn an_app_reads_and_records_while_a_sync_waits_for_the_line() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    let (open, gate) = mpsc::channel();
    *xie.platform().gate.lock().unwrap() = Some(gate);
    let other = xie.clone();
    let syncing = thread::spawn(move || other.sync(&Halt::new(), &mut |_| ()));
    while xie.platform().gate.lock().unwrap().is_some() {
        thread::yield_now();
    }
    let case = reported(&xie, "The road is broken");
    assert_eq!(cases(&xie)[0].number.to_string(), case);
    let second = xie.sync(&Halt::new(), &mut |_| ());
    assert_eq!(problem(second), Problem::Syncing);
    open.send(()).unwrap();
    syncing.join().unwrap().unwrap();
    synced(&xie);
    assert!(pending(&xie).is_empty());
}

#[test]
fn a_sync_that_waits_is_halted_and_a_device_is_closed_meanwhile() {
    let mut stage = Stage::new();
    let xie = stage.device("xie");
    let (_shut, gate) = mpsc::channel();
    *xie.platform().gate.lock().unwrap() = Some(gate);
    let (other, halt) = (xie.clone(), Halt::new());
    let tripped = halt.clone();
    let syncing = thread::spawn(move || other.sync(&tripped, &mut |_| ()));
    halt.trip();
    assert_eq!(problem(syncing.join().unwrap()), Problem::Halted);
    let (_shut, gate) = mpsc::channel();
    *xie.platform().gate.lock().unwrap() = Some(gate);
    let other = xie.clone();
    let syncing = thread::spawn(move || other.sync(&Halt::new(), &mut |_| ()));
    while xie.platform().gate.lock().unwrap().is_some() {
        thread::yield_now();
    }
    xie.close();
    let ended = problem(syncing.join().unwrap());
    assert!(
        matches!(ended, Problem::Halted | Problem::Closed),
        "{ended:?}"
    );
    assert_eq!(problem(xie.pending()), Problem::Closed);
}
