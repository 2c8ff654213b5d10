//! Trays: where the server puts what it does not carry out, for a person to look at.

use std::iter;

use crate::Ledger;
use crate::hand_in::{HandIn, Judging};
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, HeadRecord, KeptRecord};
use crate::town::administer::AdminCommand;
use alleyway_core::command::{Body, Command};
use alleyway_core::crypto::blake3_keyed;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::tray::{OpenTray, PutItem, TrayItem};
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::limits::{STOPPED_ITEMS_MAX, TRAY_OPEN_ITEMS_MAX, TRAY_RESERVED_ITEMS};
use alleyway_core::policy::Authority;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::{Kept, KeptWhy, Later, Verdict};
use alleyway_core::time::Time;

impl Ledger {
    /// Puts a command into the tray of a unit, else of the town, and notes that it lies there: the
    /// same command again gets the same verdict. A full tray takes nothing until somebody has
    /// looked at it: the command is then handed in again later.
    pub(crate) fn keep(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        command: &Command,
        unit: Option<UnitId>,
        why: KeptWhy,
    ) -> Result<Verdict, StoreError> {
        let Some(unit) = unit.or_else(|| self.town_unit()) else {
            return Ok(Verdict::Refused(RefusalCode::NotPermitted.into()));
        };
        let origin = by.origin;
        // Only a command of a later version can be too long: it is refused, as it always was.
        let Some(item) = TrayItem::new(
            origin.device,
            origin.author,
            why.clone(),
            by.receipt.received,
            command,
        ) else {
            return Ok(Verdict::Refused(RefusalCode::UnknownCommand.into()));
        };
        let id = command.id(&origin.device);
        let confidential = self.is_about_confidential(records, by, command)?;
        let unit = if confidential {
            self.nearest_that_reads(unit, by.now)
        } else {
            Some(unit)
        };
        let Some(unit) = unit else {
            return Ok(Verdict::Refused(RefusalCode::NobodyCleared.into()));
        };
        let place = keys::tray(unit, confidential);
        let open = OpenTray { unit, confidential };
        let known: Option<DocumentId> = self.pending.get(records, &place)?;
        let put = match known {
            Some(tray) if self.tray_is_full(records, tray, &why)? => {
                return Ok(Verdict::Later(Later {}));
            }
            Some(tray) => self.put_item(records, by, &open, Some(tray), &item, id)?,
            None => None,
        };
        // The first item of a unit; or the tray's document has taken up as much as it may.
        let put = match put {
            Some(tray) => Some(tray),
            None => self.put_item(records, by, &open, None, &item, id)?,
        };
        let Some(tray) = put else {
            return Ok(Verdict::Later(Later {}));
        };
        self.pending.put(place, &tray);
        self.pending.put(
            keys::kept(id),
            &KeptRecord {
                device: by.device,
                unit,
                why: why.clone(),
                confidential,
            },
        );
        Ok(Verdict::Kept(Kept { why }))
    }

    /// Puts an item into a tray, a new one if none is given. The tray; none if it takes no more.
    fn put_item(
        &mut self,
        records: &dyn Records,
        by: &HandIn<'_>,
        open: &OpenTray,
        tray: Option<DocumentId>,
        item: &TrayItem,
        id: CommandId,
    ) -> Result<Option<DocumentId>, StoreError> {
        // An id is put once, so what is derived from it repeats no nonce.
        let seed = blake3_keyed(&self.setup.token_key, &[b"tray", &id.0]);
        let document = tray.unwrap_or_else(|| self.admin_document(&seed, 0));
        let mut bodies = Vec::new();
        if tray.is_none() {
            bodies.push((None, TrayCommand::Open(open.clone())));
        }
        bodies.push((
            Some(document),
            TrayCommand::Put(PutItem { item: item.clone() }),
        ));
        let commands: Vec<Command> = bodies
            .into_iter()
            .map(|(document, body)| {
                self.own_command(
                    AdminCommand {
                        document,
                        body: Body::from(body),
                    },
                    &seed,
                    by.now,
                )
            })
            .collect();
        let origin = self.own_origin(Authority::Server, self.server_member());
        let verdicts = self.hand_in_own(records, origin, commands, &seed, by.now)?;
        let stands = verdicts.iter().all(Verdict::stands);
        Ok(stands.then_some(document))
    }

    /// Whether a command creates or concerns a confidential document: what it says is not for those who
    /// are not cleared, in a tray either. The document is not loaded: what the author never saw
    /// takes no more time than what does not exist.
    fn is_about_confidential(
        &self,
        records: &dyn Records,
        by: &HandIn<'_>,
        command: &Command,
    ) -> Result<bool, StoreError> {
        if command.document.is_none() {
            return Ok(command.body.creates_confidential());
        }
        let target = command.target(&by.origin.device);
        let head: Option<HeadRecord> = self.pending.get(records, &keys::head(target))?;
        if let Some(head) = head {
            return Ok(head.is_confidential());
        }
        let report: Option<KeptRecord> = self
            .pending
            .get(records, &keys::kept(CommandId(target.0)))?;
        if let Some(report) = report {
            return Ok(report.confidential);
        }
        if let Some(refused) = self.refused_creation(records, by.device, target)? {
            return Ok(refused.confidential);
        }
        // Of a document that may have been lost with the server's last days nobody can say who may
        // read it.
        let is_of_before = by.proof.is_some() || self.was_typed_before(command);
        Ok(is_of_before && command.body.may_be_about_confidential())
    }

    /// Whether the tray takes nothing more of this kind. What comes from devices that are not to go
    /// on leaves room for what honest people typed before they knew that their post had ended.
    fn tray_is_full(
        &mut self,
        records: &dyn Records,
        tray: DocumentId,
        why: &KeptWhy,
    ) -> Result<bool, StoreError> {
        let is_honest = matches!(why, KeptWhy::PostEnded | KeptWhy::BeforeRestore);
        let reserved = if is_honest { 0 } else { TRAY_RESERVED_ITEMS };
        let Some(document) = self.documents.take(records, &self.pending, tray)? else {
            return Ok(false);
        };
        let full = document.tray_open_count() >= TRAY_OPEN_ITEMS_MAX - reserved;
        self.documents.put(document);
        Ok(full)
    }

    /// Whether as much of a device lies in trays, or lay there, as may of one that is not to go on:
    /// whoever has a stolen phone does not bury what the others left.
    pub(crate) fn has_put_enough(&self, device: &DeviceRecord) -> bool {
        device.tally.kept.saturating_add(self.fresh.kept()) >= STOPPED_ITEMS_MAX
    }

    /// The unit, else the next level above it, where somebody who acts for it is cleared.
    fn nearest_that_reads(&self, unit: UnitId, now: Time) -> Option<UnitId> {
        let organisation = &self.organisation;
        let mut levels = iter::successors(Some(unit), |unit| organisation.next_level_up(*unit));
        levels.find(|unit| organisation.takes_confidential(*unit, now))
    }

    fn town_unit(&self) -> Option<UnitId> {
        self.organisation
            .units()
            .find(|row| row.kind == UnitKind::Town)
            .map(|row| row.unit)
    }

    /// Why a command lies in a tray, or lay there, if it does.
    pub(crate) fn kept_before(
        &self,
        records: &dyn Records,
        id: CommandId,
    ) -> Result<Option<Kept>, StoreError> {
        let record: Option<KeptRecord> = self.pending.get(records, &keys::kept(id))?;
        Ok(record.map(|record| Kept { why: record.why }))
    }

    /// Where a command belongs whose document would have been created by one that was kept: the
    /// document never came to be, and what was typed on it is not lost.
    pub(crate) fn follows_what_was_kept(
        &self,
        records: &dyn Records,
        at: &Judging<'_>,
        command: &Command,
        document: Option<&Document>,
    ) -> Result<Option<(UnitId, KeptWhy)>, StoreError> {
        let Some(target) = command.document.filter(|_| document.is_none()) else {
            return Ok(None);
        };
        let record: Option<KeptRecord> = self
            .pending
            .get(records, &keys::kept(CommandId(target.0)))?;
        Ok(record
            .filter(|record| record.device == at.by.device)
            .map(|record| (record.unit, record.why)))
    }
}
