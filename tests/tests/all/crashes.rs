//! A real server, killed for real.

use alleyway_tests::crash::{self, Plan};

/// Kills under load.
const ROUNDS: u32 = 20;
const SEED: u64 = 1;

#[test]
fn what_was_acknowledged_is_on_a_new_device_after_every_kill() {
    let plan = Plan {
        seed: SEED,
        rounds: ROUNDS,
    };
    match crash::run(plan) {
        Ok(tally) => {
            println!("seed {SEED}: {tally}");
            // A run in which nothing happens loses nothing either.
            assert!(
                tally.acknowledged > 5 * u64::from(ROUNDS)
                    && tally.handed_in_again > 0
                    && tally.wiped > 0
            );
        }
        Err(error) => panic!("{error}"),
    }
}
