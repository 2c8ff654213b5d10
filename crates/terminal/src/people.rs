//! Who did a step, as people call them.

use alleyway_core::id::{DocumentId, MemberId, is_resident, is_server};

use super::context::{Context, Device};
use super::texts::say;

/// An author's name: a member's, "the resident" in a case of theirs, or the server's console. None
/// for somebody whom this device does not know.
pub(super) fn name(
    context: &Context,
    device: &Device,
    document: DocumentId,
    author: MemberId,
) -> Option<String> {
    if let Some(name) = device.replica.organisation().name(author) {
        return Some(name.to_owned());
    }
    let town = device.replica.status(context.now())?.town;
    if is_server(town, author) {
        return Some(context.say(say::member::CONSOLE));
    }
    is_resident(town, document, author).then(|| context.say(say::member::RESIDENT))
}
