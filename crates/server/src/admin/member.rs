//! Members: who has which posts and devices; appointments one at a time.

mod failures;

use alleyway_core::id::{CommandId, MemberId};
use alleyway_core::kinds::unit::{Appoint, Post};
use alleyway_core::limits::{CODE_BYTES_MAX, NAME_BYTES_MAX};
use alleyway_core::organisation::is_active;
use alleyway_core::store::StoreError;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{AppointError, MemberRow};
use serde::{Deserialize, Serialize};

pub(super) use failures::unknown;
use failures::{clear_failure, failure, several, which};

use super::device::{DeviceShown, Names, shown};
use super::{Failure, Office};
use crate::clock::{parse_rfc3339, rfc3339};
use crate::secrets;
use crate::writer::Desk;

/// What is to be done with members. A member is named by key or id, a unit by key or id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MemberRequest {
    /// Says who there is.
    List {},
    /// Says everything about one.
    Show {
        /// Who.
        member: String,
    },
    /// Gives somebody a post.
    Appoint {
        /// Where.
        unit: String,
        /// What as, by its word.
        post: String,
        /// The key that the town's lists use, or will use, for the person.
        key: String,
        /// The name; the known one if none is given.
        name: Option<String>,
        /// From when; now if none is given.
        from: Option<String>,
        /// Until when.
        until: Option<String>,
    },
    /// Ends an appointment: by its id, or as the one that the member has in the unit.
    End {
        /// Which.
        appointment: Option<String>,
        /// Whose.
        member: Option<String>,
        /// Where.
        unit: Option<String>,
        /// When; now if none is given.
        at: Option<String>,
    },
    /// Asks for a clearance to read the unit's confidential cases; a member confirms it. By the
    /// appointment's id, or as the one that the member has in the unit.
    Clear {
        /// Which.
        appointment: Option<String>,
        /// Whose.
        member: Option<String>,
        /// Where.
        unit: Option<String>,
    },
}

/// A member, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberShown {
    /// The id.
    pub id: String,
    /// The key that the town's lists use.
    pub key: String,
    /// The name.
    pub name: String,
    /// Posts, past and future ones too.
    pub posts: Vec<PostShown>,
    /// Devices.
    pub devices: Vec<DeviceShown>,
}

/// A post, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostShown {
    /// The appointment's id.
    pub appointment: String,
    /// The unit's id.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// What as.
    pub post: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: Option<String>,
    /// Whether it is in force now.
    pub active: bool,
}

pub(super) async fn member(
    office: &Office,
    request: MemberRequest,
) -> Result<Vec<MemberShown>, Failure> {
    let town = office.town;
    let seed = secrets::random()
        .map_err(|error| Failure::new("no_random", "系统没有随机数。", error.to_string()))?;
    office
        .writer
        .ask_patiently(0, move |desk| {
            let who = match request {
                MemberRequest::List {} => return everybody(desk, |_| true).map(Ok),
                MemberRequest::Show { member } => member,
                MemberRequest::Appoint {
                    unit,
                    post,
                    key,
                    name,
                    from,
                    until,
                } => {
                    let times = times(desk.now, from.as_deref(), until.as_deref());
                    let appoint = match times
                        .and_then(|times| appointment(desk, town, (&post, &key, name), times))
                    {
                        Ok(appoint) => appoint,
                        Err(failure) => return Ok(Err(failure)),
                    };
                    let who = appoint.member;
                    match desk
                        .ledger
                        .appoint(desk.store, &unit, appoint, seed, desk.now)?
                    {
                        Ok(_) => who.to_string(),
                        Err(error) => return Ok(Err(failure(&error))),
                    }
                }
                MemberRequest::End {
                    appointment,
                    member,
                    unit,
                    at,
                } => {
                    let until = match at.as_deref().map_or(Ok(desk.now), time) {
                        Ok(until) => until,
                        Err(failure) => return Ok(Err(failure)),
                    };
                    let appointment = match meant(desk, (appointment, member, unit))? {
                        Ok(appointment) => appointment,
                        Err(failure) => return Ok(Err(failure)),
                    };
                    match desk.ledger.end_appointment(
                        desk.store,
                        appointment,
                        until,
                        seed,
                        desk.now,
                    )? {
                        Ok(row) => row.member.to_string(),
                        Err(error) => return Ok(Err(failure(&error))),
                    }
                }
                MemberRequest::Clear {
                    appointment,
                    member,
                    unit,
                } => {
                    let appointment = match meant(desk, (appointment, member, unit))? {
                        Ok(appointment) => appointment,
                        Err(failure) => return Ok(Err(failure)),
                    };
                    match desk
                        .ledger
                        .clear_appointment(desk.store, appointment, seed, desk.now)?
                    {
                        Ok(row) => row.member.to_string(),
                        Err(error) => return Ok(Err(clear_failure(&error))),
                    }
                }
            };
            let found = everybody(desk, |row| is_called(row, &who))?;
            Ok(if found.is_empty() {
                Err(unknown(&who))
            } else {
                Ok(found)
            })
        })
        .await?
}

fn is_called(row: &MemberRow, who: &str) -> bool {
    row.key == who || row.member.to_string() == who
}

fn everybody(
    desk: &mut Desk<'_>,
    wanted: impl Fn(&MemberRow) -> bool,
) -> Result<Vec<MemberShown>, StoreError> {
    let members = desk.ledger.members(desk.store)?;
    let names: Names = members
        .iter()
        .map(|row| (row.member, (row.key.clone(), row.name.clone())))
        .collect();
    let organisation = desk.ledger.organisation();
    let shown_member = |row: &MemberRow| MemberShown {
        id: row.member.to_string(),
        key: row.key.clone(),
        name: row.name.clone(),
        posts: row
            .posts
            .iter()
            .map(|post| PostShown {
                appointment: post.appointment.to_string(),
                unit: post.unit.to_string(),
                unit_name: organisation
                    .unit(post.unit)
                    .map(|unit| unit.name.to_string())
                    .unwrap_or_default(),
                post: post.post.word().to_owned(),
                from: rfc3339(post.from),
                until: post.until.map(rfc3339),
                active: is_active(post, desk.now),
            })
            .collect(),
        devices: row
            .devices
            .iter()
            .map(|device| shown(device, &names))
            .collect(),
    };
    Ok(members
        .iter()
        .filter(|row| wanted(row))
        .map(shown_member)
        .collect())
}

fn times(
    now: Time,
    from: Option<&str>,
    until: Option<&str>,
) -> Result<(Time, Option<Time>), Failure> {
    let from = from.map_or(Ok(now), time)?;
    Ok((from, until.map(time).transpose()?))
}

fn time(text: &str) -> Result<Time, Failure> {
    parse_rfc3339(text).ok_or_else(|| {
        Failure::new(
            "bad_time",
            "时间不对，例：2026-03-01T08:00:00+08:00",
            "Not a time; write it as 2026-03-01T08:00:00+08:00.",
        )
    })
}

fn appointment(
    desk: &Desk<'_>,
    town: alleyway_core::id::TownId,
    (post, key, name): (&str, &str, Option<String>),
    (from, until): (Time, Option<Time>),
) -> Result<Appoint, Failure> {
    let post = Post::known(post).ok_or_else(|| {
        let known: Vec<&str> = Post::ALL.iter().map(Post::word).collect();
        let known = known.join(", ");
        Failure::new(
            "unknown_post",
            format!("没有这个职务；可用：{known}"),
            format!("There is no such post; there are: {known}"),
        )
    })?;
    let member = MemberId::derive(town, key);
    let bad = || {
        Failure::new(
            "bad_name",
            "请给出 --name，不得过长。",
            "Give a --name, and not too long a one.",
        )
    };
    let name = name
        .or_else(|| desk.ledger.organisation().name(member).map(str::to_owned))
        .ok_or_else(bad)?;
    let name: Text<NAME_BYTES_MAX> = Text::new(&name).map_err(|_| bad())?;
    let key: Text<CODE_BYTES_MAX> = Text::new(key)
        .map_err(|_| Failure::new("bad_key", "key 太长。", "The key is longer than 40 bytes."))?;
    Ok(Appoint {
        member,
        key,
        name,
        post,
        from,
        until,
    })
}

/// The appointment that is meant.
fn meant(
    desk: &mut Desk<'_>,
    (appointment, member, unit): (Option<String>, Option<String>, Option<String>),
) -> Result<Result<CommandId, Failure>, StoreError> {
    if let Some(appointment) = appointment {
        if member.is_some() || unit.is_some() {
            return Ok(Err(which()));
        }
        return Ok(CommandId::parse(&appointment)
            .ok_or_else(|| failure(&AppointError::UnknownAppointment)));
    }
    let (Some(member), Some(unit)) = (member, unit) else {
        return Ok(Err(which()));
    };
    let Some(unit) = desk.ledger.unit_of_key(desk.store, &unit)? else {
        return Ok(Err(failure(&AppointError::UnknownUnit)));
    };
    let members = desk.ledger.members(desk.store)?;
    let Some(row) = members.iter().find(|row| is_called(row, &member)) else {
        return Ok(Err(unknown(&member)));
    };
    let mut standing = row
        .posts
        .iter()
        .filter(|post| post.unit == unit && is_active(post, desk.now));
    Ok(match (standing.next(), standing.next()) {
        (Some(post), None) => Ok(post.appointment),
        (None, _) => Err(failure(&AppointError::UnknownAppointment)),
        _ => Err(several()),
    })
}
