//! A request to the writer, and its answer.

use std::time::Instant;

use alleyway_core::store::StoreError;
use alleyway_ledger::LedgerError;
use tokio::sync::oneshot;

use super::{AskError, Desk, Slice};
use crate::disk::Writes;

/// The answer to a request.
pub(super) type Answer<T, E = AskError> = oneshot::Receiver<Result<T, E>>;

/// Sends an answer. Called after the commit.
pub(super) type Release = Box<dyn FnOnce() + Send>;

/// One slice of what is to be done. Has no desk if the disk has no room for it: then it only prepares
/// the refusal.
pub(super) type Work = Box<dyn FnOnce(Option<&mut Desk<'_>>) -> Result<After, StoreError> + Send>;

/// The outcome of a slice.
pub(super) enum After {
    /// The answer, to be released after the commit.
    Answer(Release),
    /// The next slice.
    Slice(Work),
    /// Nobody waits for it any more: nothing was done.
    Left,
}

/// A message in the writer's queue.
pub(super) enum Message {
    /// Something is to be done.
    Request(Request),
    /// The writer is to end.
    Stop,
}

/// Something that is to be done.
pub(super) struct Request {
    /// Its weight in a group.
    pub(super) bytes: usize,
    pub(super) writes: Writes,
    pub(super) asked: Instant,
    pub(super) work: Work,
}

impl Request {
    fn now(writes: Writes, bytes: usize, work: Work) -> Message {
        Message::Request(Self {
            bytes,
            writes,
            asked: Instant::now(),
            work,
        })
    }
}

/// A request that is done at one turn, or refused.
pub(super) fn request<T, E, W>(writes: Writes, bytes: usize, work: W) -> (Message, Answer<T, E>)
where
    T: Send + 'static,
    E: From<AskError> + Send + 'static,
    W: FnOnce(&mut Desk<'_>) -> Result<T, LedgerError<E>> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let work: Work = Box::new(move |desk| {
        if sender.is_closed() {
            return Ok(After::Left);
        }
        let answer = match desk {
            Some(desk) => match work(desk) {
                Ok(done) => Ok(done),
                Err(LedgerError::Refused(refusal)) => Err(refusal),
                Err(LedgerError::Store(error)) => return Err(error),
            },
            None => Err(AskError::DiskFull.into()),
        };
        Ok(After::Answer(release(sender, answer)))
    });
    (Request::now(writes, bytes, work), receiver)
}

/// A request that is done in slices.
pub(super) fn request_in_slices<T, W>(writes: Writes, bytes: usize, work: W) -> (Message, Answer<T>)
where
    T: Send + 'static,
    W: FnMut(&mut Desk<'_>) -> Result<Slice<T>, StoreError> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let work = slice(sender, work, false);
    (Request::now(writes, bytes, work), receiver)
}

/// One slice of long work, and then the next. It ends once nobody waits for it, unless it is to go on in
/// any case.
fn slice<T, W>(sender: oneshot::Sender<Result<T, AskError>>, mut work: W, in_any_case: bool) -> Work
where
    T: Send + 'static,
    W: FnMut(&mut Desk<'_>) -> Result<Slice<T>, StoreError> + Send + 'static,
{
    Box::new(move |desk| {
        if sender.is_closed() && !in_any_case {
            return Ok(After::Left);
        }
        let answer = match desk {
            Some(desk) => match work(desk)? {
                Slice::Done(done) => Ok(done),
                Slice::More => return Ok(After::Slice(slice(sender, work, false))),
                Slice::MoreInAnyCase => return Ok(After::Slice(slice(sender, work, true))),
            },
            None => Err(AskError::DiskFull),
        };
        Ok(After::Answer(release(sender, answer)))
    })
}

fn release<T: Send + 'static, E: Send + 'static>(
    sender: oneshot::Sender<Result<T, E>>,
    answer: Result<T, E>,
) -> Release {
    // Nobody may be waiting any more; what was done stands.
    Box::new(move || drop(sender.send(answer)))
}
