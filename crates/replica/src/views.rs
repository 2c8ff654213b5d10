//! Views for screens. Unconfirmed steps always look so.

use std::collections::BTreeMap;

mod case;
mod list;

pub use list::{CaseLine, HouseholdLine};

use super::Replica;
use super::lease::Reading;
use super::outbox::Fate;
use alleyway_core::documents::{LiveValue, LogEntry};
use alleyway_core::id::{DeviceId, MemberId, TownId, UnitId};
use alleyway_core::kinds::case::CaseState;
use alleyway_core::kinds::case::clocks::{ReadBy, Times};
use alleyway_core::kinds::unit::Post;
use alleyway_core::policy::Filling;
use alleyway_core::refusal::Refusal;
use alleyway_core::time::Time;

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

/// A case, with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDetail {
    /// As in the list.
    pub line: CaseLine,
    /// Where it stands, pending steps included.
    pub state: CaseState,
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

    /// By whose rules this device reads clocks. Without the town's book it knows none; rules that begin
    /// after its last contact it may lack.
    pub fn read_by(&self) -> ReadBy<'_> {
        self.held.read_by()
    }
}
