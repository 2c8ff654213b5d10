//! What is no proof gives nothing.

use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{DeviceId, DocumentId};
use alleyway_core::store::{Records, Store, Transaction, Write};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{DeviceFrame, Later, ServerFrame, Verdict, Verdicts};
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Wire};
use alleyway_replica::Replica;
use alleyway_tests::pure::{SERVER, TOWN};

use super::stage::{
    Stage, accept, carry_out, ends, entries, flight_of, frames_of, heard, hello_of, id_of, restore,
    take, types, verdicts_of,
};

/// A chief's step that only the server's older word makes stand again: his post has ended since, and
/// he knows it.
fn depends_on_its_proof() -> (Stage, DocumentId) {
    let mut stage = Stage::new();
    let case = stage.reports();
    stage.all_sync();
    let backup = stage.town.store.clone();
    types(&mut stage.town, &mut stage.xie, case, accept());
    stage.all_sync();
    restore(&mut stage.town, &backup);
    let alley = stage.town.alley;
    ends(&mut stage.town, "xie", alley);
    (stage, case)
}

/// Syncs with the verdicts that the device keeps replaced; whether the step stood again.
fn stands_with(change: impl Fn(&Stage, &mut Verdicts)) -> bool {
    let (mut stage, case) = depends_on_its_proof();
    for mut said in verdicts_of(&stage.xie) {
        change(&stage, &mut said);
        let key = [b"v".as_slice(), &said.batch.to_be_bytes()].concat();
        let write = Write {
            key,
            value: Some(said.to_bytes()),
            slot: None,
        };
        stage
            .xie
            .store
            .commit(&Transaction {
                writes: vec![write],
                ..Transaction::default()
            })
            .unwrap();
    }
    stage.xie.replica = Replica::open(&stage.xie.store).unwrap();
    stage.town.sync(&mut stage.xie);
    stage.town.sync(&mut stage.lu);
    entries(&stage.lu, case)
        .iter()
        .any(|(_, kind, _)| kind == "accept")
}

fn sign(said: &mut Verdicts, with: &[u8; 32], device: DeviceId, batch: [u8; 32]) {
    said.signature =
        SecretKey::from_bytes(with).sign(Verdicts::DOMAIN, &said.message(device, &batch));
}

/// The device, and the hash of the batch that is spoken of.
fn of_its_batch(stage: &Stage, said: &Verdicts) -> (DeviceId, [u8; 32]) {
    let key = [b"b".as_slice(), &said.batch.to_be_bytes()].concat();
    let row = stage.xie.store.get(&key).unwrap().unwrap();
    (id_of(&stage.xie), row[..32].try_into().unwrap())
}

#[test]
fn the_servers_own_word_of_an_older_incarnation_makes_a_step_stand_again() {
    assert!(stands_with(|_, _| {}));
    let sealed = |stage: &Stage, said: &mut Verdicts| {
        let (device, batch) = of_its_batch(stage, said);
        sign(said, &SERVER, device, batch);
    };
    assert!(stands_with(sealed), "the test signs as the server does");
}

#[test]
fn a_word_that_another_key_signed_gives_nothing() {
    assert!(!stands_with(|stage, said| {
        let (device, batch) = of_its_batch(stage, said);
        sign(said, &[9; 32], device, batch);
    }));
}

#[test]
fn a_word_for_another_device_or_another_batch_gives_nothing() {
    assert!(!stands_with(|stage, said| {
        let (_, batch) = of_its_batch(stage, said);
        sign(said, &SERVER, DeviceId([7; 16]), batch);
    }));
    assert!(!stands_with(|stage, said| {
        let (device, _) = of_its_batch(stage, said);
        sign(said, &SERVER, device, [7; 32]);
    }));
}

#[test]
fn a_word_that_was_altered_gives_nothing() {
    assert!(!stands_with(
        |_, said| said.receipt.received = Time(said.receipt.received.0 - 1)
    ));
    assert!(!stands_with(|_, said| {
        let more = said
            .verdicts
            .iter()
            .cloned()
            .chain([Verdict::Later(Later {})]);
        said.verdicts = List::new(more.collect()).unwrap();
    }));
}

#[test]
fn a_word_of_this_incarnation_or_a_later_one_gives_nothing() {
    for incarnation in [2, 3, u32::MAX] {
        assert!(!stands_with(|stage, said| {
            let (device, batch) = of_its_batch(stage, said);
            said.incarnation = incarnation;
            sign(said, &SERVER, device, batch);
        }));
    }
}

#[test]
fn words_without_their_batch_or_twice_lock_nobody_out() {
    let (mut stage, case) = depends_on_its_proof();
    let said = verdicts_of(&stage.xie);
    // The first answer is a challenge, to sign again.
    let first = flight_of(&mut stage.town, &mut stage.xie);
    let answer = stage.town.answer(&first);
    take(&stage.town, &mut stage.xie, &answer);
    let random = stage.town.random();
    let effects = stage.xie.replica.response_ended(stage.town.now, random);
    let flight = carry_out(&mut stage.xie, effects).unwrap();
    let of_no_batch = Verdicts {
        batch: 999,
        ..said[0].clone()
    };
    let words = said.iter().chain(&said).chain([&of_no_batch]);
    let frames: Vec<DeviceFrame> = frames_of(&flight)
        .into_iter()
        .chain(words.cloned().map(DeviceFrame::Stood))
        .collect();
    let (secret, hello) = (stage.xie.secret(), hello_of(&flight));
    let answer = stage
        .town
        .answer(&flight::encode(TOWN, &secret, &hello, &frames));
    assert!(matches!(
        heard(&answer).last(),
        Some(ServerFrame::Welcome(_))
    ));
    take(&stage.town, &mut stage.xie, &answer);
    stage.xie.replica.sync_failed();
    stage.town.sync(&mut stage.xie);
    stage.town.sync(&mut stage.lu);
    assert_eq!(entries(&stage.lu, case).len(), 2);
}
