//! What lies in a tray, and what of it is put there a second time.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use alleyway_core::kinds::case::Accept;
use alleyway_core::kinds::tray::{DismissItems, SettleItem, TrayCommand, TrayOutcome};
use alleyway_core::store::{Records, Row};

impl Stage {
    fn accept(&mut self, case: DocumentId) -> Command {
        self.type_on(Some(case), CaseCommand::Accept(Accept {}))
    }

    fn settle(&mut self, tray: DocumentId, body: TrayCommand, seed: u8) {
        // As the server: what matters here is that the tray hears of it.
        let mut tx = self.ledger.tx(&self.store);
        let mut document = tx.take_document(tray).unwrap().unwrap();
        let command = Command {
            nonce: Nonce::Drawn([seed; 8]),
            document: Some(tray),
            base: Base::default(),
            at: NOW,
            body: Body::from(body),
        };
        let origin = alleyway_core::admission::Origin {
            authority: alleyway_core::policy::Authority::Member(MemberId::derive(TOWN, "chief")),
            author: MemberId::derive(TOWN, "chief"),
            device: SecretKey::from_bytes(&[7; 32]).public(),
        };
        let receipt = Receipt::new(NOW, 0);
        let admitted = alleyway_core::admission::admit(
            tx.organisation(),
            origin,
            &command,
            &mut document,
            receipt,
            NOW,
        )
        .unwrap();
        crate::append::append(&mut tx, &admitted, &document).unwrap();
        tx.put_document(document);
        self.commit();
    }
}

fn all_kept(said: &[Verdict]) -> bool {
    said.iter()
        .all(|verdict| matches!(verdict, Verdict::Kept(_)))
}

#[test]
fn the_same_step_on_the_same_case_lies_in_a_tray_once_until_something_became_of_it() {
    let mut stage = Stage::new();
    let report = stage.report();
    let case = report.target(&stage.phone.public());
    assert!(stage.hand_in(vec![report])[0].stands());
    stage.revoke();
    let first: Vec<Command> = (0..20).map(|_| stage.accept(case)).collect();
    let said = stage.hand_in(first.clone());
    assert!(all_kept(&said), "{said:?}");
    let (_, tray, open) = stage.kept(&first[0]);
    assert_eq!(open, 1);
    let later = stage.accept(case);
    assert!(all_kept(&stage.hand_in(vec![later.clone()])));
    assert_eq!(stage.kept(&later), (stage.alley, tray, 1));
    assert!(all_kept(&stage.hand_in(vec![later.clone()])));
    assert_eq!(stage.kept(&later), (stage.alley, tray, 1));
    // Once it is dismissed it can be said again.
    let item = first[0].id(&stage.phone.public());
    let outcome = TrayOutcome::Dismissed;
    let became = None;
    stage.settle(
        tray,
        TrayCommand::Settle(SettleItem {
            item,
            outcome,
            became,
        }),
        1,
    );
    let again = stage.accept(case);
    assert!(all_kept(&stage.hand_in(vec![again.clone()])));
    assert_eq!(stage.kept(&again).2, 1);
    // So can it after all were dismissed at once.
    let dismiss = DismissItems {
        member: MemberId::derive(TOWN, "chief"),
        device: None,
        proposals: false,
        last: again.id(&stage.phone.public()),
    };
    stage.settle(tray, TrayCommand::Dismiss(dismiss), 2);
    assert_eq!(stage.kept(&again).2, 0);
    let third = stage.accept(case);
    assert!(all_kept(&stage.hand_in(vec![third.clone()])));
    assert_eq!(stage.kept(&third).2, 1);
}

/// A store that counts how often the changes of each document are read.
struct Counting<'a> {
    store: &'a MemoryStore,
    tails: RefCell<BTreeMap<Vec<u8>, u64>>,
}

impl Records for Counting<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        // A document's changes: `t`, its id, a version.
        if from.first() == Some(&b't') {
            let document = from[1..17].to_vec();
            *self.tails.borrow_mut().entry(document).or_default() += 1;
        }
        self.store.scan(from, to, limit)
    }
}

/// A town with a tray in which a step on a case lies.
fn with_an_item() -> (Stage, DocumentId, Command) {
    let mut stage = Stage::new();
    let report = stage.report();
    let case = report.target(&stage.phone.public());
    assert!(stage.hand_in(vec![report])[0].stands());
    stage.revoke();
    let kept = stage.accept(case);
    assert!(all_kept(&stage.hand_in(vec![kept.clone()])));
    let (_, tray, _) = stage.kept(&kept);
    (stage, tray, kept)
}

#[test]
fn a_check_loads_each_document_once_a_tray_too_that_is_looked_through_for_ids() {
    let (stage, ..) = with_an_item();
    let counting = Counting {
        store: &stage.store,
        tails: RefCell::default(),
    };
    let checked = stage.ledger.checking().run(&counting, &mut |_| {}).unwrap();
    assert_eq!(checked.problems, []);
    let tails = counting.tails.into_inner();
    assert!(tails.values().all(|count| *count == 1), "{tails:?}");
    assert_eq!(tails.len() as u64, checked.documents);
}

#[test]
fn a_tray_that_changes_while_a_check_goes_on_is_sound() {
    for steps in 0..12 {
        let (mut stage, tray, kept) = with_an_item();
        let mut checking = stage.ledger.checking();
        for _ in 0..steps {
            checking.step(&stage.store).unwrap();
        }
        let settled = TrayCommand::Settle(SettleItem {
            item: kept.id(&stage.phone.public()),
            outcome: TrayOutcome::Dismissed,
            became: None,
        });
        stage.settle(tray, settled, 3);
        let checked = checking.run(&stage.store, &mut |_| {}).unwrap();
        assert_eq!(checked.problems, [], "after {steps} steps");
    }
}
