//! `GET /v1/q/invitation`: an invitation's code, for the device that asked for it.

use std::sync::Arc;

use alleyway_core::id::{CommandId, DeviceId};
use alleyway_ledger::{LedgerError, ShownInvitation};
use serde::Serialize;

use super::super::App;
use super::super::error::HttpError;
use super::query::{self, Field};
use super::{Refused, error};
use crate::clock::rfc3339;
use crate::disk::Writes;
use crate::secrets;
use crate::writer::Desk;

/// Bytes that it weighs in a group: the row that says when the code was shown.
const BYTES: usize = 128;

/// The fields of the query.
pub(super) const FIELDS: [Field; 1] = [Field {
    name: "asked",
    pattern: "^[0-9a-f]{32}$",
    meaning: "the command that asked for the invitation",
}];

/// Reads the query. `asked` is needed.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<CommandId, HttpError> {
    let [asked] = query::values(text, FIELDS)?;
    query::read(asked, CommandId::parse)?.ok_or_else(error::bad_query)
}

/// Asks the writer, which notes when the code is shown first, durably before it is.
///
/// # Errors
/// Whatever the writer answers; that the device may not read it.
pub(super) async fn ask(
    app: &Arc<App>,
    device: DeviceId,
    asked: CommandId,
) -> Result<ShownInvitation, HttpError> {
    let random = secrets::random().map_err(|_| HttpError::Internal)?;
    let read = move |desk: &mut Desk<'_>| {
        let (store, now) = (desk.store, desk.now);
        let shown = desk
            .ledger
            .read_invitation(store, device, asked, random, now);
        shown.map_err(|error: LedgerError<_>| error.map(Refused::Read))
    };
    let read = app.writer.ask_or_be_refused(Writes::Little, BYTES, read);
    Ok(read.await?)
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    sealed: String,
    member: String,
    name: String,
    valid_until: String,
}

impl Shown {
    pub(super) fn of(shown: &ShownInvitation) -> Self {
        Self {
            sealed: hex::encode(&shown.sealed),
            member: shown.member.key(),
            name: shown.name.clone(),
            valid_until: rfc3339(shown.expires),
        }
    }
}
