//! The lease from end to end, with a server and phones as pure machines: what is on a phone may be
//! read for so long, and recording and handing in go on after it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::crypto::SecretBytes;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Note, Visit};
use alleyway_core::limits::{LEASE_DAYS, LEASE_WARNING_DAYS};
use alleyway_core::store::Records;
use alleyway_core::sync::frame::{Lease, ServerFrame, Stop};
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::Wire as _;
use alleyway_ledger::DeviceChange;
use alleyway_replica::{
    Draft, Effect, FindError, MendError, Reading, RecordError, Recorded, Replica,
};
use alleyway_tests::pure::{Device, Town};

const DAY: i64 = Date::MILLISECONDS;

/// What is typed in these tests, none of which may be found where nothing may be read.
const TEXTS: [&str; 6] = [
    "井盖不见了",
    "老人摔了一跤",
    "门口等了半小时",
    "换了新的灯泡",
    "甜橙巷",
    "谢家",
];

/// A town with households, and the phones of the alley's two chiefs; one case that both know.
fn town() -> (Town, Device, Device, DocumentId) {
    let mut town = Town::new();
    town.households(2);
    let mut chief = town.device("xie");
    let mut second = town.device("lu");
    town.sync(&mut chief);
    let case = town
        .report(&mut chief, TEXTS[0], TEXTS[1], "巷口", "谢家")
        .document;
    town.sync(&mut chief);
    town.sync(&mut chief);
    town.sync(&mut second);
    (town, chief, second, case)
}

/// The program is started some days later, as a phone is that was away.
fn days_later(town: &mut Town, device: &mut Device, days: i64) {
    town.now = Time(town.now.0 + days * DAY);
    tick(town, device, 0);
}

/// The program is started; the phone's clock is ahead by so much, in milliseconds.
fn tick(town: &mut Town, device: &mut Device, ahead: i64) {
    device.tick(Time(town.now.0 + ahead), town.random());
    device.replica = Replica::open(&device.store).unwrap();
}

/// Those of the known texts that stand in the phone's store.
fn readable(device: &Device) -> Vec<&'static str> {
    let rows = device.store.scan(&[], &[0xff; 2], usize::MAX).unwrap();
    let holds = |text: &str| {
        rows.iter().any(|(_, value)| {
            value
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        })
    };
    TEXTS.into_iter().filter(|text| holds(text)).collect()
}

fn visit(town: &mut Town, device: &mut Device, case: DocumentId, text: &str) -> Recorded {
    let body = Body::Case(CaseCommand::Visit(Visit {
        text: Text::cut(text),
    }));
    town.record(
        device,
        Draft {
            target: Some(case),
            body,
        },
    )
}

fn same_case(a: &Device, b: &Device, case: DocumentId) {
    let (a, b) = (a.replica.case(case).unwrap(), b.replica.case(case).unwrap());
    assert_eq!((a.head, a.version), (b.head, b.version));
}

#[test]
fn a_phone_is_read_until_the_fourteenth_day_and_warned_from_the_eleventh() {
    let (mut town, mut chief, _, case) = town();
    town.sync(&mut chief);
    let contact = town.now;
    for day in 1..LEASE_DAYS {
        days_later(&mut town, &mut chief, 1);
        assert!(chief.replica.case(case).is_some(), "day {day}");
        assert_eq!(chief.replica.organisation().units().count(), 4, "day {day}");
        let ends = Time(contact.0 + LEASE_DAYS * DAY);
        let warns = day >= LEASE_DAYS - LEASE_WARNING_DAYS;
        let expected = if warns {
            Reading::EndsSoon(ends)
        } else {
            Reading::Until(ends)
        };
        assert_eq!(
            chief.replica.status(town.now).unwrap().reading,
            Some(expected),
            "day {day}"
        );
    }
    days_later(&mut town, &mut chief, 1);
    assert_eq!(chief.replica.reading(), Some(Reading::Ended));
    assert!(chief.replica.case(case).is_none());
    assert!(chief.replica.cases().is_empty() && chief.replica.households().is_empty());
    assert_eq!(chief.replica.organisation().units().count(), 0);
}

#[test]
fn a_contact_begins_the_lease_anew() {
    let (mut town, mut chief, _, case) = town();
    for _ in 0..4 {
        days_later(&mut town, &mut chief, 13);
        assert!(chief.replica.case(case).is_some());
        town.sync(&mut chief);
    }
}

#[test]
fn nothing_readable_is_on_the_phone_after_the_end_and_the_index_still_finds() {
    let (mut town, mut chief, _, case) = town();
    town.note(&mut chief, case, TEXTS[2]);
    assert!(
        readable(&chief).contains(&TEXTS[2]),
        "what was typed rests as it is while it may be read"
    );
    let number = chief.replica.case(case).unwrap().state.number.to_string();
    days_later(&mut town, &mut chief, 14);
    assert_eq!(readable(&chief), Vec::<&str>::new());

    assert_eq!(chief.replica.find_case(&number), Ok(case));
    let household = chief.replica.find_household("1号").unwrap();
    let index = chief.replica.index();
    assert!(
        index
            .iter()
            .any(|row| row.document == case && row.name == number && row.pending == 1)
    );
    assert!(
        index
            .iter()
            .any(|row| row.document == household && !row.kind.is_numbered() && row.name == "1号")
    );
    assert_eq!(
        chief.replica.find_case("9999-99999-9"),
        Err(FindError::NotFound("9999-99999-9".to_owned()))
    );
    let pending = chief.replica.pending();
    assert_eq!(
        (pending.len(), pending[0].kind.as_str(), pending[0].readable),
        (1, "note", false)
    );
    assert_eq!(pending[0].number.map(|n| n.to_string()), Some(number));
}

#[test]
fn recording_goes_on_after_the_end_and_the_next_contact_hands_it_in_and_opens_all() {
    let (mut town, mut chief, mut second, case) = town();
    let unsent = town.note(&mut chief, case, TEXTS[2]);
    days_later(&mut town, &mut chief, 20);
    let visited = visit(&mut town, &mut chief, case, TEXTS[3]);
    let reported = town.report(&mut chief, TEXTS[0], TEXTS[1], "", "");
    let followed = town.note(&mut chief, reported.document, TEXTS[3]);
    assert_eq!(followed.number, reported.number);
    let edited = town.edit(&mut chief, case, "place", "东头");
    assert_eq!(readable(&chief), Vec::<&str>::new());
    assert_eq!(chief.replica.pending().len(), 5);
    chief.replica = Replica::open(&chief.store).unwrap();
    assert_eq!(
        chief
            .replica
            .find_case(&reported.number.unwrap().to_string()),
        Ok(reported.document)
    );

    let cost = town.sync(&mut chief);
    assert_eq!(
        (
            cost.summary.sent,
            cost.summary.admitted,
            cost.summary.refused
        ),
        (5, 5, 0)
    );
    assert!(cost.summary.up_to_date);
    assert_eq!(chief.replica.wanted_count(), 0);
    chief.replica = Replica::open(&chief.store).unwrap();
    town.sync(&mut second);
    for document in [case, reported.document] {
        same_case(&chief, &second, document);
    }
    let log = chief.replica.case(case).unwrap().log;
    for recorded in [unsent, visited, edited] {
        assert!(log.iter().any(|row| row.entry.command == recorded.command));
    }
    assert!(matches!(chief.replica.reading(), Some(Reading::Until(_))));
    assert!(
        chief.replica.pending().is_empty()
            && chief.replica.index().iter().all(|row| row.pending == 0)
    );
}

#[test]
fn a_refusal_brings_back_what_was_typed_while_nothing_could_be_read() {
    let (mut town, mut chief, _, case) = town();
    days_later(&mut town, &mut chief, 15);
    // Nobody judges on the phone: a chief does not accept a case that is his already.
    let note = town.note(&mut chief, case, TEXTS[2]);
    let accept = Body::Case(CaseCommand::Accept(Accept {}));
    town.record(
        &mut chief,
        Draft {
            target: Some(case),
            body: accept.clone(),
        },
    );
    let again = town.record(
        &mut chief,
        Draft {
            target: Some(case),
            body: accept,
        },
    );
    assert_eq!(
        chief
            .replica
            .mend(again.command, &BTreeMap::new(), town.now, [1; 32]),
        Err(MendError::Locked)
    );
    let empty = Body::Case(CaseCommand::Note(Note {
        text: Text::default(),
    }));
    let wordless = town.record(
        &mut chief,
        Draft {
            target: Some(case),
            body: empty,
        },
    );
    let cost = town.sync(&mut chief);
    assert_eq!(
        (
            cost.summary.sent,
            cost.summary.admitted,
            cost.summary.refused
        ),
        (4, 2, 2)
    );
    let refused = chief.replica.refused();
    assert!(refused.iter().all(|row| row.readable));
    assert_eq!(
        refused.iter().map(|row| row.command).collect::<Vec<_>>(),
        [again.command, wordless.command]
    );
    let fields = BTreeMap::from([("text".to_owned(), TEXTS[3].to_owned())]);
    let (writes, _) = chief
        .replica
        .mend(wordless.command, &fields, town.now, town.random())
        .unwrap();
    chief.persist(writes);
    assert_eq!(town.sync(&mut chief).summary.admitted, 1);
    let log = chief.replica.case(case).unwrap().log;
    assert!(
        log.iter()
            .any(|row| row.entry.command == note.command && row.entry.text == TEXTS[2])
    );
    assert!(log.iter().any(|row| row.entry.text == TEXTS[3]));
}

#[test]
fn what_needs_reading_and_what_is_unknown_is_not_recorded_after_the_end() {
    let (mut town, mut chief, _, case) = town();
    days_later(&mut town, &mut chief, 15);
    assert_eq!(
        chief.replica.pick(case, "title", TEXTS[0]),
        Err(RecordError::Locked)
    );
    let body = Body::Case(CaseCommand::Note(Note {
        text: Text::cut("x"),
    }));
    let unknown = Draft {
        target: Some(DocumentId([9; 16])),
        body,
    };
    assert!(chief.replica.record(unknown, town.now, [1; 32]).is_err());
    assert!(chief.replica.pending().is_empty());
}

#[test]
fn a_clock_that_is_set_back_extends_nothing() {
    let (mut town, mut chief, _, case) = town();
    days_later(&mut town, &mut chief, 10);
    for _ in 0..3 {
        tick(&mut town, &mut chief, -10 * DAY);
        assert!(chief.replica.case(case).is_some());
    }
    tick(&mut town, &mut chief, -6 * DAY);
    assert!(
        chief.replica.case(case).is_none(),
        "ten days, then four more"
    );
}

#[test]
fn a_clock_that_jumps_ahead_ends_the_lease_early_and_a_contact_heals_it() {
    let (mut town, mut chief, _, case) = town();
    tick(&mut town, &mut chief, 365 * DAY);
    assert!(chief.replica.case(case).is_none());
    tick(&mut town, &mut chief, 0);
    assert!(
        chief.replica.case(case).is_none(),
        "what was deleted does not come back by itself"
    );
    assert!(town.sync(&mut chief).summary.up_to_date);
    assert!(chief.replica.case(case).is_some());
    tick(&mut town, &mut chief, 13 * DAY);
    assert!(chief.replica.case(case).is_some());
}

#[test]
fn a_phone_killed_while_the_lease_ends_has_it_or_has_it_not() {
    let (mut town, mut chief, _, case) = town();
    let note = town.note(&mut chief, case, TEXTS[2]);
    town.now = Time(town.now.0 + 14 * DAY);
    // The writes are lost: the next start does it again, under the same numbers.
    let Some(Effect::PersistAnew(lost)) = chief.replica.tick(town.now, town.random()) else {
        panic!("the store is to be written anew");
    };
    let keys: std::collections::BTreeSet<&Vec<u8>> = lost.iter().map(|write| &write.key).collect();
    assert_eq!(
        keys.len(),
        lost.len(),
        "a row is written once in the transaction"
    );
    chief.replica = Replica::open(&chief.store).unwrap();
    assert!(chief.replica.case(case).is_some());
    tick(&mut town, &mut chief, 0);
    assert!(chief.replica.is_locked());
    assert_eq!(readable(&chief), Vec::<&str>::new());
    let cost = town.sync(&mut chief);
    assert_eq!((cost.summary.sent, cost.summary.admitted), (1, 1));
    assert!(
        chief
            .replica
            .case(case)
            .unwrap()
            .log
            .iter()
            .any(|row| row.entry.command == note.command)
    );
}

#[test]
fn a_sync_that_begins_after_the_end_ends_the_lease_first() {
    let (mut town, mut chief, _, case) = town();
    town.note(&mut chief, case, TEXTS[2]);
    town.now = Time(town.now.0 + 30 * DAY);
    let now = town.now;
    let effects = chief.replica.begin_sync(now, town.random());
    assert!(chief.replica.is_locked());
    // A plain commit would leave the server's half of the key in the store's files.
    let [Effect::PersistAnew(_), Effect::Send(_)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    for effect in effects {
        if let Effect::PersistAnew(writes) = effect {
            chief.persist(writes);
        }
    }
    assert_eq!(readable(&chief), Vec::<&str>::new());
    chief.replica = Replica::open(&chief.store).unwrap();
    assert_eq!(town.sync(&mut chief).summary.admitted, 1);
}

#[test]
fn an_answer_lost_after_the_end_is_asked_for_again() {
    let (mut town, mut chief, _, case) = town();
    days_later(&mut town, &mut chief, 15);
    let note = town.note(&mut chief, case, TEXTS[2]);
    let now = town.now;
    let effects = chief.replica.begin_sync(now, town.random());
    for effect in effects {
        match effect {
            Effect::Persist(writes) | Effect::PersistAnew(writes) => chief.persist(writes),
            // The server has it; its answer never arrives.
            Effect::Send(flight) => drop(town.answer(&flight)),
            _ => panic!("the sync has only begun"),
        }
    }
    chief.replica = Replica::open(&chief.store).unwrap();
    assert!(chief.replica.is_locked());
    assert!(town.sync(&mut chief).summary.up_to_date);
    let log = chief.replica.case(case).unwrap().log;
    assert_eq!(
        log.iter()
            .filter(|row| row.entry.command == note.command)
            .count(),
        1
    );
}

#[test]
fn a_revoked_phone_hands_in_and_is_given_nothing_to_read_with() {
    let (mut town, mut chief, _, case) = town();
    let code = chief.replica.status(town.now).unwrap().device_code;
    days_later(&mut town, &mut chief, 15);
    town.note(&mut chief, case, TEXTS[2]);
    let (now, revoke) = (town.now, DeviceChange::Stop(Stop::Revoked));
    town.ledger
        .change_device(&town.store, code, revoke, now)
        .unwrap();
    town.commit();
    let cost = town.sync(&mut chief);
    assert_eq!(
        (cost.summary.sent, cost.summary.kept),
        (1, 1),
        "it lies in the review tray"
    );
    assert_eq!(chief.replica.stopped(), Some(Stop::Revoked));
    chief.replica = Replica::open(&chief.store).unwrap();
    assert!(chief.replica.is_locked());
    assert!(chief.replica.pending().is_empty() && chief.replica.index().is_empty());
    assert_eq!(readable(&chief), Vec::<&str>::new());
}

#[test]
fn a_sync_that_was_broken_off_keeps_no_lease_alive() {
    let (mut town, mut chief, _, case) = town();
    town.now = Time(town.now.0 + 13 * DAY);
    let now = town.now;
    // The line does not answer, and nobody says that the sync is over.
    drop(chief.replica.begin_sync(now, town.random()));
    town.now = Time(town.now.0 + 2 * DAY);
    let now = town.now;
    let Some(Effect::Persist(writes)) = chief.replica.tick(now, town.random()) else {
        panic!("how far the clock went is noted during a sync, too");
    };
    chief.persist(writes);
    drop(chief.replica.begin_sync(now, town.random()));
    assert!(
        chief.replica.is_locked(),
        "the next sync ends the lease before it begins"
    );
    assert!(chief.replica.case(case).is_none());
}

#[test]
fn a_host_that_says_that_its_sync_failed_ends_the_lease_by_its_clock() {
    let (mut town, mut chief, _, case) = town();
    let now = town.now;
    drop(chief.replica.begin_sync(now, town.random()));
    chief.replica.sync_failed();
    town.now = Time(town.now.0 + 15 * DAY);
    let now = town.now;
    chief.tick(now, town.random());
    assert!(chief.replica.is_locked() && chief.replica.case(case).is_none());
    assert_eq!(readable(&chief), Vec::<&str>::new());
}

/// Begins a sync, and answers with a lease of one's own.
fn hears_a_false_half(town: &mut Town, chief: &mut Device) {
    let now = town.now;
    let mut effects = chief.replica.begin_sync(now, town.random());
    let lease = ServerFrame::Lease(Lease {
        half: SecretBytes::new([66; 32]),
    });
    effects.extend(chief.replica.receive(&lease.to_bytes(), now).unwrap());
    for effect in effects {
        if let Effect::Persist(writes) = effect {
            chief.persist(writes);
        }
    }
    chief.replica = Replica::open(&chief.store).unwrap();
}

#[test]
fn a_half_that_is_not_the_servers_is_not_taken() {
    let (mut town, mut chief, _, case) = town();
    // While the lease is in force, nobody asked.
    hears_a_false_half(&mut town, &mut chief);
    assert!(chief.replica.case(case).is_some());
    days_later(&mut town, &mut chief, 15);
    let note = town.note(&mut chief, case, TEXTS[2]);
    hears_a_false_half(&mut town, &mut chief);
    assert!(chief.replica.is_locked(), "it is not the half that it was");
    let summary = town.sync(&mut chief).summary;
    assert_eq!((summary.admitted, summary.up_to_date), (1, true));
    assert!(chief.replica.pending().is_empty());
    let log = chief.replica.case(case).unwrap().log;
    assert!(
        log.iter()
            .any(|row| row.entry.command == note.command && row.entry.text == TEXTS[2])
    );
}
