//! The simulator: phones and a server as pure machines in one thread, from one seed.
//!
//! The network loses, repeats, reorders and cuts; phones and server are killed between any two
//! effects; phones' clocks are up to a year off; posts end, households and alleys move; a phone is
//! restored from an old copy. An oracle that shares no code with what it watches compares every
//! verdict, and at the end, when all is quiet, every document on every phone.
//!
//! `SEED=123 cargo test -p alleyway-tests simulation` replays one run, byte for byte.

mod calm;
mod network;
mod oracle;
mod phone;
mod plant;
mod rng;
mod scene;
mod server;
mod service;
mod temper;
mod town;
mod typing;
mod violation;
mod world;

pub use plant::Plant;
pub use scene::Scene;
pub use violation::Violation;

/// A run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which all chance comes.
    pub seed: u64,
    /// Steps before all becomes quiet.
    pub steps: u32,
    /// A bug to plant.
    pub plant: Plant,
}

/// What a run did, so that a run that did nothing is seen to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Commands typed.
    pub typed: u64,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused by the server.
    pub refused: u64,
    /// Commands that the server put into a tray.
    pub kept: u64,
    /// Crashes of phones.
    pub phone_crashes: u64,
    /// Crashes of the server.
    pub server_crashes: u64,
    /// Phones restored from an old copy.
    pub restored: u64,
    /// Leases that ended: nothing could be read until the next contact.
    pub leases_ended: u64,
    /// Parts of answers after their first.
    pub continued: u64,
    /// The steps that were taken, told: the same seed gives the same story.
    pub story: Vec<String>,
}

/// Runs one seed.
///
/// # Errors
/// The first promise that was not kept.
pub fn run(plan: Plan) -> Result<Done, Box<Violation>> {
    world::World::run(plan)
}
