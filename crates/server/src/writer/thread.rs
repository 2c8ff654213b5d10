//! The thread itself: groups, their commits, and its end.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_ledger::Ledger;
use tokio::sync::{Notify, mpsc};

use super::request::{After, Message, Release, Request};
use super::{Desk, Writer};
use crate::clock::Clock;
use crate::config::WriterLimits;
use crate::disk::Disk;
use crate::failure::{self, Cause};
use crate::store::{StoreStats, Upkeep};
use crate::telemetry::Metrics;

/// The exit code of a process whose store failed (`EX_SOFTWARE` of sysexits.h).
pub const EXIT_STORE_FAILED: i32 = 70;

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
        imports: Arc::default(),
    };
    let mut thread = Thread {
        ledger,
        store,
        clock,
        limits,
        metrics,
        disk,
        requests,
        under_way: VecDeque::new(),
        imports: writer.imports.clone(),
        imports_told: 0,
    };
    let handle = std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            let failure = FailureGuard(on_failure);
            if let Err(error) = thread.run() {
                (failure.0)(Cause::of(&error), &error.to_string());
            }
        })?;
    Ok((writer, handle))
}

/// Reports a panic of the thread: a server without its writer must not stay up.
struct FailureGuard(OnFailure);

impl Drop for FailureGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)(Cause::Other, "the writer panicked");
        }
    }
}

/// Requests of one group.
#[derive(Default)]
struct Group {
    answers: Vec<Release>,
    slices: usize,
    bytes: usize,
}

struct Thread {
    ledger: Ledger,
    store: Box<dyn Upkeep>,
    clock: Clock,
    limits: WriterLimits,
    metrics: Arc<Metrics>,
    disk: Arc<Disk>,
    requests: mpsc::Receiver<Message>,
    /// Requests of which slices are left, in turn.
    under_way: VecDeque<Request>,
    /// Is told of imports that are to be carried out.
    imports: Arc<Notify>,
    /// How many it was told of.
    imports_told: u64,
}

impl Thread {
    fn run(&mut self) -> Result<(), StoreError> {
        self.publish();
        loop {
            let first = if self.under_way.is_empty() {
                self.requests.blocking_recv()
            } else {
                self.requests.try_recv().ok()
            };
            if first.is_none() && self.under_way.is_empty() {
                return Ok(());
            }
            if self.group(first)? {
                // What was sent before the stop has been taken; what came with it is answered too.
                self.requests.close();
            }
        }
    }

    /// Handles `first`, what waits behind it and a slice of what is under way, commits once, and
    /// answers what is done. While nobody is to be answered, long work goes on in the same group: a
    /// commit would be for nothing. True if told to stop.
    fn group(&mut self, first: Option<Message>) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut group = Group::default();
        let mut first = first;
        let mut stop = false;
        loop {
            self.go_on(now, &mut group)?;
            stop |= self.take(first.take(), now, &mut group)?;
            let is_due = !group.answers.is_empty() || self.under_way.is_empty();
            if is_due || stop || !self.has_room(&group) {
                break;
            }
        }
        self.commit()?;
        self.metrics
            .group_requests
            .observe(f64::from(u32::try_from(group.slices).unwrap_or(u32::MAX)));
        self.publish();
        let confirmed = self.ledger.stats().imports_confirmed;
        if confirmed != std::mem::replace(&mut self.imports_told, confirmed) {
            self.imports.notify_one();
        }
        for answer in group.answers {
            answer();
        }
        Ok(stop)
    }

    /// Does one slice of each request that is under way. They leave half of a group to others.
    fn go_on(&mut self, now: Time, group: &mut Group) -> Result<(), StoreError> {
        let long_max = (self.limits.group_requests_max / 2).max(1);
        for _ in 0..self.under_way.len().min(long_max) {
            if let Some(request) = self.under_way.pop_front() {
                self.slice(request, now, group)?;
            }
        }
        Ok(())
    }

    /// Takes `first` and what waits behind it. True if told to stop.
    fn take(
        &mut self,
        first: Option<Message>,
        now: Time,
        group: &mut Group,
    ) -> Result<bool, StoreError> {
        let mut next = first.or_else(|| self.requests.try_recv().ok());
        while let Some(message) = next.take() {
            let Message::Request(request) = message else {
                return Ok(true);
            };
            self.metrics
                .writer_wait_seconds
                .observe(request.asked.elapsed().as_secs_f64());
            group.bytes = group.bytes.saturating_add(request.bytes);
            self.slice(request, now, group)?;
            if self.has_room(group) {
                next = self.requests.try_recv().ok();
            }
        }
        Ok(false)
    }

    fn has_room(&self, group: &Group) -> bool {
        group.slices < self.limits.group_requests_max && group.bytes < self.limits.group_bytes_max
    }

    /// Does one slice of a request, which waits for its next turn if there is more of it.
    fn slice(&mut self, request: Request, now: Time, group: &mut Group) -> Result<(), StoreError> {
        let mut desk = Desk {
            ledger: &mut self.ledger,
            store: &*self.store,
            now,
        };
        let room = self.disk.has_room_for(request.writes);
        group.slices += 1;
        match (request.work)(room.then_some(&mut desk))? {
            After::Answer(answer) => group.answers.push(answer),
            After::Slice(work) => self.under_way.push_back(Request { work, ..request }),
            After::Left => {}
        }
        Ok(())
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

    /// Counts the writes of the last commit, and the time that its files took to be synced.
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
