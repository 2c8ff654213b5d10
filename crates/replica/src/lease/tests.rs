use super::*;
use crate::outbox::Outgoing;
use crate::samples::{self, SIGNING, TOWN_SEALING, half, key};
use alleyway_core::crypto::SecretBytes;
use alleyway_core::documents::samples::START;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::store::{MemoryStore, Records, Store, Transaction};
use alleyway_core::sync::frame::Lease;
use alleyway_core::time::Date;
use alleyway_core::wire::Wire;

const DAY: i64 = Date::MILLISECONDS;
const HOUR: i64 = 60 * 60 * 1_000;
const WORDS: &str = "路灯坏了三个月";

fn at(days: i64, hours: i64) -> Time {
    Time(START.0 + days * DAY + hours * HOUR)
}

fn commit(store: &mut MemoryStore, writes: Vec<Write>) {
    store
        .commit(&Transaction {
            writes,
            ..Transaction::default()
        })
        .unwrap();
}

/// An enrolled device with a lease from [`START`], one document, a note in a batch and one in none.
fn device() -> (MemoryStore, Replica, DocumentId) {
    let mut device = samples::device();
    device.type_notes(2, WORDS);
    device.seal_first(1);
    let mut store = MemoryStore::default();
    commit(&mut store, device.written());
    (store, device.replica, device.case)
}

/// The writes of a tick that notes the clock.
fn noted(effect: Option<Effect>) -> Vec<Write> {
    match effect {
        Some(Effect::Persist(writes)) => writes,
        other => panic!("{other:?}"),
    }
}

/// The writes of a tick that ends the lease.
fn ending(effect: Option<Effect>) -> Vec<Write> {
    match effect {
        Some(Effect::PersistAnew(writes)) => writes,
        other => panic!("{other:?}"),
    }
}

fn own(replica: &Replica) -> Vec<Outgoing> {
    let own = replica.outbox.commands();
    own.map(|(_, outgoing)| outgoing.clone()).collect()
}

fn is_readable(store: &MemoryStore) -> bool {
    let rows = store.scan(&[], &[0xff], usize::MAX).unwrap();
    rows.iter().any(|(_, value)| {
        value
            .windows(WORDS.len())
            .any(|window| window == WORDS.as_bytes())
    })
}

#[test]
fn the_lease_is_noted_at_most_once_an_hour_and_warns_three_days_before_its_end() {
    let (_, mut replica, _) = device();
    assert_eq!(replica.tick(Time(START.0 + HOUR - 1), [1; 32]), None);
    assert_eq!(
        replica.tick(at(0, 1), [1; 32]),
        Some(Effect::Persist(vec![replica.state.write()]))
    );
    assert_eq!(replica.tick(Time(START.0 + 2 * HOUR - 1), [1; 32]), None);
    assert_eq!(replica.reading(), Some(Reading::Until(at(14, 0))));
    replica.tick(Time(at(11, 0).0 - 1), [1; 32]);
    assert_eq!(replica.reading(), Some(Reading::Until(at(14, 0))));
    replica.tick(at(11, 0), [1; 32]);
    assert_eq!(replica.reading(), Some(Reading::EndsSoon(at(14, 0))));
    replica.tick(Time(at(14, 0).0 - 1), [1; 32]);
    assert_eq!(replica.reading(), Some(Reading::EndsSoon(at(14, 0))));
    replica.tick(at(14, 0), [1; 32]);
    assert_eq!(replica.reading(), Some(Reading::Ended));
}

#[test]
fn a_clock_that_is_set_back_takes_nothing_off_the_lease() {
    let (mut store, mut replica, _) = device();
    commit(&mut store, noted(replica.tick(at(10, 0), [1; 32])));
    let set_back = noted(replica.tick(at(0, 0), [1; 32]));
    assert_eq!(set_back.len(), 1, "noted at once, for the program may end");
    commit(&mut store, set_back);
    let mut replica = Replica::open(&store).unwrap();
    assert_eq!(replica.reading(), Some(Reading::Until(at(4, 0))));
    replica.tick(at(4, 0), [1; 32]);
    assert!(replica.is_locked());
}

#[test]
fn a_clock_at_the_ends_of_its_range_ends_the_lease_or_does_nothing() {
    let (_, mut replica, _) = device();
    for read in [i64::MIN, i64::MAX, i64::MIN] {
        replica.tick(Time(read), [1; 32]);
        assert_eq!(replica.reading(), Some(Reading::Until(at(14, 0))), "{read}");
    }
    // The last time that may be one.
    replica.tick(Time::LATEST, [1; 32]);
    assert!(replica.is_locked());
}

#[test]
fn the_end_leaves_nothing_readable_and_the_same_half_brings_it_all_back() {
    let (mut store, mut replica, id) = device();
    assert!(
        is_readable(&store),
        "the outbox rests as it was typed while the lease is in force"
    );
    let before = own(&replica);
    commit(&mut store, ending(replica.tick(at(14, 0), [1; 32])));
    assert!(!is_readable(&store));
    assert!(
        store
            .scan(&[rows::OUTBOX], &[rows::OUTBOX + 1], 9)
            .unwrap()
            .is_empty()
    );
    let mut replica = Replica::open(&store).unwrap();
    assert_eq!(replica.working(id).map(|document| document.id()), None);
    assert_eq!(
        replica.want_unreadable(),
        [],
        "what is locked is not damaged"
    );
    assert_eq!(
        (replica.pending().len(), replica.pending()[1].readable),
        (2, false)
    );
    assert_eq!(
        replica.outbox.unanswered().count(),
        2,
        "what was unsent is in a batch of its own"
    );
    assert!(
        replica
            .index()
            .iter()
            .any(|row| row.document == id && row.pending == 2)
    );

    commit(&mut store, replica.take_lease(&half(), at(14, 1)));
    for replica in [&replica, &Replica::open(&store).unwrap()] {
        assert!(replica.working(id).is_some());
        let after = own(replica);
        assert_eq!(after[0], before[0]);
        assert_eq!(
            (&after[1].command, after[1].sealed),
            (&before[1].command, Some((2, 0)))
        );
        assert!(
            replica
                .outbox
                .unanswered()
                .all(|(_, sealed)| sealed.packed().is_some())
        );
        assert!(replica.outbox.locked().count() == 0);
    }
}

#[test]
fn another_half_opens_nothing_and_loses_nothing() {
    let (mut store, mut replica, id) = device();
    commit(&mut store, ending(replica.tick(at(14, 0), [1; 32])));
    let before = replica.pending();
    assert_eq!(
        replica.take_lease(
            &Lease {
                half: SecretBytes::new([9; 32])
            },
            at(14, 1)
        ),
        []
    );
    assert!(replica.is_locked() && replica.working(id).is_none());
    assert_eq!(
        (replica.outbox.locked().count(), replica.pending()),
        (2, before)
    );
    assert!(
        replica
            .outbox
            .unanswered()
            .all(|(_, sealed)| sealed.packed().is_none())
    );
    // The right one still does, and then nothing takes its place.
    commit(&mut store, replica.take_lease(&half(), at(14, 2)));
    assert!(replica.working(id).is_some() && replica.outbox.locked().count() == 0);
    assert_eq!(
        replica.take_lease(
            &Lease {
                half: SecretBytes::new([9; 32])
            },
            at(14, 3)
        ),
        []
    );
    assert!(Replica::open(&store).unwrap().working(id).is_some());
}

#[test]
fn a_sync_begun_behind_the_end_has_the_store_written_anew_before_it_sends() {
    let (mut store, _, id) = device();
    // A document that did not decode is asked for in the same commit.
    let row = rows::document(id);
    let mut value = store.get(&row).unwrap().unwrap();
    *value.last_mut().unwrap() ^= 1;
    let damaged = Write {
        key: row,
        value: Some(value),
        slot: None,
    };
    commit(&mut store, vec![damaged]);
    let mut replica = Replica::open(&store).unwrap();
    assert!(replica.held.decoded(id).is_none());
    let effects = replica.begin_sync(at(14, 0), [1; 32]);
    let [Effect::PersistAnew(writes), Effect::Send(_)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert!(replica.is_locked());
    commit(&mut store, writes.clone());
    let half = half().half.as_bytes().to_vec();
    let rows = store.scan(&[], &[0xff], usize::MAX).unwrap();
    assert!(
        rows.iter()
            .all(|(_, value)| !value.windows(half.len()).any(|part| part == half))
    );
    assert!(!is_readable(&store));
    assert_eq!(Replica::open(&store).unwrap().wanted_count(), 1);
}

#[test]
fn secrets_are_not_printed() {
    let (_, replica, _) = device();
    let printed = format!(
        "{:?} {:?} {:?}",
        replica.identity, replica.state, replica.held
    );
    let secrets = [SIGNING, [4; 32], [6; 32]];
    assert!(
        secrets
            .iter()
            .all(|secret| !printed.contains(&format!("{secret:?}"))),
        "{printed}"
    );
    assert!(printed.contains("SecretBytes(…)"));
}

#[test]
fn what_the_town_opens_is_the_batch_that_was_sealed() {
    let (_, mut replica, _) = device();
    let (_, sealed) = replica.outbox.unanswered().next().unwrap();
    let packed = sealed.packed().unwrap().to_vec();
    replica.tick(at(14, 0), [1; 32]);
    let device = DeviceId::of(&key().public());
    let (_, sealed) = replica.outbox.unanswered().next().unwrap();
    let closed = sealed.closed(replica.as_enrolled().unwrap(), 1).unwrap();
    let town = alleyway_core::crypto::SealingSecret::from_bytes(TOWN_SEALING);
    assert_eq!(closed.open(&town), Some(packed));
    assert!(sealed.frame(device, 1).to_bytes().len() <= sealed.frame_bytes());
}
