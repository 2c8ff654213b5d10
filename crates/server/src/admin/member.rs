//! Members: who has which posts and devices; appointments one at a time.

mod failures;

use alleyway_catalogue::server::admin as said;
use alleyway_core::id::{CommandId, MemberId, TownId};
use alleyway_core::kinds::unit::{Appoint, Post};
use alleyway_core::organisation::is_active;
use alleyway_core::store::StoreError;
use alleyway_core::text::fold::{self, Fit, Named};
use alleyway_core::time::Time;
use alleyway_ledger::{AppointError, MemberRow};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

pub(super) use failures::unknown;
use failures::{clear_failure, failure, several, which};

use super::device::{DeviceShown, Names, shown};
use super::{Failure, Office, Undone, typed};
use crate::clock::{parse_rfc3339, rfc3339};
use crate::secrets;
use crate::writer::Desk;

/// A step with members: a request, and a subcommand of the command line. A member is named by key
/// or id, a unit by key or id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MemberRequest {
    /// Who there is, with posts and devices.
    List {},
    /// Everything about one member.
    Show {
        /// The member's key in members.csv, or id.
        member: String,
    },
    /// Gives somebody a post.
    Appoint(Appointment),
    /// Ends an appointment: what the member's devices have not sent by then is not lost.
    End {
        /// The appointment.
        #[command(flatten)]
        which: Which,
        /// When; now, if not given.
        #[arg(long, value_name = "RFC3339")]
        at: Option<String>,
    },
    /// Asks for a clearance to read the unit's confidential cases. It is in force once a member has
    /// confirmed it: `alleyway confidential confirm APPOINTMENT`, by an administrator or somebody cleared.
    Clear(Which),
}

/// A post to be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    /// The unit's key in units.csv, or id.
    #[arg(long, value_name = "KEY")]
    pub unit: String,
    /// The post: alley_chief, branch_secretary, town_dispatcher, …
    #[arg(long, value_name = "POST")]
    pub post: String,
    /// The person's key in members.csv, or a new one.
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// The person's name; not needed for somebody who is known.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// From when; now, if not given.
    #[arg(long, value_name = "RFC3339")]
    pub from: Option<String>,
    /// Until when; open, if not given.
    #[arg(long, value_name = "RFC3339")]
    pub until: Option<String>,
}

/// Which appointment is meant: by its id, or as the one that the member has in the unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The appointment, as `member show` says it; or --member and --unit.
    #[arg(value_name = "APPOINTMENT", required_unless_present_all = ["member", "unit"], conflicts_with_all = ["member", "unit"])]
    pub appointment: Option<String>,
    /// Whose.
    #[arg(long, value_name = "MEMBER")]
    pub member: Option<String>,
    /// Where.
    #[arg(long, value_name = "KEY")]
    pub unit: Option<String>,
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
    /// The post.
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
    let seed =
        secrets::random().map_err(|error| Failure::with(said::NO_RANDOM, &[("reason", &error)]))?;
    office
        .ask(move |desk| {
            let who = match request {
                MemberRequest::List {} => return Ok(everybody(desk, |_| true)?),
                MemberRequest::Show { member } => member,
                MemberRequest::Appoint(asked) => appoint(desk, town, asked, seed)?.to_string(),
                MemberRequest::End { which, at } => {
                    let until = at.as_deref().map_or(Ok(desk.now), time)?;
                    let appointment = meant(desk, which)?;
                    desk.ledger
                        .end_appointment(desk.store, appointment, until, seed, desk.now)
                        .map_err(|error| error.map(|refusal| failure(&refusal)))?
                        .member
                        .to_string()
                }
                MemberRequest::Clear(which) => {
                    let appointment = meant(desk, which)?;
                    desk.ledger
                        .clear_appointment(desk.store, appointment, seed, desk.now)
                        .map_err(|error| error.map(|refusal| clear_failure(&refusal)))?
                        .member
                        .to_string()
                }
            };
            let members = desk.ledger.members(desk.store)?;
            let id = find(&members, &who).ok_or_else(|| unknown(&who))?.member;
            Ok(everybody(desk, |row| row.member == id)?)
        })
        .await
}

/// Gives somebody a post. Returns whom.
fn appoint(
    desk: &mut Desk<'_>,
    town: TownId,
    asked: Appointment,
    seed: [u8; 32],
) -> Result<MemberId, Undone> {
    let unit = asked.unit.clone();
    let appoint = checked(desk, town, asked)?;
    let member = appoint.member;
    desk.ledger
        .appoint(desk.store, &unit, appoint, seed, desk.now)
        .map_err(|error| error.map(|refusal| failure(&refusal)))?;
    Ok(member)
}

/// The member whose key or id it is: as it is written, or else as people read it, if only one is
/// read so.
pub(super) fn find<'a>(members: &'a [MemberRow], who: &str) -> Option<&'a MemberRow> {
    let typed = Named::new(who);
    let fitting = members.iter().filter_map(|row| {
        let by_id = typed.fits(&row.member.key());
        let fits = by_id.into_iter().chain(typed.fits(&row.key));
        let fit = fits.filter(|fit| *fit != Fit::Beginning).min()?;
        Some((fit, row))
    });
    match fold::best(fitting).as_slice() {
        [only] => Some(only),
        _ => None,
    }
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

fn time(text: &str) -> Result<Time, Failure> {
    parse_rfc3339(text).ok_or_else(|| Failure::of(said::BAD_TIME))
}

/// The post that is asked for, as the ledger takes it.
fn checked(desk: &mut Desk<'_>, town: TownId, asked: Appointment) -> Result<Appoint, Undone> {
    let Appointment {
        post,
        key,
        name,
        from,
        until,
        ..
    } = asked;
    let from = from.as_deref().map_or(Ok(desk.now), time)?;
    let until = until.as_deref().map(time).transpose()?;
    let post = Post::known(&post).ok_or_else(|| {
        let known: Vec<&str> = Post::ALL.iter().map(Post::word).collect();
        let known = known.join(", ");
        Failure::with(said::UNKNOWN_POST, &[("known", &known)])
    })?;
    let members = desk.ledger.members(desk.store)?;
    let key = match find(&members, &key) {
        Some(known) => typed::stored(&known.key),
        None => typed::key(&key),
    };
    let key = key.map_err(|why| why.failure("bad_key", said::UNFIT_KEY))?;
    let member = MemberId::derive(town, &key);
    let known = desk.ledger.organisation().name(member).map(str::to_owned);
    let name = match (name, known) {
        // Whoever types the name as it is read means the one that stands.
        (Some(name), Some(known)) if fold::same(&name, &known) => known,
        (Some(name), _) => name,
        (None, Some(known)) => known,
        (None, None) => {
            return Err(Failure::coded("bad_name", said::NAME_MISSING, &[]).into());
        }
    };
    let name = typed::name(&name).map_err(|why| why.failure("bad_name", said::UNFIT_NAME))?;
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
fn meant(desk: &mut Desk<'_>, asked: Which) -> Result<CommandId, Undone> {
    let unknown_appointment = || failure(&AppointError::UnknownAppointment);
    let (member, unit) = match asked {
        Which {
            appointment: Some(appointment),
            member: None,
            unit: None,
        } => {
            return Ok(
                CommandId::parse(&fold::plain(&appointment)).ok_or_else(unknown_appointment)?
            );
        }
        Which {
            appointment: None,
            member: Some(member),
            unit: Some(unit),
        } => (member, unit),
        _ => return Err(which().into()),
    };
    let unit = desk
        .ledger
        .unit_of_key(desk.store, &unit)?
        .ok_or_else(|| failure(&AppointError::UnknownUnit))?;
    let members = desk.ledger.members(desk.store)?;
    let row = find(&members, &member).ok_or_else(|| unknown(&member))?;
    let mut standing = row
        .posts
        .iter()
        .filter(|post| post.unit == unit && is_active(post, desk.now));
    match (standing.next(), standing.next()) {
        (Some(post), None) => Ok(post.appointment),
        (None, _) => Err(unknown_appointment().into()),
        _ => Err(several().into()),
    }
}
