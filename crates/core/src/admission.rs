//! Admission: command in, proof or refusal out.
//!
//! Only [`admit`], [`admit_after_post`], [`admit_again`] and [`admit_elsewhere`] make an
//! [`Admitted`], and only an [`Admitted`] can be appended to the ledger: nothing gets in without
//! having been judged and executed on what stands.

use std::collections::BTreeSet;

use crate::command::Command;
use crate::crypto::PublicKey;
use crate::documents::{Document, DocumentKind, Execution, Head, Receipt};
use crate::feeds::{FeedId, audience};
use crate::id::{CommandId, DocumentId, MemberId, actor};
use crate::limits::{COMMAND_BYTES_MAX, DOCUMENT_ENTRIES_MAX, DOCUMENT_ENTRIES_RESERVED};
use crate::organisation::{Organisation, Standing};
use crate::policy::{Authority, Question, judge};
use crate::refusal::{Refusal, RefusalCode};
use crate::sync::frame::{AdmittedAt, check_of};
use crate::time::Time;
use crate::wire::Wire;

/// Who hands a command in.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// As whom it is judged.
    pub authority: Authority,
    /// Who is written down as its author.
    pub author: MemberId,
    /// On which device it was typed.
    pub device: PublicKey,
}

/// A command that stands: judged, executed, not yet stored.
#[derive(Debug)]
pub struct Admitted {
    id: CommandId,
    command: Command,
    origin: Origin,
    receipt: Receipt,
    document: DocumentId,
    generation: u32,
    kind: DocumentKind,
    version: u64,
    before: Head,
    head: Head,
    change: Vec<u8>,
    audience: BTreeSet<FeedId>,
}

/// Judges `command` by the posts of its author at `now` and by what stands in `document`, and
/// executes it there. A refused command leaves the document as it was.
///
/// # Errors
/// The refusal.
pub fn admit(
    organisation: &Organisation,
    origin: Origin,
    command: &Command,
    document: &mut Document,
    receipt: Receipt,
    now: Time,
) -> Result<Admitted, Refusal> {
    admit_by(
        organisation,
        origin,
        Standing::InForce,
        command,
        document,
        receipt,
        now,
    )
}

/// As [`admit`], by a post of the author that has ended: for what was typed before the author could
/// know. The receipt is to say so ([`crate::documents::Mark::AfterPost`]).
///
/// # Errors
/// The refusal.
pub fn admit_after_post(
    organisation: &Organisation,
    origin: Origin,
    post: CommandId,
    command: &Command,
    document: &mut Document,
    receipt: Receipt,
    now: Time,
) -> Result<Admitted, Refusal> {
    admit_by(
        organisation,
        origin,
        Standing::Only(post),
        command,
        document,
        receipt,
        now,
    )
}

/// Admits a command that stood at `stood` before the server was restored from a backup, if it makes
/// the version and the head that it made then: all before it is as it was then, it is the command
/// that the server's own verdict speaks of, and nothing is asked. None if it does not; the document
/// is then as it was.
pub fn admit_again(
    origin: Origin,
    stood: AdmittedAt,
    command: &Command,
    document: &mut Document,
    receipt: Receipt,
) -> Option<Admitted> {
    if stood.version != document.version() + 1 {
        return None;
    }
    let mut trial = document.fork();
    let again = executed(origin, command, &mut trial, receipt).ok()?;
    if check_of(&again.head) != stood.check {
        return None;
    }
    *document = trial;
    Some(again)
}

/// As [`admit`], of a command that stood before the server was restored from a backup, where
/// something else stands before it now. What differs is a reason to doubt: its author needs a post
/// that is in force `now`, as for anything new. Only dates are those of the time when it was received
/// first.
///
/// # Errors
/// The refusal: the command does not fit what stands.
pub fn admit_elsewhere(
    organisation: &Organisation,
    origin: Origin,
    command: &Command,
    document: &mut Document,
    receipt: Receipt,
    now: Time,
) -> Result<Admitted, Refusal> {
    admit_by(
        organisation,
        origin,
        Standing::At(now),
        command,
        document,
        receipt,
        receipt.received,
    )
}

fn admit_by(
    organisation: &Organisation,
    origin: Origin,
    standing: Standing,
    command: &Command,
    document: &mut Document,
    receipt: Receipt,
    now: Time,
) -> Result<Admitted, Refusal> {
    let id = command.id(&origin.device);
    let existing = (document.version() > 0).then_some(&*document);
    let reserved = if origin.authority == Authority::Server {
        0
    } else {
        DOCUMENT_ENTRIES_RESERVED
    };
    if document.version() >= DOCUMENT_ENTRIES_MAX - reserved {
        return Err(RefusalCode::DocumentFull.into());
    }
    // What is stored is read back under the same limit.
    if command.body.to_bytes().len() > COMMAND_BYTES_MAX {
        return Err(RefusalCode::BadValue.into());
    }
    judge(&Question {
        organisation,
        author: origin.authority,
        now,
        standing,
        command: id,
        document: existing,
        body: &command.body,
    })?;
    executed(origin, command, document, receipt)
}

/// Executes what is to stand.
fn executed(
    origin: Origin,
    command: &Command,
    document: &mut Document,
    receipt: Receipt,
) -> Result<Admitted, Refusal> {
    let id = command.id(&origin.device);
    let before = document.head();
    let execution = Execution {
        id,
        document: document.id(),
        actor: actor(&origin.device, document.id()),
        author: origin.author,
        at: command.at,
        body: &command.body,
    };
    let executed = document.execute(&execution, receipt)?;
    Ok(Admitted {
        id,
        command: command.clone(),
        origin,
        receipt,
        document: document.id(),
        generation: document.generation(),
        kind: document.kind().ok_or(RefusalCode::UnknownCommand)?,
        version: document.version(),
        before,
        head: executed.head,
        change: executed.change,
        audience: audience(document),
    })
}

impl Admitted {
    /// The command's id.
    pub fn id(&self) -> CommandId {
        self.id
    }
    /// The command.
    pub fn command(&self) -> &Command {
        &self.command
    }
    /// Who handed it in.
    pub fn origin(&self) -> Origin {
        self.origin
    }
    /// When, and how far the clock was off.
    pub fn receipt(&self) -> Receipt {
        self.receipt
    }
    /// The document it changed.
    pub fn document(&self) -> DocumentId {
        self.document
    }
    /// The document's generation.
    pub fn generation(&self) -> u32 {
        self.generation
    }
    /// The document's kind.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }
    /// The version it made.
    pub fn version(&self) -> u64 {
        self.version
    }
    /// The head it stood on.
    pub fn before(&self) -> Head {
        self.before
    }
    /// The head it made.
    pub fn head(&self) -> Head {
        self.head
    }
    /// The change it made.
    pub fn change(&self) -> &[u8] {
        &self.change
    }
    /// The feeds that hold the document now.
    pub fn audience(&self) -> &BTreeSet<FeedId> {
        &self.audience
    }
}
