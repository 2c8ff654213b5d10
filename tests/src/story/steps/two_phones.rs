//! Two phones without signal, one case.

use serde_json::Value;

use super::{Step, expect, text};
use crate::story::{Person, Stage, StoryError};

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-04T08:00:00+08:00",
        title: "Lu, the alley's other chief, syncs and finds the case",
        play: lu_finds_it,
    },
    Step {
        at: "2026-03-05T09:00:00+08:00",
        title: "Both without signal: Xie corrects the place, adds a note, and escalates to the branch",
        play: xie_works_offline,
    },
    Step {
        at: "2026-03-05T10:30:00+08:00",
        title: "Lu, who cannot know: another place, a note, an escalation. His battery died: the phone's clock is a year behind",
        play: lu_works_offline,
    },
    Step {
        at: "2026-03-05T20:00:00+08:00",
        title: "Xie's phone has signal first",
        play: xie_is_first,
    },
    Step {
        at: "2026-03-06T08:00:00+08:00",
        title: "Lu's arrives second: his note and his place are kept, his escalation is refused, and he is told why",
        play: lu_is_second,
    },
    Step {
        at: "2026-03-06T12:00:00+08:00",
        title: "Xie syncs: both phones hold the same, and show the conflict card",
        play: both_hold_the_same,
    },
];

/// What Xie says where it is.
pub(super) const XIES_PLACE: &str = "甜橙巷口至果园晒场";
const LUS_PLACE: &str = "果园路北段，水渠桥头";

fn lu_finds_it(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Lu, 0, 0)?;
    stage.types(Person::Lu, &["cases"])?;
    let case = stage.case.clone();
    stage.types(Person::Lu, &["show", &case])?;
    stage.phones_agree()
}

fn xie_works_offline(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.does(
        Person::Xie,
        "edit",
        &["--field", "place", "--value", XIES_PLACE],
    )?;
    stage.does(
        Person::Xie,
        "note",
        &["--text", "用皮尺量过：全长580米，路面宽3.5米。"],
    )?;
    stage.does(
        Person::Xie,
        "escalate",
        &[
            "--reason",
            "超出本巷能力",
            "--tried",
            "发动村民填过土石，雨后又塌",
        ],
    )
}

fn lu_works_offline(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.clocks.insert(Person::Lu, -365);
    stage.does(
        Person::Lu,
        "edit",
        &["--field", "place", "--value", LUS_PLACE],
    )?;
    stage.does(
        Person::Lu,
        "note",
        &["--text", "桥头一段路基已经悬空，摩托车也要绕行。"],
    )?;
    stage.does(
        Person::Lu,
        "escalate",
        &["--reason", "需要资金", "--tried", "自己垫过碎石"],
    )
}

fn xie_is_first(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Xie, 3, 0)?;
    expect(
        "the referral",
        &stage.shows(Person::Xie)?["referral"]["to"],
        &"橙山村党支部".into(),
    )
}

fn lu_is_second(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Lu, 2, 1)?;
    // The network sets the clock right: for the lease a year has passed, until the next contact.
    stage.clocks.remove(&Person::Lu);
    stage.syncs(Person::Lu, 0, 0)?;
    stage.types(Person::Lu, &["refused"])?;
    let refused = stage.looks(Person::Lu, &["refused"])?;
    expect(
        "how many were refused",
        &refused.as_array().map(Vec::len),
        &Some(1),
    )?;
    expect("the refused step", &refused[0]["kind"], &"escalate".into())?;
    expect("the rule", &refused[0]["code"], &"referral_pending".into())?;
    let reason = text(&refused[0]["reason"]);
    expect(
        "whether the reason says what came first and by whom",
        &says_who(reason),
        &true,
    )?;
    text(&refused[0]["command"]).clone_into(&mut stage.refused);
    let case = stage.shows(Person::Lu)?;
    let states: Vec<&Value> = case["log"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| &entry["state"])
        .collect();
    let shown = states.iter().filter(|state| **state == "refused").count();
    expect("how many refused steps the case shows", &shown, &1)
}

/// Xie escalated first.
fn says_who(reason: &str) -> bool {
    reason.contains("谢玉兰") && reason.contains("提级")
}

fn both_hold_the_same(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Xie, 0, 0)?;
    stage.phones_agree()?;
    let case = stage.case.clone();
    stage.types(Person::Xie, &["conflicts", &case])?;
    for chief in [Person::Xie, Person::Lu] {
        let conflicts = stage.looks(chief, &["conflicts", &case])?;
        expect(
            "the field in conflict",
            &conflicts[0]["field"],
            &"place".into(),
        )?;
        let values = conflicts[0]["values"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut values: Vec<(&str, &str)> = values
            .iter()
            .map(|value| (text(&value["value"]), text(&value["author"])))
            .collect();
        values.sort_unstable();
        let mut both = vec![(XIES_PLACE, "谢玉兰"), (LUS_PLACE, "陆海生")];
        both.sort_unstable();
        expect("both values with their authors", &values, &both)?;
    }
    Ok(())
}
