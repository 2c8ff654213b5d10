//! Receipts: what left this device, and what became of the work that was handed in then. They stay
//! when all else has gone, and hold no case's content: numbers, kinds and times.
//!
//! One receipt a sync. A hundred are kept; beyond that the two oldest become one, so that what they
//! count is never forgotten.

use std::collections::BTreeMap;

use super::confirmed::Confirmed;
use super::outbox::Fate;
use super::views::OutboxRow;
use super::{Replica, rows};
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::{CODE_BYTES_MAX, RECEIPT_ROWS_MAX, RECEIPTS_MAX};
use alleyway_core::number::{CODE_TEXT_BYTES, CaseNumber};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Write;
use alleyway_core::sync::frame::KeptWhy;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
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
    /// How many documents left, households and lists too.
    pub documents: u64,
    /// The cases among them, as far as they are named here.
    pub cases: Vec<CaseNumber>,
    /// What was typed here and handed in then, as far as it is named here.
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
    /// What was done.
    pub kind: Text<CODE_BYTES_MAX>,
    /// When it was typed, by this device's clock.
    pub at: Time,
    /// What became of it.
    pub became: Became,
}

/// What became of a command.
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

type Number = Text<CODE_TEXT_BYTES>;

/// A receipt as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    at: Time,
    why: Option<Eviction>,
    documents: u64,
    cases: List<Number, RECEIPT_ROWS_MAX>,
    handed_in: List<Row, RECEIPT_ROWS_MAX>,
    unnamed: u64,
}
wire_struct!(Record {
    at,
    why,
    documents,
    cases,
    handed_in,
    unnamed
});

/// A command of a receipt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    command: CommandId,
    number: Number,
    kind: Text<CODE_BYTES_MAX>,
    at: Time,
    became: Became,
}
wire_struct!(Row {
    command,
    number,
    kind,
    at,
    became
});

/// The device's receipts, by number.
pub(super) type Receipts = BTreeMap<u64, Record>;

impl Record {
    fn name_case(&mut self, number: Number) {
        let mut cases = std::mem::take(&mut self.cases).into_vec();
        if cases.len() < RECEIPT_ROWS_MAX {
            cases.push(number);
        } else {
            self.unnamed = self.unnamed.saturating_add(1);
        }
        self.cases = List::new(cases).unwrap_or_default();
    }

    /// Names a command once: what was said of it first stands.
    fn name_command(&mut self, row: Row) {
        let mut named = std::mem::take(&mut self.handed_in).into_vec();
        if !named.iter().any(|other| other.command == row.command) {
            if named.len() < RECEIPT_ROWS_MAX {
                named.push(row);
            } else {
                self.unnamed = self.unnamed.saturating_add(1);
            }
        }
        self.handed_in = List::new(named).unwrap_or_default();
    }

    /// Takes in an older one.
    fn absorb(&mut self, older: Self) {
        let newer = std::mem::replace(self, older);
        self.at = newer.at;
        self.why = newer.why.or(self.why.take());
        self.documents = self.documents.saturating_add(newer.documents);
        self.unnamed = self.unnamed.saturating_add(newer.unnamed);
        newer
            .cases
            .into_vec()
            .into_iter()
            .for_each(|number| self.name_case(number));
        newer
            .handed_in
            .into_vec()
            .into_iter()
            .for_each(|row| self.name_command(row));
    }
}

impl Replica {
    /// What left this device and what was handed in then, the oldest first.
    pub fn receipts(&self) -> Vec<ReceiptRow> {
        let handed_in = |row: &Row| HandedIn {
            command: row.command,
            number: CaseNumber::parse(&row.number),
            kind: row.kind.clone(),
            at: row.at,
            became: row.became.clone(),
        };
        self.receipts
            .iter()
            .map(|(number, record)| ReceiptRow {
                number: *number,
                at: record.at,
                why: record.why.clone(),
                documents: record.documents,
                cases: record
                    .cases
                    .iter()
                    .filter_map(|number| CaseNumber::parse(number))
                    .collect(),
                handed_in: record.handed_in.iter().map(handed_in).collect(),
                unnamed: record.unnamed,
            })
            .collect()
    }

    /// Notes that a document has left, with what of it was answered and is still to be seen here.
    pub(super) fn note_evicted(&mut self, id: DocumentId, gone: &Confirmed) -> Vec<Write> {
        let why = if self.state.stopped.is_some() {
            Eviction::Stopped
        } else {
            Eviction::Scope
        };
        let case = (!gone.number().is_empty()).then(|| Text::cut(gone.number()));
        let answered: Vec<(OutboxRow, Became)> = self
            .outbox
            .of(id)
            .filter_map(|(_, outgoing)| {
                let became = match &outgoing.fate {
                    Fate::Admitted(standing) => Became::of_mark(standing.receipt.mark),
                    Fate::Refused(refusal) => Became::Refused(BecameRefused {
                        code: refusal.code.clone(),
                    }),
                    Fate::Pending(_) => return None,
                };
                Some((self.outbox_row(outgoing)?, became))
            })
            .collect();
        let number = case.clone();
        self.note(|record| {
            record.why = Some(why);
            record.documents = record.documents.saturating_add(1);
            if let Some(case) = case {
                record.name_case(case);
            }
            for (row, became) in answered {
                // The case is gone by now, and with it the number that the outbox would find.
                let number = number.clone().unwrap_or_default();
                record.name_command(Row {
                    number,
                    ..Row::of(&row, became)
                });
            }
        })
    }

    /// Notes what became of a command that was handed in when its duty had ended.
    pub(super) fn note_handed_in(&mut self, row: &OutboxRow, became: Became) -> Vec<Write> {
        let row = Row::of(row, became);
        self.note(|record| record.name_command(row))
    }

    /// Writes into the receipt of the sync in progress.
    fn note(&mut self, change: impl FnOnce(&mut Record)) -> Vec<Write> {
        let newest = self.receipts.keys().next_back().copied().unwrap_or(0);
        let (known, heard) = self
            .session
            .as_ref()
            .map_or((None, Time::default()), |s| (s.receipt, s.heard));
        let number = known.unwrap_or(newest.saturating_add(1));
        let at = self.server_time(heard);
        let record = self.receipts.entry(number).or_insert_with(|| Record {
            at,
            ..Record::default()
        });
        change(record);
        if let Some(session) = &mut self.session {
            session.receipt = Some(number);
        }
        let mut writes = self.merge_oldest();
        writes.extend(self.write_receipt(number));
        writes
    }

    /// Keeps the receipts within their bound.
    fn merge_oldest(&mut self) -> Vec<Write> {
        let mut writes = Vec::new();
        while self.receipts.len() > RECEIPTS_MAX {
            let Some((oldest, record)) = self.receipts.pop_first() else {
                break;
            };
            writes.push(rows::remove(rows::numbered(rows::RECEIPTS, oldest)));
            if let Some(mut next) = self.receipts.first_entry() {
                next.get_mut().absorb(record);
                let number = *next.key();
                writes.extend(self.write_receipt(number));
            }
        }
        writes
    }

    fn write_receipt(&self, number: u64) -> Option<Write> {
        self.receipts
            .get(&number)
            .map(|record| rows::put(rows::numbered(rows::RECEIPTS, number), record))
    }
}

impl Became {
    /// A command that stands with this mark.
    pub(super) fn of_mark(mark: alleyway_core::documents::Mark) -> Self {
        match mark {
            alleyway_core::documents::Mark::None => Self::Admitted(Plainly {}),
            alleyway_core::documents::Mark::AfterPost => Self::AfterPost(Plainly {}),
        }
    }
}

impl Row {
    fn of(row: &OutboxRow, became: Became) -> Self {
        let number = row
            .number
            .map(|number| number.to_string())
            .unwrap_or_default();
        Self {
            command: row.command,
            number: Text::cut(&number),
            kind: Text::cut(&row.kind),
            at: row.at,
            became,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Became, Eviction, Plainly, Record, Row};
    use crate::Replica;
    use alleyway_core::id::CommandId;
    use alleyway_core::limits::{RECEIPT_ROWS_MAX, RECEIPTS_MAX};
    use alleyway_core::text::Text;
    use alleyway_core::time::Time;
    use alleyway_core::wire::Wire;

    fn row(number: u16) -> Row {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        Row {
            command: CommandId(id),
            number: Text::default(),
            kind: Text::cut("note"),
            at: Time(0),
            became: Became::Admitted(Plainly {}),
        }
    }

    #[test]
    fn a_receipt_names_a_command_once_and_counts_what_it_cannot_name() {
        let mut record = Record::default();
        record.name_command(row(1));
        record.name_command(row(1));
        assert_eq!((record.handed_in.len(), record.unnamed), (1, 0));
        for number in 0..300 {
            record.name_command(row(number));
        }
        assert_eq!(record.handed_in.len() as u64 + record.unnamed, 300);
        assert_eq!(record.handed_in.len(), RECEIPT_ROWS_MAX);
        assert_eq!(Record::from_bytes(&record.to_bytes()).unwrap(), record);
    }

    #[test]
    fn more_receipts_than_are_kept_become_one_and_none_of_what_they_count_is_lost() {
        let mut replica = Replica::empty();
        for number in 0..150 {
            replica.session = None;
            replica.note(|record| {
                record.documents += 1;
                record.why = Some(Eviction::Scope);
                record.name_command(row(number));
            });
        }
        let receipts = replica.receipts();
        assert_eq!(receipts.len(), RECEIPTS_MAX);
        assert_eq!(
            receipts
                .iter()
                .map(|receipt| receipt.documents)
                .sum::<u64>(),
            150
        );
        assert_eq!(
            receipts
                .iter()
                .map(|receipt| receipt.handed_in.len())
                .sum::<usize>(),
            150
        );
    }
}
