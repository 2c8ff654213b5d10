//! One-time codes with which members' devices enrol.

use alleyway_catalogue::server::admin as said;
use std::net::SocketAddr;

use alleyway_core::id::MemberId;
use alleyway_core::limits::INVITATION_DAYS;
use alleyway_core::sync::enrol::InvitationCode;
use alleyway_ledger::InviteError;
use clap::Args;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::member::find;
use super::{Failure, Office};
use crate::clock::rfc3339;
use crate::secrets;
use crate::writer::Desk;

/// Who is to be invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// The member's key in members.csv, or id.
    #[arg(value_name = "MEMBER")]
    pub member: String,
    /// The code of the member's device whose place the new one takes: it is revoked then.
    #[arg(long, value_name = "CODE")]
    #[serde(default)]
    pub replaces: Option<u32>,
}

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
    /// The content of a QR code of the invitation: where to enrol, and with which code.
    pub link: String,
}

/// Bytes of an address that a link's query holds escaped: those that would end or alter it.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'&')
    .add(b'#')
    .add(b'?')
    .add(b'+');

fn link(url: &str, code: &str) -> String {
    let url = utf8_percent_encode(url, ESCAPED);
    format!("alleyway:enrol?url={url}&code={code}")
}

/// Whether an address is that of every interface: devices cannot go there.
fn leads_nowhere(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    host.parse()
        .is_ok_and(|address: SocketAddr| address.ip().to_canonical().is_unspecified())
}

fn no_public_url(url: &str) -> Failure {
    Failure::with(said::NO_PUBLIC_URL, &[("url", &url)])
}

pub(super) async fn invite(office: &Office, request: InviteRequest) -> Result<Invited, Failure> {
    if leads_nowhere(&office.url) {
        return Err(no_public_url(&office.url));
    }
    let InviteRequest { member, replaces } = request;
    let town = office.town;
    let random =
        secrets::random().map_err(|error| Failure::with(said::NO_RANDOM, &[("reason", &error)]))?;
    let code = InvitationCode::from_random(random);
    let invited = member.clone();
    let work = move |desk: &mut Desk<'_>| {
        if desk.ledger.quarantine().is_some() {
            return Err(quarantine().into());
        }
        let read = find(&desk.ledger.members(desk.store)?, &invited).map(|row| row.member);
        // A key first: whoever uses keys that look like ids means the key.
        let exact = MemberId::derive(town, &invited);
        let ids = [Some(exact), MemberId::parse(&invited), read];
        let mut why = InviteError::UnknownMember;
        for id in ids.into_iter().flatten() {
            let invited = match replaces {
                None => desk.ledger.invite(desk.store, id, &code, desk.now),
                Some(replaced) => desk
                    .ledger
                    .invite_to_move(desk.store, id, &code, replaced, desk.now),
            };
            let Err(error) = invited else {
                return Ok(desk.now);
            };
            match error.refusal()? {
                InviteError::NotTheirs => why = InviteError::NotTheirs,
                // 75 random bits are taken once in the life of many towns; the next try draws others.
                InviteError::UnknownMember | InviteError::CodeTaken => {}
            }
        }
        Err(refused(why, &invited).into())
    };
    let now = office.ask(work).await?;
    let valid_until = rfc3339(now.plus_days(INVITATION_DAYS));
    let (code, url) = (code.to_string(), office.url.clone());
    let link = link(&url, &code);
    Ok(Invited {
        member,
        code,
        valid_until,
        url,
        link,
    })
}

fn quarantine() -> Failure {
    Failure::of(said::QUARANTINE)
}

/// Why `member` was not invited.
fn refused(why: InviteError, member: &str) -> Failure {
    match why {
        InviteError::NotTheirs => Failure::with(said::NOT_THEIR_DEVICE, &[("member", &member)]),
        InviteError::UnknownMember | InviteError::CodeTaken => {
            Failure::coded("unknown_member", said::NO_POST, &[("member", &member)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_every_interface_is_nowhere_to_go() {
        for nowhere in [
            "https://0.0.0.0:8470",
            "http://[::]:1",
            "https://[::ffff:0.0.0.0]:1",
        ] {
            assert!(leads_nowhere(nowhere), "{nowhere}");
        }
        for somewhere in [
            "https://town.example",
            "http://127.0.0.1:8470",
            "https://10.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(!leads_nowhere(somewhere), "{somewhere}");
        }
    }

    #[test]
    fn a_link_says_the_address_and_the_code_whatever_the_address_holds() {
        assert_eq!(
            link("https://a.cn:1/b", "A-B"),
            "alleyway:enrol?url=https://a.cn:1/b&code=A-B"
        );
        assert_eq!(
            link("https://a/%&", "A"),
            "alleyway:enrol?url=https://a/%25%26&code=A"
        );
        assert_eq!(
            link("https://é/ \u{7f}?+#", "A"),
            "alleyway:enrol?url=https://%C3%A9/%20%7F%3F%2B%23&code=A"
        );
    }
}
