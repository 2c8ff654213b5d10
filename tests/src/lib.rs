//! The harness: what simulations, stories and counts share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a harness: what goes wrong in it ends the test"
)]

pub mod crash;
pub mod fixture;
pub mod forge;
pub mod fuzz;
pub mod hands;
pub mod load;
pub mod power;
pub mod process;
pub mod pure;
pub mod reads;
pub mod sim;
pub mod soak;
pub mod storm;
pub mod story;
pub mod telling;
pub mod workload;
