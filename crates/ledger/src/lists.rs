//! Lists that an administrator handed to the server, while their import is asked for and confirmed.
//!
//! One at a time for a town. They are kept, sealed under the slot of the town's own document, until their
//! import has ended: carried out, refused, withdrawn, or too old. Whoever drives the ledger carries a
//! confirmed one out, for what lists say is not the ledger's to know.

use crate::audit::{self, Audited, By, CommandedAudited};
use crate::rows::records::{KeptLists, SecondWord};
use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::crypto::Hash;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, MemberId, UnitId};
use alleyway_core::kinds::unit::{AskedFor, ImportFailed, ImportFault, UnitCommand, UnitView};
use alleyway_core::limits::{LISTS_BYTES_MAX, LISTS_KEPT_DAYS};
use alleyway_core::store::StoreError;
use alleyway_core::sync::lists::digits_of;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, Wire as _};

/// The bytes of a town's lists.
type ListBytes = Blob<LISTS_BYTES_MAX>;

/// An import that two administrators want, and that is to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedImport {
    /// The town's own unit, in whose document it was asked for.
    pub unit: UnitId,
    /// The command that asked.
    pub asked: CommandId,
    /// Who asked, and who confirmed.
    pub wanted_by: [MemberId; 2],
    /// The rows that it is to change.
    pub changes: u32,
    /// The lists; none if they are no more.
    pub lists: Option<Vec<u8>>,
}

/// Keeps lists in place of those that were kept before. False, and nothing is kept, while an import that was
/// asked for has not ended, and in a ledger without a town.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    hash: Hash,
    lists: Vec<u8>,
    now: Time,
) -> Result<bool, StoreError> {
    let known: Option<KeptLists> = tx.get(keys::KEPT_LISTS)?;
    let town = tx.organisation().towns().next();
    let head = town.map(|town| tx.head(town)).transpose()?.flatten();
    let Some(head) = head.filter(|_| known.is_none_or(|known| known.asked.is_none())) else {
        return Ok(false);
    };
    let kept = KeptLists {
        hash,
        kept: now,
        asked: None,
        confirmed: None,
    };
    tx.put(keys::KEPT_LISTS.to_vec(), &kept);
    // The same lists again are not written again.
    if known.is_none_or(|known| known.hash != hash) {
        let bytes = ListBytes::new(lists).map_err(|error| StoreError::Failed(error.to_string()))?;
        tx.put_sealed(keys::LISTS.to_vec(), bytes.to_bytes(), head.slot);
    }
    Ok(true)
}

/// The lists whose import `asked` asks for; none if no such import waits.
pub(crate) fn waiting(tx: &Tx<'_>, asked: CommandId) -> Result<Option<Vec<u8>>, StoreError> {
    let known: Option<KeptLists> = tx.get(keys::KEPT_LISTS)?;
    match known.filter(|known| known.asked == Some(asked)) {
        Some(_) => lists(tx),
        None => Ok(None),
    }
}

/// The import that is to be carried out; none if none is. One that was confirmed before a restore has no lists.
pub(crate) fn confirmed(tx: &mut Tx<'_>) -> Result<Option<ConfirmedImport>, StoreError> {
    let known: Option<KeptLists> = tx.get(keys::KEPT_LISTS)?;
    let Some((asked, second)) = known.and_then(|known| known.asked.zip(known.confirmed)) else {
        return Ok(None);
    };
    let Some(unit) = tx.organisation().towns().next() else {
        return Ok(None);
    };
    let view = tx.document(unit, Document::unit)?.flatten();
    let asking = view.and_then(|view| view.asked(asked).cloned());
    let Some((by, AskedFor::Import(import))) = asking.map(|asking| (asking.by, asking.what)) else {
        forget(tx, asked)?;
        return Ok(None);
    };
    let is_of_now = second.incarnation == tx.incarnation();
    let lists = if is_of_now { lists(tx)? } else { None };
    Ok(Some(ConfirmedImport {
        unit,
        asked,
        wanted_by: [by, second.by],
        changes: import.changes,
        lists,
    }))
}

/// The bytes that are kept; none if they are not, or cannot be read any more.
fn lists(tx: &Tx<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    match tx.get::<ListBytes>(keys::LISTS) {
        Ok(bytes) => Ok(bytes.map(ListBytes::into_vec)),
        Err(StoreError::Damaged(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Notes what a command of the town's own unit did about an import. What is asked for without lists that the
/// server has, and what was confirmed before a restore, ends at once.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    body: &UnitCommand,
    view: &UnitView,
    admitted: &Admitted,
) -> Result<(), StoreError> {
    let known: Option<KeptLists> = tx.get(keys::KEPT_LISTS)?;
    let about = |asked: CommandId| known.filter(|known| known.asked == Some(asked));
    match body {
        UnitCommand::AskImport(import) => {
            let asked = admitted.id();
            let offered = known.filter(|known| {
                known.asked.is_none() && digits_of(&known.hash) == import.hash.as_str()
            });
            match offered {
                Some(offered) => {
                    let asked = Some(asked);
                    tx.put(keys::KEPT_LISTS.to_vec(), &KeptLists { asked, ..offered });
                }
                None => end(tx, view.id, asked, ImportFault::Gone),
            }
        }
        UnitCommand::ConfirmAsked(confirm) => {
            let asked = view.asked(confirm.asked);
            let is_import = asked.is_some_and(|asked| matches!(asked.what, AskedFor::Import(_)));
            if !is_import {
                return Ok(());
            }
            let is_of_before = admitted.command().base.incarnation < tx.incarnation();
            let received = admitted.receipt().received;
            match about(confirm.asked).filter(|_| !is_of_before) {
                Some(kept) if kept.is_too_old(received) => {
                    end(tx, view.id, confirm.asked, ImportFault::TooOld);
                }
                Some(kept) => {
                    let confirmed = Some(SecondWord {
                        by: admitted.origin().author,
                        incarnation: tx.incarnation(),
                    });
                    tx.put(keys::KEPT_LISTS.to_vec(), &KeptLists { confirmed, ..kept });
                    let commanded = CommandedAudited {
                        unit: view.id,
                        command: admitted.id(),
                        by: By::of(admitted),
                    };
                    audit::write(
                        tx,
                        admitted.receipt().received,
                        Audited::Commanded(commanded),
                    );
                    tx.stats().imports_confirmed += 1;
                }
                None => end(tx, view.id, confirm.asked, ImportFault::Gone),
            }
        }
        UnitCommand::WithdrawAsked(body) => forget(tx, body.asked)?,
        UnitCommand::Imported(body) => forget(tx, body.asked)?,
        UnitCommand::ImportFailed(body) => forget(tx, body.asked)?,
        _ => {}
    }
    Ok(())
}

/// Ends what nobody confirmed in time, by a step if it was asked for.
pub(crate) fn end_too_old(tx: &mut Tx<'_>, now: Time) -> Result<bool, StoreError> {
    let known: Option<KeptLists> = tx.get(keys::KEPT_LISTS)?;
    let is_old = |kept: &KeptLists| kept.confirmed.is_none() && kept.is_too_old(now);
    let Some(kept) = known.filter(is_old) else {
        return Ok(false);
    };
    let town = tx.organisation().towns().next();
    match kept.asked.zip(town) {
        Some((asked, town)) => end(tx, town, asked, ImportFault::TooOld),
        None => remove(tx),
    }
    Ok(true)
}

/// Ends an import behind what is being done: by a step, if it waits still then.
fn end(tx: &mut Tx<'_>, unit: UnitId, asked: CommandId, why: ImportFault) {
    let failed = ImportFailed { asked, why };
    tx.follow_up(FollowUp::EndImport(unit, failed));
}

/// Deletes the lists whose import a command asked for.
pub(crate) fn forget(tx: &mut Tx<'_>, asked: CommandId) -> Result<(), StoreError> {
    let known: Option<KeptLists> = tx.get(keys::KEPT_LISTS)?;
    if known.is_some_and(|known| known.asked == Some(asked)) {
        remove(tx);
    }
    Ok(())
}

fn remove(tx: &mut Tx<'_>) {
    tx.remove(keys::KEPT_LISTS.to_vec());
    tx.remove(keys::LISTS.to_vec());
}

impl KeptLists {
    fn is_too_old(&self, now: Time) -> bool {
        now > self.kept.plus_days(LISTS_KEPT_DAYS)
    }
}
