//! What can be done once a device was stopped, a post has ended, or a phone's clock went back.

use alleyway_core::id::CommandId;
use alleyway_core::kinds::unit::Amend;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use serde_json::{Value, json};

use super::town::{Phone, Town};
use alleyway_client::dates as parse;

fn report(phone: &Phone<'_>) -> String {
    let line = [
        "report",
        "--category",
        "road",
        "--title",
        "路坏了",
        "--text",
        "过不了车",
    ];
    phone.json(&line)["number"].as_str().unwrap().to_owned()
}

fn code(number: &str) -> u32 {
    number[..4].parse().unwrap()
}

fn stderr_codes(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|line| line["warning"]["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_clock_that_was_set_back_after_the_last_sync_takes_no_post_away() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["sync"]);
    for now in [
        "2026-02-01T09:00:00+08:00",
        "2023-01-01T00:00:00+08:00",
        "1970-01-01T00:00:00Z",
    ] {
        xie.json(&["--now", now, "note", &number, "--text", "换了井盖"]);
        let typed = xie
            .json(&["--now", now, "pending"])
            .as_array()
            .unwrap()
            .last()
            .unwrap()["at"]
            .clone();
        assert_eq!(
            typed,
            parse::show_time_utc(parse::time(now).unwrap()),
            "the phone's own clock is what was typed at"
        );
        assert_eq!(
            xie.json(&["--now", now, "whoami"])["posts"][0]["post"],
            "alley_chief"
        );
        xie.json(&[
            "--now",
            now,
            "report",
            "--category",
            "water",
            "--title",
            "停水",
            "--text",
            "三天了",
        ]);
    }
    let synced = xie.json(&["--now", "1970-01-01T01:00:00Z", "sync"]);
    assert_eq!(
        (&synced["admitted"], &synced["refused"]),
        (&json!(6), &json!(0))
    );
}

#[test]
fn a_device_that_is_stopped_says_so_and_nothing_about_syncing() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["sync"]);
    town.stop(code(&number), Stop::Revoked);
    assert_eq!(xie.error(&["sync"]), (10, "device_revoked".to_owned()));

    let stopped = (10, "device_stopped".to_owned());
    for line in [
        &[
            "report",
            "--category",
            "road",
            "--title",
            "路",
            "--text",
            "坏了",
        ][..],
        &["note", &number, "--text", "x"],
        &["mend", "00000000", "--text", "x"],
        &["resend", "00000000"],
        &["proposals", "take", "00000000"],
        &["confidential", "clear", "00000000"],
        &["show", &number],
        &["conflicts", &number],
    ] {
        assert_eq!(xie.error(line), stopped, "{line:?}");
    }
    for line in ["cases", "households", "review", "proposals"] {
        let (exit, out, err) = xie.line(&["--json", line]);
        assert_eq!((exit, out.trim()), (0, "[]"), "{line}");
        assert_eq!(stderr_codes(&err), ["device_stopped"], "{line}");
        let text = xie.text(&["--lang", "en", line]);
        assert!(
            text.starts_with("Stopped (") && !text.contains("ync"),
            "{text}"
        );
    }
    let whoami = xie.text(&["--lang", "en", "whoami"]);
    assert!(
        whoami.contains("Stopped (") && !whoami.contains("Readable until"),
        "{whoami}"
    );
    let (_, out, _) = xie.line(&["--json", "whoami"]);
    assert_eq!(
        serde_json::from_str::<Value>(&out).unwrap()["readable_until"],
        Value::Null
    );
    assert_eq!(xie.json(&["receipts"])[0]["why"], "stopped");
    assert_eq!(
        (xie.json(&["pending"]), xie.json(&["refused"])),
        (json!([]), json!([]))
    );
    // The lease's end has nothing to add.
    let (_, _, err) = xie.line(&["--json", "--now", "2026-05-01T09:00:00+08:00", "cases"]);
    assert_eq!(stderr_codes(&err), ["device_stopped"]);
}

#[test]
fn who_holds_no_post_any_more_is_not_told_to_sync() {
    let mut town = Town::new();
    let he = town.device("he", "he").ready();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["sync"]);
    let posts = he.json(&["confidential", "--all"])["posts"].clone();
    let chief = posts
        .as_array()
        .unwrap()
        .iter()
        .find(|post| post["name"] == "谢桂兰")
        .unwrap();
    let appointment = CommandId::parse(chief["appointment"].as_str().unwrap()).unwrap();
    let now = parse::time("2026-03-01T08:00:00+08:00").unwrap();
    let (from, until) = (Time(now.0 - 86_400_000), Some(Time(now.0 + 1)));
    town.console(UnitCommand::Amend(Amend {
        appointment,
        name: Text::cut("谢桂兰"),
        from,
        until,
    }));
    town.set_clock("2026-03-01T08:01:00+08:00");
    xie.json(&["sync"]);
    xie.json(&["sync"]);

    let lang = ["--lang", "en"];
    for line in [&["cases"][..], &["households"], &["whoami"]] {
        let text = xie.text(&[&lang, line].concat());
        assert!(
            text.contains("You hold no post now") && text.contains("alleyway receipts"),
            "{text}"
        );
        assert!(!text.contains("alleyway sync"), "{text}");
    }
    for (line, exit) in [
        (&["note", &number, "--text", "x"][..], 4),
        (&["report", "--category", "road", "--title", "x"], 3),
    ] {
        let (got, _, err) = xie.line(&[&lang, line].concat());
        assert_eq!(
            (got, err.contains("You hold no post now")),
            (exit, true),
            "{err}"
        );
    }
}

/// A report in which everything is filled in.
const A_WHOLE_REPORT: [&str; 11] = [
    "report",
    "--text",
    "水管裂了\n三天没水",
    "--household",
    "橘园巷12号",
    "--category",
    "water",
    "--title",
    "停水了",
    "--place",
    "22.4,109.3",
];

#[test]
fn a_reviewer_reads_all_that_was_written_and_set_before_taking_it() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let wei = town.device("wei", "wei").ready();
    let kept = report(&xie);
    xie.json(&["accept", &kept]);
    xie.json(&["sync"]);
    let unsent = xie.json(&A_WHOLE_REPORT);
    let unsent = unsent["number"].as_str().unwrap();
    xie.json(&["note", unsent, "--text", "已报水厂"]);
    xie.json(&["edit", &kept, "--field", "contact", "--value", "老四"]);
    xie.json(&[
        "escalate",
        &kept,
        "--reason",
        "没有资金",
        "--tried",
        "找过两家",
    ]);
    town.stop(code(&kept), Stop::Lost);
    assert_eq!(xie.error(&["sync"]).0, 11);
    wei.json(&["sync"]);
    let second = town.device("xie", "second").ready();
    let items = second.json(&["review"]);
    let said = |kind: &str| {
        items
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["kind"] == kind)
            .unwrap()
    };
    let reported = &said("report")["said"];
    assert_eq!(
        [
            &reported["title"],
            &reported["text"],
            &reported["category"],
            &reported["household"],
            &reported["point"]
        ],
        [
            "停水了",
            "水管裂了\n三天没水",
            "water",
            "橘园巷12号",
            "22.4,109.3"
        ]
    );
    assert_eq!(
        (&said("note")["number"], &said("note")["said"]["text"]),
        (&json!(unsent), &json!("已报水厂"))
    );
    assert_eq!(
        said("edit")["said"],
        json!({"field": "contact", "value": "老四"})
    );
    assert_eq!(
        said("escalate")["said"],
        json!({"to": "橘园村支部", "reason": "没有资金", "tried": "找过两家"})
    );
    assert_eq!(said("escalate")["number"], json!(kept));
    let text = second.text(&["review"]);
    for line in [
        "标题：停水了",
        "三天没水",
        "类别：用水",
        "送往：橘园村支部",
        "字段：联系人",
        "改为：老四",
        unsent,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn all_that_somebody_left_is_dismissed_by_one_line() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let kept = report(&xie);
    xie.json(&["sync"]);
    for text in ["一", "二", "三"] {
        xie.json(&["note", &kept, "--text", text]);
    }
    town.stop(code(&kept), Stop::Lost);
    assert_eq!(xie.error(&["sync"]).0, 11);
    let second = town.device("xie", "second").ready();
    let review = second.json(&["review"]);
    let item = review[0]["item"].as_str().unwrap();
    assert_eq!(review[0]["device"], review[2]["device"]);
    let done = second.json(&["review", "dismiss", item, "--all-of", "device"]);
    let expected = json!({
        "author": "谢桂兰", "device": review[0]["device"], "count": 3, "state": "dismissed",
    });
    assert_eq!(done, expected);
    assert_eq!(second.json(&["review"]), json!([]));
    assert_eq!(second.json(&["pending"]).as_array().unwrap().len(), 1);
    assert_eq!(second.json(&["sync"])["admitted"], 1);
    assert_eq!(second.json(&["review"]), json!([]));
    let gone = ["review", "dismiss", item, "--all-of", "author"];
    assert_eq!(second.error(&gone), (4, "not_found".to_owned()));
}
