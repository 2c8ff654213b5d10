//! A phone's store of which the files are damaged.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::OnceLock;

use alleyway_core::store::{Records as _, Row, StoreError, Write};
use alleyway_device::store::{DeviceStore, OpenStoreError};
use alleyway_replica::Replica;
use tempfile::TempDir;

use super::bench::bench;
use super::{Outcome, Target};

/// The files of a store.
const FILES: &[&str] = &["device.1.log", "device.1.seal", "device.mark", "device.key"];
/// Which of them are the log and the mark.
const LOG: usize = 0;
const MARK: usize = 2;
/// A disk writes these whole or not at all, in bytes.
const SECTOR_BYTES: usize = 512;
/// The bytes of one step of an input: which file, what, where (twice), how much, with what.
const STEP_BYTES: usize = 6;
/// Steps of one input that are taken.
const STEPS_MAX: usize = 8;
/// Damage is aimed at windows of this length that hold something, in bytes.
const WINDOW_BYTES: usize = 64;

/// Damage to the files, in steps of six bytes.
pub(super) const STORE: Target = Target {
    name: "store",
    about: "damage to a phone's files: opens, or says what is damaged; no row is another; nothing typed goes unsaid",
    run,
    seeds,
    shape: None,
    mutations: 60,
};

/// The files and rows of a good store.
struct Good {
    files: Vec<Vec<u8>>,
    rows: Vec<Row>,
    typed: BTreeSet<String>,
}

fn good() -> &'static Good {
    static GOOD: OnceLock<Good> = OnceLock::new();
    GOOD.get_or_init(|| {
        let folder = folder();
        let mut store = DeviceStore::open(folder.path()).expect("an empty folder");
        let rows = bench()
            .phone
            .scan(&[], &[0xff; 8], usize::MAX)
            .expect("memory");
        // In several commits, as it goes.
        for some in rows.chunks(3) {
            let write = |(key, value): &Row| Write {
                key: key.clone(),
                value: Some(value.clone()),
                slot: None,
            };
            store
                .commit(&some.iter().map(write).collect::<Vec<_>>())
                .expect("a temporary folder");
        }
        drop(store);
        let read = |name: &&str| fs::read(folder.path().join(name)).expect("a file of the store");
        let typed = typed(&bench().phone().0);
        assert!(typed.len() >= 4, "{typed:?}");
        Good {
            files: FILES.iter().map(read).collect(),
            rows,
            typed,
        }
    })
}

fn typed(replica: &Replica) -> BTreeSet<String> {
    let rows = [replica.pending(), replica.refused()].concat();
    rows.into_iter()
        .map(|row| format!("{:?}", row.command))
        .collect()
}

/// In memory where there is a file system in memory: a store syncs a lot.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a temporary folder")
}

fn run(input: &[u8]) -> Outcome {
    let good = good();
    let mut files: Vec<Option<Vec<u8>>> = good.files.iter().cloned().map(Some).collect();
    for step in input.chunks(STEP_BYTES).take(STEPS_MAX) {
        let mut whole = [0; STEP_BYTES];
        whole[..step.len()].copy_from_slice(step);
        harm(&mut files, whole);
    }
    let untouched = files
        .iter()
        .zip(&good.files)
        .all(|(now, before)| now.as_ref() == Some(before));
    let folder = folder();
    for (name, bytes) in FILES.iter().zip(&files) {
        if let Some(bytes) = bytes {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("a temporary folder");
            // A key that others could read is not used.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
                .expect("a temporary folder");
        }
    }
    let outcome = opened(folder.path(), &files);
    assert!(
        !untouched || outcome == Outcome::taken("whole"),
        "untouched, and {outcome:?}"
    );
    outcome
}

fn harm(files: &mut [Option<Vec<u8>>], [file, what, high, low, much, with]: [u8; STEP_BYTES]) {
    let Some(slot) = files.get_mut(usize::from(file) % FILES.len()) else {
        return;
    };
    let Some(bytes) = slot else { return };
    let used: Vec<usize> = (0..bytes.len())
        .step_by(WINDOW_BYTES)
        .filter(|at| {
            bytes[*at..]
                .iter()
                .take(WINDOW_BYTES)
                .any(|byte| *byte != 0)
        })
        .collect();
    let aim = usize::from(u16::from_be_bytes([high, low]));
    let within = aim % WINDOW_BYTES;
    let at = used
        .get(aim * used.len() / 65_536)
        .map_or(0, |at| (at + within).min(bytes.len() - 1));
    let end = (at + usize::from(much) + 1).min(bytes.len());
    match what % 7 {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << (with % 8),
        2 => bytes[at..end].fill(with),
        3 => bytes.truncate(at),
        4 => bytes.extend(std::iter::repeat_n(with, usize::from(much) * 16)),
        5 => drop(bytes.drain(at..end)),
        _ => match with % 3 {
            0 => *slot = None,
            1 => bytes.clear(),
            // A block of the disk that was never written.
            _ => {
                let block = at / 4_096 * 4_096;
                let end = (block + 4_096).min(bytes.len());
                bytes[block..end].fill(0);
            }
        },
    }
}

/// Opens the store, and looks at all that it says.
fn opened(home: &Path, files: &[Option<Vec<u8>>]) -> Outcome {
    let good = good();
    let store = match DeviceStore::open(home) {
        Ok(store) => store,
        Err(error) => {
            told(&error);
            for (name, before) in FILES.iter().zip(files) {
                assert_eq!(
                    fs::read(home.join(name)).ok().as_ref(),
                    before.as_ref(),
                    "{name} changed, and {error}"
                );
            }
            return Outcome::refused(format!("{:?}", std::mem::discriminant(&error)));
        }
    };
    let salvaged = store.salvaged().map(|salvaged| salvaged.unreadable);
    let (mut damaged, mut gone) = (0, 0);
    for (key, value) in &good.rows {
        match store.get(key) {
            Ok(Some(found)) => assert_eq!(&found, value, "a row is another"),
            Ok(None) => gone += 1,
            Err(StoreError::Damaged(_)) => damaged += 1,
            Err(other) => panic!("{other}"),
        }
    }
    let may_be_cut_off = may_be_cut_off(files);
    assert!(
        gone == 0 || salvaged.is_some() || may_be_cut_off,
        "{gone} rows are gone, and nothing is said"
    );
    match Replica::open_tolerantly(&store) {
        Ok(opened) => {
            let left = typed(&opened.replica);
            let said = salvaged.is_some() || !opened.damage.is_empty() || may_be_cut_off;
            assert!(
                left == good.typed || said,
                "typed: {:?}, left: {left:?}, and nothing is said",
                good.typed
            );
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    drop(store);
    let again = DeviceStore::open(home).expect("what opened once opens again");
    assert_eq!(again.salvaged(), None, "rebuilt twice");
    match (salvaged, damaged) {
        (None, 0) => Outcome::taken("whole"),
        (salvaged, damaged) => Outcome::taken(format!(
            "salvaged {salvaged:?}, damaged {damaged}, gone {gone}"
        )),
    }
}

/// True if the files are as a power cut in an earlier commit, or in the store's making, leaves them:
/// nothing tells how far commits went, and the log ends earlier or lacks a sector.
fn may_be_cut_off(files: &[Option<Vec<u8>>]) -> bool {
    let is_mark_lost = files[MARK] != Some(good().files[MARK].clone());
    let lacks_a_sector = |log: &[u8]| {
        let mut sectors = log.chunks(SECTOR_BYTES);
        sectors.any(|sector| sector.iter().all(|byte| *byte == 0))
    };
    let is_short = |log: &Vec<u8>| log.len() < good().files[LOG].len() || lacks_a_sector(log);
    is_mark_lost && files[LOG].as_ref().is_none_or(is_short)
}

fn told(error: &OpenStoreError) {
    let text = error.to_string();
    assert!(text.contains("device."), "which file? {text}");
    assert!(
        !matches!(error, OpenStoreError::Locked(_)),
        "nobody else has it: {text}"
    );
}

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![Vec::new()];
    for file in 0..4 {
        for what in 0..6 {
            seeds.push(vec![file, what, 0x80, 0, 40, 0x41]);
        }
        seeds.extend((0..3).map(|with| vec![file, 6, 0x40, 0, 0, with]));
    }
    // Two files at once.
    seeds.push(vec![0, 6, 0, 0, 0, 1, 1, 3, 0xf0, 0, 0, 0]);
    seeds.push(vec![0, 6, 0, 0, 0, 0, 1, 0, 0x80, 0, 0, 0]);
    seeds.push(vec![0, 2, 0x30, 0, 200, 7, 1, 6, 0, 0, 0, 0]);
    seeds
}
