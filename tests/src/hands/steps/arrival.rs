//! A town from lists, and a case that two alleys share.

use super::{DRAIN, Stage, Step, StoryError};
use crate::story::expect;

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-02T08:00:00+08:00",
        title: "A town is made from three lists; the server takes them while it runs",
        play: town_is_made,
    },
    Step {
        at: "2026-03-02T08:20:00+08:00",
        title: "The administrator invites two chiefs of neighbouring alleys, the branch secretary, and himself",
        play: everybody_enrols,
    },
    Step {
        at: "2026-03-02T09:30:00+08:00",
        title: "A drain floods two alleys: 谢玉兰 reports it, the branch gives it to 蓝彩英's alley",
        play: drain_is_shared,
    },
];

fn town_is_made(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.makes_the_town()
}

fn everybody_enrols(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    for (key, post) in [
        ("xie", "alley_chief"),
        ("lan", "alley_chief"),
        ("qin", "branch_secretary"),
        ("zhou", "administrator"),
    ] {
        let code = stage.invites(&[key])?;
        stage.enrols(key, &code)?;
        let known = stage.looks(key, &["whoami"])?;
        expect("the post", &known["posts"][0]["post"], &post.into())?;
    }
    Ok(())
}

fn drain_is_shared(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let drain = stage.reports(
        "xie",
        &[
            "--category",
            "sanitation",
            "--title",
            "两巷之间的水沟堵了",
            "--text",
            "一下雨，甜橙巷和桂花巷都进水。",
        ],
    )?;
    stage.types("xie", &["accept", &drain])?;
    stage.types(
        "xie",
        &[
            "escalate",
            &drain,
            "--reason",
            "涉及两条巷",
            "--tried",
            "清过本巷这一段",
        ],
    )?;
    stage.syncs("xie", &[("admitted", 3)])?;
    stage.syncs("qin", &[])?;
    stage.types("qin", &["receive", &drain])?;
    stage.types(
        "qin",
        &["dispatch", &drain, "--to", "桂花巷", "--by", "2026-06-30"],
    )?;
    stage.syncs("qin", &[("admitted", 2)])?;
    stage.syncs("lan", &[])?;
    stage.types("lan", &["receive", &drain])?;
    stage.types("lan", &["start", &drain])?;
    stage.syncs("lan", &[("admitted", 2)])?;
    stage.syncs("xie", &[])?;
    stage.phones_agree(&["xie", "lan"], &drain)?;
    stage.remember(DRAIN, drain);
    Ok(())
}
