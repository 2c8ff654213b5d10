//! Long documents are loaded before the request that needs them has its turn.

use super::*;
use alleyway_core::sync::history::HISTORY_ENTRIES_MAX;

impl Town {
    /// A town whose case is too long to be sent as its commands.
    fn long() -> Self {
        let mut town = Self::new();
        for _ in 0..HISTORY_ENTRIES_MAX {
            town.step(CaseCommand::Note(Note {
                text: Text::cut("x"),
            }));
        }
        town
    }

    /// The server was started anew: no document is in memory.
    fn restarted(&mut self) {
        let setup = Setup {
            challenge_key: self.seed(),
            ..setup()
        };
        self.ledger = Ledger::open(&self.store, setup).unwrap();
    }

    fn case_loaded(&mut self) -> Vec<Document> {
        let case = self.case;
        self.line().loaded(&[case]).unwrap()
    }

    fn long_loaded(&self) -> u64 {
        self.ledger.stats().long_loaded_at_turn
    }

    /// The long documents that were loaded at the turn of the chief's step, of a new phone's first
    /// sync and of a resident's word, each on a server that was started anew.
    fn loaded_at_turns(&mut self) -> [u64; 3] {
        self.restarted();
        self.step(CaseCommand::Accept(Accept {}));
        let by_a_step = self.long_loaded();
        self.restarted();
        let mut other = self.phone("chief");
        let now = self.now;
        other.sync(&mut self.line(), now).unwrap();
        assert!(
            self.ledger.stats().loaded_documents > 0,
            "it was sent whole"
        );
        let by_a_phone = self.long_loaded();
        self.restarted();
        let needs = self.ledger.resident_needs(&self.store, self.code, true);
        let loaded = self.line().loaded(&needs.unwrap()).unwrap();
        let request = ResidentRequest {
            code: self.code,
            token: [1; 16],
            step: word("雨天车进不去"),
        };
        let (seed, store, now) = (self.seed(), &self.store, self.now);
        let done = self.ledger.with_loaded(store, loaded, |ledger| {
            Ok(ledger.resident(store, &request, seed, now).is_ok())
        });
        assert!(done.unwrap());
        self.commit();
        [by_a_step, by_a_phone, self.long_loaded()]
    }
}

#[test]
fn no_long_document_is_loaded_at_a_requests_turn() {
    let mut town = Town::long();
    assert_eq!(town.loaded_at_turns(), [0, 0, 0]);
    // A page that has its record needs nothing.
    town.restarted();
    let needs = town.ledger.resident_needs(&town.store, town.code, false);
    assert_eq!(needs.unwrap(), []);
}

#[test]
fn whoever_does_not_load_ahead_is_answered_too_and_all_others_wait() {
    let mut town = Town::long();
    town.loads_ahead = false;
    assert_eq!(town.loaded_at_turns(), [1, 1, 1]);
}

#[test]
fn what_was_loaded_before_something_else_stood_is_left_out() {
    let mut town = Town::new();
    town.ledger.set_short_entries_max(0);
    town.restarted();
    town.ledger.set_short_entries_max(0);
    let before = town.case_loaded();
    assert_eq!(before.len(), 1);
    town.step(CaseCommand::Accept(Accept {}));
    let version_with = |town: &mut Town, loaded: Vec<Document>| {
        let (case, store) = (town.case, &town.store);
        let version = town.ledger.with_loaded(store, loaded, |ledger| {
            ledger.tx(store).document(case, Document::version)
        });
        version.unwrap()
    };
    assert_eq!(version_with(&mut town, before.clone()), Some(2));
    // Nor is it taken in where nothing is in memory.
    town.restarted();
    town.ledger.set_short_entries_max(0);
    assert_eq!(version_with(&mut town, before), Some(2));
    assert_eq!(town.long_loaded(), 1);
    town.restarted();
    town.ledger.set_short_entries_max(0);
    let now = town.case_loaded();
    assert_eq!(version_with(&mut town, now), Some(2));
    assert_eq!(town.long_loaded(), 0);
}
