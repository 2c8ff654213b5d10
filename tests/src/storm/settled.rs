//! Afterwards: each phone asks once more, so that it has what came after it; then all are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use alleyway_core::documents::Head;
use alleyway_core::id::DocumentId;

use super::minute::come_back;
use super::phone::Phone;
use crate::load::Outcome;

/// Phones that ask at once.
const AT_ONCE: usize = 8;

/// How things stand in the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Settled {
    /// Phones whose digest is the server's, with nothing left to send.
    pub(super) complete: u64,
    /// Commands that a phone still holds: without a verdict, or refused.
    pub(super) unanswered: u64,
    /// Cases that some phone holds.
    pub(super) cases: u64,
    /// Of these, those that two phones have different heads of.
    pub(super) differing: u64,
    /// Cases that were typed, yesterday and in the day.
    pub(super) typed_cases: u64,
}

/// Each case with the heads that the phones have of it.
type Heads = BTreeMap<DocumentId, BTreeSet<Head>>;

/// Has each phone sync once more, and compares what they have.
pub(super) fn look(phones: &mut [Phone], url: &str) -> Outcome<Settled> {
    let share = phones.len().div_ceil(AT_ONCE).max(1);
    let parts: Vec<(Settled, Heads)> = thread::scope(|scope| {
        let threads: Vec<_> = phones
            .chunks_mut(share)
            .map(|phones| scope.spawn(move || look_at(phones, url)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a phone's thread panicked")?)
            .collect::<Outcome<_>>()
    })?;
    let (mut settled, mut heads) = (Settled::default(), Heads::new());
    for (part, theirs) in parts {
        settled.complete += part.complete;
        settled.unanswered += part.unanswered;
        settled.typed_cases += part.typed_cases;
        for (case, of) in theirs {
            heads.entry(case).or_default().extend(of);
        }
    }
    settled.cases = heads.len() as u64;
    settled.differing = heads.values().filter(|heads| heads.len() != 1).count() as u64;
    Ok(settled)
}

fn look_at(phones: &mut [Phone], url: &str) -> Outcome<(Settled, Heads)> {
    let (mut settled, mut heads) = (Settled::default(), Heads::new());
    for phone in phones {
        // Returns when the digests agree.
        come_back(phone, url, Instant::now(), Duration::ZERO, |_| 0)?;
        let left = phone.replica.pending().len() + phone.replica.refused().len();
        settled.unanswered += left as u64;
        settled.complete += u64::from(left == 0);
        settled.typed_cases += phone.typed_cases();
        for (case, head) in phone.heads()? {
            heads.entry(case).or_default().insert(head);
        }
    }
    Ok((settled, heads))
}
