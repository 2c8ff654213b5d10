//! The harness: what simulations, stories and counts share.

pub mod load;
pub mod forge;
pub mod process;
pub mod pure;
pub mod sim;
pub mod story;
pub mod workload;
