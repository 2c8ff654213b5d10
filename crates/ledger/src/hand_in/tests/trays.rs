//! What lies in a tray, and what of it is put there a second time.

use super::*;
use alleyway_core::kinds::case::Accept;
use alleyway_core::kinds::tray::{DismissItems, SettleItem, TrayCommand, TrayOutcome};

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
