//! Bugs planted to show that the oracle can fail: patches to what drives the machines, and to what
//! passes between a machine and its store or its line.

/// A bug.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plant {
    /// None: the product as it is.
    #[default]
    Nothing,
    /// The server lets its answers go before what it wrote is synced.
    AnswersBeforeSync,
    /// The server's store sometimes says that it committed, and did not.
    LosesTransactions,
    /// The phone's store is not all-or-nothing: a crash leaves the cursor without its page.
    CursorBeforePage,
    /// The phone says "saved" before its store has the command.
    SavedBeforeDurable,
    /// The phone sends a batch before its seal is durable.
    SendsBeforeSeal,
    /// The sums of the feeds are not written.
    DigestNotUpdated,
    /// A document's place in its feeds' logs is not moved.
    FeedLogNotMoved,
    /// A batch with a refused command does not count in its device's chain.
    ChainBrokenAtRefusal,
    /// A gained feed that was cut off while it was sent counts as sent.
    BackfillNotResumed,
    /// Two verdicts of a batch change places.
    VerdictsSwapped,
    /// The phone keeps what left its scope.
    ForgetsEviction,
    /// Now and then a page is empty, and its cursor goes on.
    SkipsPages,
    /// The item of a tray is not noted as being there.
    TrayForgotten,
    /// Revocations since the backup are not in the security journal that is given to a restore.
    RevocationForgotten,
    /// A restored server goes on in the incarnation that it was backed up in.
    IncarnationNotBegun,
    /// Phones are told that a backup holds all that the server has had of them, also what it had not
    /// judged yet, and what came since.
    CoversTooMuch,
    /// Restored servers take no notice of their own older word.
    WordNotBelieved,
    /// What the server says of a command, it says of every command with the same nonce.
    BodyNotInId,
    /// Who ends a clearance is told that it has ended, and the server is not.
    ClearanceNotEnded,
    /// A phone does not remember what its line can do.
    LineForgotten,
}

impl Plant {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::AnswersBeforeSync,
        Self::LosesTransactions,
        Self::CursorBeforePage,
        Self::SavedBeforeDurable,
        Self::SendsBeforeSeal,
        Self::DigestNotUpdated,
        Self::FeedLogNotMoved,
        Self::ChainBrokenAtRefusal,
        Self::BackfillNotResumed,
        Self::VerdictsSwapped,
        Self::ForgetsEviction,
        Self::SkipsPages,
        Self::TrayForgotten,
        Self::RevocationForgotten,
        Self::IncarnationNotBegun,
        Self::CoversTooMuch,
        Self::WordNotBelieved,
        Self::BodyNotInId,
        Self::ClearanceNotEnded,
        Self::LineForgotten,
    ];

    /// The bug of this name, as it is printed.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|plant| format!("{plant:?}") == name)
    }
}
