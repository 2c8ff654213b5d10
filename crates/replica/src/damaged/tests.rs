use std::collections::BTreeSet;

use super::*;
use crate::outbox::Outgoing;
use crate::samples;
use crate::{Effect, TakeBackError};
use alleyway_core::crypto::Signature;
use alleyway_core::documents::Receipt;
use alleyway_core::documents::samples::START;
use alleyway_core::id::CommandId;
use alleyway_core::store::{MemoryStore, Row, Store, Transaction};
use alleyway_core::sync::frame::{AdmittedAt, Verdict, Verdicts, check_of};
use alleyway_core::wire::List;

/// A store some of whose values cannot be read.
#[derive(Default)]
struct Harmed {
    rows: MemoryStore,
    bad: BTreeSet<Vec<u8>>,
}

impl Records for Harmed {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if self.bad.contains(key) {
            Err(StoreError::damaged(key))
        } else {
            self.rows.get(key)
        }
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        let rows = self.rows.scan(from, to, limit)?;
        match rows.iter().find(|(key, _)| self.bad.contains(key)) {
            Some((key, _)) => Err(StoreError::damaged(key)),
            None => Ok(rows),
        }
    }

    fn keys(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        self.rows.keys(from, to, limit)
    }
}

impl Harmed {
    fn commit(&mut self, writes: Vec<Write>) {
        for write in &writes {
            self.bad.remove(&write.key);
        }
        self.rows
            .commit(&Transaction {
                writes,
                ..Transaction::default()
            })
            .unwrap();
    }

    fn open(&self) -> Opened {
        Replica::open_tolerantly(self).unwrap()
    }
}

/// A device with one document and three notes on it; the first two are in a batch.
fn device() -> (Harmed, DocumentId) {
    let mut device = samples::device();
    device.type_notes(3, "a note");
    device.seal_first(2);
    let mut store = Harmed::default();
    store.commit(device.written());
    (store, device.case)
}

/// The server has admitted both commands of the batch.
fn admitted() -> Verdicts {
    let at = AdmittedAt {
        version: 2,
        check: check_of(&[0; 32]),
    };
    Verdicts {
        batch: 1,
        incarnation: 1,
        receipt: Receipt::new(START, 0),
        verdicts: List::new(vec![Verdict::Admitted(at), Verdict::Admitted(at)]).unwrap(),
        signature: Signature([0; 64]),
    }
}

fn kinds(opened: &Opened) -> Vec<Damaged> {
    opened.damage.iter().map(|damage| damage.what).collect()
}

#[test]
fn a_damaged_document_is_named_and_asked_for_and_the_rest_opens() {
    let (mut store, id) = device();
    store.bad.insert(rows::document(id));
    let opened = store.open();
    assert_eq!(kinds(&opened), [Damaged::Document(id)]);
    let wanted: Vec<_> = opened.replica.held.wanted().collect();
    assert_eq!(wanted, [(id, Why::Missing)]);
    assert_eq!(opened.replica.outbox.commands().count(), 3);
    store.commit(opened.repairs);
    let again = store.open();
    assert_eq!(again.damage, []);
    assert_eq!(
        again.replica.wanted_count(),
        1,
        "still asked for after the repair"
    );
}

#[test]
fn a_row_that_opens_but_cannot_be_decoded_is_damage_too() {
    let (mut store, id) = device();
    store.commit(vec![
        Write {
            key: rows::document(id),
            value: Some(vec![0xff; 3]),
            slot: None,
        },
        Write {
            key: rows::key(rows::LOOKED_AT, &id),
            value: Some(Vec::new()),
            slot: None,
        },
        Write {
            key: vec![rows::PARTS, 1],
            value: Some(vec![1]),
            slot: None,
        },
    ]);
    let opened = store.open();
    assert_eq!(
        kinds(&opened),
        [Damaged::Document(id), Damaged::Passing, Damaged::Passing]
    );
    store.commit(opened.repairs);
    assert_eq!(store.open().damage, []);
}

#[test]
fn a_document_whose_bytes_are_damaged_is_asked_for_once_it_was_looked_at() {
    let (mut store, id) = device();
    let mut value = store.get(&rows::document(id)).unwrap().unwrap();
    let last = value.len() - 1;
    value[last] ^= 1;
    value.truncate(last - 8);
    store.commit(vec![Write {
        key: rows::document(id),
        value: Some(value),
        slot: None,
    }]);
    let mut opened = store.open();
    assert_eq!(opened.damage, []);
    assert_eq!(opened.replica.want_unreadable(), []);
    assert!(opened.replica.held.decoded(id).is_none());
    let writes = opened.replica.want_unreadable();
    assert_eq!(writes.len(), 1);
    assert_eq!(opened.replica.want_unreadable(), [], "asked for once");
    store.commit(writes);
    assert_eq!(store.open().replica.wanted_count(), 1);
}

#[test]
fn a_command_in_a_readable_batch_is_put_back_and_its_batch_sent_again() {
    let (mut store, _) = device();
    let mut replica = store.open().replica;
    let before: Outgoing = replica.outbox.get(2).unwrap().clone();
    store.commit(replica.outbox.answer(&admitted(), true).writes);
    assert_eq!(replica.outbox.unanswered().count(), 0);
    store.bad.insert(rows::numbered(rows::OUTBOX, 2));
    let opened = store.open();
    assert_eq!(kinds(&opened), [Damaged::Restored(2)]);
    assert_eq!(opened.replica.outbox.get(2), Some(&before));
    store.commit(opened.repairs);
    let again = store.open();
    assert_eq!(again.damage, []);
    assert_eq!(again.replica.outbox.unanswered().count(), 1);
}

#[test]
fn a_command_typed_behind_the_lease_whose_row_is_damaged_is_put_back_once() {
    let (mut store, _) = device();
    let locked = rows::numbered(rows::LOCKED, 2);
    store.commit(vec![
        rows::remove(rows::numbered(rows::OUTBOX, 2)),
        Write {
            key: locked.clone(),
            value: Some(vec![0]),
            slot: None,
        },
    ]);
    store.bad.insert(locked);
    let opened = store.open();
    assert_eq!(kinds(&opened), [Damaged::Restored(2)]);
    store.commit(opened.repairs);
    // It is dealt with.
    store.commit(vec![rows::remove(rows::numbered(rows::OUTBOX, 2))]);
    let again = store.open();
    assert_eq!(again.damage, []);
    assert!(again.replica.outbox.get(2).is_none());
}

#[test]
fn a_damaged_note_of_the_incarnation_locks_nobody_out() {
    let (mut store, _) = device();
    store.commit(vec![rows::put(rows::COMPARED.to_vec(), &1_u32)]);
    store.bad.insert(rows::COMPARED.to_vec());
    let opened = store.open();
    assert_eq!(opened.damage, []);
    assert_eq!(
        (
            opened.replica.incarnation(),
            opened.replica.outbox.commands().count()
        ),
        (0, 3)
    );
}

#[test]
fn a_command_that_was_never_sent_is_named_and_its_row_left_alone() {
    let (mut store, _) = device();
    store.bad.insert(rows::numbered(rows::OUTBOX, 3));
    let opened = store.open();
    assert_eq!(kinds(&opened), [Damaged::Command(3)]);
    assert!(opened.damage[0].what.may_be_lost());
    assert_eq!(opened.repairs, []);
    assert_eq!(opened.replica.outbox.commands().count(), 2);
    assert_eq!(opened.replica.state, store.open().replica.state);
}

#[test]
fn the_commands_of_a_damaged_batch_are_sealed_anew() {
    let (mut store, _) = device();
    store.bad.insert(rows::numbered(rows::BATCHES, 1));
    let opened = store.open();
    assert_eq!(kinds(&opened), [Damaged::Batch(1)]);
    assert!(
        opened
            .replica
            .outbox
            .commands()
            .all(|(_, outgoing)| outgoing.sealed.is_none())
    );
    assert!(
        opened
            .repairs
            .iter()
            .all(|write| write.key[0] == rows::OUTBOX && write.value.is_some())
    );
    assert_eq!(opened.repairs.len(), 2);
}

/// The ids of the commands, in the order typed.
fn ids(replica: &Replica) -> Vec<CommandId> {
    let pending = replica.pending().into_iter();
    pending.map(|row| row.command).collect()
}

#[test]
fn commands_of_a_batch_that_is_no_more_may_have_been_sent_whatever_ended_it() {
    let (mut of_damage, _) = device();
    of_damage.bad.insert(rows::numbered(rows::BATCHES, 1));
    let repairs = of_damage.open().repairs;
    of_damage.commit(repairs);

    let (mut of_a_fork, _) = device();
    let reopened = of_a_fork.open().replica.outbox.reopen(0, &BTreeSet::new());
    assert_eq!(reopened.sent, 0, "nor was it sent in this sync");
    of_a_fork.commit(reopened.writes);

    let (mut behind_the_lease, _) = device();
    let mut replica = behind_the_lease.open().replica;
    let end = START.plus_days(15);
    let Some(Effect::PersistAnew(writes)) = replica.tick(end, [1; 32]) else {
        panic!("the lease has not ended");
    };
    behind_the_lease.commit(writes);
    behind_the_lease
        .bad
        .insert(rows::numbered(rows::BATCHES, 1));
    let mut opened = behind_the_lease.open();
    behind_the_lease.commit(opened.repairs);
    behind_the_lease.commit(opened.replica.take_lease(&samples::half(), end));

    for store in [of_damage, of_a_fork, behind_the_lease] {
        let mut replica = store.open().replica;
        let ids = ids(&replica);
        for id in &ids[..2] {
            assert_eq!(
                replica.take_back_typed(*id),
                Err(TakeBackError::PerhapsSent)
            );
        }
        assert_eq!(replica.pending().len(), 3);
    }
}

#[test]
fn damaged_keys_and_a_damaged_state_are_told_apart() {
    for (key, error) in [
        (rows::IDENTITY, OpenError::Identity),
        (rows::STATE, OpenError::State),
    ] {
        let (mut store, _) = device();
        store.bad.insert(key.to_vec());
        assert_eq!(Replica::open_tolerantly(&store).unwrap_err(), error);
        assert_eq!(Replica::open(&store).unwrap_err(), StoreError::damaged(key));
    }
}

#[test]
fn a_store_that_fails_is_not_taken_for_a_damaged_one() {
    struct Failing;
    impl Records for Failing {
        fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(None)
        }
        fn scan(&self, _: &[u8], _: &[u8], _: usize) -> Result<Vec<Row>, StoreError> {
            Err(StoreError::Failed("unplugged".to_owned()))
        }
    }
    let error = OpenError::Store(StoreError::Failed("unplugged".to_owned()));
    assert_eq!(Replica::open_tolerantly(&Failing).unwrap_err(), error);
}
