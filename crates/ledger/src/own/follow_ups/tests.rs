use super::*;
use crate::rows::records::HeadRecord;
use crate::{Ledger, Setup};
use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::id::{MemberId, TownId};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::{DOCUMENT_RESERVED_BYTES, DOCUMENT_STORED_BYTES_MAX};
use alleyway_core::store::{MemoryStore, Store};
use alleyway_core::sync::enrol::{Enrol, InvitationCode};
use alleyway_core::text::Text;

const TOWN: TownId = TownId([7; 16]);
const NOW: Time = Time(1_800_000_000_000);

/// A town with somebody who is cleared in it.
struct Town {
    store: MemoryStore,
    ledger: Ledger,
    unit: DocumentId,
    member: MemberId,
}

impl Town {
    fn new() -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let setup = Setup {
            town: TOWN,
            town_name: Text::cut("四排镇"),
            secret: SecretKey::from_bytes(&[1; 32]),
            token_key: [2; 32],
            challenge_key: [3; 32],
            loaded_documents_max: 4,
        };
        let mut ledger = Ledger::open(&store, setup).unwrap();
        let member = MemberId::derive(TOWN, "xie");
        let mut list = ledger.admin_list([9; 32], NOW);
        let create = CreateUnit {
            key: Text::cut("town"),
            name: Text::cut("town"),
            kind: UnitKind::Town,
            parent: None,
        };
        let (key, name, post) = (Text::cut("xie"), Text::cut("xie"), Post::TownDispatcher);
        let appoint = Appoint {
            member,
            key,
            name,
            post,
            from: Time::EARLIEST,
            until: None,
        };
        let unit = list.push(None, UnitCommand::Create(create));
        list.push(Some(unit), UnitCommand::Appoint(appoint));
        ledger.administer_list(&store, list).unwrap();
        let appointment = ledger
            .organisation()
            .appointments_of(member)
            .next()
            .unwrap()
            .appointment;
        ledger.tx(&store).put_clearance(appointment, true);
        Self {
            store,
            ledger,
            unit,
            member,
        }
    }

    /// Lets the record of a document say that it takes up so much.
    fn fill(&mut self, document: DocumentId, bytes: u64) {
        let key = keys::head(document);
        let mut tx = self.ledger.tx(&self.store);
        let head: HeadRecord = tx.get(&key).unwrap().unwrap();
        tx.put(
            key,
            &HeadRecord {
                snapshot_bytes: bytes,
                ..head
            },
        );
    }

    fn enrols(&mut self, number: u8) {
        let code = InvitationCode::from_random([number; 15]);
        self.ledger
            .invite(&self.store, self.member, &code, NOW)
            .unwrap();
        let sealing = SealingSecret::from_bytes([number; 32]).public().0;
        let request = Enrol::new(
            code,
            &SecretKey::from_bytes(&[number; 32]),
            sealing,
            Text::cut("phone"),
            NOW,
        );
        self.ledger
            .enrol(&self.store, &request.verify().unwrap(), NOW)
            .unwrap();
        self.store
            .commit(&self.ledger.take_transaction().unwrap())
            .unwrap();
    }

    /// Devices noted in the unit, and those that the directory names.
    fn told(&mut self) -> (usize, usize) {
        let mut tx = self.ledger.tx(&self.store);
        let directory: DocumentId = tx.get(&keys::directory(self.unit)).unwrap().unwrap();
        let in_unit = tx.document(self.unit, |unit| unit.unit().unwrap().devices.len());
        let named = tx.document(directory, |of| of.directory().unwrap().devices.len());
        (in_unit.unwrap().unwrap(), named.unwrap().unwrap())
    }
}

#[test]
fn a_document_that_is_full_for_members_still_takes_what_the_server_says_of_devices() {
    let mut town = Town::new();
    town.fill(town.unit, DOCUMENT_STORED_BYTES_MAX + 1);
    town.enrols(11);
    assert_eq!(town.told(), (1, 1));
    assert!(town.ledger.stats().refused.is_empty());
}

#[test]
fn what_a_full_document_has_no_room_for_is_left_out_and_counted_and_stops_nobody() {
    let mut town = Town::new();
    town.enrols(11);
    let of = keys::directory(town.unit);
    let directory = town.ledger.tx(&town.store).get(&of).unwrap().unwrap();
    for document in [town.unit, directory] {
        town.fill(
            document,
            DOCUMENT_STORED_BYTES_MAX + DOCUMENT_RESERVED_BYTES,
        );
    }
    town.enrols(12);
    assert_eq!(town.told(), (1, 1));
    assert_eq!(town.ledger.stats().refused[&RefusalCode::DocumentFull], 2);
    let codes: Vec<u32> = town
        .ledger
        .devices(&town.store)
        .unwrap()
        .iter()
        .map(|row| row.code)
        .collect();
    let stop = crate::DeviceChange::Stop(alleyway_core::sync::frame::Stop::Lost);
    town.ledger
        .change_device(&town.store, codes[0], stop, NOW)
        .unwrap();
    assert_eq!(town.ledger.stats().refused[&RefusalCode::DocumentFull], 3);
}
