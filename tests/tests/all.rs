//! All integration tests, in one binary.

#[path = "all/simulation.rs"]
mod simulation;
