//! Answers to one device: so many at once, and one request of it with the writer at a time.
//!
//! Whatever a device asks of the writer, a flight or the next page of an answer, it asks in its turn:
//! what it asks for besides waits at the door, in order, and not in the queue that all share. So a
//! device that asks without end has no more of the writer than one that asks once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alleyway_core::id::DeviceId;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

/// Answers that one device is sent at once. A phone is sent one; lines that broke end within
/// `chunk_seconds_max`.
pub(super) const ANSWERS_MAX: usize = 8;

/// A device that is being answered.
#[derive(Debug, Default)]
struct Answered {
    /// The count of its answers.
    begun: usize,
    /// Whose turn it is among them.
    turns: Arc<Turns<()>>,
}

/// The devices that are being answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Arc<Mutex<BTreeMap<DeviceId, Answered>>>);

impl Answers {
    /// Begins one more answer to a device; none if it has as many as it may.
    pub(super) fn begin(&self, device: DeviceId) -> Option<Answering> {
        let mut all = self.lock();
        let answered = all.entry(device).or_default();
        if answered.begun >= ANSWERS_MAX {
            return None;
        }
        answered.begun += 1;
        let turns = answered.turns.clone();
        drop(all);
        Some(Answering(Arc::new(HeldTurn {
            answers: self.clone(),
            device,
            turns,
        })))
    }

    /// How many devices are being answered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeviceId, Answered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct HeldTurn {
    answers: Answers,
    device: DeviceId,
    turns: Arc<Turns<()>>,
}

impl Drop for HeldTurn {
    fn drop(&mut self) {
        let mut all = self.answers.lock();
        if let Some(answered) = all.get_mut(&self.device) {
            answered.begun = answered.begun.saturating_sub(1);
            if answered.begun == 0 {
                all.remove(&self.device);
            }
        }
    }
}

/// One of a device's answers, until it and its turns are dropped.
#[derive(Debug, Clone)]
pub(super) struct Answering(Arc<HeldTurn>);

impl Answering {
    /// The device's turn with the writer; waits for those that asked before.
    pub(super) async fn turn(&self) -> Turn {
        let taken = Taken {
            _turn: self.0.turns.clone().lock_owned().await,
            _answering: self.clone(),
        };
        Turn {
            _taken: Arc::new(taken),
        }
    }
}

/// A device's turn, over when every copy is dropped. What is asked of the writer holds one: whoever
/// asks may give up waiting before it is done.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    _taken: Arc<Taken>,
}

/// The turn is dropped before the answer.
#[derive(Debug)]
struct Taken {
    _turn: OwnedMutexGuard<()>,
    _answering: Answering,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId([1; 16]);

    #[test]
    fn a_device_is_sent_so_many_answers_at_once() {
        let answers = Answers::default();
        let mut begun: Vec<_> = (0..ANSWERS_MAX)
            .map(|_| answers.begin(DEVICE).unwrap())
            .collect();
        assert!(answers.begin(DEVICE).is_none());
        let _another = answers.begin(DeviceId([2; 16])).unwrap();
        begun.pop();
        begun.push(answers.begin(DEVICE).unwrap());
        drop(begun);
        assert_eq!(answers.len(), 1);
    }

    #[tokio::test]
    async fn a_device_has_one_turn_at_a_time_even_if_it_gives_up_its_begun() {
        let answers = Answers::default();
        let first = answers.begin(DEVICE).unwrap();
        let turn = first.turn().await;
        let asked = turn.clone();
        drop((first, turn));
        let second = answers.begin(DEVICE).unwrap();
        let waiting = tokio::spawn(async move { second.turn().await });
        let other = answers.begin(DeviceId([2; 16])).unwrap();
        drop(other.turn().await);
        assert!(!waiting.is_finished(), "what was asked is not done");
        drop(asked);
        drop((waiting.await.unwrap(), other));
        assert_eq!(answers.len(), 0);
    }
}
