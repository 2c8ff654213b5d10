//! What couriers bring: nothing of an author's is lost, whichever way and in whatever order.

use alleyway_core::batch::Batch;
use alleyway_core::command::Body;
use alleyway_core::feeds::FeedId;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Note, Start};
use alleyway_core::kinds::unit::{ConfirmDevice, Post, UnitCommand, UnitKind};
use alleyway_core::sync::frame::{CarriedState, KeptWhy, ServerFrame, Verdict, next_frame};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire};
use alleyway_replica::{ClearanceStep, Effect, EntryState};
use alleyway_tests::pure::{Device, Town};

use super::peer::{Peer, states, verdicts};
use super::{first_flight, unit_of};
use crate::bundles::{hand_over, restored, state, two_chiefs};

/// An author, a courier, a case that both know, and two steps of the author of which the second
/// stands on the first.
fn two_steps(town: &mut Town) -> (Peer, Peer, [Batch; 2]) {
    let (_, _, case) = two_chiefs(town);
    let (mut author, courier) = (Peer::enrol(town, "xie", 1), Peer::enrol(town, "lu", 2));
    author.say(town, &[]);
    let steps = [
        author.step(case, CaseCommand::Accept(Accept {})),
        author.step(case, CaseCommand::Start(Start {})),
    ];
    (author, courier, steps)
}

fn note(text: &str) -> CaseCommand {
    CaseCommand::Note(Note {
        text: Text::cut(text),
    })
}

fn are_admitted(verdicts: &[Verdict], count: usize) -> bool {
    verdicts.len() == count
        && verdicts
            .iter()
            .all(|verdict| matches!(verdict, Verdict::Admitted(_)))
}

#[test]
fn a_courier_who_brings_only_the_second_step_spoils_nothing() {
    let mut town = Town::new();
    let (mut author, mut courier, [accept, start]) = two_steps(&mut town);
    let late = author.closed(&start);
    assert_eq!(
        states(&courier.say(&mut town, std::slice::from_ref(&late))),
        [CarriedState::Waits]
    );
    let frames = [author.frame(&accept), author.frame(&start)];
    assert!(are_admitted(&verdicts(&author.say(&mut town, &frames)), 2));
    assert_eq!(
        states(&courier.say(&mut town, &[late])),
        [CarriedState::Done]
    );
}

#[test]
fn a_courier_who_brings_both_steps_the_wrong_way_round_has_them_taken_in_order() {
    let mut town = Town::new();
    let (mut author, mut courier, [accept, start]) = two_steps(&mut town);
    let frames = [author.closed(&start), author.closed(&accept)];
    assert_eq!(
        states(&courier.say(&mut town, &frames)),
        [CarriedState::Done; 2]
    );
    let frames = [author.frame(&accept), author.frame(&start)];
    assert!(are_admitted(&verdicts(&author.say(&mut town, &frames)), 2));
}

#[test]
fn what_moves_a_case_does_not_overtake_what_was_typed_before_it_and_a_note_does() {
    let mut town = Town::new();
    let (_, _, case) = two_chiefs(&mut town);
    let (mut author, mut courier) = (
        Peer::enrol(&mut town, "xie", 1),
        Peer::enrol(&mut town, "lu", 2),
    );
    author.say(&mut town, &[]);
    let batches = [note("一"), CaseCommand::Accept(Accept {}), note("三")]
        .map(|body| author.step(case, body));
    let frames = [author.closed(&batches[1]), author.closed(&batches[2])];
    assert_eq!(
        states(&courier.say(&mut town, &frames)),
        [CarriedState::Waits, CarriedState::Done]
    );
    let frames = [author.closed(&batches[0]), author.closed(&batches[1])];
    assert_eq!(
        states(&courier.say(&mut town, &frames)),
        [CarriedState::Done; 2]
    );
}

#[test]
fn what_a_restored_phone_lost_and_a_courier_has_lies_in_a_tray() {
    let mut town = Town::new();
    let (mut xie, mut lu, case) = two_chiefs(&mut town);
    let backup = xie.store.clone();
    let lost = town.note(&mut xie, case, "ONLY COPY");
    hand_over(&mut town, &mut xie, &mut lu);
    let mut xie = restored(backup);
    let other = town.note(&mut xie, case, "after the restore");
    assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    assert_eq!(town.sync(&mut lu).summary.carried, 1);
    town.sync(&mut lu);
    assert!(lu.replica.carried().is_empty());
    let rows = lu.replica.review();
    let [row] = &rows[..] else {
        panic!("one item: {rows:?}")
    };
    assert_eq!(
        (row.item, &row.why, row.author),
        (lost.command, &KeptWhy::Forked, town.member("xie"))
    );
    assert_eq!(state(&lu, &other), Some(EntryState::Admitted));
    // Whoever looks at it does it as his own.
    let random = town.random();
    let (writes, _) = lu.replica.take(lost.command, town.now, random).unwrap();
    lu.persist(writes);
    assert!(town.sync(&mut lu).summary.up_to_date);
    assert!(lu.replica.review().is_empty());
    let texts: Vec<String> = lu
        .replica
        .case(case)
        .unwrap()
        .log
        .into_iter()
        .map(|row| row.entry.text)
        .collect();
    assert!(texts.contains(&"ONLY COPY".to_owned()), "{texts:?}");
}

#[test]
fn a_forked_batch_that_comes_again_lies_in_the_tray_once_and_what_stands_does_not() {
    let mut town = Town::new();
    let (_, mut reader, case) = two_chiefs(&mut town);
    let (mut author, mut courier) = (
        Peer::enrol(&mut town, "xie", 1),
        Peer::enrol(&mut town, "lu", 2),
    );
    author.say(&mut town, &[]);
    let [both, alone] =
        [note("stands"), note("alone")].map(|body| author.command(case, Body::Case(body), &[]));
    let mut before = author.clone();
    let lost = author.seal(vec![both.clone(), alone]);
    // The phone goes back to before it sealed the second.
    let kept = before.seal(vec![both]);
    let frame = before.frame(&kept);
    assert!(are_admitted(&verdicts(&before.say(&mut town, &[frame])), 1));
    for _ in 0..2 {
        let frame = author.closed(&lost);
        assert_eq!(
            states(&courier.say(&mut town, &[frame])),
            [CarriedState::Done]
        );
    }
    town.sync(&mut reader);
    assert_eq!(
        reader
            .replica
            .review()
            .iter()
            .map(|row| row.text.as_str())
            .collect::<Vec<_>>(),
        ["alone"]
    );
}

/// Syncs until the answer says that the chain forked, then the line is cut.
fn until_the_fork(town: &mut Town, device: &mut Device) {
    let mut flight = first_flight(town, device);
    loop {
        let answer = town.answer(&flight);
        let mut from = Reader::new(&answer[1..]);
        while let Some(frame) = next_frame(&mut from).unwrap() {
            let effects = device.replica.receive(frame, town.now).unwrap();
            persist(device, effects);
            if matches!(ServerFrame::from_bytes(frame), Ok(ServerFrame::Fork(_))) {
                return;
            }
        }
        let random = town.random();
        let effects = device.replica.response_ended(town.now, random);
        flight = persist(device, effects).unwrap();
    }
}

/// Carries out what a sync asks for; the flight, if there is one.
fn persist(device: &mut Device, effects: Vec<Effect>) -> Option<Vec<u8>> {
    let mut flight = None;
    for effect in effects {
        match effect {
            Effect::Persist(writes) | Effect::PersistAnew(writes) => device.persist(writes),
            Effect::Send(bytes) => flight = Some(bytes),
            Effect::Wipe | Effect::Done(_) => {}
        }
    }
    flight
}

#[test]
fn couriers_do_not_get_a_phone_frozen_that_was_restored_once() {
    let mut town = Town::new();
    let (mut xie, mut lu, case) = two_chiefs(&mut town);
    let mut other = town.device("lu");
    town.sync(&mut other);
    town.sync(&mut xie);
    let backup = xie.store.clone();
    town.note(&mut xie, case, "a");
    hand_over(&mut town, &mut xie, &mut lu);
    town.note(&mut xie, case, "b");
    hand_over(&mut town, &mut xie, &mut other);
    let mut xie = restored(backup);
    town.sync(&mut lu);
    town.note(&mut xie, case, "c");
    town.now = Time(town.now.0 + 1_000);
    until_the_fork(&mut town, &mut xie);
    // Between the two halves of the sync another courier brings what stands on the first one's.
    let mut xie = restored(xie.store);
    town.sync(&mut other);
    let summary = town.sync(&mut xie).summary;
    assert_eq!((summary.stopped, summary.up_to_date), (None, true));
    let device = xie.replica.status(town.now).unwrap().device;
    let row = town
        .ledger
        .devices(&town.store)
        .unwrap()
        .into_iter()
        .find(|row| row.device == device)
        .unwrap();
    assert_eq!((row.stopped, row.forked), (None, false));
    let texts: Vec<String> = xie
        .replica
        .case(case)
        .unwrap()
        .log
        .into_iter()
        .map(|row| row.entry.text)
        .collect();
    assert_eq!(texts[1..], ["a", "b", "c"]);
}

#[test]
fn a_phone_that_handed_a_batch_in_itself_is_counted_when_it_forks_from_it() {
    let mut town = Town::new();
    let (mut xie, mut lu, case) = two_chiefs(&mut town);
    let backup = xie.store.clone();
    town.note(&mut xie, case, "a");
    hand_over(&mut town, &mut xie, &mut lu);
    town.sync(&mut lu);
    town.sync(&mut xie);
    let mut other = restored(backup);
    town.note(&mut other, case, "b");
    assert!(town.sync(&mut other).summary.forked);
    assert!(
        town.ledger
            .devices(&town.store)
            .unwrap()
            .iter()
            .any(|row| row.forked)
    );
}

fn appointment(town: &Town, unit: DocumentId, key: &str) -> CommandId {
    let member = town.member(key);
    town.ledger
        .organisation()
        .appointments_in(unit)
        .find(|post| post.member == member)
        .unwrap()
        .appointment
}

/// Two administrators with their phones.
fn administrators(town: &mut Town) -> [Device; 2] {
    let office = unit_of(town, &UnitKind::Town);
    ["he", "fan"].map(|who| {
        town.appoint(office, who, Post::Administrator);
        let mut device = town.device(who);
        town.sync(&mut device);
        device
    })
}

#[test]
fn a_confirmation_that_a_device_carries_for_another_counts_for_the_device_itself() {
    let mut town = Town::new();
    let (_, _, case) = two_chiefs(&mut town);
    let [mut first, mut second] = administrators(&mut town);
    let alley = town.alley;
    let post = appointment(&town, alley, "xie").to_string();
    for (device, step) in [
        (&mut first, ClearanceStep::Clear),
        (&mut second, ClearanceStep::Confirm),
    ] {
        town.sync(device);
        let draft = device
            .replica
            .clearance_step(step, &post, town.now)
            .unwrap();
        town.record(device, draft);
        assert_eq!(town.sync(device).summary.admitted, 1);
    }
    let [mut new, mut colleague, mut office] =
        [("xie", 1), ("lu", 2), ("he", 3)].map(|(key, seed)| Peer::enrol(&mut town, key, seed));
    let theirs = colleague.command(case, Body::Case(note("theirs")), &[]);
    let confirm = ConfirmDevice {
        device: new.hello.device,
    };
    let confirm = office.command(alley, Body::Unit(UnitCommand::ConfirmDevice(confirm)), &[]);
    // Its own note waits for what it carries, so that its own batch is judged once more.
    let mine = new.command(case, Body::Case(note("mine")), &[colleague.id(&theirs)]);
    let (mine, theirs, confirm) = (
        new.seal(vec![mine]),
        colleague.seal(vec![theirs]),
        office.seal(vec![confirm]),
    );
    let frames = [
        new.frame(&mine),
        colleague.closed(&theirs),
        office.closed(&confirm),
    ];
    let heard = new.say(&mut town, &frames);
    assert!(are_admitted(&verdicts(&heard), 1));
    assert_eq!(states(&heard), [CarriedState::Done; 2]);
    let scopes = new.say(&mut town, &[]).into_iter().chain(heard);
    let reads = |frame: &ServerFrame| match frame {
        ServerFrame::Scope(scope) => scope
            .feeds
            .iter()
            .any(|feed| *feed == FeedId::confidential(alley)),
        _ => false,
    };
    assert!(scopes.into_iter().any(|frame| reads(&frame)));
}

/// Found by the simulator: the first batch lay in a tray, the number that it had was still to come, and
/// the one behind it waited for that until its courier gave up.
#[test]
fn what_stands_on_a_batch_beside_the_chain_does_not_wait_for_another_one() {
    for more_behind in [false, true] {
        let mut town = Town::new();
        let (mut xie, mut lu, case) = two_chiefs(&mut town);
        let first = town.note(&mut xie, case, "before the copy");
        let copy = xie.store.clone();
        hand_over(&mut town, &mut xie, &mut lu);
        let second = town.note(&mut xie, case, "in the life that is lost");
        hand_over(&mut town, &mut xie, &mut lu);
        if more_behind {
            town.edit(&mut xie, case, "place", "the well");
            hand_over(&mut town, &mut xie, &mut lu);
        }
        let third = town.edit(&mut xie, case, "contact", "grandmother");
        hand_over(&mut town, &mut xie, &mut lu);
        let mut xie = restored(copy);
        town.sync(&mut xie);
        town.sync(&mut lu);
        town.sync(&mut lu);
        assert!(
            lu.replica.carried().is_empty(),
            "{more_behind}: {:?}",
            lu.replica.carried()
        );
        assert_eq!(state(&lu, &first), Some(EntryState::Admitted));
        let review: Vec<_> = lu
            .replica
            .review()
            .iter()
            .map(|row| (row.item, row.why.clone()))
            .collect();
        assert_eq!(review, [(second.command, KeptWhy::Forked)]);
        assert_eq!(state(&lu, &third), Some(EntryState::Admitted));
        // The author goes on as if nothing had been.
        let next = town.note(&mut xie, case, "in the life that goes on");
        assert!(town.sync(&mut xie).summary.up_to_date);
        assert_eq!(state(&xie, &next), Some(EntryState::Admitted));
    }
}
