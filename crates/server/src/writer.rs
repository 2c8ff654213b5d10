//! The one thread that owns the ledger and the store.
//!
//! It takes all waiting requests up to a limit, lets the ledger handle each in turn, commits what
//! they wrote as one transaction, and only then releases the answers: what is acknowledged is
//! durable. When the store fails it answers nobody and ends the process.
//!
//! Long work is done in slices ([`Slice`]): one for each group, so that whoever asks for little waits
//! for one slice of it and not for all. What a slice wrote is committed with its group; the answer
//! leaves behind the last.
//!
//! Who gave up waiting is not worked for: a request whose asker is gone at its turn is left.

mod request;
mod thread;

pub use thread::{EXIT_STORE_FAILED, OnFailure, exit_process, start, start_on};

use std::sync::Arc;

use alleyway_core::store::StoreError;
use alleyway_core::time::Time;
use alleyway_ledger::{Ledger, LedgerError};
use thiserror::Error;
use tokio::sync::{Notify, mpsc};

use crate::disk::{Disk, Writes};
use crate::store::Upkeep;
use crate::telemetry::Metrics;
use request::{Answer, Message, request, request_in_slices};

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

/// The ledger, the store and the time, for a request that is handled.
pub struct Desk<'a> {
    /// The ledger.
    pub ledger: &'a mut Ledger,
    /// The store; only to read: the ledger collects what is to be written.
    pub store: &'a dyn Upkeep,
    /// The time of this group.
    pub now: Time,
}

/// One slice of long work.
pub enum Slice<T> {
    /// There is more to do, at the next turn: in the next group, behind what others ask for. If nobody
    /// waits for it by then, it is left.
    More,
    /// There is more to do, which is done even if nobody waits for it: something of it stands already.
    MoreInAnyCase,
    /// The work is done.
    Done(T),
}

/// Asks the writer. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Message>,
    metrics: Arc<Metrics>,
    disk: Arc<Disk>,
    imports: Arc<Notify>,
}

/// Work that refuses nothing.
fn unrefused<T, W>(work: W) -> impl FnOnce(&mut Desk<'_>) -> Result<T, LedgerError<AskError>>
where
    W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError>,
{
    move |desk| work(desk).map_err(LedgerError::Store)
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
        self.put(request(Writes::Nothing, bytes, unrefused(work)))
            .await
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
        self.put(request(writes, bytes, unrefused(work))).await
    }

    /// As [`Writer::ask_to_write`], for work that may refuse what is asked: nothing is written then.
    ///
    /// # Errors
    /// Those of [`Writer::ask_to_write`]; the refusal.
    pub async fn ask_or_be_refused<T, E, W>(
        &self,
        writes: Writes,
        bytes: usize,
        work: W,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<AskError> + Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, LedgerError<E>> + Send + 'static,
    {
        self.put(request(writes, bytes, work)).await
    }

    /// As [`Writer::ask_to_write`], for work that may be long: it is called until it is done, once
    /// for each group. Each of its slices is asked about the disk's room anew.
    ///
    /// # Errors
    /// [`AskError::Busy`] at once if the queue is full; [`AskError::DiskFull`], perhaps behind slices
    /// that stand.
    pub async fn ask_in_slices<T, W>(
        &self,
        writes: Writes,
        bytes: usize,
        work: W,
    ) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnMut(&mut Desk<'_>) -> Result<Slice<T>, StoreError> + Send + 'static,
    {
        self.put(request_in_slices(writes, bytes, work)).await
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
        self.put_patiently(request(Writes::Nothing, bytes, unrefused(work)))
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
        self.put_patiently(request(writes, bytes, unrefused(work)))
            .await
    }

    /// As [`Writer::ask_patiently_to_write`], for work that may refuse what is asked.
    ///
    /// # Errors
    /// Those of [`Writer::ask_patiently_to_write`]; the refusal.
    pub async fn ask_patiently_or_be_refused<T, E, W>(
        &self,
        writes: Writes,
        bytes: usize,
        work: W,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<AskError> + Send + 'static,
        W: FnOnce(&mut Desk<'_>) -> Result<T, LedgerError<E>> + Send + 'static,
    {
        self.put_patiently(request(writes, bytes, work)).await
    }

    /// As [`Writer::ask_patiently`], for work that may be long: it is called until it is done, once
    /// for each group.
    ///
    /// # Errors
    /// [`AskError::Stopped`].
    pub async fn ask_patiently_in_slices<T, W>(&self, work: W) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnMut(&mut Desk<'_>) -> Result<Slice<T>, StoreError> + Send + 'static,
    {
        self.ask_patiently_to_write_in_slices(Writes::Nothing, work)
            .await
    }

    /// The same, if there is room on the disk for what it may write: asked anew for each slice.
    ///
    /// # Errors
    /// [`AskError::Stopped`]; [`AskError::DiskFull`], perhaps behind slices that stand.
    pub async fn ask_patiently_to_write_in_slices<T, W>(
        &self,
        writes: Writes,
        work: W,
    ) -> Result<T, AskError>
    where
        T: Send + 'static,
        W: FnMut(&mut Desk<'_>) -> Result<Slice<T>, StoreError> + Send + 'static,
    {
        self.put_patiently(request_in_slices(writes, 0, work)).await
    }

    /// Puts a request into the queue, if there is a place.
    async fn put<T, E: From<AskError>>(
        &self,
        (message, answer): (Message, Answer<T, E>),
    ) -> Result<T, E> {
        self.queue.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                self.metrics.writer_refused.inc();
                AskError::Busy
            }
            mpsc::error::TrySendError::Closed(_) => AskError::Stopped,
        })?;
        answer
            .await
            .unwrap_or_else(|_| Err(AskError::Stopped.into()))
    }

    /// Puts a request into the queue, once there is a place.
    async fn put_patiently<T, E: From<AskError>>(
        &self,
        (message, answer): (Message, Answer<T, E>),
    ) -> Result<T, E> {
        self.queue
            .send(message)
            .await
            .map_err(|_| AskError::Stopped)?;
        answer
            .await
            .unwrap_or_else(|_| Err(AskError::Stopped.into()))
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

    /// Waits until an import is confirmed, which is to be carried out; at once if one was since the last
    /// call.
    pub async fn import_confirmed(&self) {
        self.imports.notified().await;
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

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::setup as test_setup;
