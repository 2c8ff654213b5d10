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
