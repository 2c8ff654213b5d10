use super::*;
use crate::confirmed::Confirmed;
use crate::outbox::{Fate, Outgoing};
use crate::rows::{self, Enrolled};
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Command};
use alleyway_core::crypto::{SealingKey, SecretBytes, SecretKey};
use alleyway_core::documents::samples::{Chain, START, report, unit};
use alleyway_core::id::{DeviceId, DocumentId, TownId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Note;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Records, Store, Transaction};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::text::Text;
use alleyway_core::wire::Wire;

const DAY: i64 = Date::MILLISECONDS;
const HOUR: i64 = 60 * 60 * 1_000;
const SIGNING: [u8; 32] = [3; 32];
const TOWN: TownId = TownId([1; 16]);
const WORDS: &str = "路灯坏了三个月";

fn at(days: i64, hours: i64) -> Time {
    Time(START.0 + days * DAY + hours * HOUR)
}

fn half() -> Lease {
    Lease {
        half: SecretBytes::new([6; 32]),
    }
}

fn key() -> SecretKey {
    SecretKey::from_bytes(&SIGNING)
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
    let mut store = MemoryStore::default();
    let mut replica = Replica::open(&store).unwrap();
    let code = TrackingCode::from_random([7; 15]);
    let (_, _) = replica
        .enrol_request(code, Text::cut("phone"), SIGNING, ([4; 32], [5; 32]), START)
        .unwrap();
    let town = alleyway_core::crypto::SealingSecret::from_bytes([8; 32]);
    let member = alleyway_core::id::MemberId([2; 16]);
    replica.identity.as_mut().unwrap().enrolled = Some(Enrolled {
        town: TOWN,
        town_name: Text::cut("四排镇"),
        server: key().public(),
        member,
        name: Text::cut("谢"),
        device_code: 1_000,
        certificate: Certificate::sign(
            TOWN,
            &key(),
            key().public(),
            SealingKey([5; 32]),
            member,
            1_000,
        ),
        town_sealing: town.public(),
    });
    let mut writes = vec![rows::put(
        rows::IDENTITY.to_vec(),
        replica.identity.as_ref().unwrap(),
    )];
    writes.extend(replica.take_lease(&half(), START));
    let document = Chain::new(1).then(1, report(unit(1))).document;
    let id = document.id();
    let confirmed = Confirmed::new(document, &replica.lease_key().unwrap()).unwrap();
    writes.push(confirmed.write());
    replica.documents.insert(id, confirmed);
    for counter in 1..=2 {
        let command = Command {
            counter,
            nonce: [0; 4],
            document: Some(id),
            base: Base {
                incarnation: 1,
                generation: 1,
                version: 1,
                after: List::default(),
            },
            at: START,
            body: CaseCommand::Note(Note {
                text: Text::cut(WORDS),
            })
            .into(),
        };
        replica.outbox.commands.insert(
            counter,
            Outgoing {
                command,
                sealed: None,
                fate: Fate::PENDING,
            },
        );
    }
    let first = replica.outbox.commands[&1].command.clone();
    let batch = Batch::seal(TOWN, &key(), 1, [0; 32], [0; 16], vec![first]).unwrap();
    let hash = batch.hash(TOWN, DeviceId::of(&key().public()));
    replica.outbox.keep(&batch, hash, &[1]).unwrap();
    (
        replica.state.batch,
        replica.state.batch_hash,
        replica.state.counter,
    ) = (1, hash, 2);
    writes.push(replica.outbox.write_batch(1));
    writes.extend((1..=2).map(|counter| replica.outbox.write(counter)));
    writes.push(replica.write_state());
    commit(&mut store, writes);
    (store, replica, id)
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
        Some(Effect::Persist(vec![replica.write_state()]))
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
    replica.tick(Time(i64::MIN), [1; 32]);
    assert!(!replica.is_locked());
    replica.tick(Time(i64::MAX), [1; 32]);
    assert!(replica.is_locked());
}

#[test]
fn the_end_leaves_nothing_readable_and_the_same_half_brings_it_all_back() {
    let (mut store, mut replica, id) = device();
    assert!(
        is_readable(&store),
        "the outbox rests as it was typed while the lease is in force"
    );
    let before: Vec<Outgoing> = replica.outbox.commands.values().cloned().collect();
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
        replica.outbox.batches.len(),
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
        let after: Vec<Outgoing> = replica.outbox.commands.values().cloned().collect();
        assert_eq!(after[0], before[0]);
        assert_eq!(
            (&after[1].command, after[1].sealed),
            (&before[1].command, Some((2, 0)))
        );
        assert!(
            replica
                .outbox
                .batches
                .values()
                .all(|sealed| sealed.packed().is_some())
        );
        assert!(replica.outbox.locked.is_empty());
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
        (replica.outbox.locked.len(), replica.pending()),
        (2, before)
    );
    assert!(
        replica
            .outbox
            .batches
            .values()
            .all(|sealed| sealed.packed().is_none())
    );
    // The right one still does, and then nothing takes its place.
    commit(&mut store, replica.take_lease(&half(), at(14, 2)));
    assert!(replica.working(id).is_some() && replica.outbox.locked.is_empty());
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
    let (mut store, mut replica, id) = device();
    // A document that did not decode is asked for in the same commit.
    replica.unreadable.borrow_mut().insert(id);
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
    let printed = format!("{:?} {:?}", replica.identity, replica.state);
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
    let packed = replica.outbox.batches[&1].packed().unwrap().to_vec();
    replica.tick(at(14, 0), [1; 32]);
    let device = DeviceId::of(&key().public());
    let sealed = &replica.outbox.batches[&1];
    let closed = sealed
        .closed(&SealingKey([0; 32]), [0; 32], device, 1)
        .unwrap();
    assert_eq!(
        closed.open(&alleyway_core::crypto::SealingSecret::from_bytes([8; 32])),
        Some(packed)
    );
    assert!(sealed.frame(device, 1).to_bytes().len() <= sealed.frame_bytes());
}
