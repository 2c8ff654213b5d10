//! Bugs planted to show that the oracle can fail.

/// A bug.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plant {
    /// None: the product as it is.
    #[default]
    Nothing,
    /// The server lets its answers go before it has committed.
    AnswersBeforeCommit,
    /// The server's store sometimes says that it committed, and did not.
    LosesTransactions,
    /// The phone's store is not all-or-nothing: a crash leaves the cursor without its page.
    CursorBeforePage,
    /// The phone says "saved" before its store has the command.
    SavedBeforeDurable,
    /// The phone draws the same random bytes again and again.
    RepeatsRandomness,
    /// The phone sends a batch before its seal is durable.
    SendsBeforeSeal,
}
