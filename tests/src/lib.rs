//! Harness.
pub mod pure;
pub mod workload;
