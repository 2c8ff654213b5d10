mod disk;
mod harm;
mod power;
mod room;

use super::header::Header;
use super::*;
use disk::Disk;

const FIRST: Part = Part::Log(Slot::First);

fn host() -> StoreKey {
    StoreKey::from_bytes(&[7; 32])
}

fn name(key: &[u8]) -> Name {
    Name::new(Table::Records, key)
}

fn open(disk: &Disk) -> Result<(Log<Disk>, Option<usize>), LogError> {
    match Look::into(disk)? {
        Look::Nothing => Ok((Log::found(disk.clone(), host())?, None)),
        Look::Log(found) => Log::open(disk.clone(), found, host()),
    }
}

/// Opens a log that is whole.
fn whole(disk: &Disk) -> Log<Disk> {
    let (log, unreadable) = open(disk).unwrap();
    assert_eq!(unreadable, None);
    log
}

fn put(log: &mut Log<Disk>, key: &[u8], value: &[u8]) {
    log.commit(&[(name(key), Some(value))]).unwrap();
}

fn get(log: &Log<Disk>, key: &[u8]) -> Option<Vec<u8>> {
    log.get(&name(key)).unwrap()
}

/// What was typed, one by one, between documents.
fn at_work(disk: &Disk) -> Log<Disk> {
    let mut log = whole(disk);
    for n in 0..12_u8 {
        let (typed, document) = ([b'o', n], [b'd', n % 5]);
        let (text, long) = (vec![n; 200], vec![n; 700]);
        let place = (name(b"s"), Some(&[n][..]));
        let changes = [
            (name(&typed), Some(&text[..])),
            place,
            (name(&document), Some(&long)),
        ];
        log.commit(&changes).unwrap();
    }
    log
}

/// The rows that [`at_work`] leaves: what is typed and the place are there, and every document is
/// the newest one or is said to be damaged.
fn assert_whole_but_for_documents(log: &Log<Disk>, at: &str) {
    for n in 0..12_u8 {
        assert_eq!(get(log, &[b'o', n]), Some(vec![n; 200]), "{at}");
    }
    assert_eq!(get(log, b"s"), Some(vec![11]), "{at}");
    for (n, newest) in [(0, 10), (1, 11), (2, 7), (3, 8), (4, 9)] {
        match log.get(&name(&[b'd', n])) {
            Ok(found) => assert_eq!(found, Some(vec![newest; 700]), "{at}"),
            Err(error) => assert_eq!(error, StoreError::damaged(&[b'd', n]), "{at}"),
        }
    }
}

#[test]
fn a_commit_is_one_write_and_one_sync() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    for (key, length) in [(&b"o1"[..], 300), (b"d1", 9_000), (b"s", 1)] {
        let before = disk.counts();
        put(&mut log, key, &vec![1; length]);
        let after = disk.counts();
        // And the mark, of which nothing is synced.
        assert_eq!(
            (after.writes - before.writes, after.syncs - before.syncs),
            (2, 1)
        );
    }
}

#[test]
fn a_short_commit_costs_one_block() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    let before = disk.counts().bytes;
    for n in 0..20 {
        put(&mut log, &[b'o', n], &[n; 400]);
    }
    let a_commit = (disk.counts().bytes - before) / 20;
    assert!(a_commit <= 4_096 + 100, "{a_commit}");
}

#[test]
fn names_and_values_are_sealed() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    let data = *log.data.bytes();
    put(&mut log, b"o-a-name-of-a-row", b"what somebody has typed");
    let parts = [Part::Seal(Slot::First), FIRST, Part::Mark];
    let bytes = parts.map(|part| disk.bytes(part)).concat();
    for secret in [&b"a-name-of-a-row"[..], b"somebody", &data, host().bytes()] {
        assert!(!bytes.windows(secret.len()).any(|some| some == secret));
    }
}

#[test]
fn a_log_is_written_anew_when_half_of_it_is_not_needed() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    put(&mut log, b"o1", b"typed");
    let (mut parts, mut longest) = (Vec::new(), 0);
    for n in 0..60_u8 {
        put(&mut log, b"d1", &vec![n; 20_000]);
        parts.push(log.slot);
        longest = longest.max(disk.bytes(Part::Log(log.slot)).len());
        assert!(disk.bytes(Part::Log(log.slot.other())).is_empty());
    }
    parts.dedup();
    assert!(parts.len() >= 3, "both files in turn: {parts:?}");
    assert!(longest < 350_000, "{longest}");
    let log = whole(&disk);
    assert_eq!(get(&log, b"d1"), Some(vec![59; 20_000]));
    assert_eq!(get(&log, b"o1").as_deref(), Some(&b"typed"[..]));
}

#[test]
fn what_grows_is_not_written_again_and_again() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    for n in 0..200_u8 {
        put(&mut log, &[b'd', n], &vec![n; 10_000]);
    }
    assert_eq!((log.generation, log.slot), (1, Slot::First));
}

#[test]
fn nothing_that_was_replaced_can_be_read_behind_a_new_key() {
    let disk = Disk::default();
    let mut log = at_work(&disk);
    let (old, former) = (log.data.bytes().to_owned(), disk.bytes(Part::Log(log.slot)));
    let changes = [(name(b"o\0"), None), (name(b"s"), Some(&b"no half"[..]))];
    log.commit_anew(&changes).unwrap();
    assert_eq!(log.slot, Slot::Second);
    assert_ne!(log.data.bytes(), &old);
    for part in [FIRST, Part::Seal(Slot::First)] {
        assert_eq!(disk.bytes(part), Vec::<u8>::new());
    }
    let bytes = disk.bytes(Part::Log(Slot::Second));
    for old in former.chunks_exact(64).filter(|some| *some != [0; 64]) {
        let is_filler = old.iter().all(|byte| *byte == old[0]);
        assert!(is_filler || !bytes.windows(64).any(|some| some == old));
    }
    let log = whole(&disk);
    assert_eq!(get(&log, b"o\0"), None);
    assert_eq!(get(&log, b"o\x01"), Some(vec![1; 200]));
    assert_eq!(get(&log, b"s").as_deref(), Some(&b"no half"[..]));
}

#[test]
fn a_commit_that_failed_is_the_last_until_the_log_is_opened_anew() {
    for is_full in [true, false] {
        let disk = Disk::default();
        let mut log = whole(&disk);
        put(&mut log, b"o1", b"first");
        disk.fail_after(0, is_full);
        let error = log.commit(&[(name(b"o2"), Some(b"second"))]).unwrap_err();
        assert_eq!(matches!(error, StoreError::Full(_)), is_full, "{error}");
        disk.repair();
        assert_eq!(
            log.commit(&[(name(b"o3"), Some(b"third"))]).unwrap_err(),
            error
        );
        assert_eq!(log.commit_anew(&[]).unwrap_err(), error);
        let mut log = whole(&disk);
        assert_eq!((get(&log, b"o2"), get(&log, b"o3")), (None, None));
        put(&mut log, b"o2", b"again");
        assert_eq!(get(&whole(&disk), b"o1").as_deref(), Some(&b"first"[..]));
    }
}

#[test]
fn a_log_that_cannot_be_compacted_goes_on_as_it_is() {
    let disk = Disk::default();
    let mut log = whole(&disk);
    let mut failed = 0;
    for n in 0..40_u8 {
        let before = log.generation;
        // A commit takes four operations at least; what comes behind them is the compaction.
        disk.refuse(Part::Log(Slot::Second));
        put(&mut log, b"d1", &vec![n; 20_000]);
        failed += usize::from(disk.has_refused());
        disk.repair();
        assert_eq!(log.generation, before);
    }
    assert!(failed > 5, "{failed}");
    assert_eq!(get(&whole(&disk), b"d1"), Some(vec![39; 20_000]));
}

#[test]
fn a_log_of_an_earlier_version_is_told_and_left_alone() {
    let disk = Disk::default();
    drop(whole(&disk));
    let mut earlier = Header::new(&host(), &host(), 1, 1).unwrap();
    earlier.format = FORMAT - 1;
    disk.change(Part::Seal(Slot::First), |bytes| *bytes = earlier.encode());
    let error = Look::into(&disk).unwrap_err();
    assert!(matches!(error, LogError::Older(Slot::First)), "{error}");
}

#[test]
fn a_log_of_a_later_version_is_told_before_the_key_is_asked_for() {
    let disk = Disk::default();
    drop(whole(&disk));
    let mut later = Header::new(&host(), &host(), 1, 1).unwrap();
    later.format = FORMAT + 1;
    disk.change(Part::Seal(Slot::First), |bytes| *bytes = later.encode());
    let error = Look::into(&disk).unwrap_err();
    assert!(matches!(error, LogError::Newer { found, .. } if found == FORMAT + 1));
}
