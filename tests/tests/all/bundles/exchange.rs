//! Two phones and no server: what they show, and what becomes of it.

use alleyway_core::command::Body;
use alleyway_core::kinds::case::Accept;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::store::{Records as _, Write};
use alleyway_replica::{Draft, EntryState, Replica};
use alleyway_tests::pure::{Device, Town};

use super::{case, export, hand_over, head, import, restored, state, two_chiefs};

fn accept(case: alleyway_core::id::DocumentId) -> Draft {
    Draft {
        target: Some(case),
        body: Body::Case(CaseCommand::Accept(Accept {})),
    }
}

#[test]
fn two_phones_that_hand_each_other_their_work_show_the_same_hash_for_hash_and_then_the_server_too()
{
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let new = town
        .report(&mut xie, "水管漏了", "半夜开始漏。", "巷口", "")
        .document;
    town.note(&mut xie, old, "谢：又塌了一块。");
    town.edit(&mut xie, old, "place", "巷口");
    town.note(&mut lu, old, "陆：我去看过。");
    town.edit(&mut lu, old, "place", "桥头");
    let report = hand_over(&mut town, &mut xie, &mut lu);
    assert_eq!(
        (report.batches, report.commands, report.withheld),
        (1, 3, 0)
    );
    assert_ne!(head(&xie, old), head(&lu, old));
    hand_over(&mut town, &mut lu, &mut xie);
    for id in [old, new] {
        assert!(head(&xie, id).is_some());
        assert_eq!(
            head(&xie, id),
            head(&lu, id),
            "before any server has seen it"
        );
    }
    // Typed upon what was handed over, and handed back.
    let upon = town.note(&mut lu, new, "陆：水关了。");
    hand_over(&mut town, &mut lu, &mut xie);
    assert_eq!(state(&xie, &upon), Some(EntryState::Carried));
    assert_eq!(head(&xie, new), head(&lu, new));
    assert_eq!(case(&xie, old).line.row.conflicts, 1);

    // One of them has signal: it hands in for both.
    let summary = town.sync(&mut lu).summary;
    assert_eq!(
        (summary.admitted, summary.carried, summary.up_to_date),
        (3, 1, true)
    );
    assert!(lu.replica.carried().is_empty());
    assert!(
        case(&lu, new)
            .log
            .iter()
            .all(|row| row.state == EntryState::Admitted)
    );
    // The other hears later what became of its own.
    let summary = town.sync(&mut xie).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (3, 0, true)
    );
    assert!(xie.replica.pending().is_empty() && xie.replica.carried().is_empty());
    for id in [old, new] {
        let (theirs, mine) = (case(&xie, id), case(&lu, id));
        assert_eq!((theirs.head, theirs.version), (mine.head, mine.version));
        assert_eq!(theirs.head, head(&xie, id), "nothing is unconfirmed");
    }
}

#[test]
fn what_was_handed_over_is_there_after_a_restart_and_says_whose_it_is() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let note = town.note(&mut xie, old, "谢：又塌了一块。");
    let new = town.report(&mut xie, "水管漏了", "半夜开始漏。", "巷口", "");
    hand_over(&mut town, &mut xie, &mut lu);
    let before = (head(&lu, old), head(&lu, new.document));
    lu.replica = Replica::open(&lu.store).unwrap();
    assert_eq!((head(&lu, old), head(&lu, new.document)), before);
    let shown = case(&lu, old);
    let row = shown
        .log
        .iter()
        .find(|row| row.entry.command == note.command)
        .unwrap();
    assert_eq!(
        (row.state.clone(), row.entry.author),
        (EntryState::Carried, town.member("xie"))
    );
    assert_eq!(
        (row.entry.received, shown.line.carried, shown.line.pending),
        (None, 1, 0)
    );
    // The report is found by its number, which is its author's device's.
    let number = new.number.unwrap().to_string();
    assert_eq!(lu.replica.find_case(&number), Ok(new.document));
    assert!(
        lu.replica
            .cases()
            .iter()
            .any(|row| row.document == new.document && row.carried == 1)
    );
    assert_eq!(lu.replica.status(town.now).unwrap().carried, 1);
    let carried = lu.replica.carried();
    assert_eq!(
        (carried[0].member, carried[0].commands, carried[0].waiting),
        (town.member("xie"), 2, 0)
    );
}

#[test]
fn a_bundle_taken_twice_is_taken_once_and_ones_own_batches_in_it_are_no_news() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    town.note(&mut xie, old, "一");
    let member = town.member("lu");
    let file = export(&mut town, &mut xie, Some(member)).unwrap();
    assert_eq!(import(&town, &mut lu, &file).unwrap().batches, 1);
    let (writes, again) = lu.replica.import(&file, town.now).unwrap();
    assert!(writes.is_empty());
    assert_eq!((again.batches, again.commands, again.known), (0, 0, 1));
    // Handed back, with what lu added: xie's own is among it.
    town.note(&mut lu, old, "二");
    let back = hand_over(&mut town, &mut lu, &mut xie);
    assert_eq!((back.batches, back.commands, back.known), (1, 1, 1));
    assert_eq!(head(&xie, old), head(&lu, old));
    // A second export holds what came in between, too.
    town.note(&mut xie, old, "三");
    let more = hand_over(&mut town, &mut xie, &mut lu);
    assert_eq!((more.batches, more.known), (1, 2));
    assert_eq!(head(&xie, old), head(&lu, old));
}

#[test]
fn what_lacks_its_base_waits_and_is_shown_as_waiting_until_it_is_there() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    // Lu's phone has not heard of this note, upon which xie's next one stands.
    town.note(&mut xie, old, "已确认的一步");
    town.sync(&mut xie);
    let waits = town.note(&mut xie, old, "下一步");
    let before = head(&lu, old);
    hand_over(&mut town, &mut xie, &mut lu);
    assert_eq!(head(&lu, old), before);
    assert_eq!(state(&lu, &waits), Some(EntryState::Waits));
    assert_eq!(lu.replica.carried()[0].waiting, 1);
    let summary = town.sync(&mut lu).summary;
    assert_eq!((summary.carried, summary.up_to_date), (1, true));
    assert_eq!(state(&lu, &waits), Some(EntryState::Admitted));
    town.sync(&mut xie);
    assert_eq!(head(&lu, old), head(&xie, old));
}

/// A phone that has lost what it carried.
fn without_carried(device: &Device) -> Device {
    let mut device = restored(device.store.clone());
    let keys = device.store.keys(b"c", b"d", usize::MAX).unwrap();
    assert!(!keys.is_empty());
    device.persist(
        keys.into_iter()
            .map(|key| Write {
                key,
                value: None,
                slot: None,
            })
            .collect(),
    );
    restored(device.store)
}

#[test]
fn what_was_typed_upon_anothers_command_waits_for_it_whichever_arrives_first() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let first = town.note(&mut xie, old, "谢：一");
    let report = town.report(&mut xie, "水管漏了", "半夜开始漏。", "巷口", "");
    hand_over(&mut town, &mut xie, &mut lu);
    let second = town.note(&mut lu, old, "陆：二");
    let upon_report = town.note(&mut lu, report.document, "陆：水关了。");
    // Lu's phone lost xie's batch: lu's commands arrive first, and wait.
    let mut lu = without_carried(&lu);
    let summary = town.sync(&mut lu).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (0, 0, false)
    );
    assert_eq!(lu.replica.pending().len(), 2);
    town.sync(&mut xie);
    let summary = town.sync(&mut lu).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (2, 0, true)
    );
    let log: Vec<_> = case(&lu, old)
        .log
        .into_iter()
        .map(|row| row.entry.command)
        .collect();
    let at = |id| log.iter().position(|one| *one == id).unwrap();
    assert!(at(first.command) < at(second.command));
    assert_eq!(state(&lu, &upon_report), Some(EntryState::Admitted));
}

#[test]
fn commands_typed_upon_one_another_in_turn_are_admitted_in_one_request() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let mut turns = Vec::new();
    for turn in 0..3 {
        turns.push(town.note(&mut xie, old, &format!("谢 {turn}")).command);
        hand_over(&mut town, &mut xie, &mut lu);
        turns.push(town.note(&mut lu, old, &format!("陆 {turn}")).command);
        hand_over(&mut town, &mut lu, &mut xie);
    }
    assert_eq!(head(&xie, old), head(&lu, old));
    let cost = town.sync(&mut lu);
    assert_eq!(
        (
            cost.summary.admitted,
            cost.summary.carried,
            cost.round_trips
        ),
        (3, 3, 1)
    );
    let log: Vec<_> = case(&lu, old)
        .log
        .into_iter()
        .map(|row| row.entry.command)
        .collect();
    assert_eq!(log[1..], turns, "in the order in which they were typed");
}

#[test]
fn what_was_typed_upon_a_command_that_is_refused_comes_back_to_its_author() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let mut third = town.device("lu");
    town.sync(&mut third);
    let accepted = town.record(&mut xie, accept(old));
    hand_over(&mut town, &mut xie, &mut lu);
    let upon = town.note(&mut lu, old, "受理后先去看看。");
    // Somebody else was first.
    town.record(&mut third, accept(old));
    assert_eq!(town.sync(&mut third).summary.admitted, 1);
    let summary = town.sync(&mut lu).summary;
    assert_eq!((summary.admitted, summary.carried), (0, 1));
    let refused = lu.replica.refused();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].command, upon.command);
    assert_eq!(
        refused[0].refusal.as_ref().unwrap().code.word(),
        "base_refused"
    );
    // It is not sent for ever, and can be sent anew.
    assert!(town.sync(&mut lu).summary.up_to_date);
    let random = town.random();
    let again = lu.replica.mend(
        upon.command,
        &std::collections::BTreeMap::new(),
        town.now,
        random,
    );
    lu.persist(again.unwrap().0);
    assert_eq!(town.sync(&mut lu).summary.admitted, 1);
    // Its author hears the verdict that the courier caused.
    let summary = town.sync(&mut xie).summary;
    assert_eq!((summary.admitted, summary.refused), (0, 1));
    assert!(matches!(
        state(&xie, &accepted),
        Some(EntryState::Refused(_))
    ));
}
