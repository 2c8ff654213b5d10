//! Reads beside syncs: scope is asked anew each time, of the posts that the device's member has now.
//!
//! Figures are read by auditors and town dispatchers for the town and each place in it, by branch
//! secretaries for their own village. Nobody reads figures of an alley. The same read how their alleys
//! are looked after. Cases are searched, and late ones listed, for whoever is sent them.

mod administration;
mod coverage;
mod late;
mod search;

pub use administration::ShownInvitation;
pub(crate) use administration::{administrator, devices_read, invitation};
pub(crate) use coverage::coverage;
pub use coverage::{AlleyCovered, Coverage, HouseholdCount};
pub(crate) use late::late;
pub use late::{LateCase, LateList, LatePlace};
pub(crate) use search::search;
pub use search::{Found, Search, SearchPlace};

use std::collections::BTreeMap;

use crate::error::LedgerError;
use crate::figures::{self, MonthFigures};
use crate::rows::Tx;
use crate::rows::records::DeviceRecord;
use alleyway_core::id::{DeviceId, MemberId, UnitId};
use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::organisation::Organisation;
use alleyway_core::time::{Month, Time};

/// Cases of one page.
pub const CASES_MAX: usize = 50;
/// Places that one page looks at, in the logs of feeds or among late cases; the next page goes on behind them.
const LOOKED_MAX: usize = 20_000;
/// Those that are looked at in one turn, some microseconds each.
const LOOKED_AT_ONCE: usize = 500;

/// Why a read was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// The device is not enrolled here.
    UnknownDevice,
    /// The device is stopped.
    Stopped,
    /// The member's posts do not let it be read now, or there is no such unit: nobody learns which.
    OutOfScope,
    /// There are no figures of one alley: they would be those of one person.
    OfOnePerson,
    /// Nobody has confirmed the invitation yet.
    NotConfirmed,
    /// The invitation's code was used.
    CodeUsed,
    /// The invitation's code is too old, or was withdrawn.
    CodeExpired,
    /// The invitation's code was shown before.
    CodeShown,
    /// An import that was asked for has not ended: there is one at a time.
    ImportWaits,
}

/// The months that are asked for, and of which unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiguresQuery {
    /// The unit; none for the widest that the reader may read.
    pub unit: Option<UnitId>,
    /// The first month.
    pub from: Month,
    /// The last month.
    pub to: Month,
}

/// Figures as they were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The village, the community, or the town.
    pub unit: UnitId,
    /// The names of all units in it.
    pub names: BTreeMap<UnitId, String>,
    /// The months that are over, in order; of one in which nothing was counted there is nothing.
    pub months: Vec<MonthFigures>,
}

/// The figures that a member reads.
enum Readable {
    Town(UnitId),
    Place(UnitId),
}

/// Answers a read of figures, of what is printed: a read prints nothing, for its clock may be wrong.
pub(crate) fn figures(
    tx: &mut Tx<'_>,
    device: DeviceId,
    query: FiguresQuery,
    now: Time,
) -> Result<Figures, LedgerError<ReadError>> {
    let member = member_of(tx, device)?;
    let readable = readable(tx.organisation(), member, query.unit, now);
    let (unit, only) = match readable.map_err(LedgerError::Refused)? {
        Readable::Town(town) => (town, None),
        Readable::Place(place) => (place, Some(place)),
    };
    let mut months = Vec::new();
    let (mut month, last) = (query.from, query.to.min(Month::of(now).before()));
    while month <= last {
        let print = figures::print_of(tx.view(), month)?;
        let rulebook = tx.organisation().rulebook();
        if !print.is_empty() {
            months.push(figures::month_figures(rulebook, month, &print, only));
        }
        if month == month.next() {
            break;
        }
        month = month.next();
    }
    let organisation = tx.organisation();
    let places = months.iter().flat_map(|read| &read.amounts);
    let places = places.filter_map(|amount| amount.of.place).chain([unit]);
    let name = |id: UnitId| Some((id, organisation.unit(id)?.name.to_string()));
    Ok(Figures {
        unit,
        names: places.filter_map(name).collect(),
        months,
    })
}

/// A device that may ask.
fn known_device(tx: &Tx<'_>, device: DeviceId) -> Result<DeviceRecord, LedgerError<ReadError>> {
    match tx.device(device)? {
        None => Err(LedgerError::Refused(ReadError::UnknownDevice)),
        Some(known) if known.stopped.is_some() => Err(LedgerError::Refused(ReadError::Stopped)),
        Some(known) => Ok(known),
    }
}

/// Whose a device is that may ask.
fn member_of(tx: &Tx<'_>, device: DeviceId) -> Result<MemberId, LedgerError<ReadError>> {
    Ok(known_device(tx, device)?.member)
}

/// The towns of which a member reads everything.
fn towns_read(
    organisation: &Organisation,
    member: MemberId,
    now: Time,
) -> impl Iterator<Item = UnitId> {
    let posts = organisation.posts_of(member, now);
    let whole = posts.filter(|held| matches!(held.post, Post::Auditor | Post::TownDispatcher));
    whole.filter_map(|held| organisation.town_of(held.unit))
}

/// The villages and communities of which a member reads everything.
fn villages_read(
    organisation: &Organisation,
    member: MemberId,
    now: Time,
) -> impl Iterator<Item = UnitId> {
    let posts = organisation.posts_of(member, now);
    let own = posts.filter(|held| held.post == Post::BranchSecretary);
    own.filter_map(|held| organisation.village_of(held.unit))
}

fn readable(
    organisation: &Organisation,
    member: MemberId,
    unit: Option<UnitId>,
    now: Time,
) -> Result<Readable, ReadError> {
    let town = towns_read(organisation, member, now).next();
    let mut villages = villages_read(organisation, member, now);
    let Some(unit) = unit else {
        return town
            .map(Readable::Town)
            .or_else(|| villages.next().map(Readable::Place))
            .ok_or(ReadError::OutOfScope);
    };
    let kind = organisation.kind(unit).ok_or(ReadError::OutOfScope)?;
    let place = figures::place_of(organisation, unit);
    let reads_town = town.is_some() && organisation.town_of(unit) == town;
    if !reads_town && !villages.any(|village| village == place) {
        return Err(ReadError::OutOfScope);
    }
    match kind {
        UnitKind::Alley => Err(ReadError::OfOnePerson),
        UnitKind::Town => Ok(Readable::Town(unit)),
        _ => Ok(Readable::Place(place)),
    }
}
