//! Power cuts on a real server's folder and on a real phone's store, from their recorded writes.

use std::path::Path;

use alleyway_tests::power::{Lies, Plan, PowerError, ServerRecording, StoreRecording, Tally};

/// Syncs in each of the recorded server's lives.
const SYNCS: u32 = 10;
/// Steps in each of the recorded store's lives.
const STEPS: usize = 30;
const SEED: u64 = 1;
/// Power cuts.
const IMAGES: u32 = 120;
/// Power cuts after an earlier one.
const SECOND_IMAGES: u32 = 60;
/// One in so many folders is opened by the server's own program.
const BY_PROGRAM_ONE_IN: u32 = 50;
/// Power cuts with a disk that lies about the ledger.
const LEDGER_LIES: u32 = 20;
/// Power cuts after which a disk that lies about everything must have been seen.
const LIES_SEEN_WITHIN: u32 = 150;

fn plan(images: u32, disk: Lies) -> Plan {
    Plan {
        seed: SEED,
        images,
        by_program_one_in: Some(BY_PROGRAM_ONE_IN),
        disk,
    }
}

/// The recording, or none where strace cannot be had, which is said.
fn recorded<R>(made: Result<R, PowerError>) -> Option<R> {
    match made {
        Err(PowerError::NoStrace(why)) => {
            println!("not run: strace cannot be had: {why}");
            None
        }
        made => Some(good(made)),
    }
}

/// The error in its own words, which say how to see it again.
#[expect(clippy::panic)]
fn good<T>(done: Result<T, PowerError>) -> T {
    done.unwrap_or_else(|error| panic!("{error}"))
}

/// Enough of the cuts fell while something was being written.
fn fell_into_writes(tally: &Tally) {
    println!("{tally}");
    assert!(
        tally.open_operations > u64::from(IMAGES) / 4,
        "the power went when nothing was under way"
    );
}

/// A disk that loses what was synced is noticed by the test, where no program can.
fn is_seen(found: &Result<Tally, PowerError>) {
    println!("a disk that lies about everything: {found:?}");
    assert!(
        matches!(found, Err(PowerError::Broken { .. })),
        "a disk that loses what was synced: {found:?}"
    );
}

#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    let Some(recording) = recorded(ServerRecording::make(SEED, SYNCS)) else {
        return;
    };
    let (events, commands) = recording.size();
    println!("recorded: {events} events, {commands} commands acknowledged");
    assert!(commands > 50);

    let tally = good(recording.cut(plan(IMAGES, Lies::None), &mut |_| ()));
    fell_into_writes(&tally);

    let second = good(recording.after_a_power_cut(SEED, SYNCS));
    let tally = good(second.cut(plan(SECOND_IMAGES, Lies::None), &mut |_| ()));
    println!("after a power cut: {tally}");

    // The server notices that its ledger is behind what it acknowledged.
    let tally = good(recording.cut(plan(LEDGER_LIES, Lies::AboutTheLedger), &mut |_| ()));
    println!("a disk that lies about the ledger: {tally}");
    assert!(tally.refused > 0);

    is_seen(&recording.cut(plan(LIES_SEEN_WITHIN, Lies::AboutEverything), &mut |_| ()));
}

#[test]
fn a_power_cut_takes_nothing_that_a_phone_has_kept() {
    let program = Path::new(env!("CARGO_BIN_EXE_soak"));
    let Some(recording) = recorded(StoreRecording::make(program, SEED, STEPS)) else {
        return;
    };
    let (events, steps) = recording.size();
    println!("recorded: {events} events, {steps} steps");

    let plan = |images, disk| Plan {
        by_program_one_in: None,
        ..plan(images, disk)
    };
    let tally = good(recording.cut(plan(IMAGES, Lies::None), &mut |_| ()));
    fell_into_writes(&tally);

    let second = good(recording.after_a_power_cut(program, STEPS));
    let tally = good(second.cut(plan(SECOND_IMAGES, Lies::None), &mut |_| ()));
    println!("after a power cut: {tally}");

    is_seen(&recording.cut(plan(LIES_SEEN_WITHIN, Lies::AboutEverything), &mut |_| ()));
}
