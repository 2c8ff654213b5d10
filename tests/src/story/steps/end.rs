//! Checked with those who asked, closed, and seen by the resident.

use super::report::tracking_lines;
use super::{Step, expect};
use crate::story::{Person, Stage, StoryError};

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-05-28T09:00:00+08:00",
        title: "Xie walks the new road with the growers, without signal, and verifies it",
        play: xie_verifies,
    },
    Step {
        at: "2026-06-01T19:00:00+08:00",
        title: "Xie closes the case: it counts as closed when the server has admitted it",
        play: xie_closes,
    },
    Step {
        at: "2026-06-02T08:00:00+08:00",
        title: "Lu syncs: both phones hold the same",
        play: lu_sees_the_end,
    },
    Step {
        at: "2026-06-02T09:00:00+08:00",
        title: "The villager looks at the tracking page",
        play: resident_looks,
    },
];

/// What the resident sees of the case's way; what is noted among the offices is not there.
const SEEN: [&str; 15] = [
    "report", "escalate", "return", "escalate", "receive", "escalate", "receive", "dispatch",
    "receive", "start", "wait", "resume", "resolve", "verify", "close",
];

fn xie_verifies(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Xie, 0, 0)?;
    stage.does(
        Person::Xie,
        "visit",
        &["--text", "同三户果农走了一遍，满载的三轮车可以通行。"],
    )?;
    stage.does(Person::Xie, "verify", &["--result", "fixed"])?;
    stage.syncs(Person::Xie, 2, 0)?;
    stage.stands(Person::Xie, "verified", "镇交通站")
}

fn xie_closes(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.does(
        Person::Xie,
        "close",
        &["--text", "果园路已修好，可以正常通车。谢谢您的反映。"],
    )?;
    stage.stands(Person::Xie, "verified", "镇交通站")?;
    stage.syncs(Person::Xie, 1, 0)?;
    stage.stands(Person::Xie, "closed", "镇交通站")
}

fn lu_sees_the_end(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Lu, 0, 0)?;
    let case = stage.case.clone();
    stage.types(Person::Lu, &["show", &case])?;
    stage.stands(Person::Lu, "closed", "镇交通站")?;
    stage.phones_agree()
}

fn resident_looks(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let seen: Vec<String> = SEEN.iter().map(|kind| (*kind).to_owned()).collect();
    expect("what the resident sees", &stage.tracked()?, &seen)?;
    let json = stage.track("application/json", "zh-CN")?;
    let page = stage.track("text/html", "zh-CN")?;
    expect(
        "whether it is a page",
        &page.body.starts_with("<!doctype html>"),
        &true,
    )?;
    for (what, answer) in [("the answer", &json), ("the page", &page)] {
        expect(&format!("the status of {what}"), &answer.status, &200)?;
        let named: Vec<&str> = stage
            .names()
            .filter(|name| answer.body.contains(name))
            .collect();
        expect(&format!("names in {what}"), &named, &Vec::new())?;
        for words in ["果园路已修好，可以正常通车", "580米混凝土路面可以通车"]
        {
            expect(
                &format!("whether {what} has “{words}”"),
                &answer.body.contains(words),
                &true,
            )?;
        }
    }
    let english = stage.track("text/html", "en")?;
    expect(
        "whether the page speaks English",
        &english.body.contains("closed"),
        &true,
    )?;
    let told = tracking_lines(&json.json()?)?;
    let said = format!("GET {}\n{told}", stage.tracking_url());
    stage.tell(&said);
    Ok(())
}
