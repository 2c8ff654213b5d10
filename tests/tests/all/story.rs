//! The orange road, over real processes and TCP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::process::Command;
use std::sync::LazyLock;

use alleyway_tests::process::Server;
use alleyway_tests::story::{BEGIN, Ending, Kills, Nobody, Person, Reader, Stage, play};
use tempfile::TempDir;

/// Plays the story on a new stage and tells how it ended, and how often the server was killed.
fn told(reader: Reader, prepare: impl FnOnce(Stage<'_>) -> Stage<'_>) -> (Ending, usize) {
    let phones = TempDir::new().unwrap();
    let mut nobody = Nobody;
    let stage = Stage::new(
        Server::demo(BEGIN).unwrap(),
        phones.path(),
        reader,
        &mut nobody,
    )
    .unwrap();
    let mut stage = prepare(stage);
    if let Err(error) = play(&mut stage) {
        panic!("{error}");
    }
    (Ending::of(&stage).unwrap(), stage.kills)
}

/// How the story ends when nothing happens to the server.
static UNDISTURBED: LazyLock<Ending> = LazyLock::new(|| told(Reader::Programs, |stage| stage).0);

#[test]
fn the_orange_road_is_reported_built_verified_and_closed() {
    let ending = &*UNDISTURBED;
    assert_eq!((ending.status.as_str(), ending.left), ("closed", 0));
    assert!(
        ending.log.iter().all(|line| line.state == "admitted"),
        "{:#?}",
        ending.log
    );
    let place = ending
        .fields
        .iter()
        .find(|(name, _)| name == "place")
        .map(|(_, value)| value.as_str());
    assert_eq!(place, Some("甜橙巷口至果园晒场"));
}

#[test]
fn a_server_killed_between_any_two_steps_changes_nothing_in_the_end() {
    let (killed, kills) = told(Reader::Programs, |stage| stage.killing(Kills::Between));
    assert!(kills > 50, "killed {kills} times");
    assert_eq!(killed, *UNDISTURBED);
}

#[test]
fn a_server_killed_within_every_sync_changes_nothing_in_the_end() {
    let (killed, kills) = told(Reader::Programs, |stage| stage.killing(Kills::Within));
    assert!(kills > 80, "killed {kills} times");
    assert_eq!(killed, *UNDISTURBED);
}

#[test]
fn a_phone_whose_clock_is_a_year_ahead_changes_nothing_in_the_end() {
    let (ahead, _) = told(Reader::Programs, |stage| stage.ahead(Person::Xie, 365));
    assert_eq!(ahead, *UNDISTURBED);
}

#[test]
fn the_demo_shows_the_story_and_says_how_to_go_on() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("demo");
    let output = Command::new(env!("CARGO_BIN_EXE_orange-road"))
        .arg("--once")
        .arg("--data")
        .arg(&data)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}{err}");
    for part in [
        "alleyway --home xie report",
        "此前 谢玉兰 已「提级」",
        // His phone said 2025.
        "陆海生  2026-03-05 10:30",
        "住户    甜橙巷7号",
        "已结案  果园路已修好",
        "/v1/track/",
        "my-phone enrol http",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    assert!(data.join("town").is_dir() && data.join("xie").is_dir());
}
