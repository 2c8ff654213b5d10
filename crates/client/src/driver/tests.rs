use alleyway_core::store::MemoryStore;
use alleyway_core::sync::frame::PROTOCOL_VERSION;
use alleyway_replica::SyncSummary;

use super::*;

const NOW: Time = Time(1_790_000_000_000);

/// A driver in the middle of a sync that wants to be kept, then sent.
fn driver(effects: Vec<Effect>) -> (Driver, Replica) {
    let mut replica = Replica::open(&MemoryStore::default()).unwrap();
    let mut driver = Driver::begin(&mut replica, NOW, [1; 32]);
    driver.effects = effects.into();
    (driver, replica)
}

#[test]
fn a_device_without_identity_is_done_at_once() {
    let mut replica = Replica::open(&MemoryStore::default()).unwrap();
    let mut driver = Driver::begin(&mut replica, NOW, [1; 32]);
    let done = driver.next(&mut replica, NOW).unwrap();
    assert_eq!(done, Some(Effect::Done(SyncSummary::default())));
    assert_eq!(driver.next(&mut replica, NOW), Ok(None));
}

#[test]
fn nothing_is_sent_before_the_write_in_front_of_it_is_durable() {
    let (mut driver, mut replica) = driver(vec![
        Effect::Persist(Vec::new()),
        Effect::Send(b"flight".to_vec()),
    ]);
    let first = driver.next(&mut replica, NOW).unwrap();
    assert_eq!(first, Some(Effect::Persist(Vec::new())));
    let early = driver.next(&mut replica, NOW);
    assert_eq!(early, Err(DriveError::NotPersisted));
    driver.persisted();
    let second = driver.next(&mut replica, NOW).unwrap();
    assert_eq!(second, Some(Effect::Send(b"flight".to_vec())));
    assert_eq!(driver.next(&mut replica, NOW), Ok(None), "the answer");
}

#[test]
fn an_answer_that_ends_inside_a_frame_ends_the_sync() {
    for cut in [&[][..], &[PROTOCOL_VERSION, 9, 1]] {
        let (mut driver, mut replica) = driver(vec![Effect::Send(Vec::new())]);
        driver.next(&mut replica, NOW).unwrap();
        driver.answer(cut);
        assert_eq!(driver.next(&mut replica, NOW), Ok(None));
        let ended = driver.response_ended(&mut replica, NOW, [2; 32]);
        assert_eq!(ended, Err(DriveError::Frame(FrameError::Truncated)));
    }
}

#[test]
fn a_frame_that_no_server_sends_ends_the_sync() {
    let (mut driver, mut replica) = driver(vec![Effect::Send(Vec::new())]);
    driver.next(&mut replica, NOW).unwrap();
    driver.answer(&[PROTOCOL_VERSION, 2, 0xff, 0xff]);
    let taken = driver.next(&mut replica, NOW);
    assert!(matches!(taken, Err(DriveError::Receive(_))), "{taken:?}");
}

#[test]
fn a_sync_that_the_replica_no_longer_knows_is_broken_off() {
    let (mut driver, mut replica) = driver(vec![Effect::Send(Vec::new())]);
    driver.next(&mut replica, NOW).unwrap();
    driver.answer(&[PROTOCOL_VERSION]);
    assert_eq!(driver.next(&mut replica, NOW), Ok(None));
    replica.sync_failed();
    driver.response_ended(&mut replica, NOW, [2; 32]).unwrap();
    let next = driver.next(&mut replica, NOW);
    assert_eq!(next, Err(DriveError::BrokenOff));
}

#[test]
fn bytes_that_no_flight_asked_for_are_ignored() {
    let (mut driver, mut replica) = driver(Vec::new());
    driver.answer(&[PROTOCOL_VERSION, 2, 0xff, 0xff]);
    assert_eq!(driver.next(&mut replica, NOW), Err(DriveError::BrokenOff));
}
