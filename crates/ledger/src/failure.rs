//! A request that is not carried out: it is refused, or the store fails.

use alleyway_core::store::StoreError;
use thiserror::Error;

/// The reason for which a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Failure<E> {
    /// It is refused; nothing was written.
    #[error(transparent)]
    Refused(E),
    /// The store failed; nothing made since the last commit may be answered.
    #[error("{0}")]
    Store(StoreError),
}

impl<E> From<StoreError> for Failure<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
