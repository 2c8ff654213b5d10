//! Bytes to rows.

mod cells;
mod encoding;
mod table;

use std::collections::BTreeSet;

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::text::typed;

use super::book;
use super::check::{self, Suspects};
use super::current::Current;
use super::fault::{Fault, Faults, Rejected};
use super::row::{File, Files, HouseholdRow, MemberRow, Rows, UnitRow};
use cells::{Cells, Told};
use table::{Table, table};

/// People of one household.
pub const HOUSEHOLD_COUNT_MAX: u16 = 99;

/// Makes rows of the files, checked by themselves, against each other and against the town.
///
/// # Errors
/// Every bad row with its line and reason; reading never stops at the first.
pub fn parse(files: &Files, current: &Current) -> Result<Rows, Rejected> {
    let mut faults = Faults::default();
    let mut suspects = Suspects::default();
    let known = known(current);
    let mut reader = Reader {
        known: &known,
        faults: &mut faults,
        read_as: Vec::new(),
    };
    let units = files.units.as_deref();
    let members = files.members.as_deref();
    let households = files.households.as_deref();
    let mut rows = Rows {
        units: units.map(|bytes| reader.units(bytes, &mut suspects)),
        members: members.map(|bytes| reader.rows(bytes, File::Members, member)),
        households: households.map(|bytes| reader.rows(bytes, File::Households, household)),
        book: None,
        read_as: Vec::new(),
    };
    rows.read_as = reader.read_as;
    let book = files.book.as_deref();
    rows.book = book.and_then(|bytes| book::read(bytes, current.today, &mut faults));
    check::all(&rows, current, &suspects, &mut faults);
    faults.into_result(rows)
}

/// The keys of units and members that the town has.
fn known(current: &Current) -> BTreeSet<&str> {
    let units = current.units.keys().map(String::as_str);
    let members = current.appointments.iter().map(|made| made.member.as_str());
    units.chain(members).collect()
}

/// Reads one file after the other.
struct Reader<'a> {
    known: &'a BTreeSet<&'a str>,
    faults: &'a mut Faults,
    /// Files that are not in UTF-8, and in which encoding they were read.
    read_as: Vec<(File, &'static str)>,
}

impl Reader<'_> {
    fn table(&mut self, bytes: &[u8], file: File) -> Option<Table> {
        let table = table(bytes, file, self.faults)?;
        self.read_as
            .extend(table.read_as.map(|encoding| (file, encoding)));
        Some(table)
    }

    /// Units, and the keys of those that are bad: rows that name them are not bad for it.
    fn units(&mut self, bytes: &[u8], suspects: &mut Suspects) -> Vec<UnitRow> {
        let Some(table) = self.table(bytes, File::Units) else {
            suspects.unreadable = true;
            return Vec::new();
        };
        let mut bad = BTreeSet::new();
        let good = self.typed(&table, File::Units, |cells| {
            let row = unit(cells);
            if row.is_err() {
                // As it stands, and as it would be without what nobody sees.
                let raw = cells.raw("unit").trim();
                bad.extend(typed::line_of(raw));
                bad.insert(raw.to_owned());
            }
            row
        });
        suspects.unreadable |= table.has_unread_rows;
        suspects.units = bad;
        good
    }

    fn rows<T>(
        &mut self,
        bytes: &[u8],
        file: File,
        read: fn(&mut Cells<'_>) -> Result<T, Told>,
    ) -> Vec<T> {
        let table = self.table(bytes, file);
        table.map_or_else(Vec::new, |table| self.typed(&table, file, read))
    }

    fn typed<T>(
        &mut self,
        table: &Table,
        file: File,
        mut read: impl FnMut(&mut Cells<'_>) -> Result<T, Told>,
    ) -> Vec<T> {
        let rows = table.records.iter().map(|record| {
            read(&mut Cells {
                file,
                record,
                faults: &mut *self.faults,
                known: self.known,
            })
        });
        // The others were told.
        rows.filter_map(Result::ok).collect()
    }
}

fn unit(cells: &mut Cells<'_>) -> Result<UnitRow, Told> {
    // Every field is read before any is given up, so that each one's fault is told.
    let key = cells.key("unit");
    let name = cells.needed("name");
    let kind = cells.word("kind", UnitKind::known, Fault::UnknownKind);
    let parent = cells.optional_key("parent");
    Ok(UnitRow {
        line: cells.record.line,
        key: key?,
        name: name?,
        kind: kind?,
        parent: parent?,
    })
}

fn member(cells: &mut Cells<'_>) -> Result<MemberRow, Told> {
    let key = cells.key("member");
    let name = cells.needed("name");
    let post = cells.word("post", Post::known, Fault::UnknownPost);
    let unit = cells.key("unit");
    let from = cells.first_day("from");
    let until = cells.date("until");
    let (from, until) = (from?, until?);
    if until.is_some_and(|until| until <= from) {
        return Err(cells.fault("until", &Fault::UntilNotAfterFrom));
    }
    Ok(MemberRow {
        line: cells.record.line,
        key: key?,
        name: name?,
        post: post?,
        unit: unit?,
        from,
        until,
    })
}

fn household(cells: &mut Cells<'_>) -> Result<HouseholdRow, Told> {
    let alley = cells.key("alley");
    let door = cells.needed("door");
    let contact = cells.text("contact");
    let phone = cells.phone("phone");
    let may_text = cells.yes_or_no("may_text");
    let count = cells.count("count", HOUSEHOLD_COUNT_MAX);
    Ok(HouseholdRow {
        line: cells.record.line,
        alley: alley?,
        door: door?,
        contact: contact?,
        phone: phone?,
        may_text: may_text?,
        count: count?,
    })
}
