//! Cursors: where a device stands on this ledger's past.

use crate::restore;
use crate::rows::Tx;
use alleyway_core::crypto::first;
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::cursor::Cursor;
use alleyway_core::sync::frame::{Hello, Opaque};

/// A cursor at the end of the ledger.
pub(crate) fn at_the_end(tx: &Tx<'_>, scope: u32) -> Cursor {
    Cursor {
        incarnation: tx.incarnation(),
        sequence: tx.sequence(),
        walked: tx.sequence(),
        chain: first(&tx.chain()),
        scope,
        backfill: None,
        part: None,
    }
}

/// The cursor of a device that says what it holds: at the end of the ledger; or, if the device
/// knows another incarnation, where the two parted. What stands again behind that may have another
/// receipt than the device knows, and digests do not tell.
pub(crate) fn behind_comparison(
    tx: &Tx<'_>,
    hello: &Hello,
    scope: u32,
) -> Result<Cursor, StoreError> {
    let here = at_the_end(tx, scope);
    let shown = shown(tx, hello);
    let Some(theirs) = shown.filter(|cursor| cursor.incarnation != tx.incarnation()) else {
        return Ok(here);
    };
    let sequence = restore::parting_from(tx, theirs.incarnation)?.min(theirs.sequence);
    let chain = tx.chain_at(sequence)?.unwrap_or_default();
    Ok(Cursor {
        sequence,
        walked: sequence,
        chain,
        ..here
    })
}

/// The cursor that a device shows, if it is one of ours for it.
fn shown(tx: &Tx<'_>, hello: &Hello) -> Option<Cursor> {
    Cursor::open(&tx.setup().token_key, hello.device, &hello.cursor)
}

/// The cursor of a device that has been sent something in this incarnation.
fn of_this_incarnation(tx: &Tx<'_>, hello: &Hello) -> Option<Cursor> {
    shown(tx, hello).filter(|cursor| cursor.incarnation == tx.incarnation())
}

/// Whether the device's cursor is of this incarnation: it has been sent something in it.
pub(crate) fn is_of_this_incarnation(tx: &Tx<'_>, hello: &Hello) -> bool {
    of_this_incarnation(tx, hello).is_some()
}

/// A device's cursor, if it stands on this ledger's past.
pub(crate) fn open(tx: &Tx<'_>, hello: &Hello) -> Result<Option<Cursor>, StoreError> {
    let Some(cursor) = of_this_incarnation(tx, hello) else {
        return Ok(None);
    };
    if tx.chain_at(cursor.sequence)? != Some(cursor.chain) {
        return Ok(None);
    }
    Ok(Some(cursor))
}

/// The cursor as its device carries it.
pub(crate) fn seal(tx: &Tx<'_>, cursor: &Cursor, device: DeviceId) -> Opaque {
    cursor.seal(&tx.setup().token_key, device)
}
