//! Taking the device into a town.

use alleyway_core::number::TrackingCode;
use alleyway_core::replica::EnrolmentError;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire;
use x25519_dalek::{PublicKey, StaticSecret};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::sync::{self, transport_failure};
use super::texts::Say;
use super::{Shown, json};
use crate::transport::{Client, ServerUrl, Timeouts};

/// The setting that holds the server's address.
pub(super) const SERVER: &str = "server";
/// An answer to an enrolment, in bytes.
const ENROLLED_BYTES_MAX: usize = 4 * 1024;

/// `enrol URL CODE`
pub(super) fn enrol(context: &Context, url: &str, code: &str) -> Result<Shown, Failure> {
    let url = ServerUrl::parse(url).map_err(|_| context.failure(Exit::Usage, "usage", Say::BadUrl, &[]))?;
    let code = TrackingCode::parse(code).ok_or_else(|| context.failure(Exit::Usage, "bad_code", Say::BadCode, &[]))?;
    let mut device = context.open_any()?;
    if device.replica.is_enrolled() {
        return Err(already(context));
    }
    // Keys and address are on disk before the first byte leaves: if the answer is lost, the same
    // line again is the same device to the server.
    let sealing = StaticSecret::from(context.random()?);
    let sealing = (sealing.to_bytes(), PublicKey::from(&sealing).to_bytes());
    let name = Text::cut(&context.home_name());
    let (writes, request) = device
        .replica
        .enrol_request(code, name, context.random()?, sealing, context.now())
        .map_err(|EnrolmentError::Enrolled| already(context))?;
    context.commit(&mut device.store, &writes)?;
    device.store.set(SERVER, url.to_string().as_bytes()).map_err(|error| context.unexpected(&error))?;

    let mut client = Client::new(url, Timeouts::default()).map_err(|error| transport_failure(context, &error))?;
    let answer = client
        .post("/v1/enrol", request.to_bytes())
        .and_then(|answer| answer.whole(ENROLLED_BYTES_MAX))
        .map_err(|error| transport_failure(context, &error))?;
    let enrolled = Enrolled::from_bytes(&answer).map_err(|error| {
        context.failure(Exit::Refused, "bad_answer", Say::BadAnswer, &[("reason", &error.to_string())])
    })?;
    let writes = device.replica.enrolled(&enrolled, context.now());
    context.commit(&mut device.store, &writes)?;

    let status = context.status(&device)?;
    let values = [
        ("town", enrolled.town_name.as_str()),
        ("name", &enrolled.name),
        ("device", &format!("{:04}", enrolled.device_code)),
    ];
    let mut lines = vec![context.fill(Say::Enrolled, &values)];
    // A person wants to see something next: what is the member's own is fetched at once. If the line
    // breaks now, the device is enrolled all the same. A program syncs when it wants to, and counts it.
    let fetched = if context.json { None } else { sync::run(context, &mut device, &mut client).ok() };
    match fetched {
        Some(fetched) => lines.extend(fetched.lines),
        None => lines.push(context.say(Say::EnrolledHow)),
    }
    let value = json::Enrolled {
        town: enrolled.town_name.to_string(),
        member: enrolled.member.to_string(),
        name: enrolled.name.to_string(),
        device: status.device.to_string(),
    };
    Shown::new(&value, lines)
}

fn already(context: &Context) -> Failure {
    context.failure(Exit::NotAllowed, "already_enrolled", Say::AlreadyEnrolled, &[])
}
