//! What is carried stays for as long as it may be read, and is of use.

use alleyway_core::bundle::Bundle;
use alleyway_core::command::Body;
use alleyway_core::crypto::SealingSecret;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::Accept;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::unit::{Amend, UnitCommand};
use alleyway_core::limits::{CARRIED_DAYS_MAX, LEASE_DAYS};
use alleyway_core::store::{Records as _, Write};
use alleyway_core::wire::{Blob, List};
use alleyway_ledger::AdminCommand;
use alleyway_replica::{Draft, EntryState, ExportError, Recorded};
use alleyway_tests::pure::{Device, TOWN, Town};

use super::forged::server;
use super::{export, hand_over, head, import, restored, state, two_chiefs};

/// Lu's phone carries a note of xie's, and has lost the one of a third phone that it stands on: the
/// server says that it waits.
fn waiting(town: &mut Town) -> (Device, Device, DocumentId, Recorded) {
    waiting_since(town, 0)
}

/// The same, of a phone whose clock was so many days ahead when it took the bundle.
fn waiting_since(town: &mut Town, days: i64) -> (Device, Device, DocumentId, Recorded) {
    let (mut xie, mut lu, old) = two_chiefs(town);
    let mut third = town.device("lu");
    town.sync(&mut third);
    for phone in [&mut xie, &mut lu, &mut third] {
        town.sync(phone);
    }
    town.note(&mut third, old, "一");
    hand_over(town, &mut third, &mut xie);
    let note = town.note(&mut xie, old, "二");
    let now = town.now;
    town.now = now.plus_days(days);
    hand_over(town, &mut xie, &mut lu);
    town.now = now;
    assert_eq!(state(&lu, &note), Some(EntryState::Carried));
    let author = third.replica.status(town.now).unwrap().device;
    let keys = lu.store.keys(b"c", b"d", 10).unwrap();
    let gone = keys.into_iter().filter(|key| key[1..17] == author.0);
    lu.persist(
        gone.map(|key| Write {
            key,
            value: None,
            slot: None,
        })
        .collect(),
    );
    let mut lu = restored(lu.store);
    assert_eq!(state(&lu, &note), Some(EntryState::Waits));
    assert_eq!(town.sync(&mut lu).summary.carried, 0);
    assert_eq!(lu.replica.carried().len(), 1);
    (third, lu, old, note)
}

#[test]
fn a_batch_that_waits_is_carried_until_its_base_comes() {
    let mut town = Town::new();
    let (mut third, mut lu, old, note) = waiting(&mut town);
    town.sync(&mut third);
    let summary = town.sync(&mut lu).summary;
    assert_eq!((summary.carried, summary.up_to_date), (1, true));
    assert_eq!(state(&lu, &note), Some(EntryState::Admitted));
    town.sync(&mut third);
    assert_eq!(head(&lu, old), head(&third, old));
}

#[test]
fn a_batch_whose_base_never_comes_is_given_up_after_sixty_days() {
    let mut town = Town::new();
    let (_, mut lu, _, _) = waiting(&mut town);
    town.now = town.now.plus_days(CARRIED_DAYS_MAX - 1);
    town.sync(&mut lu);
    assert_eq!(lu.replica.carried().len(), 1);
    town.now = town.now.plus_days(2);
    town.sync(&mut lu);
    assert!(lu.replica.carried().is_empty());
    assert!(lu.store.keys(b"c", b"d", 10).unwrap().is_empty());
}

#[test]
fn a_phone_whose_clock_stood_still_for_years_carries_as_long_as_any() {
    let mut town = Town::new();
    // The server's clock was not in the past.
    let (_, mut lu, _, _) = waiting_since(&mut town, -20 * 365);
    town.now = town.now.plus_days(CARRIED_DAYS_MAX + 1);
    town.sync(&mut lu);
    assert!(lu.replica.carried().is_empty());
}

#[test]
fn what_was_typed_upon_a_step_whose_batch_nobody_can_read_waits_for_it_and_is_given_back_in_the_end()
 {
    for comes in [true, false] {
        let mut town = Town::new();
        let (mut xie, mut lu, old) = two_chiefs(&mut town);
        let mut third = town.device("lu");
        town.sync(&mut third);
        town.record(
            &mut xie,
            Draft {
                target: Some(old),
                body: Body::Case(CaseCommand::Accept(Accept {})),
            },
        );
        let member = town.member("lu");
        let sealed = export(&mut town, &mut xie, Some(member)).unwrap();
        let identity = lu.store.get(b"i").unwrap().unwrap();
        let reader = SealingSecret::from_bytes(identity[32..64].try_into().unwrap());
        let mut items = Bundle::open(&sealed, TOWN, &server().public(), &reader)
            .unwrap()
            .items
            .into_vec();
        items[0].closed.sealed = Blob::new(vec![7; 500]).unwrap();
        let file = Bundle {
            items: List::new(items).unwrap(),
        }
        .seal(TOWN, &[], &[5; 32])
        .unwrap();
        import(&town, &mut lu, &file).unwrap();
        let upon = town.note(&mut lu, old, "受理后先去看看。");
        if !comes {
            town.record(
                &mut third,
                Draft {
                    target: Some(old),
                    body: Body::Case(CaseCommand::Accept(Accept {})),
                },
            );
            town.sync(&mut third);
        }
        for _ in 0..2 {
            let summary = town.sync(&mut lu).summary;
            assert_eq!(
                (
                    summary.unreadable,
                    summary.refused,
                    lu.replica.pending().len()
                ),
                (1, 0, 1)
            );
        }
        let summary = town.sync(&mut xie).summary;
        assert_eq!(
            (summary.admitted, summary.refused),
            (u64::from(comes), u64::from(!comes))
        );
        let summary = town.sync(&mut lu).summary;
        if comes {
            assert_eq!(summary.admitted, 1);
        } else {
            town.now = town.now.plus_days(CARRIED_DAYS_MAX + 1);
            assert_eq!(town.sync(&mut lu).summary.refused, 1);
            assert_eq!(lu.replica.refused()[0].command, upon.command);
        }
        assert!(town.sync(&mut lu).summary.up_to_date);
        assert!(lu.replica.pending().is_empty() && lu.replica.carried().is_empty());
    }
}

#[test]
fn what_leaves_a_phones_scope_is_withheld_there_and_still_carried() {
    let mut town = Town::new();
    let (_, mut lu, old, _) = waiting(&mut town);
    let (member, alley, now) = (town.member("lu"), town.alley, town.now);
    let row = town
        .ledger
        .organisation()
        .appointments_of(member)
        .find(|row| row.unit == alley)
        .unwrap()
        .clone();
    let amend = Amend {
        appointment: row.appointment,
        name: row.name,
        from: row.from,
        until: Some(now),
    };
    town.administer(vec![AdminCommand {
        document: Some(alley),
        body: Body::Unit(UnitCommand::Amend(amend)),
    }]);
    town.sync(&mut lu);
    assert!(lu.replica.case(old).is_none());
    let carried = lu.replica.carried();
    assert_eq!(
        (carried.len(), carried[0].commands, carried[0].withheld),
        (1, 0, 1)
    );
}

#[test]
fn once_the_lease_has_ended_only_what_is_sealed_to_the_town_goes_along() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    town.note(&mut xie, old, "一");
    hand_over(&mut town, &mut xie, &mut lu);
    let own = town.note(&mut lu, old, "二");
    town.now = town.now.plus_days(LEASE_DAYS + 1);
    let (now, random) = (town.now, town.random());
    lu.tick(now, random);
    assert_eq!(
        lu.replica.carried()[0].commands,
        0,
        "nothing of others can be read either"
    );
    let member = town.member("xie");
    assert_eq!(
        export(&mut town, &mut lu, Some(member)),
        Err(ExportError::Locked)
    );
    let file = export(&mut town, &mut lu, None).unwrap();
    // Another phone, whose lease is in force, hands both in.
    let mut courier = town.device("wei");
    town.sync(&mut courier);
    let taken = import(&town, &mut courier, &file).unwrap();
    assert_eq!((taken.batches, taken.commands), (2, 0));
    assert_eq!(town.sync(&mut courier).summary.carried, 2);
    let summary = town.sync(&mut lu).summary;
    assert_eq!((summary.admitted, summary.up_to_date), (1, true));
    assert_eq!(state(&lu, &own), Some(EntryState::Admitted));
    assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    assert_eq!(head(&lu, old), head(&xie, old));
}
