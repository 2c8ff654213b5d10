//! What the parts cost; `docs/benchmarks.md` reads the figures. Run: `cargo bench -p alleyway-tests`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on ends"
)]

mod admission;
mod documents;
mod lists;
mod policy;
mod sealing;
mod syncs;
mod typing;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

/// Short: the figures are read for their size, not for their third digit.
fn settings() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .without_plots()
}

criterion_group! {
    name = speed;
    config = settings();
    targets = documents::benches, policy::benches, sealing::benches, admission::benches, syncs::benches,
        typing::benches, lists::benches
}
criterion_main!(speed);
