//! Receipts: what left this device, and what became of the work that was handed in then. They stay
//! when all else has gone, and hold no case's content: numbers, kinds and times.
//!
//! One receipt a sync. A hundred are kept; beyond that the two oldest become one, so that what they
//! count is never forgotten.

mod record;

pub(super) use record::Record;

use std::collections::BTreeMap;

use super::rows;
use alleyway_core::documents::Mark;
use alleyway_core::id::CommandId;
use alleyway_core::limits::{CODE_BYTES_MAX, RECEIPTS_MAX};
use alleyway_core::number::CaseNumber;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{Records, StoreError, Write};
use alleyway_core::sync::frame::KeptWhy;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;
use alleyway_core::{wire_enum, wire_struct, word_enum};

word_enum!(
    /// Why documents left the device.
    Eviction {
        /// They are no longer within the member's duties.
        Scope = "scope",
        /// The device is not to go on.
        Stopped = "stopped",
    }
);

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Counts the device's receipts.
    pub number: u64,
    /// When.
    pub at: Time,
    /// Why documents left; none if none did.
    pub why: Option<Eviction>,
    /// The count of documents that left, households and lists too.
    pub documents: u64,
    /// The cases among them, as far as they are named here.
    pub cases: Vec<CaseNumber>,
    /// The commands typed here and handed in then, as far as they are named here.
    pub handed_in: Vec<HandedIn>,
    /// Cases and commands that are only counted.
    pub unnamed: u64,
}

/// A command of this device that was handed in when its duty had ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// The command.
    pub command: CommandId,
    /// The case's number, for a case.
    pub number: Option<CaseNumber>,
    /// The step, by its word.
    pub kind: Text<CODE_BYTES_MAX>,
    /// The time at which it was typed, by this device's clock.
    pub at: Time,
    /// Its outcome.
    pub became: Became,
}

/// The outcome of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It stands.
    Admitted(Plainly),
    /// It stands, marked: handed in after the post ended.
    AfterPost(Plainly),
    /// It lies in a tray.
    Kept(BecameKept),
    /// It was refused.
    Refused(BecameRefused),
}
wire_enum!(Became { 1 => Admitted, 2 => AfterPost, 3 => Kept, 4 => Refused });

/// Nothing more is to be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Plainly {}
wire_struct!(Plainly {});

/// It lies in a tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BecameKept {
    /// Why.
    pub why: KeptWhy,
}
wire_struct!(BecameKept { why });

/// It was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BecameRefused {
    /// The rule.
    pub code: RefusalCode,
}
wire_struct!(BecameRefused { code });

impl Became {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Admitted(_) => "admitted",
            Self::AfterPost(_) => "after_post",
            Self::Kept(_) => "kept",
            Self::Refused(_) => "refused",
        }
    }
}

/// The device's receipts, by number.
#[derive(Debug, Default)]
pub(super) struct Receipts(BTreeMap<u64, Record>);

/// A receipt that was written into.
#[derive(Debug)]
pub(super) struct NotedReceipt {
    /// Its number.
    pub(super) number: u64,
    pub(super) writes: Vec<Write>,
}

impl Receipts {
    /// Reads the receipts; `damaged` takes the keys of rows that cannot be read.
    pub(super) fn read(
        records: &dyn Records,
        damaged: &mut Vec<Vec<u8>>,
    ) -> Result<Self, StoreError> {
        let mut receipts = BTreeMap::new();
        damaged.extend(rows::each_numbered(records, rows::RECEIPTS, |n, value| {
            receipts.insert(n, Wire::from_bytes(value).ok()?);
            Some(())
        })?);
        Ok(Self(receipts))
    }

    /// All of them, the oldest first.
    pub(super) fn rows(&self) -> Vec<ReceiptRow> {
        let receipts = self.0.iter();
        receipts
            .map(|(number, record)| record.row(*number))
            .collect()
    }

    /// Writes into the receipt with this number, or begins one, at `at` by the server's clock. Keeps
    /// the receipts within their bound.
    pub(super) fn note(
        &mut self,
        number: Option<u64>,
        at: Time,
        change: impl FnOnce(&mut Record),
    ) -> NotedReceipt {
        let newest = self.0.keys().next_back().copied().unwrap_or(0);
        let number = number.unwrap_or(newest.saturating_add(1));
        change(self.0.entry(number).or_insert_with(|| Record::begun(at)));
        let mut writes = self.merge_oldest();
        writes.extend(self.write(number));
        NotedReceipt { number, writes }
    }

    fn merge_oldest(&mut self) -> Vec<Write> {
        let mut writes = Vec::new();
        while self.0.len() > RECEIPTS_MAX {
            let Some((oldest, record)) = self.0.pop_first() else {
                break;
            };
            writes.push(rows::remove(rows::numbered(rows::RECEIPTS, oldest)));
            if let Some(mut next) = self.0.first_entry() {
                next.get_mut().absorb(record);
                let number = *next.key();
                writes.extend(self.write(number));
            }
        }
        writes
    }

    fn write(&self, number: u64) -> Option<Write> {
        let record = self.0.get(&number)?;
        Some(rows::put(rows::numbered(rows::RECEIPTS, number), record))
    }
}

impl Became {
    /// A command that stands with this mark.
    pub(super) fn of_mark(mark: Mark) -> Self {
        match mark {
            Mark::None => Self::Admitted(Plainly {}),
            Mark::AfterPost => Self::AfterPost(Plainly {}),
        }
    }
}
