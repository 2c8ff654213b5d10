//! The road is reported, far from any signal.

use alleyway_catalogue::{Lang, words};
use serde_json::Value;

use super::{Step, expect, text};
use crate::process::ProcessError;
use crate::story::{Person, Stage, StoryError};

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-03T09:20:00+08:00",
        title: "In the orange groves, without signal: a villager shows Xie the broken road; she records it on the spot",
        play: xie_reports,
    },
    Step {
        at: "2026-03-03T10:00:00+08:00",
        title: "The villager tries the tracking code at once: good, but the case has not arrived yet",
        play: too_early,
    },
    Step {
        at: "2026-03-03T16:40:00+08:00",
        title: "Still without signal: Xie looks at the road with two growers",
        play: xie_visits,
    },
    Step {
        at: "2026-03-03T19:30:00+08:00",
        title: "Back where there is signal: Xie syncs, and the tracking page shows the case",
        play: xie_sends,
    },
];

/// The household that asks.
const DOOR: &str = "甜橙巷7号";

fn xie_reports(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let households = stage.looks(Person::Xie, &["households"])?;
    let has = households
        .as_array()
        .is_some_and(|rows| rows.iter().any(|row| row["door"] == DOOR));
    expect("whether Xie's phone has the household", &has, &true)?;
    stage.types(
        Person::Xie,
        &[
            "report",
            "--household",
            DOOR,
            "--category",
            "road",
            "--title",
            "通往甜橙果园的路坏了",
            "--text",
            "580米长、3.5米宽的果园路路面塌陷，下雨就过不了车，果子运不出来。",
            "--place",
            "24.4512,109.9033",
        ],
    )?;
    let cases = stage.looks(Person::Xie, &["cases"])?;
    expect(
        "the number of cases",
        &cases.as_array().map(Vec::len),
        &Some(1),
    )?;
    text(&cases[0]["number"]).clone_into(&mut stage.case);
    let case = stage.shows(Person::Xie)?;
    text(&case["fields"]["tracking"]).clone_into(&mut stage.tracking);
    expect(
        "the report's state",
        &case["log"][0]["state"],
        &"pending".into(),
    )?;
    stage.does(
        Person::Xie,
        "note",
        &["--text", "村民说去年雨季之后就开始塌，三轮车已经翻过一次。"],
    )
}

fn too_early(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let seen = stage.track("application/json", "zh-CN")?.json()?;
    expect(
        "what the resident sees",
        &seen["state"],
        &"not_arrived".into(),
    )?;
    let said = format!("GET {}\n{}", stage.tracking_url(), text(&seen["text"]));
    stage.tell(&said);
    Ok(())
}

fn xie_visits(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.does(
        Person::Xie,
        "visit",
        &["--text", "与两户果农一起看了现场，塌方三处，最深约40厘米。"],
    )?;
    stage.types(Person::Xie, &["pending"])?;
    let pending = stage.looks(Person::Xie, &["pending"])?;
    expect(
        "what is pending",
        &pending.as_array().map(Vec::len),
        &Some(3),
    )
}

fn xie_sends(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Xie, 3, 0)?;
    stage.stands(Person::Xie, "reported", "甜橙巷")?;
    expect(
        "what the resident sees",
        &stage.tracked()?,
        &vec!["report".to_owned()],
    )?;
    let seen = stage.track("application/json", "zh-CN")?.json()?;
    let told = tracking_lines(&seen)?;
    let said = format!("GET {}\n{told}", stage.tracking_url());
    stage.tell(&said);
    Ok(())
}

/// The tracking answer as lines.
pub(super) fn tracking_lines(seen: &Value) -> Result<String, StoryError> {
    let steps = seen["steps"]
        .as_array()
        .ok_or_else(|| ProcessError::Answer(seen.to_string()))?;
    let mut lines = vec![format!(
        "{}  {}",
        text(&seen["number"]),
        text(&seen["text"])
    )];
    for step in steps {
        let day: String = text(&step["at"]).chars().take("2026-03-02".len()).collect();
        let result = step["result"]
            .as_str()
            .map(|result| words::FINDING.word(Lang::Zh, result).to_owned());
        let by = step["by"].as_str().map(|by| format!("期限 {by}"));
        let parts = [
            Some(day),
            Some(text(&step["title"]).to_owned()),
            result,
            by,
            Some(text(&step["text"]).to_owned()),
        ];
        lines.push(
            format!(
                "  {}",
                parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
            )
            .trim_end()
            .to_owned(),
        );
    }
    Ok(lines.join("\n"))
}
