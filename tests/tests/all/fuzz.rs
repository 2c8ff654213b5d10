//! Hostile input: every target's corpus, its seeds and some mutations of them, in a process of its
//! own that may take only so much memory.

use std::collections::BTreeMap;
use std::process::Command;

use alleyway_tests::fuzz::{FILE_BYTES_MAX, FILES_MAX, corpus, name_of, targets};

/// The seed of the mutations; another one makes another run.
fn seed() -> String {
    std::env::var("SEED").unwrap_or_else(|_| "1".to_owned())
}

#[test]
fn hostile_input_breaks_nothing_and_takes_no_memory_without_bound() {
    let run = Command::new(env!("CARGO_BIN_EXE_fuzz"))
        .args(["bounded", &seed()])
        .output()
        .expect("a program");
    let (told, failed) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    println!("{told}");
    assert!(
        run.status.success(),
        "{:?}\n{failed}\nan input that ended the process: {}",
        run.status,
        running()
    );
    let told: BTreeMap<&str, Vec<u64>> = told.lines().filter_map(read).collect();
    for target in targets() {
        let counts = told.get(target.name).expect("every target is run");
        let [inputs, taken, ways] = <[u64; 3]>::try_from(counts.as_slice()).expect("three numbers");
        assert!(inputs > target.mutations, "{}: {counts:?}", target.name);
        assert!(
            taken > 0 && taken < inputs,
            "{}: all came through, or none: {counts:?}",
            target.name
        );
        assert!(ways >= 3, "{}: {counts:?}", target.name);
    }
}

/// A line of the program: a name, and its numbers.
fn read(line: &str) -> Option<(&str, Vec<u64>)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    Some((
        name,
        words
            .filter_map(|word| word.split_once('=')?.1.parse().ok())
            .collect(),
    ))
}

/// Where the input lies that a process which did not end in order was at.
fn running() -> String {
    format!("{}/alleyway-fuzz/*.running", std::env::temp_dir().display())
}

#[test]
fn every_target_has_a_corpus_of_small_files_named_by_what_is_in_them() {
    for target in targets() {
        let files = corpus(target).expect("a folder");
        assert!(
            (3..=FILES_MAX).contains(&files.len()),
            "{}: {} files",
            target.name,
            files.len()
        );
        for (name, bytes) in files {
            assert_eq!(name, name_of(&bytes), "{}", target.name);
            assert!(
                bytes.len() <= FILE_BYTES_MAX,
                "{} {name}: {} bytes",
                target.name,
                bytes.len()
            );
        }
    }
}

#[test]
fn targets_have_names_of_their_own() {
    let names: std::collections::BTreeSet<&str> =
        targets().iter().map(|target| target.name).collect();
    assert_eq!(names.len(), targets().len());
}
