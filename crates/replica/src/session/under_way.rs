//! The flight that is under way, and how it goes over the line.

use alleyway_core::time::Time;

/// The last flight, as far as its answer has come.
#[derive(Debug, Default)]
pub(crate) struct UnderWay {
    /// The bytes behind its hello.
    bytes: usize,
    /// This device's clock when it was sent.
    sent: Time,
    /// Something of its answer was heard.
    is_answered: bool,
    /// It brings the last piece of something.
    completes: bool,
    /// The pages of its answer so far, in bytes.
    page_bytes: usize,
}

impl UnderWay {
    /// A flight that leaves `now`, with so many bytes behind its hello. `completes` says whether it
    /// brings the last piece of something.
    pub(crate) fn new(bytes: usize, completes: bool, now: Time) -> Self {
        Self {
            bytes,
            completes,
            sent: now,
            ..Self::default()
        }
    }

    /// The bytes behind its hello.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it brings the last piece of something.
    pub(crate) fn completes(&self) -> bool {
        self.completes
    }

    /// How long it is since it was sent, in milliseconds, if this is the first that is heard of its
    /// answer.
    pub(crate) fn is_answered(&mut self, now: Time) -> Option<i64> {
        let is_first = !std::mem::replace(&mut self.is_answered, true);
        is_first.then(|| self.since_sent(now))
    }

    /// Whether a frame of its answer came.
    pub(crate) fn was_heard_of(&self) -> bool {
        self.is_answered
    }

    /// A page of so many bytes came.
    pub(crate) fn count_page(&mut self, bytes: usize) {
        self.page_bytes += bytes;
    }

    /// The pages of the answer so far, in bytes.
    pub(crate) fn page_bytes(&self) -> usize {
        self.page_bytes
    }

    /// How long it is since it was sent, in milliseconds.
    pub(crate) fn since_sent(&self, now: Time) -> i64 {
        now.0.saturating_sub(self.sent.0)
    }
}
