//! `GET /v1/q/late`: what is late of the cases that the reader's device is or would be sent.

use alleyway_core::id::{DeviceId, UnitId};
use alleyway_core::wire::Wire as _;
use alleyway_ledger::{LateCase, LateList, LatePlace};
use serde::Serialize;

use super::super::App;
use super::super::error::HttpError;
use super::ask_for_page;
use super::query::{self, Field};
use super::search::ShownCase;
use crate::writer::Desk;

/// The fields of the query.
pub(super) const FIELDS: [Field; 2] = [
    Field {
        name: "unit",
        pattern: "^[0-9a-f]{32}$",
        meaning: "a unit: what it or a unit below it holds, or was sent; without it all that the reader may read",
    },
    Field {
        name: "after",
        pattern: "^[0-9a-f]{40}$",
        meaning: "the `next` of the page before; without it the first page",
    },
];

/// Reads the query.
///
/// # Errors
/// A field is not as it is to be.
pub(super) fn read(text: &str) -> Result<LateList, HttpError> {
    let [unit, after] = query::values(text, FIELDS)?;
    let unit = query::read(unit, UnitId::parse)?;
    let place = |text: &str| LatePlace::from_bytes(&hex::decode(text).ok()?).ok();
    let after = query::read(after, place)?;
    Ok(LateList::new(unit, after))
}

/// Asks the writer.
///
/// # Errors
/// Whatever the writer answers; that the device may not read, or that there is no such unit.
pub(super) async fn ask(
    app: &App,
    device: DeviceId,
    list: LateList,
) -> Result<LateList, HttpError> {
    let look = move |desk: &mut Desk<'_>, list: &mut LateList| {
        desk.ledger.late(desk.store, device, list, desk.now)
    };
    ask_for_page(app, list, look).await
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    cases: Vec<ShownLate>,
    /// Where the next page begins; null if this was the last.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownLate {
    #[serde(flatten)]
    case: ShownCase,
    /// The clock that was over first.
    clock: String,
    /// The last day of it.
    due: String,
    /// The unit that was sent it, and has not answered.
    sent_to: Option<String>,
}

impl Shown {
    pub(super) fn of(list: &LateList) -> Self {
        Self {
            cases: list.cases().iter().map(shown).collect(),
            next: list.next().map(|place| hex::encode(place.to_bytes())),
        }
    }
}

fn shown(late: &LateCase) -> ShownLate {
    ShownLate {
        case: ShownCase::of(&late.case),
        clock: late.turn.kind.to_string(),
        due: late.turn.due.to_string(),
        sent_to: late.sent_to.clone(),
    }
}
