//! docs/protocol.md says what the code says: its tables of frames and of their fields are read, and
//! compared with the declarations. A client is written from that page.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

const PAGE: &str = include_str!("../../../docs/protocol.md");
const FRAME: &str = include_str!("../../../crates/core/src/sync/frame.rs");
const ASKING: &str = include_str!("../../../crates/core/src/sync/frame/asking.rs");
const PAGES: &str = include_str!("../../../crates/core/src/sync/frame/page.rs");
const ENROL: &str = include_str!("../../../crates/core/src/sync/enrol.rs");
const CLOSED: &str = include_str!("../../../crates/core/src/sync/frame/closed.rs");
const VERDICT: &str = include_str!("../../../crates/core/src/sync/frame/verdict.rs");
const STANDING: &str = include_str!("../../../crates/core/src/sync/frame/standing.rs");
const PIECE: &str = include_str!("../../../crates/core/src/sync/frame/piece.rs");
const SLOW: &str = include_str!("../../../crates/core/src/sync/frame/slow.rs");
const DOCUMENTS: &str = include_str!("../../../crates/core/src/documents.rs");
const COMMAND: &str = include_str!("../../../crates/core/src/command.rs");

/// The rows of the page's table that begins with this head, each as its cells.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = PAGE
        .split_once(&format!("\n{head}\n"))
        .unwrap_or_else(|| panic!("docs/protocol.md has no table `{head}`"));
    let rows = rest.lines().skip(1).take_while(|row| row.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// What stands between the braces of a declaration, one after another.
fn declared(source: &'static str, macro_name: &str, name: &str) -> Vec<&'static str> {
    let begin = format!("{macro_name}!({name} {{");
    let (_, rest) = source
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no `{begin}` in the code"));
    let (inner, _) = rest.split_once('}').expect("its end");
    let all = inner.split(',').map(str::trim);
    all.filter(|part| !part.is_empty()).collect()
}

/// The fields of a struct as it is encoded, in order.
fn fields(source: &'static str, name: &str) -> Vec<&'static str> {
    declared(source, "wire_struct", name)
}

/// `AskLease` as the page writes it: `ask lease`.
fn word(variant: &str) -> String {
    let mut word = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !word.is_empty() {
            word.push(' ');
        }
        word.extend(c.to_lowercase());
    }
    word
}

#[test]
fn every_frame_is_on_the_page_with_its_number_and_no_other() {
    for (name, head) in [
        ("DeviceFrame", "| number | frame | content |"),
        ("ServerFrame", "| number | frame | fields |"),
    ] {
        let code: Vec<(String, String)> = declared(FRAME, "wire_enum", name)
            .into_iter()
            .map(|row| {
                let (number, variant) = row.split_once(" => ").expect("a number");
                (number.to_owned(), word(variant))
            })
            .collect();
        assert!(code.len() >= 6, "{code:?}");
        let page: Vec<(String, String)> = table(head)
            .into_iter()
            .map(|row| (row[0].to_owned(), row[1].to_owned()))
            .collect();
        assert_eq!(page, code, "{name}");
    }
}

#[test]
fn every_field_of_what_has_a_table_is_on_the_page_in_its_order() {
    for (name, source, head) in [
        ("Hello", ASKING, "| `Hello` ‖ signature `[64]` | type | |"),
        ("Enrol", ENROL, "| `Enrol` | type | |"),
        ("Enrolled", ENROL, "| `Enrolled` | type | |"),
        ("Welcome", FRAME, "| welcome | type | |"),
        ("Page", PAGES, "| page | type | |"),
        ("Command", COMMAND, "| `Command` | type | |"),
        ("Base", COMMAND, "| `Base` | type | |"),
    ] {
        let page: Vec<&str> = table(head).iter().map(|row| row[0]).collect();
        assert_eq!(page, fields(source, name), "{name}");
    }
}

/// Every field is named in the text, in this order. A field is its name and, in backquotes, its type;
/// inside a list's type it is a plain word, and what has a section of its own has no type.
fn names_all(text: &str, fields: &[&str]) {
    let mut rest = text;
    for field in fields {
        let at = [
            format!("{field} `"),
            format!("{field},"),
            format!("{field} u"),
            format!("{field} ["),
        ]
        .iter()
        .filter_map(|named| rest.find(named.as_str()))
        .min()
        .unwrap_or_else(|| panic!("no `{field}` in its order in: {text}"));
        rest = &rest[at + field.len()..];
    }
}

#[test]
fn every_field_of_a_receipt_and_of_an_author_is_named() {
    let (_, receipt) = PAGE.split_once("A **receipt** is ").expect("on the page");
    let (receipt, _) = receipt.split_once("A **check** is").expect("behind it");
    names_all(receipt, &fields(DOCUMENTS, "Receipt"));
    let page = table("| page | type | |");
    let authors = page.iter().find(|row| row[0] == "authors").expect("a row");
    // The device is called by its key there.
    let author = authors[1]
        .replace("[16]", ",")
        .replace(" key [32]", ",")
        .replace(" ,", ",");
    names_all(&author, &fields(PAGES, "Author"));
}

#[test]
fn every_field_of_a_short_frame_is_named_in_its_row_in_its_order() {
    let rows = [
        table("| number | frame | content |"),
        table("| number | frame | fields |"),
    ]
    .concat();
    for (frame, name, source) in [
        ("closed", "Closed", CLOSED),
        ("carried", "Carried", CLOSED),
        ("verdicts", "Verdicts", VERDICT),
        ("fork", "Fork", VERDICT),
        ("scope", "Scope", FRAME),
        ("listing", "Listing", ASKING),
        ("lease", "Lease", STANDING),
        ("stopped", "Stopped", STANDING),
        ("slow", "Slow", SLOW),
        ("slow", "HeldPart", SLOW),
        ("piece", "Piece", PIECE),
        ("arrived", "Arrived", PIECE),
    ] {
        let row = rows
            .iter()
            .find(|row| row[1] == frame)
            .unwrap_or_else(|| panic!("no row of `{frame}`"));
        names_all(&row[2..].join(" "), &fields(source, name));
    }
}
