//! The faults that checks of the store and of the audit find.

use alleyway_core::id::{CommandId, DocumentId};

/// Faults named in a report; more are counted.
pub(crate) const NAMED_MAX: usize = 100;

/// A fault of the ledger's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The ledger's own state is missing.
    StateMissing,
    /// The chain does not end where the ledger's state says.
    ChainEnd,
    /// The entry with this sequence does not stand on the one before.
    ChainBreaks {
        /// The sequence.
        at: u64,
    },
    /// Some of these entries are missing.
    EntriesFew {
        /// The first one's sequence.
        from: u64,
        /// The sequence behind the last one.
        to: u64,
    },
    /// The row of entries that begins with this sequence is missing.
    EntriesMissing {
        /// The sequence.
        from: u64,
    },
    /// The row of entries that begins with this sequence is damaged.
    EntriesDamaged {
        /// The sequence.
        from: u64,
        /// The row's key.
        record: String,
    },
    /// A record is damaged, and the check did not get beyond it.
    RecordDamaged {
        /// Its key.
        record: String,
    },
    /// A document cannot be loaded, or is not the one that its head names.
    DocumentDamaged {
        /// The document.
        document: DocumentId,
        /// The key of the damaged record.
        record: String,
    },
    /// The log of a feed lacks a document that is in the feed.
    DocumentUnplaced {
        /// The document.
        document: DocumentId,
    },
    /// The sum of a feed is not that of its documents.
    FeedSum {
        /// Documents that its log names.
        places: u64,
        /// Documents that its sum counts.
        documents: u64,
        /// Documents that its log names and that are not there.
        strays: u64,
    },
    /// The record of the part that a resident sees is not the one that the case makes.
    TrackedOther {
        /// The case.
        case: DocumentId,
    },
    /// A case's part in the figures is not the one that its log comes to.
    FiguresOther {
        /// The case.
        case: DocumentId,
    },
    /// A document's row for lists is not the one that the document makes.
    ListedOther {
        /// The document.
        document: DocumentId,
    },
    /// The index has it otherwise than the document whether that is late.
    LateOther {
        /// The document.
        document: DocumentId,
    },
    /// Figures are not the sum of the cases' parts.
    FiguresSum {
        /// Months, places and categories of which that is so.
        rows: u64,
    },
    /// An id is that of two commands, and neither of them stands.
    IdTwiceKept {
        /// The id.
        id: CommandId,
    },
    /// An id is that of a command that stands, and of another one that does not.
    IdTwice {
        /// The id.
        id: CommandId,
        /// The document in which the one stands.
        document: DocumentId,
    },
}

/// A fault of the audit's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditProblem {
    /// The ledger's own state is missing.
    StateMissing,
    /// The record with this number does not stand on the one before.
    ChainBreaks {
        /// The number.
        record: u64,
    },
    /// The record with this number is missing.
    RecordMissing {
        /// The number.
        record: u64,
    },
    /// The record with this number is damaged.
    RecordDamaged {
        /// The number.
        record: u64,
        /// Its key.
        key: String,
    },
    /// There are records beyond the end that the ledger's state names.
    BeyondEnd,
    /// The chain does not end where the ledger's state says.
    ChainEnd,
    /// The record with this number is not the one that was noted elsewhere.
    NotNoted {
        /// The number.
        record: u64,
    },
}
