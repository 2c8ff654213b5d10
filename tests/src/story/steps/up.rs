//! Up a level at a time.

use super::two_phones::XIES_PLACE;
use super::{Step, expect};
use crate::story::{Person, Stage, StoryError};

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-09T09:00:00+08:00",
        title: "The branch sends it back: it wants the extent of the damage in the escalation",
        play: branch_returns,
    },
    Step {
        at: "2026-03-10T08:30:00+08:00",
        title: "Xie settles the conflict card",
        play: xie_picks,
    },
    Step {
        at: "2026-03-10T17:30:00+08:00",
        title: "Lu mends his refused escalation, and this time it is admitted",
        play: lu_mends,
    },
    Step {
        at: "2026-03-11T09:00:00+08:00",
        title: "The branch receives it",
        play: branch_receives,
    },
    Step {
        at: "2026-03-13T15:00:00+08:00",
        title: "The village cannot pay for it: the branch escalates to the town",
        play: branch_escalates,
    },
];

/// The branch of the village.
const BRANCH: &str = "橙山村党支部";

fn branch_returns(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Qin, 0, 0)?;
    stage.types(Person::Qin, &["cases"])?;
    stage.does(
        Person::Qin,
        "return",
        &["--reason", "请写明塌方几处、各多长，再报支部"],
    )?;
    stage.syncs(Person::Qin, 1, 0)
}

fn xie_picks(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Xie, 0, 0)?;
    stage.stands(Person::Xie, "reported", "甜橙巷")?;
    stage.does(
        Person::Xie,
        "pick",
        &["--field", "place", "--value", XIES_PLACE],
    )?;
    stage.syncs(Person::Xie, 1, 0)?;
    let case = stage.shows(Person::Xie)?;
    expect("the conflicts", &case["conflicts"], &serde_json::json!([]))?;
    expect("the place", &case["fields"]["place"], &XIES_PLACE.into())
}

fn lu_mends(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Lu, 0, 0)?;
    // As a person types it: an unambiguous beginning.
    let refused: String = stage.refused.chars().take(8).collect();
    let tried = "垫过碎石、填过土石，雨后又塌；现塌方三处，分别长12米、9米、20米";
    stage.types(Person::Lu, &["mend", &refused, "--tried", tried])?;
    stage.syncs(Person::Lu, 1, 0)?;
    stage.types(Person::Lu, &["refused"])?;
    expect(
        "what is refused",
        &stage.looks(Person::Lu, &["refused"])?,
        &serde_json::json!([]),
    )?;
    expect(
        "the referral",
        &stage.shows(Person::Lu)?["referral"]["to"],
        &BRANCH.into(),
    )?;
    stage.syncs(Person::Xie, 0, 0)?;
    stage.phones_agree()
}

fn branch_receives(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Qin, 0, 0)?;
    stage.does(Person::Qin, "receive", &[])?;
    stage.syncs(Person::Qin, 1, 0)?;
    stage.stands(Person::Qin, "accepted", BRANCH)
}

fn branch_escalates(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.does(
        Person::Qin,
        "visit",
        &["--text", "支部会同两名巷长到场，三处塌方与所报一致。"],
    )?;
    let tried = "村集体经费不足，已筹砂石料两车";
    stage.does(
        Person::Qin,
        "escalate",
        &["--reason", "需要镇级资金和施工队", "--tried", tried],
    )?;
    stage.syncs(Person::Qin, 2, 0)
}
