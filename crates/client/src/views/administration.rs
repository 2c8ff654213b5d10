//! The town's people and the askings, as administrators see them, and the steps that they take.

use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::kinds::unit::{
    AskAppointment, AskInvitation, AskThaw, Asked, AskedFor, ConfirmAsked, EndPost, Post,
    StopDevice, StopWord, UnitCommand, WithdrawAsked,
};
use alleyway_core::text::fold::{self, Named};
use alleyway_core::text::typed;
use alleyway_core::time::{Date, Time};
use alleyway_replica::Draft;
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::fault::{Candidate, Fault, Problem};
use crate::link::link_of;
use crate::screen::Screen;

/// The milliseconds of a day.
const DAY_MILLISECONDS: i64 = 86_400_000;

/// The posts of the town's people, and what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Administration {
    /// The askings that wait, and invitations that were confirmed.
    pub asked: Vec<AskedItem>,
    /// The posts that are not over.
    pub posts: Vec<OpenPost>,
}

/// Something that an administrator asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedItem {
    /// The command that asked.
    pub asked: CommandId,
    /// The step's word.
    pub step: &'static str,
    /// The unit's name.
    pub unit: String,
    /// For whom, by name.
    pub name: String,
    /// The post's word, where a post is asked for.
    pub post: Option<String>,
    /// From when, where a post is asked for.
    pub from: Option<String>,
    /// Until when, where a post with an end is asked for.
    pub until: Option<String>,
    /// The device that is to go on, or to be replaced.
    pub device: Option<DeviceId>,
    /// Who asked, by name.
    pub asked_by: String,
    /// Who confirmed it, by name.
    pub confirmed_by: Option<String>,
}

/// A post that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenPost {
    /// The appointment.
    pub appointment: CommandId,
    /// The unit's name.
    pub unit: String,
    /// Who holds it, by name.
    pub name: String,
    /// The key that the town's lists use for the person.
    pub key: String,
    /// The post's word.
    pub post: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: Option<String>,
}

/// A post that is to be asked for, as people say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPost {
    /// The unit: a name, an id, or an unambiguous beginning.
    pub unit: String,
    /// The post's word.
    pub post: String,
    /// The key that the town's lists use for the person, or a new one.
    pub key: String,
    /// The person's name; none for somebody who is known.
    pub name: Option<String>,
    /// From when: a day, `YYYY-MM-DD`, or a moment, RFC 3339; now if none.
    pub from: Option<String>,
    /// Until when; open if none.
    pub until: Option<String>,
}

/// A device of the town, as the server tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TownDevice {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: u32,
    /// Its name.
    pub name: String,
    /// Whose it is: the id.
    pub member: String,
    /// Whose it is, by name.
    pub member_name: String,
    /// Since when it is enrolled.
    pub enrolled: String,
    /// When its last batch was received.
    pub last_received: Option<String>,
    /// `revoked`, `lost` or `frozen`, if it is not to go on.
    pub stopped: Option<String>,
}

/// The town's devices, by code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TownDevices {
    /// Each.
    pub devices: Vec<TownDevice>,
}

/// An invitation's code, as the server seals it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SealedInvitation {
    /// The code, sealed to the device, in hexadecimal digits.
    pub sealed: String,
    /// Who is invited: the id.
    pub member: String,
    /// Who is invited, by name.
    pub name: String,
    /// Until when the code is good.
    pub valid_until: String,
}

/// An invitation's code, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownInvitation {
    /// Who is invited: the id.
    pub member: String,
    /// Who is invited, by name.
    pub name: String,
    /// The one-time code.
    pub code: String,
    /// Until when it is good.
    pub valid_until: String,
    /// The address to enrol at.
    pub url: String,
    /// The link of a QR code, which holds both.
    pub link: String,
}

impl Screen<'_> {
    /// The askings, and the posts that are not over.
    pub fn administration(&self) -> Administration {
        let asked = self.replica.asked();
        let posts = self.replica.open_posts(self.now).into_iter();
        Administration {
            asked: asked
                .iter()
                .map(|(unit, asked)| self.asked_item(*unit, asked))
                .collect(),
            posts: posts
                .map(|(unit, made)| OpenPost {
                    appointment: made.id,
                    unit: self.unit(unit),
                    name: made.name,
                    key: made.key,
                    post: made.post.word().to_owned(),
                    from: dates::show_time(made.from),
                    until: made.until.map(dates::show_time),
                })
                .collect(),
        }
    }

    fn asked_item(&self, unit: UnitId, asked: &Asked) -> AskedItem {
        let by = |member| self.author(unit, member);
        let holder = |id: CommandId| {
            let posts = self.replica.unit_views().flat_map(|unit| unit.appointments);
            let mut posts = posts.filter(|made| made.id == id);
            posts
                .next()
                .map_or_else(|| id.to_string(), |made| made.name)
        };
        let mut item = AskedItem {
            asked: asked.id,
            step: "ask_appointment",
            unit: self.unit(unit),
            name: String::new(),
            post: None,
            from: None,
            until: None,
            device: None,
            asked_by: by(asked.by),
            confirmed_by: asked.granted.map(|granted| by(granted.by)),
        };
        match &asked.what {
            AskedFor::Appointment(post) => {
                item.name.clone_from(&post.name);
                item.post = Some(post.post.word().to_owned());
                item.from = Some(dates::show_time(post.from));
                item.until = post.until.map(dates::show_time);
            }
            AskedFor::Invitation {
                appointment,
                replaces,
            } => {
                item.step = "ask_invitation";
                item.name = holder(*appointment);
                item.device = *replaces;
            }
            AskedFor::Thaw { device, member } => {
                item.step = "ask_thaw";
                item.name = by(*member);
                item.device = Some(*device);
            }
        }
        item
    }

    /// The step that asks for a post.
    ///
    /// # Errors
    /// [`Problem::UnitNotFound`], [`Problem::Ambiguous`], [`Problem::BadDate`]; the rule that the post,
    /// the key or the name does not keep to.
    pub fn appointment_asked(&self, asked: &NewPost) -> Result<Draft, Fault> {
        let unit = self.unit_named(&asked.unit)?;
        let post = Post::known(asked.post.trim());
        let post = post.ok_or_else(|| bad("post"))?;
        let key = typed::line(&asked.key).map_err(|_| bad("key"))?;
        let member = self.replica.member_of_key(&key);
        let member = member.ok_or_else(|| Fault::plain(Problem::NotEnrolled))?;
        let known = self.replica.organisation().name(member).map(str::to_owned);
        let name = match (asked.name.as_deref(), known) {
            // Whoever types the name as it is read means the one that stands.
            (Some(name), Some(known)) if fold::same(name, &known) => known,
            (Some(name), _) => name.to_owned(),
            (None, Some(known)) => known,
            (None, None) => String::new(),
        };
        let name = typed::line(&name).map_err(|_| bad("name"))?;
        let now = self.replica.server_time(self.now);
        let from = asked.from.as_deref().map_or(Ok(now), moment)?;
        let until = asked.until.as_deref().map(moment).transpose()?;
        let body = AskAppointment {
            member,
            key,
            name,
            post,
            from,
            until,
        };
        Ok(draft(unit, UnitCommand::AskAppointment(body)))
    }

    /// The step that asks for an invitation of who holds the post that `text` means; `replaces` is a
    /// device that the new one is to take the place of.
    ///
    /// # Errors
    /// [`Problem::AppointmentNotFound`], [`Problem::TownDeviceNotFound`], [`Problem::Ambiguous`].
    pub fn invitation_asked(&self, text: &str, replaces: Option<&str>) -> Result<Draft, Fault> {
        let (unit, appointment, member) = self.open_post_named(text)?;
        let device = |text| self.device_named(member, Some(text));
        let body = AskInvitation {
            appointment,
            replaces: replaces.map(device).transpose()?,
        };
        Ok(draft(unit, UnitCommand::AskInvitation(body)))
    }

    /// The step that ends the post that `text` means; at once without `until`.
    ///
    /// # Errors
    /// [`Problem::AppointmentNotFound`], [`Problem::Ambiguous`], [`Problem::BadDate`].
    pub fn post_ended(&self, text: &str, until: Option<&str>) -> Result<Draft, Fault> {
        let (unit, appointment, _) = self.open_post_named(text)?;
        let until = until.map(moment).transpose()?;
        let body = EndPost { appointment, until };
        Ok(draft(unit, UnitCommand::EndPost(body)))
    }

    /// The step that stops a device of the member that `member` means: the only one, or the one that
    /// `device` means.
    ///
    /// # Errors
    /// [`Problem::MemberNotFound`], [`Problem::TownDeviceNotFound`], [`Problem::Ambiguous`].
    pub fn device_stopped(
        &self,
        member: &str,
        device: Option<&str>,
        lost: bool,
    ) -> Result<Draft, Fault> {
        let member = self.member_named(member)?;
        let body = StopDevice {
            device: self.device_named(member, device)?,
            member,
            why: if lost {
                StopWord::Lost
            } else {
                StopWord::Revoked
            },
        };
        let unit = self.unit_of_member(member)?;
        Ok(draft(unit, UnitCommand::StopDevice(body)))
    }

    /// The step that asks that a frozen device go on. Directories do not name it: `device` is its id.
    ///
    /// # Errors
    /// [`Problem::MemberNotFound`], [`Problem::TownDeviceNotFound`], [`Problem::Ambiguous`].
    pub fn thaw_asked(&self, member: &str, device: &str) -> Result<Draft, Fault> {
        let member = self.member_named(member)?;
        let body = AskThaw {
            device: self.device_named(member, Some(device))?,
            member,
        };
        let unit = self.unit_of_member(member)?;
        Ok(draft(unit, UnitCommand::AskThaw(body)))
    }

    /// The step that confirms what was asked for by the command that `text` means.
    ///
    /// # Errors
    /// [`Problem::AskedNotFound`], [`Problem::Ambiguous`].
    pub fn asked_confirmed(&self, text: &str) -> Result<Draft, Fault> {
        let (unit, asked) = self.asked_named(text)?;
        let body = ConfirmAsked { asked };
        Ok(draft(unit, UnitCommand::ConfirmAsked(body)))
    }

    /// The step that withdraws what was asked for by the command that `text` means.
    ///
    /// # Errors
    /// [`Problem::AskedNotFound`], [`Problem::Ambiguous`].
    pub fn asked_withdrawn(&self, text: &str) -> Result<Draft, Fault> {
        let (unit, asked) = self.asked_named(text)?;
        let body = WithdrawAsked { asked };
        Ok(draft(unit, UnitCommand::WithdrawAsked(body)))
    }

    /// The asking that `text` means: an id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::AskedNotFound`], [`Problem::Ambiguous`].
    pub fn asked_named(&self, text: &str) -> Result<(UnitId, CommandId), Fault> {
        let typed = Named::new(text);
        let all = self.replica.asked();
        let fitting = all
            .iter()
            .filter_map(|(unit, asked)| Some((typed.fits(&asked.id.key())?, (*unit, asked.id))));
        one(
            text,
            Problem::AskedNotFound,
            &fold::best(fitting),
            |(unit, id)| Candidate {
                name: id.to_string(),
                about: Some(self.unit(*unit)),
                id: None,
            },
        )
    }

    /// The code of an invitation, opened; `bytes` are the sealed ones.
    ///
    /// # Errors
    /// [`Problem::BadAnswer`] if it is not sealed to this device.
    pub fn invitation_shown(
        &self,
        asked: CommandId,
        sealed: SealedInvitation,
        bytes: &[u8],
        url: String,
    ) -> Result<ShownInvitation, Fault> {
        let code = self.replica.open_invitation(asked, bytes);
        let not_ours = || Fault::new(Problem::BadAnswer, vec![("reason", "sealed".to_owned())]);
        let code = code.ok_or_else(not_ours)?.to_string();
        let link = link_of(&url, &code);
        Ok(ShownInvitation {
            member: sealed.member,
            name: sealed.name,
            code,
            valid_until: sealed.valid_until,
            url,
            link,
        })
    }

    /// The post that is not over that `text` means: the id of its appointment, the name of who holds
    /// it, or an unambiguous beginning of either.
    fn open_post_named(&self, text: &str) -> Result<(UnitId, CommandId, MemberId), Fault> {
        let typed = Named::new(text);
        let posts = self.replica.open_posts(self.now);
        let fitting = posts.iter().filter_map(|(unit, made)| {
            let by_id = typed.fits(&made.id.key());
            let fit = by_id.into_iter().chain(typed.fits(&made.name)).min()?;
            Some((fit, (*unit, made.id, made.member)))
        });
        one(
            text,
            Problem::AppointmentNotFound,
            &fold::best(fitting),
            |(unit, id, _)| Candidate {
                name: id.to_string(),
                about: Some(self.unit(*unit)),
                id: None,
            },
        )
    }

    /// The device of a member that `text` means: the only one, or an id, or the beginning of one that
    /// the directories name.
    fn device_named(&self, member: MemberId, text: Option<&str>) -> Result<DeviceId, Fault> {
        let devices = self.replica.devices_of(member);
        let said = text.unwrap_or_default();
        // A stopped device is in no directory: it is meant by its whole id.
        if let Some(device) = text.and_then(|text| DeviceId::parse(&fold::plain(text))) {
            return Ok(device);
        }
        let typed = text.map(Named::new);
        let fits = |device: &DeviceId| {
            let typed = typed.as_ref();
            typed.is_none_or(|typed| typed.fits(&device.key()).is_some())
        };
        let fitting: Vec<DeviceId> = devices.into_iter().filter(fits).collect();
        one(said, Problem::TownDeviceNotFound, &fitting, |device| {
            Candidate {
                name: device.to_string(),
                ..Candidate::default()
            }
        })
    }

    fn unit_of_member(&self, member: MemberId) -> Result<UnitId, Fault> {
        let unit = self.replica.unit_of(member, self.now);
        unit.ok_or_else(|| {
            let name = self.replica.organisation().name(member);
            let text = name.map_or_else(|| member.to_string(), str::to_owned);
            Fault::new(Problem::AppointmentNotFound, vec![("text", text)])
        })
    }
}

/// The only one of those that fit.
fn one<T: Copy>(
    text: &str,
    none: Problem,
    fitting: &[T],
    shown: impl Fn(&T) -> Candidate,
) -> Result<T, Fault> {
    let fault = |problem| Fault::new(problem, vec![("text", text.to_owned())]);
    match fitting {
        [only] => Ok(*only),
        [] => Err(fault(none)),
        several => Err(Fault {
            candidates: several.iter().map(shown).collect(),
            ..fault(Problem::Ambiguous)
        }),
    }
}

fn draft(unit: UnitId, command: UnitCommand) -> Draft {
    Draft {
        target: Some(unit),
        body: command.into(),
    }
}

/// `field` does not take what was typed.
fn bad(field: &'static str) -> Fault {
    Fault::new(Problem::BadValue, vec![("field", field.to_owned())])
}

/// A day, from its beginning in the towns' zone, or a moment.
fn moment(text: &str) -> Result<Time, Fault> {
    let of_day = |day: Date| Time(i64::from(day.0) * DAY_MILLISECONDS - Date::OFFSET_MILLISECONDS);
    let read = dates::date(text).map(of_day).or_else(|| dates::time(text));
    read.ok_or_else(|| Fault::new(Problem::BadDate, vec![("value", text.to_owned())]))
}
