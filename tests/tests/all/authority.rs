//! Devices that are stopped, over real processes and in the pure machines: nobody goes on who should
//! not, and nothing typed is lost with them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

#[path = "authority/audited.rs"]
mod audited;
#[path = "authority/devices.rs"]
mod devices;
#[path = "authority/processes.rs"]
mod processes;
