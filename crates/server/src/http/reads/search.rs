//! `GET /v1/q/search`: titles and numbers of the cases that the reader's device is or would be sent.

use alleyway_core::id::DeviceId;
use alleyway_core::sync::read::unescaped;
use alleyway_core::time::Date;
use alleyway_core::wire::Wire as _;
use alleyway_ledger::{Found, Search, SearchPlace};
use serde::Serialize;

use super::super::App;
use super::super::error::HttpError;
use super::ask_for_page;
use super::query::{self, Field};
use crate::writer::Desk;

/// Characters of the text that is searched for.
const SOUGHT_CHARS_MAX: usize = 80;

/// The fields of the query.
pub(super) const FIELDS: [Field; 2] = [
    Field {
        name: "text",
        pattern: "^.{1,80}$",
        meaning: "a text in titles and numbers, percent-encoded; capitals, blanks, hyphens and the width of characters do not count; without it every case",
    },
    Field {
        name: "after",
        pattern: "^([0-9a-f]{2}){19,37}$",
        meaning: "the `next` of the page before; without it the first page",
    },
];

/// Reads the query.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<Search, HttpError> {
    let [text, after] = query::values(text, FIELDS)?;
    let is_sought = |text: &String| (1..=SOUGHT_CHARS_MAX).contains(&text.chars().count());
    let text = query::read(text, |text| unescaped(text).filter(is_sought))?;
    let place = |text: &str| SearchPlace::from_bytes(&hex::decode(text).ok()?).ok();
    let after = query::read(after, place)?;
    Ok(Search::new(&text.unwrap_or_default(), after))
}

/// Asks the writer.
///
/// # Errors
/// Whatever the writer answers; that the device may not read.
pub(super) async fn ask(app: &App, device: DeviceId, search: Search) -> Result<Search, HttpError> {
    let look = move |desk: &mut Desk<'_>, search: &mut Search| {
        desk.ledger.search(desk.store, device, search, desk.now)
    };
    ask_for_page(app, search, look).await
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    cases: Vec<ShownCase>,
    /// Where the next page begins; null if this was the last.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ShownCase {
    document: String,
    number: String,
    title: String,
    category: String,
    status: String,
    holder: String,
    confidential: bool,
    moved: Option<String>,
}

impl Shown {
    pub(super) fn of(search: &Search) -> Self {
        Self {
            cases: search.found().iter().map(ShownCase::of).collect(),
            next: search.next().map(|place| hex::encode(place.to_bytes())),
        }
    }
}

impl ShownCase {
    pub(super) fn of(found: &Found) -> Self {
        Self {
            document: found.document.key(),
            number: found.number.to_string(),
            title: found.title.clone(),
            category: found.category.clone(),
            status: found.stage.word().to_owned(),
            holder: found.holder.clone(),
            confidential: found.confidential,
            moved: found.moved.map(|moved| Date::of(moved).to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_with_its_escapes_and_nothing_else_is() {
        for good in ["", "text=%E8%B7%AF%E7%81%AF+1", "text=A-1", "after="] {
            assert_eq!(read(good).is_ok(), good != "after=", "{good}");
        }
        let place = "0001".to_owned() + &"00".repeat(17);
        assert!(read(&format!("after={place}&text=x")).is_ok());
        for bad in [
            "text=",
            "text=%E8%B7",
            "text=%",
            "text=%zz",
            "text=a&text=b",
            "what=1",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&format!("text={}", "x".repeat(SOUGHT_CHARS_MAX + 1))).is_err());
    }
}
