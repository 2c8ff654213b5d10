//! One-time codes with which members' devices enrol.

use std::fmt::Write as _;

use alleyway_core::id::MemberId;
use alleyway_core::ledger::InviteError;
use alleyway_core::limits::INVITATION_DAYS;
use alleyway_core::sync::enrol::InvitationCode;
use serde::{Deserialize, Serialize};

use super::{Failure, Office};
use crate::clock::rfc3339;
use crate::secrets;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Who is invited, as asked.
    pub member: String,
    /// The code: four groups of four, the last letter a check letter.
    pub code: String,
    /// Until when a device can enrol with it.
    pub valid_until: String,
    /// Where a device enrols.
    pub url: String,
}

impl Invited {
    /// What a QR code of the invitation says: where to enrol, and with which code.
    pub fn link(&self) -> String {
        let url: String = self.url.bytes().fold(String::new(), |mut link, byte| {
            let plain = matches!(byte, 0x21..=0x7e) && !b"%&#?+".contains(&byte);
            // Writing to a text cannot fail.
            let _ = if plain { write!(link, "{}", char::from(byte)) } else { write!(link, "%{byte:02X}") };
            link
        });
        format!("alleyway:enrol?url={url}&code={}", self.code)
    }
}

pub(super) async fn invite(office: &Office, member: &str, replaces: Option<u32>) -> Result<Invited, Failure> {
    // A key first: whoever uses keys that look like ids means the key.
    let ids = [Some(MemberId::derive(office.town, member)), MemberId::parse(member)];
    let random = secrets::random().map_err(|error| Failure::new("no_random", "系统没有随机数。", error.to_string()))?;
    let code = InvitationCode::from_random(random);
    let invited = office
        .writer
        .ask_patiently(0, move |desk| {
            let mut why = InviteError::UnknownMember;
            for id in ids.into_iter().flatten() {
                let invited = match replaces {
                    None => desk.ledger.invite(desk.store, id, &code, desk.now)?,
                    Some(replaced) => desk.ledger.invite_to_move(desk.store, id, &code, replaced, desk.now)?,
                };
                match invited {
                    Ok(()) => return Ok(Ok(desk.now)),
                    Err(InviteError::NotTheirs) => why = InviteError::NotTheirs,
                    // 75 random bits are taken once in the life of many towns; the next try draws others.
                    Err(InviteError::UnknownMember | InviteError::CodeTaken) => {}
                }
            }
            Ok(Err(why))
        })
        .await?;
    let now = match invited {
        Ok(now) => now,
        Err(InviteError::NotTheirs) => {
            return Err(Failure::new(
                "not_their_device",
                format!("“{member}”没有这个编号的设备；用 device list 查看。"),
                format!("`{member}` has no device with this code; `device list` says which there are"),
            ));
        }
        Err(InviteError::UnknownMember | InviteError::CodeTaken) => {
            return Err(Failure::new(
                "unknown_member",
                format!("没有人员“{member}”担任职务；请核对 members.csv 中的 key。"),
                format!("no member `{member}` holds a post; compare the keys in members.csv"),
            ));
        }
    };
    let valid_until = rfc3339(now.plus_days(INVITATION_DAYS));
    Ok(Invited { member: member.to_owned(), code: code.to_string(), valid_until, url: office.url.clone() })
}
