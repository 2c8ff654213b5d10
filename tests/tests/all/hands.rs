//! How work changes hands, over real processes and TCP.

use std::process::Command;

use alleyway_tests::hands::{Stage, play};
use alleyway_tests::process::Port;
use alleyway_tests::story::{Nobody, Reader};
use tempfile::TempDir;

#[test]
fn work_changes_hands_and_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let mut nobody = Nobody;
    let mut stage = Stage::new(
        folder.path(),
        Port::hidden().unwrap(),
        Reader::Programs,
        "zh",
        &mut nobody,
    );
    if let Err(error) = play(&mut stage) {
        panic!("{error}");
    }
}

#[test]
fn the_story_is_shown_line_by_line_in_both_languages() {
    for (lang, parts) in [("zh", CHINESE), ("en", ENGLISH)] {
        let output = Command::new(env!("CARGO_BIN_EXE_changing-hands"))
            .args(["--lang", lang])
            .output()
            .unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "{out}{err}");
        for part in COMMANDS.iter().chain(&parts) {
            assert!(out.contains(part), "{part} in {out}");
        }
    }
}

const COMMANDS: [&str; 11] = [
    "$ alleyway-server init --data town",
    "$ alleyway --home xie bundle export to-lan.bundle --for 蓝彩英",
    "$ alleyway-server member end --member xie --unit tiancheng --data town",
    "$ alleyway --home lu proposals take ",
    "$ alleyway-server device lost ",
    "$ alleyway --home lan-2 review take ",
    "$ alleyway-server device thaw ",
    "$ alleyway --home tang confidential confirm ",
    "$ alleyway-server audit verify --data town",
    "$ alleyway --home tang admin confirm ",
    "$ alleyway --home tang admin stop 农小兰",
];

const CHINESE: [&str; 1] = ["未确认，手机转交"];

const ENGLISH: [&str; 1] = ["[handed in after the post ended]"];
