//! The ids that are in use: which commands of a device stand, and what each of them says.
//!
//! An id is made of its device's key, a counter and a nonce; nothing of what was typed is in it. So
//! the ledger notes with each id a hash of the content that it was given for, in rows of neighbouring
//! counters: a device that counts as it should writes few of them. What stood before these rows were
//! kept is found in its document ([`super::versions`]).

use super::keys;
use super::outcomes::{UsedId, UsedIds};
use super::{Tx, View};
use alleyway_core::command::{Command, Content};
use alleyway_core::crypto::{blake3_keyed, first};
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::wire::List;

/// Counters whose ids are in one row.
const COUNTERS_PER_ROW: u64 = 16;
/// Ids in one row: phones that went on from an old copy give counters out again, with other nonces.
pub(crate) const IDS_PER_ROW_MAX: usize = 256;

/// The hash of a content as rows note it: under a key of the server's, for what was typed is not to be
/// guessed from a store without its secrets.
pub(crate) fn noted(key: &[u8; 32], content: Content) -> Content {
    first(&blake3_keyed(key, &[b"command content", &content]))
}

/// What is known of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Used {
    /// No command that stands is noted under it.
    Not,
    /// A command of this content stands under it.
    By(Content),
    /// Nothing stands under it, and nothing more can: the device has given the same few counters out
    /// as often as it may.
    NeverAgain,
}

fn row_of(command: &Command) -> u64 {
    command.counter / COUNTERS_PER_ROW
}

fn find(row: &UsedIds, command: &Command) -> Used {
    let is_it = |id: &&UsedId| id.counter == command.counter && id.nonce == command.nonce;
    match row.ids.iter().find(is_it) {
        Some(id) => Used::By(id.content),
        None if row.ids.len() >= IDS_PER_ROW_MAX => Used::NeverAgain,
        None => Used::Not,
    }
}

/// What is known of the id of a device's command.
pub(crate) fn used(
    view: View<'_>,
    device: DeviceId,
    command: &Command,
) -> Result<Used, StoreError> {
    let row: Option<UsedIds> = view.get(&keys::used_ids(device, row_of(command)))?;
    Ok(row.map_or(Used::Not, |row| find(&row, command)))
}

impl Tx<'_> {
    /// The hash of a command's content, as rows note it.
    pub(crate) fn content_of(&self, command: &Command) -> Content {
        noted(&self.setup().token_key, command.content())
    }

    /// Notes that a device's command stands, once.
    pub(crate) fn use_id(&mut self, device: DeviceId, command: &Command) -> Result<(), StoreError> {
        let key = keys::used_ids(device, row_of(command));
        let row: UsedIds = self.get(&key)?.unwrap_or_default();
        if find(&row, command) != Used::Not {
            return Ok(());
        }
        let mut ids = row.ids.into_vec();
        ids.push(UsedId {
            counter: command.counter,
            nonce: command.nonce,
            content: self.content_of(command),
        });
        let ids = List::new(ids).map_err(|_| StoreError::damaged(&key))?;
        self.put(key, &UsedIds { ids });
        Ok(())
    }
}
