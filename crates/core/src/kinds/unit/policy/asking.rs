//! The askings of one administrator, which a second one confirms.

use super::super::{Appoint, Asked, AskedFor, UnitCommand, UnitView};
use super::ending;
use crate::id::{CommandId, MemberId};
use crate::organisation::Organisation;
use crate::policy::Question;
use crate::refusal::{Refusal, RefusalCode};
use crate::text::typed;
use crate::time::Time;

/// The member for whom something is asked or confirmed.
pub(super) fn whom_for(body: &UnitCommand, unit: &UnitView) -> Option<MemberId> {
    let confirmed = |asked: CommandId| Some(unit.asked(asked)?.what.clone());
    let what = AskedFor::of(body).or_else(|| match body {
        UnitCommand::ConfirmAsked(confirm) => confirmed(confirm.asked),
        _ => None,
    });
    match what? {
        AskedFor::Appointment(post) => Some(post.member),
        AskedFor::Invitation(invited) => {
            let made = unit.appointment(invited.appointment);
            made.map(|made| made.member)
        }
        AskedFor::Thaw(thaw) => Some(thaw.member),
        AskedFor::Import(_) => None,
    }
}

/// Whether something is confirmed that is for nobody in particular: an import. Whether it would give one of the
/// two a post, is known when it is carried out.
pub(super) fn is_for_the_town(body: &UnitCommand, unit: &UnitView) -> bool {
    let asked = confirmed(body, unit);
    asked.is_ok_and(|asked| matches!(asked.what, AskedFor::Import(_)))
}

/// The post can be given.
pub(super) fn appointable(
    organisation: &Organisation,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    match body {
        UnitCommand::AskAppointment(post) => fits(organisation, post, unit),
        _ => Err(RefusalCode::UnknownCommand.into()),
    }
}

/// Whether a post can be given, by the rules that an import's rows keep to.
fn fits(organisation: &Organisation, post: &Appoint, unit: &UnitView) -> Result<(), Refusal> {
    let unseen = |text: &str| typed::is_nothing(text) || text.contains(char::is_control);
    let ends_first = |until: Option<Time>, from: Time| until.is_some_and(|until| until <= from);
    if unseen(&post.key) || unseen(&post.name) || ends_first(post.until, post.from) {
        return Err(RefusalCode::BadValue.into());
    }
    if !post.post.fits(&unit.kind) {
        return Err(RefusalCode::PostUnfit.into());
    }
    let known = organisation.name(post.member);
    if known.is_some_and(|known| known != post.name.as_str()) {
        return Err(RefusalCode::NameDiffers.into());
    }
    let same = unit.appointments.iter().find(|made| {
        made.member == post.member
            && made.post == post.post
            && !ends_first(made.until, made.from)
            && !ends_first(made.until, post.from)
            && !ends_first(post.until, made.from)
    });
    match same {
        None => Ok(()),
        Some(made) => Err(Refusal {
            code: RefusalCode::AppointedAlready,
            first: Some(made.id),
            by: None,
        }),
    }
}

/// The same was not asked for by another command that waits.
pub(super) fn asked_once(body: &UnitCommand, unit: &UnitView) -> Result<(), Refusal> {
    let wanted = AskedFor::of(body).ok_or(RefusalCode::UnknownCommand)?;
    let waits = |asked: &&Asked| {
        // One that is confirmed is carried out a little later, and is the only one until then.
        let is_under_way = matches!(asked.what, AskedFor::Import(_));
        (asked.granted.is_none() || is_under_way) && is_the_same(&asked.what, &wanted)
    };
    match unit.asked.iter().find(waits) {
        None => Ok(()),
        Some(asked) => Err(Refusal {
            code: RefusalCode::DoneAlready,
            first: Some(asked.id),
            by: Some(asked.by),
        }),
    }
}

/// Whether two askings are about the same person's same thing, whatever else they say.
fn is_the_same(one: &AskedFor, other: &AskedFor) -> bool {
    match (one, other) {
        (AskedFor::Appointment(one), AskedFor::Appointment(other)) => {
            one.member == other.member && one.post == other.post
        }
        (AskedFor::Invitation(one), AskedFor::Invitation(other)) => {
            one.appointment == other.appointment
        }
        (AskedFor::Thaw(one), AskedFor::Thaw(other)) => one.device == other.device,
        (AskedFor::Import(_), AskedFor::Import(_)) => true,
        _ => false,
    }
}

/// The asking waits, and is another's.
pub(super) fn by_another(
    author: Option<MemberId>,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    let asked = confirmed(body, unit)?;
    if let Some(granted) = asked.granted {
        return Err(Refusal {
            code: RefusalCode::DoneAlready,
            first: Some(granted.id),
            by: Some(granted.by),
        });
    }
    if author == Some(asked.by) {
        return Err(RefusalCode::SecondPerson.into());
    }
    Ok(())
}

/// The asking still fits: others may have changed since what it rests on.
pub(super) fn still_fits(
    question: &Question<'_>,
    body: &UnitCommand,
    unit: &UnitView,
) -> Result<(), Refusal> {
    match &confirmed(body, unit)?.what {
        AskedFor::Appointment(post) => fits(question.organisation, post, unit),
        AskedFor::Invitation(invited) => {
            let made = unit.appointment(invited.appointment);
            let made = made.ok_or(RefusalCode::BadValue)?;
            if ending::is_over(made, question.now) {
                return Err(RefusalCode::DoneAlready.into());
            }
            Ok(())
        }
        AskedFor::Thaw(_) | AskedFor::Import(_) => Ok(()),
    }
}

fn confirmed<'a>(body: &UnitCommand, unit: &'a UnitView) -> Result<&'a Asked, RefusalCode> {
    let UnitCommand::ConfirmAsked(confirm) = body else {
        return Err(RefusalCode::UnknownCommand);
    };
    unit.asked(confirm.asked).ok_or(RefusalCode::BadValue)
}

/// It waits, or is an invitation: what was given otherwise is ended by a step of its own.
pub(super) fn withdrawable(body: &UnitCommand, unit: &UnitView) -> Result<(), Refusal> {
    let UnitCommand::WithdrawAsked(withdraw) = body else {
        return Err(RefusalCode::UnknownCommand.into());
    };
    let asked = unit.asked(withdraw.asked).ok_or(RefusalCode::BadValue)?;
    match (asked.granted, &asked.what) {
        (None, _) | (Some(_), AskedFor::Invitation(_)) => Ok(()),
        (Some(granted), _) => Err(Refusal {
            code: RefusalCode::DoneAlready,
            first: Some(granted.id),
            by: Some(granted.by),
        }),
    }
}
