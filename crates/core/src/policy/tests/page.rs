//! The page in `docs/` is the one that the table gives.

use crate::documents::DocumentKind;
use crate::policy::page::page;
use crate::policy::page::reading::AUDIENCES;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md"));

#[allow(
    clippy::disallowed_methods,
    reason = "a test that writes its expectation when asked to"
)]
fn bless(page: &str) {
    std::fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md"),
        page,
    )
    .unwrap();
}

#[test]
fn the_page_says_what_the_table_says() {
    let made = page();
    if std::env::var_os("ALLEYWAY_BLESS").is_some_and(|value| value == "1") {
        bless(&made);
    } else {
        let differs = made
            .lines()
            .zip(PAGE.lines())
            .find(|(made, kept)| made != kept);
        assert!(
            made == PAGE,
            "docs/policy.md is not what the table gives (first difference: {differs:?}); renew it with \
             ALLEYWAY_BLESS=1 cargo test -p alleyway-core --lib policy::"
        );
    }
}

#[test]
fn the_page_says_of_every_kind_of_document_who_is_sent_it() {
    for kind in DocumentKind::ALL {
        let said = AUDIENCES.iter().any(|(word, _)| *word == kind.word());
        assert!(said, "{}", kind.word());
    }
}
