use super::*;
use crate::{Ledger, LedgerError, Setup};
use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::id::TownId;
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::store::{MemoryStore, Records as _, Store};
use alleyway_core::sync::enrol::{Enrol, EnrolError, Enrolled, InvitationCode};

const TOWN: TownId = TownId([7; 16]);
const NOW: Time = Time(1_800_000_000_000);

fn setup(town: u8) -> Setup {
    Setup {
        town: TOWN,
        town_name: Text::cut("四排镇"),
        secret: SecretKey::from_bytes(&[town; 32]),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 4,
    }
}

/// The refusal; the store of these tests does not fail.
fn refusal<E>(error: LedgerError<E>) -> E {
    error.refusal().unwrap()
}

/// A town with a chief and a clerk.
struct Town {
    store: MemoryStore,
    ledger: Ledger,
}

fn member(key: &str) -> MemberId {
    MemberId::derive(TOWN, key)
}

fn code(number: u8) -> InvitationCode {
    InvitationCode::from_random([number; 15])
}

impl Town {
    fn new(town: u8) -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let ledger = Ledger::open(&store, setup(town)).unwrap();
        let mut town = Self { store, ledger };
        let mut list = town.ledger.admin_list([9; 32], NOW);
        let create = CreateUnit {
            key: Text::cut("town"),
            name: Text::cut("town"),
            kind: UnitKind::Town,
            parent: None,
        };
        let unit = list.push(None, UnitCommand::Create(create));
        for key in ["xie", "lan"] {
            let appoint = Appoint {
                member: member(key),
                key: Text::cut(key),
                name: Text::cut(key),
                post: Post::TownDispatcher,
                from: Time::EARLIEST,
                until: None,
            };
            list.push(Some(unit), UnitCommand::Appoint(appoint));
        }
        town.ledger.administer_list(&town.store, list).unwrap();
        town.commit();
        town
    }

    fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            self.store.commit(&transaction).unwrap();
        }
    }

    fn invite(&mut self, key: &str, number: u8) {
        self.ledger
            .invite(&self.store, member(key), &code(number), NOW)
            .unwrap();
        self.commit();
    }

    fn enrol(&mut self, number: u8, phone: u8) -> Result<Enrolled, EnrolError> {
        let sealing = SealingSecret::from_bytes([phone; 32]).public().0;
        let request = Enrol::new(
            code(number),
            &SecretKey::from_bytes(&[phone; 32]),
            sealing,
            Text::cut("phone"),
            NOW,
        );
        let answer = self
            .ledger
            .enrol(&self.store, &request.verify().unwrap(), NOW)
            .map_err(refusal);
        self.commit();
        answer
    }

    /// A member's new device; its code.
    fn device(&mut self, key: &str, phone: u8) -> u32 {
        self.invite(key, phone);
        self.enrol(phone, phone).unwrap().device_code
    }

    fn change(&mut self, code: u32, change: DeviceChange) -> Result<DeviceRow, DeviceError> {
        let changed = self
            .ledger
            .change_device(&self.store, code, change, NOW)
            .map_err(refusal);
        self.commit();
        changed
    }

    fn stopped(&self) -> Vec<(u32, Option<Stop>)> {
        self.ledger
            .devices(&self.store)
            .unwrap()
            .iter()
            .map(|row| (row.code, row.stopped))
            .collect()
    }

    fn records(&self) -> Vec<DeviceRecord> {
        records(View::of_store(&self.store), &setup(1).secret.public()).unwrap()
    }

    /// The keys that directories say can be sealed to.
    fn named(&mut self) -> usize {
        let directories = self
            .store
            .scan(keys::DIRECTORIES, &keys::end_of(keys::DIRECTORIES), 9)
            .unwrap();
        let id = read(&directories[0].0, &directories[0].1).unwrap();
        let mut tx = self.ledger.tx(&self.store);
        tx.document(id, |document| document.directory().unwrap().devices.len())
            .unwrap()
            .unwrap()
    }

    /// The ledger is restored from a backup; the journal is not.
    fn restore(&mut self, backup: &MemoryStore) {
        self.store = backup.clone().with_journal_of(&self.store);
        self.ledger = Ledger::open(&self.store, setup(1)).unwrap();
        self.commit();
    }
}

#[test]
fn a_member_has_several_devices_and_each_is_stopped_alone() {
    let mut town = Town::new(1);
    let (first, second) = (town.device("xie", 11), town.device("xie", 12));
    let third = town.device("lan", 13);
    assert_eq!((second, third), (first + 1, first + 2));
    assert_eq!(town.named(), 3);
    let row = town
        .change(first, DeviceChange::Stop(Stop::Revoked))
        .unwrap();
    assert_eq!(
        (row.code, row.member, row.stopped),
        (first, member("xie"), Some(Stop::Revoked))
    );
    assert_eq!(town.named(), 2, "nothing is sealed to a stopped device");
    assert_eq!(
        town.stopped(),
        [(first, Some(Stop::Revoked)), (second, None), (third, None)]
    );
    assert_eq!(
        town.change(first, DeviceChange::Stop(Stop::Revoked)),
        Err(DeviceError::AlreadyStopped)
    );
    assert_eq!(
        town.change(first, DeviceChange::Thaw),
        Err(DeviceError::NotFrozen)
    );
    // What was revoked can still turn out to be lost, and not the other way round.
    assert_eq!(
        town.change(first, DeviceChange::Stop(Stop::Lost))
            .unwrap()
            .stopped,
        Some(Stop::Lost)
    );
    assert_eq!(
        town.change(first, DeviceChange::Stop(Stop::Revoked)),
        Err(DeviceError::AlreadyStopped)
    );
    assert_eq!(
        town.change(999, DeviceChange::Thaw),
        Err(DeviceError::Unknown)
    );
}

#[test]
fn a_device_is_renamed() {
    let mut town = Town::new(1);
    let first = town.device("xie", 11);
    assert_eq!(
        town.change(first, DeviceChange::Rename(Text::cut("红米")))
            .unwrap()
            .name
            .as_str(),
        "红米"
    );
    assert_eq!(
        town.ledger.devices(&town.store).unwrap()[0].name.as_str(),
        "红米"
    );
}

#[test]
fn a_frozen_device_is_thawed_and_named_again() {
    let mut town = Town::new(1);
    let first = town.device("xie", 11);
    let mut record = town.records().remove(0);
    for (hash, stopped) in [
        ([1; 32], None),
        ([1; 32], None),
        ([2; 32], Some(Stop::Frozen)),
    ] {
        let mut tx = town.ledger.tx(&town.store);
        stopping::note_fork(&mut tx, &mut record, 3, hash, NOW);
        crate::own::carry_out_follow_ups(&mut tx, NOW).unwrap();
        town.commit();
        assert_eq!(
            town.stopped(),
            [(first, stopped)],
            "the same batch again says nothing new"
        );
    }
    assert_eq!(town.named(), 0);
    let row = town.change(first, DeviceChange::Thaw).unwrap();
    assert_eq!((row.stopped, row.forked), (None, false));
    assert_eq!(town.named(), 1);
    // The count begins anew.
    let mut record = town.records().remove(0);
    let mut tx = town.ledger.tx(&town.store);
    stopping::note_fork(&mut tx, &mut record, 4, [2; 32], NOW);
    assert_eq!(record.stopped, None);
}

#[test]
fn a_stopped_device_is_not_taken_in_again() {
    let mut town = Town::new(1);
    let first = town.device("xie", 11);
    town.change(first, DeviceChange::Stop(Stop::Revoked))
        .unwrap();
    assert_eq!(
        town.enrol(11, 11),
        Err(EnrolError::DeviceStopped),
        "with the code that it used"
    );
    town.invite("xie", 20);
    assert_eq!(
        town.enrol(20, 11),
        Err(EnrolError::DeviceStopped),
        "with another code"
    );
    assert!(town.enrol(20, 12).is_ok(), "the code is still good");
}

#[test]
fn a_new_phone_takes_the_place_of_the_old_one() {
    let mut town = Town::new(1);
    let (old, other) = (town.device("xie", 11), town.device("lan", 12));
    let invite = |town: &mut Town, key, number, replaced| {
        let answer = town
            .ledger
            .invite_to_move(&town.store, member(key), &code(number), replaced, NOW)
            .map_err(refusal);
        town.commit();
        answer
    };
    assert_eq!(
        invite(&mut town, "xie", 30, other),
        Err(InviteError::NotTheirs)
    );
    assert_eq!(
        invite(&mut town, "nobody", 30, old),
        Err(InviteError::UnknownMember)
    );
    assert_eq!(invite(&mut town, "xie", 30, old), Ok(()));
    assert_eq!(
        town.stopped(),
        [(old, None), (other, None)],
        "an invitation stops nothing"
    );
    let new = town.enrol(30, 31).unwrap();
    let moved = new.moved.unwrap();
    assert_eq!(
        (moved.device_code, moved.held, moved.last_received),
        (old, 0, None)
    );
    assert_eq!(
        town.stopped(),
        [
            (old, Some(Stop::Revoked)),
            (other, None),
            (new.device_code, None)
        ]
    );
    assert_eq!(
        town.enrol(30, 31).unwrap().moved,
        Some(moved),
        "the same answer again"
    );
}

#[test]
fn a_restored_ledger_learns_from_the_journal_what_it_forgot() {
    let mut town = Town::new(1);
    let (first, second) = (town.device("xie", 11), town.device("xie", 12));
    town.invite("lan", 20);
    let backup = town.store.clone();
    town.change(first, DeviceChange::Stop(Stop::Revoked))
        .unwrap();
    let third = town.enrol(20, 21).unwrap().device_code;
    town.restore(&backup);
    assert_eq!(town.ledger.quarantine(), None);
    assert_eq!(
        town.stopped(),
        [(first, Some(Stop::Revoked)), (second, None), (third, None)]
    );
    assert_eq!(town.named(), 2, "the directories say so too");
    assert_eq!(town.enrol(20, 22), Err(EnrolError::CodeUsed));
    assert_eq!(
        town.enrol(20, 21).unwrap().device_code,
        third,
        "its own answer again"
    );
    assert_eq!(town.device("lan", 23), third + 1, "no code is given twice");
    // Once more: nothing is done twice.
    let before = town.store.clone();
    town.restore(&before);
    assert!(town.ledger.take_transaction().is_none());
    assert_eq!(town.stopped().len(), 4);
}

#[test]
fn a_transaction_that_was_cut_off_behind_its_journal_is_carried_out_at_the_next_start() {
    let mut town = Town::new(1);
    let first = town.device("xie", 11);
    let before = town.store.clone();
    town.change(first, DeviceChange::Stop(Stop::Lost)).unwrap();
    town.restore(&before);
    assert_eq!(town.stopped(), [(first, Some(Stop::Lost))]);
}

#[test]
fn without_its_journal_a_ledger_is_in_quarantine_until_the_devices_are_confirmed() {
    let mut town = Town::new(1);
    let (first, second, third) = (
        town.device("xie", 11),
        town.device("xie", 12),
        town.device("lan", 13),
    );
    town.change(third, DeviceChange::Stop(Stop::Revoked))
        .unwrap();
    town.invite("lan", 20);
    // The journal of a moment before the last enrolments.
    let older = Town::new(1).store;
    town.store = town.store.clone().with_journal_of(&older);
    town.ledger = Ledger::open(&town.store, setup(1)).unwrap();
    assert_eq!(town.ledger.quarantine(), Some(Quarantine::Shorter));
    assert_eq!(
        town.change(first, DeviceChange::Stop(Stop::Lost)),
        Err(DeviceError::Quarantine)
    );

    let confirmed = town
        .ledger
        .end_quarantine(&town.store, &|code| code == second, NOW)
        .unwrap()
        .unwrap();
    town.commit();
    assert_eq!(
        (confirmed.kept, confirmed.revoked, confirmed.withdrawn),
        (1, 1, 1)
    );
    assert_eq!(town.ledger.quarantine(), None);
    let stopped = [
        (first, Some(Stop::Revoked)),
        (second, None),
        (third, Some(Stop::Revoked)),
    ];
    assert_eq!(town.stopped(), stopped);
    assert_eq!(town.named(), 1, "the directories say so too");
    assert_eq!(
        town.enrol(20, 21),
        Err(EnrolError::CodeUnknown),
        "its code may have been used since"
    );
    assert_eq!(town.enrol(12, 99), Err(EnrolError::CodeUsed));
    assert!(
        town.device("lan", 22) >= third + 1_000,
        "codes given since are not given again"
    );
    assert_eq!(
        town.ledger
            .end_quarantine(&town.store, &|_| true, NOW)
            .unwrap(),
        None
    );
    // The journal that was written anew holds.
    town.ledger = Ledger::open(&town.store, setup(1)).unwrap();
    assert_eq!(town.ledger.quarantine(), None);
    assert!(town.ledger.take_transaction().is_none());
}

#[test]
fn the_journal_of_another_history_or_town_puts_a_ledger_into_quarantine() {
    let mut town = Town::new(1);
    let fresh = town.store.clone();
    town.device("xie", 11);
    let mut other = Town::new(1);
    other.device("lan", 12);
    let opened = |store: MemoryStore| Ledger::open(&store, setup(1)).unwrap().quarantine();
    assert_eq!(
        opened(town.store.clone().with_journal_of(&other.store)),
        Some(Quarantine::Another)
    );
    other.device("lan", 13);
    assert_eq!(
        opened(town.store.clone().with_journal_of(&other.store)),
        Some(Quarantine::Another)
    );
    // A ledger that counts no entry yet, and entries that another server signed.
    let mut stranger = Town::new(6);
    stranger.device("xie", 11);
    assert_eq!(
        opened(fresh.with_journal_of(&stranger.store)),
        Some(Quarantine::Another)
    );
}
