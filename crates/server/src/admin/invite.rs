//! One-time codes with which members' devices enrol.

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

pub(super) async fn invite(office: &Office, member: &str) -> Result<Invited, Failure> {
    // A key first: whoever uses keys that look like ids means the key.
    let ids = [Some(MemberId::derive(office.town, member)), MemberId::parse(member)];
    let random = secrets::random().map_err(|error| Failure::new("no_random", "系统没有随机数。", error.to_string()))?;
    let code = InvitationCode::from_random(random);
    let invited = office
        .writer
        .ask_patiently(0, move |desk| {
            for id in ids.into_iter().flatten() {
                match desk.ledger.invite(desk.store, id, &code, desk.now)? {
                    Ok(()) => return Ok(Some(desk.now)),
                    // 75 random bits are taken once in the life of many towns; the next try draws others.
                    Err(InviteError::UnknownMember | InviteError::CodeTaken) => {}
                }
            }
            Ok(None)
        })
        .await?;
    let Some(now) = invited else {
        return Err(Failure::new(
            "unknown_member",
            format!("没有人员“{member}”担任职务；请核对 members.csv 中的 key。"),
            format!("no member `{member}` holds a post; compare the keys in members.csv"),
        ));
    };
    let valid_until = rfc3339(now.plus_days(INVITATION_DAYS));
    Ok(Invited { member: member.to_owned(), code: code.to_string(), valid_until, url: office.url.clone() })
}
