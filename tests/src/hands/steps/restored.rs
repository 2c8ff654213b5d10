//! Two phones are restored from one backup: they use one identity, until the server notices.

use super::{DRAIN, STOPPED, Stage, Step, StoryError};
use crate::story::expect;

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-05-18T09:00:00+08:00",
        title: "A backup of 蓝彩英's phone is put on a second one, and both go on writing",
        play: both_go_on,
    },
    Step {
        at: "2026-05-18T15:00:00+08:00",
        title: "The first one repeats a number too: two phones use one identity, and it is frozen",
        play: it_is_frozen,
    },
    Step {
        at: "2026-05-18T17:00:00+08:00",
        title: "She wipes the copy, and the administrator lets the device go on",
        play: it_is_thawed,
    },
];

const THIRD: &str = "挖机下午到。";

fn both_go_on(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.recall(DRAIN)?;
    stage.copies("lan-2", "lan-copy")?;
    stage.types("lan-2", &["note", &drain, "--text", "上游那段已挖通。"])?;
    stage.syncs("lan-2", &[("admitted", 1)])?;
    stage.types("lan-copy", &["note", &drain, "--text", "下游还堵着。"])?;
    let synced = stage.syncs("lan-copy", &[("admitted", 1)])?;
    // The number was taken, so that it went out twice: it is one note all the same.
    if stage.reads_json() {
        expect("what was sent", &synced["sent"], &1.into())
    } else {
        Ok(())
    }
}

fn it_is_frozen(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.recall(DRAIN)?;
    let code = stage.device_code("lan")?;
    stage.types("lan-2", &["note", &drain, "--text", THIRD])?;
    stage.syncs_in_vain("lan-2", STOPPED, "device_frozen")?;
    stage.administers(&["device", "show", &code])?;
    expect(
        "why it is stopped",
        &stage.asks(&["device", "show", &code])?[0]["stopped"],
        &"frozen".into(),
    )
}

fn it_is_thawed(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.recall(DRAIN)?;
    let code = stage.device_code("lan")?;
    stage.types("lan-copy", &["wipe", "--yes"])?;
    stage.administers(&["device", "thaw", &code])?;
    stage.syncs("lan-2", &[])?;
    stage.types("lan-2", &["review"])?;
    let items = stage.rows("lan-2", &["review"])?;
    expect("the items to review", &items.len(), &1)?;
    let item = items.first().cloned().unwrap_or_default();
    expect("why", &item["why"], &"device_frozen".into())?;
    stage.types(
        "lan-2",
        &["review", "take", item["item"].as_str().unwrap_or_default()],
    )?;
    stage.syncs("lan-2", &[("admitted", 2)])?;
    let shown = stage.looks("lan-2", &["show", &drain])?;
    let written = shown["log"]
        .as_array()
        .is_some_and(|log| log.iter().any(|row| row["text"] == THIRD));
    expect("whether the third note stands", &written, &true)?;
    stage.syncs("qin-2", &[])?;
    stage.phones_agree(&["lan-2", "qin-2"], &drain)
}
