//! A response's body: the first reply and then page after page, one zstd frame.
//!
//! The next page is asked of the writer when the connection wants more to send, so a slow client
//! holds one page and not the writer. If the writer ends, the body breaks off, and the device goes
//! on from the cursor of the last page it has whole.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_ledger::Reply;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

use super::answers::Answering;
use super::compression::Packer;
use super::{App, slices};
use crate::writer::AskError;

type Asking = Pin<Box<dyn Future<Output = Result<Reply, AskError>> + Send>>;

enum State {
    /// A chunk that is ready, and what comes after it.
    Ready(Bytes, Option<Asking>),
    Asking(Asking),
    Ended,
}

/// The body of an answer to a flight.
pub(super) struct Pages {
    app: Arc<App>,
    /// Dropped with the last page: a slow client holds what it has not read, and no more.
    packer: Option<Packer>,
    state: State,
    /// Among the device's answers, until this one has ended.
    answering: Answering,
}

impl Pages {
    /// An answer that begins with `reply`.
    pub(super) fn new(app: Arc<App>, reply: Reply, answering: Answering) -> io::Result<Self> {
        let mut plain = Vec::with_capacity(1 + reply.frames.len());
        plain.push(PROTOCOL_VERSION);
        plain.extend_from_slice(&reply.frames);
        let size = reply.next.is_none().then_some(plain.len());
        let mut pages = Self {
            packer: Some(app.packers.packer(size)?),
            state: State::Ended,
            app,
            answering,
        };
        pages.take(&plain, reply.next)?;
        Ok(pages)
    }

    fn take(
        &mut self,
        plain: &[u8],
        next: Option<alleyway_ledger::Continuation>,
    ) -> io::Result<()> {
        let packer = self.packer.as_mut();
        let packer = packer.ok_or_else(|| io::Error::other("the answer has ended"))?;
        let packed = packer.pack(plain, next.is_none())?;
        if next.is_none() {
            self.packer = None;
        }
        self.app.metrics.flight_bytes_out.inc_by(plain.len() as u64);
        self.app
            .metrics
            .packed_bytes_out
            .inc_by(packed.len() as u64);
        let asking = next.map(|next| {
            let (app, answering) = (self.app.clone(), self.answering.clone());
            let asking: Asking = Box::pin(async move {
                let turn = answering.turn().await;
                slices::go_on(&app, next, turn).await
            });
            asking
        });
        self.state = State::Ready(Bytes::from(packed), asking);
        Ok(())
    }

    /// Gives the chunk that is ready.
    fn give(&mut self) -> Option<Bytes> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready(chunk, next) => {
                if let Some(asking) = next {
                    self.state = State::Asking(asking);
                }
                Some(chunk)
            }
            other => {
                self.state = other;
                None
            }
        }
    }
}

impl HttpBody for Pages {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let State::Asking(asking) = &mut self.state {
            match asking.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => {
                    self.state = State::Ended;
                    return Poll::Ready(Some(Err(io::Error::other("the server stops"))));
                }
                Poll::Ready(Ok(reply)) => self.take(&reply.frames, reply.next)?,
            }
        }
        Poll::Ready(self.give().map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.state {
            State::Ready(chunk, None) => SizeHint::with_exact(chunk.len() as u64),
            State::Ended => SizeHint::with_exact(0),
            State::Ready(..) | State::Asking(_) => SizeHint::default(),
        }
    }
}
