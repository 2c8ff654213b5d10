//! A chief is replaced while the old phone lies in a drawer, with work on it that nobody has.

use serde_json::Value;

use super::{DRAIN, NOT_ALLOWED, Stage, Step, StoryError, WALL};
use crate::process::ProcessError;
use crate::story::expect;

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-12T09:00:00+08:00",
        title: "谢玉兰 works at the wall without signal: a note, a corrected place, an escalation. Then the phone goes into a drawer",
        play: she_works_offline,
    },
    Step {
        at: "2026-03-16T09:00:00+08:00",
        title: "She leaves the post: the administrator ends it and appoints 陆海生",
        play: she_is_replaced,
    },
    Step {
        at: "2026-05-07T08:00:00+08:00",
        title: "Sixty days after its last contact her phone shows nothing any more, and still takes down what she says",
        play: the_lease_has_ended,
    },
    Step {
        at: "2026-05-07T10:00:00+08:00",
        title: "She has signal: everything is handed in, then everything of the alley leaves the phone, against a receipt",
        play: she_hands_in,
    },
    Step {
        at: "2026-05-07T15:00:00+08:00",
        title: "陆海生 finds her notes, marked, and two proposals: he takes one and dismisses the other",
        play: he_takes_over,
    },
    Step {
        at: "2026-05-08T08:00:00+08:00",
        title: "The branch receives the wall; 陆海生's phone and the branch's hold the same",
        play: the_branch_receives,
    },
];

const BEFORE_THE_END: &str = "门口已拉警戒绳。";
const AFTER_THE_END: &str = "又塌了半米，没有伤人。";
/// What she reports when nothing can be read any more.
const LATE_REPORT: &str = "the report from the drawer";

fn she_works_offline(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let wall = stage.recall(WALL)?;
    stage.types("xie", &["note", &wall, "--text", BEFORE_THE_END])?;
    stage.types(
        "xie",
        &[
            "edit",
            &wall,
            "--field",
            "place",
            "--value",
            "甜橙巷2号后墙",
        ],
    )?;
    let tried = "劝住户先搬到亲戚家";
    stage
        .types(
            "xie",
            &[
                "escalate",
                &wall,
                "--reason",
                "巷里没有资金",
                "--tried",
                tried,
            ],
        )
        .map(drop)
}

fn she_is_replaced(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.administers(&["member", "end", "--member", "xie", "--unit", "tiancheng"])?;
    let lu = [
        "--unit",
        "tiancheng",
        "--post",
        "alley_chief",
        "--key",
        "lu",
        "--name",
        "陆海生",
    ];
    stage.administers(&[&["member", "appoint"][..], &lu].concat())?;
    let code = stage.invites(&["lu"])?;
    stage.enrols("lu", &code)?;
    let wall = stage.recall(WALL)?;
    expect(
        "who holds the wall",
        &stage.looks("lu", &["show", &wall])?["holder"],
        &"甜橙巷".into(),
    )?;
    expect(
        "the proposals",
        &stage.rows("lu", &["proposals"])?.len(),
        &0,
    )
}

fn the_lease_has_ended(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let wall = stage.recall(WALL)?;
    stage.types("xie", &["cases"])?;
    stage.types("xie", &["show", &wall])?;
    let shown = stage.looks("xie", &["show", &wall])?;
    expect(
        "whether the wall can be read",
        &shown["readable"],
        &false.into(),
    )?;
    expect("its title", &shown["title"], &Value::Null)?;
    stage.is_told(
        "xie",
        &["escalate", &wall, "--reason", "急", "--tried", "无"],
        NOT_ALLOWED,
        "lease_ended",
    )?;
    stage.types("xie", &["note", &wall, "--text", AFTER_THE_END])?;
    let report = stage.reports(
        "xie",
        &[
            "--category",
            "road",
            "--title",
            "巷口路灯不亮",
            "--text",
            "晚上看不清台阶。",
        ],
    )?;
    stage.remember(LATE_REPORT, report);
    expect(
        "what is unsent",
        &stage.rows("xie", &["pending"])?.len(),
        &5,
    )
}

fn she_hands_in(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let (wall, drain, report) = (
        stage.recall(WALL)?,
        stage.recall(DRAIN)?,
        stage.recall(LATE_REPORT)?,
    );
    let synced = stage.syncs("xie", &[("admitted", 3), ("kept", 2)])?;
    if stage.reads_json() {
        expect(
            "whether anything left",
            &(synced["forgotten"].as_u64() > Some(0)),
            &true,
        )?;
    }
    stage.types("xie", &["cases", "--all"])?;
    stage.types("xie", &["receipts"])?;
    for what in [
        &["cases", "--all"][..],
        &["households"],
        &["pending"],
        &["refused"],
    ] {
        expect(&what.join(" "), &stage.rows("xie", what)?.len(), &0)?;
    }
    let receipts = stage.rows("xie", &["receipts"])?;
    expect("the receipts", &receipts.len(), &1)?;
    let receipt = receipts.first().cloned().unwrap_or_default();
    expect("why it left", &receipt["why"], &"scope".into())?;
    for case in [&wall, &drain] {
        let named = receipt["cases"]
            .as_array()
            .is_some_and(|cases| cases.iter().any(|number| number == case.as_str()));
        expect(&format!("whether the receipt names {case}"), &named, &true)?;
    }
    let became = |kind: &str, number: &str| -> Vec<String> {
        let handed_in = receipt["handed_in"].as_array().into_iter().flatten();
        let these = handed_in.filter(|row| row["kind"] == kind && row["number"] == number);
        these
            .filter_map(|row| row["became"].as_str().map(str::to_owned))
            .collect()
    };
    expect(
        "the notes",
        &became("note", &wall),
        &vec!["after_post".to_owned(); 2],
    )?;
    expect(
        "the report",
        &became("report", &report),
        &vec!["after_post".to_owned()],
    )?;
    expect("the edit", &became("edit", &wall), &vec!["kept".to_owned()])?;
    expect(
        "the escalation",
        &became("escalate", &wall),
        &vec!["kept".to_owned()],
    )
}

fn he_takes_over(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let (wall, report) = (stage.recall(WALL)?, stage.recall(LATE_REPORT)?);
    stage.syncs("lu", &[])?;
    stage.types("lu", &["show", &wall])?;
    let shown = stage.looks("lu", &["show", &wall])?;
    let marked = |shown: &Value| -> Vec<String> {
        let marked = shown["log"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|row| row["mark"] == "after_post");
        marked
            .filter_map(|row| row["text"].as_str().map(str::to_owned))
            .collect()
    };
    expect(
        "her marked notes",
        &marked(&shown),
        &vec![BEFORE_THE_END.to_owned(), AFTER_THE_END.to_owned()],
    )?;
    expect(
        "her marked report",
        &marked(&stage.looks("lu", &["show", &report])?).len(),
        &1,
    )?;
    stage.types("lu", &["proposals"])?;
    let proposals = stage.rows("lu", &["proposals"])?;
    expect("the proposals", &proposals.len(), &2)?;
    let item = |kind: &str| {
        let row = proposals
            .iter()
            .find(|row| row["kind"] == kind && row["author"] == "谢玉兰");
        let item = row.and_then(|row| row["item"].as_str()).map(str::to_owned);
        item.ok_or_else(|| ProcessError::Answer(format!("no proposal to {kind}")))
    };
    stage.types("lu", &["proposals", "take", &item("escalate")?])?;
    stage.types("lu", &["proposals", "dismiss", &item("edit")?])?;
    // The escalation as his own, and for each of the two items that it is settled.
    stage.syncs("lu", &[("admitted", 3)])?;
    expect(
        "the proposals left",
        &stage.rows("lu", &["proposals"])?.len(),
        &0,
    )?;
    let shown = stage.looks("lu", &["show", &wall])?;
    let last = shown["log"]
        .as_array()
        .and_then(|log| log.last())
        .cloned()
        .unwrap_or_default();
    expect(
        "who escalated",
        &(&last["kind"], &last["author"]),
        &(&"escalate".into(), &"陆海生".into()),
    )
}

fn the_branch_receives(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let wall = stage.recall(WALL)?;
    stage.syncs("qin", &[])?;
    stage.types("qin", &["receive", &wall])?;
    stage.syncs("qin", &[("admitted", 1)])?;
    stage.syncs("lu", &[])?;
    stage.phones_agree(&["lu", "qin"], &wall)
}
