//! Who hands in a batch, and what is known while it is judged.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::budget::taken_by;
use super::memory::HandInMemory;
use crate::audit::NewVerdicts;
use crate::codes::Giving;
use crate::restore::GiveBack;
use crate::rows::Tx;
use crate::rows::budgets::Amounts;
use crate::rows::records::{DeviceRecord, HeadRecord};
use crate::scopes::meets;
use alleyway_core::admission::Origin;
use alleyway_core::command::{Base, Command, Content};
use alleyway_core::documents::{Document, Receipt};
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, UnitId};
use alleyway_core::policy::{Authority, Question, Standing};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::{KeptWhy, Need, Verdict};
use alleyway_core::time::Time;

/// Whose batches are handed in, and what their author may see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HandIn<'a> {
    pub(super) device: DeviceId,
    pub(super) origin: Origin,
    /// The feeds of the author.
    pub(super) feeds: &'a BTreeSet<FeedId>,
    /// The batch up to which the device knows all verdicts.
    pub(super) acknowledged: u64,
    pub(super) receipt: Receipt,
    pub(super) now: Time,
    /// Another device brings the batch: when it was sealed, nobody can say.
    pub(super) carried: bool,
    /// The device does not know yet that the server was restored.
    pub(super) is_unaware: bool,
}

impl<'a> HandIn<'a> {
    /// A member's device hands in.
    pub(crate) fn of_member(
        device: &DeviceRecord,
        feeds: &'a BTreeSet<FeedId>,
        receipt: Receipt,
        now: Time,
    ) -> Self {
        let origin = Origin {
            authority: Authority::Member(device.member),
            author: device.member,
            device: device.key,
        };
        Self {
            device: device.id(),
            origin,
            feeds,
            acknowledged: device.acknowledged,
            receipt,
            now,
            carried: false,
            is_unaware: false,
        }
    }

    /// Another device brings the batch.
    pub(super) fn through_a_courier(self) -> Self {
        Self {
            carried: true,
            ..self
        }
    }

    /// The device may not know yet that the server was restored.
    pub(crate) fn unaware(self, is_unaware: bool) -> Self {
        Self { is_unaware, ..self }
    }

    /// Whether the document is one that the author may see.
    pub(super) fn sees(&self, head: Option<&HeadRecord>) -> bool {
        head.is_some_and(|head| meets(head, self.feeds))
    }
}

/// A batch that is being judged.
pub(super) struct Context<'a> {
    pub(super) by: HandIn<'a>,
    /// The device, as it was when the batch had been noted.
    pub(super) device: DeviceRecord,
    pub(super) number: u64,
    /// A courier brought it, and its device's chain went on without it; or the device is stopped for
    /// good. What is not known of it is put into a tray.
    pub(super) forked: bool,
    /// Feeds that the device may still believe to be its author's.
    pub(super) former: BTreeSet<FeedId>,
    /// Batches of its device that are still to come.
    pub(super) awaited: Vec<u64>,
    /// The give-back of a restored server; none if the server never was restored.
    pub(super) give_back: Option<GiveBack<'a>>,
    /// Its commands so far that were carried out or kept.
    pub(super) done: Vec<&'a Command>,
    /// Whether what is new in it is to be handed in later, for its device's budget is used up.
    pub(super) is_delayed: bool,
    /// The amounts that it took so far of the budget of its device.
    pub(super) spent: Amounts,
    /// Its verdicts so far that are given for the first time.
    pub(super) new: NewVerdicts,
    pub(super) memory: &'a mut HandInMemory,
    /// The contents of its device's refused commands, by their ids, as they were noted when the batch
    /// began; read when it is asked for.
    pub(super) refused: OnceCell<BTreeMap<CommandId, BTreeSet<Content>>>,
}

impl Context<'_> {
    /// Counts what a command took of the budget, if this is the verdict that it will keep.
    pub(super) fn spend(&mut self, command: &Command, verdict: &Verdict, is_new: bool) {
        if is_new && verdict.is_final() {
            self.spent = self.spent.plus(taken_by(command));
        }
    }

    /// Whether the device has said that it knows the batch's verdicts: what was refused of it may be
    /// forgotten here, and is not judged anew.
    pub(super) fn is_answered(&self) -> bool {
        self.number <= self.device.acknowledged
    }

    /// The command as one that may give out a code.
    pub(super) fn giving<'c>(&self, of: &Candidate<'c>) -> Giving<'c> {
        Giving {
            command: of.id,
            body: &of.command.body,
            device: self.by.origin.device,
            by: self.by.origin.author,
            case: of.target,
        }
    }

    /// Whether a courier brought the batch, and one that its author sealed before is still to come:
    /// what it says may stand on that.
    pub(super) fn lacks_an_earlier(&self) -> bool {
        self.by.carried && self.awaited.iter().any(|absent| *absent < self.number)
    }

    /// Whether the document is one that the author may see, or might when the device was last told.
    pub(super) fn sees(&self, head: Option<&HeadRecord>) -> bool {
        self.by.sees(head) || head.is_some_and(|head| meets(head, &self.former))
    }

    /// Whether a restored server may still be brought what an author had seen.
    pub(super) fn may_be_brought(&self, base: &Base, version: u64) -> bool {
        self.give_back
            .is_some_and(|give_back| give_back.may_bring_base(base, version))
    }

    /// Whether a courier brings what its author may have the server's older verdict on. The author
    /// has none that was acknowledged, nor of a batch beside the chain.
    pub(super) fn author_may_prove(&self, command: &Command) -> bool {
        let is_unproved = !self.forked && self.number > self.device.acknowledged;
        self.by.carried
            && is_unproved
            && self
                .give_back
                .is_some_and(|give_back| give_back.may_prove(command))
    }

    /// The question that policy is asked about a command.
    pub(super) fn question<'q>(
        &self,
        tx: &'q Tx<'_>,
        command: &'q Command,
        document: Option<&'q Document>,
    ) -> Question<'q> {
        Question {
            organisation: tx.organisation(),
            author: self.by.origin.authority,
            now: self.by.now,
            standing: Standing::InForce,
            command: command.id(&self.by.origin.device),
            document: document.filter(|document| document.version() > 0),
            body: &command.body,
        }
    }
}

/// A command of the batch, and the document that it is about.
pub(super) struct Candidate<'a> {
    pub(super) command: &'a Command,
    pub(super) id: CommandId,
    pub(super) target: DocumentId,
    /// Its content.
    pub(super) content: Content,
    /// Where the document stands, if there is one.
    pub(super) head: Option<HeadRecord>,
}

impl Candidate<'_> {
    /// The device is to send the command again, once what it stands on has come.
    pub(super) fn need(&self) -> Judged {
        Judged::Verdict(Verdict::Need(Need {
            document: self.target,
        }))
    }

    /// The document that the command would create, if it creates one.
    pub(super) fn created(&self) -> Option<DocumentId> {
        self.command.document.is_none().then_some(self.target)
    }
}

/// The outcome for a command.
pub(super) enum Judged {
    /// It gets this verdict.
    Verdict(Verdict),
    /// It is put into the tray of the unit, or of the town.
    Keep(Option<UnitId>, KeptWhy),
}

impl Judged {
    /// The command is refused: another one has its id.
    pub(super) fn id_taken() -> Self {
        Self::refused(RefusalCode::IdTaken)
    }

    pub(super) fn refused(code: RefusalCode) -> Self {
        Self::Verdict(Verdict::Refused(code.into()))
    }

    /// Whether it says more than that there was a verdict before.
    pub(super) fn is_new(&self) -> bool {
        match self {
            Self::Verdict(Verdict::Kept(_)) => false,
            Self::Verdict(Verdict::Refused(refusal)) => {
                refusal.code != RefusalCode::AlreadyAnswered
            }
            Self::Verdict(_) | Self::Keep(..) => true,
        }
    }
}
