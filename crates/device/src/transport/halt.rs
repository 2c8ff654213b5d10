//! Ending a wait from another thread.

use std::sync::Arc;

use tokio::sync::watch;

/// Ends what waits for the line, from any thread, for good. Clones are the same.
#[derive(Debug, Clone)]
pub struct Halt {
    own: Arc<watch::Sender<bool>>,
    /// Others that end the same waits.
    others: Vec<Arc<watch::Sender<bool>>>,
}

impl Default for Halt {
    fn default() -> Self {
        Self::new()
    }
}

impl Halt {
    /// Nothing is ended.
    pub fn new() -> Self {
        Self {
            own: Arc::new(watch::Sender::new(false)),
            others: Vec::new(),
        }
    }

    /// Ends every wait that looks at this, now and later.
    pub fn trip(&self) {
        self.own.send_replace(true);
    }

    /// Whether it was tripped.
    pub fn is_tripped(&self) -> bool {
        self.all().any(|halt| *halt.borrow())
    }

    /// Ends its waits also when `other` is tripped.
    #[must_use]
    pub fn joined(mut self, other: &Self) -> Self {
        self.others.extend(other.all().cloned());
        self
    }

    /// Returns once it is tripped.
    pub(super) async fn tripped(&self) {
        let mut waits: Vec<_> = self.all().map(|halt| halt.subscribe()).collect();
        let waits = waits
            .iter_mut()
            .map(|wait| Box::pin(wait.wait_for(|is_tripped| *is_tripped)));
        first_of(waits.collect()).await;
    }

    fn all(&self) -> impl Iterator<Item = &Arc<watch::Sender<bool>>> {
        std::iter::once(&self.own).chain(&self.others)
    }
}

/// Returns when one of them does.
async fn first_of<F: Future + Unpin>(mut waits: Vec<F>) {
    std::future::poll_fn(|cx| {
        let is_ready = |wait: &mut F| std::pin::Pin::new(wait).poll(cx).is_ready();
        if waits.iter_mut().any(is_ready) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}
