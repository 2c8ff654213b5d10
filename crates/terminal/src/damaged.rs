//! Records of the device's store that cannot be read.

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::texts::say;

/// `damaged [--drop]`. What can be fetched or made anew is mended when the store is opened, and
/// named here once; what was typed stays until it is given up.
pub(super) fn damaged(context: &Context, drop: bool) -> Result<Shown, Failure> {
    let device = context.open()?;
    let records = context.done(device.damaged(drop))?;
    let dropped = records.iter().filter(|record| record.dropped).count();
    let line = match (records.is_empty(), drop) {
        (true, _) => context.say(say::damage::NOTHING),
        (false, true) => context.fill(say::damage::DROPPED, &[("count", &dropped.to_string())]),
        (false, false) => {
            context.fill(say::damage::COUNT, &[("count", &records.len().to_string())])
        }
    };
    Shown::new(&records, vec![line])
}
