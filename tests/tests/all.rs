//! All integration tests, in one binary.

#[path = "all/counts.rs"]
mod counts;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/mended.rs"]
mod mended;
#[path = "all/simulation.rs"]
mod simulation;
#[path = "all/story.rs"]
mod story;
