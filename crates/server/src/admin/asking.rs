//! How administration has the writer do something: in turn with the devices' requests.

use alleyway_core::store::StoreError;
use alleyway_ledger::LedgerError;

use super::{Failure, Office};
use crate::disk::Writes;
use crate::writer::Desk;

/// Why something was not done.
#[derive(Debug)]
pub(crate) enum Undone {
    /// For a reason that the administrator is told. Nothing was changed.
    Failed(Failure),
    /// The store failed, and with it the server.
    Store(StoreError),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<LedgerError<Failure>> for Undone {
    fn from(error: LedgerError<Failure>) -> Self {
        match error {
            LedgerError::Refused(failure) => Self::Failed(failure),
            LedgerError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
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
        let work = move |desk: &mut Desk<'_>| match work(desk) {
            Ok(done) => Ok(Ok(done)),
            Err(Undone::Failed(failure)) => Ok(Err(failure)),
            Err(Undone::Store(error)) => Err(error),
        };
        self.writer
            .ask_patiently_to_write(writes, bytes, work)
            .await?
    }
}
