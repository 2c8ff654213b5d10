//! Refusals as people read them: the rule, and what came first.

use alleyway_core::id::DocumentId;
use alleyway_core::refusal::Refusal;

use super::context::{Context, Device};
use super::people;
use super::texts::{refusal as refusal_text, words};

/// Why a command was refused, in the user's language, with the step that came first and its author
/// where the device knows them.
pub(super) fn reason(
    context: &Context,
    device: &Device,
    document: DocumentId,
    refusal: &Refusal,
) -> String {
    let first = refusal
        .first
        .and_then(|first| device.replica.working(document)?.log_entry(first));
    let first = first.map(|entry| context.word(words::KIND, &entry.kind));
    let by = refusal
        .by
        .and_then(|member| people::name(context, device, document, member));
    refusal_text(
        context.lang,
        refusal.code.word(),
        first.as_deref(),
        by.as_deref(),
    )
}
