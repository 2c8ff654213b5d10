//! Trays on the device: proposals of those who had a post before, and what is to be reviewed. Who
//! acts for the tray's unit does it as his own, on what stands now, or dismisses it.

mod said;

use thiserror::Error;

use super::typing::{Draft, RecordError, Recorded};
use super::{MendError, Replica};
use alleyway_core::command::Body;
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::tray::TrayView;
use alleyway_core::kinds::tray::{DismissItems, KeptWhy, SettleItem, TrayItem, TrayOutcome};
use alleyway_core::number::CaseNumber;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::step::FilledBy;
use alleyway_core::store::Write;
use alleyway_core::time::Time;

/// An item is followed so often to the document that was made of it.
const TAKEN_AGAIN_MAX: usize = 16;

/// An open item of a tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayRow {
    /// The item: the id of its command.
    pub item: CommandId,
    /// The unit whose tray it lies in.
    pub unit: UnitId,
    /// Why it was not carried out.
    pub why: KeptWhy,
    /// The document it was to change or create.
    pub document: DocumentId,
    /// The case's number, for a case.
    pub number: Option<CaseNumber>,
    /// The step that was to be taken, by its word.
    pub kind: &'static str,
    /// The text that was written, for a line of a list; may be empty.
    pub text: String,
    /// All that was written and set, by name. A unit, a household and a case are ids
    /// ([`DocumentId::key`]), a day is the count of days of [`alleyway_core::time::Date`].
    pub said: Vec<(&'static str, String)>,
    /// Its author.
    pub author: MemberId,
    /// The device that it was typed on.
    pub device: DeviceId,
    /// When, by that device's clock.
    pub at: Time,
    /// The time at which the server received it.
    pub received: Time,
}

/// Whose items are dismissed with one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DismissBy {
    /// All of its author.
    Author,
    /// All that were typed on its device.
    Device,
}

/// Why an item was not taken or dismissed. It is still there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TakeError {
    /// No open item has this id.
    #[error("no open item has this id")]
    NotThere,
    /// It is about a case or a household that lies in the tray itself: that is to be taken first.
    #[error("what it is about has not been taken")]
    TakeFirst(CommandId),
    /// A command of a later version can only be dismissed.
    #[error("this version does not know this command")]
    Unknown,
    /// It would be refused.
    #[error(transparent)]
    Mend(#[from] MendError),
}

impl From<RecordError> for TakeError {
    fn from(error: RecordError) -> Self {
        Self::Mend(error.into())
    }
}

impl Replica {
    /// Proposals of those whose post had ended before they arrived, the oldest first.
    pub fn proposals(&self) -> Vec<TrayRow> {
        self.tray_rows(|why| *why == KeptWhy::PostEnded)
    }

    /// Items for a person to look at, the oldest first: they came from devices that are not to go on, from
    /// beside a device's chain, or stood before the server was restored and fits no longer.
    pub fn review(&self) -> Vec<TrayRow> {
        self.tray_rows(|why| *why != KeptWhy::PostEnded)
    }

    fn tray_rows(&self, which: impl Fn(&KeptWhy) -> bool) -> Vec<TrayRow> {
        let mut rows = Vec::new();
        for (_, tray) in self.trays() {
            let Some(view) = tray.tray() else { continue };
            let entries = view.open.iter().filter(|entry| which(&entry.item.why));
            rows.extend(entries.filter_map(|entry| self.tray_row(view.unit, &entry.item)));
        }
        rows.sort_by_key(|row| (row.received, row.at, row.item));
        rows
    }

    fn tray_row(&self, unit: UnitId, item: &TrayItem) -> Option<TrayRow> {
        let command = item.command()?;
        let document = command.target(&item.device);
        let number = match command.body.device_code() {
            Some(code) => Some(CaseNumber::of(code, document)),
            None if command.body.is_numbered() => self.number_of_case(document),
            None => None,
        };
        let said = said::said(&command.body);
        Some(TrayRow {
            item: command.id(&item.device),
            unit,
            why: item.why.clone(),
            document,
            number,
            kind: command.body.kind(),
            text: said::in_a_line(&said),
            said,
            author: item.member,
            device: DeviceId::of(&item.device),
            at: command.at,
            received: item.received,
        })
    }

    /// The number of a case that is here, or that an item of a tray would create; of one that was
    /// taken, its number now.
    fn number_of_case(&self, document: DocumentId) -> Option<CaseNumber> {
        if let Some(held) = self.held.get(document) {
            return CaseNumber::parse(held.number());
        }
        let creating = CommandId(document.0);
        if let Some(item) = self.trays().find_map(|(_, tray)| tray.tray_item(creating)) {
            let code = item.command()?.body.device_code()?;
            return Some(CaseNumber::of(code, document));
        }
        let present = self.present_target(document).ok()?;
        self.working(present)?.number()
    }

    /// The trays on the device, as its member sees them.
    fn trays(&self) -> impl Iterator<Item = (DocumentId, Document)> {
        let trays = self.held.with_view::<TrayView>();
        trays.filter_map(|(id, _)| Some((id, self.working(id)?)))
    }

    /// Does what an item says as one's own, on what stands now, and says that it was taken. A report
    /// gets a number and a tracking code of this device; what follows it goes to the new case. `random` is 32 random bytes.
    ///
    /// # Errors
    /// [`TakeError`]; nothing has changed then.
    pub fn take(
        &mut self,
        item: CommandId,
        now: Time,
        random: [u8; 32],
    ) -> Result<(Vec<Write>, Recorded), TakeError> {
        let (tray, taken) = self.open_item(item)?;
        let draft = self.draft_of(&taken)?;
        let creates = draft.target.is_none();
        let said = draft.body.clone();
        let done = self.all_or_none(|replica| {
            let (mut writes, recorded) = replica.record(draft, now, random)?;
            if !replica.goes_where_it_said(recorded.command, &said) {
                return Err(RefusalCode::NotNextLevel.into());
            }
            let settled = SettleItem {
                item,
                outcome: TrayOutcome::Taken,
                became: creates.then_some(recorded.document),
            };
            writes.extend(replica.settle(tray, settled, now, random)?);
            Ok::<_, RecordError>((writes, recorded))
        });
        Ok(done?)
    }

    /// Whether a step that was typed names what the item names, where policy fills that in: an
    /// escalation to the branch is not to go to the town because the branch has the case meanwhile.
    fn goes_where_it_said(&self, typed: CommandId, said: &Body) -> bool {
        let outgoing = self
            .outbox
            .find(typed)
            .and_then(|counter| self.outbox.get(counter));
        let (Some(outgoing), Some(step)) = (outgoing, said.step()) else {
            return true;
        };
        let body = &outgoing.command.body;
        let mut fields = step.fields.iter();
        fields.all(|field| {
            let by_policy = field.spec.filled_by == FilledBy::Policy && !field.optional;
            !by_policy || said.get(field.name) == body.get(field.name)
        })
    }

    /// Says that an item is not to be done.
    ///
    /// # Errors
    /// [`TakeError`]; nothing has changed then.
    pub fn dismiss(
        &mut self,
        item: CommandId,
        now: Time,
        random: [u8; 32],
    ) -> Result<Vec<Write>, TakeError> {
        let (tray, _) = self.open_item(item)?;
        let settled = SettleItem {
            item,
            outcome: TrayOutcome::Dismissed,
            became: None,
        };
        Ok(self.settle(tray, settled, now, random)?)
    }

    /// Says of all open items of the author of an item that they are not to be done, or of all that
    /// were typed on the same device: of the proposals if it is one, else of what is to be reviewed.
    /// One step for each tray that has some; what comes into a tray later stays open. Returns how many
    /// items are meant.
    ///
    /// # Errors
    /// [`TakeError`]; nothing has changed then.
    pub fn dismiss_all(
        &mut self,
        item: CommandId,
        by: DismissBy,
        now: Time,
        random: [u8; 32],
    ) -> Result<(Vec<Write>, usize), TakeError> {
        let (_, named) = self.open_item(item)?;
        let means = |last| DismissItems {
            member: named.member,
            device: (by == DismissBy::Device).then(|| DeviceId::of(&named.device)),
            proposals: named.why == KeptWhy::PostEnded,
            last,
        };
        let mut steps = Vec::new();
        let mut count = 0;
        for (id, tray) in self.trays() {
            let open = tray.tray().into_iter().flat_map(|view| view.open);
            let mut meant = open.filter(|entry| means(entry.id).means(&entry.item));
            let Some(last) = meant.next_back() else {
                continue;
            };
            let step = means(last.id);
            count += tray.tray_dismissed_by(&step).len();
            steps.push((id, step));
        }
        let writes = self.all_or_none(|replica| {
            let mut writes = Vec::new();
            for (place, (tray, step)) in (0_u64..).zip(steps) {
                let random = blake3_keyed(&random, &[b"dismiss", &place.to_be_bytes()]);
                let draft = Draft {
                    target: Some(tray),
                    body: TrayCommand::Dismiss(step).into(),
                };
                writes.extend(replica.record(draft, now, random)?.0);
            }
            Ok::<_, RecordError>(writes)
        })?;
        Ok((writes, count))
    }

    fn open_item(&self, item: CommandId) -> Result<(DocumentId, TrayItem), TakeError> {
        let found = self
            .trays()
            .find_map(|(id, tray)| Some((id, tray.tray_item(item)?)));
        found.ok_or(TakeError::NotThere)
    }

    fn settle(
        &mut self,
        tray: DocumentId,
        settled: SettleItem,
        now: Time,
        random: [u8; 32],
    ) -> Result<Vec<Write>, RecordError> {
        let draft = Draft {
            target: Some(tray),
            body: TrayCommand::Settle(settled).into(),
        };
        let random = blake3_keyed(&random, &[b"settle"]);
        Ok(self.record(draft, now, random)?.0)
    }

    /// An item's command, as this member would type it now.
    fn draft_of(&self, item: &TrayItem) -> Result<Draft, TakeError> {
        let command = item.command().ok_or(TakeError::Unknown)?;
        if matches!(command.body, Body::Unknown(_)) {
            return Err(TakeError::Unknown);
        }
        let device = self.as_enrolled().ok_or(RecordError::NotEnrolled)?;
        let body = command.body.with_device_code(device.code());
        let target = command
            .document
            .map(|document| self.present_target(document))
            .transpose()?;
        Ok(self.redraft(target, body)?)
    }

    /// The document that an item's command is about now: what became of the item that was to create
    /// it, where one was.
    fn present_target(&self, document: DocumentId) -> Result<DocumentId, TakeError> {
        let trays: Vec<Document> = self.trays().map(|(_, tray)| tray).collect();
        let became = |id| trays.iter().find_map(|tray| tray.tray_settled(id)?.became);
        let mut document = document;
        // What was made of an item may lie in a tray again.
        for _ in 0..TAKEN_AGAIN_MAX {
            let Some(next) = became(CommandId(document.0)) else {
                break;
            };
            document = next;
        }
        let creating = CommandId(document.0);
        let lies_here = trays.iter().any(|tray| tray.tray_item(creating).is_some());
        if lies_here {
            Err(TakeError::TakeFirst(creating))
        } else {
            Ok(document)
        }
    }
}
