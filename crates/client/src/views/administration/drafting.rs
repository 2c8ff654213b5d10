//! The steps that administrators take, of what they type.

use alleyway_core::crypto::Hash;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::{
    Appoint, AskImport, AskInvitation, AskThaw, AskedFor, ConfirmAsked, EndPost, Post, StopDevice,
    StopWord, UnitCommand, WithdrawAsked,
};
use alleyway_core::sync::lists::digits_of;
use alleyway_core::text::typed;
use alleyway_core::text::{Text, fold};
use alleyway_core::time::{Date, Time};
use alleyway_replica::Draft;

use super::NewPost;
use crate::dates;
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

/// The milliseconds of a day.
const DAY_MILLISECONDS: i64 = 86_400_000;

impl Screen<'_> {
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
        let body = Appoint {
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

    /// The step that asks that lists be imported which the server keeps: their hash, their length in bytes, and
    /// the rows that they would change.
    ///
    /// # Errors
    /// [`Problem::UnitNotFound`] for a device that knows no town yet.
    pub fn import_asked(&self, hash: &Hash, bytes: usize, changes: u64) -> Result<Draft, Fault> {
        let town = self.replica.organisation().towns().next();
        let town = town.ok_or_else(|| Fault::new(Problem::UnitNotFound, Vec::new()))?;
        let body = AskImport {
            hash: Text::cut(&digits_of(hash)),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            changes: u32::try_from(changes).unwrap_or(u32::MAX),
        };
        Ok(draft(town, UnitCommand::AskImport(body)))
    }

    /// The import that was asked for and has not ended.
    ///
    /// # Errors
    /// [`Problem::AskedNotFound`].
    pub fn waiting_import(&self) -> Result<CommandId, Fault> {
        let mut asked = self.replica.asked().into_iter();
        let import = asked.find(|(_, asked)| matches!(asked.what, AskedFor::Import(_)));
        let missing = || Fault::plain(Problem::NoImport);
        import.map(|(_, asked)| asked.id).ok_or_else(missing)
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
