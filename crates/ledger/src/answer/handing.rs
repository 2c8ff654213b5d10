//! The batches of a flight, handed in slice by slice.

use std::sync::Arc;

use crate::hand_in::{HandIn, HandInMemory, HandedIn, Progress};
use crate::rows::Tx;
use crate::scopes::{self, Challenges, Scope, cursors};
use alleyway_core::documents::Receipt;
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use alleyway_core::sync::flight::VerifiedFlight;
use alleyway_core::sync::frame::{Hello, ServerFrame};
use alleyway_core::time::Time;

/// A flight being handed in, and what was known when it came. All else is asked anew for each slice:
/// between two of them the device may have been stopped, or its member's posts have ended.
#[derive(Debug, Clone)]
pub(super) struct Handing {
    handed_in: HandedIn,
    /// The long documents that its next batch needs, and that were not in memory.
    needs: Vec<DocumentId>,
    clock_off_seconds: i32,
    /// The device does not surely know which incarnation this is.
    is_unaware: bool,
    /// The batch up to which the device knows all verdicts.
    acknowledged: u64,
}

/// The rest of a flight.
#[derive(Debug, Clone)]
pub(super) struct FlightLeft {
    pub(super) flight: Arc<VerifiedFlight>,
    pub(super) handing: Handing,
}

impl FlightLeft {
    pub(super) fn new(flight: &VerifiedFlight, handing: Handing) -> Self {
        Self {
            flight: Arc::new(flight.clone()),
            handing,
        }
    }
}

/// A flight of which every batch was judged.
pub(super) struct AllHandedIn {
    /// The answers to its batches.
    pub(super) said: Vec<ServerFrame>,
    /// From when on the rest of the device's own is taken, if its budget is used up.
    pub(super) waits_until: Option<Time>,
    /// The device's scope before the last slice.
    pub(super) scope: Scope,
    /// The batch up to which the device knows all verdicts.
    pub(super) acknowledged: u64,
}

impl Handing {
    /// Nothing is handed in yet.
    pub(super) fn new(
        tx: &Tx<'_>,
        challenges: &Challenges,
        hello: &Hello,
        acknowledged: u64,
        now: Time,
    ) -> Self {
        Self {
            handed_in: HandedIn::default(),
            needs: Vec::new(),
            clock_off_seconds: clock_off(hello.clock, now),
            is_unaware: !knows_incarnation(tx, challenges, hello),
            acknowledged,
        }
    }

    /// The long documents that the next slice needs, and that were not in memory.
    pub(super) fn needs(&self) -> &[DocumentId] {
        &self.needs
    }

    /// Whether any batch was judged.
    pub(super) fn has_begun(&self) -> bool {
        self.handed_in.has_begun()
    }

    /// Hands in so much as a slice holds; none while something is left.
    pub(super) fn slice(
        &mut self,
        tx: &mut Tx<'_>,
        memory: &mut HandInMemory,
        flight: &VerifiedFlight,
        now: Time,
    ) -> Result<Option<AllHandedIn>, StoreError> {
        let Some(mut device) = tx.device(flight.hello.device)? else {
            return Ok(Some(self.all(flight, Scope::default())));
        };
        device.acknowledged = device.acknowledged.max(self.acknowledged);
        let scope = scopes::current(tx, &device, now)?;
        let receipt = Receipt::new(now, self.clock_off_seconds);
        let by = HandIn::of_member(&device, &scope.feeds, receipt, now).unaware(self.is_unaware);
        let asked = std::mem::take(&mut self.needs);
        match self.handed_in.go_on(tx, memory, &by, flight, &asked)? {
            Progress::All => Ok(Some(self.all(flight, scope))),
            Progress::More => Ok(None),
            Progress::Needs(needs) => {
                self.needs = needs;
                Ok(None)
            }
        }
    }

    fn all(&mut self, flight: &VerifiedFlight, scope: Scope) -> AllHandedIn {
        AllHandedIn {
            waits_until: self.handed_in.waits_until(flight.hello.device),
            said: std::mem::take(&mut self.handed_in).into_frames(),
            scope,
            acknowledged: self.acknowledged,
        }
    }
}

/// Whether the device surely knows which incarnation this is: it has been sent something in it, or
/// has heard a welcome.
fn knows_incarnation(tx: &Tx<'_>, challenges: &Challenges, hello: &Hello) -> bool {
    tx.incarnation() == 1
        || challenges.has_heard_welcome(hello.device)
        || cursors::is_of_this_incarnation(tx, hello)
}

/// The error of the phone's clock, in seconds, as far as it can be said.
fn clock_off(claimed: Time, now: Time) -> i32 {
    let seconds = claimed.seconds().saturating_sub(now.seconds());
    i32::try_from(seconds).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}
