//! Thousands of days of phones without signal, from one number each.

use alleyway_tests::sim::{Done, Plan, Plant, Violation, run};

const SEEDS: u64 = 300;
const STEPS: u32 = 400;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn plan(seed: u64) -> Plan {
    Plan { seed, steps: STEPS, plant: Plant::Nothing }
}

/// The seeds from `first` on, every second one: two threads share the work.
fn run_every_second(first: u64, last: u64) -> Result<Done, Box<Violation>> {
    let mut sum = Done::default();
    let mut seed = first;
    while seed <= last {
        let done = run(plan(seed))?;
        sum.typed += done.typed;
        sum.admitted += done.admitted;
        sum.refused += done.refused;
        sum.phone_crashes += done.phone_crashes;
        sum.server_crashes += done.server_crashes;
        sum.restored += done.restored;
        seed += 2;
    }
    Ok(sum)
}

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = number("SEED") {
        match run(plan(seed)) {
            Ok(done) => println!("{}\nseed {seed} keeps every promise", done.story.join("\n")),
            Err(violation) => panic!("{violation}"),
        }
        return;
    }
    let seeds = number("ALLEYWAY_SEEDS").unwrap_or(SEEDS);
    let other = std::thread::spawn(move || run_every_second(2, seeds));
    let outcomes = [run_every_second(1, seeds), other.join().unwrap()];
    for outcome in outcomes {
        match outcome {
            Ok(done) => println!("{done:?}"),
            Err(violation) => panic!("{violation}"),
        }
    }
}
