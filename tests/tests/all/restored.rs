//! A server that was restored from an older backup: the phones give it back what it lost.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

#[path = "restored/covered.rs"]
mod covered;
#[path = "restored/ended.rs"]
mod ended;
#[path = "restored/proofs.rs"]
mod proofs;
#[path = "restored/receipts.rs"]
mod receipts;
#[path = "restored/stage.rs"]
mod stage;
#[path = "restored/twice.rs"]
mod twice;
#[path = "restored/unaware.rs"]
mod unaware;
#[path = "restored/unfit.rs"]
mod unfit;
#[path = "restored/whole.rs"]
mod whole;
