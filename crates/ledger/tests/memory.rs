//! What documents take up in memory is what they are counted as.

#![allow(clippy::unwrap_used, reason = "what goes wrong ends the test")]

use alleyway_core::command::Body;
use alleyway_core::documents::Document;
use alleyway_core::documents::samples::{Chain, edit, report, unit};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::text::Text;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fn note(bytes: usize) -> Body {
    let text = Text::cut(&"x".repeat(bytes));
    CaseCommand::Note(Note { text }).into()
}

/// What a document takes up, and as what it is counted.
fn measured(make: impl FnOnce() -> Document) -> (usize, usize) {
    let before = ALLOCATED.current_usage();
    let document = make();
    let taken = ALLOCATED.current_usage() - before;
    (taken, document.memory_bytes())
}

#[test]
fn a_document_is_counted_as_what_it_takes_up() {
    let edited: Body = CaseCommand::Edit(edit("title", "another", &[])).into();
    let shapes = [
        ("usual", note(150), 12),
        ("tiny notes", note(1), 500),
        ("more tiny notes", note(1), 5_000),
        ("notes", note(150), 2_000),
        ("long notes", note(6_000), 300),
        ("edits", edited, 1_000),
    ];
    let mut wrong = Vec::new();
    for (shape, body, entries) in shapes {
        let grow = || {
            let mut chain = Chain::new(10).then(1, report(unit(1)));
            for _ in 1..entries {
                if chain.try_then(1, &body).is_err() {
                    break;
                }
            }
            chain.document
        };
        let grown = measured(grow);
        let document = grow();
        let (id, saved) = (document.id(), document.save());
        let receipts = document.receipts().to_vec();
        let loaded = measured(|| Document::load(id, 1, &saved, receipts.clone()).unwrap());
        for (how, (taken, counted)) in [("grown", grown), ("loaded", loaded)] {
            let line = format!("{shape}, {how}: {taken} bytes, counted as {counted}");
            // Never less: the rest is what loading and saving take for a moment.
            if counted < taken || counted * 2 > taken * 5 {
                wrong.push(line);
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
