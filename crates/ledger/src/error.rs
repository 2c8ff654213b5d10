//! A request that is not carried out: it is refused, or the store fails.

use alleyway_core::store::StoreError;
use thiserror::Error;

/// The reason for which a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LedgerError<E> {
    /// It is refused; nothing was written, and the ledger goes on.
    #[error(transparent)]
    Refused(E),
    /// The store failed; nothing made since the last commit may be answered.
    #[error("{0}")]
    Store(StoreError),
}

impl<E> LedgerError<E> {
    /// The refusal, which is an answer like any other.
    ///
    /// # Errors
    /// The store's failure, behind which nothing may be answered.
    pub fn refusal(self) -> Result<E, StoreError> {
        match self {
            Self::Refused(error) => Ok(error),
            Self::Store(error) => Err(error),
        }
    }

    /// The same, with the refusal in other terms.
    pub fn map<F>(self, refusal: impl FnOnce(E) -> F) -> LedgerError<F> {
        match self {
            Self::Refused(error) => LedgerError::Refused(refusal(error)),
            Self::Store(error) => LedgerError::Store(error),
        }
    }
}

impl<E> From<StoreError> for LedgerError<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
