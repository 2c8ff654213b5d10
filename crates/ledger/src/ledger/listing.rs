//! The rows for lists of a ledger, made anew.

use super::Ledger;
use crate::append::turns;
use crate::listed;
use alleyway_core::id::DocumentId;
use alleyway_core::store::{Records, StoreError};

impl Ledger {
    /// Makes some more rows for lists, of a ledger that a release without them, or with others, wrote:
    /// before anything is answered, again and again until there are none to make. What it writes is to
    /// be committed with [`Ledger::take_transaction`] each time. How many documents more were looked
    /// at; none once all were.
    ///
    /// # Errors
    /// Whatever the store says, of a damaged document too.
    pub fn make_rows(&mut self, records: &dyn Records) -> Result<Option<usize>, StoreError> {
        listed::make(&mut self.tx(records))
    }

    /// Makes the row for lists of a document anew, of which a check said that it is another, and has
    /// looked anew whether it is late. To be committed with [`Ledger::take_transaction`].
    ///
    /// # Errors
    /// Whatever the store says, of a damaged document too.
    pub fn make_row_anew(
        &mut self,
        records: &dyn Records,
        document: DocumentId,
    ) -> Result<(), StoreError> {
        let tx = &mut self.tx(records);
        listed::make_anew(tx, document)?;
        turns::look_again(tx, document)
    }
}
