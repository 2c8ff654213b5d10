//! The town's people and the askings, as administrators see them, and the steps that they take.
//!
//! | file | what |
//! | --- | --- |
//! | `differences` | the changes that lists would make |
//! | `drafting` | the steps that administrators take, of what they type |
//! | `finding` | posts, devices and askings by what people type |

mod differences;
mod drafting;
mod finding;

pub use differences::{AskedImport, Differences, ListFault};

use std::collections::BTreeSet;

use alleyway_core::id::{CommandId, DeviceId, UnitId};
use alleyway_core::kinds::unit::{Asked, AskedFor};
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::fault::{Fault, Problem};
use crate::link::link_of;
use crate::screen::Screen;

/// The posts of the town's people, and what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Administration {
    /// The askings that wait, and invitations that were confirmed.
    pub asked: Vec<AskedItem>,
    /// The end of the last import that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_import: Option<EndedImport>,
    /// The posts that are not over.
    pub posts: Vec<OpenPost>,
}

/// The end of an import that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndedImport {
    /// The command that asked.
    pub asked: CommandId,
    /// Who asked, by name.
    pub asked_by: String,
    /// The rows that were to be changed.
    pub changes: u32,
    /// When it ended.
    pub at: String,
    /// Why nothing was imported, as a word; none if all was.
    pub fault: Option<String>,
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
    /// The rows that are to be changed, where an import is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<u32>,
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
        let posts = self.replica.open_posts(self.now);
        let open: BTreeSet<CommandId> = posts.iter().map(|(_, made)| made.id).collect();
        // An invitation ends with the post that it is for.
        let has_ended = |asked: &Asked| match &asked.what {
            AskedFor::Invitation(invited) => {
                asked.granted.is_some() && !open.contains(&invited.appointment)
            }
            _ => false,
        };
        let asked = self.replica.asked().into_iter();
        let asked = asked.filter(|(_, asked)| !has_ended(asked));
        Administration {
            asked: asked
                .map(|(unit, asked)| self.asked_item(unit, &asked))
                .collect(),
            ended_import: self.ended_import(),
            posts: posts
                .into_iter()
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

    fn ended_import(&self) -> Option<EndedImport> {
        let mut units = self.replica.unit_views();
        let (unit, ended) = units.find_map(|unit| Some((unit.id, unit.ended_import?)))?;
        Some(EndedImport {
            asked: ended.asked,
            asked_by: self.author(unit, ended.by),
            changes: ended.changes,
            at: dates::show_time(ended.at),
            fault: ended.fault.map(|fault| fault.word().to_owned()),
        })
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
            changes: None,
            asked_by: by(asked.by),
            confirmed_by: asked.granted.map(|granted| by(granted.by)),
        };
        match &asked.what {
            AskedFor::Appointment(post) => {
                item.name = post.name.to_string();
                item.post = Some(post.post.word().to_owned());
                item.from = Some(dates::show_time(post.from));
                item.until = post.until.map(dates::show_time);
            }
            AskedFor::Invitation(invited) => {
                item.step = "ask_invitation";
                item.name = holder(invited.appointment);
                item.device = invited.replaces;
            }
            AskedFor::Thaw(thaw) => {
                item.step = "ask_thaw";
                item.name = by(thaw.member);
                item.device = Some(thaw.device);
            }
            AskedFor::Import(import) => {
                item.step = "ask_import";
                item.changes = Some(import.changes);
            }
        }
        item
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
}
