//! The one thread that owns the ledger and the store.
//!
//! It takes all waiting requests up to a limit, lets the ledger handle each in turn, commits what
//! they wrote as one transaction, and only then releases the answers: what is acknowledged is
//! durable. When the store fails it answers nobody and ends the process.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_ledger::Ledger;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::config::WriterLimits;
use crate::disk::{Disk, Writes};
use crate::failure::{self, Cause};
use crate::store::{StoreStats, Upkeep};
use crate::telemetry::Metrics;

/// The exit code of a process whose store failed (`EX_SOFTWARE` of sysexits.h).
pub const EXIT_STORE_FAILED: i32 = 70;

/// Why a request was not carried out. Nothing of it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AskError {
    /// As many requests wait as may.
    #[error("too many requests wait")]
    Busy,
    /// The writer has ended, or ends before it answers.
    #[error("the writer has stopped")]
    Stopped,
    /// The disk has too little room for what the request may write.
    #[error("the disk is nearly full")]
    DiskFull,
}

/// What a request has at hand while it is handled.
pub struct Desk<'a> {
    /// The ledger.
    pub ledger: &'a mut Ledger,
    /// The store; only to read: the ledger collects what is to be written.
    pub store: &'a dyn Upkeep,
    /// The time of this group.
    pub now: Time,
}

/// Sends an answer. Called after the commit.
type Release = Box<dyn FnOnce() + Send>;
/// Has no desk if the disk has no room for it: then it only prepares the refusal.
type Work = Box<dyn FnOnce(Option<&mut Desk<'_>>) -> Result<Release, StoreError> + Send>;

enum Message {
    Request {
        bytes: usize,
        writes: Writes,
        asked: Instant,
        work: Work,
    },
    Stop,
}

/// Asks the writer. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Message>,
    metrics: Arc<Metrics>,
    disk: Arc<Disk>,
}

impl Writer {
    /// Has `work` done, which only reads. `bytes` is what the request weighs in a group.
    ///
    /// # Errors
    /// [`AskError::Busy`] at once if the queue is full.
    pub async fn ask<T, W>(&self, bytes: usize, work: W) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.ask_to_write(Writes::Nothing, bytes, work).await
    }

    /// Has `work` done, if there is room on the disk for what it may write when its turn comes.
    ///
    /// # Errors
    /// [`AskError::Busy`] at once if the queue is full; [`AskError::DiskFull`].
    pub async fn ask_to_write<T, W>(
        &self,
        writes: Writes,
        bytes: usize,
        work: W,
    ) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (message, answer) = request(writes, bytes, work);
        self.queue.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                self.metrics.writer_refused.inc();
                AskError::Busy
            }
            mpsc::error::TrySendError::Closed(_) => AskError::Stopped,
        })?;
        answer.await.unwrap_or(Err(AskError::Stopped))
    }

    /// Has `work` done, and waits for a place in the queue: for what was begun and is worth
    /// finishing, such as the next page of an answer, and for the administrator.
    ///
    /// # Errors
    /// [`AskError::Stopped`].
    pub async fn ask_patiently<T, W>(&self, bytes: usize, work: W) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.ask_patiently_to_write(Writes::Nothing, bytes, work)
            .await
    }

    /// As [`Writer::ask_patiently`], if there is room on the disk for what it may write.
    ///
    /// # Errors
    /// [`AskError::Stopped`]; [`AskError::DiskFull`].
    pub async fn ask_patiently_to_write<T, W>(
        &self,
        writes: Writes,
        bytes: usize,
        work: W,
    ) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (message, answer) = request(writes, bytes, work);
        self.queue
            .send(message)
            .await
            .map_err(|_| AskError::Stopped)?;
        answer.await.unwrap_or(Err(AskError::Stopped))
    }

    /// Says at once what a request that writes would be told now: for what is asked before work that
    /// is in vain if the writer takes nothing.
    ///
    /// # Errors
    /// [`AskError::Busy`] if the queue is full; [`AskError::DiskFull`].
    pub fn takes(&self, writes: Writes) -> Result<(), AskError> {
        if self.queue.capacity() == 0 {
            self.metrics.writer_refused.inc();
            return Err(AskError::Busy);
        }
        if !self.disk.has_room_for(writes) {
            return Err(AskError::DiskFull);
        }
        Ok(())
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.queue
            .max_capacity()
            .saturating_sub(self.queue.capacity())
    }

    /// The disk that it writes to.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Lets the writer finish what waits, and end.
    pub async fn stop(&self) {
        // A writer that has already ended needs no telling.
        let _ = self.queue.send(Message::Stop).await;
    }
}

/// What comes of a request.
type Answer<T> = oneshot::Receiver<Result<T, AskError>>;

fn request<T, W>(writes: Writes, bytes: usize, work: W) -> (Message, Answer<T>)
where
    T: Send + 'static,
    W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let work: Work = Box::new(move |desk| {
        let answer = match desk {
            Some(desk) => Ok(work(desk)?),
            None => Err(AskError::DiskFull),
        };
        // Nobody may be waiting any more; what was done stands.
        Ok(Box::new(move || drop(sender.send(answer))))
    });
    (
        Message::Request {
            bytes,
            writes,
            asked: Instant::now(),
            work,
        },
        receiver,
    )
}

/// Called with the cause and the reason when the store fails or the thread panics; in a server it ends
/// the process.
pub type OnFailure = Box<dyn Fn(Cause, &str) + Send>;

/// Ends the process without answering anybody, and leaves the reason in the data folder.
pub fn exit_process(folder: &Path) -> OnFailure {
    let folder = folder.to_owned();
    Box::new(move |cause, reason| {
        tracing::error!(
            reason,
            "the store failed and the server ends; nothing more is acknowledged, what was acknowledged is there. If the disk is full or refused, mend that and start again; if records are damaged or missing, restore"
        );
        failure::note(&folder, cause, reason);
        std::process::exit(EXIT_STORE_FAILED);
    })
}

/// Starts the thread, on a disk that nobody watches.
///
/// # Errors
/// If the system gives no thread.
pub fn start(
    ledger: Ledger,
    store: Box<dyn Upkeep>,
    clock: Clock,
    limits: WriterLimits,
    metrics: Arc<Metrics>,
    on_failure: OnFailure,
) -> std::io::Result<(Writer, JoinHandle<()>)> {
    start_on(
        Disk::unwatched(),
        ledger,
        store,
        clock,
        limits,
        metrics,
        on_failure,
    )
}

/// Starts the thread; what it takes depends on the disk's room.
///
/// # Errors
/// If the system gives no thread.
pub fn start_on(
    disk: Disk,
    ledger: Ledger,
    store: Box<dyn Upkeep>,
    clock: Clock,
    limits: WriterLimits,
    metrics: Arc<Metrics>,
    on_failure: OnFailure,
) -> std::io::Result<(Writer, JoinHandle<()>)> {
    // Before anybody can ask: a server in quarantine takes nothing from its first moment.
    metrics.publish(ledger.stats(), store.stats());
    let (queue, requests) = mpsc::channel(limits.requests_waiting_max);
    let disk = Arc::new(disk);
    let writer = Writer {
        queue,
        metrics: metrics.clone(),
        disk: disk.clone(),
    };
    let mut thread = Thread {
        ledger,
        store,
        clock,
        limits,
        metrics,
        disk,
        requests,
    };
    let handle = std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            let failure = Failure(on_failure);
            if let Err(error) = thread.run() {
                (failure.0)(Cause::of(&error), &error.to_string());
            }
        })?;
    Ok((writer, handle))
}

/// Reports a panic of the thread: a server without its writer must not stay up.
struct Failure(OnFailure);

impl Drop for Failure {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)(Cause::Other, "the writer panicked");
        }
    }
}

struct Thread {
    ledger: Ledger,
    store: Box<dyn Upkeep>,
    clock: Clock,
    limits: WriterLimits,
    metrics: Arc<Metrics>,
    disk: Arc<Disk>,
    requests: mpsc::Receiver<Message>,
}

impl Thread {
    fn run(&mut self) -> Result<(), StoreError> {
        self.publish();
        let mut stopping = false;
        while !stopping {
            let Some(first) = self.requests.blocking_recv() else {
                return Ok(());
            };
            stopping = self.group(first)?;
        }
        // What was sent before the stop has been answered; what came with it is answered too.
        self.requests.close();
        while let Some(message) = self.requests.blocking_recv() {
            self.group(message)?;
        }
        Ok(())
    }

    /// Handles `first` and what waits behind it, commits once, answers all. True if told to stop.
    fn group(&mut self, first: Message) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut releases = Vec::new();
        let mut bytes_taken = 0_usize;
        let mut next = Some(first);
        let mut stop = false;
        while let Some(message) = next.take() {
            match message {
                Message::Stop => stop = true,
                Message::Request {
                    bytes,
                    writes,
                    asked,
                    work,
                } => {
                    self.metrics
                        .writer_wait_seconds
                        .observe(asked.elapsed().as_secs_f64());
                    let mut desk = Desk {
                        ledger: &mut self.ledger,
                        store: &*self.store,
                        now,
                    };
                    let room = self.disk.has_room_for(writes);
                    releases.push(work(room.then_some(&mut desk))?);
                    bytes_taken = bytes_taken.saturating_add(bytes);
                }
            }
            let room = releases.len() < self.limits.group_requests_max
                && bytes_taken < self.limits.group_bytes_max;
            if room && !stop {
                next = self.requests.try_recv().ok();
            }
        }
        self.commit()?;
        self.metrics
            .group_requests
            .observe(f64::from(u32::try_from(releases.len()).unwrap_or(u32::MAX)));
        self.publish();
        for release in releases {
            release();
        }
        Ok(stop)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if let Some(transaction) = self.ledger.take_transaction() {
            let (began, before) = (Instant::now(), self.store.stats());
            self.store.commit(&transaction)?;
            self.metrics
                .commit_seconds
                .observe(began.elapsed().as_secs_f64());
            self.observe(&before, &self.store.stats());
        }
        Ok(())
    }

    /// What the last commit wrote, and how long its files took to be synced.
    fn observe(&self, before: &StoreStats, after: &StoreStats) {
        let bytes = u32::try_from(after.bytes_written.saturating_sub(before.bytes_written))
            .unwrap_or(u32::MAX);
        self.metrics.commit_bytes.observe(f64::from(bytes));
        for (file, time) in after.last_syncs.by_file() {
            self.metrics.synced(file, time.as_secs_f64());
        }
    }

    fn publish(&self) {
        self.metrics
            .publish(self.ledger.stats(), self.store.stats());
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::setup as test_setup;
