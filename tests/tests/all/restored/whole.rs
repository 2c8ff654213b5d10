//! All is back, with its old times and marks.

use alleyway_core::documents::Mark;
use alleyway_core::limits::STOOD_WAIT_DAYS;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::enrol::EnrolError;
use alleyway_core::sync::frame::{KeptWhy, Stop};
use alleyway_core::time::Time;

use super::stage::{
    Stage, accept, carry_out, ends, entries, escalate, flight_of, in_any_order, kinds, note,
    receive, restore, start, take, types,
};
use crate::bundles::{hand_over, restored};

const MOVES: [&str; 4] = ["report", "escalate", "receive", "start"];

#[test]
fn a_case_that_went_through_three_phones_is_back_with_its_old_times_whoever_comes_first() {
    for first in 0..3 {
        let mut stage = Stage::new();
        let backup = stage.town.store.clone();
        let case = stage.reports();
        let branch = stage.branch;
        types(&mut stage.town, &mut stage.xie, case, escalate(branch));
        stage.all_sync();
        types(&mut stage.town, &mut stage.qin, case, receive());
        stage.all_sync();
        types(&mut stage.town, &mut stage.lu, case, note("people ask"));
        stage.all_sync();
        types(&mut stage.town, &mut stage.qin, case, start());
        stage.all_sync();
        let before = entries(&stage.xie, case);
        assert_eq!(
            kinds(&before),
            ["report", "escalate", "receive", "note", "start"]
        );
        assert_eq!(restore(&mut stage.town, &backup), 2);
        match first {
            0 => drop(stage.town.sync(&mut stage.xie)),
            1 => drop(stage.town.sync(&mut stage.lu)),
            _ => drop(stage.town.sync(&mut stage.qin)),
        }
        stage.all_sync();
        let after = entries(&stage.xie, case);
        assert_eq!(
            kinds(&after)
                .into_iter()
                .filter(|kind| *kind != "note")
                .collect::<Vec<_>>(),
            MOVES
        );
        assert_eq!(in_any_order(after), in_any_order(before));
        stage.assert_same(case);
        assert!(stage.qin.replica.review().is_empty());
    }
}

#[test]
fn what_was_taken_after_a_post_ended_keeps_its_mark_and_what_was_proposed_lies_in_the_tray_again() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, note("late"));
    types(&mut stage.town, &mut stage.xie, case, accept());
    let alley = stage.town.alley;
    ends(&mut stage.town, "xie", alley);
    let done = stage.town.sync(&mut stage.xie).summary;
    assert_eq!((done.admitted, done.kept), (1, 1));
    stage.town.sync(&mut stage.lu);
    let before = entries(&stage.lu, case);
    assert_eq!(before[1].2.unwrap().mark, Mark::AfterPost);
    // The end of the post is lost too: the server's word for it is enough.
    restore(&mut stage.town, &backup);
    let done = stage.town.sync(&mut stage.xie).summary;
    assert_eq!(
        (done.admitted, done.kept, done.refused),
        (2, 0, 0),
        "the report too; its author has heard of the tray"
    );
    stage.town.sync(&mut stage.lu);
    assert_eq!(entries(&stage.lu, case), before);
    let proposals = stage.lu.replica.proposals();
    assert_eq!(
        proposals
            .iter()
            .map(|row| (row.kind, &row.why))
            .collect::<Vec<_>>(),
        [("accept", &KeptWhy::PostEnded)]
    );
}

#[test]
fn what_was_refused_stays_refused_with_the_same_words_and_does_not_come_back_once_dealt_with() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.lu, case, accept());
    types(&mut stage.town, &mut stage.xie, case, accept());
    stage.town.sync(&mut stage.lu);
    assert_eq!(stage.town.sync(&mut stage.xie).summary.refused, 1);
    let refused = stage.xie.replica.refused();
    assert_eq!(
        refused[0].refusal.as_ref().unwrap().code,
        RefusalCode::WrongState
    );
    restore(&mut stage.town, &backup);
    // The refused one comes first now, and would fit.
    stage.town.sync(&mut stage.xie);
    assert_eq!(stage.xie.replica.refused(), refused);
    stage.all_sync();
    stage.assert_same(case);
    assert_eq!(kinds(&entries(&stage.xie, case)), ["report", "accept"]);
    let writes = stage.xie.replica.drop_refused(refused[0].command).unwrap();
    stage.xie.persist(writes);
    restore(&mut stage.town, &backup);
    stage.all_sync();
    assert!(stage.xie.replica.refused().is_empty());
    stage.assert_same(case);
}

#[test]
fn a_server_restored_twice_from_one_copy_gets_everything_back_twice() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    stage.all_sync();
    types(&mut stage.town, &mut stage.lu, case, accept());
    stage.all_sync();
    let before = entries(&stage.xie, case);
    assert_eq!(restore(&mut stage.town, &backup), 2);
    stage.all_sync();
    types(&mut stage.town, &mut stage.xie, case, note("in between"));
    stage.all_sync();
    assert_eq!(restore(&mut stage.town, &backup), 3);
    stage.all_sync();
    let after = entries(&stage.xie, case);
    assert!(before.iter().all(|entry| after.contains(entry)));
    assert_eq!(kinds(&after), ["report", "note", "accept"]);
    stage.assert_same(case);
}

#[test]
fn a_device_that_was_revoked_since_stays_out_and_what_it_had_handed_in_stands_again() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    stage.all_sync();
    stage.town.stop(&stage.xie, Stop::Revoked);
    types(
        &mut stage.town,
        &mut stage.xie,
        case,
        note("typed on a stolen phone"),
    );
    let before = entries(&stage.lu, case);
    restore(&mut stage.town, &backup);
    let done = stage.town.sync(&mut stage.xie).summary;
    assert_eq!(
        (done.admitted, done.kept, done.stopped),
        (1, 1, Some(Stop::Revoked))
    );
    assert!(stage.xie.replica.cases().is_empty());
    stage.town.sync(&mut stage.lu);
    assert_eq!(entries(&stage.lu, case), before);
    assert_eq!(stage.lu.replica.review()[0].why, KeptWhy::DeviceRevoked);
}

#[test]
fn lost_answers_cost_nothing() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    types(&mut stage.town, &mut stage.xie, case, accept());
    stage.all_sync();
    let before = entries(&stage.lu, case);
    restore(&mut stage.town, &backup);
    for lost in 0..6 {
        // The answer after so many is lost on its way.
        let mut flight = Some(flight_of(&mut stage.town, &mut stage.xie));
        for _ in 0..lost {
            let Some(sent) = flight.take() else { break };
            let answer = stage.town.answer(&sent);
            take(&stage.town, &mut stage.xie, &answer);
            let random = stage.town.random();
            let effects = stage.xie.replica.response_ended(stage.town.now, random);
            flight = carry_out(&mut stage.xie, effects);
        }
        if let Some(sent) = flight {
            stage.town.answer(&sent);
        }
        stage.xie.replica.sync_failed();
    }
    stage.all_sync();
    assert_eq!(entries(&stage.lu, case), before);
    stage.assert_same(case);
}

#[test]
fn what_does_not_fit_into_one_flight_comes_back_in_several_and_nothing_typed_is_lost() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    for number in 0..40 {
        types(
            &mut stage.town,
            &mut stage.xie,
            case,
            note(&format!("{number} {}", "长".repeat(1_900))),
        );
        if number % 5 == 0 {
            stage.town.sync(&mut stage.xie);
        }
    }
    stage.all_sync();
    let before = entries(&stage.lu, case);
    assert_eq!(before.len(), 41);
    restore(&mut stage.town, &backup);
    let unsent = types(&mut stage.town, &mut stage.xie, case, note("unsent"));
    stage.town.sync(&mut stage.xie);
    assert!(stage.town.sync(&mut stage.xie).summary.up_to_date);
    stage.all_sync();
    let after = entries(&stage.lu, case);
    assert_eq!(after[..41], before);
    assert_eq!(after[41].0, unsent.command);
    stage.assert_same(case);
}

#[test]
fn what_was_typed_upon_what_the_server_lost_waits_for_it() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    stage.all_sync();
    restore(&mut stage.town, &backup);
    types(&mut stage.town, &mut stage.lu, case, accept());
    stage.town.sync(&mut stage.lu);
    assert_eq!(
        (
            stage.lu.replica.pending().len(),
            stage.lu.replica.refused().len()
        ),
        (1, 0)
    );
    stage.all_sync();
    stage.assert_same(case);
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report", "accept"]);
}

#[test]
fn a_lower_incarnation_is_an_alarm_and_without_the_journal_the_clock_counts_them() {
    let mut stage = Stage::new();
    let (old, case) = (stage.town.store.clone(), stage.reports());
    stage.all_sync();
    restore(&mut stage.town, &old);
    stage.all_sync();
    let second = stage.town.store.clone();
    // The journal is lost with everything else.
    stage.town.restore(
        old.clone()
            .with_journal_of(&alleyway_core::store::MemoryStore::default()),
    );
    assert!(stage.town.ledger.quarantine().is_some());
    let town = &mut stage.town;
    let by_the_clock = town
        .ledger
        .begin_incarnation(&town.store, town.now)
        .unwrap();
    assert_eq!(
        i64::from(by_the_clock),
        stage.town.now.0 / 1_000 - 1_767_225_600
    );
    let now = stage.town.now;
    stage
        .town
        .ledger
        .end_quarantine(&stage.town.store, &|_| true, now)
        .unwrap()
        .unwrap();
    stage.town.commit();
    stage.all_sync();
    stage.assert_same(case);
    let third = stage.town.store.clone();
    stage.town.restore(third);
    assert!(stage.town.ledger.quarantine().is_none());
    stage.town.restore(second);
    stage.town.now = Time(stage.town.now.0 + 1);
    let flight = flight_of(&mut stage.town, &mut stage.xie);
    let answer = stage.town.answer(&flight);
    take(&stage.town, &mut stage.xie, &answer);
    let random = stage.town.random();
    let effects = stage.xie.replica.response_ended(stage.town.now, random);
    let flight = carry_out(&mut stage.xie, effects).unwrap();
    let answer = stage.town.answer(&flight);
    let mut from = alleyway_core::wire::Reader::new(&answer[1..]);
    let mut taken = Ok(Vec::new());
    while let Some(frame) = alleyway_core::sync::frame::next_frame(&mut from).unwrap() {
        taken = stage.xie.replica.receive(frame, stage.town.now);
    }
    assert_eq!(taken, Err(alleyway_replica::ReceiveError::OlderIncarnation));
}

#[test]
fn posts_are_not_asked_again() {
    let mut stage = Stage::new();
    let case = stage.reports();
    types(&mut stage.town, &mut stage.xie, case, accept());
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, start());
    stage.town.sync(&mut stage.xie);
    restore(&mut stage.town, &backup);
    let alley = stage.town.alley;
    ends(&mut stage.town, "xie", alley);
    stage.town.sync(&mut stage.xie);
    stage.town.sync(&mut stage.lu);
    assert_eq!(
        kinds(&entries(&stage.lu, case)),
        ["report", "accept", "start"]
    );
}

/// Found by the simulator: the second restore gave the first one's incarnation out again, and no
/// phone noticed what had been lost.
#[test]
fn a_backup_from_before_a_quarantine_is_restored_with_the_journal_from_after_it() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    stage.town.stop(&stage.qin, Stop::Revoked);
    let quarantined = |town: &mut alleyway_tests::pure::Town,
                       backup: &alleyway_core::store::MemoryStore| {
        town.now = Time(town.now.0 + 60_000);
        town.restore(
            backup
                .clone()
                .with_journal_of(&alleyway_core::store::MemoryStore::default()),
        );
        assert!(town.ledger.quarantine().is_some());
        let incarnation = town
            .ledger
            .begin_incarnation(&town.store, town.now)
            .unwrap();
        town.ledger
            .end_quarantine(&town.store, &|_| true, town.now)
            .unwrap()
            .unwrap();
        town.commit();
        incarnation
    };
    let first = quarantined(&mut stage.town, &backup);
    stage.town.stop(&stage.qin, Stop::Revoked);
    let case = stage.reports();
    stage.town.sync(&mut stage.xie);
    // The journal that began anew is enough: nobody has to be confirmed again.
    assert_eq!(restore(&mut stage.town, &backup), first + 1);
    assert!(stage.town.ledger.quarantine().is_none());
    assert_eq!(
        stage.town.sync(&mut stage.qin).summary.stopped,
        Some(Stop::Revoked)
    );
    stage.town.sync(&mut stage.xie);
    stage.town.sync(&mut stage.lu);
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report"]);
    // Lost a second time, it is not the same number again.
    assert!(quarantined(&mut stage.town, &backup) > first + 1);
    stage.town.sync(&mut stage.xie);
    stage.town.sync(&mut stage.lu);
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report"]);
}

/// The journal that began anew knows nothing of a device that came and was stopped before, nor of an
/// invitation that was withdrawn; an older copy of the ledger does.
#[test]
fn what_a_journal_that_began_anew_does_not_know_stays_out() {
    let mut stage = Stage::new();
    let code = stage.town.invite("xie");
    let first = stage.town.store.clone();
    let mut late = stage.town.device("lu");
    stage.town.sync(&mut late);
    let second = stage.town.store.clone();
    stage.town.stop(&late, Stop::Revoked);
    stage.town.now = Time(stage.town.now.0 + 60_000);
    stage
        .town
        .restore(first.with_journal_of(&alleyway_core::store::MemoryStore::default()));
    let town = &mut stage.town;
    let incarnation = town
        .ledger
        .begin_incarnation(&town.store, town.now)
        .unwrap();
    let confirmed = stage
        .town
        .ledger
        .end_quarantine(&stage.town.store, &|_| true, stage.town.now)
        .unwrap()
        .unwrap();
    assert_eq!((confirmed.kept, confirmed.withdrawn), (3, 1));
    stage.town.commit();
    let codes = |stage: &mut Stage| {
        let device = stage.town.device("lu");
        device.replica.status(stage.town.now).unwrap().device_code
    };
    let newest = codes(&mut stage);
    assert_eq!(restore(&mut stage.town, &second), incarnation + 1);
    assert!(stage.town.ledger.quarantine().is_none());
    assert_eq!(
        stage.town.sync(&mut late).summary.stopped,
        Some(Stop::Revoked)
    );
    assert!(
        codes(&mut stage) > newest + 1,
        "codes that were given meanwhile are given to nobody"
    );
    assert_eq!(stage.town.enrol(code).err(), Some(EnrolError::CodeUnknown));
    // The others go on, and the next start says the same.
    for device in [&mut stage.xie, &mut stage.lu, &mut stage.qin] {
        assert_eq!(stage.town.sync(device).summary.stopped, None);
    }
    let again = stage.town.store.clone();
    restore(&mut stage.town, &again);
    assert_eq!(
        stage.town.sync(&mut late).summary.stopped,
        Some(Stop::Revoked)
    );
}

#[test]
fn what_lay_in_a_tray_before_a_restore_and_cannot_again_is_its_authors_again() {
    for by_courier in [false, true] {
        let mut stage = Stage::new();
        let mut other = stage.town.device("lu");
        stage.town.sync(&mut other);
        let backup = stage.town.store.clone();
        let case = stage
            .town
            .report(&mut other, "the well", "dry", "", "")
            .document;
        stage.town.sync(&mut other);
        stage.all_sync();
        let alley = stage.town.alley;
        let accepted = types(&mut stage.town, &mut stage.xie, case, accept());
        hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
        let courier = stage.lu.store.clone();
        ends(&mut stage.town, "xie", alley);
        assert_eq!(stage.town.sync(&mut stage.xie).summary.kept, 1);
        assert!(stage.xie.replica.refused().is_empty() && stage.xie.replica.pending().is_empty());
        // The phone that reported the case never comes back.
        restore(&mut stage.town, &backup);
        if by_courier {
            stage.lu = restored(courier);
            stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
            stage.town.sync(&mut stage.lu);
        }
        for _ in 0..2 {
            stage.town.sync(&mut stage.xie);
            stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
        }
        let refused = stage.xie.replica.refused();
        assert_eq!(
            refused.iter().map(|row| row.command).collect::<Vec<_>>(),
            [accepted.command],
            "{by_courier}"
        );
        assert_eq!(
            refused[0].refusal.as_ref().unwrap().code,
            RefusalCode::NobodyCleared
        );
        assert!(stage.town.sync(&mut stage.xie).summary.up_to_date);
        // Once it is dealt with, it does not come again.
        let writes = stage.xie.replica.drop_refused(accepted.command).unwrap();
        stage.xie.persist(writes);
        restore(&mut stage.town, &backup);
        stage.town.sync(&mut stage.xie);
        assert!(stage.xie.replica.refused().is_empty() && stage.xie.replica.pending().is_empty());
    }
}

#[test]
fn what_was_given_up_for_what_it_stood_on_does_not_wait_for_that_behind_a_restore() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let mut third = stage.town.device("lu");
    stage.town.sync(&mut third);
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, accept());
    hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
    let upon = types(&mut stage.town, &mut stage.lu, case, note("upon it"));
    let shown = types(&mut stage.town, &mut stage.lu, case, note("this too"));
    types(&mut stage.town, &mut third, case, accept());
    stage.town.sync(&mut third);
    stage.town.sync(&mut stage.lu);
    assert_eq!(stage.lu.replica.refused().len(), 2);
    let writes = stage.lu.replica.drop_refused(upon.command).unwrap();
    stage.lu.persist(writes);
    stage.lu = restored(stage.lu.store.clone());
    restore(&mut stage.town, &backup);
    stage.town.sync(&mut third);
    stage.all_sync();
    assert!(stage.lu.replica.pending().is_empty());
    let refused = stage.lu.replica.refused();
    assert_eq!(
        refused.iter().map(|row| row.command).collect::<Vec<_>>(),
        [shown.command]
    );
    assert!(stage.town.sync(&mut stage.lu).summary.up_to_date);
}
