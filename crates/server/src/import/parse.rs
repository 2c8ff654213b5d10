//! Bytes to rows.

mod cells;
mod table;

use std::collections::BTreeSet;

use alleyway_core::kinds::unit::{Post, UnitKind};

use super::check::{self, Suspects};
use super::current::Current;
use super::fault::{Fault, Faults, Rejected};
use super::row::{File, Files, HouseholdRow, MemberRow, Rows, UnitRow};
use cells::Cells;
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
    let rows = Rows {
        units: files
            .units
            .as_deref()
            .map(|bytes| units(bytes, &mut suspects, &mut faults)),
        members: files
            .members
            .as_deref()
            .map(|bytes| rows(bytes, File::Members, &mut faults, member)),
        households: files
            .households
            .as_deref()
            .map(|bytes| rows(bytes, File::Households, &mut faults, household)),
    };
    check::all(&rows, current, &suspects, &mut faults);
    faults.into_result(rows)
}

/// Units, and the keys of those that are bad: rows that name them are not bad for it.
fn units(bytes: &[u8], suspects: &mut Suspects, faults: &mut Faults) -> Vec<UnitRow> {
    let Some(table) = table(bytes, File::Units, faults) else {
        suspects.unreadable = true;
        return Vec::new();
    };
    let mut bad = BTreeSet::new();
    let good = typed(&table, File::Units, faults, |cells| {
        let row = unit(cells);
        if row.is_none() {
            bad.insert(cells.raw("unit").to_owned());
        }
        row
    });
    suspects.unreadable |= table.has_unread_rows;
    suspects.units = bad;
    good
}

fn rows<T>(
    bytes: &[u8],
    file: File,
    faults: &mut Faults,
    read: fn(&mut Cells<'_>) -> Option<T>,
) -> Vec<T> {
    table(bytes, file, faults)
        .map(|table| typed(&table, file, faults, read))
        .unwrap_or_default()
}

fn typed<T>(
    table: &Table,
    file: File,
    faults: &mut Faults,
    mut read: impl FnMut(&mut Cells<'_>) -> Option<T>,
) -> Vec<T> {
    table
        .records
        .iter()
        .filter_map(|record| {
            read(&mut Cells {
                file,
                record,
                faults: &mut *faults,
            })
        })
        .collect()
}

fn unit(cells: &mut Cells<'_>) -> Option<UnitRow> {
    // Every field is read before any is given up, so that each one's fault is told.
    let key = cells.needed("unit");
    let name = cells.needed("name");
    let kind = cells.word("kind", UnitKind::known, Fault::UnknownKind);
    let parent = cells.optional("parent");
    Some(UnitRow {
        line: cells.record.line,
        key: key?,
        name: name?,
        kind: kind?,
        parent: parent?,
    })
}

fn member(cells: &mut Cells<'_>) -> Option<MemberRow> {
    let key = cells.needed("member");
    let name = cells.needed("name");
    let post = cells.word("post", Post::known, Fault::UnknownPost);
    let unit = cells.needed("unit");
    let from = cells.first_day("from");
    let until = cells.date("until");
    let (from, until) = (from?, until?);
    if until.is_some_and(|until| until <= from) {
        cells.fault("until", &Fault::UntilNotAfterFrom);
        return None;
    }
    Some(MemberRow {
        line: cells.record.line,
        key: key?,
        name: name?,
        post: post?,
        unit: unit?,
        from,
        until,
    })
}

fn household(cells: &mut Cells<'_>) -> Option<HouseholdRow> {
    let alley = cells.needed("alley");
    let door = cells.needed("door");
    let contact = cells.text("contact");
    let count = cells.count("count", HOUSEHOLD_COUNT_MAX);
    Some(HouseholdRow {
        line: cells.record.line,
        alley: alley?,
        door: door?,
        contact: contact?,
        count: count?,
    })
}
