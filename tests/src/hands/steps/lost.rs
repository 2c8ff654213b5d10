//! A phone is lost with unsent work on it; another is changed for a new one.

use serde_json::Value;

use super::{DRAIN, NOT_ENROLLED, STOPPED, Stage, Step, StoryError, WIPED};
use crate::process::ProcessError;
use crate::story::expect;

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-05-09T09:00:00+08:00",
        title: "蓝彩英 writes a visit and a report on the hill, and loses the phone on the way home",
        play: she_loses_it,
    },
    Step {
        at: "2026-05-09T18:00:00+08:00",
        title: "She calls the town: the administrator finds her device and reports it lost",
        play: it_is_reported,
    },
    Step {
        at: "2026-05-10T07:00:00+08:00",
        title: "Somebody picks it up; it gets signal: it hands in what is unsent, and wipes itself",
        play: it_wipes_itself,
    },
    Step {
        at: "2026-05-10T10:00:00+08:00",
        title: "蓝彩英 enrols another phone, and reviews what the lost one handed in",
        play: she_reviews,
    },
    Step {
        at: "2026-05-12T09:00:00+08:00",
        title: "覃国忠 changes to a new phone: the old one says that it holds nothing alone, then the new one takes its place",
        play: he_moves,
    },
];

const VISIT: &str = "水沟挖开一半，明天接着挖。";
const PIPE: &str = "山上水管漏";
/// The code that the resident was given.
const TRACKING: &str = "the pipe's tracking code";

fn she_loses_it(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.recall(DRAIN)?;
    stage.syncs("lan", &[])?;
    stage.types("lan", &["visit", &drain, "--text", VISIT])?;
    let text = "接头滴水，桂花巷水压小。";
    let pipe = stage.reports(
        "lan",
        &["--category", "water", "--title", PIPE, "--text", text],
    )?;
    let tracking = stage.looks("lan", &["show", &pipe])?["fields"]["tracking"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    stage.remember(TRACKING, tracking);
    Ok(())
}

fn it_is_reported(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.administers(&["device", "list"])?;
    let code = stage.device_code("lan")?;
    stage.administers(&["device", "lost", &code])?;
    expect(
        "why it is stopped",
        &stage.asks(&["device", "show", &code])?[0]["stopped"],
        &"lost".into(),
    )
}

fn it_wipes_itself(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let code = stage.device_code("lan")?;
    stage.syncs_in_vain("lan", WIPED, "wiped")?;
    stage.is_told("lan", &["cases"], NOT_ENROLLED, "not_enrolled")?;
    let left: Vec<String> = std::fs::read_dir(stage.file("lan"))
        .map_err(ProcessError::system("the lost phone's folder"))?
        .filter_map(|entry| Some(entry.ok()?.file_name().display().to_string()))
        .collect();
    expect(
        "the store and key that are left on it",
        &left.iter().any(|name| name.starts_with("device.")),
        &false,
    )?;
    expect(
        "what it handed in",
        &stage.asks(&["device", "show", &code])?[0]["kept"],
        &2.into(),
    )
}

fn she_reviews(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.recall(DRAIN)?;
    let code = stage.invites(&["lan"])?;
    stage.enrols("lan-2", &code)?;
    stage.types("lan-2", &["review"])?;
    let items = stage.rows("lan-2", &["review"])?;
    expect("the items to review", &items.len(), &2)?;
    for item in &items {
        expect("why", &item["why"], &"device_lost".into())?;
        let id = item["item"].as_str().unwrap_or_default();
        stage.types("lan-2", &["review", "take", id])?;
    }
    // Each as her own, and that it is settled.
    stage.syncs("lan-2", &[("admitted", 4)])?;
    let cases = stage.rows("lan-2", &["cases"])?;
    let pipe = cases
        .iter()
        .find(|row| row["title"] == PIPE)
        .and_then(|row| row["number"].as_str());
    let pipe = pipe.ok_or_else(|| ProcessError::Answer("the pipe was not reported".to_owned()))?;
    // The slip's code was the lost phone's: taking the report gave out another.
    let code = stage.looks("lan-2", &["show", pipe])?["fields"]["tracking"].clone();
    let lost = Value::from(stage.recall(TRACKING)?);
    expect(
        "whether it is the lost phone's code",
        &(code == lost),
        &false,
    )?;
    expect("whether there is a code", &code.is_string(), &true)?;
    stage.syncs("qin", &[])?;
    let shown = stage.looks("qin", &["show", &drain])?;
    let last = shown["log"]
        .as_array()
        .and_then(|log| log.last())
        .cloned()
        .unwrap_or_default();
    expect("the last step at the drain", &last["text"], &VISIT.into())?;
    stage.phones_agree(&["lan-2", "qin"], &drain)
}

fn he_moves(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.recall(DRAIN)?;
    stage.types(
        "qin",
        &["note", &drain, "--text", "已向镇里申请一台小挖机。"],
    )?;
    stage.types("qin", &["move"])?;
    let ready = stage.looks("qin", &["move"])?;
    expect("whether the old phone may go", &ready["safe"], &true.into())?;
    let old = stage.device_code("qin")?;
    let code = stage.invites(&["qin", "--replaces", &old])?;
    stage.enrols("qin-2", &code)?;
    expect(
        "why the old one is stopped",
        &stage.asks(&["device", "show", &old])?[0]["stopped"],
        &"revoked".into(),
    )?;
    stage.syncs_in_vain("qin", STOPPED, "device_revoked")?;
    stage.syncs("lan-2", &[])?;
    stage.phones_agree(&["qin-2", "lan-2"], &drain)
}
