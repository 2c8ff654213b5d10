//! The facts that an administrator's command rests on and only the server knows: which device is whose, how it
//! stands, and that a member's id is the one of the key in the town's lists.

use super::stopping;
use crate::rows::Tx;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DeviceId, MemberId};
use alleyway_core::kinds::unit::{AskedFor, StopWord, UnitCommand};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Stop;

/// The reason for which a device is stopped.
pub(crate) fn stop_of(why: &StopWord) -> Option<Stop> {
    match why {
        StopWord::Revoked => Some(Stop::Revoked),
        StopWord::Lost => Some(Stop::Lost),
        StopWord::Unknown(_) => None,
    }
}

/// Why a command on a unit's document does not fit what the server knows; none if it does.
pub(crate) fn unfit(
    tx: &Tx<'_>,
    command: &UnitCommand,
    document: &Document,
) -> Result<Option<RefusalCode>, StoreError> {
    match command {
        UnitCommand::StopDevice(stop) => {
            let why = stop_of(&stop.why);
            of_device(tx, stop.device, Some(stop.member), |stopped| {
                why.is_some_and(|why| {
                    stopped.is_none_or(|stopped| stopping::goes_further(stopped, why))
                })
            })
        }
        UnitCommand::AskThaw(thaw) => of_device(tx, thaw.device, Some(thaw.member), is_frozen),
        UnitCommand::AskInvitation(asked) => replaced(tx, asked.appointment, asked.replaces),
        UnitCommand::AskAppointment(asked) => {
            let is_theirs = MemberId::derive(tx.setup().town, &asked.key) == asked.member;
            Ok((!is_theirs).then_some(RefusalCode::BadValue))
        }
        UnitCommand::ConfirmAsked(confirm) => {
            let unit = document.unit();
            let asked = unit.as_ref().and_then(|unit| unit.asked(confirm.asked));
            match asked.map(|asked| &asked.what) {
                Some(AskedFor::Thaw(thaw)) => {
                    of_device(tx, thaw.device, Some(thaw.member), is_frozen)
                }
                Some(AskedFor::Invitation(invited)) => {
                    replaced(tx, invited.appointment, invited.replaces)
                }
                Some(AskedFor::Appointment(_) | AskedFor::Import(_)) | None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

fn is_frozen(stopped: Option<Stop>) -> bool {
    stopped == Some(Stop::Frozen)
}

/// The device that a new one is to take the place of is the member's.
fn replaced(
    tx: &Tx<'_>,
    appointment: CommandId,
    replaces: Option<DeviceId>,
) -> Result<Option<RefusalCode>, StoreError> {
    let Some(device) = replaces else {
        return Ok(None);
    };
    let post = tx.organisation().appointment(appointment);
    of_device(tx, device, post.map(|post| post.member), |_| true)
}

fn of_device(
    tx: &Tx<'_>,
    device: DeviceId,
    member: Option<MemberId>,
    fits: impl FnOnce(Option<Stop>) -> bool,
) -> Result<Option<RefusalCode>, StoreError> {
    let known = tx
        .device(device)?
        .filter(|known| Some(known.member) == member);
    Ok(match known {
        None => Some(RefusalCode::UnknownDevice),
        Some(known) if fits(known.stopped) => None,
        Some(_) => Some(RefusalCode::DoneAlready),
    })
}
