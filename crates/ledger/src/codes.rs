//! Tracking codes: where each leads, by its index, which is a hash. The code itself is worked out for a
//! moment, of what its device shares with the town, and is written nowhere.
//!
//! A code ends and is not forgotten: its page says so, and does not say that the case is still to
//! come. Rows of a release under which documents held codes in plain are those of codes that have
//! ended.

use crate::rows::{FollowUp, Tx, keys};
use alleyway_core::command::Body;
use alleyway_core::crypto::PublicKey;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::Index;
use alleyway_core::number::TrackingCode;
use alleyway_core::slip::Slip;
use alleyway_core::store::StoreError;
use alleyway_core::wire_struct;

/// A code that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeRecord {
    /// The case.
    case: DocumentId,
    /// Who gave it out.
    by: MemberId,
    /// Whether it leads nowhere any more.
    ended: bool,
}
wire_struct!(CodeRecord { case, by, ended });

/// Where a code leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Nobody has brought it.
    NotArrived,
    /// It has ended.
    Ended,
    /// To a case.
    Case {
        /// The case.
        case: DocumentId,
        /// Who gave the code out.
        by: MemberId,
    },
}

/// A command that gives out a code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Giving<'a> {
    /// The command.
    pub(crate) command: CommandId,
    /// Its step.
    pub(crate) body: &'a Body,
    /// The device that it was typed on.
    pub(crate) device: PublicKey,
    /// Its author.
    pub(crate) by: MemberId,
    /// The case that it creates or changes.
    pub(crate) case: DocumentId,
}

/// Where a code leads.
pub(crate) fn lead(tx: &Tx<'_>, code: TrackingCode) -> Result<Lead, StoreError> {
    let known: Option<CodeRecord> = tx.get(&keys::code(code.index()))?;
    Ok(match known {
        Some(CodeRecord { ended: true, .. }) => Lead::Ended,
        Some(CodeRecord { case, by, .. }) => Lead::Case { case, by },
        None if tx.has(&keys::plain_code(code.index()))? => Lead::Ended,
        None => Lead::NotArrived,
    })
}

/// Notes the code that an admitted command gives out; the one before ends. A code whose slip proves
/// nothing, or that leads to another case, leads nowhere: the server says so behind the batch.
pub(crate) fn give_out(
    tx: &mut Tx<'_>,
    giving: &Giving<'_>,
    slip: &Slip,
) -> Result<(), StoreError> {
    end_code_of(tx, giving.case)?;
    let code = slip.code(&giving.device, &tx.setup().sealing());
    let taken = |tx: &Tx<'_>, code: TrackingCode| -> Result<bool, StoreError> {
        let known: Option<CodeRecord> = tx.get(&keys::code(code.index()))?;
        Ok(known.is_some_and(|known| !known.ended && known.case != giving.case))
    };
    match code {
        Some(code) if !taken(tx, code)? => {
            put(tx, giving, code, false);
            tx.put(keys::code_of(giving.case), &code.index());
        }
        _ => {
            if let Some(body) = giving.body.void_code(giving.command) {
                tx.follow_up(FollowUp::Change(giving.case, body));
            }
        }
    }
    Ok(())
}

/// Notes the code of a command that is refused, or kept in a tray: nobody does it as it is, and the
/// resident who has the slip is to be told so. What leads somewhere already is left alone, and a
/// command that is mended and stands takes the code back.
pub(crate) fn note_void(tx: &mut Tx<'_>, giving: &Giving<'_>) -> Result<(), StoreError> {
    let Some(Index::Code(slip)) = giving.body.index() else {
        return Ok(());
    };
    if let Some(code) = slip.code(&giving.device, &tx.setup().sealing())
        && !tx.has(&keys::code(code.index()))?
    {
        put(tx, giving, code, true);
    }
    Ok(())
}

fn put(tx: &mut Tx<'_>, giving: &Giving<'_>, code: TrackingCode, ended: bool) {
    let record = CodeRecord {
        case: giving.case,
        by: giving.by,
        ended,
    };
    tx.put(keys::code(code.index()), &record);
}

fn end_code_of(tx: &mut Tx<'_>, case: DocumentId) -> Result<(), StoreError> {
    let Some(index) = tx.get::<[u8; 16]>(&keys::code_of(case))? else {
        return Ok(());
    };
    let key = keys::code(index);
    if let Some(known) = tx.get::<CodeRecord>(&key)? {
        let ended = true;
        tx.put(key, &CodeRecord { ended, ..known });
    }
    Ok(())
}
