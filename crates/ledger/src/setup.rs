//! The setup of a ledger.

use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::id::TownId;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::text::Text;

/// The keys and bounds that a ledger is opened with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The town.
    pub town: TownId,
    /// The town's name, for enrolled devices.
    pub town_name: Text<NAME_BYTES_MAX>,
    /// The server's key: it signs verdicts and the server's own batches.
    pub secret: SecretKey,
    /// The key that cursors are sealed under; kept over restarts.
    pub token_key: [u8; 32],
    /// The key that challenges are made under; drawn anew at each start.
    pub challenge_key: [u8; 32],
    /// The number of documents that stay in memory (20 to 46 kB each).
    pub loaded_documents_max: usize,
}

impl Setup {
    /// The town's secret, to open batches that are sealed to the town.
    pub fn sealing(&self) -> SealingSecret {
        SealingSecret::from_bytes(self.secret.derive("alleyway town sealing 1"))
    }
}

/// The amount that each device may hand in. A device that was just enrolled has a day's amount;
/// what it does not use is added up for some days. A day begins at midnight in the towns' zone, by
/// the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceBudget {
    /// Commands a day, whatever becomes of them.
    pub commands_per_day: u64,
    /// Documents a day that commands create.
    pub documents_per_day: u64,
    /// Bytes a day, of commands as they are encoded.
    pub bytes_per_day: u64,
    /// The days whose amounts a device may have at most; at least 1.
    pub days: u32,
}

impl DeviceBudget {
    /// No budget: for a town that is made up, and for figures.
    pub const UNLIMITED: Self = Self {
        commands_per_day: u64::MAX,
        documents_per_day: u64::MAX,
        bytes_per_day: u64::MAX,
        days: 1,
    };
}

impl Default for DeviceBudget {
    /// More than the busiest person types.
    fn default() -> Self {
        Self {
            commands_per_day: 2_000,
            documents_per_day: 300,
            bytes_per_day: 8 * 1024 * 1024,
            days: 30,
        }
    }
}
