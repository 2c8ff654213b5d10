//! Damage, by the bit and by the block.

use super::*;

const BLOCK: usize = 4_096;
const FIRST: Part = Part::Log(Slot::First);

/// Opens what was harmed, twice: the second time nothing is left to be mended.
fn opened(disk: &Disk, at: &str) -> Option<usize> {
    let (log, unreadable) = open(disk).unwrap_or_else(|error| panic!("{at}: {error}"));
    assert_whole_but_for_documents(&log, at);
    drop(log);
    assert_whole_but_for_documents(&whole(disk), at);
    unreadable
}

fn harmed(disk: &Disk, has_mark: bool, harm: impl FnOnce(&mut Vec<u8>)) -> Disk {
    let harmed = disk.copy();
    harmed.change(FIRST, harm);
    if !has_mark {
        harmed.change(Part::Mark, Vec::clear);
    }
    harmed
}

#[test]
fn a_bit_that_changes_anywhere_costs_a_document_at_most() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let mut mended = 0;
    for at in (0..disk.bytes(FIRST).len()).step_by(37) {
        for has_mark in [true, false] {
            let harmed = harmed(&disk, has_mark, |bytes| bytes[at] ^= 1 << (at % 8));
            mended += usize::from(opened(&harmed, &format!("byte {at}")).is_some());
        }
    }
    assert!(mended > 100, "{mended}");
}

#[test]
fn a_block_that_is_lost_costs_documents_at_most() {
    let disk = Disk::default();
    drop(at_work(&disk));
    for block in 0..disk.bytes(FIRST).len().div_ceil(BLOCK) {
        for fill in [0, 0x5a] {
            let harmed = harmed(&disk, true, |bytes| {
                let end = bytes.len().min((block + 1) * BLOCK);
                bytes[block * BLOCK..end].fill(fill);
            });
            opened(&harmed, &format!("block {block}, {fill}"));
        }
    }
}

#[test]
fn a_damaged_file_is_kept_as_it_was_found() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let harmed = harmed(&disk, true, |bytes| bytes[70] ^= 1);
    let found = harmed.bytes(FIRST);
    let (mut log, unreadable) = open(&harmed).unwrap();
    assert_eq!((unreadable, harmed.kept()), (Some(0), Some(found)));
    log.commit_anew(&[]).unwrap();
    assert_eq!(harmed.kept(), None, "its key is in it");
}

#[test]
fn a_last_commit_that_rots_is_never_answered_with_the_one_before() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    put(&mut log, b"d1", &[1; 2_000]);
    let before = disk.bytes(FIRST).len();
    put(&mut log, b"d1", &[2; 2_000]);
    drop(log);
    let middle = before + 1_000;
    for has_mark in [true, false] {
        let rotten = harmed(&disk, has_mark, |bytes| bytes[middle] ^= 1);
        let error = whole(&rotten).get(&name(b"d1")).unwrap_err();
        assert_eq!(error, StoreError::damaged(b"d1"));
    }
    // A sector that never arrived is told from a lost one by the mark alone.
    let lost = |bytes: &mut Vec<u8>| bytes[before.next_multiple_of(512)..][..512].fill(0);
    let lost_later = whole(&harmed(&disk, true, lost)).get(&name(b"d1"));
    assert_eq!(lost_later.unwrap_err(), StoreError::damaged(b"d1"));
    let never_arrived = whole(&harmed(&disk, false, lost)).get(&name(b"d1"));
    assert_eq!(never_arrived.unwrap(), Some(vec![1; 2_000]));
}

/// Both copies of a commit in the middle are lost: that is refused, and nothing is changed.
#[test]
fn a_commit_lost_in_the_middle_is_no_older_state() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    put(&mut log, b"o1", b"typed");
    let (start, end) = (disk.bytes(FIRST).len(), log.tip.end);
    assert_eq!(start as u64, end);
    put(&mut log, b"o2", b"typed too");
    let behind = disk.bytes(FIRST).len();
    put(&mut log, b"o3", b"and this");
    drop(log);
    for has_mark in [true, false] {
        let harmed = harmed(&disk, has_mark, |bytes| bytes[start..behind].fill(0));
        let files = [Slot::First, Slot::Second]
            .map(Part::Log)
            .map(|part| harmed.bytes(part));
        let error = open(&harmed).unwrap_err();
        assert!(matches!(error, LogError::Damaged { .. }), "{error}");
        assert_eq!(
            [Slot::First, Slot::Second]
                .map(Part::Log)
                .map(|part| harmed.bytes(part)),
            files
        );
    }
}

#[test]
fn a_log_cut_short_behind_its_mark_is_refused() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let length = disk.bytes(FIRST).len();
    for left in [0, 20, 300, length / 2] {
        let harmed = harmed(&disk, true, |bytes| bytes.truncate(left));
        let error = open(&harmed).unwrap_err();
        assert!(matches!(error, LogError::Damaged { .. }), "{left}: {error}");
        assert_eq!(harmed.bytes(FIRST).len(), left);
    }
}

#[test]
fn a_last_commit_cut_short_behind_its_mark_is_known_by_its_first_copy() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let harmed = harmed(&disk, true, |bytes| bytes.truncate(bytes.len() - 10));
    assert_eq!(opened(&harmed, "cut short"), Some(0));
}

#[test]
fn what_is_no_commit_behind_the_last_one_is_said_and_kept() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let harmed = harmed(&disk, true, |bytes| bytes.extend([b'A'; 700]));
    assert_eq!(opened(&harmed, "junk"), Some(0));
    assert!(harmed.kept().unwrap().ends_with(&[b'A'; 700]));
}

#[test]
fn a_commit_of_an_earlier_time_is_not_taken_for_the_next_one() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    let start = disk.bytes(FIRST).len();
    put(&mut log, b"o1", b"first");
    let first = disk.bytes(FIRST)[start..].to_vec();
    drop(log);
    // The same commit again behind itself, and instead of one that was never acknowledged.
    let again = harmed(&disk, true, |bytes| bytes.extend(&first));
    assert_eq!(open(&again).unwrap().1, Some(0));
    let undone = harmed(&disk, false, |bytes| bytes.truncate(start));
    let mut log = whole(&undone);
    put(&mut log, b"o1", b"other");
    drop(log);
    undone.change(FIRST, |bytes| {
        bytes.truncate(start + first.len());
        bytes.extend(&first);
    });
    let log = open(&undone).unwrap().0;
    assert_eq!(get(&log, b"o1").as_deref(), Some(&b"other"[..]));
}

#[test]
fn a_row_that_cannot_be_read_is_still_named_in_a_log_written_anew() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    put(&mut log, b"o1", b"typed");
    log.spoil(&name(b"o1")).unwrap();
    for _ in 0..2 {
        log.commit_anew(&[(name(b"s"), Some(b"no half"))]).unwrap();
        let lost = log.get(&name(b"o1")).unwrap_err();
        assert_eq!(lost, StoreError::damaged(b"o1"));
        log = whole(&disk);
    }
    put(&mut log, b"o1", b"typed again");
    assert_eq!(get(&log, b"o1").as_deref(), Some(&b"typed again"[..]));
}

#[test]
fn a_log_without_its_data_key_says_so_and_stays_as_it_is() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let seal = Part::Seal(Slot::First);
    let whole_seal = disk.bytes(seal);
    for block in 0..2 {
        disk.change(seal, |bytes| bytes[block * BLOCK + 20] ^= 1);
        let one = disk.copy();
        if block == 0 {
            assert_eq!(opened(&one, "one block"), Some(0));
        }
    }
    let log = disk.bytes(FIRST);
    let empty = |bytes: &mut Vec<u8>| bytes.clear();
    for harm in [&|_: &mut Vec<u8>| (), &empty as &dyn Fn(&mut Vec<u8>)] {
        disk.change(seal, harm);
        let error = open(&disk).unwrap_err();
        assert!(matches!(error, LogError::KeyLost(Slot::First)), "{error}");
        assert_eq!(disk.bytes(FIRST), log);
    }
    disk.change(seal, |bytes| *bytes = whole_seal);
    assert_whole_but_for_documents(&whole(&disk), "the key is put back");
}

#[test]
fn another_hosts_key_is_told_from_damage() {
    let disk = Disk::default();
    drop(at_work(&disk));
    let Look::Log(found) = Look::into(&disk).unwrap() else {
        panic!("there is a log");
    };
    let wrong = Log::open(disk.clone(), found, StoreKey::from_bytes(&[9; 32]));
    assert!(matches!(wrong.unwrap_err(), LogError::WrongKey(_)));
    assert_whole_but_for_documents(&whole(&disk), "the right one");
}
