//! Imports that one administrator asks for and another confirms: which lists the server keeps, for how long,
//! and what becomes of an asking without them.

use alleyway_core::crypto::Hash;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::{
    AskImport, EndedImport, ImportFailed, ImportFault, Imported, UnitCommand, UnitKind,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::lists::{digits_of, hash_of};
use alleyway_core::text::Text;
use alleyway_ledger::{AdminCommand, LedgerError, ReadError};

use super::{Stage, confirm, device_of, draft_on, refused_on, types_on, withdraw};

/// Some lists; the ledger does not read them.
const LISTS: &[u8] = b"the town's lists";

fn hall(stage: &Stage) -> UnitId {
    let mut units = stage.town.ledger.organisation().units();
    units
        .find(|row| row.kind == UnitKind::Town)
        .map(|row| row.unit)
        .unwrap()
}

fn import(lists: &[u8]) -> UnitCommand {
    UnitCommand::AskImport(AskImport {
        hash: Text::cut(&digits_of(&hash_of(lists))),
        bytes: u32::try_from(lists.len()).unwrap(),
        changes: 3,
    })
}

impl Stage {
    fn keeps(&mut self, is_he: bool, lists: &[u8]) -> Result<(), ReadError> {
        let device = device_of(if is_he { &self.he } else { &self.fan });
        let hash: Hash = hash_of(lists);
        let town = &mut self.town;
        let kept = town
            .ledger
            .keep_lists(&town.store, device, hash, lists.to_vec(), town.now);
        town.commit();
        match kept {
            Ok(()) => Ok(()),
            Err(LedgerError::Refused(refusal)) => Err(refusal),
            Err(LedgerError::Store(error)) => panic!("{error}"),
        }
    }

    fn asks(&mut self, lists: &[u8]) -> CommandId {
        let hall = hall(self);
        let asked = types_on(&mut self.town, &mut self.he, hall, import(lists));
        self.all_sync();
        asked
    }

    fn confirms(&mut self, asked: CommandId) {
        let hall = hall(self);
        types_on(&mut self.town, &mut self.fan, hall, confirm(asked));
        self.town.sync(&mut self.fan);
        self.all_sync();
    }

    /// The lists that wait for a second person, as the other's phone is shown them.
    fn waiting(&mut self, asked: CommandId) -> Result<Vec<u8>, ReadError> {
        let device = device_of(&self.fan);
        let town = &mut self.town;
        let lists = town
            .ledger
            .waiting_lists(&town.store, device, asked, town.now);
        lists.map_err(|error| match error {
            LedgerError::Refused(refusal) => refusal,
            LedgerError::Store(error) => panic!("{error}"),
        })
    }

    fn next_import(&mut self) -> Option<CommandId> {
        let town = &mut self.town;
        let found = town.ledger.confirmed_import(&town.store).unwrap()?;
        assert_eq!(found.lists.as_deref(), Some(LISTS));
        assert_eq!(found.changes, 3);
        assert_eq!(found.wanted_by, [town.member("he"), town.member("fan")]);
        Some(found.asked)
    }

    /// The server ends it, as whoever drives the ledger does.
    fn ends(&mut self, body: UnitCommand) {
        let document = Some(hall(self));
        let body = body.into();
        self.town.administer(vec![AdminCommand { document, body }]);
        self.all_sync();
    }

    fn ended(&self) -> Option<EndedImport> {
        let mut units = self.fan.replica.unit_views();
        units.find_map(|unit| unit.ended_import)
    }

    fn fault(&self) -> Option<ImportFault> {
        self.ended().unwrap().fault
    }
}

#[test]
fn one_asks_another_confirms_and_it_is_to_be_done_once() {
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    assert_eq!(stage.next_import(), None);
    assert_eq!(stage.waiting(asked).as_deref(), Ok(LISTS));
    // Not by who asked; and no second one beside it.
    let hall = hall(&stage);
    let refused =
        |stage: &mut Stage, command| refused_on(&mut stage.town, &mut stage.he, hall, command);
    assert_eq!(
        refused(&mut stage, confirm(asked)),
        RefusalCode::SecondPerson
    );
    assert_eq!(
        refused(&mut stage, import(b"others")),
        RefusalCode::DoneAlready
    );
    assert_eq!(stage.keeps(false, b"others"), Err(ReadError::ImportWaits));

    stage.confirms(asked);
    assert_eq!(stage.next_import(), Some(asked));
    // The server ends in between, and finds it again.
    stage.town.start_anew();
    assert_eq!(stage.next_import(), Some(asked));
    stage.ends(UnitCommand::Imported(Imported { asked }));
    assert_eq!(stage.next_import(), None);
    let ended = stage.ended().unwrap();
    assert_eq!((ended.asked, ended.changes, ended.fault), (asked, 3, None));
    assert_eq!(stage.waiting(asked), Err(ReadError::OutOfScope));
    assert!(stage.he.replica.asked().is_empty());
    // Another one may be asked for.
    assert_eq!(stage.keeps(false, LISTS), Ok(()));
}

#[test]
fn what_nobody_handed_to_the_server_is_not_imported() {
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, b"others"), Ok(()));
    let asked = stage.asks(LISTS);
    assert_eq!(stage.fault(), Some(ImportFault::Gone));
    assert_eq!(stage.waiting(asked), Err(ReadError::OutOfScope));
    assert!(stage.fan.replica.asked().is_empty());
    // Those that are kept can be asked about still.
    let asked = stage.asks(b"others");
    assert_eq!(stage.waiting(asked).as_deref(), Ok(&b"others"[..]));
}

#[test]
fn only_administrators_hand_lists_in_and_ask_and_only_of_the_town() {
    let mut stage = Stage::new();
    let device = device_of(&stage.xie);
    let town = &mut stage.town;
    let hash = hash_of(LISTS);
    let kept = town
        .ledger
        .keep_lists(&town.store, device, hash, LISTS.to_vec(), town.now);
    assert!(matches!(
        kept,
        Err(LedgerError::Refused(ReadError::OutOfScope))
    ));
    let alley = stage.town.alley;
    let refused = refused_on(&mut stage.town, &mut stage.he, alley, import(LISTS));
    assert_eq!(refused, RefusalCode::BadValue, "an alley is no town");
}

/// Both come in one batch: the withdrawal ends what the server would have ended behind them.
#[test]
fn an_asking_without_lists_that_is_withdrawn_at_once_takes_nothing_down() {
    let mut stage = Stage::new();
    let hall = hall(&stage);
    let town = &mut stage.town;
    let asked = town
        .record(&mut stage.he, draft_on(hall, import(LISTS)))
        .command;
    town.record(&mut stage.he, draft_on(hall, withdraw(asked)));
    assert_eq!(town.sync(&mut stage.he).summary.admitted, 2);
    stage.all_sync();
    assert!(stage.fan.replica.asked().is_empty());
    assert_eq!(stage.ended(), None);
    assert_eq!(stage.keeps(false, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    assert_eq!(stage.waiting(asked).as_deref(), Ok(LISTS));
}

#[test]
fn a_withdrawn_import_is_confirmed_by_nobody_and_its_lists_are_no_more() {
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    let hall = hall(&stage);
    types_on(&mut stage.town, &mut stage.fan, hall, withdraw(asked));
    stage.town.sync(&mut stage.fan);
    stage.all_sync();
    assert_eq!(stage.waiting(asked), Err(ReadError::OutOfScope));
    assert_eq!(stage.ended(), None);
    let again = stage.asks(LISTS);
    assert_eq!(stage.fault(), Some(ImportFault::Gone), "the lists are gone");
    assert_ne!(again, asked);
}

#[test]
fn lists_are_kept_for_seven_days() {
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    stage.town.serve_days(6);
    assert_eq!(stage.waiting(asked).as_deref(), Ok(LISTS));
    stage.town.serve_days(2);
    assert_eq!(stage.waiting(asked), Err(ReadError::OutOfScope));
    stage.all_sync();
    assert_eq!(stage.fault(), Some(ImportFault::TooOld));
    // Without an asking nobody is told.
    assert_eq!(stage.keeps(true, b"others"), Ok(()));
    stage.town.serve_days(8);
    stage.asks(b"others");
    assert_eq!(stage.fault(), Some(ImportFault::Gone));
}

/// A confirmation that was given before a restore gives nothing: it is said so, and asked for anew.
#[test]
fn a_restored_server_imports_nothing_that_was_confirmed_before() {
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    let between = stage.town.store.clone();
    stage.confirms(asked);
    stage.ends(UnitCommand::Imported(Imported { asked }));
    // Of a backup from between the two, the lists are there, and the second word is of before.
    stage.is_restored(between);
    for _ in 0..3 {
        stage.all_sync();
    }
    assert_eq!(stage.next_import(), None);
    assert_eq!(stage.fault(), Some(ImportFault::Gone));

    // Of one from behind both words, the second is of before.
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    stage.confirms(asked);
    let behind = stage.town.store.clone();
    stage.is_restored(behind);
    let town = &mut stage.town;
    let found = town.ledger.confirmed_import(&town.store).unwrap().unwrap();
    assert_eq!((found.asked, found.lists), (asked, None));

    let mut stage = Stage::new();
    let before = stage.town.store.clone();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    stage.confirms(asked);
    stage.is_restored(before);
    for _ in 0..3 {
        stage.all_sync();
    }
    assert_eq!(stage.next_import(), None);
    assert_eq!(stage.fault(), Some(ImportFault::Gone));
}

#[test]
fn nobody_but_the_server_says_how_an_import_ended() {
    let mut stage = Stage::new();
    assert_eq!(stage.keeps(true, LISTS), Ok(()));
    let asked = stage.asks(LISTS);
    let why = ImportFault::Differs;
    for command in [
        UnitCommand::Imported(Imported { asked }),
        UnitCommand::ImportFailed(ImportFailed { asked, why }),
    ] {
        let hall = hall(&stage);
        let refused = refused_on(&mut stage.town, &mut stage.he, hall, command);
        assert_eq!(refused, RefusalCode::NotPermitted);
    }
    assert_eq!(stage.waiting(asked).as_deref(), Ok(LISTS));
}
