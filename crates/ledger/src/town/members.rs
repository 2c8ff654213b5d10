//! Members: who has which posts and devices.

use std::collections::{BTreeMap, BTreeSet};

use super::listing;
use crate::devices::{self, DeviceRow};
use crate::rows::Tx;
use alleyway_core::documents::{Document, LogEntry};
use alleyway_core::id::{CommandId, MemberId, UnitId};
use alleyway_core::kinds::directory::PostRow;
use alleyway_core::kinds::unit::UnitView;
use alleyway_core::store::StoreError;
use alleyway_core::text::fold::{self, Fit, Named};
use alleyway_core::time::Time;

/// A member, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The member.
    pub member: MemberId,
    /// The key that the town's lists use.
    pub key: String,
    /// The name.
    pub name: String,
    /// Every post, past and future ones too.
    pub posts: Vec<PostRow>,
    /// The devices.
    pub devices: Vec<DeviceRow>,
}

/// Every member who has or had a post, by key.
pub(crate) fn members(tx: &mut Tx<'_>) -> Result<Vec<MemberRow>, StoreError> {
    let mut keys = BTreeMap::new();
    for unit in listing::units(tx)? {
        for post in unit.appointments {
            keys.insert(post.member, post.key.clone());
        }
    }
    let devices = devices::list(tx.view(), &tx.server())?;
    let members: BTreeSet<MemberId> = tx
        .organisation()
        .appointments()
        .map(|post| post.member)
        .collect();
    let mut rows: Vec<MemberRow> = members
        .into_iter()
        .map(|member| MemberRow {
            member,
            key: keys.remove(&member).unwrap_or_default(),
            name: tx
                .organisation()
                .name(member)
                .unwrap_or_default()
                .to_owned(),
            posts: tx.organisation().appointments_of(member).cloned().collect(),
            devices: devices
                .iter()
                .filter(|device| device.member == member)
                .cloned()
                .collect(),
        })
        .collect();
    rows.sort_by(|a, b| (&a.key, a.member).cmp(&(&b.key, b.member)));
    Ok(rows)
}

/// The unit with this key, or id: as it is written, or else as people read it, if only one is read
/// so.
pub(crate) fn unit_of_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<UnitId>, StoreError> {
    let typed = Named::new(key);
    let units = listing::units(tx)?;
    let fitting = units.iter().filter_map(|unit| {
        let by_id = typed.fits(&unit.id.key());
        let fits = by_id.into_iter().chain(typed.fits(&unit.key));
        let fit = fits.filter(|fit| *fit != Fit::Beginning).min()?;
        Some((fit, unit.id))
    });
    Ok(match fold::best(fitting).as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}

/// The appointment that an entry of a unit's log gave an end, and that end. Whoever ends one at once
/// ends it when the server received that.
fn end_in(entry: &LogEntry) -> Option<(CommandId, Option<Time>)> {
    let detail = |name: &str| entry.details.get(name);
    let named = |name: &str| detail(name).and_then(|id| CommandId::parse(id));
    let appointment = match entry.kind.as_str() {
        "appoint" => entry.command,
        "amend_appointment" | "end_post" => named("appointment")?,
        // Of what else was asked for, a confirmation has no dates.
        "confirm_asked" if detail("from").is_some() => named("asked")?,
        _ => return None,
    };
    let until = detail("until").and_then(|until| until.parse().ok());
    let until = until.map(Time);
    let received = entry.received.map(|receipt| receipt.received);
    let until = match detail("at_once").and(received) {
        None => until,
        Some(received) => Some(until.map_or(received, |until| until.min(received))),
    };
    Some((appointment, until))
}

/// Every end that each appointment has had, in the order in which they were set: the present one
/// is the last. None is an open one.
pub(crate) fn ends_of_appointments(
    tx: &mut Tx<'_>,
) -> Result<BTreeMap<CommandId, Vec<Option<Time>>>, StoreError> {
    let mut ends: BTreeMap<CommandId, Vec<Option<Time>>> = BTreeMap::new();
    for id in listing::documents_of::<UnitView>(tx)? {
        let log = tx.document(id, Document::log)?;
        for entry in log.into_iter().flatten() {
            if let Some((appointment, until)) = end_in(&entry) {
                ends.entry(appointment).or_default().push(until);
            }
        }
    }
    Ok(ends)
}
