//! Two phones exchange a file where there is no server, and one of them syncs for both.

use serde_json::Value;

use super::{DRAIN, NOT_ALLOWED, Stage, Step, StoryError, WALL};
use crate::process::ProcessError;
use crate::story::expect;

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-05T09:00:00+08:00",
        title: "A storm: no server anywhere. Both chiefs write on what they have",
        play: both_write,
    },
    Step {
        at: "2026-03-05T11:00:00+08:00",
        title: "They meet and exchange files: each sees the other's words as unconfirmed; what is not hers stays unreadable",
        play: they_exchange,
    },
    Step {
        at: "2026-03-05T12:00:00+08:00",
        title: "A file for somebody else, and one cut in half, are refused; one taken twice is no news",
        play: wrong_files,
    },
    Step {
        at: "2026-03-06T08:00:00+08:00",
        title: "The server is back. 蓝彩英 has signal first, and syncs for both",
        play: one_syncs_for_both,
    },
    Step {
        at: "2026-03-08T08:00:00+08:00",
        title: "谢玉兰 syncs two days later and gets the verdicts on what another phone handed in: all phones hold the same",
        play: the_other_gets_her_verdicts,
    },
];

const TO_LAN: &str = "to-lan.bundle";
const TO_XIE: &str = "to-xie.bundle";
const TO_QIN: &str = "to-qin.bundle";
const HALF: &str = "half.bundle";
const XIES_NOTE: &str = "甜橙巷口的沟盖板也冲走了。";

fn both_write(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.server_stops()?;
    let drain = stage.recall(DRAIN)?;
    stage.types("xie", &["note", &drain, "--text", XIES_NOTE])?;
    let wall = stage.reports(
        "xie",
        &[
            "--category",
            "housing",
            "--title",
            "2号院墙要倒",
            "--text",
            "雨后裂缝有一指宽。",
            "--household",
            "甜橙巷2号",
        ],
    )?;
    stage.remember(WALL, wall);
    stage
        .types(
            "lan",
            &["visit", &drain, "--text", "同六户看过，淤泥约两方。"],
        )
        .map(drop)
}

fn they_exchange(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let (drain, wall) = (stage.recall(DRAIN)?, stage.recall(WALL)?);
    hands_over(stage, "xie", TO_LAN, "蓝彩英")?;
    takes(stage, "lan", TO_LAN)?;
    stage.types("lan", &["bundle", "list"])?;
    stage.types("lan", &["show", &drain])?;
    let shown = stage.looks("lan", &["show", &drain])?;
    let note = entry(&shown, XIES_NOTE)?;
    expect("how her note stands", &note["state"], &"carried".into())?;
    expect("whose it is", &note["author"], &"谢玉兰".into())?;
    // Her own alley's report went along, unreadable.
    let carried = stage.rows("lan", &["bundle", "list"])?;
    expect("what stays unreadable", &carried[0]["withheld"], &1.into())?;
    expect(
        "whether the wall is seen",
        &sees(stage, "lan", &wall)?,
        &false,
    )?;

    hands_over(stage, "lan", TO_XIE, "谢玉兰")?;
    takes(stage, "xie", TO_XIE)?;
    let shown = stage.looks("xie", &["show", &drain])?;
    let carried = rows(&shown["log"])
        .iter()
        .find(|row| row["state"] == "carried")
        .map(|row| row["author"].clone());
    expect(
        "whose step is unconfirmed on 谢玉兰's phone",
        &carried,
        &Some("蓝彩英".into()),
    )?;
    expect(
        "how her own stands",
        &entry(&shown, XIES_NOTE)?["state"],
        &"pending".into(),
    )
}

fn wrong_files(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    hands_over(stage, "xie", TO_QIN, "覃国忠")?;
    is_refused(stage, "lan", TO_QIN, "not_for_you")?;
    let whole = std::fs::read(stage.file(TO_LAN)).map_err(ProcessError::system(TO_LAN))?;
    let half = whole.get(..whole.len() / 2).unwrap_or_default();
    std::fs::write(stage.file(HALF), half).map_err(ProcessError::system(HALF))?;
    is_refused(stage, "lan", HALF, "damaged_bundle")?;
    takes(stage, "lan", TO_LAN)?;
    let carried = stage.rows("lan", &["bundle", "list"])?;
    expect("the batches that 蓝彩英 carries", &carried.len(), &1)
}

fn one_syncs_for_both(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.server_starts()?;
    stage.syncs("lan", &[("admitted", 1), ("carried", 1)])?;
    let (drain, wall) = (stage.recall(DRAIN)?, stage.recall(WALL)?);
    let shown = stage.looks("lan", &["show", &drain])?;
    expect(
        "how 谢玉兰's note stands now",
        &entry(&shown, XIES_NOTE)?["state"],
        &"admitted".into(),
    )?;
    expect(
        "what 蓝彩英 still carries",
        &stage.rows("lan", &["bundle", "list"])?.len(),
        &0,
    )?;
    expect(
        "whether the courier sees the wall",
        &sees(stage, "lan", &wall)?,
        &false,
    )
}

fn the_other_gets_her_verdicts(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let (drain, wall) = (stage.recall(DRAIN)?, stage.recall(WALL)?);
    // She hands in what she carries for 蓝彩英, too: nobody has told her that it arrived.
    stage.syncs("xie", &[("admitted", 2), ("carried", 1)])?;
    stage.syncs("qin", &[])?;
    stage.types("xie", &["show", &drain])?;
    stage.phones_agree(&["xie", "lan", "qin"], &drain)?;
    stage.types("xie", &["accept", &wall])?;
    stage.syncs("xie", &[("admitted", 1)]).map(drop)
}

fn hands_over(stage: &mut Stage<'_>, phone: &str, file: &str, to: &str) -> Result<(), StoryError> {
    let path = stage.file(file).display().to_string();
    stage
        .types(phone, &["bundle", "export", &path, "--for", to])
        .map(drop)
}

fn takes(stage: &mut Stage<'_>, phone: &str, file: &str) -> Result<(), StoryError> {
    let path = stage.file(file).display().to_string();
    stage.types(phone, &["bundle", "import", &path]).map(drop)
}

fn is_refused(
    stage: &mut Stage<'_>,
    phone: &str,
    file: &str,
    code: &str,
) -> Result<(), StoryError> {
    let path = stage.file(file).display().to_string();
    stage.is_told(phone, &["bundle", "import", &path], NOT_ALLOWED, code)
}

/// Whether a phone has a case at all.
fn sees(stage: &Stage<'_>, phone: &str, case: &str) -> Result<bool, StoryError> {
    Ok(stage
        .rows(phone, &["cases", "--all"])?
        .iter()
        .any(|row| row["number"] == case))
}

/// The step of a case in which this was written.
fn entry(shown: &Value, words: &str) -> Result<Value, StoryError> {
    let found = rows(&shown["log"]).iter().find(|row| row["text"] == words);
    Ok(found
        .cloned()
        .ok_or_else(|| ProcessError::Answer(format!("no step says {words}")))?)
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
