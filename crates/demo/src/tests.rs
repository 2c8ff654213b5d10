//! Towns, whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

mod legal;

use std::collections::BTreeSet;

use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::limits::{NAME_BYTES_MAX, TEXT_BYTES_MAX, TITLE_BYTES_MAX};
use alleyway_core::time::{Date, Time};

use super::*;
use crate::words::Words;

/// 2026-06-01T08:00:00+08:00
const START: Time = Time(1_780_272_000_000);

fn sipai() -> Town {
    generate(Size::Sipai, 7, START).unwrap()
}

fn count(town: &Town, kind: &UnitKind) -> usize {
    town.lists
        .units
        .iter()
        .filter(|unit| unit.kind == *kind)
        .count()
}

fn holders(town: &Town, post: &Post) -> usize {
    town.lists
        .members
        .iter()
        .filter(|member| member.post == *post)
        .count()
}

/// Everything that was written in the stories.
fn written(town: &Town) -> Vec<String> {
    let mut texts = Vec::new();
    for step in town.cases.iter().flat_map(|case| &case.steps) {
        match &step.act {
            Act::Report {
                title,
                text,
                place,
                contact,
                ..
            } => {
                assert!(
                    title.len() <= TITLE_BYTES_MAX
                        && place.len() <= NAME_BYTES_MAX
                        && contact.len() <= NAME_BYTES_MAX
                );
                assert!(!title.is_empty() && !text.is_empty());
                texts.push(text.clone());
            }
            Act::Escalate { reason, tried, .. } => texts.extend([reason.clone(), tried.clone()]),
            Act::Extend { reason, told, .. } => texts.extend([reason.clone(), told.clone()]),
            Act::Resolve { text, told } => texts.extend([text.clone(), told.clone()]),
            Act::Note(text)
            | Act::Visit(text)
            | Act::Reject { text, .. }
            | Act::Return { reason: text }
            | Act::Rule { reason: text, .. }
            | Act::Supervise { text }
            | Act::Verify { text, .. }
            | Act::Close { text, .. }
            | Act::Reopen { reason: text }
            | Act::Withdraw { text } => texts.push(text.clone()),
            Act::Accept
            | Act::Start
            | Act::Receive
            | Act::Resume
            | Act::Wait { .. }
            | Act::Dispatch { .. } => {}
        }
    }
    texts
}

fn assert_clean(texts: &[String]) {
    for text in texts {
        assert!(!text.is_empty() && text.len() <= TEXT_BYTES_MAX);
        let leftover = text
            .chars()
            .any(|c| c.is_ascii_lowercase() || "{}|@".contains(c));
        assert!(!leftover, "a template is not filled: {text}");
    }
}

/// How many of the texts differ, in per cent, and how small they get, in per cent.
fn variety(texts: &[String]) -> (usize, usize) {
    let distinct: BTreeSet<&String> = texts.iter().collect();
    let all = texts.concat();
    let small = zstd::bulk::compress(all.as_bytes(), 19).unwrap();
    (
        distinct.len() * 100 / texts.len(),
        small.len() * 100 / all.len(),
    )
}

#[test]
fn the_small_town_is_as_it_is_described() {
    let town = generate(Size::Small, 1, START).unwrap();
    assert_eq!(
        (
            count(&town, &UnitKind::Village),
            count(&town, &UnitKind::Alley)
        ),
        (2, 6)
    );
    assert_eq!(
        (
            holders(&town, &Post::AlleyChief),
            holders(&town, &Post::BranchSecretary)
        ),
        (7, 2)
    );
    assert!((60..=120).contains(&town.lists.households.len()));
    let chiefs: Vec<&str> = town
        .lists
        .members
        .iter()
        .filter(|member| member.unit.as_str() == "tiancheng")
        .map(|member| member.key.as_str())
        .collect();
    assert_eq!(chiefs, ["xie", "lu"]);
    assert!(town.cases.is_empty());
}

#[test]
fn sipai_is_as_large_as_it_is_described() {
    let town = sipai();
    assert_eq!(count(&town, &UnitKind::Alley), 472);
    assert_eq!(
        count(&town, &UnitKind::Village) + count(&town, &UnitKind::Community),
        14
    );
    assert_eq!(holders(&town, &Post::AlleyChief), 472);
    assert!(
        (6_500..=7_500).contains(&town.lists.households.len()),
        "{}",
        town.lists.households.len()
    );
    assert_eq!(town.cases.len(), SIPAI_CASES);
    let names: BTreeSet<&str> = town
        .lists
        .members
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    assert_eq!(names.len(), town.lists.members.len());
}

#[test]
fn every_matter_has_a_department() {
    let words = Words::read().unwrap();
    let departments = &words.places.sipai.departments;
    for matter in words.matters.iter().flatten() {
        let handling = departments
            .iter()
            .filter(|one| one.handles(&matter.category));
        assert_eq!(handling.count(), 1, "{}", matter.category);
    }
}

#[test]
fn a_seed_is_a_town() {
    assert_eq!(sipai(), sipai());
    assert_ne!(
        sipai().cases,
        generate(Size::Sipai, 8, START).unwrap().cases
    );
}

#[test]
fn every_step_is_allowed_where_it_stands() {
    let town = sipai();
    for case in &town.cases {
        if let Err(reason) = legal::check(&town.lists, case) {
            panic!("{reason}: {case:#?}");
        }
    }
}

#[test]
fn stories_end_open_wait_and_are_late_in_a_likely_mix() {
    let town = sipai();
    let ends: Vec<legal::End> = town
        .cases
        .iter()
        .map(|case| legal::check(&town.lists, case).unwrap())
        .collect();
    let per_cent = |is: &dyn Fn(&legal::End) -> bool| {
        ends.iter().filter(|end| is(end)).count() * 100 / ends.len()
    };
    assert!(
        (60..=90).contains(&per_cent(&|end| !end.open)),
        "ended: {}",
        per_cent(&|end| !end.open)
    );
    let some = SIPAI_CASES / 200;
    assert!(ends.iter().filter(|end| end.state == "waiting").count() >= some);
    assert!(ends.iter().filter(|end| end.open && end.referral).count() >= some);
    let today = Date::of(START);
    assert!(
        ends.iter()
            .filter(|end| end.open && end.due.is_some_and(|due| due < today))
            .count()
            >= some
    );
    let last = town
        .cases
        .iter()
        .flat_map(|case| &case.steps)
        .map(|step| step.at)
        .max()
        .unwrap();
    assert!(last <= START);
    assert!(town.cases[0].steps[0].at >= START.plus_days(-366));
}

#[test]
fn stories_are_told_in_varied_texts() {
    let texts = written(&sipai());
    assert_clean(&texts);
    let reports: Vec<String> = sipai()
        .cases
        .iter()
        .filter_map(|case| match &case.steps[0].act {
            Act::Report { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    let (distinct, small) = variety(&reports);
    assert!(distinct >= 99 && small >= 12, "{distinct} {small}");
    let (distinct, small) = variety(&texts);
    assert!(distinct >= 75 && small >= 12, "{distinct} {small}");
}

#[test]
fn other_texts_are_varied_and_share_no_sentence_with_the_stories() {
    let texts = texts(3, 2_000).unwrap();
    assert_clean(&texts);
    let (distinct, small) = variety(&texts);
    assert!(distinct >= 99 && small >= 15, "{distinct} {small}");
    let stories: BTreeSet<String> = written(&sipai())
        .iter()
        .flat_map(|text| sentences(text))
        .collect();
    assert!(
        texts
            .iter()
            .flat_map(|text| sentences(text))
            .all(|sentence| !stories.contains(&sentence))
    );
}

fn sentences(text: &str) -> Vec<String> {
    text.split(['\u{3002}', '\u{ff1b}', '\u{ff1a}'])
        .filter(|part| part.chars().count() > 4)
        .map(str::to_owned)
        .collect()
}
