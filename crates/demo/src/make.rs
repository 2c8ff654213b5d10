//! A made-up town, told to a server: its lists are imported, everybody in its stories is invited and
//! enrols a phone, and every step is typed on the phone of whoever makes it.

mod cast;
mod rounds;
mod step;

use alleyway_core::time::Time;

use crate::line::Operator;
use crate::phone::PhoneError;
use crate::town::Town;
use cast::Cast;

/// The lists are imported so many days before the start: before any of the stories begins.
const IMPORTED_BEFORE_DAYS: i64 = 400;

/// The outcome of a town's stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Steps that the server admitted.
    pub admitted: usize,
    /// Steps that a phone or the server refused, or that stood on such a step.
    pub refused: usize,
}

/// Makes a town on a server that has nothing, as it stands at `start`. The keys of its phones are
/// made of `secret`, 32 random bytes. `progress` hears how many steps of how many have been taken.
///
/// # Errors
/// [`PhoneError`]; the server then has a part of the town.
pub fn make(
    line: &mut impl Operator,
    town: &Town,
    start: Time,
    secret: [u8; 32],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Made, PhoneError> {
    let imported = start.plus_days(-IMPORTED_BEFORE_DAYS);
    line.import(&town.lists, imported)?;
    let mut cast = Cast::enrol(line, town, secret, imported)?;
    let turns = rounds::turns(town);
    let mut left = turns.as_slice();
    while !left.is_empty() {
        let round = rounds::take_round(&mut left);
        if let Some(first) = round.first() {
            line.pass(first.step.at)?;
        }
        cast.play(line, round)?;
        progress(turns.len() - left.len(), turns.len());
    }
    cast.end(line, start)?;
    line.pass(start)?;
    Ok(cast.made())
}
