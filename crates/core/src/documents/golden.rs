//! Released executors are frozen: `golden/executors.txt` has the hash of the change that each makes.
//!
//! A line that is there never changes: a phone and a server of different versions must give one
//! hash. A new version of a command gets new lines: extend `samples`, then run the tests once with
//! `ALLEYWAY_BLESS=1`, which adds missing lines and never replaces one.

use super::samples::{
    Chain, book_steps, called_steps, case_steps, code_steps, coded_steps, complained_steps,
    confidential_steps, directory_steps, door_steps, household_steps, ordered_steps, origin_steps,
    recused_steps, shared_steps, time_steps, told_steps, tray_steps, unit_steps,
};
use crate::command::Body;
use crate::documents::DocumentKind;
use std::fmt::Write as _;

const GOLDEN: &str = include_str!("../../golden/executors.txt");

fn lines_of(name: &str, first: u16, steps: Vec<(u8, Body)>) -> Vec<(String, String)> {
    let mut chain = Chain::new(first);
    let mut lines = Vec::new();
    for (at, (by, body)) in steps.into_iter().enumerate() {
        let executed = chain.try_then(by, &body).unwrap();
        let hash = hex::encode(executed.head);
        lines.push((format!("{name} {:02} {}", at + 1, body.kind()), hash));
    }
    lines
}

#[allow(
    clippy::disallowed_methods,
    reason = "a test that writes its expectations when asked to"
)]
fn bless(golden: &str) {
    std::fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/golden/executors.txt"),
        golden,
    )
    .unwrap();
}

#[test]
fn released_executors_give_the_hashes_they_were_released_with() {
    let made = [
        lines_of("case", 100, case_steps(100)),
        lines_of("unit", 200, unit_steps(200)),
        lines_of("household", 300, household_steps(300)),
        lines_of("directory", 400, directory_steps(400)),
        lines_of("tray", 500, tray_steps(500)),
        lines_of("confidential", 600, confidential_steps(600)),
        lines_of("door", 700, door_steps(700)),
        lines_of("book", 800, book_steps(800)),
        lines_of("case codes", 800, code_steps(800)),
        lines_of("case by time", 900, time_steps(900)),
        lines_of("case texts", 900, told_steps(900)),
        lines_of("case orders", 1_000, ordered_steps(1_000)),
        lines_of("case origin", 1_100, origin_steps(1_100)),
        lines_of("case shared", 1_200, shared_steps(1_200)),
        lines_of("case recused", 1_300, recused_steps(1_300)),
        lines_of("case called", 1_400, called_steps(1_400)),
        lines_of("case complaint", 1_500, complained_steps(1_500)),
        lines_of("case coded", 1_700, coded_steps(1_700)),
    ];
    let all: Vec<&str> = made
        .iter()
        .flatten()
        .map(|(step, _)| step.as_str())
        .collect();
    for kind in DocumentKind::ALL {
        for step in kind.steps() {
            let is_it = |line: &&str| line.starts_with(kind.word()) && line.ends_with(step.word);
            let pinned = all.iter().any(is_it);
            assert!(pinned, "no sample of {} {}", kind.word(), step.word);
        }
    }
    let mut golden = GOLDEN.to_owned();
    let mut missing = Vec::new();
    for (step, hash) in made.into_iter().flatten() {
        let known = GOLDEN
            .lines()
            .find_map(|line| line.strip_prefix(&step)?.strip_prefix(' '));
        if let Some(known) = known {
            assert_eq!(known, hash, "{step} gives another hash");
        } else {
            writeln!(golden, "{step} {hash}").unwrap();
            missing.push(step);
        }
    }
    if std::env::var_os("ALLEYWAY_BLESS").is_some_and(|value| value == "1") {
        bless(&golden);
    } else {
        assert!(
            missing.is_empty(),
            "not in golden/executors.txt: {missing:?}"
        );
    }
}
