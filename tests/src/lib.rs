//! Harness.
pub mod process;
pub mod pure;
pub mod workload;
