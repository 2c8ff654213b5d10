//! Bytes to records: encoding, line ends, header, number of fields.

use std::collections::BTreeMap;

use alleyway_core::text::{fold, typed};
use csv::{ByteRecord, ReaderBuilder};

use super::encoding;
use crate::import::fault::{Fault, Faults};
use crate::import::row::File;

/// Characters of an unknown column's name that are shown.
const SHOWN_CHARS_MAX: usize = 40;

/// A file whose header is good.
pub(super) struct Table {
    pub(super) records: Vec<Record>,
    /// Whether rows were left out because they could not be read at all.
    pub(super) has_unread_rows: bool,
    /// The encoding, where it is not UTF-8.
    pub(super) read_as: Option<&'static str>,
}

/// One row's fields by column, as they are in the file.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) fields: BTreeMap<&'static str, String>,
}

/// Reads a file; none if its header does not say what the columns are.
pub(super) fn table(bytes: &[u8], file: File, faults: &mut Faults) -> Option<Table> {
    let decoded = encoding::decoded(bytes);
    let decoded = decoded.map_err(|(line, fault)| faults.add(file, line, None, &fault));
    let decoded = decoded.ok()?;
    let bytes = &*decoded.bytes;
    let mut lines = Lines {
        bytes,
        at: 0,
        line: 1,
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = reader.byte_records();
    let header = match records.next() {
        None => ByteRecord::new(),
        Some(header) => read(header, file, lines.line, faults)?,
    };
    let columns = columns(&header, file, lines.of(&header), faults)?;
    let mut table = Table {
        records: Vec::new(),
        has_unread_rows: false,
        read_as: decoded.read_as,
    };
    for record in records {
        let Some(record) = read(record, file, lines.line, faults) else {
            table.has_unread_rows = true;
            continue;
        };
        // Spreadsheets leave rows of nothing but commas and blanks behind.
        if record.iter().all(is_blank) {
            continue;
        }
        let line = lines.of(&record);
        match fields(&record, &columns) {
            Ok(fields) => table.records.push(Record { line, fields }),
            Err(fault) => {
                table.has_unread_rows = true;
                faults.add(file, line, None, &fault);
            }
        }
    }
    Some(table)
}

/// A record, or a fault: no row is dropped without a word.
fn read(
    record: Result<ByteRecord, csv::Error>,
    file: File,
    line: u64,
    faults: &mut Faults,
) -> Option<ByteRecord> {
    let unread = |_| faults.add(file, line, None, &Fault::NotCsv);
    record.map_err(unread).ok()
}

fn is_blank(field: &[u8]) -> bool {
    std::str::from_utf8(field).is_ok_and(typed::is_nothing)
}

/// The file's columns in its own order.
fn columns(
    header: &ByteRecord,
    file: File,
    line: u64,
    faults: &mut Faults,
) -> Option<Vec<&'static str>> {
    let mut found = Vec::new();
    let mut good = true;
    let mut fault = |fault: Fault| {
        faults.add(file, line, None, &fault);
        good = false;
    };
    for name in header {
        let Ok(name) = std::str::from_utf8(name) else {
            fault(Fault::NotUtf8);
            continue;
        };
        let name = fold::plain(name).to_lowercase();
        match file.columns().iter().find(|known| **known == name) {
            None => {
                fault(Fault::UnknownColumn(
                    name.chars()
                        .filter(|c| !c.is_control())
                        .take(SHOWN_CHARS_MAX)
                        .collect(),
                ));
            }
            Some(known) if found.contains(known) => fault(Fault::RepeatedColumn(name)),
            Some(known) => found.push(*known),
        }
    }
    let needed = file.columns().iter().filter(|known| !file.may_lack(known));
    for missing in needed.filter(|known| !found.contains(known)) {
        fault(Fault::MissingColumn(missing));
    }
    good.then_some(found)
}

fn fields(
    record: &ByteRecord,
    columns: &[&'static str],
) -> Result<BTreeMap<&'static str, String>, Fault> {
    if record.len() != columns.len() {
        return Err(Fault::FieldCount {
            found: record.len(),
            expected: columns.len(),
        });
    }
    let mut fields = BTreeMap::new();
    for (column, field) in columns.iter().zip(record) {
        let field = std::str::from_utf8(field).map_err(|_| Fault::NotUtf8)?;
        fields.insert(*column, field.to_owned());
    }
    Ok(fields)
}

/// Line numbers. The reader's own are those of the empty lines before a record, and of the line
/// feed that belongs to the record before it.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let start = record
            .position()
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(self.at);
        while let Some(byte) = self.bytes.get(self.at) {
            let is_end = matches!(byte, b'\n' | b'\r');
            if self.at >= start && !is_end {
                break;
            }
            let is_first_of_two = *byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
            if is_end && !is_first_of_two {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}
