//! Power cuts on a real server's folder, from its recorded writes.

use alleyway_tests::power::{self, Lies, Plan, PowerError, Recording};

/// Syncs in each of the recorded server's lives.
const SYNCS: u32 = 10;
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
    Plan { seed: SEED, images, by_program_one_in: BY_PROGRAM_ONE_IN, disk }
}

#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    let recording = match Recording::make(SEED, SYNCS) {
        Err(PowerError::NoStrace(why)) => {
            println!("not run: strace cannot be had: {why}");
            return;
        }
        made => made.unwrap_or_else(|error| panic!("{error}")),
    };
    let (events, commands) = recording.size();
    println!("recorded: {events} events, {commands} commands acknowledged");
    assert!(commands > 50);

    let tally = power::run(&recording, plan(IMAGES, Lies::None), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    println!("{tally}");
    assert!(tally.open_operations > u64::from(IMAGES) / 4, "the power went when nothing was under way");

    let second = recording.after_a_power_cut(SEED, SYNCS).unwrap_or_else(|error| panic!("{error}"));
    let tally =
        power::run(&second, plan(SECOND_IMAGES, Lies::None), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    println!("after a power cut: {tally}");

    // The server notices that its ledger is behind what it acknowledged.
    let tally = power::run(&recording, plan(LEDGER_LIES, Lies::AboutTheLedger), &mut |_| ())
        .unwrap_or_else(|error| panic!("{error}"));
    println!("a disk that lies about the ledger: {tally}");
    assert!(tally.refused > 0);

    // What no program can notice, this test does.
    let found = power::run(&recording, plan(LIES_SEEN_WITHIN, Lies::AboutEverything), &mut |_| ());
    let found = found.expect_err("a disk that loses what was synced");
    println!("a disk that lies about everything: {found}");
    assert!(matches!(found, PowerError::Broken { .. }), "{found}");
}
