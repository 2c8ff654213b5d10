//! A device at work: its replica, its store, and a sync over the line.
//!
//! The replica decides, this carries out: what it wants persisted is durable before the next of
//! its effects, what it wants sent goes up as one request, and every frame of the answer is fed to
//! it, and kept, before the next one is read. Ended at any point, a sync goes on where it stopped.

use std::collections::VecDeque;

use alleyway_core::limits::BUDGET_BYTES_MAX;
use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_replica::{Effect, ReceiveError, Replica, SyncSummary};
use thiserror::Error;

use crate::store::DeviceStore;
use crate::transport::{
    Client, FrameError, FrameReader, InflateError, Inflater, TransportError, deflate,
};

/// What an answer may inflate to, in bytes: what was asked for, and the verdicts.
const ANSWER_BYTES_MAX: u64 = BUDGET_BYTES_MAX * 2;

/// Where random bytes come from; the system's source, or a test's.
pub type Random<'a> = &'a mut dyn FnMut() -> Result<[u8; 32], SyncError>;

/// Why a sync ended early. What was sent and received until then is kept.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The line, or the server's answer to a request.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The answer's compression.
    #[error(transparent)]
    Inflate(#[from] InflateError),
    /// The answer's frames.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// What a frame says.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    /// The device's own store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system's random source.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

/// What a sync did, and what it cost.
#[derive(Debug, Clone, Default)]
pub struct SyncReport {
    /// What the replica counted.
    pub summary: SyncSummary,
    /// Bytes of flights, compressed.
    pub bytes_up: u64,
    /// Bytes of answers, compressed.
    pub bytes_down: u64,
    /// Bytes on the socket, HTTP's heads included.
    pub tcp_up: u64,
    /// Bytes on the socket, HTTP's heads included.
    pub tcp_down: u64,
    /// HTTP requests.
    pub round_trips: u64,
    /// The device was reported lost and nothing on it is unsent: its store is to be taken away now
    /// ([`crate::store::wipe`]).
    pub wipe: bool,
}

/// Syncs. `progress` is told the bytes of answers so far.
///
/// # Errors
/// See [`SyncError`]; another sync goes on where this one stopped.
pub fn sync(
    replica: &mut Replica,
    store: &mut DeviceStore,
    client: &mut Client,
    now: Time,
    random: Random<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<SyncReport, SyncError> {
    let mut session = Session {
        replica,
        store,
        now,
        report: SyncReport::default(),
    };
    let ended = session.run(client, random, progress);
    if ended.is_err() {
        session.replica.sync_failed();
    }
    ended?;
    let (traffic, mut report) = (client.traffic(), session.report);
    (report.tcp_up, report.tcp_down) = (traffic.up(), traffic.down());
    Ok(report)
}

struct Session<'a> {
    replica: &'a mut Replica,
    store: &'a mut DeviceStore,
    now: Time,
    report: SyncReport,
}

impl Session<'_> {
    fn run(
        &mut self,
        client: &mut Client,
        random: Random<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), SyncError> {
        let mut effects = VecDeque::from(self.replica.begin_sync(self.now, random()?));
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Persist(writes) => self.store.commit(&writes)?,
                Effect::PersistAnew(writes) => self.store.commit_anew(&writes)?,
                Effect::Send(flight) => {
                    effects.extend(self.exchange(client, &flight, progress)?);
                    effects.extend(self.replica.response_ended(self.now, random()?));
                }
                Effect::Wipe => self.report.wipe = true,
                Effect::Done(summary) => {
                    self.report.summary = summary;
                    break;
                }
            }
        }
        Ok(())
    }

    /// One request and its answer; the effects that are to be carried out after it.
    fn exchange(
        &mut self,
        client: &mut Client,
        flight: &[u8],
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<Effect>, SyncError> {
        self.report.round_trips += 1;
        let body = deflate(flight).map_err(|error| InflateError::Invalid(error.to_string()))?;
        self.report.bytes_up += body.len() as u64;
        let mut answer = client.post("/v1/sync", body)?;
        let mut inflater = Inflater::new(ANSWER_BYTES_MAX)?;
        let mut frames = FrameReader::new();
        let mut later = Vec::new();
        while let Some(chunk) = answer.chunk()? {
            self.report.bytes_down += chunk.len() as u64;
            inflater.feed(&chunk, |bytes| {
                frames.feed(bytes, |frame| self.take(frame, &mut later))
            })?;
            progress(self.report.bytes_down);
        }
        inflater.finish()?;
        frames.finish()?;
        Ok(later)
    }

    /// One frame of the answer: what it brings is kept before the next one is looked at.
    fn take(&mut self, frame: &[u8], later: &mut Vec<Effect>) -> Result<(), SyncError> {
        for effect in self.replica.receive(frame, self.now)? {
            match effect {
                Effect::Persist(writes) => self.store.commit(&writes)?,
                Effect::PersistAnew(writes) => self.store.commit_anew(&writes)?,
                other => later.push(other),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
