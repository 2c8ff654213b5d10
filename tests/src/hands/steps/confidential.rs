//! Something confidential needs two persons; and what all of it left in the audit.

use super::{NOT_ALLOWED, Stage, Step, StoryError};
use crate::process::ProcessError;
use crate::story::expect;

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-05-28T09:00:00+08:00",
        title: "A family tells 陆海生 something that not everybody may read: he is not cleared for that yet",
        play: he_is_not_cleared,
    },
    Step {
        at: "2026-05-28T11:00:00+08:00",
        title: "An administrator asks for his clearance, and cannot confirm it himself; a second one does",
        play: two_persons_clear_him,
    },
    Step {
        at: "2026-05-28T15:00:00+08:00",
        title: "Now he reports it, and nobody else is sent it",
        play: he_reports,
    },
    Step {
        at: "2026-05-29T09:00:00+08:00",
        title: "What the server wrote down of all this: its audit, whose chain holds",
        play: the_audit_holds,
    },
];

const REPORT: [&str; 8] = [
    "report",
    "--category",
    "dispute",
    "--title",
    "家里的事",
    "--text",
    "不想让邻居知道。",
    "--confidential",
];

fn he_is_not_cleared(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs("lu", &[])?;
    stage.is_told("lu", &REPORT, NOT_ALLOWED, "not_cleared")
}

fn two_persons_clear_him(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let code = stage.invites(&["tang"])?;
    stage.enrols("tang", &code)?;
    stage.syncs("zhou", &[])?;
    stage.types("zhou", &["confidential", "--all"])?;
    let found = stage.looks("zhou", &["confidential", "--all"])?;
    let mut posts = found["posts"].as_array().into_iter().flatten();
    let appointment = posts
        .find(|post| post["name"] == "陆海生")
        .and_then(|post| post["appointment"].as_str());
    let appointment = appointment.ok_or_else(|| ProcessError::Answer(found.to_string()))?;
    stage.types("zhou", &["confidential", "clear", appointment])?;
    stage.syncs("zhou", &[("admitted", 1)])?;
    stage.is_told(
        "zhou",
        &["confidential", "confirm", appointment],
        NOT_ALLOWED,
        "second_person",
    )?;
    stage.syncs("tang", &[])?;
    stage.types("tang", &["confidential", "confirm", appointment])?;
    stage.syncs("tang", &[("admitted", 1)])?;
    stage.types("tang", &["confidential"])?;
    let clearance = stage.looks("tang", &["confidential"])?["posts"][0].clone();
    expect("who asked", &clearance["asked_by"], &"周宏斌".into())?;
    expect(
        "who confirmed",
        &clearance["confirmed_by"],
        &"唐小燕".into(),
    )
}

fn he_reports(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs("lu", &[])?;
    let [_, line @ ..] = REPORT;
    let secret = stage.reports("lu", &line)?;
    stage.syncs("lu", &[("admitted", 1)])?;
    stage.types("lu", &["show", &secret])?;
    expect(
        "whether it is confidential",
        &stage.looks("lu", &["show", &secret])?["confidential"],
        &true.into(),
    )?;
    for other in ["zhou", "tang", "qin-2", "lan-2"] {
        stage.syncs(other, &[])?;
        let seen = stage
            .rows(other, &["cases", "--all"])?
            .iter()
            .any(|row| row["number"] == secret.as_str());
        expect(&format!("whether {other} has it"), &seen, &false)?;
    }
    Ok(())
}

fn the_audit_holds(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.administers(&["audit", "list", "--last", "20"])?;
    stage.administers(&["audit", "verify"])?;
    let verified = stage.asks(&["audit", "verify"])?;
    expect(
        "whether the audit is sound",
        &verified["sound"],
        &true.into(),
    )?;
    let stopped = stage.asks(&["audit", "list", "--kind", "stopped"])?;
    let why: Vec<&str> = stopped
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| row["why"].as_str())
        .collect();
    expect(
        "why devices were stopped",
        &why,
        &vec!["lost", "revoked", "frozen"],
    )?;
    stage.administers(&["check"]).map(drop)
}
