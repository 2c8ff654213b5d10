//! The one-time code of an invitation, on its way to the device that asked for it: sealed to the key in
//! that device's certificate, so that nobody on the line, and no log, has it.

use super::enrol::InvitationCode;
use crate::crypto::{SealingKey, SealingSecret};
use crate::id::{CommandId, TownId};
use crate::wire::Wire as _;

/// The words that a box begins its context with.
const DOMAIN: &[u8] = b"alleyway invitation 1";

/// Seals a code to the device that asked for it. `random` is 32 random bytes that are used for nothing
/// else. None if the device's key is one that no secret has.
///
/// ```
/// use alleyway_core::crypto::SealingSecret;
/// use alleyway_core::id::{CommandId, TownId};
/// use alleyway_core::number::TrackingCode;
/// use alleyway_core::sync::shown::{open_code, seal_code};
///
/// let (town, asked) = (TownId([1; 16]), CommandId([2; 16]));
/// let (code, phone) = (TrackingCode::from_random([3; 15]), SealingSecret::from_bytes([4; 32]));
/// let sealed = seal_code(code, &phone.public(), [5; 32], town, asked).unwrap();
/// assert_eq!(open_code(&sealed, &phone, town, asked), Some(code));
/// assert_eq!(open_code(&sealed, &phone, town, CommandId([9; 16])), None);
/// assert_eq!(open_code(&sealed, &SealingSecret::from_bytes([9; 32]), town, asked), None);
/// ```
pub fn seal_code(
    code: InvitationCode,
    to: &SealingKey,
    random: [u8; 32],
    town: TownId,
    asked: CommandId,
) -> Option<Vec<u8>> {
    to.seal(random, &context(town, asked), &code.to_bytes())
}

/// Opens a code that was sealed for what `asked`; none if it was not, or not for this device.
pub fn open_code(
    sealed: &[u8],
    secret: &SealingSecret,
    town: TownId,
    asked: CommandId,
) -> Option<InvitationCode> {
    let plain = secret.open(&context(town, asked), sealed)?;
    InvitationCode::from_bytes(&plain).ok()
}

fn context(town: TownId, asked: CommandId) -> Vec<u8> {
    [DOMAIN, &town.0, &asked.0].concat()
}
