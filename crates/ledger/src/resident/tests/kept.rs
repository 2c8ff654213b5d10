//! The record that a page is read from.

use super::*;
use crate::rows::keys;
use crate::tracked::{self, TrackedRecord};
use alleyway_core::store::{HighWater, Transaction, Write};
use alleyway_core::wire::Wire as _;

impl Town {
    /// A server that was started anew: nothing is in memory.
    fn started_anew(&mut self) {
        self.ledger = Ledger::open(&self.store, setup()).unwrap();
    }

    fn loaded(&self) -> u64 {
        self.ledger.stats().loaded_documents
    }

    fn record(&mut self) -> Option<TrackedRecord> {
        tracked::kept(self.ledger.tx(&self.store).view(), self.case).unwrap()
    }

    /// The record is what the case makes by itself.
    pub(super) fn is_kept_as_the_case_says(&mut self) {
        let kept = self.record();
        assert!(kept.is_some());
        let case = self.case;
        let mut tx = self.ledger.tx(&self.store);
        assert_eq!(tracked::of_document(&mut tx, case).unwrap(), kept);
    }

    /// Puts another value, or none, where the record is.
    fn put_record(&mut self, value: Option<Vec<u8>>) {
        let head = self.ledger.tx(&self.store).head(self.case).unwrap();
        let write = Write {
            key: keys::tracked(self.case),
            slot: value.as_ref().and(head.map(|head| head.slot)),
            value,
        };
        let high_water: HighWater = self.store.high_water().unwrap();
        self.store
            .commit(&Transaction {
                writes: vec![write],
                high_water,
                ..Transaction::default()
            })
            .unwrap();
    }
}

#[test]
fn a_page_is_read_from_its_record_and_loads_no_document() {
    let mut town = Town::closed();
    town.send(word("谢谢")).unwrap();
    let before = town.page();
    assert!(before.is_kept);
    town.started_anew();
    assert_eq!(town.page(), before);
    assert_eq!(town.loaded(), 0);
    assert!(town.ledger.take_transaction().is_none());
}

#[test]
fn the_record_is_what_the_case_says_after_every_step() {
    let mut town = Town::resolved();
    town.is_kept_as_the_case_says();
    town.send(verify(Finding::Not, "还是坏的")).unwrap();
    town.is_kept_as_the_case_says();
    let mut town = Town::closed();
    town.is_kept_as_the_case_says();
    assert_eq!(town.page().may, [MayReopen, MayWord]);
    // A day that nobody notes anything on can end what may be done.
    town.now = town.now.plus_days(31);
    assert_eq!(town.page().may, [MayWord]);
    town.step(CaseCommand::Note(Note {
        text: Text::cut("x"),
    }));
    town.is_kept_as_the_case_says();
}

#[test]
fn a_case_of_before_gets_its_record_once_somebody_asks_or_a_step_is_shown() {
    let mut town = Town::resolved();
    let before = town.page();
    town.put_record(None);
    town.started_anew();
    let page = town.page();
    assert!(!page.is_kept);
    assert_eq!((&page.steps, &page.may), (&before.steps, &before.may));
    town.ledger.keep_tracked(&town.store, town.code).unwrap();
    town.commit();
    assert_eq!(town.page(), before);
    // It is kept once.
    town.ledger.keep_tracked(&town.store, town.code).unwrap();
    assert!(town.ledger.take_transaction().is_none());
    town.put_record(None);
    town.send(verify(Finding::Fixed, "")).unwrap();
    town.is_kept_as_the_case_says();
    assert_eq!(town.page().steps.len(), before.steps.len() + 1);
}

#[test]
fn a_check_finds_a_record_that_says_something_else() {
    let mut town = Town::closed();
    let check = |town: &Town| {
        town.ledger
            .checking()
            .run(&town.store, &mut |_| {})
            .unwrap()
    };
    assert_eq!(check(&town).problems, Vec::new());
    let mut record = town.record().unwrap();
    record.stage = CaseStage::Reported;
    town.put_record(Some(record.to_bytes()));
    let problems = check(&town).problems;
    assert_eq!(problems.len(), 1);
    assert!(
        format!("{:?}", problems[0]).starts_with("TrackedOther"),
        "{problems:?}"
    );
}
