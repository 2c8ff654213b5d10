//! What comes before its author knows that the server was restored, or how.

use alleyway_core::command::Body;
use alleyway_core::kinds::unit::{Appoint, Post, UnitCommand};
use alleyway_core::limits::STOOD_WAIT_DAYS;
use alleyway_core::store::{Records, Write};
use alleyway_core::sync::frame::{KeptWhy, ServerFrame, Verdict, next_frame};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire};
use alleyway_ledger::{AdminCommand, batches_held};

use super::stage::{
    Stage, accept, carry_out, ends, entries, escalate, flight_of, heard, id_of, in_any_order,
    kinds, note, receive, restore, types, withdraw,
};
use crate::bundles::{hand_over, restored};

/// A device hears all frames of the answer to its next read flight up to the welcome, and no more.
fn hears_of_the_restore_and_loses_the_line(stage: &mut Stage) {
    let mut flight = flight_of(&mut stage.town, &mut stage.lu);
    let before = stage
        .lu
        .replica
        .status(stage.town.now)
        .unwrap()
        .last_contact;
    while stage
        .lu
        .replica
        .status(stage.town.now)
        .unwrap()
        .last_contact
        == before
    {
        let answer = stage.town.answer(&flight);
        let mut from = Reader::new(&answer[1..]);
        while let Some(frame) = next_frame(&mut from).unwrap() {
            let is_welcome = matches!(
                ServerFrame::from_bytes(frame).unwrap(),
                ServerFrame::Welcome(_)
            );
            let effects = stage.lu.replica.receive(frame, stage.town.now).unwrap();
            carry_out(&mut stage.lu, effects);
            if is_welcome {
                stage.lu.replica.sync_failed();
                return;
            }
        }
        let random = stage.town.random();
        let effects = stage.lu.replica.response_ended(stage.town.now, random);
        flight = carry_out(&mut stage.lu, effects).unwrap();
    }
}

#[test]
fn what_a_courier_brought_is_covered_by_a_backup_once_its_author_has_been_there() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, note("carried"));
    hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
    let courier = stage.lu.store.clone();
    stage.all_sync();
    restore(&mut stage.town, &backup);
    stage.lu = restored(courier);
    assert_eq!(stage.town.sync(&mut stage.lu).summary.carried, 1);
    let xie = id_of(&stage.xie);
    let held = |stage: &Stage| batches_held(&stage.town.store).unwrap().contains(&(xie, 2));
    assert!(!held(&stage));
    stage.town.sync(&mut stage.xie);
    assert!(held(&stage));
    // The courier comes once more.
    let mut again = restored(stage.lu.store.clone());
    stage.town.sync(&mut again);
    assert!(held(&stage));
    stage.all_sync();
    stage.assert_same(case);
}

#[test]
fn an_answered_batch_before_one_that_waits_comes_back_too() {
    let mut stage = Stage::new();
    let kept = stage.reports();
    stage.all_sync();
    let first = stage.town.store.clone();
    let lost = stage.reports();
    stage.all_sync();
    restore(&mut stage.town, &first);
    let second = stage.town.store.clone();
    types(&mut stage.town, &mut stage.lu, kept, note("answered"));
    flight_of(&mut stage.town, &mut stage.lu);
    stage.lu.replica.sync_failed();
    // The next batch is answered in part, and sent in every sync with what was said of it.
    types(&mut stage.town, &mut stage.lu, kept, note("stands"));
    types(&mut stage.town, &mut stage.lu, lost, note("waits"));
    stage.town.sync(&mut stage.lu);
    assert_eq!(stage.lu.replica.pending().len(), 1);
    let before = entries(&stage.lu, kept);
    assert_eq!(before.len(), 3);
    restore(&mut stage.town, &second);
    stage.all_sync();
    assert_eq!(in_any_order(entries(&stage.lu, kept)), in_any_order(before));
    assert_eq!(entries(&stage.lu, lost).len(), 2);
    stage.assert_same(kept);
    stage.assert_same(lost);
}

#[test]
fn what_a_courier_brings_first_is_not_refused_before_its_author_has_proved_it() {
    for (days, is_backed_up) in [
        (0, false),
        (STOOD_WAIT_DAYS + 1, false),
        (STOOD_WAIT_DAYS + 1, true),
    ] {
        let mut stage = Stage::new();
        let case = stage.reports();
        stage.all_sync();
        let backup = stage.town.store.clone();
        let accepted = types(&mut stage.town, &mut stage.xie, case, accept());
        hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
        let courier = stage.lu.store.clone();
        stage.all_sync();
        restore(&mut stage.town, &backup);
        stage.lu = restored(courier);
        let mut other = stage.town.device("xie");
        stage.town.sync(&mut other);
        types(&mut stage.town, &mut other, case, withdraw());
        stage.town.sync(&mut other);
        stage.town.now = Time(stage.town.now.0 + days * 86_400_000);
        assert_eq!(
            stage.town.sync(&mut stage.lu).summary.carried,
            u64::from(days > 0),
            "waited for no longer"
        );
        if is_backed_up {
            // What only a courier has brought is not covered by that: its author's word is to come yet.
            stage.is_backed_up();
        }
        stage.town.sync(&mut stage.xie);
        assert_eq!(
            (
                stage.xie.replica.refused().len(),
                stage.xie.replica.pending().len()
            ),
            (0, 0)
        );
        stage.all_sync();
        assert_eq!(
            kinds(&entries(&stage.lu, case)),
            ["report", "withdraw", "stood"]
        );
        let review: Vec<_> = stage
            .lu
            .replica
            .review()
            .iter()
            .map(|row| (row.item, row.why.clone()))
            .collect();
        assert_eq!(review, [(accepted.command, KeptWhy::BeforeRestore)]);
    }
}

/// Found by the simulator, seed 9060.
#[test]
fn what_was_refused_and_a_courier_brings_to_a_restored_server_where_it_fits_is_not_shown_as_refused()
 {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, accept());
    hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
    let courier = stage.lu.store.clone();
    let mut other = stage.town.device("xie");
    stage.town.sync(&mut other);
    types(&mut stage.town, &mut other, case, withdraw());
    stage.town.sync(&mut other);
    assert_eq!(stage.town.sync(&mut stage.xie).summary.refused, 1);
    restore(&mut stage.town, &backup);
    stage.lu = restored(courier);
    assert_eq!(stage.town.sync(&mut stage.lu).summary.carried, 1);
    assert_eq!(stage.xie.replica.refused().len(), 1, "it has not heard");
    stage.all_sync();
    assert!(stage.xie.replica.refused().is_empty() && stage.xie.replica.pending().is_empty());
    assert_eq!(kinds(&entries(&stage.xie, case)), ["report", "accept"]);
    stage.assert_same(case);
}

#[test]
fn what_waits_since_a_courier_brought_it_has_the_time_that_its_author_proves() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    let branch = stage.branch;
    types(&mut stage.town, &mut stage.xie, case, escalate(branch));
    stage.all_sync();
    types(&mut stage.town, &mut stage.qin, case, receive());
    hand_over(&mut stage.town, &mut stage.qin, &mut stage.lu);
    let courier = stage.lu.store.clone();
    stage.all_sync();
    let before = entries(&stage.qin, case);
    restore(&mut stage.town, &backup);
    stage.lu = restored(courier);
    assert_eq!(
        stage.town.sync(&mut stage.lu).summary.carried,
        0,
        "it waits for the escalation"
    );
    stage.town.sync(&mut stage.xie);
    stage.town.sync(&mut stage.qin);
    assert_eq!(entries(&stage.qin, case), before);
    stage.all_sync();
    assert_eq!(entries(&stage.qin, case), before);
    stage.assert_same(case);
}

#[test]
fn what_is_typed_before_the_documents_are_compared_is_of_the_time_before() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let case = stage.reports();
    stage.all_sync();
    restore(&mut stage.town, &backup);
    hears_of_the_restore_and_loses_the_line(&mut stage);
    types(&mut stage.town, &mut stage.lu, case, accept());
    stage.lu = restored(stage.lu.store.clone());
    types(&mut stage.town, &mut stage.lu, case, note("also"));
    stage.town.sync(&mut stage.lu);
    assert_eq!(
        (
            stage.lu.replica.pending().len(),
            stage.lu.replica.refused().len()
        ),
        (2, 0)
    );
    stage.all_sync();
    stage.assert_same(case);
    assert_eq!(
        kinds(&entries(&stage.lu, case)),
        ["report", "accept", "note"]
    );
}

#[test]
fn what_is_typed_upon_steps_that_are_gone_for_good_does_not_wait_for_ever() {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    for text in ["one", "two"] {
        types(&mut stage.town, &mut stage.xie, case, note(text));
    }
    stage.all_sync();
    restore(&mut stage.town, &backup);
    hears_of_the_restore_and_loses_the_line(&mut stage);
    types(&mut stage.town, &mut stage.lu, case, note("three"));
    // The phone that had typed the others is gone.
    stage.town.sync(&mut stage.lu);
    stage.town.sync(&mut stage.lu);
    assert_eq!(kinds(&entries(&stage.lu, case)), ["report", "note"]);
    assert!(stage.lu.replica.pending().is_empty());
}

#[test]
fn a_sync_that_gives_back_more_than_one_flight_holds_and_brings_something_new_is_up_to_date_at_its_end()
 {
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
        stage.town.sync(&mut stage.xie);
    }
    stage.all_sync();
    restore(&mut stage.town, &backup);
    types(&mut stage.town, &mut stage.xie, case, note("unsent"));
    let done = stage.town.sync(&mut stage.xie);
    assert!(
        done.summary.up_to_date,
        "{:?} {}",
        done.summary, done.round_trips
    );
}

/// A tray is a document of the server, which is made anew: what was settled in the one that is lost is
/// settled once more by a person.
#[test]
fn what_was_settled_in_a_tray_that_is_lost_lies_there_again_and_is_settled_once_more() {
    for first in 0..2 {
        let mut stage = Stage::new();
        let case = stage.reports();
        stage.all_sync();
        let backup = stage.town.store.clone();
        types(&mut stage.town, &mut stage.xie, case, accept());
        let alley = stage.town.alley;
        ends(&mut stage.town, "xie", alley);
        stage.town.sync(&mut stage.xie);
        stage.town.sync(&mut stage.lu);
        let item = stage.lu.replica.proposals()[0].item;
        let (now, random) = (stage.town.now, stage.town.random());
        let (writes, _) = stage.lu.replica.take(item, now, random).unwrap();
        stage.lu.persist(writes);
        stage.all_sync();
        let before = entries(&stage.lu, case);
        assert_eq!(kinds(&before), ["report", "accept"]);
        restore(&mut stage.town, &backup);
        if first == 0 {
            stage.town.sync(&mut stage.xie)
        } else {
            stage.town.sync(&mut stage.lu)
        };
        stage.all_sync();
        assert_eq!(
            entries(&stage.lu, case),
            before,
            "what was taken stands again"
        );
        assert_eq!(
            stage
                .lu
                .replica
                .proposals()
                .iter()
                .map(|row| row.item)
                .collect::<Vec<_>>(),
            [item]
        );
        let (now, random) = (stage.town.now, stage.town.random());
        let writes = stage.lu.replica.dismiss(item, now, random).unwrap();
        stage.lu.persist(writes);
        stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
        stage.all_sync();
        assert_eq!(entries(&stage.lu, case), before);
        assert_eq!(
            (stage.lu.replica.proposals(), stage.lu.replica.pending()),
            (Vec::new(), Vec::new())
        );
        let review: Vec<_> = stage
            .lu
            .replica
            .review()
            .iter()
            .map(|row| (row.kind, row.why.clone()))
            .collect();
        assert!(
            review
                .iter()
                .all(|row| *row == ("settle_item", KeptWhy::BeforeRestore)),
            "{review:?}"
        );
    }
}

/// Found by the simulator: what stood again by the server's older word was told to be refused when the
/// same batch came once more, for another step in it waited and the author's post was lost.
#[test]
fn what_stands_again_is_not_refused_when_its_batch_comes_once_more() {
    let mut stage = Stage::new();
    let backup = stage.town.store.clone();
    let (alley, member, now) = (stage.town.alley, stage.town.member("qin"), stage.town.now);
    let (key, name) = (Text::cut("qin"), Text::cut("qin"));
    let appoint = Appoint {
        member,
        key,
        name,
        post: Post::AlleyChief,
        from: now,
        until: None,
    };
    stage.town.administer(vec![AdminCommand {
        document: Some(alley),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    }]);
    // Both learn of the post: the one what he may read, the other for whom he writes.
    stage.town.sync(&mut stage.qin);
    stage.town.sync(&mut stage.lu);
    let unsent = stage
        .town
        .report(&mut stage.lu, "the well", "dry", "", "")
        .document;
    hand_over(&mut stage.town, &mut stage.lu, &mut stage.qin);
    let own = stage
        .town
        .report(&mut stage.qin, "the lamp", "dark", "", "")
        .document;
    types(&mut stage.town, &mut stage.qin, own, accept());
    let waits = types(&mut stage.town, &mut stage.qin, unsent, note("asked there")).command;
    stage.town.sync(&mut stage.qin);
    restore(&mut stage.town, &backup);
    stage.town.sync(&mut stage.qin);
    let pending: Vec<_> = stage
        .qin
        .replica
        .pending()
        .iter()
        .map(|row| row.command)
        .collect();
    assert_eq!(
        (pending, stage.qin.replica.refused()),
        (vec![waits], Vec::new())
    );
    // As if the word that it keeps were of this incarnation: it proves nothing now.
    let of_verdicts = stage.qin.store.keys(b"v", b"w", usize::MAX).unwrap();
    stage.qin.persist(
        of_verdicts
            .into_iter()
            .map(|key| Write {
                key,
                value: None,
                slot: None,
            })
            .collect(),
    );
    stage.qin = restored(stage.qin.store.clone());
    let flight = flight_of(&mut stage.town, &mut stage.qin);
    let answer = stage.town.answer(&flight);
    let said = heard(&answer).into_iter().find_map(|frame| match frame {
        ServerFrame::Verdicts(said) => Some(said.verdicts),
        _ => None,
    });
    let said = said.expect("the batch comes once more, for a step in it waits");
    assert!(
        matches!(said[..], [Verdict::Admitted(_), Verdict::Admitted(_), _]),
        "{said:?}"
    );
    stage.qin.replica.sync_failed();
    stage.town.sync(&mut stage.xie);
    assert_eq!(kinds(&entries(&stage.xie, own)), ["report", "accept"]);
}

/// Found by the simulator, seed 2842.
#[test]
fn a_courier_is_not_kept_waiting_for_what_the_server_and_its_author_have_both_lost() {
    let mut stage = Stage::new();
    let (backup, copy) = (stage.town.store.clone(), stage.xie.store.clone());
    let case = stage.reports();
    stage.town.sync(&mut stage.xie);
    types(&mut stage.town, &mut stage.xie, case, note("rain again"));
    hand_over(&mut stage.town, &mut stage.xie, &mut stage.lu);
    restore(&mut stage.town, &backup);
    stage.xie = restored(copy);
    stage.all_sync();
    assert_eq!(
        stage.lu.replica.carried().len(),
        1,
        "its author may have the report"
    );
    stage.town.now = Time(stage.town.now.0 + (STOOD_WAIT_DAYS + 1) * 86_400_000);
    stage.all_sync();
    assert!(stage.lu.replica.carried().is_empty());
}
