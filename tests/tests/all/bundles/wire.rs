//! Wrong batches in a courier's flight, over TCP: each answered, nothing half done.

use alleyway_core::id::DeviceId;
use alleyway_core::sync::frame::{
    CarriedState, Closed, DeviceFrame, Kept, KeptWhy, ServerFrame, Verdict,
};
use alleyway_core::wire::Blob;
use alleyway_tests::forge::{Heard, Peer, note};

use crate::hostile::stage::Stage;

fn carried(heard: &Heard) -> Vec<CarriedState> {
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Carried(carried) => Some(carried.state),
        _ => None,
    };
    heard.frames.iter().filter_map(of).collect()
}

/// A batch of `author`, sealed to the town, under any device and number.
fn closed(author: &Peer, packed: &[u8], device: DeviceId, number: u64) -> DeviceFrame {
    let town = &author.enrolled.town_sealing;
    DeviceFrame::Closed(
        Closed::seal(town, [number.to_le_bytes()[0]; 32], device, number, packed).expect("short"),
    )
}

#[test]
fn a_batch_that_a_courier_brings_is_judged_as_its_authors_and_only_once() {
    let mut stage = Stage::new();
    let (mut author, mut courier) = (stage.peer("lu"), stage.peer("wei"));
    let command = author.command(Some(stage.case), note("看过了。"));
    let batch = author.seal(vec![command]).expect("short");
    let packed = batch.pack(&author.key());
    let frame = closed(&author, &packed, author.hello.device, 1);
    let before = stage.sequence();
    assert_eq!(
        carried(
            &courier
                .say(std::slice::from_ref(&frame))
                .expect("an answer")
        ),
        [CarriedState::Done]
    );
    assert_eq!(
        stage.sequence(),
        before + 1,
        "the courier may not see the case, its author may"
    );
    // Brought again, and twice in one flight, it is the same batch.
    assert_eq!(
        carried(&courier.say(&[frame.clone(), frame]).expect("an answer")),
        [CarriedState::Done; 2]
    );
    assert_eq!(stage.sequence(), before + 1);
    // Its author hears the verdict; the courier heard none.
    let heard = author.say(&[author.frame(&batch)]).expect("an answer");
    assert_eq!(heard.verdicts(1).len(), 1);
    assert!(heard.verdicts(1)[0].is_final());
    stage.goes_on();
}

#[test]
fn garbage_another_devices_id_and_another_number_are_unreadable_and_keep_nothing_up() {
    let mut stage = Stage::new();
    let (mut author, mut courier) = (stage.peer("lu"), stage.peer("wei"));
    let command = author.command(Some(stage.case), note("看过了。"));
    let batch = author.seal(vec![command]).expect("short");
    let packed = batch.pack(&author.key());
    let device = author.hello.device;
    let other = stage.peer("xie").hello.device;
    let sealed = |frame: &DeviceFrame| match frame {
        DeviceFrame::Closed(closed) => closed.sealed.to_vec(),
        _ => Vec::new(),
    };
    let good = closed(&author, &packed, device, 1);
    let bytes = sealed(&good);
    let mut spoiled = bytes.clone();
    spoiled[40] ^= 1;
    let raw = |sealed: Vec<u8>| {
        DeviceFrame::Closed(Closed {
            device,
            number: 1,
            sealed: Blob::new(sealed).expect("short"),
        })
    };
    let frames = [
        raw(Vec::new()),
        raw(vec![7; 500]),
        raw(bytes[..bytes.len() / 2].to_vec()),
        raw(spoiled),
        closed(&author, b"no batch", device, 1),
        closed(&author, &packed, other, 1),
        closed(&author, &packed, DeviceId([9; 16]), 1),
        closed(&author, &packed, device, 2),
    ];
    // A device's first request writes its scope down.
    courier.say(&[]).expect("an answer");
    let before = stage.stored();
    let heard = courier.say(&frames).expect("an answer");
    assert_eq!(
        carried(&heard),
        vec![CarriedState::Unreadable; frames.len()]
    );
    assert_eq!(stage.stored(), before);
    // Beside worthless ones a good batch is taken.
    let heard = courier.say(&[raw(vec![7; 500]), good]).expect("an answer");
    assert_eq!(
        carried(&heard),
        [CarriedState::Unreadable, CarriedState::Done]
    );
    stage.goes_on();
}

#[test]
fn a_forked_batch_through_a_courier_is_kept_and_harms_neither_the_chain_nor_the_author() {
    let mut stage = Stage::new();
    let (mut author, mut courier) = (stage.peer("lu"), stage.peer("wei"));
    let (first, second) = (
        author.command(Some(stage.case), note("一")),
        author.command(Some(stage.case), note("二")),
    );
    let forked = author.seal_as(1, vec![second.clone()]).expect("short");
    assert!(author.hand_in(vec![first]).expect("an answer").verdicts(1)[0].is_final());
    let frame = closed(&author, &forked.pack(&author.key()), author.hello.device, 1);
    assert_eq!(
        carried(&courier.say(&[frame]).expect("an answer")),
        [CarriedState::Done]
    );
    // Nor does another one: what lay on a courier's phone for long says nothing of who has the key now.
    let third = author.command(Some(stage.case), note("三"));
    let forked = author.seal_as(1, vec![third]).expect("short");
    let frame = closed(&author, &forked.pack(&author.key()), author.hello.device, 1);
    assert_eq!(
        carried(&courier.say(&[frame]).expect("an answer")),
        [CarriedState::Done]
    );
    // Its author seals the command again under the next number, as after any fork: it lies in a tray.
    let before = stage.sequence();
    let verdict = author.hand_in(vec![second]).expect("an answer").verdicts(2)[0].clone();
    assert_eq!(
        verdict,
        Verdict::Kept(Kept {
            why: KeptWhy::Forked
        })
    );
    assert_eq!(stage.sequence(), before);
    stage.goes_on();
}

#[test]
fn an_own_batch_that_is_sealed_to_the_town_but_is_none_is_an_error_of_the_flight() {
    let mut stage = Stage::new();
    let mut author = stage.peer("lu");
    let device = author.hello.device;
    author.say(&[]).expect("a challenge");
    let before = stage.stored();
    let flight = author.flight(&[closed(&author, b"no batch", device, 1)]);
    assert_eq!(
        author.send(&flight).expect("an answer").refusal(),
        (400, "bad_batch_signature")
    );
    assert_eq!(stage.stored(), before);
    // A good one is judged like any other.
    author.say(&[]).expect("a challenge");
    let command = author.command(Some(stage.case), note("看过了。"));
    let batch = author.seal(vec![command]).expect("short");
    let frame = closed(&author, &batch.pack(&author.key()), device, 1);
    assert!(author.say(&[frame]).expect("an answer").verdicts(1)[0].is_final());
    stage.goes_on();
}
