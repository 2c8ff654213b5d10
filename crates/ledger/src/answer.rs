//! A sync's answer: verdicts, then pages, then the welcome, as one stream.
//!
//! | file | what |
//! | --- | --- |
//! | `continuation` | where an answer goes on |
//! | `handing` | the batches of a flight, handed in slice by slice |
//! | `pages` | what a device lacks, page by page |
//! | `walk`, `backfill` | along the feeds that it knows; what gained feeds hold |
//! | `whole` | whole documents, in parts |
//! | `filling` | one page being filled |
//! | `compare` | digests that differ |

mod backfill;
mod compare;
mod continuation;
mod filling;
mod handing;
mod pages;
mod walk;
mod whole;

pub use continuation::Continuation;
pub(crate) use whole::SharedDocuments;

use std::collections::BTreeSet;

use crate::audit;
use crate::devices::enrolment;
use crate::hand_in::{HandInMemory, acknowledge};
use crate::restore;
use crate::rows::records::{DeviceRecord, FeedSum};
use crate::rows::{Tx, keys};
use crate::scopes::acknowledged::{self, Acknowledgement};
use crate::scopes::{self, Challenges, Scope, cursors};
use crate::stats::LedgerStats;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::DeviceId;
use alleyway_core::limits::{BUDGET_BYTES_MAX, MISSING_BATCHES_MAX};
use alleyway_core::store::StoreError;
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_core::sync::frame::{
    Page, Scope as ScopeFrame, ServerFrame, Stopped, Verdict, Wait, Welcome, Why, put_frame,
};
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use compare::Comparing;
use continuation::{Pages, PagesLeft, Rest};
use handing::{AllHandedIn, FlightLeft, Handing};
use pages::Filled;

/// A part of an answer.
#[derive(Debug)]
pub struct Reply {
    /// Frames, each with its length.
    pub frames: Vec<u8>,
    /// The continuation of the answer; none at its end.
    pub next: Option<Continuation>,
}

impl Reply {
    fn end(frames: Vec<u8>) -> Self {
        Self { frames, next: None }
    }

    fn part(frames: Vec<u8>, left: PagesLeft) -> Self {
        let next = Some(Continuation(Rest::Pages(Box::new(left))));
        Self { frames, next }
    }
}

/// The state that is kept in memory for answers.
pub(crate) struct Answering<'a> {
    pub(crate) challenges: &'a mut Challenges,
    pub(crate) hand_in: &'a mut HandInMemory,
    pub(crate) shared: &'a mut SharedDocuments,
}

/// Answers a flight whose signature was verified. A device that is not enrolled is answered with
/// nothing: whoever verified the flight knew its key.
pub(crate) fn sync(
    tx: &mut Tx<'_>,
    answering: &mut Answering<'_>,
    flight: &VerifiedFlight,
    now: Time,
) -> Result<Reply, StoreError> {
    let hello = &flight.hello;
    let mut frames = Vec::new();
    let Some(mut device) = tx.device(hello.device)? else {
        return Ok(Reply::end(frames));
    };
    if !answering
        .challenges
        .take(hello.challenge, hello.device, now)
    {
        return Ok(challenge(tx, answering, hello.device, now));
    }
    acknowledge(tx, &mut device, hello.acknowledged)?;
    if flight.asks_lease && device.stopped.is_none() {
        // First: verdicts and pages are about what the device cannot read without it.
        let lease = enrolment::lease_of(tx, hello.device);
        put_frame(&mut frames, &ServerFrame::Lease(lease));
    }
    let mut handing = Handing::new(tx, answering.challenges, hello, device.acknowledged, now);
    let handed_in = handing.slice(tx, answering.hand_in, flight, now)?;
    let Some(handed_in) = handed_in else {
        let left = FlightLeft::new(flight, handing);
        return Ok(Reply {
            frames,
            next: Some(Continuation(Rest::Flight(Box::new(left)))),
        });
    };
    behind_verdicts(tx, answering, flight, handed_in, frames, now)
}

/// The answer behind the last batch of a flight: verdicts, and what the device lacks.
fn behind_verdicts(
    tx: &mut Tx<'_>,
    answering: &mut Answering<'_>,
    flight: &VerifiedFlight,
    handed_in: AllHandedIn,
    mut frames: Vec<u8>,
    now: Time,
) -> Result<Reply, StoreError> {
    let AllHandedIn {
        said,
        waits_until,
        scope,
        acknowledged,
    } = handed_in;
    for frame in &said {
        put_frame(&mut frames, frame);
    }
    if let Some(arrived) = flight.arrived {
        put_frame(&mut frames, &ServerFrame::Arrived(arrived));
    }
    if let Some(until) = waits_until {
        put_frame(&mut frames, &ServerFrame::Wait(Wait { until }));
    }
    let hello = &flight.hello;
    // As it is by now: what it handed in can have changed it.
    let Some(mut device) = tx.device(hello.device)? else {
        return Ok(Reply::end(frames));
    };
    device.acknowledged = device.acknowledged.max(acknowledged);
    put_stop(tx, &mut frames, &device);
    let shown = Acknowledgement {
        by_welcome: answering.challenges.scope_by_welcome(hello.device),
        is_whole: !hello.more && said.iter().all(is_noted),
        is_final: said.iter().all(is_final),
    };
    acknowledged::note(tx, hello, &shown, &mut device, now)?;
    let next = begin(tx, flight, &device, &scope, &mut frames)?;
    go_on(tx, answering, next, frames, now)
}

/// A challenge alone: nothing of the flight was read.
pub(crate) fn challenge(
    tx: &mut Tx<'_>,
    answering: &mut Answering<'_>,
    device: DeviceId,
    now: Time,
) -> Reply {
    LedgerStats::count(&mut tx.stats().challenges, 1);
    let challenge = answering.challenges.give(device, now);
    let mut frames = Vec::new();
    put_frame(&mut frames, &ServerFrame::Challenge(challenge));
    Reply::end(frames)
}

/// The next part of an answer.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    answering: &mut Answering<'_>,
    next: &Continuation,
    now: Time,
) -> Result<Reply, StoreError> {
    let mut left = match &next.0 {
        Rest::Pages(left) => return go_on(tx, answering, (**left).clone(), Vec::new(), now),
        Rest::Flight(left) => left.clone(),
    };
    let flight = left.flight.clone();
    match left.handing.slice(tx, answering.hand_in, &flight, now)? {
        Some(handed_in) => behind_verdicts(tx, answering, &flight, handed_in, Vec::new(), now),
        None => Ok(Reply {
            frames: Vec::new(),
            next: Some(Continuation(Rest::Flight(left))),
        }),
    }
}

/// Tells the device that it is not to go on, if so.
fn put_stop(tx: &Tx<'_>, frames: &mut Vec<u8>, device: &DeviceRecord) {
    if let Some(why) = device.stopped {
        let stopped = Stopped::sign(&tx.setup().secret, device.id(), why);
        put_frame(frames, &ServerFrame::Stopped(stopped));
    }
}

fn scope_frame(scope: &Scope) -> ServerFrame {
    let feeds = List::new(scope.feeds.iter().copied().collect()).unwrap_or_default();
    ServerFrame::Scope(ScopeFrame { feeds })
}

fn begin(
    tx: &mut Tx<'_>,
    flight: &VerifiedFlight,
    device: &DeviceRecord,
    scope: &Scope,
    frames: &mut Vec<u8>,
) -> Result<PagesLeft, StoreError> {
    let hello = &flight.hello;
    let opened = if hello.cursor.is_empty() {
        Some(cursors::at_the_end(tx, 0))
    } else {
        cursors::open(tx, hello)?
    };
    let lost = opened.is_none();
    let mut cursor = opened.unwrap_or_default();
    if flight.holdings.is_some() {
        let stats = tx.stats();
        let because = if lost {
            &mut stats.lost_cursors
        } else {
            &mut stats.comparisons
        };
        LedgerStats::count(because, 1);
        cursor = cursors::behind_comparison(tx, hello, scope.version)?;
    }
    // What is compared is what the present feeds hold.
    if (lost || flight.holdings.is_some()) && device.stopped.is_none() {
        put_frame(frames, &scope_frame(scope));
    }
    let differs = |(_, why): &&(_, Why)| *why == Why::Differs;
    let differing = flight.wanted.iter().filter(differs).count() as u64;
    LedgerStats::count(&mut tx.stats().admitted_as, differing);
    Ok(PagesLeft {
        device: device.id(),
        cursor,
        budget_bytes: hello.budget_bytes.min(BUDGET_BYTES_MAX),
        pages: Pages::of(flight.slow.as_ref()).with_rows(flight.takes_rows),
        wanted: flight.wanted.iter().copied().collect(),
        whole: None,
        needs: Vec::new(),
        lost: lost && flight.holdings.is_none(),
        no_pages: hello.more || device.stopped.is_some(),
        comparing: flight.holdings.as_ref().map(Comparing::new),
    })
}

/// The device that is answered, as it is at this moment.
struct Present {
    device: DeviceRecord,
    scope: Scope,
    now: Time,
}

fn go_on(
    tx: &mut Tx<'_>,
    answering: &mut Answering<'_>,
    mut next: PagesLeft,
    mut frames: Vec<u8>,
    now: Time,
) -> Result<Reply, StoreError> {
    let Some(device) = tx.device(next.device)? else {
        return Ok(Reply::end(frames));
    };
    let scope = scopes::current(tx, &device, now)?;
    let to = Present { device, scope, now };
    if to.device.stopped.is_some() && !next.no_pages {
        // Stopped since the answer began.
        next.no_pages = true;
        put_stop(tx, &mut frames, &to.device);
    }
    if let Some(comparing) = next.comparing.take().filter(|_| !next.no_pages) {
        let before = frames.len();
        next.comparing =
            compare::list_differences(tx, comparing, &to.scope, &next.pages, &mut frames)?;
        if next.pages.is_sliced {
            // The rest differs still when what was listed has come: it is compared again then.
            let listed = (frames.len() - before) as u64;
            next.budget_bytes = next.budget_bytes.saturating_sub(listed);
            next.comparing = next.comparing.filter(|_| next.budget_bytes > 0);
        }
        if next.comparing.is_some() {
            return Ok(Reply::part(frames, next));
        }
        let page = Page {
            cursor: cursors::seal(tx, &next.cursor, next.device),
            ..Page::default()
        };
        put_frame(&mut frames, &ServerFrame::Page(page));
    }
    let has_pages = !next.lost && !next.no_pages;
    let filled = if has_pages {
        pages::fill(tx, &mut next, &to, answering.shared)?
    } else {
        Filled::default()
    };
    let is_complete = filled.complete;
    put_filled(tx, &to, &mut next, filled, &mut frames)?;
    if has_pages && !is_complete && next.budget_bytes > 0 {
        return Ok(Reply::part(frames, next));
    }
    let welcome = welcome(tx, answering.challenges, &to, &next, is_complete)?;
    put_frame(&mut frames, &ServerFrame::Welcome(welcome));
    Ok(Reply::end(frames))
}

/// Sends a page that was filled, and writes down what it shows to a supervisor.
fn put_filled(
    tx: &mut Tx<'_>,
    to: &Present,
    next: &mut PagesLeft,
    filled: Filled,
    frames: &mut Vec<u8>,
) -> Result<(), StoreError> {
    if let Some(scope) = filled.scope {
        put_frame(frames, &ServerFrame::Scope(scope));
    }
    if let Some(page) = filled.page {
        LedgerStats::count(&mut tx.stats().pages, 1);
        if to.scope.feeds.contains(&FeedId::SUPERVISION) {
            audit::write_read(tx, &to.device, &page, to.now)?;
        }
        let before = frames.len();
        put_frame(frames, &ServerFrame::Page(page));
        next.budget_bytes = next
            .budget_bytes
            .saturating_sub((frames.len() - before) as u64);
    }
    Ok(())
}

/// The end of an answer.
fn welcome(
    tx: &Tx<'_>,
    challenges: &mut Challenges,
    to: &Present,
    next: &PagesLeft,
    is_complete: bool,
) -> Result<Welcome, StoreError> {
    let completed = is_complete.then_some(next.cursor.scope);
    let digest = if next.no_pages {
        [0; 16]
    } else {
        digest(tx, &to.scope)?
    };
    Ok(Welcome {
        incarnation: tx.incarnation(),
        held: to.device.last,
        missing: missing_of(tx, &to.device)?,
        challenge: challenges.give_with_welcome(next.device, completed, to.now),
        complete: is_complete,
        compare: next.lost && !next.no_pages,
        digest,
        covered: to.device.covered,
        clock: to.now,
    })
}

/// The batches that the device is asked for: those that never came, and those that a restored server
/// holds without knowing whether all of their commands had their verdicts.
fn missing_of(
    tx: &Tx<'_>,
    device: &DeviceRecord,
) -> Result<List<u64, MISSING_BATCHES_MAX>, StoreError> {
    if tx.incarnation() == 1 {
        return Ok(device.missing.clone());
    }
    let open = restore::open::before_restore(tx, device.id())?;
    let asked: BTreeSet<u64> = device.missing.iter().copied().chain(open).collect();
    Ok(List::new(asked.into_iter().take(MISSING_BATCHES_MAX).collect()).unwrap_or_default())
}

/// The sum of the scope's feeds.
fn digest(tx: &Tx<'_>, scope: &Scope) -> Result<[u8; 16], StoreError> {
    let mut digest = 0_u128;
    for feed in &scope.feeds {
        let sum: FeedSum = tx.get(&keys::sum(*feed))?.unwrap_or_default();
        digest = digest.wrapping_add(u128::from_le_bytes(sum.sum));
    }
    Ok(digest.to_le_bytes())
}

/// Whether every command of an own batch is done with.
fn is_final(frame: &ServerFrame) -> bool {
    match frame {
        ServerFrame::Verdicts(verdicts) => verdicts.verdicts.iter().all(Verdict::is_final),
        ServerFrame::Carried(_) => true,
        _ => false,
    }
}

/// Whether an own batch has its place in the device's chain.
fn is_noted(frame: &ServerFrame) -> bool {
    match frame {
        ServerFrame::Verdicts(said) => !said
            .verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Later(_))),
        ServerFrame::Carried(_) => true,
        _ => false,
    }
}
