//! One case: where it stands, its fields, its conflicts.

use std::collections::BTreeMap;

use alleyway_core::documents::{LiveValue, is_conflict, shown_value};
use alleyway_core::id::DocumentId;
use alleyway_core::number::{CaseNumber, TrackingCode};
use alleyway_core::policy::Filling;
use alleyway_core::slip::SlipMark;
use alleyway_core::time::Time;
use alleyway_replica::{CaseDetail, OutboxRow};
use serde::Serialize;

use super::came::came_by;
use super::clocks::{ClockRow, DaysRow, LightRow};
use super::list::Indexed;
use super::log::{self, Entry};
use super::{shown, utc};
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

/// A case, or what is left of it once the lease has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Opened {
    /// All that is known of it.
    Detail(Box<Detail>),
    /// Its number, and what was recorded on this device.
    Index(Index),
}

/// A case of which only the index can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Its number and counts.
    #[serde(flatten)]
    pub row: Indexed,
    /// The commands that were recorded on this device and are not confirmed.
    #[serde(skip)]
    pub own: Vec<OutboxRow>,
}

/// A case, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The case.
    pub document: DocumentId,
    /// Its number.
    #[serde(serialize_with = "shown")]
    pub number: CaseNumber,
    /// Its title.
    pub title: String,
    /// The word of its stage.
    pub status: String,
    /// The unit that holds it, by name.
    pub holder: String,
    /// A referral that waits.
    pub referral: Option<Referral>,
    /// Only those who are cleared read it.
    pub confidential: bool,
    /// How little room is left for notes, visits and corrections; none while there is plenty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<Room>,
    /// The shown value of every field, and what else belongs to the case.
    pub fields: BTreeMap<String, String>,
    /// Its log.
    pub log: Vec<Entry>,
    /// Fields with different values.
    pub conflicts: Vec<Conflict>,
    /// The confirmed head, in hexadecimal digits; empty if nothing is confirmed.
    pub heads: Vec<String>,
    /// The confirmed version; 0 if nothing is confirmed.
    pub version: u64,
    /// The unit that it came from, by name.
    #[serde(skip)]
    pub owner: String,
    /// The units that were asked to do a part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub co_handlers: Vec<CoHandler>,
    /// It was ordered to be handled.
    #[serde(skip)]
    pub supervised: bool,
    /// The holder has answered that order.
    #[serde(skip)]
    pub answered: bool,
    /// Its light; none for a case that is over.
    pub light: Option<LightRow>,
    /// The clocks that run.
    pub clocks: Vec<ClockRow>,
    /// Whose days they were: the days of all units sum to `days_in_all`.
    pub days: Vec<DaysRow>,
    /// The days on which it was open.
    pub days_in_all: u32,
    /// The code by which the resident follows it.
    #[serde(skip)]
    pub code: Code,
    /// Codes on slips of this device that lead to the case no more, in the order in which they were
    /// given out.
    #[serde(skip)]
    pub void_codes: Vec<TrackingCode>,
    /// Fields with a value for people, by name: a household's door, a category's name.
    #[serde(skip)]
    pub shown: Vec<(String, String)>,
}

/// How far the room of a case for notes, visits and corrections is filled, in log entries. The steps
/// of its life need none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Those of the case.
    pub entries: u64,
    /// Behind so many nobody adds.
    pub entries_max: u64,
    /// Those of this member.
    pub own: u64,
    /// Behind so many this member does not add.
    pub own_max: u64,
}

/// The code by which the resident follows a case, as far as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// No code leads to the case.
    None,
    /// The code: this device gave it out.
    Own(TrackingCode),
    /// Another device has it: who gave it out, by name.
    GivenBy(String),
}

/// A unit that was asked to do a part of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoHandler {
    /// The unit, by name.
    pub unit: String,
    /// Whether it has done it.
    pub done: bool,
}

/// A referral that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Referral {
    /// The word of its kind.
    pub kind: String,
    /// The unit that sent the case on, by name.
    pub from: String,
    /// The unit that it was sent to, by name.
    pub to: String,
}

/// The fields of a case that have different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicts {
    /// The case's number.
    pub number: CaseNumber,
    /// The fields.
    pub conflicts: Vec<Conflict>,
}

/// A field with different values. Two equal values are no conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The field's name.
    pub field: String,
    /// Its values, in the order in which they were admitted.
    pub values: Vec<Standing>,
    /// All values can be kept: the field is a text.
    #[serde(skip)]
    pub can_keep_all: bool,
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The value.
    pub value: String,
    /// Who set it, by name.
    pub author: String,
    /// When, by the author's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// The value for people.
    #[serde(skip)]
    pub shown: String,
    /// When, for people: a clock that was plainly wrong is corrected.
    #[serde(skip)]
    pub happened: Time,
}

impl Screen<'_> {
    /// One case.
    ///
    /// # Errors
    /// [`Problem::LeaseEnded`] for a case that the index does not know; [`Problem::CaseFiled`] for one of
    /// which only the row is here; [`Problem::Unexpected`] for one that cannot be read.
    pub fn case(&self, case: DocumentId) -> Result<Opened, Fault> {
        if !self.replica.is_locked() {
            return Ok(Opened::Detail(Box::new(self.detail(case)?)));
        }
        let row = self.indexed(case);
        let row = row.ok_or_else(|| Fault::plain(Problem::LeaseEnded))?;
        let mut own = self.replica.pending();
        own.extend(self.replica.refused());
        own.retain(|row| row.document == case);
        Ok(Opened::Index(Index { row, own }))
    }

    /// The fields of a case that have different values.
    ///
    /// # Errors
    /// [`Problem::LeaseEnded`]; [`Problem::Unexpected`] for a case that cannot be read.
    pub fn conflicts(&self, case: DocumentId) -> Result<Conflicts, Fault> {
        if self.replica.is_locked() {
            return Err(Fault::plain(Problem::LeaseEnded));
        }
        let detail = self.known(case)?;
        Ok(Conflicts {
            number: detail.state.number,
            conflicts: self.conflicts_of(&detail),
        })
    }

    fn known(&self, case: DocumentId) -> Result<CaseDetail, Fault> {
        let detail = self.is_here(case).map(|()| self.replica.case(case))?;
        detail.ok_or_else(|| Fault::unexpected(&"the case cannot be read"))
    }

    fn detail(&self, case: DocumentId) -> Result<Detail, Fault> {
        let detail = self.known(case)?;
        let state = &detail.state;
        let lit = detail.line.row.dues.lit(self.today());
        let times = detail.times.as_ref();
        Ok(Detail {
            document: case,
            number: state.number,
            title: detail.line.row.title.to_string(),
            status: state.stage.word().to_owned(),
            holder: self.unit(state.holder),
            referral: state.referral.as_ref().map(|referral| Referral {
                kind: referral.kind.word().to_owned(),
                from: self.unit(referral.from),
                to: self.unit(referral.to),
            }),
            confidential: state.confidential,
            room: detail.filling.filter(Filling::is_near).map(|filling| Room {
                entries: filling.entries,
                entries_max: filling.entries_max,
                own: filling.own,
                own_max: filling.own_max,
            }),
            fields: self.fields(&detail),
            log: self.log(&detail),
            conflicts: self.conflicts_of(&detail),
            heads: detail.head.iter().map(hex).collect(),
            version: detail.version,
            owner: self.unit(state.owner),
            co_handlers: state
                .co_handlers
                .iter()
                .map(|(unit, done)| CoHandler {
                    unit: self.unit(*unit),
                    done: *done,
                })
                .collect(),
            supervised: state.supervised,
            answered: state.answer.is_some(),
            light: self.light(&lit, state.stage.is_open()),
            clocks: times.map_or_else(Vec::new, |times| self.clock_rows(times)),
            days: times.map_or_else(Vec::new, |times| self.days_rows(times)),
            days_in_all: times.map_or(0, |times| times.days_in_all(self.today())),
            code: self.code(&detail),
            void_codes: self.void_codes(&detail),
            shown: self.shown_fields(&detail),
        })
    }

    /// The shown value of every field, and what else belongs to the case: whom it came from, by when
    /// it is due, what the resident follows it with.
    fn fields(&self, detail: &CaseDetail) -> BTreeMap<String, String> {
        let state = &detail.state;
        let fields = detail.fields.iter();
        let mut fields: BTreeMap<String, String> = fields
            .map(|(name, values)| (name.clone(), for_programs(name, shown_value(values))))
            .collect();
        fields.retain(|_, value| !value.is_empty());
        if let Some(door) = self.door_of(detail) {
            fields.insert("door".to_owned(), door);
        }
        fields.extend(came_by(detail));
        fields.insert("owner".to_owned(), self.unit(state.owner));
        fields.extend(self.complained_of(detail));
        if let Some(due) = state.due_now() {
            fields.insert("due".to_owned(), due.to_string());
        }
        if let Code::Own(code) = self.code(detail) {
            fields.insert("tracking".to_owned(), code.to_string());
        }
        fields
    }

    fn shown_fields(&self, detail: &CaseDetail) -> Vec<(String, String)> {
        let fields = detail.fields.iter().filter(|(name, _)| *name != "title");
        let shown = fields.filter_map(|(name, values)| {
            let live = values.last().filter(|live| !live.value.is_empty())?;
            // Nobody has a use for the id of a household that he does not know.
            let value = match name.as_str() {
                "household" => self.door_of(detail)?,
                _ => self.live_value(name, live),
            };
            Some((name.clone(), value))
        });
        let came = came_by(detail).into_iter().map(|(name, value)| {
            let value = match name.as_str() {
                "origin" => self.code_word("origin", &value),
                _ => value,
            };
            (name, value)
        });
        let about = self.complained_of(detail);
        shown.chain(came).chain(about).collect()
    }

    /// The door that the case is about: as it was written down, else as this device knows it.
    fn door_of(&self, detail: &CaseDetail) -> Option<String> {
        let live = detail.fields.get("household")?.last()?;
        let written = (!live.door.is_empty()).then(|| live.door.clone());
        written.or_else(|| self.door(&live.value))
    }

    pub(super) fn code(&self, detail: &CaseDetail) -> Code {
        let Some(given) = detail.state.code else {
            return Code::None;
        };
        match self.replica.code_given(&given) {
            Some(code) => Code::Own(code),
            None => Code::GivenBy(self.author(detail.line.document, given.by)),
        }
    }

    /// The codes of slips that this device gave out for a case and that lead to it no more.
    pub(super) fn void_codes(&self, detail: &CaseDetail) -> Vec<TrackingCode> {
        let counts = detail.state.code.map(|given| given.mark);
        let entries = detail.log.iter().map(|row| &row.entry);
        let marks = entries.filter_map(|entry| SlipMark::parse(entry.details.get("slip")?));
        // What was refused leads nowhere either; sent again it has the slip that it had.
        marks
            .filter(|mark| Some(*mark) != counts)
            .filter_map(|mark| self.replica.own_code(&mark))
            .collect()
    }

    fn conflicts_of(&self, detail: &CaseDetail) -> Vec<Conflict> {
        let happened = |live: &LiveValue| {
            let mut entries = detail.log.iter().map(|row| &row.entry);
            let set = entries.find(|entry| entry.command == live.command);
            set.map_or(live.at, |entry| log::happened(entry, log::reported(detail)))
        };
        self.conflicts_in(detail.line.document, &detail.fields, happened)
    }

    /// The fields with different values, of whatever has fields. `happened` says when a value was set, for
    /// people.
    pub(super) fn conflicts_in(
        &self,
        document: DocumentId,
        fields: &BTreeMap<String, Vec<LiveValue>>,
        happened: impl Fn(&LiveValue) -> Time,
    ) -> Vec<Conflict> {
        let standing = |field: &str, live: &LiveValue| Standing {
            value: for_programs(field, &live.value),
            author: self.author(document, live.author),
            at: live.at,
            shown: self.live_value(field, live),
            happened: happened(live),
        };
        let fields = fields.iter().filter(|(_, values)| is_conflict(values));
        fields
            .map(|(field, values)| Conflict {
                field: field.clone(),
                values: values.iter().map(|live| standing(field, live)).collect(),
                can_keep_all: self.replica.may_keep_both(document, field),
            })
            .collect()
    }
}

/// A field's value; an id is written as everywhere.
fn for_programs(field: &str, value: &str) -> String {
    let id = (field == "household").then(|| DocumentId::parse(value));
    id.flatten()
        .map_or_else(|| value.to_owned(), |id| id.to_string())
}

/// Two digits a byte.
pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('?');
    bytes
        .as_ref()
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
