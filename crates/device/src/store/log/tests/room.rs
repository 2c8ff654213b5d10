//! A disk that is full for what is new, and not for what hands it in.

use super::*;

/// What fits on the disk, in bytes.
const ROOM: usize = 2 * 1024 * 1024;
const TYPED: [u8; 3_000] = [7; 3_000];

/// Types until no room can be kept any more. Returns how often.
fn typed_until_full(log: &mut Log<Disk>) -> u16 {
    for n in 0..u16::MAX {
        // What each command is written as on its way.
        let room = u64::from(n + 1) * 4 * TYPED.len() as u64;
        match log.reserve(2 * u64::from(n + 1), room) {
            Ok(()) => put(log, &[&b"o"[..], &n.to_be_bytes()].concat(), &TYPED),
            Err(StoreError::Full(_)) => return n,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the disk is never full");
}

/// Hands in what was typed: each is written three times more, and goes.
fn hand_in(log: &mut Log<Disk>, typed: u16) {
    for kind in [b"b", b"o", b"d"] {
        for n in 0..typed {
            let name = name(&[&kind[..], &n.to_be_bytes()].concat());
            log.commit_reserved(&[(name, Some(&TYPED))]).unwrap();
        }
    }
    for kind in [b"o", b"b"] {
        for n in 0..typed {
            let name = name(&[&kind[..], &n.to_be_bytes()].concat());
            log.commit_reserved(&[(name, None)]).unwrap();
        }
    }
}

#[test]
fn a_log_that_is_full_for_what_is_new_takes_what_hands_it_in_and_then_what_is_new() {
    let disk = Disk::default();
    disk.hold(ROOM);
    let mut log = whole(&disk);
    let typed = typed_until_full(&mut log);
    assert!(typed > 20, "{typed}");
    assert!(disk.reserved() > ROOM / 2);
    drop(log);
    let mut log = whole(&disk);
    hand_in(&mut log, typed);
    assert!(typed_until_full(&mut log) > 5);
    let log = whole(&disk);
    for n in 0..typed {
        let document = [&b"d"[..], &n.to_be_bytes()].concat();
        assert_eq!(get(&log, &document), Some(TYPED.to_vec()), "{n}");
    }
}

#[test]
fn a_disk_that_others_have_filled_takes_what_is_reserved_and_nothing_else() {
    let disk = Disk::default();
    disk.hold(ROOM);
    let mut log = whole(&disk);
    log.reserve(8, 40_000).unwrap();
    put(&mut log, b"o1", &TYPED);
    disk.hold(disk.reserved() + disk.taken());
    drop(log);
    let mut log = whole(&disk);
    let new = [(name(b"o2"), Some(&TYPED[..]))];
    assert!(matches!(log.commit(&new), Err(StoreError::Full(_))));
    // Opened anew: nothing of it is there, and what is kept still is.
    let mut log = whole(&disk);
    assert_eq!(get(&log, b"o2"), None);
    log.commit_reserved(&[(name(b"b1"), Some(&TYPED))]).unwrap();
    assert_eq!(disk.reserved(), 0);
    // Once it is used up that is all.
    let mut last = Ok(());
    for n in 0..u8::MAX {
        last = log.commit_reserved(&[(name(&[b'b', n]), Some(&TYPED))]);
        if last.is_err() {
            break;
        }
    }
    assert!(matches!(last, Err(StoreError::Full(_))));
    assert_eq!(get(&whole(&disk), b"b1"), Some(TYPED.to_vec()));
}

#[test]
fn a_log_is_written_anew_on_a_full_disk_in_the_room_that_is_kept() {
    let disk = Disk::default();
    disk.hold(ROOM);
    let mut log = whole(&disk);
    for n in 0..60 {
        put(&mut log, &[b'o', n], &TYPED);
    }
    log.reserve(1, 1).unwrap();
    disk.hold(disk.reserved() + disk.taken());
    log.commit_anew(&[(name(b"s"), Some(b"locked"))]).unwrap();
    let log = whole(&disk);
    assert_eq!(get(&log, b"s"), Some(b"locked".to_vec()));
    assert_eq!(get(&log, &[b'o', 59]), Some(TYPED.to_vec()));
}

#[test]
fn room_that_is_not_there_leaves_what_was_kept_and_the_log_as_it_was() {
    let disk = Disk::default();
    disk.hold(ROOM);
    let mut log = whole(&disk);
    log.reserve(1, 1).unwrap();
    let kept = disk.reserved();
    assert!(matches!(
        log.reserve(1, ROOM as u64),
        Err(StoreError::Full(_))
    ));
    assert_eq!(disk.reserved(), kept);
    put(&mut log, b"o1", &TYPED);
    assert_eq!(get(&whole(&disk), b"o1"), Some(TYPED.to_vec()));
}
