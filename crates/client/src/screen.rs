//! A device as a person looks at it: its replica, at a moment, in a language.

use alleyway_catalogue::Lang;
use alleyway_core::documents::{Document, LiveValue, NO, YES};
use alleyway_core::id::{DocumentId, MemberId, UnitId, is_resident, is_server};
use alleyway_core::refusal::Refusal;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;
use alleyway_replica::{DeviceStatus, Replica};

use alleyway_catalogue::{refusal, screens, words};

use crate::fault::{Fault, Problem};

/// The state that screens are made of. Names are resolved, words are in the language.
#[derive(Debug, Clone, Copy)]
pub struct Screen<'a> {
    /// The device.
    pub replica: &'a Replica,
    /// The device's clock.
    pub now: Time,
    /// The language.
    pub lang: Lang,
}

impl Screen<'_> {
    /// The device and its member.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn status(&self) -> Result<DeviceStatus, Fault> {
        let status = self.replica.status(self.now);
        status.ok_or_else(|| Fault::plain(Problem::NotEnrolled))
    }

    /// A unit's name; its id where this device does not know it.
    pub fn unit(&self, unit: UnitId) -> String {
        let row = self.replica.organisation().unit(unit);
        row.map_or_else(|| unit.to_string(), |row| row.name.to_string())
    }

    /// A unit's name and those of what it belongs to, to tell two of one name apart.
    pub(crate) fn unit_path(&self, unit: UnitId) -> String {
        let above = self.replica.organisation().ancestors(unit);
        let mut names: Vec<String> = above.map(|above| self.unit(above)).collect();
        names.reverse();
        names.push(self.unit(unit));
        names.join(" / ")
    }

    /// The name of who did a step: a member's, "the resident" in a case of theirs, or the server's
    /// console. None for somebody whom this device does not know.
    pub fn person(&self, document: DocumentId, author: MemberId) -> Option<String> {
        if let Some(name) = self.replica.organisation().name(author) {
            return Some(name.to_owned());
        }
        let town = self.replica.status(self.now)?.town;
        if is_server(town, author) {
            return Some(screens::member::CONSOLE.text(self.lang).to_owned());
        }
        self.is_by_resident(document, author)
            .then(|| screens::member::RESIDENT.text(self.lang).to_owned())
    }

    /// Whether a step of a case is a resident's, who typed it with a tracking code: its own, or one of a
    /// case that was merged into it.
    pub(crate) fn is_by_resident(&self, document: DocumentId, author: MemberId) -> bool {
        let Some(DeviceStatus { town, .. }) = self.replica.status(self.now) else {
            return false;
        };
        let is_of_office =
            is_server(town, author) || self.replica.organisation().name(author).is_some();
        let of_merged = || {
            let case = self.replica.working(document);
            let from = case.as_ref().map(Document::merged_from).unwrap_or_default();
            from.iter().any(|from| is_resident(town, *from, author))
        };
        is_resident(town, document, author) || (!is_of_office && of_merged())
    }

    /// As [`Screen::person`]; the id of one whom this device does not know.
    pub fn author(&self, document: DocumentId, author: MemberId) -> String {
        let name = self.person(document, author);
        name.unwrap_or_else(|| author.to_string())
    }

    /// Why a command was refused, with the step that came first and its author where the device
    /// knows them.
    pub fn reason(&self, document: DocumentId, refused: &Refusal) -> String {
        let first = refused
            .first
            .and_then(|first| self.replica.working(document)?.log_entry(first));
        let first = first.map(|entry| words::KIND.word(self.lang, &entry.kind).to_owned());
        let by = refused.by.and_then(|member| self.person(document, member));
        let code = refused.code.to_string();
        refusal(self.lang, &code, first.as_deref(), by.as_deref())
    }

    /// A field's value as people read it: a category's name, a household's door.
    pub fn field_value(&self, field: &str, value: &str) -> String {
        match field {
            "category" => self.code_word(field, value),
            "may_text" => self.yes_or_no(value),
            "household" => self.door(value).unwrap_or_else(|| value.to_owned()),
            _ => value.to_owned(),
        }
    }

    /// The answer to a question of yes or no; nothing if nobody answered.
    fn yes_or_no(&self, value: &str) -> String {
        let answer = match value {
            YES => screens::common::YES,
            NO => screens::common::NO,
            _ => return value.to_owned(),
        };
        answer.text(self.lang).to_owned()
    }

    /// A standing value as people read it: a household by the door that was written down with it,
    /// whoever may read the household itself, and wherever that has moved.
    pub fn live_value(&self, field: &str, live: &LiveValue) -> String {
        if live.door.is_empty() {
            self.field_value(field, &live.value)
        } else {
            live.door.clone()
        }
    }

    /// The door of a household that this device knows.
    pub fn door(&self, household: &str) -> Option<String> {
        let household = DocumentId::parse(household)?;
        let line = self.replica.household(household)?;
        Some(line.row.door.to_string())
    }

    /// The name of a document that is no case: a unit's name, a household's door.
    pub fn name(&self, document: DocumentId) -> String {
        if self.replica.is_locked() {
            return document.to_string();
        }
        let unit = self.replica.organisation().unit(document);
        unit.map(|row| row.name.to_string())
            .or_else(|| self.door(&document.key()))
            .unwrap_or_else(|| document.to_string())
    }

    /// Whether the member holds no post, by what a sync brought.
    pub fn has_no_post(&self) -> bool {
        let none = || {
            let status = self.replica.status(self.now);
            status.is_some_and(|status| status.posts.is_empty())
        };
        self.replica.has_synced() && !self.replica.is_locked() && none()
    }

    /// Before anything is recorded: a device that is not to go on says so, whatever else is missing.
    ///
    /// # Errors
    /// [`Problem::DeviceStopped`].
    pub fn goes_on(&self) -> Result<(), Fault> {
        match self.replica.stopped() {
            None => Ok(()),
            Some(_) => Err(Fault::plain(Problem::DeviceStopped)),
        }
    }

    /// Before anything is read: not once the lease has ended, unless the device was stopped, which
    /// says so itself.
    ///
    /// # Errors
    /// [`Problem::LeaseEnded`].
    pub fn may_be_read(&self) -> Result<(), Fault> {
        if self.replica.is_locked() && self.replica.stopped().is_none() {
            return Err(Fault::plain(Problem::LeaseEnded));
        }
        Ok(())
    }
}

/// Why a device is not to go on, as its vocabulary calls it.
pub fn stop_word(why: Stop) -> &'static str {
    match why {
        Stop::Revoked => "device_revoked",
        Stop::Lost => "device_lost",
        Stop::Frozen => "device_frozen",
    }
}
