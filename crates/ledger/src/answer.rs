//! A sync's answer: verdicts, then pages, then the welcome, as one stream.

pub(crate) mod compare;
pub(crate) mod pages;

use std::collections::{BTreeSet, VecDeque};

use crate::answer::compare::Comparing;
use crate::answer::pages::Filled;
use crate::hand_in::HandIn;
use crate::hand_in::former::Told;
use crate::rows::keys;
use crate::rows::records::{DeviceRecord, FeedSum};
use crate::scopes::Scope;
use crate::{Ledger, LedgerStats};
use alleyway_core::documents::Receipt;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::limits::{BUDGET_BYTES_MAX, MISSING_BATCHES_MAX};
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::cursor::Cursor;
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_core::sync::frame::{
    Scope as ScopeFrame, ServerFrame, Stopped, Verdict, Welcome, Why, put_frame,
};
use alleyway_core::time::Time;
use alleyway_core::wire::List;

/// A part of an answer.
#[derive(Debug)]
pub struct Reply {
    /// Frames, each with its length.
    pub frames: Vec<u8>,
    /// How the answer goes on; none at its end.
    pub next: Option<Continuation>,
}

/// Where an answer goes on. Holds nothing that is not the device's to know.
#[derive(Debug, Clone)]
pub struct Continuation {
    pub(crate) device: DeviceId,
    pub(crate) cursor: Cursor,
    pub(crate) budget_bytes: u64,
    pub(crate) wanted: VecDeque<(DocumentId, Why)>,
    /// The long document being sent: its id, its version, its bytes.
    pub(crate) whole: Option<Sending>,
    /// What the device holds, being compared.
    pub(crate) comparing: Option<Comparing>,
    /// The cursor says nothing here.
    pub(crate) lost: bool,
    /// No pages: the device has more to hand in, or is not to go on.
    pub(crate) no_pages: bool,
}

/// A long document being sent in parts.
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    pub(crate) document: DocumentId,
    pub(crate) version: u64,
    pub(crate) bytes: std::sync::Arc<Vec<u8>>,
    pub(crate) then: Then,
    /// The next part.
    pub(crate) next: u32,
}

/// Where the cursor stands once something has been sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then {
    /// Where it stood: the document was asked for by name.
    Wanted,
    /// Behind this sequence.
    Walk(u64),
    /// Behind this place of a gained feed.
    Backfill(alleyway_core::sync::cursor::Backfill),
}

impl Ledger {
    /// Answers a flight whose signature was verified. A device that is not enrolled is answered
    /// with nothing: whoever verified the flight knew its key.
    ///
    /// # Errors
    /// Whatever the store says; nothing of the answer may then be sent.
    pub fn sync(
        &mut self,
        records: &dyn Records,
        flight: &VerifiedFlight,
        now: Time,
    ) -> Result<Reply, StoreError> {
        let id = flight.hello.device;
        let mut frames = Vec::new();
        let Some(mut device) = self.device(records, id)? else {
            return Ok(Reply { frames, next: None });
        };
        if !self.takes_challenge(flight, now) {
            LedgerStats::count(&mut self.stats.challenges, 1);
            put_frame(
                &mut frames,
                &ServerFrame::Challenge(self.new_challenge(id, now)),
            );
            return Ok(Reply { frames, next: None });
        }
        self.acknowledge(records, id, &mut device, flight.hello.acknowledged)?;
        let scope = self.current_scope(records, &device, now)?;
        let receipt = Receipt::new(now, clock_off(flight.hello.clock, now));
        let by_device = device.clone();
        let is_unaware = !self.knows_incarnation(&flight.hello);
        let by = HandIn {
            is_unaware,
            ..HandIn::of_member(&by_device, &scope.feeds, receipt, now)
        };
        if flight.asks_lease && device.stopped.is_none() {
            // First: verdicts and pages are about what the device cannot read without it.
            put_frame(&mut frames, &ServerFrame::Lease(self.lease_of(id)));
        }
        let mut said = Vec::new();
        for batch in &flight.batches {
            let stood = flight.stood.get(&batch.batch().number);
            let frame = self.hand_in_again(records, &by, &mut device, batch, stood)?;
            let forked = matches!(frame, ServerFrame::Fork(_));
            said.push(frame);
            // What stands on another chain is sealed again: taken now, it would leave a gap that
            // the device's next batches do not fit.
            if forked {
                break;
            }
        }
        let carried = self.hand_in_carried(records, &by, &mut device, (flight, &mut said), now)?;
        self.read_again(records, &mut device)?;
        said.extend(carried.into_iter().map(ServerFrame::Carried));
        let all_final = said.iter().all(is_final);
        let whole = !flight.hello.more && said.iter().all(is_noted);
        for frame in &said {
            put_frame(&mut frames, frame);
        }
        self.publish_clearances(records, now)?;
        if let Some(why) = device.stopped {
            put_frame(
                &mut frames,
                &ServerFrame::Stopped(Stopped::sign(&self.setup.secret, id, why)),
            );
        }
        let told = Told {
            by_welcome: self.told_by_welcome(id),
            whole,
            all_final,
        };
        self.note_told(records, &flight.hello, &told, &mut device, now)?;
        let next = self.begin(records, flight, &device, &scope, &mut frames)?;
        self.go_on(records, next, frames, now)
    }

    /// The next part of an answer.
    ///
    /// # Errors
    /// Whatever the store says.
    pub fn page(
        &mut self,
        records: &dyn Records,
        next: &Continuation,
        now: Time,
    ) -> Result<Reply, StoreError> {
        self.go_on(records, next.clone(), Vec::new(), now)
    }

    fn begin(
        &mut self,
        records: &dyn Records,
        flight: &VerifiedFlight,
        device: &DeviceRecord,
        scope: &Scope,
        frames: &mut Vec<u8>,
    ) -> Result<Continuation, StoreError> {
        let hello = &flight.hello;
        let opened = if hello.cursor.is_empty() {
            Some(self.cursor_here(0))
        } else {
            self.open_cursor(records, hello)?
        };
        let lost = opened.is_none();
        let mut cursor = opened.unwrap_or_default();
        if flight.holdings.is_some() {
            let because = if lost {
                &mut self.stats.lost_cursors
            } else {
                &mut self.stats.comparisons
            };
            LedgerStats::count(because, 1);
            cursor = self.cursor_behind_comparison(records, hello, scope.version)?;
        }
        // What is compared is what the present feeds hold.
        if (lost || flight.holdings.is_some()) && device.stopped.is_none() {
            let feeds = List::new(scope.feeds.iter().copied().collect()).unwrap_or_default();
            put_frame(frames, &ServerFrame::Scope(ScopeFrame { feeds }));
        }
        let differing = flight
            .wanted
            .iter()
            .filter(|(_, why)| *why == Why::Differs)
            .count() as u64;
        LedgerStats::count(&mut self.stats.admitted_as, differing);
        Ok(Continuation {
            device: alleyway_core::id::DeviceId::of(&device.key),
            cursor,
            budget_bytes: hello.budget_bytes.min(BUDGET_BYTES_MAX),
            wanted: flight.wanted.iter().copied().collect(),
            whole: None,
            lost: lost && flight.holdings.is_none(),
            no_pages: hello.more || device.stopped.is_some(),
            comparing: flight.holdings.as_ref().map(Comparing::new),
        })
    }

    fn go_on(
        &mut self,
        records: &dyn Records,
        mut next: Continuation,
        mut frames: Vec<u8>,
        now: Time,
    ) -> Result<Reply, StoreError> {
        let Some(device) = self.device(records, next.device)? else {
            return Ok(Reply { frames, next: None });
        };
        let scope = self.current_scope(records, &device, now)?;
        if let Some(why) = device.stopped.filter(|_| !next.no_pages) {
            // Stopped since the answer began.
            next.no_pages = true;
            put_frame(
                &mut frames,
                &ServerFrame::Stopped(Stopped::sign(&self.setup.secret, next.device, why)),
            );
        }
        if let Some(comparing) = next.comparing.take().filter(|_| !next.no_pages) {
            next.comparing = self.list_differences(records, comparing, &scope, &mut frames)?;
            if next.comparing.is_some() {
                return Ok(Reply {
                    frames,
                    next: Some(next),
                });
            }
            let page = alleyway_core::sync::frame::Page {
                cursor: self.seal_cursor(&next),
                ..Default::default()
            };
            put_frame(&mut frames, &ServerFrame::Page(page));
        }
        let filled = if next.lost || next.no_pages {
            Filled {
                scope: None,
                page: None,
                complete: false,
            }
        } else {
            self.fill(records, &mut next, &device, &scope)?
        };
        if let Some(scope) = filled.scope {
            put_frame(&mut frames, &ServerFrame::Scope(scope));
        }
        if let Some(page) = filled.page {
            LedgerStats::count(&mut self.stats.pages, 1);
            if scope.feeds.contains(&FeedId::SUPERVISION) {
                self.audit_read(records, &device, &page, now)?;
            }
            let before = frames.len();
            put_frame(&mut frames, &ServerFrame::Page(page));
            next.budget_bytes = next
                .budget_bytes
                .saturating_sub((frames.len() - before) as u64);
        }
        if !filled.complete && !next.lost && !next.no_pages && next.budget_bytes > 0 {
            return Ok(Reply {
                frames,
                next: Some(next),
            });
        }
        let challenge = self.new_challenge(next.device, now);
        let told = filled.complete.then_some(next.cursor.scope);
        self.challenges
            .told
            .insert(next.device, (self.challenges.given, told));
        let welcome = Welcome {
            incarnation: self.state.incarnation,
            held: device.last,
            missing: self.missing_of(records, &device)?,
            challenge,
            complete: filled.complete,
            compare: next.lost && !next.no_pages,
            digest: if next.no_pages {
                [0; 16]
            } else {
                self.digest(records, &scope)?
            },
            covered: device.covered,
            clock: now,
        };
        put_frame(&mut frames, &ServerFrame::Welcome(welcome));
        Ok(Reply { frames, next: None })
    }

    /// What the device is asked for: batches that never came, and those that a restored server holds
    /// without knowing whether all of their commands had their verdicts.
    fn missing_of(
        &self,
        records: &dyn Records,
        device: &DeviceRecord,
    ) -> Result<List<u64, MISSING_BATCHES_MAX>, StoreError> {
        if self.state.incarnation == 1 {
            return Ok(device.missing.clone());
        }
        let open = self.open_before_restore(records, DeviceId::of(&device.key))?;
        let asked: BTreeSet<u64> = device.missing.iter().copied().chain(open).collect();
        Ok(List::new(asked.into_iter().take(MISSING_BATCHES_MAX).collect()).unwrap_or_default())
    }

    /// The sum of the scope's feeds.
    fn digest(&self, records: &dyn Records, scope: &Scope) -> Result<[u8; 16], StoreError> {
        let mut digest = 0_u128;
        for feed in &scope.feeds {
            let sum: FeedSum = self
                .pending
                .get(records, &keys::sum(*feed))?
                .unwrap_or_default();
            digest = digest.wrapping_add(u128::from_le_bytes(sum.sum));
        }
        Ok(digest.to_le_bytes())
    }

    /// A cursor at the end of the ledger.
    fn cursor_here(&self, scope: u32) -> Cursor {
        Cursor {
            incarnation: self.state.incarnation,
            sequence: self.state.sequence,
            walked: self.state.sequence,
            chain: alleyway_core::crypto::first(&self.state.chain),
            scope,
            backfill: None,
            part: None,
        }
    }

    /// The cursor of a device that says what it holds: at the end of the ledger; or, if the device
    /// knows another incarnation, where the two parted. What stands again behind that may have another
    /// receipt than the device knows, and digests do not tell.
    fn cursor_behind_comparison(
        &self,
        records: &dyn Records,
        hello: &alleyway_core::sync::frame::Hello,
        scope: u32,
    ) -> Result<Cursor, StoreError> {
        let here = self.cursor_here(scope);
        let Some(theirs) = self.cursor_of_another_incarnation(hello) else {
            return Ok(here);
        };
        let sequence = self
            .parting_from(records, theirs.incarnation)?
            .min(theirs.sequence);
        let chain = self.chain_at(records, sequence)?.unwrap_or_default();
        Ok(Cursor {
            sequence,
            walked: sequence,
            chain,
            ..here
        })
    }

    /// The cursor of a device that has not been sent anything since the server was restored.
    fn cursor_of_another_incarnation(
        &self,
        hello: &alleyway_core::sync::frame::Hello,
    ) -> Option<Cursor> {
        self.shown_cursor(hello)
            .filter(|cursor| cursor.incarnation != self.state.incarnation)
    }

    /// The cursor that a device shows, if it is one of ours for it.
    fn shown_cursor(&self, hello: &alleyway_core::sync::frame::Hello) -> Option<Cursor> {
        Cursor::open(&self.setup.token_key, hello.device, &hello.cursor)
    }

    /// The cursor of a device that has been sent something in this incarnation.
    fn cursor_of_this_incarnation(
        &self,
        hello: &alleyway_core::sync::frame::Hello,
    ) -> Option<Cursor> {
        self.shown_cursor(hello)
            .filter(|cursor| cursor.incarnation == self.state.incarnation)
    }

    /// A device's cursor, if it stands on this ledger's past.
    pub(crate) fn open_cursor(
        &self,
        records: &dyn Records,
        hello: &alleyway_core::sync::frame::Hello,
    ) -> Result<Option<Cursor>, StoreError> {
        let Some(cursor) = self.cursor_of_this_incarnation(hello) else {
            return Ok(None);
        };
        if self.chain_at(records, cursor.sequence)? != Some(cursor.chain) {
            return Ok(None);
        }
        Ok(Some(cursor))
    }

    pub(crate) fn seal_cursor(&self, next: &Continuation) -> alleyway_core::sync::frame::Opaque {
        next.cursor.seal(&self.setup.token_key, next.device)
    }

    /// Whether the flight is signed over a challenge of ours that was never used.
    fn takes_challenge(&mut self, flight: &VerifiedFlight, now: Time) -> bool {
        let device = flight.hello.device;
        let serial = flight
            .hello
            .challenge
            .and_then(|c| c.serial(&self.setup.challenge_key, device, now));
        let highest = self.challenges.used.get(&device).copied().unwrap_or(0);
        match serial {
            Some(serial) if serial > highest => {
                self.challenges.used.insert(device, serial);
                true
            }
            _ => false,
        }
    }

    /// The scope that the device was told of, if it has come with the challenge of the welcome that
    /// ended it.
    fn told_by_welcome(&self, device: DeviceId) -> Option<u32> {
        let (_, scope) = self.challenges.told.get(&device)?;
        scope.filter(|_| self.has_heard_welcome(device))
    }

    /// Whether the device has come with the challenge of its last welcome.
    fn has_heard_welcome(&self, device: DeviceId) -> bool {
        let told = self.challenges.told.get(&device).map(|(serial, _)| serial);
        told.is_some() && self.challenges.used.get(&device) == told
    }

    /// Whether the device surely knows which incarnation this is: it has been sent something in it, or
    /// has heard a welcome.
    fn knows_incarnation(&self, hello: &alleyway_core::sync::frame::Hello) -> bool {
        self.state.incarnation == 1
            || self.has_heard_welcome(hello.device)
            || self.cursor_of_this_incarnation(hello).is_some()
    }

    pub(crate) fn new_challenge(&mut self, device: DeviceId, now: Time) -> Challenge {
        self.challenges.given += 1;
        Challenge::new(
            &self.setup.challenge_key,
            device,
            self.challenges.given,
            now,
        )
    }
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

/// How far the phone's clock was off, in seconds, as far as it can be said.
fn clock_off(claimed: Time, now: Time) -> i32 {
    let seconds = claimed.seconds().saturating_sub(now.seconds());
    i32::try_from(seconds).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}
