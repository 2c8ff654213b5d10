//! Taking the device's data away.

use std::io::{BufRead, IsTerminal, Write};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::texts::say;
use super::{Shown, json};
use alleyway_device::keys::file::{self, Guard};
use alleyway_device::store::{self, DeviceStore, OpenStoreError};

/// What a wipe would lose.
#[derive(Debug, Clone, Copy, Default)]
struct Waiting {
    /// Commands that the server has not answered, or that cannot be read.
    unsent: usize,
    /// Commands that it refused and that nobody has dealt with.
    refused: usize,
}

/// `wipe [--force] [--yes]`
pub(super) fn wipe(context: &Context, force: bool, yes: bool) -> Result<Shown, Failure> {
    let home = context.home();
    if !DeviceStore::exists(home) && !file::exists(home) {
        return Err(context.failure(
            Exit::NotEnrolled,
            "not_enrolled",
            say::enrol::NOT_ENROLLED,
            &[],
        ));
    }
    let (store, waiting) = open(context, force)?;
    let counts = [
        ("unsent", waiting.unsent.to_string()),
        ("refused", waiting.refused.to_string()),
    ];
    let counts = counts
        .each_ref()
        .map(|(name, count)| (*name, count.as_str()));
    if !force && (waiting.unsent > 0 || waiting.refused > 0) {
        return Err(context.failure(Exit::NotAllowed, "work_waits", say::wipe::WAITS, &counts));
    }
    if !yes && !confirmed(context, &counts) {
        return Err(context.failure(Exit::Usage, "not_confirmed", say::wipe::NOT_CONFIRMED, &[]));
    }
    store::wipe(home, store).map_err(|error| context.key_failure(&error))?;
    let value = json::Wipe {
        wiped: true,
        unsent: waiting.unsent,
        refused: waiting.refused,
    };
    Shown::new(&value, vec![context.say(say::wipe::DONE)])
}

/// The store and what waits in it. What cannot be opened is wiped only by force: nobody knows what
/// waits in it.
fn open(context: &Context, force: bool) -> Result<(Option<DeviceStore>, Waiting), Failure> {
    if !DeviceStore::exists(context.home()) {
        // Made as far as its key.
        return Ok((None, Waiting::default()));
    }
    let unknown = |failure: Failure| {
        if force {
            return Ok((None, Waiting::default()));
        }
        let code = failure.code.as_str();
        let text = context.fill(say::wipe::UNREADABLE, &[("reason", &failure.text)]);
        Err(Failure::new(failure.exit, code, text))
    };
    let store = match context.open_store(Guard::Mode) {
        Ok(store) => store,
        Err(error @ OpenStoreError::Locked(_)) => return Err(context.open_failure(&error)),
        Err(error) => return unknown(context.open_failure(&error)),
    };
    match context.replica(&store) {
        Ok(opened) => {
            let lost = opened
                .damage
                .iter()
                .filter(|damage| damage.what.may_be_lost())
                .count();
            let (unsent, refused) = (
                opened.replica.pending().len() + lost,
                opened.replica.refused().len(),
            );
            Ok((Some(store), Waiting { unsent, refused }))
        }
        Err(failure) => unknown(failure),
    }
}

/// Asks a person; nobody there is a no.
fn confirmed(context: &Context, counts: &[(&str, &str)]) -> bool {
    if context.json || !std::io::stdin().is_terminal() {
        return false;
    }
    let asked = write!(
        std::io::stderr(),
        "{}",
        context.fill(say::wipe::ASK, counts)
    );
    let mut answer = String::new();
    asked
        .and_then(|()| std::io::stderr().flush())
        .and_then(|()| std::io::stdin().lock().read_line(&mut answer))
        .is_ok()
        && answer.trim() == "wipe"
}
