//! Phones that sync at one time, and work that is done on all processors.

use std::sync::{Mutex, PoisonError};

use alleyway_core::time::Time;

use crate::line::Line;
use crate::phone::{Phone, PhoneError};

/// Syncs phones at one time, in two groups: while the server answers the one, the phones of the other
/// take their answers and say what they have to say next.
pub(crate) fn sync_all(
    phones: Vec<&mut Phone>,
    line: &mut impl Line,
    now: Time,
) -> Result<(), PhoneError> {
    let mut moving: Vec<(&mut Phone, Option<Vec<u8>>)> =
        phones.into_iter().map(|phone| (phone, None)).collect();
    let mut second = moving.split_off(moving.len().div_ceil(2));
    let mut asking: Vec<&mut Phone> = Vec::new();
    let mut flights: Vec<Vec<u8>> = Vec::new();
    while !(moving.is_empty() && asking.is_empty()) {
        let asked = std::mem::take(&mut flights);
        let (answers, next) = side_by_side_with(
            || ask(line, asked, now),
            &mut moving,
            |(phone, answer)| match answer {
                None => phone.begin_sync(now),
                Some(answer) => phone.take_answer(answer, now),
            },
        );
        let answered = asking.drain(..).zip(answers?.into_iter().map(Some));
        let answered: Vec<_> = answered.chain(second.drain(..)).collect();
        for ((phone, _), flight) in std::mem::replace(&mut moving, answered)
            .into_iter()
            .zip(next)
        {
            if let Some(flight) = flight? {
                asking.push(phone);
                flights.push(flight);
            }
        }
    }
    Ok(())
}

/// An answer to each flight.
fn ask(line: &mut impl Line, flights: Vec<Vec<u8>>, now: Time) -> Result<Vec<Vec<u8>>, PhoneError> {
    let asked = flights.len();
    if asked == 0 {
        return Ok(Vec::new());
    }
    let answers = line.sync(flights, now)?;
    if answers.len() != asked {
        return Err(PhoneError::NoEnd);
    }
    Ok(answers)
}

/// Does the same to every item, on all processors. The results, in the order of the items.
pub(crate) fn side_by_side<T: Send, R: Send>(
    items: &mut [T],
    work: impl Fn(&mut T) -> R + Sync,
) -> Vec<R> {
    side_by_side_with(|| (), items, work).1
}

/// Does one thing, which only the calling thread may do, and meanwhile the same to every item on the
/// other processors; whichever is free takes the next item, as some take a hundred times as long as
/// others. The results, those of the items in their order.
fn side_by_side_with<T: Send, R: Send, O>(
    one: impl FnOnce() -> O,
    items: &mut [T],
    work: impl Fn(&mut T) -> R + Sync,
) -> (O, Vec<R>) {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let helpers = items.len().min(processors.saturating_sub(1));
    let left = Mutex::new(items.iter_mut().enumerate());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take_turns = || {
        let mut done = Vec::new();
        while let Some((place, item)) = next() {
            done.push((place, work(item)));
        }
        done
    };
    let (of_one, mut done) = std::thread::scope(|scope| {
        let others: Vec<_> = (0..helpers).map(|_| scope.spawn(take_turns)).collect();
        let of_one = one();
        let mut done = take_turns();
        for other in others {
            match other.join() {
                Ok(results) => done.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        (of_one, done)
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    (of_one, done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn what_is_done_side_by_side_keeps_its_order() {
        for count in [0, 1, 2, 7, 100] {
            let mut items: Vec<usize> = (0..count).collect();
            let doubled = side_by_side(&mut items, |item| {
                *item += 1;
                *item * 2
            });
            assert_eq!(
                doubled,
                (1..=count).map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }
}
