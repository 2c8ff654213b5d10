//! A new case.

use alleyway_core::command::Body;
use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Point, Report};
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;

use super::body::warn_of_category;
use crate::args::ReportArgs;
use crate::context::{Context, Device, random};
use crate::exit::{Exit, Failure};
use crate::texts::say;
use crate::{lookup, parse, stopping};

/// The report of a line, and the tracking code that was made for it.
pub(super) fn report(
    context: &Context,
    device: &Device,
    args: &ReportArgs,
) -> Result<(Body, TrackingCode), Failure> {
    let household = match &args.household {
        Some(text) => Some(lookup::household(context, &device.replica, text)?),
        None => None,
    };
    let alley = household.and_then(|document| {
        device
            .replica
            .households()
            .into_iter()
            .find(|row| row.document == document)
            .map(|row| row.alley)
    });
    warn_of_category(context, &args.category);
    let status = context.status(device)?;
    let random = random().map_err(|error| context.unexpected(&error))?;
    let tracking = TrackingCode::from_random(*random.first_chunk::<15>().unwrap_or(&[0; 15]));
    let (owner, taken_at) = owner(context, device, alley)?;
    let report = Report {
        owner,
        device_code: status.device_code,
        tracking,
        category: context.bounded("--category", &args.category)?,
        title: context.bounded("--title", &args.title)?,
        text: args
            .text
            .as_deref()
            .map_or_else(|| Ok(Text::default()), |text| context.text("--text", text))?,
        place: Text::default(),
        point: args
            .place
            .as_deref()
            .map(|place| point(context, place))
            .transpose()?,
        contact: Text::default(),
        household,
        taken_at,
        confidential: args.confidential,
    };
    Ok((CaseCommand::Report(report).into(), tracking))
}

/// A flag's place.
pub(crate) fn point(context: &Context, text: &str) -> Result<Point, Failure> {
    parse::point(text).ok_or_else(|| {
        context.failure(
            Exit::Usage,
            "bad_place",
            say::usage::BAD_PLACE,
            &[("value", text)],
        )
    })
}

/// The unit that the case comes from, and the centre that took it: the household's alley if its
/// chief reports, else what the reporter's first post reports for.
fn owner(
    context: &Context,
    device: &Device,
    alley: Option<UnitId>,
) -> Result<(UnitId, Option<UnitId>), Failure> {
    let owners = device.replica.reports_for(context.now());
    owners
        .iter()
        .find(|(owner, _)| Some(*owner) == alley)
        .or(owners.first())
        .copied()
        .ok_or_else(|| {
            let ended = stopping::has_no_post(context, &device.replica);
            let text = if ended {
                say::member::NO_POST_HOW
            } else {
                say::step::NO_ALLEY
            };
            context.failure(Exit::NotAllowed, "not_permitted", text, &[])
        })
}
