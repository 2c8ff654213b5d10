//! Devices that are not to go on: what they hand in lies in a tray.

use super::cut::{Forger, first_flight};
use super::stage::{
    Alley, LEAVES, accept, became, escalate, marked, note, receipt_of, replace_chief, step,
};
use crate::bundles::restored;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::limits::{
    LEASE_DAYS, REFUSALS_UNACKNOWLEDGED_MAX, STOPPED_ITEMS_MAX, TRAY_DEVICE_SHARE,
    TRAY_OPEN_ITEMS_MAX, TRAY_RESERVED_ITEMS,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Records as _;
use alleyway_core::sync::frame::{KeptWhy, Stop, Verdict};
use alleyway_replica::{Became, Draft, Eviction, TakeError};

#[test]
fn a_stolen_phone_does_not_fill_the_tray_and_what_was_typed_in_office_has_its_place() {
    let mut alley = Alley::new();
    let (case, branch) = (alley.case.document, alley.branch);
    let stolen = alley.town.device(LEAVES);
    alley.town.stop(&stolen, Stop::Lost);
    let mut thief = Forger::of(&stolen);
    let notes: Vec<_> = (0..STOPPED_ITEMS_MAX)
        .map(|number| step(case, note(&number.to_string())))
        .collect();
    let kept = |verdicts: Vec<Verdict>| {
        verdicts
            .iter()
            .filter(|said| matches!(said, Verdict::Kept(_)))
            .count()
    };
    assert_eq!(
        kept(thief.hands_in(&mut alley.town, &notes[1..])),
        notes.len() - 1
    );
    let verdicts = thief.hands_in(&mut alley.town, &notes[..3]);
    let too_many = Verdict::Refused(RefusalCode::TooManyKept.into());
    assert!(matches!(verdicts[0], Verdict::Kept(_)));
    assert_eq!(verdicts[1..], [too_many.clone(), too_many.clone()]);
    // Nor when somebody has looked at what lies there.
    let mut next = alley.town.device(LEAVES);
    alley.town.sync(&mut next);
    let (first, now, random) = (
        next.replica.review()[0].item,
        alley.town.now,
        alley.town.random(),
    );
    let writes = next.replica.dismiss(first, now, random).unwrap();
    next.persist(writes);
    alley.town.sync(&mut next);
    assert_eq!(thief.hands_in(&mut alley.town, &notes[..1]), [too_many]);

    alley.types(step(case, escalate(branch)));
    replace_chief(&mut alley.town);
    assert_eq!(alley.town.sync(&mut alley.old).summary.kept, 1);
}

/// Each batch has the number of one that is held, and other commands.
#[test]
fn a_stolen_phone_whose_chain_forks_again_and_again_does_not_fill_the_ledger() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let stolen = alley.town.device(LEAVES);
    alley.town.stop(&stolen, Stop::Revoked);
    let mut thief = Forger::of(&stolen);
    let notes: Vec<_> = (0..200)
        .map(|number| step(case, note(&number.to_string())))
        .collect();
    let mut rows = Vec::new();
    for _ in 0..18 {
        (thief.number, thief.hash) = (0, [0; 32]);
        thief.hands_in(&mut alley.town, &notes);
        rows.push(
            alley
                .town
                .store
                .keys(&[], &[0xff], usize::MAX)
                .unwrap()
                .len(),
        );
    }
    let refusals = alley.town.store.keys(b"x", b"y", usize::MAX).unwrap().len();
    assert!(
        (REFUSALS_UNACKNOWLEDGED_MAX..REFUSALS_UNACKNOWLEDGED_MAX + 2 * notes.len())
            .contains(&refusals)
    );
    assert_eq!(rows[15..], [rows[14]; 3], "{rows:?}");
}

#[test]
fn a_full_tray_of_stopped_devices_has_room_for_proposals() {
    let mut alley = Alley::new();
    let (case, branch) = (alley.case.document, alley.branch);
    for thief in 0..=(TRAY_OPEN_ITEMS_MAX - TRAY_RESERVED_ITEMS) / 250 {
        let stolen = alley.town.device(LEAVES);
        alley.town.stop(&stolen, Stop::Lost);
        Forger::of(&stolen).hands_in(&mut alley.town, &notes_of(case, thief));
    }
    let escalated = alley.types(step(case, escalate(branch))).command;
    replace_chief(&mut alley.town);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.kept, summary.up_to_date), (1, true));
    let successor = alley.successor();
    assert_eq!(
        successor
            .replica
            .proposals()
            .iter()
            .map(|row| row.item)
            .collect::<Vec<_>>(),
        [escalated]
    );
    assert_eq!(
        successor.replica.review().len(),
        TRAY_OPEN_ITEMS_MAX - TRAY_RESERVED_ITEMS + TRAY_DEVICE_SHARE
    );
}

#[test]
fn a_revoked_devices_work_is_taken_by_the_successor_and_its_report_keeps_its_tracking_code() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let said = alley.types(step(case, note("three holes"))).command;
    let reported = alley.reports("a wall fell");
    let on_it = alley
        .types(step(reported.document, note("nobody was hurt")))
        .command;
    let accepted = alley.types(step(case, accept())).command;
    let device = &alley.old;
    alley.town.stop(device, Stop::Revoked);
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (0, 4, 0));
    assert!(alley.old.replica.pending().is_empty() && alley.old.replica.cases().is_empty());
    let receipts = alley.old.replica.receipts();
    assert_eq!(receipts[0].why, Some(Eviction::Stopped));
    assert_eq!(became(&alley.old).len(), 4);
    let Some(Became::Kept(kept)) = receipt_of(&alley.old, said) else {
        panic!("it lies in a tray")
    };
    assert_eq!(kept.why, KeptWhy::DeviceRevoked);

    alley.town.sync(&mut successor);
    assert!(successor.replica.proposals().is_empty());
    let review = successor.replica.review();
    assert_eq!(
        review.iter().map(|row| row.item).collect::<Vec<_>>(),
        [said, reported.command, on_it, accepted]
    );
    assert!(
        review
            .iter()
            .all(|row| row.author == alley.town.member(LEAVES))
    );
    assert_eq!(review[1].number, reported.number);

    let (now, random) = (alley.town.now, alley.town.random());
    assert_eq!(
        successor.replica.take(on_it, now, random),
        Err(TakeError::TakeFirst(reported.command))
    );
    // A step that was taken and the word for that are taken back together, whichever is named.
    for place in [0, 1] {
        let random = alley.town.random();
        let (writes, recorded) = successor.replica.take(said, now, random).unwrap();
        successor.persist(writes);
        let typed: Vec<_> = successor
            .replica
            .pending()
            .iter()
            .map(|row| row.command)
            .collect();
        assert_eq!((typed.len(), typed[0]), (2, recorded.command));
        let (writes, rows) = successor.replica.take_back_typed(typed[place]).unwrap();
        successor.persist(writes);
        assert_eq!(rows.len(), 2);
        assert_eq!(successor.replica.review().len(), 4, "it lies open again");
    }
    let mut new = None;
    for item in [said, reported.command, on_it, accepted] {
        let random = alley.town.random();
        let (writes, recorded) = successor.replica.take(item, now, random).unwrap();
        successor.persist(writes);
        if item == reported.command {
            new = recorded.number.map(|number| (number, recorded.document));
        }
    }
    let (number, new) = new.unwrap();
    assert_ne!(
        Some(number),
        reported.number,
        "a number of the successor's phone"
    );
    let summary = alley.town.sync(&mut successor).summary;
    assert_eq!((summary.admitted, summary.refused), (8, 0));
    assert!(successor.replica.review().is_empty());
    let texts: Vec<_> = successor
        .replica
        .case(new)
        .unwrap()
        .log
        .into_iter()
        .map(|row| row.entry.text)
        .collect();
    assert_eq!(texts, ["a wall fell", "nobody was hurt"]);
    assert!(
        marked(&successor, new).is_empty(),
        "it is the successor's own"
    );
}

#[test]
fn a_kept_verdict_comes_again_when_its_answer_was_lost() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let branch = alley.branch;
    alley.types(step(case, note("three holes")));
    let escalated = alley.types(step(case, escalate(branch))).command;
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    for _ in 0..3 {
        let flight = super::cut::first_flight(&mut alley.town, &mut alley.old);
        alley.town.answer(&flight);
        alley.old.replica = alleyway_replica::Replica::open(&alley.old.store).unwrap();
    }
    // Dealt with meanwhile, and still the same verdict.
    alley.town.sync(&mut successor);
    let (now, random) = (alley.town.now, alley.town.random());
    let writes = successor.replica.dismiss(escalated, now, random).unwrap();
    successor.persist(writes);
    alley.town.sync(&mut successor);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (1, 1, 0));
    alley.town.sync(&mut successor);
    assert!(successor.replica.proposals().is_empty(), "it was put once");
    assert_eq!(marked(&successor, case), ["three holes"]);
}

/// As many different notes as are kept of a stopped device.
fn notes_of(case: DocumentId, thief: usize) -> Vec<Draft> {
    (0..STOPPED_ITEMS_MAX)
        .map(|number| step(case, note(&format!("{thief}, {number}"))))
        .collect()
}

#[test]
fn a_full_tray_takes_each_devices_share_refuses_the_rest_and_nobody_waits() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    for thief in 0..(TRAY_OPEN_ITEMS_MAX - TRAY_RESERVED_ITEMS) / 250 {
        let stolen = alley.town.device(LEAVES);
        alley.town.stop(&stolen, Stop::Lost);
        let mut forger = Forger::of(&stolen);
        let verdicts = forger.hands_in(&mut alley.town, &notes_of(case, thief));
        assert!(
            verdicts
                .iter()
                .all(|verdict| matches!(verdict, Verdict::Kept(_)))
        );
    }
    let stolen = alley.town.device(LEAVES);
    alley.town.stop(&stolen, Stop::Lost);
    let verdicts = Forger::of(&stolen).hands_in(&mut alley.town, &notes_of(case, 9));
    let (kept, beyond) = verdicts.split_at(TRAY_DEVICE_SHARE);
    assert!(kept.iter().all(|said| matches!(said, Verdict::Kept(_))));
    let full = Verdict::Refused(RefusalCode::TrayFull.into());
    assert!(beyond.iter().all(|said| *said == full), "{beyond:?}");

    let mut said = Vec::new();
    for number in 0..=TRAY_DEVICE_SHARE {
        said.push(alley.types(step(case, note(&number.to_string()))).command);
    }
    let device = &alley.old;
    alley.town.stop(device, Stop::Revoked);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.kept, summary.refused), (25, 1));
    assert!(alley.old.replica.pending().is_empty(), "nothing waits");
    let refused = alley.old.replica.refused();
    let refused: Vec<_> = refused.iter().map(|row| row.command).collect();
    assert_eq!(
        refused,
        said[TRAY_DEVICE_SHARE..],
        "its author has it still"
    );
    replace_chief(&mut alley.town);
    let successor = alley.successor();
    let review = successor.replica.review();
    let lies_there = |item: &CommandId| review.iter().any(|row| row.item == *item);
    assert!(said[..TRAY_DEVICE_SHARE].iter().all(lies_there));
}

#[test]
fn a_revoked_device_of_somebody_in_office_hands_in_to_the_own_unit() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let said = alley.types(step(case, note("three holes"))).command;
    let device = &alley.old;
    alley.town.stop(device, Stop::Revoked);
    alley.town.sync(&mut alley.old);
    let mut next = alley.town.device(LEAVES);
    alley.town.sync(&mut next);
    assert_eq!(
        next.replica
            .review()
            .iter()
            .map(|row| row.item)
            .collect::<Vec<_>>(),
        [said]
    );
    let (now, random) = (alley.town.now, alley.town.random());
    let (writes, _) = next.replica.take(said, now, random).unwrap();
    next.persist(writes);
    let summary = alley.town.sync(&mut next).summary;
    assert_eq!((summary.admitted, summary.refused), (2, 0));
}

/// A phone that goes on from a copy of before its first report, and is stopped meanwhile.
fn stopped_and_of_an_old_copy(alley: &mut Alley, why: Stop) -> alleyway_tests::pure::Device {
    let mut phone = alley.town.device(LEAVES);
    alley.town.sync(&mut phone);
    let copy = phone.store.clone();
    alley
        .town
        .report(&mut phone, "in the life that is lost", "x", "", "");
    alley.town.sync(&mut phone);
    alley.town.stop(&phone, why);
    restored(copy)
}

/// Found by the simulator: the lease had ended, so that what was sealed to the town could not be
/// sealed anew, and the fork was answered for ever.
#[test]
fn a_revoked_phone_that_went_on_from_an_old_copy_hands_in_what_it_cannot_read() {
    let mut alley = Alley::new();
    let mut phone = stopped_and_of_an_old_copy(&mut alley, Stop::Revoked);
    alley.town.now = alley.town.now.plus_days(LEASE_DAYS + 1);
    phone.tick(alley.town.now, alley.town.random());
    assert!(phone.replica.is_locked());
    let report = alley
        .town
        .report(&mut phone, "in the life that goes on", "x", "", "")
        .command;
    let summary = alley.town.sync(&mut phone).summary;
    assert_eq!(
        (summary.kept, summary.forked, summary.stopped),
        (1, false, Some(Stop::Revoked))
    );
    assert!(phone.replica.pending().is_empty());
    let mut next = alley.town.device(LEAVES);
    alley.town.sync(&mut next);
    assert!(
        next.replica
            .review()
            .iter()
            .any(|row| row.item == report && row.why == KeptWhy::DeviceRevoked)
    );
}

/// Found by the simulator on a slow line, whose batches are small: the second batch stood beside the
/// chain, so that the server's chain never reached it, and it was handed in without end.
#[test]
fn a_lost_phone_that_went_on_from_an_old_copy_hands_in_each_batch_once() {
    let mut alley = Alley::new();
    let mut phone = stopped_and_of_an_old_copy(&mut alley, Stop::Lost);
    for title in ["the first batch", "the second batch"] {
        alley.town.report(&mut phone, title, "x", "", "");
        // Sealed, and broken off before anything is heard.
        first_flight(&mut alley.town, &mut phone);
    }
    let cost = alley.town.sync(&mut phone);
    // The old copy's challenge is answered with a new one.
    assert_eq!(
        (cost.summary.kept, cost.summary.stopped, cost.round_trips),
        (2, Some(Stop::Lost), 2)
    );
    assert!(phone.replica.pending().is_empty());
    let mut next = alley.town.device(LEAVES);
    alley.town.sync(&mut next);
    let kept = next.replica.review().into_iter();
    let kept = kept.filter(|row| row.why == KeptWhy::DeviceLost);
    assert_eq!(kept.count(), 2);
}
