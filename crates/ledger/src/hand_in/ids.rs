//! Whose an id is: the command's that is handed in, or another one's.
//!
//! An id of rule 2 is made of what its command says, so that two commands with one id are one command,
//! as far as the hash holds. The server does not rest on that: its verdict is about the command in the
//! batch, and what the ledger knows of the id is said again only of a command with the same content.
//! Another one is refused.

use super::context::{Candidate, Context, Judged};
use super::{refusals, trays};
use crate::rows::Tx;
use crate::rows::versions::{content_at, noted};
use alleyway_core::documents::{Document, Receipt};
use alleyway_core::id::CommandId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{AdmittedAt, Verdict, check_of};

/// Whose the id of a command is.
pub(super) enum Owner {
    /// Nobody's yet.
    Nobody,
    /// This command's, which stands already, or lies in a tray: its verdict.
    This(Judged),
    /// Another command's, which stands, lies in a tray, or was refused.
    Another,
}

/// Whose the id of a command is. `document` is the one that the command is about, if it was looked at.
pub(super) fn owner(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    of: &Candidate<'_>,
    document: Option<&Document>,
) -> Result<Owner, StoreError> {
    if let (Some(document), Some(head)) = (document, &of.head)
        && let Some(version) = document.version_of(of.id)
    {
        let content = content_at(tx.view(), of.target, head, version)?;
        let content = noted(&tx.setup().token_key, content);
        let standing = standing(document, of.id, ctx.by.receipt);
        return Ok(match standing.filter(|_| content == of.content) {
            Some(verdict) => Owner::This(Judged::Verdict(verdict)),
            None => Owner::Another,
        });
    }
    if let Some((kept, content)) = trays::kept_before(tx, of.id)? {
        let verdict = Judged::Verdict(Verdict::Kept(kept));
        let is_this = content == Some(of.content);
        return Ok(if is_this {
            Owner::This(verdict)
        } else {
            Owner::Another
        });
    }
    Ok(if refusals::is_anothers(tx, ctx, of)? {
        Owner::Another
    } else {
        Owner::Nobody
    })
}

/// The verdict of a command that stands already.
fn standing(document: &Document, id: CommandId, of_batch: Receipt) -> Option<Verdict> {
    let version = document.version_of(id)?;
    let head = document.head_at(version)?;
    let at = AdmittedAt {
        version,
        check: check_of(&head),
    };
    Some(Verdict::standing(at, *document.receipt(version)?, of_batch))
}
