use super::*;
use crate::rows::outcomes::{KeptRecord, RefusalRecord};
use crate::rows::versions::content_at;
use crate::rows::versions::noted;
use crate::rows::{View, keys};
use crate::{AdminCommand, Ledger, Setup};
use alleyway_core::command::Body;
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{CommandId, DeviceId, TownId};
use alleyway_core::kinds::unit::{CreateUnit, UnitCommand, UnitKind};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{HighWater, MemoryStore, Store as _, Transaction, Write};
use alleyway_core::sync::frame::KeptWhy;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;

const NOW: Time = Time(1_800_000_000_000);

/// A town that grows.
struct Town {
    store: MemoryStore,
    ledger: Ledger,
    units: u8,
}

impl Town {
    fn new() -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let setup = Setup {
            town: TownId([7; 16]),
            town_name: Text::cut("四排镇"),
            secret: SecretKey::from_bytes(&[1; 32]),
            token_key: [2; 32],
            challenge_key: [3; 32],
            loaded_documents_max: 4,
        };
        let ledger = Ledger::open(&store, setup).unwrap();
        let mut town = Self {
            store,
            ledger,
            units: 0,
        };
        (0..20).for_each(|_| town.grows());
        town
    }

    fn grows(&mut self) {
        let number = self.units;
        self.units += 1;
        let text = format!("u{number}");
        let (key, name) = (Text::cut(&text), Text::cut(&text));
        let kind = if number == 0 {
            UnitKind::Town
        } else {
            UnitKind::Village
        };
        let parent = (number > 0).then(|| self.ledger.organisation().units().next().unwrap().unit);
        let create = CreateUnit {
            key,
            name,
            kind,
            parent,
        };
        let command = AdminCommand {
            document: None,
            body: Body::Unit(UnitCommand::Create(create)),
        };
        self.ledger
            .administer(&self.store, vec![command], [number; 32], NOW)
            .unwrap();
        self.store
            .commit(&self.ledger.take_transaction().unwrap())
            .unwrap();
    }

    fn report(&self) -> CheckReport {
        check(&self.store, &mut |_| {}).unwrap()
    }

    fn report_with_key(&self) -> CheckReport {
        let checking = self.ledger.checking();
        checking.run(&self.store, &mut |_| {}).unwrap()
    }

    fn put(&mut self, key: Vec<u8>, value: &impl Wire) {
        let writes = vec![Write {
            key,
            value: Some(value.to_bytes()),
            slot: None,
        }];
        self.store
            .commit(&Transaction {
                writes,
                ..Transaction::default()
            })
            .unwrap();
    }

    /// Puts another value into the first row of a kind, or takes it out.
    fn spoil(&mut self, kind: &[u8], change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
        let (key, value) = self
            .store
            .scan(kind, &keys::end_of(kind), 1)
            .unwrap()
            .remove(0);
        let writes = vec![Write {
            key,
            value: change(value),
            slot: None,
        }];
        self.store
            .commit(&Transaction {
                writes,
                high_water: HighWater::default(),
                ..Transaction::default()
            })
            .unwrap();
    }
}

#[test]
fn a_town_that_grows_between_the_steps_is_sound() {
    let mut town = Town::new();
    let quiet = town.report();
    assert_eq!(
        (quiet.problem_count, quiet.problems.clone()),
        (0, Vec::new())
    );
    assert!(quiet.documents >= 20 && quiet.places > 0 && quiet.entries >= 20);
    let mut checking = Checking::default();
    let mut steps = 0;
    let report = loop {
        if let Some(report) = checking.step(&town.store).unwrap() {
            break report;
        }
        steps += 1;
        // The names of all are in feeds that change each time.
        if steps < 40 {
            town.grows();
        }
    };
    assert_eq!((report.problem_count, report.problems), (0, Vec::new()));
    assert!(steps > 10 && report.documents > quiet.documents);
}

#[test]
fn whatever_is_taken_out_or_changed_is_named() {
    type IsNamed = fn(&Problem) -> bool;
    let cases: [(&[u8], IsNamed); 6] = [
        (b"m", |problem| *problem == Problem::StateMissing),
        (b"L", |problem| {
            matches!(problem, Problem::EntriesMissing { .. })
        }),
        (b"t", |problem| {
            matches!(problem, Problem::DocumentDamaged { .. })
        }),
        (b"f", |problem| {
            matches!(problem, Problem::DocumentUnplaced { .. })
        }),
        (b"g", |problem| matches!(problem, Problem::FeedSum { .. })),
        (b"h", |problem| {
            matches!(problem, Problem::FeedSum { strays: 1.., .. })
        }),
    ];
    for (kind, is_named) in cases {
        let mut town = Town::new();
        town.spoil(kind, |_| None);
        let report = town.report();
        assert!(report.problem_count > 0, "{kind:?}");
        assert!(
            report.problems.iter().any(is_named),
            "{kind:?}: {:?}",
            report.problems
        );
    }
    let mut town = Town::new();
    town.spoil(b"g", |mut value| {
        value[0] ^= 1;
        Some(value)
    });
    assert_eq!(town.report().problem_count, 1);
}

#[test]
fn an_id_of_two_commands_is_named_and_a_command_that_is_noted_as_it_stands_is_not() {
    let of_first = |town: &Town| {
        let unit = town.ledger.organisation().units().next().unwrap().unit;
        let head = View::of_store(&town.store).get(&keys::head(unit)).unwrap();
        let content = content_at(View::of_store(&town.store), unit, &head.unwrap(), 1);
        (unit, noted(&[2; 32], content.unwrap()))
    };
    let kept = |unit, content| KeptRecord {
        device: DeviceId([1; 16]),
        unit,
        why: KeptWhy::Forked,
        confidential: false,
        content: Some(content),
    };
    let refused = |content, code: RefusalCode| RefusalRecord {
        created: None,
        refusal: code.into(),
        content: Some(content),
    };
    let mut town = Town::new();
    let (unit, content) = of_first(&town);
    let id = CommandId(unit.0);
    let refusal = |number| keys::refusal(DeviceId([1; 16]), number, id);
    town.put(keys::kept(id), &kept(unit, content));
    town.put(refusal(1), &refused(content, RefusalCode::WrongState));
    // This one was told that the id is not its own.
    town.put(refusal(2), &refused([9; 16], RefusalCode::IdTaken));
    assert_eq!(town.report_with_key().problems, Vec::new());
    let mut other = Town::new();
    other.put(keys::kept(id), &kept(unit, [9; 16]));
    let mut third = Town::new();
    third.put(refusal(1), &refused([9; 16], RefusalCode::WrongState));
    for town in [other, third] {
        let report = town.report_with_key();
        assert_eq!(report.problem_count, 1, "{:?}", report.problems);
        let problem = &report.problems[0];
        assert!(matches!(problem, Problem::IdTwice { .. }), "{problem:?}");
    }
    town.put(refusal(3), &refused([9; 16], RefusalCode::WrongState));
    let report = town.report_with_key();
    assert_eq!(report.problems[0], Problem::IdTwiceKept { id });
}
