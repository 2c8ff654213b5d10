//! Items of trays, clearances for confidential cases, and the town's book.

use alleyway_client::views::outbox::{Recorded, Shows};
use alleyway_client::views::tray::{Dismissed, Tray};
use alleyway_client::{Fault, Screen};
use alleyway_replica::{ClearanceStep, DismissBy, TrayRow};

use super::{Device, Open, Platform};

impl<P: Platform> Device<P> {
    /// Does what an item says as one's own, on what stands now.
    ///
    /// # Errors
    /// What of it cannot be found, or is not allowed.
    pub fn take(&self, tray: Tray, named: &str) -> Result<Recorded, Fault> {
        self.hold(|open| {
            let row = self.item(open, tray, named)?;
            let (now, random) = (self.now(), self.random()?);
            let outcome = open.replica.take(row.item, now, random);
            let (writes, recorded) =
                outcome.map_err(|error| self.screen(open).take_fault(&row, &error))?;
            open.commit_recorded(&writes)?;
            Ok(self.screen(open).recorded(row.kind, &recorded))
        })
    }

    /// Says that what an item says is not to be done.
    ///
    /// # Errors
    /// As [`Device::take`].
    pub fn dismiss(&self, tray: Tray, named: &str) -> Result<Recorded, Fault> {
        self.hold(|open| {
            let row = self.item(open, tray, named)?;
            let (now, random) = (self.now(), self.random()?);
            let outcome = open.replica.dismiss(row.item, now, random);
            let writes = outcome.map_err(|error| self.screen(open).take_fault(&row, &error))?;
            open.commit_recorded(&writes)?;
            let name = row.number.map(|number| number.to_string());
            Ok(Recorded {
                command: row.item,
                document: row.document,
                number: row.number,
                state: "dismissed",
                warnings: Vec::new(),
                kind: row.kind.to_owned(),
                name: name.unwrap_or_else(|| row.item.to_string()),
                shows: Shows::Now,
                tracking: None,
            })
        })
    }

    /// Says that nothing is to be done of what the author of an item wants, or of what was typed on its
    /// device: all such items that are open on this device.
    ///
    /// # Errors
    /// As [`Device::take`].
    pub fn dismiss_all(&self, tray: Tray, named: &str, by: DismissBy) -> Result<Dismissed, Fault> {
        self.hold(|open| {
            let row = self.item(open, tray, named)?;
            let (now, random) = (self.now(), self.random()?);
            let outcome = open.replica.dismiss_all(row.item, by, now, random);
            let (writes, count) =
                outcome.map_err(|error| self.screen(open).take_fault(&row, &error))?;
            open.commit_recorded(&writes)?;
            Ok(self.screen(open).dismissed(&row, by, count))
        })
    }

    fn item(&self, open: &Open<P::Store>, tray: Tray, named: &str) -> Result<TrayRow, Fault> {
        open.is_enrolled()?;
        let screen = self.screen(open);
        screen.goes_on()?;
        screen.may_be_read()?;
        screen.tray_row(tray, named)
    }

    /// Asks for, confirms or ends the clearance of the appointment that `named` means.
    ///
    /// # Errors
    /// What of it cannot be found, or is not allowed; [`alleyway_client::Problem::ConfirmedAlready`].
    pub fn clear(&self, step: ClearanceStep, named: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.clearance(step, named))
    }

    /// Confirms the device of somebody who is cleared that `named` means.
    ///
    /// # Errors
    /// As [`Device::clear`].
    pub fn confirm_device(&self, named: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.device_confirmed(named))
    }

    /// Proposes a section of the town's book, written out whole as JSON.
    ///
    /// # Errors
    /// [`Problem::UnknownSection`](alleyway_client::Problem::UnknownSection),
    /// [`Problem::BadSection`](alleyway_client::Problem::BadSection) with every flaw; or it is not
    /// allowed.
    pub fn propose_rules(&self, section: &str, json: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.rules_proposed(section, json))
    }

    /// Puts a proposed section into force from a day, `YYYY-MM-DD`.
    ///
    /// # Errors
    /// It cannot be found, or is not allowed.
    pub fn adopt_rules(&self, named: &str, from: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.rules_adopted(named, from))
    }

    pub(super) fn readable_step(
        &self,
        draft: impl FnOnce(Screen<'_>) -> Result<alleyway_replica::Draft, Fault>,
    ) -> Result<Recorded, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let screen = self.screen(open);
            screen.goes_on()?;
            screen.may_be_read()?;
            let draft = draft(screen)?;
            self.record_draft(open, draft)
        })
    }
}
