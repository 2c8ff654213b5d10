//! Bad input over real TCP and on real folders: a clear answer with a stable code, nothing half
//! done, and the server goes on.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

#[path = "hostile/authority.rs"]
mod authority;
#[path = "hostile/batches.rs"]
mod batches;
#[path = "hostile/bundles.rs"]
mod bundles;
#[path = "hostile/enrolment.rs"]
mod enrolment;
#[path = "hostile/flights.rs"]
mod flights;
#[path = "hostile/folders.rs"]
mod folders;
#[path = "hostile/lists.rs"]
mod lists;
#[path = "hostile/meddled.rs"]
mod meddled;
#[path = "hostile/memory.rs"]
mod memory;
#[path = "hostile/mutated.rs"]
mod mutated;
#[path = "hostile/residents.rs"]
mod residents;
#[path = "hostile/slow.rs"]
mod slow;
#[path = "hostile/stage.rs"]
pub(crate) mod stage;
#[path = "hostile/stopped.rs"]
mod stopped;
