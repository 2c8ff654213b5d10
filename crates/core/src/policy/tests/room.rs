//! What merely adds to a document ends at some length; the steps of its life do not.

use std::collections::BTreeSet;

use super::{ask, code, reported};
use crate::documents::samples::{self, Chain, START, accept, escalate, member, note, unit};
use crate::documents::{Document, DocumentKind};
use crate::id::MemberId;
use crate::kinds::case::CaseCommand;
use crate::limits::{CASE_ADDED_BY_AUTHOR_MAX, CASE_ADDED_MAX};
use crate::organisation::samples::{CHIEF, NEIGHBOUR, SECRETARY, town};
use crate::policy::{Authority, Filling, Situation, offers};
use crate::refusal::RefusalCode;

/// A reported case of so many entries; the notes are by the members of these numbers, in turn.
fn long(entries: u64, by: &[u8]) -> Chain {
    let mut authors = by.iter().cycle();
    let mut chain = reported();
    while chain.document.version() < entries {
        let author = *authors.next().unwrap();
        chain.try_then(author, &note().into()).unwrap();
    }
    chain
}

fn corrected() -> CaseCommand {
    CaseCommand::Edit(samples::edit("title", "another", &[]))
}

/// What a chief is refused in a case that is too long for everybody, and in one that is too long for
/// him.
pub(super) fn refusals_of_long_cases() -> [RefusalCode; 2] {
    let full = long(CASE_ADDED_MAX, &[51, 52, 53, 54, 55, 56]);
    let by_chief = long(CASE_ADDED_BY_AUTHOR_MAX, &[101]);
    [full, by_chief].map(|chain| ask(&chain, CHIEF, note()).unwrap_err().code)
}

#[test]
fn notes_visits_and_corrections_end_in_a_long_case_and_its_life_goes_on() {
    let others = [51, 52, 53, 54, 55, 56];
    let chain = long(CASE_ADDED_MAX - 1, &others);
    assert_eq!(code(&chain, CHIEF, note()), None);
    let chain = chain.then(51, note());
    for adds in [note(), samples::visit(), corrected()] {
        assert_eq!(code(&chain, CHIEF, adds), Some(RefusalCode::NoRoomForMore));
    }
    // Who may not at all is not told how long it is.
    let stranger = code(&chain, NEIGHBOUR, note());
    assert_eq!(stranger, Some(RefusalCode::NotPermitted));
    assert_eq!(code(&chain, CHIEF, accept()), None);
    // What stands is carried out again, however long it is.
    let chain = chain
        .then(52, note())
        .then(101, accept())
        .then(101, escalate(unit(5)));
    assert_eq!(code(&chain, SECRETARY, samples::receive()), None);
    let saved = chain.document.save();
    let receipts = chain.document.receipts().to_vec();
    let again = Document::load(chain.document.id(), 1, &saved, receipts).unwrap();
    assert_eq!(again.version(), CASE_ADDED_MAX + 3);
    assert_eq!(again.entries_by(CHIEF), 3);
}

#[test]
fn one_author_leaves_room_for_the_others() {
    let chain = long(CASE_ADDED_BY_AUTHOR_MAX - 1, &[101]);
    assert_eq!(
        chain.document.entries_by(CHIEF),
        CASE_ADDED_BY_AUTHOR_MAX - 1
    );
    assert_eq!(code(&chain, CHIEF, note()), None);
    // Counted as it goes on.
    let chain = chain.then(101, note());
    assert_eq!(code(&chain, CHIEF, note()), Some(RefusalCode::ShareUsed));
    let chain = chain.then(101, accept()).then(101, escalate(unit(5)));
    assert_eq!(code(&chain, SECRETARY, note()), None);
    assert_eq!(chain.document.entries_by(SECRETARY), 0);
    // A screen greys what would be refused, with the reason, and nothing else.
    let organisation = town();
    let situation = Situation {
        organisation: &organisation,
        author: Authority::Member(CHIEF),
        now: START,
        document: Some(&chain.document),
        unit: None,
        centre: None,
    };
    let refused: BTreeSet<_> = offers(&situation, DocumentKind::Case)
        .into_iter()
        .filter(|offer| {
            let refusal = offer.refusal.as_ref().map(|refusal| &refusal.code);
            refusal == Some(&RefusalCode::ShareUsed)
        })
        .map(|offer| offer.row)
        .collect();
    assert_eq!(
        refused,
        BTreeSet::from(["note", "visit", "edit", "new_code"])
    );
}

#[test]
fn it_is_said_long_before() {
    let near = |chain: &Chain, of: MemberId| Filling::of(&chain.document, of).unwrap().is_near();
    let chain = long(799, &[101]);
    assert!(!near(&chain, CHIEF));
    let chain = chain.then(101, note());
    assert!(near(&chain, CHIEF));
    assert!(!near(&chain, SECRETARY));
    let filling = Filling::of(&chain.document, CHIEF).unwrap();
    assert_eq!((filling.entries, filling.entries_max), (800, 5_000));
    assert_eq!((filling.own, filling.own_max), (800, 1_000));
    let chain = long(4_000, &[51, 52, 53, 54, 55, 56]);
    assert!(near(&chain, member(101)));
}

#[test]
fn every_kind_says_which_of_its_steps_merely_add() {
    let adds: BTreeSet<_> = samples::all()
        .into_iter()
        .filter(crate::command::Body::takes_room)
        .map(|body| (DocumentKind::of(&body).unwrap(), body.kind()))
        .collect();
    let expected = [
        (DocumentKind::Case, "note"),
        (DocumentKind::Case, "visit"),
        (DocumentKind::Case, "edit"),
        (DocumentKind::Case, "passed_on"),
        (DocumentKind::Case, "new_code"),
        (DocumentKind::Household, "edit"),
        (DocumentKind::Unit, "clear"),
        (DocumentKind::Unit, "ask_appointment"),
        (DocumentKind::Unit, "ask_invitation"),
        (DocumentKind::Unit, "ask_thaw"),
        (DocumentKind::Unit, "ask_import"),
        (DocumentKind::Unit, "end_post"),
        (DocumentKind::Book, "propose_rules"),
    ];
    assert_eq!(adds, BTreeSet::from(expected));
    for kind in DocumentKind::ALL {
        let room = kind.room();
        assert!(room.by_author_max <= room.added_max, "{kind:?}");
        assert!(room.added_max <= room.own_max, "{kind:?}");
    }
}
