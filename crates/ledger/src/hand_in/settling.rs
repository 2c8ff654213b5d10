//! The test that a command which settles an item of a tray comes behind what was made of the item.

use super::context::Context;
use alleyway_core::command::Command;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::tray::TrayCommand;

/// Steps that one item of a tray is followed to the document that was made of it.
const TAKEN_AGAIN_MAX: usize = 16;

/// Whether what settles an item of a tray, if the command does, comes behind what was made of the
/// item: the same thing, typed on the same device, in the same batch, and not refused.
pub(super) fn has_done_what_it_settles(
    ctx: &Context<'_>,
    command: &Command,
    tray: &Document,
) -> bool {
    let Some(TrayCommand::Settle(settle)) = TrayCommand::of(&command.body) else {
        return true;
    };
    let Some(item) = tray.tray_item(settle.item).and_then(|item| item.command()) else {
        return false;
    };
    ctx.done.iter().any(|own| {
        let created = own
            .document
            .is_none()
            .then(|| own.target(&ctx.by.origin.device));
        settle.became == created
            && own.document == item.document.map(|document| present(tray, document))
            && own.body.says_the_same(&item.body)
    })
}

/// The document that an item's command is about now.
fn present(tray: &Document, mut document: DocumentId) -> DocumentId {
    for _ in 0..TAKEN_AGAIN_MAX {
        let Some(next) = tray
            .tray_settled(CommandId(document.0))
            .and_then(|settled| settled.became)
        else {
            break;
        };
        document = next;
    }
    document
}
