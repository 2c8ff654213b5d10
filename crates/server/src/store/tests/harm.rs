//! Harm done to the files of a closed store, wherever it hits: it is found, or it hit nothing.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use alleyway_core::store::Records;
use tempfile::TempDir;

use super::{commit, copy, create, fill, open, put};

/// Keys and values, in order.
type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// A folder that was written in one go, so that sled's file ends where its log does.
fn written_once() -> (TempDir, Rows) {
    let (folder, mut store) = create();
    let rows = fill(&mut store, 60);
    drop(store);
    (folder, rows)
}

/// A folder that was written in one go and has many segments: sled passes over a damaged one in
/// silence, and what it held goes back to an older state.
fn written_long() -> (TempDir, Rows) {
    let (folder, mut store) = create();
    let rows = fill(&mut store, 1_200);
    drop(store);
    (folder, rows)
}

/// A folder that was opened twice, and long enough in use that sled has used segments again.
fn written_over() -> (TempDir, Rows) {
    let (folder, mut store) = create();
    fill(&mut store, 400);
    drop(store);
    let mut store = open(folder.path()).unwrap();
    let rows = fill(&mut store, 300);
    drop(store);
    (folder, rows)
}

/// Harms a copy of `folder` and opens it: either it does not open, or everything is there.
fn harmed_opens_whole_or_not(folder: &Path, rows: &Rows, harm: impl FnOnce(&Path)) -> bool {
    let copied = tempfile::tempdir().unwrap();
    copy(folder, copied.path());
    harm(copied.path());
    let Ok(mut store) = open(copied.path()) else {
        return false;
    };
    assert_eq!(
        store.scan(b"", b"\xff", usize::MAX).unwrap(),
        *rows,
        "opened, but not with what was acknowledged"
    );
    commit(&mut store, vec![put("after", b"1", Some(0))]);
    true
}

#[test]
fn a_truncated_ledger_never_opens_without_its_tail() {
    for ((folder, rows), refused_min) in [(written_once(), 24), (written_over(), 6)] {
        let bytes = fs::read(folder.path().join("ledger/db")).unwrap();
        // sled fills a segment up with one and the same byte.
        let end = bytes
            .iter()
            .rposition(|byte| Some(byte) != bytes.last())
            .unwrap();
        let mut refused = 0;
        for cut in (0..12)
            .map(|step| end * step / 12)
            .chain((0..12).map(|power| end - (1 << power)))
        {
            let opened = harmed_opens_whole_or_not(folder.path(), &rows, |copied| {
                let file = fs::OpenOptions::new()
                    .write(true)
                    .open(copied.join("ledger/db"))
                    .unwrap();
                file.set_len(cut as u64).unwrap();
            });
            refused += u32::from(!opened);
        }
        assert!(refused >= refused_min, "{refused} of 24 refused");
    }
}

#[test]
fn a_flipped_bit_never_opens_without_what_it_hit() {
    for ((folder, rows), flips, refused_min) in [
        (written_once(), 20, 20),
        (written_over(), 20, 4),
        (written_long(), 60, 30),
    ] {
        let refused = flip("ledger/db", flips, folder.path(), &rows);
        assert!(refused >= refused_min, "{refused} of {flips} refused");
        flip("high-water", 20, folder.path(), &rows);
        flip("keys/slots", 20, folder.path(), &rows);
    }
}

/// Flips bits all over a file, one at a time. Returns how many of the harmed folders did not open.
fn flip(file: &str, flips: usize, folder: &Path, rows: &Rows) -> usize {
    let bytes = fs::read(folder.join(file)).unwrap();
    let harmed = |step: usize| {
        let at = bytes.len() * step / flips + step;
        !harmed_opens_whole_or_not(folder, rows, |copied| {
            let file = fs::OpenOptions::new()
                .write(true)
                .open(copied.join(file))
                .unwrap();
            file.write_all_at(&[bytes[at] ^ (1 << (step % 8))], at as u64)
                .unwrap();
        })
    };
    (0..flips).filter(|step| harmed(*step)).count()
}
