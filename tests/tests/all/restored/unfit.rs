//! Steps that do not fit any more.

use std::collections::BTreeMap;

use alleyway_core::limits::STOOD_WAIT_DAYS;
use alleyway_core::sync::frame::{KeptWhy, Stop, Verdict};
use alleyway_core::time::Time;
use alleyway_replica::Became;

use super::stage::{
    Stage, accept, begins_tomorrow, ends, entries, escalate, flight_of, hears_only, kinds, note,
    receive, restore, types, verdicts_of, verdicts_unheard, withdraw,
};

/// A case that the chief escalated and the branch received, and a server that has lost both.
fn received() -> (
    Stage,
    alleyway_core::id::DocumentId,
    alleyway_core::store::MemoryStore,
) {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    let branch = stage.branch;
    types(&mut stage.town, &mut stage.xie, case, escalate(branch));
    stage.all_sync();
    types(&mut stage.town, &mut stage.qin, case, receive());
    stage.all_sync();
    (stage, case, backup)
}

#[test]
fn a_step_that_no_longer_fits_is_named_in_the_log_and_lies_in_the_review_tray() {
    let (mut stage, case, backup) = received();
    let before = entries(&stage.qin, case);
    restore(&mut stage.town, &backup);
    // Life goes on before the phones that know better come.
    stage.town.sync(&mut stage.lu);
    types(&mut stage.town, &mut stage.lu, case, accept());
    types(
        &mut stage.town,
        &mut stage.lu,
        case,
        note("we do it ourselves"),
    );
    stage.town.sync(&mut stage.lu);
    let done = stage.town.sync(&mut stage.qin).summary;
    assert_eq!((done.admitted, done.refused, done.kept), (0, 0, 1));
    stage.all_sync();
    let log = stage.lu.replica.case(case).unwrap().log;
    let said: Vec<_> = log
        .iter()
        .filter(|row| row.entry.kind == "stood")
        .map(|row| &row.entry.details)
        .collect();
    assert_eq!(said.len(), 1);
    assert_eq!(
        (said[0]["step"].as_str(), said[0]["member"].as_str()),
        ("receive", &*stage.town.member("qin").key())
    );
    assert_eq!(
        said[0]["received"],
        before[2].2.unwrap().received.0.to_string()
    );
    assert_eq!(said[0]["command"], before[2].0.key());
    let row = &stage.qin.replica.review()[0];
    assert_eq!(
        (row.item, &row.why, row.kind),
        (before[2].0, &KeptWhy::BeforeRestore, "receive")
    );
    let receipts = stage.qin.replica.receipts();
    let became = receipts
        .iter()
        .flat_map(|receipt| &receipt.handed_in)
        .map(|row| &row.became);
    assert!(
        became.into_iter().any(
            |became| matches!(became, Became::Kept(kept) if kept.why == KeptWhy::BeforeRestore)
        )
    );
    // The escalation fits on what stands now: the receiver takes the item as his own.
    assert_eq!(
        kinds(&entries(&stage.qin, case)),
        ["report", "accept", "note", "stood", "escalate"]
    );
    let (item, random) = (before[2].0, stage.town.random());
    let (writes, _) = stage
        .qin
        .replica
        .take(item, stage.town.now, random)
        .unwrap();
    stage.qin.persist(writes);
    stage.all_sync();
    assert_eq!(
        kinds(&entries(&stage.qin, case)),
        ["report", "accept", "note", "stood", "escalate", "receive"]
    );
    assert!(stage.qin.replica.review().is_empty());
    stage.assert_same(case);
}

#[test]
fn a_step_waits_for_the_steps_before_it_and_not_for_ever() {
    let (mut stage, case, backup) = received();
    restore(&mut stage.town, &backup);
    stage.town.sync(&mut stage.qin);
    assert_eq!(
        (
            stage.qin.replica.pending().len(),
            stage.qin.replica.review().len()
        ),
        (1, 0)
    );
    // The phone that escalated the case is never heard of again.
    stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
    stage.town.sync(&mut stage.qin);
    assert!(stage.qin.replica.pending().is_empty());
    assert_eq!(stage.qin.replica.review()[0].why, KeptWhy::BeforeRestore);
    stage.town.sync(&mut stage.lu);
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report", "stood"]);
}

#[test]
fn a_step_that_did_not_fit_once_is_kept_again_by_the_next_restored_server() {
    let (mut stage, case, backup) = received();
    restore(&mut stage.town, &backup);
    stage.town.sync(&mut stage.lu);
    types(&mut stage.town, &mut stage.lu, case, accept());
    types(&mut stage.town, &mut stage.lu, case, note("first"));
    stage.town.sync(&mut stage.lu);
    stage.town.sync(&mut stage.qin);
    stage.all_sync();
    assert_eq!(stage.qin.replica.review().len(), 1);
    restore(&mut stage.town, &backup);
    stage.all_sync();
    let review = stage.qin.replica.review();
    assert_eq!(
        review
            .iter()
            .map(|row| (&row.why, row.kind))
            .collect::<Vec<_>>(),
        [(&KeptWhy::BeforeRestore, "receive")]
    );
    // The escalation came before the acceptance this time, which does not fit behind it.
    let review = stage.lu.replica.review();
    assert_eq!(
        review
            .iter()
            .map(|row| (&row.why, row.kind))
            .collect::<Vec<_>>(),
        [(&KeptWhy::BeforeRestore, "accept")]
    );
    let log = entries(&stage.lu, case);
    assert_eq!(
        kinds(&log).iter().filter(|kind| **kind == "stood").count(),
        2
    );
    stage.assert_same(case);
}

#[test]
fn what_adds_to_a_case_that_has_ended_meanwhile_is_for_a_person_to_look_at() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.lu, case, note("seen it"));
    stage.all_sync();
    restore(&mut stage.town, &backup);
    stage.town.sync(&mut stage.xie);
    types(&mut stage.town, &mut stage.xie, case, withdraw());
    stage.town.sync(&mut stage.xie);
    stage.all_sync();
    assert_eq!(stage.lu.replica.review()[0].why, KeptWhy::BeforeRestore);
    assert_eq!(
        kinds(&entries(&stage.lu, case)),
        ["report", "withdraw", "stood"]
    );
    stage.assert_same(case);
}

/// Found by the simulator, seed 2754.
#[test]
fn what_a_phone_hands_in_before_it_knows_of_the_restore_waits_for_the_rest_of_what_it_has() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    restore(&mut stage.town, &backup);
    let case = stage.reports();
    stage.town.sync(&mut stage.xie);
    types(&mut stage.town, &mut stage.xie, case, note("seen it"));
    stage.town.sync(&mut stage.xie);
    // Restored once more, the server is answered again; the line breaks behind the first verdicts.
    restore(&mut stage.town, &backup);
    let before = entries(&stage.xie, case);
    let said = verdicts_unheard(&mut stage.town, &mut stage.xie, 2);
    hears_only(&stage.town, &mut stage.xie, said[0].clone());
    restore(&mut stage.town, &backup);
    stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
    stage.all_sync();
    assert!(stage.xie.replica.refused().is_empty());
    assert!(stage.lu.replica.review().is_empty() && stage.xie.replica.review().is_empty());
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report", "note"]);
    assert_eq!(entries(&stage.lu, case), before);
    stage.assert_same(case);
}

/// A case that a restore took away with all phones that had its report, and a note about it on a phone
/// that is stopped now. What is said about it is for those who may read it, if it comes back.
#[test]
fn what_a_stopped_phone_says_about_a_lost_case_waits_for_the_case() {
    for comes_back in [true, false] {
        let mut stage = Stage::new();
        let backup = stage.town.store.clone();
        let case = stage.reports();
        stage.all_sync();
        types(
            &mut stage.town,
            &mut stage.lu,
            case,
            note("about a case that is gone"),
        );
        restore(&mut stage.town, &backup);
        stage.town.stop(&stage.lu, Stop::Revoked);
        let waits = stage.town.sync(&mut stage.lu).summary;
        assert_eq!((waits.refused, waits.kept), (0, 0));
        assert_eq!(stage.lu.replica.pending().len(), 1);
        if comes_back {
            stage.town.sync(&mut stage.xie);
        }
        stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
        // The first time its challenge is too old to say that it knows of the restore.
        let done = [(); 2].map(|()| stage.town.sync(&mut stage.lu).summary);
        let [refused, kept] = [
            done.iter().map(|s| s.refused).sum(),
            done.iter().map(|s| s.kept).sum(),
        ];
        assert_eq!((refused, kept), if comes_back { (0, 1) } else { (1, 0) });
        stage.town.sync(&mut stage.xie);
        let shown: Vec<_> = stage
            .xie
            .replica
            .review()
            .into_iter()
            .map(|row| row.kind)
            .collect();
        assert_eq!(shown.len(), usize::from(comes_back), "{shown:?}");
        // Nobody is cleared: nobody could say whether it is for everybody.
        assert_eq!(stage.lu.replica.refused().len(), usize::from(!comes_back));
    }
}

/// Found by the simulator, seed 3554.
#[test]
fn what_a_stopped_phone_left_in_a_tray_is_there_again_though_its_report_was_refused() {
    let mut stage = Stage::new();
    let alley = stage.town.alley;
    ends(&mut stage.town, "xie", alley);
    stage.all_sync();
    let backup = stage.town.store.clone();
    // A phone whose lease has ended judges nothing itself.
    stage.town.now = Time(stage.town.now.0 + 15 * 86_400_000);
    let random = stage.town.random();
    stage.xie.tick(stage.town.now, random);
    assert!(stage.xie.replica.is_locked());
    let case = stage.reports();
    verdicts_unheard(&mut stage.town, &mut stage.xie, 1);
    stage.xie.replica.sync_failed();
    types(
        &mut stage.town,
        &mut stage.xie,
        case,
        note("of a case that never was"),
    );
    stage.town.stop(&stage.xie, Stop::Revoked);
    let said = |stage: &mut Stage| {
        stage.town.sync(&mut stage.xie);
        let all = verdicts_of(&stage.xie);
        all.iter()
            .flat_map(|said| said.verdicts.iter().cloned())
            .collect::<Vec<_>>()
    };
    let before = said(&mut stage);
    assert!(
        matches!(&before[..], [Verdict::Refused(_), Verdict::Kept(_)]),
        "{before:?}"
    );
    restore(&mut stage.town, &backup);
    assert_eq!(said(&mut stage), before);
    stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
    assert_eq!(said(&mut stage), before);
}

#[test]
fn what_was_mended_with_its_report_does_not_come_back_with_its_old_batch() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let alley = stage.town.alley;
    begins_tomorrow(&mut stage.town, "xie", alley);
    let case = stage.reports();
    let said = verdicts_unheard(&mut stage.town, &mut stage.xie, 1);
    stage.xie.replica.sync_failed();
    let noted = types(&mut stage.town, &mut stage.xie, case, note("so typed")).command;
    // The note is sealed; of the answer its author hears that the report is refused.
    flight_of(&mut stage.town, &mut stage.xie);
    hears_only(&stage.town, &mut stage.xie, said[0].clone());
    let report = stage.xie.replica.refused()[0].command;
    let random = stage.town.random();
    let (writes, _) = stage
        .xie
        .replica
        .mend(report, &BTreeMap::new(), stage.town.now, random)
        .unwrap();
    stage.xie.persist(writes);
    restore(&mut stage.town, &backup);
    stage.all_sync();
    let replica = &stage.xie.replica;
    let left = replica.refused().into_iter().chain(replica.pending());
    let came_back = left.filter(|row| row.command == noted || row.command == report);
    assert_eq!(came_back.count(), 0);
}
