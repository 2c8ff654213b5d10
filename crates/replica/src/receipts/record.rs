//! A receipt as it is stored.

use super::{Became, Eviction, HandedIn, ReceiptRow};
use alleyway_core::id::CommandId;
use alleyway_core::limits::{CODE_BYTES_MAX, RECEIPT_ROWS_MAX};
use alleyway_core::number::{CODE_TEXT_BYTES, CaseNumber};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use alleyway_core::wire_struct;

type Number = Text<CODE_TEXT_BYTES>;

/// A receipt as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
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

impl Record {
    /// An empty receipt, begun at a time by the server's clock.
    pub(super) fn begun(at: Time) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    /// A document has left; `case` is its number, if it is a case.
    pub(crate) fn evict(&mut self, why: Eviction, case: Option<&str>) {
        self.why = Some(why);
        self.documents = self.documents.saturating_add(1);
        if let Some(case) = case {
            self.name_case(Text::cut(case));
        }
    }

    /// A command was handed in. It is named once: what became of it first stands.
    pub(crate) fn hand_in(&mut self, command: HandedIn) {
        self.name_command(Row::of(command));
    }

    /// As it is shown.
    pub(super) fn row(&self, number: u64) -> ReceiptRow {
        let cases = self.cases.iter();
        ReceiptRow {
            number,
            at: self.at,
            why: self.why.clone(),
            documents: self.documents,
            cases: cases.filter_map(|case| CaseNumber::parse(case)).collect(),
            handed_in: self.handed_in.iter().map(Row::handed_in).collect(),
            unnamed: self.unnamed,
        }
    }

    /// Takes in an older one.
    pub(super) fn absorb(&mut self, older: Self) {
        let newer = std::mem::replace(self, older);
        self.at = newer.at;
        self.why = newer.why.or(self.why.take());
        self.documents = self.documents.saturating_add(newer.documents);
        self.unnamed = self.unnamed.saturating_add(newer.unnamed);
        for case in newer.cases.into_vec() {
            self.name_case(case);
        }
        for row in newer.handed_in.into_vec() {
            self.name_command(row);
        }
    }

    fn name_case(&mut self, number: Number) {
        let mut cases = std::mem::take(&mut self.cases).into_vec();
        if cases.len() < RECEIPT_ROWS_MAX {
            cases.push(number);
        } else {
            self.unnamed = self.unnamed.saturating_add(1);
        }
        self.cases = List::new(cases).unwrap_or_default();
    }

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
}

impl Row {
    fn of(command: HandedIn) -> Self {
        let number = command.number.map(|number| number.to_string());
        Self {
            command: command.command,
            number: Text::cut(&number.unwrap_or_default()),
            kind: command.kind,
            at: command.at,
            became: command.became,
        }
    }

    fn handed_in(&self) -> HandedIn {
        HandedIn {
            command: self.command,
            number: CaseNumber::parse(&self.number),
            kind: self.kind.clone(),
            at: self.at,
            became: self.became.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Plainly, Receipts};
    use super::*;
    use alleyway_core::limits::RECEIPTS_MAX;
    use alleyway_core::wire::Wire;

    fn command(number: u16) -> HandedIn {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        HandedIn {
            command: CommandId(id),
            number: None,
            kind: Text::cut("note"),
            at: Time(0),
            became: Became::Admitted(Plainly {}),
        }
    }

    #[test]
    fn a_receipt_names_a_command_once_and_counts_what_it_cannot_name() {
        let mut record = Record::default();
        record.hand_in(command(1));
        record.hand_in(command(1));
        assert_eq!((record.handed_in.len(), record.unnamed), (1, 0));
        for number in 0..300 {
            record.hand_in(command(number));
        }
        assert_eq!(record.handed_in.len() as u64 + record.unnamed, 300);
        assert_eq!(record.handed_in.len(), RECEIPT_ROWS_MAX);
        assert_eq!(Record::from_bytes(&record.to_bytes()).unwrap(), record);
    }

    #[test]
    fn more_receipts_than_are_kept_become_one_and_none_of_what_they_count_is_lost() {
        let mut receipts = Receipts::default();
        for number in 0..150 {
            receipts.note(None, Time::default(), |record| {
                record.evict(Eviction::Scope, None);
                record.hand_in(command(number));
            });
        }
        let rows = receipts.rows();
        assert_eq!(rows.len(), RECEIPTS_MAX);
        let documents: u64 = rows.iter().map(|receipt| receipt.documents).sum();
        assert_eq!(documents, 150);
        let handed_in: usize = rows.iter().map(|receipt| receipt.handed_in.len()).sum();
        assert_eq!(handed_in, 150);
    }
}
