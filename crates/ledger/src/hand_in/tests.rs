mod budget;
mod rows;
mod slices;
mod trays;
mod twice;

use super::*;
use crate::rows::outcomes::KeptRecord;
use crate::rows::records::HeadRecord;
use crate::{AdminCommand, DeviceChange, Ledger, Setup};
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId, TownId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Note, Report};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::{DOCUMENT_RESERVED_BYTES, DOCUMENT_STORED_BYTES_MAX};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store as _};
use alleyway_core::sync::enrol::{Enrol, InvitationCode};
use alleyway_core::sync::frame::Kept;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use std::collections::BTreeSet;

const TOWN: TownId = TownId([7; 16]);
const NOW: Time = Time(1_800_000_000_000);

fn setup() -> Setup {
    Setup {
        town: TOWN,
        town_name: Text::cut("a town"),
        secret: SecretKey::from_bytes(&[1; 32]),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 4,
    }
}

/// A town with one alley, and its chief's phone.
struct Stage {
    store: MemoryStore,
    ledger: Ledger,
    alley: UnitId,
    phone: SecretKey,
    code: u32,
    typed: u64,
    sealed: u64,
    last: [u8; 32],
}

impl Stage {
    fn new() -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let ledger = Ledger::open(&store, setup()).unwrap();
        let mut stage = Self {
            alley: DocumentId([0; 16]),
            store,
            ledger,
            phone: SecretKey::from_bytes(&[6; 32]),
            code: 0,
            typed: 0,
            sealed: 0,
            last: [0; 32],
        };
        stage.build();
        stage
    }

    fn build(&mut self) {
        let chief = MemberId::derive(TOWN, "chief");
        let (mut list, mut parent) = (self.ledger.admin_list([4; 32], NOW), None);
        for kind in [UnitKind::Town, UnitKind::Village, UnitKind::Alley] {
            let create = CreateUnit {
                key: Text::cut(kind.word()),
                name: Text::cut(kind.word()),
                kind,
                parent,
            };
            self.alley = list.push(None, UnitCommand::Create(create));
            parent = Some(self.alley);
        }
        let appoint = Appoint {
            member: chief,
            key: Text::cut("chief"),
            name: Text::cut("a chief"),
            post: Post::AlleyChief,
            from: Time::EARLIEST,
            until: None,
        };
        list.push(Some(self.alley), UnitCommand::Appoint(appoint));
        let store = &self.store;
        self.ledger.administer_list(store, list).unwrap();
        let code = InvitationCode::from_random([5; 15]);
        self.ledger.invite(store, chief, &code, NOW).unwrap();
        let sealing = SealingSecret::from_bytes([6; 32]).public().0;
        let request = Enrol::new(code, &self.phone, sealing, Text::cut("a phone"), NOW);
        let enrolled = self
            .ledger
            .enrol(store, &request.verify().unwrap(), NOW)
            .unwrap();
        self.code = enrolled.device_code;
        self.commit();
    }

    fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            self.store.commit(&transaction).unwrap();
        }
    }

    fn type_on(&mut self, document: Option<DocumentId>, body: CaseCommand) -> Command {
        self.typed += 1;
        Command {
            nonce: Nonce::Drawn(self.typed.to_be_bytes()),
            document,
            base: Base::default(),
            at: NOW,
            body: Body::from(body),
        }
    }

    fn report(&mut self) -> Command {
        let report = Report {
            owner: self.alley,
            device_code: self.code,
            tracking: TrackingCode::from_random([8; 15]),
            category: Text::cut("road"),
            title: Text::cut("a lamp"),
            text: Text::cut("it is dark"),
            place: Text::default(),
            point: None,
            contact: Text::default(),
            household: None,
            taken_at: None,
            confidential: false,
            door: None,
            slip: None,
            origin: None,
            external_system: Text::default(),
            external_number: Text::default(),
            external_due: None,
            phone: Text::default(),
            may_text: false,
            about: None,
        };
        self.type_on(None, CaseCommand::Report(report))
    }

    fn note(&mut self, case: DocumentId) -> Command {
        let text = Text::cut("still dark");
        self.type_on(Some(case), CaseCommand::Note(Note { text }))
    }

    /// Hands in the phone's next batch.
    fn hand_in(&mut self, commands: Vec<Command>) -> Vec<Verdict> {
        self.sealed += 1;
        let batch =
            Batch::seal(TOWN, &self.phone, self.sealed, self.last, [9; 16], commands).unwrap();
        let batch = batch.verify(TOWN, &self.phone.public()).unwrap();
        self.last = batch.hash();
        let feeds = BTreeSet::from([alleyway_core::feeds::FeedId::unit(self.alley)]);
        let (mut tx, memory) = self.ledger.handing_in(&self.store);
        let device = tx.device(DeviceId::of(&self.phone.public())).unwrap();
        let by = HandIn::of_member(&device.unwrap(), &feeds, Receipt::new(NOW, 0), NOW);
        let frame = hand_in(&mut tx, memory, &by, &batch, None).unwrap();
        assert_eq!(tx.follow_ups().count(), 0, "all is carried out");
        self.commit();
        match frame {
            ServerFrame::Verdicts(said) => said.verdicts.into_vec(),
            other => panic!("{other:?}"),
        }
    }

    fn revoke(&mut self) {
        let stop = DeviceChange::Stop(Stop::Revoked);
        self.ledger
            .change_device(&self.store, self.code, stop, NOW)
            .unwrap();
        self.commit();
    }

    /// The unit that a command lies in a tray of, and how many items are open there.
    fn kept(&mut self, command: &Command) -> (UnitId, DocumentId, usize) {
        let id: CommandId = command.id(&self.phone.public());
        let mut tx = self.ledger.tx(&self.store);
        let kept: KeptRecord = tx.get(&keys::kept(id)).unwrap().unwrap();
        let tray: DocumentId = tx.get(&keys::tray(kept.unit, false)).unwrap().unwrap();
        let open = tx.document(tray, Document::tray_open_count).unwrap();
        (kept.unit, tray, open.unwrap())
    }

    /// The number of batches of the server's own.
    fn own_batches(&mut self) -> u64 {
        let server = self.ledger.server_device();
        let tx = self.ledger.tx(&self.store);
        tx.device(server).unwrap().unwrap().last
    }
}

#[test]
fn a_report_and_its_note_stand_in_the_order_in_which_they_were_typed() {
    let mut stage = Stage::new();
    let report = stage.report();
    let note = stage.note(report.target(&stage.phone.public()));
    let before = stage.own_batches();
    let said = stage.hand_in(vec![report, note]);
    assert!(said.iter().all(Verdict::stands), "{said:?}");
    assert_eq!(stage.own_batches(), before, "the server has nothing to say");
}

#[test]
fn a_note_follows_its_kept_report_and_one_batch_puts_both_into_the_tray() {
    let mut stage = Stage::new();
    stage.revoke();
    let report = stage.report();
    let note = stage.note(report.target(&stage.phone.public()));
    let before = stage.own_batches();
    let said = stage.hand_in(vec![report.clone(), note.clone()]);
    let is_kept = |verdict: &Verdict| matches!(verdict, Verdict::Kept(Kept { .. }));
    assert!(said.iter().all(is_kept), "{said:?}");
    let (unit, tray, open) = stage.kept(&report);
    assert_eq!((open, stage.kept(&note)), (2, (unit, tray, 2)));
    assert_eq!(stage.own_batches(), before + 1);
}

#[test]
fn a_tray_that_takes_up_all_its_room_is_followed_by_another() {
    let mut stage = Stage::new();
    stage.revoke();
    let first = stage.report();
    stage.hand_in(vec![first.clone()]);
    let (unit, tray, _) = stage.kept(&first);
    let mut tx = stage.ledger.tx(&stage.store);
    let head: HeadRecord = tx.head(tray).unwrap().unwrap();
    let full = HeadRecord {
        snapshot_bytes: DOCUMENT_STORED_BYTES_MAX + DOCUMENT_RESERVED_BYTES,
        ..head
    };
    tx.put(keys::head(tray), &full);
    let second = stage.report();
    stage.hand_in(vec![second.clone()]);
    let (same_unit, other, open) = stage.kept(&second);
    assert_eq!((same_unit, open), (unit, 1));
    assert_ne!(other, tray);
}
