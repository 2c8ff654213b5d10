//! The town's rules in rows of their own: they are asked for with every step, and the book's document
//! is loaded for none.

use crate::rows::Tx;
use crate::rows::records::{BookRecord, RulesRecord};
use alleyway_core::admission::Admitted;
use alleyway_core::documents::Document;

/// Notes the rules that a command opens or puts into force. One that proposes changes none.
pub(super) fn index(tx: &mut Tx<'_>, admitted: &Admitted, document: &Document) {
    let Some(book) = document.book() else {
        return;
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
        return;
    }
    if let Some(rulebook) = document.rulebook() {
        tx.put_rulebook(rulebook);
    }
}
