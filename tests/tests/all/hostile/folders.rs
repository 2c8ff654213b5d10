//! Data folders that are not to be opened: of another version, in use, damaged.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use alleyway_tests::process::{Binaries, copy_folder};

use super::stage::Stage;

/// The check found damage.
const DAMAGE_FOUND: i32 = 1;
/// It was served until the background scan found the damage.
const STORE_FAILED: i32 = 70;
/// Another process has it.
const TRY_LATER: i32 = 75;
/// Damaged, or of another version.
const BAD_FOLDER: i32 = 76;

/// Runs a command of the server on a folder.
fn run(command: &str, data: &Path) -> Output {
    let binaries = Binaries::find().expect("built");
    Command::new(binaries.server)
        .arg(command)
        .args([
            "--listen",
            "127.0.0.1:0",
            "--lang",
            "en",
            "--log-level",
            "error",
            "--data",
        ])
        .arg(data)
        .output()
        .expect("the program")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// A harm, what is told of it with what to do, and whether a start passes over it.
type Harm = (&'static str, fn(&Path), &'static [&'static str], bool);

fn truncate(file: &Path, part: u64) {
    let opened = fs::OpenOptions::new()
        .write(true)
        .open(file)
        .expect("there");
    let length = opened.metadata().expect("there").len();
    opened
        .set_len(length * part / 8)
        .expect("a temporary folder");
}

fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).expect("there");
    bytes[at] ^= 0x10;
    fs::write(file, bytes).expect("a temporary folder");
}

const HARMS: &[Harm] = &[
    (
        "a later format",
        |data| rewrite_format(data, "alleyway 9"),
        &["format 9", "the program that wrote it"],
        false,
    ),
    (
        "an earlier format",
        |data| rewrite_format(data, "alleyway 1"),
        &["format 1", "import"],
        false,
    ),
    (
        "a format that says nothing",
        |data| rewrite_format(data, "junk"),
        &["FORMAT", "restore"],
        false,
    ),
    (
        "no format",
        |data| fs::remove_file(data.join("FORMAT")).expect("there"),
        &["no data folder", "check the path"],
        false,
    ),
    (
        "a ledger cut in half",
        |data| truncate(&data.join("ledger/db"), 4),
        &["restore"],
        false,
    ),
    (
        "a ledger cut to an eighth",
        |data| truncate(&data.join("ledger/db"), 1),
        &["restore"],
        false,
    ),
    (
        "an empty ledger",
        |data| truncate(&data.join("ledger/db"), 0),
        &["restore"],
        false,
    ),
    (
        "no ledger",
        |data| fs::remove_dir_all(data.join("ledger")).expect("there"),
        &["ledger"],
        false,
    ),
    (
        "no high water",
        |data| fs::remove_file(data.join("high-water")).expect("there"),
        &["high-water", "restore"],
        false,
    ),
    (
        "an empty high water",
        |data| truncate(&data.join("high-water"), 0),
        &["high-water", "restore"],
        false,
    ),
    (
        "no document keys",
        |data| fs::remove_file(data.join("keys/slots")).expect("there"),
        &["keys", "restore"],
        false,
    ),
    (
        "document keys cut off",
        |data| truncate(&data.join("keys/slots"), 0),
        &["keys", "restore"],
        false,
    ),
    (
        "a flipped bit in a document's key",
        |data| flip(&data.join("keys/slots"), 40),
        &["damaged"],
        true,
    ),
];

fn rewrite_format(data: &Path, first: &str) {
    let text = fs::read_to_string(data.join("FORMAT")).expect("there");
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(data.join("FORMAT"), format!("{first}\n{rest}")).expect("a temporary folder");
}

#[test]
fn a_folder_of_another_version_or_damaged_is_not_served_and_says_what_to_do() {
    let mut stage = Stage::new();
    stage.server.stop().expect("it ends");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (what, harm, told, hidden) in HARMS {
        let harmed = folder.path().join("harmed");
        copy_folder(&stage.data(), &harmed).expect("a temporary folder");
        harm(&harmed);
        for command in ["serve", "check"] {
            let output = run(command, &harmed);
            let said = said(&output);
            // What no start reads is found by a scan of everything: the server's own, or a check.
            let found = if *hidden {
                [STORE_FAILED, DAMAGE_FOUND][usize::from(command == "check")]
            } else {
                BAD_FOLDER
            };
            assert_eq!(
                output.status.code(),
                Some(found),
                "{what}, {command}: {said}"
            );
            assert!(
                told.iter().all(|part| said.contains(part)),
                "{what}, {command}: {said}"
            );
            assert!(!said.contains("panicked"), "{what}, {command}: {said}");
        }
        fs::remove_dir_all(harmed).expect("a temporary folder");
    }
    stage
        .server
        .restart()
        .expect("the folder that nobody harmed");
    stage.goes_on();
}

#[test]
fn a_flipped_bit_in_the_ledger_is_found_or_hit_nothing() {
    let mut stage = Stage::new();
    stage.server.stop().expect("it ends");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bytes = fs::read(stage.data().join("ledger/db")).expect("there");
    // sled fills a segment up with one and the same byte.
    let end = bytes
        .iter()
        .rposition(|byte| Some(byte) != bytes.last())
        .expect("a ledger");
    let mut found = 0;
    for step in 0..10 {
        let harmed = folder.path().join("harmed");
        copy_folder(&stage.data(), &harmed).expect("a temporary folder");
        flip(&harmed.join("ledger/db"), end * step / 10 + 37);
        let output = run("check", &harmed);
        let said = said(&output);
        let code = output.status.code();
        assert!(
            matches!(code, Some(0 | DAMAGE_FOUND | BAD_FOLDER)),
            "{step}: {code:?} {said}"
        );
        if code != Some(0) {
            assert!(said.contains("restore"), "{step}: {said}");
            found += 1;
        }
        fs::remove_dir_all(harmed).expect("a temporary folder");
    }
    println!("{found} of 10 flipped bits hit something, and were found");
    assert!(found > 0);
    stage
        .server
        .restart()
        .expect("the folder that nobody harmed");
    stage.goes_on();
}

#[test]
fn a_folder_that_another_process_has_is_not_opened_twice() {
    let mut stage = Stage::new();
    let before = stage.stored();
    let second = run("serve", &stage.data());
    assert_eq!(second.status.code(), Some(TRY_LATER), "{}", said(&second));
    assert!(
        said(&second).contains("another process"),
        "{}",
        said(&second)
    );
    assert_eq!(stage.stored(), before);
    stage.goes_on();
}

#[test]
fn a_folder_that_is_no_town_is_not_served_and_a_full_one_not_made_a_town() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = run("serve", &folder.path().join("nowhere"));
    assert_eq!(output.status.code(), Some(BAD_FOLDER), "{}", said(&output));
    fs::write(folder.path().join("letter.txt"), "dear").expect("a temporary folder");
    let output = run("serve", folder.path());
    assert_eq!(output.status.code(), Some(BAD_FOLDER), "{}", said(&output));
    let binaries = Binaries::find().expect("built");
    let made = Command::new(binaries.server)
        .args(["init", "--town-name", "四排镇", "--data"])
        .arg(folder.path())
        .output()
        .expect("the program");
    assert_eq!(made.status.code(), Some(73), "{}", said(&made));
    assert_eq!(
        fs::read(folder.path().join("letter.txt")).expect("there"),
        b"dear"
    );
}
