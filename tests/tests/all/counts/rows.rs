//! What a command costs the server's store: rows and bytes, by the kind of row.

use std::collections::BTreeMap;

use alleyway_tests::pure::{Town, Written};
use alleyway_tests::workload;

/// Cases that are handed in at once, each a report and 5 to 10 notes.
const AT_ONCE: usize = 3;

/// Rows of 100 commands at most, in a sync of three cases: one for the versions of each case, and of what
/// stands for all of them one each. The row for lists of each case is 11 of them.
const ROWS_PER_100_MAX: usize = 176;
/// Bytes of a command at most, before they are packed and sealed.
const BYTES_PER_COMMAND_MAX: usize = 1_030;

/// The kinds of rows, by their keys' first byte (`ledger/src/rows/keys.rs`).
const KINDS: [(u8, &str); 19] = [
    (b't', "versions"),
    (b'h', "documents"),
    (b'L', "log entries"),
    (b'f', "places in feeds"),
    (b'g', "sums of feeds"),
    (b'T', "what residents see"),
    (b'Z', "rows for lists"),
    (b's', "snapshots"),
    (b'k', "histories"),
    (b'b', "batches"),
    (b'd', "devices"),
    (b'Y', "codes"),
    (b'W', "codes of cases"),
    (b'Q', "parts in the figures"),
    (b'M', "figures"),
    (b'D', "turns by day"),
    (b'U', "turns by case"),
    (b'j', "audit"),
    (b'm', "the ledger's state"),
];

#[test]
fn a_command_is_few_rows_and_few_bytes() {
    let mut town = Town::new();
    let mut device = town.device("xie");
    town.sync(&mut device);
    town.written = BTreeMap::new();
    let mut commands = 0;
    let cases: Vec<_> = workload::cases();
    for some in cases.iter().take(60).collect::<Vec<_>>().chunks(AT_ONCE) {
        for case in some {
            let typed = case.typed();
            let (title, text) = (&typed.title, &typed.text);
            let recorded = town.report(&mut device, title, text, &typed.place, &typed.contact);
            for note in &typed.notes {
                town.note(&mut device, recorded.document, note);
            }
        }
        let cost = town.sync(&mut device);
        commands += usize::try_from(cost.summary.admitted).expect("a count");
    }
    let mut all = Written::default();
    for (kind, written) in &town.written {
        let name = KINDS.iter().find(|(of, _)| of == kind);
        let name = name.map_or("other rows", |(_, name)| name);
        println!(
            "{} {name}: {} rows of 100 commands, {} bytes of one",
            char::from(*kind),
            written.rows * 100 / commands,
            written.bytes / commands,
        );
        all.rows += written.rows;
        all.bytes += written.bytes;
    }
    println!(
        "{commands} commands: {all:?}, {} bytes each",
        all.bytes / commands
    );
    assert!(
        all.rows * 100 <= ROWS_PER_100_MAX * commands,
        "{all:?} of {commands}"
    );
    assert!(
        all.bytes <= BYTES_PER_COMMAND_MAX * commands,
        "{all:?} of {commands}"
    );
}
