//! Bytes to records: byte order mark, line ends, header, UTF-8, number of fields.

use std::collections::BTreeMap;

use csv::{ByteRecord, ReaderBuilder};

use crate::import::fault::{Fault, Faults};
use crate::import::row::File;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Characters of an unknown column's name that are shown.
const SHOWN_CHARS_MAX: usize = 40;

/// A file whose header is good.
pub(super) struct Table {
    pub(super) records: Vec<Record>,
    /// Whether rows were left out because they could not be read at all.
    pub(super) has_unread_rows: bool,
}

/// One row's fields by column, without the white space around them.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) fields: BTreeMap<&'static str, String>,
}

/// Reads a file; none if its header does not say what the columns are.
pub(super) fn table(bytes: &[u8], file: File, faults: &mut Faults) -> Option<Table> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut lines = Lines {
        bytes,
        at: 0,
        line: 1,
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = reader.byte_records().filter_map(Result::ok);
    let header = records.next().unwrap_or_default();
    let columns = columns(&header, file, lines.of(&header), faults)?;
    let mut table = Table {
        records: Vec::new(),
        has_unread_rows: false,
    };
    for record in records {
        // Spreadsheets leave rows of nothing but commas behind.
        if record.iter().all(<[u8]>::is_empty) {
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
        let name = name.trim().to_ascii_lowercase();
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
    for missing in file.columns().iter().filter(|known| !found.contains(known)) {
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
        fields.insert(*column, field.trim().to_owned());
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
