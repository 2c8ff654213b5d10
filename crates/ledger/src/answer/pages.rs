//! Pages with everything that a device lacks: documents that it asked for, gained feeds, and the walk
//! along its feeds.

use super::Present;
use super::backfill::backfill;
use super::continuation::{PagesLeft, Then};
use super::filling::{Filling, Step};
use super::walk::walk;
use super::whole::{SharedDocuments, send_parts, send_whole};
use crate::rows::Tx;
use crate::scopes;
use alleyway_core::store::StoreError;
use alleyway_core::sync::cursor::Backfill;
use alleyway_core::sync::frame::{Item, Page, Scope as ScopeFrame};
use alleyway_core::wire::List;

/// A page, if there is anything on it, and whether the device then has everything.
#[derive(Default)]
pub(super) struct Filled {
    /// With this page the device has what its new feeds hold, and evicts what is in none of them.
    pub(super) scope: Option<ScopeFrame>,
    pub(super) page: Option<Page>,
    pub(super) complete: bool,
}

/// Fills one page, and moves the continuation behind it.
pub(super) fn fill(
    tx: &mut Tx<'_>,
    next: &mut PagesLeft,
    to: &Present,
    shared: &mut SharedDocuments,
) -> Result<Filled, StoreError> {
    let scope = &to.scope;
    let mut filling = Filling::new(next, to, shared);
    let step = loop {
        let step = step(tx, &mut filling)?;
        if step != Step::On {
            break step;
        }
    };
    let feeds = || List::new(scope.feeds.iter().copied().collect()).unwrap_or_default();
    let reached = filling.has_reached().then(|| ScopeFrame { feeds: feeds() });
    Ok(Filled {
        scope: reached,
        page: filling.page(tx)?,
        complete: step == Step::Complete,
    })
}

fn step(tx: &mut Tx<'_>, filling: &mut Filling<'_>) -> Result<Step, StoreError> {
    if let Some(document) = filling.next.whole.as_ref().map(|sending| sending.document) {
        if filling.shows(tx, document)? {
            return Ok(send_parts(filling));
        }
        if !filling.fits(64) {
            return Ok(Step::PageFull);
        }
        // It left the device's feeds while it was being sent: the rest is not the device's to know.
        (filling.next.whole, filling.next.cursor.part) = (None, None);
        filling.push(Item::Forget(document));
        return Ok(Step::On);
    }
    if let Some((document, why)) = filling.next.wanted.front().copied() {
        if !filling.fits(64) {
            return Ok(Step::PageFull);
        }
        filling.next.wanted.pop_front();
        send_whole(tx, filling, document, why, Then::Wanted)?;
        if !filling.next.needs.is_empty() {
            filling.next.wanted.push_front((document, why));
            return Ok(Step::PageFull);
        }
        return Ok(Step::On);
    }
    let (cursor, newest) = (&filling.next.cursor, filling.scope.version);
    match cursor.backfill {
        Some(at) if at.target == newest => backfill(tx, filling, at),
        None if cursor.scope == newest => walk(tx, filling),
        abandoned => begin_backfill(tx, filling, abandoned),
    }
}

/// The feeds changed, perhaps again: what was to be reached is not any more. From here on the device
/// holds what the scope in its cursor holds, and perhaps some of what was gained. Only once it has
/// everything is walked: a walk along feeds that are not those of the cursor's scope would pass by
/// what comes back with them.
fn begin_backfill(
    tx: &Tx<'_>,
    filling: &mut Filling<'_>,
    abandoned: Option<Backfill>,
) -> Result<Step, StoreError> {
    let had = scopes::of(tx, filling.device.id(), filling.next.cursor.scope)?;
    let began = abandoned.map_or(filling.next.cursor.sequence, |abandoned| abandoned.began);
    let target = filling.scope.version;
    filling.moves();
    match filling.scope.feeds.difference(&had.feeds).next() {
        Some(first) => {
            filling.next.cursor.backfill = Some(Backfill {
                target,
                feed: *first,
                sequence: 0,
                over: false,
                began,
            });
        }
        None => filling.reach(target),
    }
    Ok(Step::On)
}
