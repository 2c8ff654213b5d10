//! A connection that ends when its other end does not take what is sent.
//!
//! hyper bounds how long a request may take to arrive, not how long an answer may take to leave.
//! Here a write that has to wait starts a clock; unless 16 KiB more, or all there was to send, have
//! been taken when it has run out, the write fails and hyper drops the connection.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// The bytes that a client has to take in each period.
const CHUNK_BYTES: usize = 16 * 1024;

/// A stream whose writes must make progress.
pub(super) struct Paced<S> {
    stream: S,
    time_max: Duration,
    /// Runs while a write waits.
    clock: Option<Pin<Box<Sleep>>>,
    /// Taken since the clock was started.
    taken_bytes: usize,
}

impl<S> Paced<S> {
    /// Gives `stream` `time_max` for every 16 KiB.
    pub(super) fn new(stream: S, time_max: Duration) -> Self {
        Self {
            stream,
            time_max,
            clock: None,
            taken_bytes: 0,
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let time_max = self.time_max;
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep(time_max)));
        ready!(clock.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the client does not take its answer",
        )))
    }

    fn progress(&mut self, taken: usize, all: bool) {
        self.taken_bytes = self.taken_bytes.saturating_add(taken);
        if all || self.taken_bytes >= CHUNK_BYTES {
            self.clock = None;
            self.taken_bytes = 0;
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.wait(context),
            Poll::Ready(Ok(taken)) => {
                self.progress(taken, taken == bytes.len());
                Poll::Ready(Ok(taken))
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, slices) {
            Poll::Pending => self.wait(context),
            Poll::Ready(Ok(taken)) => {
                let offered = slices.iter().map(|slice| slice.len()).sum::<usize>();
                self.progress(taken, taken == offered);
                Poll::Ready(Ok(taken))
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut() {
        let (here, _there) = duplex(1_024);
        let mut paced = Paced::new(here, Duration::from_millis(20));
        let error = paced.write_all(&vec![0; 100_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_takes_everything_gets_everything() {
        let (here, mut there) = duplex(1_024);
        let mut paced = Paced::new(here, Duration::from_mins(1));
        let sending = tokio::spawn(async move { paced.write_all(&vec![7; 200_000]).await });
        let mut taken = Vec::new();
        there.read_to_end(&mut taken).await.unwrap();
        sending.await.unwrap().unwrap();
        assert_eq!(taken.len(), 200_000);
    }
}
