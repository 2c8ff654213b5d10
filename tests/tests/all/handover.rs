//! Hand-over: what was typed before a duty ended is never lost, whenever its phone comes back.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

#[path = "handover/cut.rs"]
pub(crate) mod cut;
#[path = "handover/filled.rs"]
mod filled;
#[path = "handover/moved.rs"]
mod moved;
#[path = "handover/replaced.rs"]
mod replaced;
#[path = "handover/stage.rs"]
mod stage;
#[path = "handover/stopped.rs"]
mod stopped;
#[path = "handover/told.rs"]
mod told;
