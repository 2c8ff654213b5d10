//! The corpora: small files in `tests/corpus/TARGET/`, named by their content's hash.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::Target;
use super::dice::Dice;
use super::failing::{smaller, tried};
use super::mutator::mutated;

/// Files of one corpus. Inputs that once broke something count, too.
pub const FILES_MAX: usize = 48;
/// One file, in bytes.
pub const FILE_BYTES_MAX: usize = 4_096;
/// Mutations that are tried for inputs that go a way of their own.
const SEARCHED: u64 = 1_000;
/// How often such an input is tried in a smaller form.
const SMALLER_TRIES_MAX: usize = 40;

/// The folder of a target's corpus.
fn folder(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target.name)
}

/// The name of an input's file.
pub fn name_of(input: &[u8]) -> String {
    blake3::hash(input).to_hex()[..16].to_owned()
}

/// A target's corpus, by name.
///
/// # Errors
/// If it cannot be read.
pub fn read(target: &Target) -> io::Result<Vec<(String, Vec<u8>)>> {
    let entries = match folder(target).read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        files.push((
            entry.file_name().to_string_lossy().into_owned(),
            std::fs::read(entry.path())?,
        ));
    }
    files.sort();
    Ok(files)
}

/// Fills a target's corpus up: with its seeds, and with mutations of them that went a way that none
/// before went, made small. What is there stays. Returns how many files it has.
///
/// # Errors
/// If it cannot be written.
pub fn bless(target: &Target) -> io::Result<usize> {
    let folder = folder(target);
    std::fs::create_dir_all(&folder)?;
    let mut pool: Vec<Vec<u8>> = read(target)?.into_iter().map(|(_, bytes)| bytes).collect();
    let mut words: BTreeSet<String> = pool
        .iter()
        .filter_map(|input| word(target, input))
        .collect();
    let mut dice = Dice::new(1, target.name);
    let mut seeds = (target.seeds)().into_iter();
    for _ in 0..SEARCHED.min(target.mutations) {
        let input = seeds.next().unwrap_or_else(|| {
            let (base, other) = (dice.below(pool.len()), dice.below(pool.len()));
            let none = Vec::new();
            mutated(
                target,
                pool.get(base).unwrap_or(&none),
                pool.get(other).unwrap_or(&none),
                &mut dice,
            )
        });
        let Some(found) = word(target, &input).filter(|word| !words.contains(word)) else {
            continue;
        };
        let small = smaller(&input, SMALLER_TRIES_MAX, |less| {
            word(target, less).as_ref() == Some(&found)
        });
        if small.len() > FILE_BYTES_MAX || pool.len() >= FILES_MAX {
            continue;
        }
        std::fs::write(folder.join(name_of(&small)), &small)?;
        words.insert(found);
        pool.push(small);
    }
    Ok(pool.len())
}

/// The word of what became of an input; none if it broke something, which is no corpus but a find.
fn word(target: &Target, input: &[u8]) -> Option<String> {
    tried(target, input)
        .ok()
        .map(|outcome| outcome.word().to_owned())
}
