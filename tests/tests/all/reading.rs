//! Who is sent what, in random towns: at every step the server sends each device exactly what its
//! member may read, by a statement of `domain.md` that shares no code with the product.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

#[path = "reading/hidden.rs"]
mod hidden;
#[path = "reading/paper.rs"]
mod paper;
#[path = "reading/world.rs"]
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use world::{Happened, World};

const SEEDS: u64 = 12;
const STEPS: usize = 80;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seed: u64) -> Happened {
    let lived = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.lives();
        }
        world.compares_all();
        world.happened
    }));
    lived.unwrap_or_else(|panic| {
        eprintln!("seed {seed}: run it alone with SEED={seed}");
        resume_unwind(panic)
    })
}

#[test]
fn a_device_is_sent_what_its_member_may_read_and_nothing_else() {
    if let Some(seed) = number("SEED") {
        println!("{:?}", run(seed));
        return;
    }
    let seeds = number("ALLEYWAY_SEEDS").map_or(SEEDS, |seeds| seeds.div_ceil(25));
    let every_second = move |first: u64| {
        (first..=seeds)
            .step_by(2)
            .map(run)
            .fold(Happened::default(), |sum, happened| Happened {
                compared: sum.compared + happened.compared,
                confidential: sum.confidential + happened.confidential,
                sent_on: sum.sent_on + happened.sent_on,
                cleared: sum.cleared + happened.cleared,
                evicted: sum.evicted + happened.evicted,
            })
    };
    let other = std::thread::spawn(move || every_second(2));
    for happened in [every_second(1), other.join().unwrap()] {
        println!("{happened:?}");
        if seeds >= SEEDS {
            let Happened {
                compared,
                confidential,
                sent_on,
                cleared,
                evicted,
            } = happened;
            assert!(
                compared > 800 && confidential > 5 && sent_on > 20 && cleared > 15 && evicted > 30
            );
        }
    }
}
