use super::*;
use crate::rows::keys;
use crate::{AuditProblem, Ledger, Setup};
use alleyway_core::crypto::{Hash, SecretKey};
use alleyway_core::id::TownId;
use alleyway_core::store::{MemoryStore, Store, Transaction, Write};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;

/// A ledger with so many records.
fn audited(records: u64) -> (MemoryStore, Ledger) {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    let setup = Setup {
        town: TownId([7; 16]),
        town_name: Text::default(),
        secret: SecretKey::from_bytes(&[1; 32]),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 4,
    };
    let mut ledger = Ledger::open(&store, setup).unwrap();
    for number in 0..records {
        ledger.audit_export(&store, number, Time(1_800_000_000_000));
    }
    if let Some(transaction) = ledger.take_transaction() {
        store.commit(&transaction).unwrap();
    }
    (store, ledger)
}

fn verified(store: &MemoryStore, expected: Option<(u64, Hash)>) -> AuditReport {
    verify_audit(store, expected, &mut |_| ()).unwrap()
}

fn put(store: &mut MemoryStore, sequence: u64, value: Option<Vec<u8>>) {
    let write = Write {
        key: keys::audit(sequence),
        value,
        slot: None,
    };
    let high_water = store.high_water().unwrap();
    store
        .commit(&Transaction {
            writes: vec![write],
            high_water,
            ..Transaction::default()
        })
        .unwrap();
}

#[test]
fn what_was_written_down_is_listed_in_order_and_its_chain_holds() {
    let (store, _) = audited(2_500);
    let rows = audit_rows(&store, 1_000, 3).unwrap();
    assert_eq!(
        rows.iter()
            .map(|(sequence, _)| *sequence)
            .collect::<Vec<_>>(),
        [1_000, 1_001, 1_002]
    );
    assert_eq!(
        rows[0].1.what,
        Audited::Exported(ExportedAudited { records: 999 })
    );
    let mut told = Vec::new();
    let report = verify_audit(&store, None, &mut |done| told.push(done)).unwrap();
    assert_eq!(
        (report.records, report.problem_count, told),
        (2_500, 0, vec![1_000, 2_000])
    );
}

#[test]
fn nothing_done_is_nothing_written() {
    let (store, mut ledger) = audited(0);
    assert_eq!(verified(&store, None), AuditReport::default());
    assert!(ledger.take_transaction().is_none());
}

#[test]
fn a_record_that_is_changed_removed_or_added_is_found() {
    let (store, _) = audited(5);
    let (_, mut third) = audit_rows(&store, 3, 1).unwrap().remove(0);
    let mut removed = store.clone();
    put(&mut removed, 3, None);
    assert!(
        verified(&removed, None)
            .problems
            .contains(&AuditProblem::RecordMissing { record: 3 })
    );
    let mut added = store.clone();
    put(&mut added, 6, Some(third.to_bytes()));
    assert_eq!(verified(&added, None).problem_count, 1);
    let mut changed = store.clone();
    third.what = Audited::Exported(ExportedAudited { records: 77 });
    put(&mut changed, 3, Some(third.to_bytes()));
    assert!(
        verified(&changed, None)
            .problems
            .contains(&AuditProblem::ChainBreaks { record: 3 })
    );
    let mut cut = store.clone();
    put(&mut cut, 3, Some(vec![1, 2, 3]));
    let problem = verified(&cut, None).problems.remove(0);
    assert!(
        matches!(problem, AuditProblem::RecordDamaged { record: 3, .. }),
        "{problem:?}"
    );
}

#[test]
fn what_was_noted_elsewhere_shows_a_chain_that_was_written_anew() {
    let (store, _) = audited(5);
    let head = verified(&store, None).head;
    assert_eq!(verified(&store, Some((5, head))).problem_count, 0);
    let (_, third) = audit_rows(&store, 3, 1).unwrap().remove(0);
    assert_eq!(verified(&store, Some((3, third.chain))).problem_count, 0);
    // Somebody with the whole folder writes another, consistent history.
    let (other, _) = audited(6);
    assert_eq!(verified(&other, None).problem_count, 0);
    assert_eq!(verified(&other, Some((6, head))).problem_count, 1);
    assert_eq!(verified(&other, Some((9, head))).problem_count, 1);
}

#[test]
fn a_kind_of_a_later_version_is_kept_as_it_is_and_the_chain_holds_over_it() {
    let (mut store, mut ledger) = audited(2);
    let mut what = vec![100];
    what.extend([7; 40]);
    let later = Audited::from_bytes(&what).unwrap();
    assert_eq!(
        (later.kind(), later.device(), later.to_bytes()),
        ("unknown", None, what)
    );
    write(
        &mut ledger.tx(&store),
        Time(1_800_000_000_000),
        later.clone(),
    );
    ledger.audit_export(&store, 2, Time(1_800_000_000_000));
    store.commit(&ledger.take_transaction().unwrap()).unwrap();
    let report = verified(&store, None);
    assert_eq!((report.records, report.problem_count), (4, 0));
    let rows = audit_rows(&store, 3, 2).unwrap();
    assert_eq!(rows[0].1.what, later);
    // What it says is covered by the chain as the others are.
    let mut bytes = rows[0].1.to_bytes();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    put(&mut store, 3, Some(bytes));
    assert_eq!(
        verified(&store, None).problems,
        [AuditProblem::ChainBreaks { record: 3 }]
    );
}
