//! The simulator, seed by seed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Report;
use super::options::Options;
use super::workers::Work;
use crate::sim::{Done, Plan, Plant, STEPS, run as simulate, shrink};

/// What the seeds did together.
#[derive(Debug, Default)]
struct Sum(Done);

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Done {
            admitted,
            refused,
            kept,
            phone_crashes,
            server_crashes,
            ..
        } = &self.0;
        write!(
            f,
            "{admitted} admitted, {refused} refused, {kept} kept, {} kills",
            phone_crashes + server_crashes
        )
    }
}

/// Runs the seeds.
pub(super) fn run(options: &Options) -> Report {
    let work = Work::new("seeds", options.from, options.seeds, Sum::default());
    let (sum, failure) = work.share_out(options.jobs, |work, seed| {
        let plan = Plan { seed, steps: STEPS, plant: Plant::Nothing };
        let done = catch_unwind(AssertUnwindSafe(|| simulate(plan)));
        let panicked = |_| format!("seed {seed}: a panic; replay with SEED={seed} cargo test -p alleyway-tests --test all simulation::every -- --nocapture");
        match done.map_err(panicked)? {
            Ok(done) => {
                work.add(|sum| sum.0.add(&done));
                Ok(())
            }
            Err(violation) => Err(shrink(plan).map_or_else(|| violation.to_string(), |shrunk| shrunk.to_string())),
        }
    });
    let done = format!(
        "seeds {} to {}: {sum}",
        options.from,
        options.from.saturating_add(options.seeds - 1)
    );
    match failure {
        None => Report::good(done),
        Some(failure) => Report::bad(done, failure),
    }
}
