use super::*;
use crate::confirmed::Confirmed;
use crate::outbox::Outgoing;
use crate::rows::Enrolled;
use alleyway_core::command::{Base, Command};
use alleyway_core::crypto::{SealingKey, SealingSecret, SecretBytes, SecretKey};
use alleyway_core::documents::samples::{Chain, START, note, report, unit};
use alleyway_core::id::{MemberId, TownId};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::MemoryStore;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::frame::Lease;
use alleyway_core::text::Text;

const SIGNING: [u8; 32] = [3; 32];

/// An enrolled device with one case.
fn device() -> (Replica, DocumentId) {
    let mut replica = Replica::open(&MemoryStore::default()).unwrap();
    let code = TrackingCode::from_random([7; 15]);
    replica
        .enrol_request(code, Text::cut("phone"), SIGNING, ([4; 32], [5; 32]), START)
        .unwrap();
    let (town, member, key) = (
        TownId([1; 16]),
        MemberId([2; 16]),
        SecretKey::from_bytes(&SIGNING),
    );
    replica.identity.as_mut().unwrap().enrolled = Some(Enrolled {
        town,
        town_name: Text::cut("四排镇"),
        server: key.public(),
        member,
        name: Text::cut("谢"),
        device_code: 1_000,
        certificate: Certificate::sign(
            town,
            &key,
            key.public(),
            SealingKey([5; 32]),
            member,
            1_000,
        ),
        town_sealing: SealingSecret::from_bytes([8; 32]).public(),
    });
    replica.take_lease(
        &Lease {
            half: SecretBytes::new([6; 32]),
        },
        START,
    );
    let document = Chain::new(1).then(1, report(unit(1))).document;
    let id = document.id();
    confirm(&mut replica, document);
    (replica, id)
}

fn confirm(replica: &mut Replica, document: Document) {
    let confirmed = Confirmed::new(document, &replica.lease_key().unwrap()).unwrap();
    replica.documents.insert(
        confirmed
            .document(&replica.lease_key().unwrap())
            .unwrap()
            .id(),
        confirmed,
    );
}

/// Types a note, as [`Replica::record`] does; the document it was typed on.
fn note_on(replica: &mut Replica, id: DocumentId, counter: u64) -> Document {
    let typed = replica.typed.take();
    let upon = replica.working_again(id, typed).unwrap();
    let base = Base {
        incarnation: 1,
        generation: 1,
        version: 1,
        after: alleyway_core::wire::List::default(),
    };
    let command = Command {
        counter,
        nonce: [0; 4],
        document: Some(id),
        base,
        at: START,
        body: note().into(),
    };
    let mut document = upon.clone();
    replica.execute(&mut document, &command).unwrap().unwrap();
    replica.outbox.commands.insert(
        counter,
        Outgoing {
            command,
            sealed: None,
            fate: Fate::PENDING,
        },
    );
    replica.typed = replica.typed_on(document);
    upon
}

#[test]
fn what_was_typed_on_last_is_the_working_document_still() {
    let (mut replica, id) = device();
    for counter in 1..=8 {
        let anew = replica.working(id).unwrap();
        assert_eq!(note_on(&mut replica, id, counter).head(), anew.head());
        assert!(
            replica.made_of(id) == replica.typed.as_ref().map(Typed::parts),
            "it is kept"
        );
    }
    assert_eq!(replica.working(id).unwrap().version(), 9);
}

#[test]
fn it_is_made_anew_once_it_is_another_document() {
    let (mut replica, id) = device();
    note_on(&mut replica, id, 1);
    note_on(&mut replica, id, 2);
    // A note was refused.
    replica.outbox.commands.get_mut(&1).unwrap().fate = Fate::Refused(RefusalCode::BadValue.into());
    let anew = replica.working(id).unwrap();
    assert_eq!(anew.version(), 2);
    assert_eq!(note_on(&mut replica, id, 3).head(), anew.head());
    // The server has more of it.
    confirm(
        &mut replica,
        Chain::new(1)
            .then(1, report(unit(1)))
            .then(2, note())
            .document,
    );
    let anew = replica.working(id).unwrap();
    assert_eq!(note_on(&mut replica, id, 4).head(), anew.head());
    // It is not here.
    let typed = replica.typed.take();
    replica.documents.remove(&id);
    replica.outbox.commands.clear();
    assert!(replica.working_again(id, typed).is_none());
}
