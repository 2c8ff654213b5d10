//! The town's rules in rows of their own: they are asked for with every step, and the book's document
//! is loaded for none.

use super::turns;
use crate::rows::Tx;
use crate::rows::records::{BookRecord, RulesRecord};
use crate::tracked;
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;
use alleyway_core::store::StoreError;
use alleyway_core::time::Date;

/// Notes the rules that a command opens or puts into force. One that proposes changes none.
pub(super) fn index(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    document: &Document,
) -> Result<(), StoreError> {
    let Some(book) = document.book() else {
        return Ok(());
    };
    let behind = document.version();
    let adopted = book.adopted.iter().find(|done| done.id == admitted.id());
    let proposal = adopted.and_then(|adoption| document.proposal(adoption.proposal));
    if let (Some(adoption), Some(proposal)) = (adopted, proposal) {
        let record = RulesRecord::of(behind, adoption.from, &proposal);
        tx.put_rules(adoption.id, &record);
    } else if behind == 1 {
        tx.put_book(&BookRecord {
            document: document.id(),
            town: book.town,
        });
    } else {
        return Ok(());
    }
    if let Some(rulebook) = document.rulebook() {
        tx.put_rulebook(rulebook);
    }
    // A town's first rules may hold from the day itself, and rules that a restore had lost stand again from
    // theirs: what residents are shown, and what the server has to say, was made by others.
    let received = admitted.receipt().received;
    let stands_again = tx.restored_at().is_some_and(|restored| received < restored);
    if adopted.is_some_and(|adoption| stands_again || adoption.from <= Date::of(received)) {
        tracked::drop_all(tx)?;
        turns::make_anew(tx)?;
    }
    Ok(())
}
