//! How administration has the writer do something: in turn with the devices' requests.

use alleyway_ledger::LedgerError;

use super::{Failure, Office};
use crate::disk::Writes;
use crate::writer::Desk;

/// Why something was not done: for a reason that the administrator is told, and nothing was changed;
/// or the store failed, and with it the server.
pub(crate) type Undone = LedgerError<Failure>;

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl Office {
    /// Has the writer do `work`, whatever room the disk has.
    pub(super) async fn ask<T, W>(&self, work: W) -> Result<T, Failure>
    where
        T: Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, Undone> + Send + 'static,
    {
        self.ask_to_write(Writes::Nothing, 0, work).await
    }

    /// Has the writer do `work`, if the disk has room for what it may write. `bytes` is what it weighs
    /// in a group.
    pub(super) async fn ask_to_write<T, W>(
        &self,
        writes: Writes,
        bytes: usize,
        work: W,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, Undone> + Send + 'static,
    {
        self.writer
            .ask_patiently_or_be_refused(writes, bytes, work)
            .await
    }
}
