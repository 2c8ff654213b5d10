//! The end of a device: what its owner is told beside what can still be read.

use alleyway_client::screen::stop_word;
use alleyway_client::views::member::Whoami;
use alleyway_core::sync::frame::Stop;

use super::context::Context;
use super::texts::{Message, say, words};

/// The notice beside everything that can still be read on a device that is not to go on.
pub(super) fn told(context: &Context, me: &Whoami) -> Option<String> {
    let text = reading(context, me.stopped?);
    if context.json {
        context.warn("device_stopped", text.clone());
    }
    Some(text)
}

/// The text of an empty list: it says that the device was stopped, that its member's post has
/// ended, or `nothing`.
pub(super) fn empty(context: &Context, me: &Whoami, nothing: &Message) -> String {
    match me.stopped {
        Some(why) => reading(context, why),
        None if me.has_no_post => context.say(say::member::NO_POST_HOW),
        None => context.say(nothing),
    }
}

fn reading(context: &Context, why: Stop) -> String {
    let why = context.word(words::KEPT, stop_word(why));
    context.fill(say::stopped::HERE, &[("why", &why)])
}
