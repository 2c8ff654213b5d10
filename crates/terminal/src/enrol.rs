//! Taking the device into a town.

use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire;
use alleyway_replica::EnrolmentError;
use x25519_dalek::{PublicKey, StaticSecret};

use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::sync::{self, transport_failure};
use super::texts::say;
use super::{Shown, json, moving};
use alleyway_device::transport::ServerUrl;

/// The setting that holds the server's address.
pub(super) const SERVER: &str = "server";
/// An answer to an enrolment, in bytes.
const ENROLLED_BYTES_MAX: usize = 4 * 1024;

/// What a QR code's link begins with.
const LINK: &str = "alleyway:enrol?";

/// Server and code of an enrolment link.
fn linked(link: &str) -> Option<(String, String)> {
    let mut found = (None, None);
    for part in link.strip_prefix(LINK)?.split('&') {
        match part.split_once('=')? {
            ("url", url) => found.0 = Some(unescaped(url)?),
            ("code", code) => found.1 = Some(unescaped(code)?),
            // Of a later version.
            _ => {}
        }
    }
    found.0.zip(found.1)
}

/// Undoes `%41`.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// `enrol URL CODE`, `enrol LINK`
pub(super) fn enrol(
    context: &Context,
    url: &str,
    code: Option<&str>,
    guarded: bool,
) -> Result<Shown, Failure> {
    let bad_link = || context.failure(Exit::Usage, "bad_link", say::enrol::BAD_LINK, &[]);
    let (url, code) = match code {
        Some(code) => (url.to_owned(), code.to_owned()),
        None => linked(url).ok_or_else(bad_link)?,
    };
    let (url, code) = (url.as_str(), code.as_str());
    let url = ServerUrl::parse(url)
        .map_err(|_| context.failure(Exit::Usage, "usage", say::enrol::BAD_URL, &[]))?;
    let code = TrackingCode::parse(code)
        .ok_or_else(|| context.failure(Exit::Usage, "bad_code", say::enrol::BAD_CODE, &[]))?;
    let mut device = if guarded {
        context.open_guarded()?
    } else {
        context.open_any()?
    };
    if device.replica.is_enrolled() {
        return Err(already(context, &device));
    }
    // Keys and address are on disk before the first byte leaves: if the answer is lost, the same
    // line again is the same device to the server.
    let sealing = StaticSecret::from(context.random()?);
    let sealing = (sealing.to_bytes(), PublicKey::from(&sealing).to_bytes());
    let name = Text::cut(&context.home_name());
    let (writes, request) = device
        .replica
        .enrol_request(code, name, context.random()?, sealing, context.now())
        .map_err(|EnrolmentError::Enrolled| taken(context, (0, 0)))?;
    context.commit(&mut device.store, &writes)?;
    device
        .store
        .set(SERVER, url.to_string().as_bytes())
        .map_err(|error| context.unexpected(&error))?;

    let mut client = sync::connect(context, url)?;
    let answer = client
        .post("/v1/enrol", request.to_bytes())
        .and_then(|answer| answer.whole(ENROLLED_BYTES_MAX))
        .map_err(|error| transport_failure(context, &error))?;
    let enrolled = Enrolled::from_bytes(&answer).map_err(|error| {
        context.failure(
            Exit::Refused,
            "bad_answer",
            say::line::BAD_ANSWER,
            &[("reason", &error.to_string())],
        )
    })?;
    let writes = device.replica.enrolled(&enrolled, context.now());
    context.commit(&mut device.store, &writes)?;

    let status = context.status(&device)?;
    let values = [
        ("town", enrolled.town_name.as_str()),
        ("name", &enrolled.name),
        ("device", &format!("{:04}", enrolled.device_code)),
    ];
    let mut lines = vec![context.fill(say::enrol::ENROLLED, &values)];
    lines.extend(
        enrolled
            .moved
            .iter()
            .flat_map(|moved| moving::told(context, moved)),
    );
    // A person wants to see something next: what is the member's own is fetched at once. If the line
    // breaks now, the device is enrolled all the same. A program syncs when it wants to, and counts it.
    let fetched = if context.json {
        None
    } else {
        sync::run(context, &mut device, &mut client).ok()
    };
    match fetched {
        Some((fetched, _)) => lines.extend(fetched.lines),
        None => lines.push(context.say(say::hint::FETCH)),
    }
    let value = json::Enrolled {
        town: enrolled.town_name.to_string(),
        member: enrolled.member.to_string(),
        name: enrolled.name.to_string(),
        device: status.device.to_string(),
        moved: enrolled.moved.as_ref().map(json::Moved::from),
    };
    Shown::new(&value, lines)
}

/// A phone has one owner and one town. What waits on it is named, so that nobody clears it away unseen.
fn already(context: &Context, device: &Device) -> Failure {
    taken(
        context,
        (
            device.replica.pending().len(),
            device.replica.refused().len(),
        ),
    )
}

fn taken(context: &Context, (unsent, refused): (usize, usize)) -> Failure {
    let values = [
        ("unsent", unsent.to_string()),
        ("refused", refused.to_string()),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    context.failure(
        Exit::NotAllowed,
        "already_enrolled",
        say::enrol::ALREADY_ENROLLED,
        &values,
    )
}
