//! A tray's item is settled once: whoever comes second is told who came first.

use super::Question;
use crate::command::Body;
use crate::documents::Document;
use crate::kinds::tray::TrayCommand;
use crate::refusal::{Refusal, RefusalCode};

/// Whether the item is still open, for a command that settles one.
pub(super) fn judge(question: &Question<'_>, document: Option<&Document>) -> Result<(), Refusal> {
    let Body::Tray(TrayCommand::Settle(body)) = question.body else {
        return Ok(());
    };
    match document.and_then(|document| document.tray_settled(body.item)) {
        Some(settled) => Err(Refusal {
            code: RefusalCode::WrongState,
            first: Some(settled.by_command),
            by: Some(settled.by),
        }),
        None => Ok(()),
    }
}
