//! Real crashes: a server process under load from real devices, killed with SIGKILL again and again.
//!
//! The devices are the product's: its replica on its own store, its way to the server, four at a time
//! in threads, and now and then the terminal program. A kill falls after so many acknowledged
//! commands, so many requests and so many microseconds more, all drawn from the seed: the same seed
//! has the same plan. Some starts are killed too.
//!
//! After each kill the devices that were told "admitted" are wiped. What they were told must be on a
//! new device: every command once, in its document, with the heads that others saw. Devices with
//! something unacknowledged go on, and what they hand in again must be there once.
//!
//! | file | what |
//! | --- | --- |
//! | `life` | a town's life: rounds of load, kill, restart and check |
//! | `killer` | when the kill falls |
//! | `phone` | a device in a thread |
//! | `terminal` | the terminal program as a device |
//! | `register` | what was acknowledged, and the comparison with a new device |

mod killer;
mod life;
pub(crate) mod phone;
pub(crate) mod register;
mod terminal;

pub(crate) use life::serve;

use thiserror::Error;

use crate::process::ProcessError;

/// Rounds of one town: then a new one begins, so that a failure is replayed soon.
pub const ROUNDS_OF_A_TOWN: u32 = 20;

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which all chance comes.
    pub seed: u64,
    /// Kills under load.
    pub rounds: u32,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Kills under load.
    pub rounds: u64,
    /// Kills of a start.
    pub starts_killed: u64,
    /// Commands typed.
    pub typed: u64,
    /// Commands acknowledged as admitted.
    pub acknowledged: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Commands without an answer at a kill; one that has none at two kills counts twice.
    pub handed_in_again: u64,
    /// Devices wiped after all they had typed was acknowledged.
    pub wiped: u64,
    /// New devices that were compared with what was acknowledged.
    pub compared: u64,
    /// Rounds with the terminal program.
    pub terminals: u64,
}

impl Tally {
    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.starts_killed += other.starts_killed;
        self.typed += other.typed;
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.handed_in_again += other.handed_in_again;
        self.wiped += other.wiped;
        self.compared += other.compared;
        self.terminals += other.terminals;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} kills under load and {} of a start; {} commands typed, {} acknowledged, {} refused, {} without \
             an answer at a kill; {} devices wiped, {} new ones compared; {} rounds with the terminal program; 0 missing, 0 twice",
            self.rounds,
            self.starts_killed,
            self.typed,
            self.acknowledged,
            self.refused,
            self.handed_in_again,
            self.wiped,
            self.compared,
            self.terminals
        )
    }
}

/// Why a run ended.
#[derive(Debug, Error)]
#[error(
    "{what}\nseed {seed}, round {round}; the same plan again: soak crashes --from {seed} --rounds {round}"
)]
pub struct CrashError {
    /// Its seed.
    pub seed: u64,
    /// The round, from 1.
    pub round: u32,
    /// What was seen.
    pub what: Found,
}

/// What was seen.
#[derive(Debug, Error)]
pub enum Found {
    /// A promise was not kept.
    #[error("{}", .0.join("\n"))]
    Broken(Vec<String>),
    /// A program did not do what it was asked.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

/// Plays a town's life.
///
/// # Errors
/// The first round after which something was missing or twice.
pub fn run(plan: Plan) -> Result<Tally, CrashError> {
    let failed = |round| {
        move |what: Found| CrashError {
            seed: plan.seed,
            round,
            what,
        }
    };
    let mut life = life::Life::begin(plan.seed).map_err(failed(0))?;
    for round in 1..=plan.rounds {
        life.round(round).map_err(failed(round))?;
    }
    life.end().map_err(failed(plan.rounds))?;
    Ok(life.tally)
}
