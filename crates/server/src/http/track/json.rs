//! The answer for programs.

use alleyway_catalogue::server::resident::{CODE_ENDED, NOT_ARRIVED};
use alleyway_catalogue::{Lang, words};
use alleyway_core::kinds::book::Contact;
use alleyway_ledger::{TrackStep, Tracking};
use serde_json::{Value, json};

use crate::clock::{date, rfc3339};

/// `{"state", "text"}` and, once the case has arrived, `{"number", "due", "office", "contacts", "steps", "earlier", "may"}`.
pub(super) fn encode(tracking: &Tracking, lang: Lang) -> String {
    match tracking {
        Tracking::NotArrived => {
            json!({ "state": "not_arrived", "text": NOT_ARRIVED.text(lang) })
        }
        Tracking::Ended => json!({ "state": "code_ended", "text": CODE_ENDED.text(lang) }),
        Tracking::Found(case) => json!({
            "state": case.stage.word(),
            "text": words::STAGE.word(lang, case.stage.word()),
            "number": case.number,
            "due": case.due.map(date),
            "office": case.office,
            "contacts": case.contacts.iter().map(contact).collect::<Vec<_>>(),
            "provisional": case.is_provisional,
            "steps": case.steps.iter().map(|step| encode_step(step, lang)).collect::<Vec<_>>(),
            "earlier": case.earlier,
            "may": case.may.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
        }),
    }
    .to_string()
}

fn contact(contact: &Contact) -> Value {
    json!({
        "name": contact.name.as_str(),
        "phone": contact.phone.as_str(),
        "hours": contact.hours.as_str(),
    })
}

fn encode_step(step: &TrackStep, lang: Lang) -> Value {
    json!({
        "kind": step.kind,
        "title": words::TRACK.word(lang, &step.kind),
        "at": rfc3339(step.received),
        "own": step.own,
        "text": step.text,
        "result": step.result,
        "by": step.by.map(date),
    })
}
