//! A chief is replaced while the old phone lies in a drawer.

use super::stage::{
    Alley, LEAVES, accept, became, create_household, days_pass, ends, escalate, marked, note,
    receipt_of, receive, replace_chief, report, start, step, unit_of,
};
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::{KeptWhy, Verdict};
use alleyway_replica::{Became, Eviction, TakeError};

#[test]
fn after_sixty_days_notes_stand_marked_and_the_rest_is_proposed_to_the_successor() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let (first, household) = (alley.town.alley, alley.household());
    let said = alley.types(step(case, note("three holes"))).command;
    let reported = alley.reports("a wall fell");
    let on_it = alley
        .types(step(reported.document, note("nobody was hurt")))
        .command;
    let edited = alley
        .old
        .replica
        .edit(case, "title", "the long road")
        .unwrap();
    let edited = alley.types(edited).command;
    let counted = alley.old.replica.edit(household, "count", "6").unwrap();
    let counted = alley.types(counted).command;
    let house = alley.types(create_household(first, "door 9")).command;
    let branch = alley.branch;
    let escalated = alley.types(step(case, escalate(branch))).command;
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    assert!(successor.replica.proposals().is_empty());

    days_pass(&mut alley.town, 60);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (3, 4, 0));
    assert!(summary.up_to_date);

    // The old phone: nothing of the alley, nothing pending, and a receipt that names everything.
    assert!(alley.old.replica.cases().is_empty() && alley.old.replica.households().is_empty());
    assert!(alley.old.replica.pending().is_empty() && alley.old.replica.refused().is_empty());
    let receipts = alley.old.replica.receipts();
    let [receipt] = receipts.as_slice() else {
        panic!("one receipt: {receipts:?}")
    };
    assert_eq!(receipt.why, Some(Eviction::Scope));
    assert_eq!(receipt.cases, [alley.case.number.unwrap()]);
    let what = [
        (said, "after_post"),
        (reported.command, "after_post"),
        (on_it, "after_post"),
        (edited, "kept"),
        (counted, "kept"),
        (house, "kept"),
        (escalated, "kept"),
    ];
    assert_eq!(became(&alley.old), what);
    let reopened = alleyway_replica::Replica::open(&alley.old.store).unwrap();
    assert_eq!(reopened.receipts(), receipts, "the receipt is durable");

    // The successor sees the notes with their mark, and the proposals.
    alley.town.sync(&mut successor);
    assert_eq!(marked(&successor, case), ["three holes"]);
    assert_eq!(
        marked(&successor, reported.document),
        ["a wall fell", "nobody was hurt"]
    );
    let proposals = successor.replica.proposals();
    let ids: Vec<_> = proposals.iter().map(|row| row.item).collect();
    assert_eq!(ids.len(), 4);
    assert!(
        [edited, counted, house, escalated]
            .iter()
            .all(|id| ids.contains(id))
    );
    assert!(
        proposals
            .iter()
            .all(|row| row.why == KeptWhy::PostEnded && row.author == alley.town.member(LEAVES))
    );
    let case_row = proposals.iter().find(|row| row.item == escalated).unwrap();
    assert_eq!(
        (case_row.number, case_row.text.as_str()),
        (alley.case.number, "no money")
    );
    assert!(successor.replica.review().is_empty());
}

#[test]
fn a_proposal_is_taken_as_the_successors_own_and_one_is_dismissed() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let edited = alley
        .old
        .replica
        .edit(case, "title", "the long road")
        .unwrap();
    let edited = alley.types(edited).command;
    let branch = alley.branch;
    let escalated = alley.types(step(case, escalate(branch))).command;
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    alley.town.sync(&mut alley.old);
    alley.town.sync(&mut successor);

    let (now, random) = (alley.town.now, alley.town.random());
    let (writes, taken) = successor.replica.take(escalated, now, random).unwrap();
    successor.persist(writes);
    let random = alley.town.random();
    let writes = successor.replica.dismiss(edited, now, random).unwrap();
    successor.persist(writes);
    assert!(
        successor.replica.proposals().is_empty(),
        "what was dealt with is not shown again"
    );
    assert_eq!(
        successor.replica.take(escalated, now, random),
        Err(TakeError::NotThere)
    );
    let summary = alley.town.sync(&mut successor).summary;
    assert_eq!((summary.admitted, summary.refused), (3, 0));
    assert!(successor.replica.proposals().is_empty());

    let entry = successor
        .replica
        .case(case)
        .unwrap()
        .log
        .pop()
        .unwrap()
        .entry;
    assert_eq!(
        (entry.command, entry.author),
        (taken.command, alley.town.member(super::stage::COMES))
    );
    alley.town.sync(&mut alley.secretary);
    let state = alley.secretary.replica.case(case).unwrap().state;
    assert_eq!(state.referral.map(|referral| referral.to), Some(branch));
}

#[test]
fn a_proposed_household_is_taken_before_what_was_changed_on_it() {
    let mut alley = Alley::new();
    let first = alley.town.alley;
    let house = alley.types(create_household(first, "door 9"));
    let edit = alley
        .old
        .replica
        .edit(house.document, "count", "6")
        .unwrap();
    let edit = alley.types(edit).command;
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!(summary.kept, 2, "what follows something kept is kept");
    alley.town.sync(&mut successor);

    let (now, random) = (alley.town.now, alley.town.random());
    assert_eq!(
        successor.replica.take(edit, now, random),
        Err(TakeError::TakeFirst(house.command))
    );
    let (writes, new) = successor.replica.take(house.command, now, random).unwrap();
    successor.persist(writes);
    let random = alley.town.random();
    let (writes, _) = successor.replica.take(edit, now, random).unwrap();
    successor.persist(writes);
    let summary = alley.town.sync(&mut successor).summary;
    assert_eq!((summary.admitted, summary.refused), (4, 0));
    let row = successor
        .replica
        .households()
        .into_iter()
        .find(|line| line.document == new.document)
        .unwrap()
        .row;
    assert_eq!((row.door.as_str(), row.count), ("door 9", 6));
}

#[test]
fn what_no_longer_fits_is_refused_naming_what_came_first_and_notes_stand() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    alley.types(step(case, note("three holes")));
    let accepted = alley.types(step(case, accept())).command;
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    let first = alley
        .town
        .record(&mut successor, step(case, accept()))
        .command;
    alley.town.sync(&mut successor);

    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (1, 0, 1));
    let refused = alley.old.replica.refused();
    assert_eq!(refused[0].command, accepted);
    let refusal = refused[0].refusal.clone().unwrap();
    assert_eq!(
        (refusal.code, refusal.first),
        (RefusalCode::WrongState, Some(first))
    );
    assert!(matches!(
        receipt_of(&alley.old, accepted),
        Some(Became::Refused(_))
    ));
}

#[test]
fn a_case_that_went_elsewhere_takes_notes_and_refuses_the_rest() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let branch = alley.branch;
    alley.types(step(case, note("three holes")));
    let started = alley.types(step(case, accept())).command;
    // Its chief's other phone has sent it on, and the branch has it now.
    let mut other = alley.town.device(LEAVES);
    alley.town.sync(&mut other);
    alley.town.record(&mut other, step(case, escalate(branch)));
    alley.town.sync(&mut other);
    alley.town.sync(&mut alley.secretary);
    let received = alley
        .town
        .record(&mut alley.secretary, step(case, receive()))
        .command;
    alley.town.sync(&mut alley.secretary);

    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (1, 0, 1));
    let refusal = alley.old.replica.refused()[0].refusal.clone().unwrap();
    assert_eq!(alley.old.replica.refused()[0].command, started);
    assert_eq!(
        (refusal.code, refusal.first),
        (RefusalCode::NotHolder, Some(received))
    );
    assert!(
        alley.old.replica.receipts().is_empty(),
        "nothing has left: the post goes on"
    );
}

#[test]
fn a_device_that_was_told_is_refused_plainly() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    replace_chief(&mut alley.town);
    let before = alley.old.store.clone();
    alley.town.sync(&mut alley.old);
    // The phone knows, and says so with its next sync.
    alley.town.sync(&mut alley.old);
    assert_eq!(alley.old.replica.receipts().len(), 1);
    // Somebody makes it forget what it knows of the post, and it types on.
    let typist = alleyway_replica::Replica::open(&before).unwrap();
    let mut forger = alleyway_tests::pure::Device {
        replica: typist,
        store: before,
        wiped: false,
    };
    let branch = alley.branch;
    alley.town.record(&mut forger, step(case, note("too late")));
    alley.town.record(&mut forger, step(case, escalate(branch)));
    let summary = alley.town.sync(&mut forger).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (0, 0, 2));
    let code = |row: &alleyway_replica::OutboxRow| row.refusal.as_ref().unwrap().code.clone();
    assert!(
        forger
            .replica
            .refused()
            .iter()
            .all(|row| code(row) == RefusalCode::UnknownDocument)
    );
}

#[test]
fn several_flights_of_unsent_work_are_handed_in_before_anything_leaves() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let long = "a long day on the road. ".repeat(200);
    for day in 0..60 {
        let words: String = format!("{day} {long}").chars().take(5_000).collect();
        alley.types(step(case, note(&words)));
    }
    let branch = alley.branch;
    alley.types(step(case, escalate(branch)));
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    days_pass(&mut alley.town, 60);
    let cost = alley.town.sync(&mut alley.old);
    assert!(cost.round_trips > 3, "{} round trips", cost.round_trips);
    let summary = cost.summary;
    assert_eq!(
        (summary.admitted, summary.kept, summary.refused),
        (60, 1, 0)
    );
    assert!(alley.old.replica.pending().is_empty() && alley.old.replica.cases().is_empty());
    assert_eq!(alley.old.replica.receipts().len(), 1);
    alley.town.sync(&mut successor);
    assert_eq!(marked(&successor, case).len(), 60);
    assert_eq!(successor.replica.proposals().len(), 1);
}

#[test]
fn an_old_phone_that_never_comes_back_keeps_nobody_waiting() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    alley.types(step(case, note("three holes")));
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    alley.town.record(&mut successor, step(case, accept()));
    alley.town.record(&mut successor, step(case, start()));
    let summary = alley.town.sync(&mut successor).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (2, 0, true)
    );
    assert!(successor.replica.proposals().is_empty() && successor.replica.review().is_empty());
    assert_eq!(
        alley.old.replica.pending().len(),
        1,
        "what was typed is still on the old phone"
    );
}

#[test]
fn a_former_chief_learns_nothing_of_what_was_never_in_scope() {
    let mut alley = Alley::new();
    let mut other = alley.town.device(LEAVES);
    alley.town.sync(&mut other);
    replace_chief(&mut alley.town);
    // A document that exists, and that no chief ever sees.
    let hidden = unit_of(&alley.town, &UnitKind::Town);
    let unknown = alleyway_core::id::DocumentId([0x5a; 16]);
    let drafts = [
        step(alley.case.document, note("!")),
        step(hidden, note("?")),
        step(unknown, note("?")),
    ];
    let verdicts = super::cut::Forger::of(&other).hands_in(&mut alley.town, &drafts);
    assert!(
        matches!(verdicts[0], Verdict::AfterPost(_)),
        "it was not told: {:?}",
        verdicts[0]
    );
    assert_eq!(verdicts[1], verdicts[2], "out of scope and unknown are one");
    assert_eq!(
        verdicts[1],
        Verdict::Refused(RefusalCode::UnknownDocument.into())
    );
}

#[test]
fn who_keeps_another_post_keeps_what_it_shows_and_hands_over_the_rest() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let (first, branch) = (alley.town.alley, alley.branch);
    // The chief is the branch's secretary too.
    let begins = super::moved::appoint_in(&alley.town, LEAVES, branch);
    alley.town.administer(vec![begins]);
    alley.town.sync(&mut alley.old);
    let escalated = alley.types(step(case, escalate(branch))).command;
    alley.town.sync(&mut alley.old);
    let code = alley
        .old
        .replica
        .status(alley.town.now)
        .unwrap()
        .device_code;
    let reported = alley.types(report(first, code, 9));
    let received = alley.types(step(case, receive())).command;
    ends(&mut alley.town, LEAVES, first);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (2, 0, 0));
    assert_eq!(
        became(&alley.old),
        [(reported.command, "after_post")],
        "{escalated} and {received} are in force"
    );
    let shown: Vec<_> = alley
        .old
        .replica
        .cases()
        .into_iter()
        .map(|row| row.document)
        .collect();
    assert_eq!(shown, [case], "the branch's case stays, the alley's goes");
}
