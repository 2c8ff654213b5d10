//! Follow-ups of commands that were admitted, kept or stopped, carried out behind them.
//!
//! No request is there to be told of a refusal: what a full document has no room for is left out,
//! and counted as refused.

use std::collections::{BTreeMap, BTreeSet};

use super::directories::{DirectoryRows, directories_of};
use super::{AdminCommand, Own};
use crate::lists;
use crate::rows::records::{AskedThaw, HeadRecord};
use crate::rows::{FollowUp, Tx, keys, read};
use alleyway_core::command::{Body, Command};
use alleyway_core::crypto::{PublicKey, blake3_keyed};
use alleyway_core::documents::Document;
use alleyway_core::feeds::{audience, may_name};
use alleyway_core::id::{CommandId, DeviceId, DocumentId, UnitId};
use alleyway_core::kinds::directory::{Clearances, DeviceRow, DirectoryCommand, RetireDevices};
use alleyway_core::kinds::tray::{OpenTray, PutItem, TrayCommand, TrayItem};
use alleyway_core::kinds::unit::{ImportFailed, NoteDevice, UnitCommand, WithdrawAsked};
use alleyway_core::limits::{DIRECTORY_ROWS_MAX, MERGES_FOLLOWED_MAX};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Verdict;
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// Carries out everything that the server has to say. From a clearance that it ends follows what the
/// directories say of it; from that, nothing.
pub(crate) fn carry_out(tx: &mut Tx<'_>, now: Time) -> Result<(), StoreError> {
    loop {
        let follow_ups = tx.take_follow_ups();
        if follow_ups.is_empty() {
            return Ok(());
        }
        carry_out_these(tx, follow_ups, now)?;
    }
}

fn carry_out_these(
    tx: &mut Tx<'_>,
    follow_ups: Vec<FollowUp>,
    now: Time,
) -> Result<(), StoreError> {
    // Within an incarnation a counter is used once: what is derived from both repeats no nonce.
    let seed = blake3_keyed(
        &tx.setup().token_key,
        &[
            b"follow-ups",
            &tx.incarnation().to_be_bytes(),
            &tx.counter().to_be_bytes(),
        ],
    );
    let mut drafts = Drafts {
        own: Own::server(tx, seed, now),
        now,
        commands: Vec::new(),
        drafted: BTreeMap::new(),
    };
    let mut clearances = BTreeSet::new();
    for follow_up in follow_ups {
        match follow_up {
            FollowUp::PutItem(tray, item) => drafts.put_item(tx, tray, item)?,
            FollowUp::Change(document, body) => drafts.change(tx, document, body)?,
            FollowUp::GoOn(from, into, body) => drafts.go_on(tx, from, into, body)?,
            FollowUp::PublishDevice(row) => drafts.publish_device(tx, &row)?,
            FollowUp::NoteDevice(note) => drafts.note_device(tx, note)?,
            FollowUp::EndThaws(device) => drafts.end_thaws(tx, device)?,
            FollowUp::EndImport(unit, failed) => drafts.end_import(tx, unit, failed)?,
            FollowUp::Retire { device, back } => drafts.retire(tx, device, back)?,
            FollowUp::PublishPost(appointment) => drafts.publish_post(tx, appointment)?,
            FollowUp::PublishClearance(appointment) => {
                clearances.insert(appointment);
            }
        }
    }
    drafts.publish_clearances(tx, &clearances)?;
    drafts.carry_out(tx)
}

/// The document in which `document` goes on, itself if it does not go on in another: one merge after
/// another, so many at most.
pub(crate) fn last_of(tx: &mut Tx<'_>, mut document: DocumentId) -> Result<DocumentId, StoreError> {
    for _ in 0..MERGES_FOLLOWED_MAX {
        match tx.document(document, Document::goes_on_in)?.flatten() {
            Some(next) => document = next,
            None => break,
        }
    }
    Ok(document)
}

/// The server's commands, as they are put together.
struct Drafts {
    own: Own,
    now: Time,
    commands: Vec<Command>,
    /// The number of them that change each document.
    drafted: BTreeMap<DocumentId, u64>,
}

impl Drafts {
    /// Hands the commands in. With room for them they cannot be refused.
    fn carry_out(self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let verdicts = self.own.hand_in(tx, self.commands)?;
        match verdicts.last() {
            Some(Verdict::Refused(refusal)) => Err(StoreError::Failed(format!(
                "a command of the server's own was not admitted: {}",
                refusal.code.word()
            ))),
            _ => Ok(()),
        }
    }

    fn push(&mut self, tx: &mut Tx<'_>, document: Option<DocumentId>, body: Body) -> DocumentId {
        let command = self.own.command(tx, AdminCommand { document, body });
        let target = command.target(&tx.server());
        *self.drafted.entry(target).or_default() += 1;
        self.commands.push(command);
        target
    }

    /// Whether a document takes one more command.
    fn has_room(&self, tx: &Tx<'_>, document: DocumentId) -> Result<bool, StoreError> {
        let drafted = self.drafted.get(&document).copied().unwrap_or(0);
        let head = tx.head(document)?;
        Ok(head.is_none_or(|head| head.takes_own(drafted + 1)))
    }

    /// Changes a document if it has room; a command that it has none for is counted as refused.
    fn change(
        &mut self,
        tx: &mut Tx<'_>,
        document: DocumentId,
        body: Body,
    ) -> Result<(), StoreError> {
        if self.has_room(tx, document)? {
            self.push(tx, Some(document), body);
        } else {
            tx.stats().refuse(&RefusalCode::DocumentFull);
        }
        Ok(())
    }

    /// Says what became of `from`, or was noted there, on the document in which it goes on. Not where
    /// somebody would read that `from` is there who may not know it.
    fn go_on(
        &mut self,
        tx: &mut Tx<'_>,
        from: DocumentId,
        into: DocumentId,
        body: Body,
    ) -> Result<(), StoreError> {
        let last = last_of(tx, into)?;
        let is_filled = |head: HeadRecord| head.version >= head.kind.room().added_max;
        if body.takes_room() && tx.head(last)?.is_some_and(is_filled) {
            tx.stats().refuse(&RefusalCode::NoRoomForMore);
            return Ok(());
        }
        let (by, named) = (tx.document(last, audience)?, tx.document(from, audience)?);
        match (by, named) {
            (Some(by), Some(named)) if may_name(&by, &named) => self.change(tx, last, body),
            _ => Ok(()),
        }
    }

    /// Puts an item into a unit's tray: a new one if there is none, or if it has taken up as much as
    /// it may.
    fn put_item(
        &mut self,
        tx: &mut Tx<'_>,
        open: OpenTray,
        item: TrayItem,
    ) -> Result<(), StoreError> {
        let key = keys::tray(open.unit, open.confidential);
        let known: Option<DocumentId> = tx.get(&key)?;
        let tray = match known {
            Some(tray) if self.has_room(tx, tray)? => tray,
            _ => {
                let tray = self.push(tx, None, Body::from(TrayCommand::Open(open)));
                tx.put(key, &tray);
                tray
            }
        };
        let body = Body::from(TrayCommand::Put(PutItem { item }));
        self.push(tx, Some(tray), body);
        Ok(())
    }

    /// Puts a new device's keys into the directories of its member's posts. Without them nobody can
    /// seal bundles to it; its syncs go on.
    fn publish_device(&mut self, tx: &mut Tx<'_>, row: &DeviceRow) -> Result<(), StoreError> {
        let posts = tx.organisation().posts_of(row.member, self.now);
        let directories: BTreeSet<UnitId> = posts
            .flat_map(|post| directories_of(tx.organisation(), post.unit))
            .collect();
        let mut rows = DirectoryRows::default();
        for of in directories {
            if self.has_room_in(tx, of)? {
                rows.device(of, row.clone());
            }
        }
        self.publish(tx, rows)
    }

    /// Puts an appointment, as it is now, into the directories that name its unit.
    fn publish_post(&mut self, tx: &mut Tx<'_>, appointment: CommandId) -> Result<(), StoreError> {
        let Some(row) = tx.organisation().appointment(appointment).cloned() else {
            return Ok(());
        };
        let mut rows = DirectoryRows::default();
        for of in directories_of(tx.organisation(), row.unit) {
            if self.has_room_in(tx, of)? {
                rows.post(of, row.clone());
            }
        }
        self.publish(tx, rows)
    }

    /// Whether the directory of `of` takes one more command; one that it has no room for is counted
    /// as refused.
    fn has_room_in(&self, tx: &mut Tx<'_>, of: UnitId) -> Result<bool, StoreError> {
        let known: Option<DocumentId> = tx.get(&keys::directory(of))?;
        let has_room = match known {
            Some(directory) => self.has_room(tx, directory)?,
            None => true,
        };
        if !has_room {
            tx.stats().refuse(&RefusalCode::DocumentFull);
        }
        Ok(has_room)
    }

    fn publish(&mut self, tx: &mut Tx<'_>, rows: DirectoryRows) -> Result<(), StoreError> {
        for command in rows.commands(tx, &self.own)? {
            *self
                .drafted
                .entry(command.target(&tx.server()))
                .or_default() += 1;
            self.commands.push(command);
        }
        Ok(())
    }

    /// Notes a new device of somebody who is cleared, where those who read the feed see it.
    fn note_device(&mut self, tx: &mut Tx<'_>, note: NoteDevice) -> Result<(), StoreError> {
        let posts = tx.organisation().posts_of(note.member, self.now);
        let cleared: BTreeSet<UnitId> = posts
            .filter(|post| tx.organisation().is_cleared(post.appointment))
            .map(|post| post.unit)
            .collect();
        for unit in cleared {
            self.change(tx, unit, Body::from(UnitCommand::NoteDevice(note)))?;
        }
        Ok(())
    }

    /// Withdraws what was asked for a frozen device.
    fn end_thaws(&mut self, tx: &mut Tx<'_>, device: DeviceId) -> Result<(), StoreError> {
        for (key, value) in tx.scan_all(keys::ASKED_THAWS)? {
            let waits: AskedThaw = read(&key, &value)?;
            if waits.device == device {
                let asked = keys::command_of(&key)?;
                // Now: it is withdrawn once, however often the device was stopped since.
                tx.remove(key);
                let body = Body::from(UnitCommand::WithdrawAsked(WithdrawAsked { asked }));
                self.change(tx, waits.unit, body)?;
            }
        }
        Ok(())
    }

    /// Says that an import is not carried out, unless it was withdrawn meanwhile; its lists are deleted also
    /// where a full document takes no step.
    fn end_import(
        &mut self,
        tx: &mut Tx<'_>,
        unit: UnitId,
        failed: ImportFailed,
    ) -> Result<(), StoreError> {
        lists::forget(tx, failed.asked)?;
        let view = tx.document(unit, Document::unit)?.flatten();
        if view.is_some_and(|view| view.asked(failed.asked).is_some()) {
            self.change(tx, unit, Body::from(UnitCommand::ImportFailed(failed)))?;
        }
        Ok(())
    }

    /// Says in every directory that names a device that it is stopped, or goes on.
    fn retire(&mut self, tx: &mut Tx<'_>, device: PublicKey, back: bool) -> Result<(), StoreError> {
        for (key, value) in tx.scan_all(keys::DIRECTORIES)? {
            let directory: DocumentId = read(&key, &value)?;
            let names_it = tx.document(directory, |of| of.directory_names_device(&device))?;
            if names_it == Some(true) {
                let devices = List::new(vec![device]).unwrap_or_default();
                let body = Body::from(DirectoryCommand::Retire(RetireDevices { devices, back }));
                self.change(tx, directory, body)?;
            }
        }
        Ok(())
    }

    /// Says in directories which of these appointments are cleared.
    fn publish_clearances(
        &mut self,
        tx: &mut Tx<'_>,
        appointments: &BTreeSet<CommandId>,
    ) -> Result<(), StoreError> {
        let mut rows: BTreeMap<UnitId, Vec<(CommandId, bool)>> = BTreeMap::new();
        for appointment in appointments {
            let Some(post) = tx.organisation().appointment(*appointment) else {
                continue;
            };
            let row = (*appointment, tx.organisation().is_cleared(*appointment));
            for directory in directories_of(tx.organisation(), post.unit) {
                rows.entry(directory).or_default().push(row);
            }
        }
        for (of, rows) in rows {
            // Whoever was appointed is named there: the directory was opened for that.
            let Some(directory) = tx.get(&keys::directory(of))? else {
                continue;
            };
            for rows in rows.chunks(DIRECTORY_ROWS_MAX) {
                let rows = List::new(rows.to_vec()).unwrap_or_default();
                let body = Body::from(DirectoryCommand::Clearances(Clearances { rows }));
                self.change(tx, directory, body)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
