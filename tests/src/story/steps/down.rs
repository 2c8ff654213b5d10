//! Down to the department, and the road is built.

use super::{Step, expect};
use crate::story::{Person, Stage, StoryError};

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-16T09:00:00+08:00",
        title: "The town receives it and dispatches it to the roads department, with a date",
        play: town_dispatches,
    },
    Step {
        at: "2026-03-18T08:30:00+08:00",
        title: "The roads department receives it and begins",
        play: department_starts,
    },
    Step {
        at: "2026-04-07T08:00:00+08:00",
        title: "Two weeks of rain: the work waits, which pauses the department's clock and not the resident's",
        play: rain,
    },
    Step {
        at: "2026-04-20T08:00:00+08:00",
        title: "The rain is over",
        play: rain_is_over,
    },
    Step {
        at: "2026-05-25T17:00:00+08:00",
        title: "The road is built; the department resolves the case, and may not verify its own work",
        play: department_resolves,
    },
];

/// What the resident reads of the work before it is verified.
const TOLD: &str = "您反映的果园路已修好，580米混凝土路面可以通车，请看看是否满意。";

/// The roads department.
const ROADS: &str = "镇交通站";

fn town_dispatches(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Wei, 0, 0)?;
    stage.does(Person::Wei, "receive", &[])?;
    stage.does(
        Person::Wei,
        "dispatch",
        &["--to", ROADS, "--by", "2026-05-29"],
    )?;
    stage.syncs(Person::Wei, 2, 0)?;
    stage.stands(Person::Wei, "accepted", "四排镇")?;
    expect(
        "the due date",
        &stage.shows(Person::Wei)?["fields"]["due"],
        &"2026-05-29".into(),
    )
}

fn department_starts(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs(Person::Mo, 0, 0)?;
    stage.types(Person::Mo, &["cases"])?;
    stage.does(Person::Mo, "receive", &[])?;
    stage.does(Person::Mo, "start", &[])?;
    stage.syncs(Person::Mo, 2, 0)?;
    stage.stands(Person::Mo, "in_progress", ROADS)
}

fn rain(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    // More than two weeks without a contact: the lease has ended, and begins anew.
    stage.syncs(Person::Mo, 0, 0)?;
    stage.does(Person::Mo, "wait", &["--reason", "weather"])?;
    stage.syncs(Person::Mo, 1, 0)?;
    stage.stands(Person::Mo, "waiting", ROADS)
}

fn rain_is_over(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.does(Person::Mo, "resume", &[])?;
    stage.does(
        Person::Mo,
        "note",
        &["--text", "路基已清理，本周开始铺水稳层。"],
    )?;
    stage.syncs(Person::Mo, 2, 0)
}

fn department_resolves(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let done = "580米混凝土路面全部完工，宽3.5米，三处塌方已重做路基。";
    stage.syncs(Person::Mo, 0, 0)?;
    stage.does(
        Person::Mo,
        "resolve",
        &["--text", done, "--resident-text", TOLD],
    )?;
    let case = stage.case.clone();
    stage.is_told(
        Person::Mo,
        &["verify", &case, "--result", "fixed"],
        "not_permitted",
    )?;
    stage.syncs(Person::Mo, 1, 0)?;
    // The resident reads what was done, and which office did it.
    let page = stage.track("text/html", "zh-CN")?;
    for words in [ROADS, TOLD] {
        expect(
            &format!("whether the page has “{words}”"),
            &page.body.contains(words),
            &true,
        )?;
    }
    stage.stands(Person::Mo, "resolved", ROADS)
}
