//! Views for screens. Unconfirmed steps always look so.

use std::collections::BTreeMap;

mod case;

use super::Replica;
use super::held::Confirmed;
use super::lease::Reading;
use super::outbox::{Fate, Outgoing};
use alleyway_core::documents::{Document, LiveValue, LogEntry};
use alleyway_core::id::{DeviceId, DocumentId, MemberId, TownId, UnitId};
use alleyway_core::kinds::case::CaseState;
use alleyway_core::kinds::case::clocks::{Dues, ReadBy, Times};
use alleyway_core::kinds::household::HouseholdView;
use alleyway_core::kinds::unit::Post;
use alleyway_core::number::CaseNumber;
use alleyway_core::policy::Filling;
use alleyway_core::refusal::Refusal;
use alleyway_core::time::{Date, Time};

/// The device and its member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStatus {
    /// The town.
    pub town: TownId,
    /// The town's name.
    pub town_name: String,
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// The member's posts now, as far as the directories tell.
    pub posts: Vec<(Post, UnitId)>,
    /// The device.
    pub device: DeviceId,
    /// Its code, of which case numbers are made.
    pub device_code: u32,
    /// The server's clock at the last contact.
    pub last_contact: Option<Time>,
    /// Commands without a verdict.
    pub pending: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Batches of other devices that are still to be handed in for them.
    pub carried: usize,
    /// For how long the device may be read without hearing from the server.
    pub reading: Option<Reading>,
}

/// A line of the list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub document: DocumentId,
    /// Its number.
    pub number: CaseNumber,
    /// Its title; of conflicting values the last.
    pub title: String,
    /// Its category.
    pub category: String,
    /// Its state, pending steps included.
    pub state: CaseState,
    /// The days on which something is due in it.
    pub dues: Dues,
    /// Commands of this device without a verdict.
    pub pending: usize,
    /// Commands of other devices, handed over phone to phone, that are not confirmed.
    pub carried: usize,
    /// Refused commands not dealt with.
    pub refused: usize,
    /// Fields with several values.
    pub conflicts: usize,
    /// Whether it changed since it was last looked at.
    pub changed: bool,
}

/// A case, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDetail {
    /// As in the list.
    pub row: CaseRow,
    /// Its clocks, and whose days they were.
    pub times: Option<Times>,
    /// Live values of every field.
    pub fields: BTreeMap<String, Vec<LiveValue>>,
    /// The steps: admitted ones in the server's order, then pending ones, then refused ones.
    pub log: Vec<LogRow>,
    /// How far its room for notes, visits and corrections is filled for this member.
    pub filling: Option<Filling>,
    /// The confirmed head; none if nothing is confirmed.
    pub head: Option<[u8; 32]>,
    /// The confirmed version; 0 if nothing is confirmed.
    pub version: u64,
}

/// A line of a case's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The step. A time of receipt is there only if it is admitted.
    pub entry: LogEntry,
    /// Its state: it stands, waits or is refused.
    pub state: EntryState,
}

/// The state of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// Nobody has said.
    Pending,
    /// It stands.
    Admitted,
    /// It does not.
    Refused(Refusal),
    /// Another device's, handed over phone to phone: nobody has said.
    Carried,
    /// Another device's, handed over phone to phone: what it stands on is not here yet.
    Waits,
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdRow {
    /// The household.
    pub document: DocumentId,
    /// Its alley.
    pub alley: UnitId,
    /// Its door.
    pub door: String,
    /// Whom it named.
    pub contact: String,
    /// The count of people who live in it.
    pub count: u16,
}

impl Replica {
    /// The device and its member; none before enrolment.
    pub fn status(&self, now: Time) -> Option<DeviceStatus> {
        let device = self.as_enrolled()?;
        let (member, organisation) = (device.member(), self.organisation());
        let posts = organisation.posts_of(member, self.server_time(now));
        let count = |which: fn(&Fate) -> bool| {
            let fates = self.outbox.fates();
            fates.filter(|(_, fate)| which(fate)).count()
        };
        Some(DeviceStatus {
            town: device.town(),
            town_name: device.town_name().to_owned(),
            member,
            name: organisation
                .name(member)
                .unwrap_or(device.member_name())
                .to_owned(),
            posts: posts.map(|post| (post.post.clone(), post.unit)).collect(),
            device: device.id(),
            device_code: device.code(),
            last_contact: self.state.last_contact(),
            pending: count(Fate::is_pending),
            refused: count(|fate| fate.refusal().is_some()),
            carried: self.carrying.open().count(),
            reading: self.reading(),
        })
    }

    /// All cases on the device, ended ones too, newest number last.
    pub fn cases(&self) -> Vec<CaseRow> {
        let confirmed = self.held.with_view::<CaseState>().map(|(id, _)| id);
        let mut rows: Vec<CaseRow> = confirmed
            .chain(self.created_here())
            .chain(self.created_elsewhere())
            .filter_map(|id| self.case_row(id, &self.working(id)?))
            .collect();
        rows.sort_by_key(|row| (row.number, row.document));
        rows
    }

    /// By whose rules this device reads clocks. Without the town's book it knows none; rules that begin
    /// after its last contact it may lack.
    pub fn read_by(&self) -> ReadBy<'_> {
        let organisation = self.organisation();
        let has_book = organisation.rulebook().town().is_some();
        let contact = self.state.last_contact().filter(|_| has_book);
        ReadBy {
            organisation,
            known_until: Some(contact.map_or(Date(i32::MIN), Date::of)),
        }
    }

    pub(super) fn case_row(&self, id: DocumentId, working: &Document) -> Option<CaseRow> {
        let state = working.case()?;
        let fields = working.fields();
        let shown = |field: &str| {
            let values = fields.get(field).map(Vec::as_slice).unwrap_or_default();
            alleyway_core::documents::shown_value(values).to_owned()
        };
        let version = self.held.get(id).map(Confirmed::version);
        let unconfirmed = self.unconfirmed(id);
        let others = unconfirmed
            .steps
            .iter()
            .chain(&unconfirmed.waiting)
            .filter(|step| step.carried);
        let mine: Vec<&Outgoing> = self.outbox.of(id).map(|(_, outgoing)| outgoing).collect();
        Some(CaseRow {
            document: id,
            number: state.number,
            title: shown("title"),
            category: shown("category"),
            state,
            dues: working
                .case_times(self.read_by())
                .map(|times| Dues::of(&times))
                .unwrap_or_default(),
            pending: mine
                .iter()
                .filter(|outgoing| outgoing.fate.is_pending())
                .count(),
            carried: others.count(),
            refused: mine
                .iter()
                .filter(|outgoing| outgoing.fate.refusal().is_some())
                .count(),
            conflicts: fields.values().filter(|values| is_conflict(values)).count(),
            changed: version != self.held.looked_at(id),
        })
    }

    /// All households on the device, by door.
    pub fn households(&self) -> Vec<HouseholdRow> {
        let mut rows: Vec<HouseholdRow> = self
            .held
            .with_view::<HouseholdView>()
            .filter_map(|(id, _)| {
                let view = self.working(id)?.household()?;
                let (alley, door, contact, count) =
                    (view.alley, view.door, view.contact, view.count);
                Some(HouseholdRow {
                    document: id,
                    alley,
                    door,
                    contact,
                    count,
                })
            })
            .collect();
        rows.sort_by(|a, b| (&a.door, a.document).cmp(&(&b.door, b.document)));
        rows
    }
}

/// Whether a field's live values differ.
pub(super) fn is_conflict(values: &[LiveValue]) -> bool {
    values.iter().any(|value| {
        values
            .first()
            .is_some_and(|first| first.value != value.value)
    })
}
