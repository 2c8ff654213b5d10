//! A sync carried out: a replica's effects, in the driver's order, over a store and a line.
//!
//! The replica and its store are held for one step at a time, never while the line is waited for:
//! an app shows and records meanwhile ([`Hold`]). Ended at any point, a sync goes on where it
//! stopped.

use alleyway_client::store::Store;
use alleyway_client::{DriveError, Driver, Fault};
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_replica::{BrokenOff, Effect, Replica, SyncSummary};
use thiserror::Error;

use crate::transport::{Spent, Transport, TransportError};

/// Why a sync ended early. What was sent and received until then is kept.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The line, or the server's answer to a request.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The answer's frames, and what they say.
    #[error(transparent)]
    Drive(#[from] DriveError),
    /// The device's own store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The device could not be had.
    #[error(transparent)]
    Device(Box<Fault>),
    /// The system's random source.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

/// The outcome of a sync, and its cost.
#[derive(Debug, Clone, Default)]
pub struct SyncReport {
    /// The counts of the replica.
    pub summary: SyncSummary,
    /// Bytes of flights, compressed.
    pub bytes_up: u64,
    /// Bytes of answers, compressed.
    pub bytes_down: u64,
    /// Bytes on the socket since the line was made, HTTP's heads included.
    pub tcp_up: u64,
    /// Bytes on the socket since the line was made, HTTP's heads included.
    pub tcp_down: u64,
    /// HTTP requests.
    pub round_trips: u64,
    /// The device was reported lost and nothing on it is unsent: its store is to be taken away now
    /// ([`crate::store::wipe`]).
    pub wipe: bool,
}

/// A replica and its store, as a sync finds them.
pub trait Hold {
    /// The store.
    type Store: Store;

    /// Does `work` while nobody else does any.
    ///
    /// # Errors
    /// Those of `work`, or that they cannot be had.
    fn hold<T>(
        &mut self,
        work: impl FnOnce(&mut Replica, &mut Self::Store) -> Result<T, SyncError>,
    ) -> Result<T, SyncError>;
}

/// A replica and a store that nobody else uses meanwhile.
pub struct Alone<'a, S> {
    /// The replica.
    pub replica: &'a mut Replica,
    /// Its store.
    pub store: &'a mut S,
}

impl<S: Store> Hold for Alone<'_, S> {
    type Store = S;

    fn hold<T>(
        &mut self,
        work: impl FnOnce(&mut Replica, &mut S) -> Result<T, SyncError>,
    ) -> Result<T, SyncError> {
        work(self.replica, self.store)
    }
}

/// The clock and the chance that a sync is given: it reads no clock and draws no randomness itself.
pub struct Surroundings<'a> {
    /// The device's clock.
    pub now: &'a dyn Fn() -> Time,
    /// 32 random bytes; the system's source, or a test's.
    pub random: &'a mut dyn FnMut() -> Result<[u8; 32], SyncError>,
    /// Told the bytes of answers so far.
    pub progress: &'a mut dyn FnMut(u64),
}

/// Syncs.
///
/// # Errors
/// See [`SyncError`]; another sync goes on where this one stopped.
pub fn sync<H: Hold>(
    held: &mut H,
    line: &mut impl Transport,
    around: &mut Surroundings<'_>,
) -> Result<SyncReport, SyncError> {
    let (before, random, now) = (line.spent(), (around.random)()?, (around.now)());
    // What the replica seals is committed before somebody else has it: a bundle that was written in
    // between would carry a batch that nothing keeps.
    let (mut driver, first) = held.hold(|replica, store| {
        let mut driver = Driver::begin(replica, now, random);
        match step(&mut driver, replica, store, now) {
            Ok(first) => Ok((driver, first)),
            Err(error) => {
                driver.failed(replica);
                Err(error)
            }
        }
    })?;
    let mut report = SyncReport::default();
    let mut going = Going {
        is_answered: false,
        moved: now,
    };
    let ended = run(
        held,
        line,
        around,
        &mut driver,
        first,
        &mut report,
        &mut going,
    );
    if let Err(error) = &ended {
        let broken = going.broken(error, (around.now)());
        // A device that cannot be had has no sync to end; one that cannot keep what its line can do
        // learns it again.
        let _ = held.hold(|replica, store| match driver.broken(replica, broken) {
            nothing if nothing.is_empty() => Ok(()),
            writes => Ok(store.commit(&writes)?),
        });
    }
    ended?;
    let spent = line.spent();
    Ok(SyncReport {
        bytes_up: spent.bytes_up - before.bytes_up,
        bytes_down: spent.bytes_down - before.bytes_down,
        tcp_up: spent.tcp_up,
        tcp_down: spent.tcp_down,
        round_trips: spent.round_trips - before.round_trips,
        ..report
    })
}

/// How far the last flight is, and when something of it went over the line.
struct Going {
    /// Its answer has begun.
    is_answered: bool,
    /// By the device's clock.
    moved: Time,
}

/// How long nothing may go over the line, in milliseconds, before whoever waits no longer says
/// something of the line.
const SILENT_MS: i64 = 10_000;

impl Going {
    fn goes(&mut self, now: Time, is_answered: bool) {
        (self.moved, self.is_answered) = (now, is_answered);
    }

    /// How a sync was broken off that ended with this error.
    fn broken(&self, error: &SyncError, now: Time) -> BrokenOff {
        let is_of_line = match error {
            SyncError::Transport(TransportError::Halted) => {
                now.0.saturating_sub(self.moved.0) >= SILENT_MS
            }
            SyncError::Transport(error) => error.is_of_line(),
            _ => false,
        };
        match (is_of_line, self.is_answered) {
            (false, _) => BrokenOff::Elsewhere,
            (true, false) => BrokenOff::Flight,
            (true, true) => BrokenOff::Answer,
        }
    }
}

/// The next step, which is taken without holding the device.
enum Next {
    Send(Vec<u8>),
    Read,
    Wipe,
    Done(SyncSummary),
}

fn run<H: Hold>(
    held: &mut H,
    line: &mut impl Transport,
    around: &mut Surroundings<'_>,
    driver: &mut Driver,
    first: Next,
    report: &mut SyncReport,
    going: &mut Going,
) -> Result<(), SyncError> {
    let Spent {
        bytes_down: before, ..
    } = line.spent();
    let mut next = first;
    loop {
        match next {
            Next::Send(flight) => {
                going.goes((around.now)(), false);
                line.send(&flight)?;
                going.goes((around.now)(), true);
            }
            Next::Read => {
                if let Some(bytes) = line.read()? {
                    going.goes((around.now)(), true);
                    driver.answer(&bytes);
                    (around.progress)(line.spent().bytes_down - before);
                } else {
                    let (now, random) = ((around.now)(), (around.random)()?);
                    next = held.hold(|replica, store| {
                        driver.response_ended(replica, now, random)?;
                        step(driver, replica, store, now)
                    })?;
                    continue;
                }
            }
            Next::Wipe => report.wipe = true,
            Next::Done(summary) => {
                report.summary = summary;
                return Ok(());
            }
        }
        let now = (around.now)();
        next = held.hold(|replica, store| step(driver, replica, store, now))?;
    }
}

/// The next effect that is not for the store; those before it are carried out.
fn step(
    driver: &mut Driver,
    replica: &mut Replica,
    store: &mut impl Store,
    now: Time,
) -> Result<Next, SyncError> {
    loop {
        match driver.next(replica, now)? {
            None => return Ok(Next::Read),
            Some(Effect::Send(flight)) => return Ok(Next::Send(flight)),
            Some(Effect::Wipe) => return Ok(Next::Wipe),
            Some(Effect::Done(summary)) => return Ok(Next::Done(summary)),
            Some(Effect::Persist(writes)) => store.commit_reserved(&writes)?,
            Some(Effect::PersistAnew(writes)) => store.commit_anew(&writes)?,
        }
        driver.persisted();
    }
}

#[cfg(test)]
mod tests;
