//! The lease on the terminal: a date, a warning, and what still works behind it.

use serde_json::Value;

use super::town::{Phone, Town};

const SOON: &str = "2026-03-12T09:00:00+08:00";
const OVER: &str = "2026-03-15T09:00:00+08:00";

/// Exit code, value, and the codes of what was said besides, of a line typed at a time.
fn at(phone: &Phone<'_>, now: &str, line: &[&str]) -> (u8, Value, Vec<String>) {
    let (code, out, err) = phone.line(&[&["--json", "--now", now], line].concat());
    let said = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let kind = if value["warning"].is_null() {
            "error"
        } else {
            "warning"
        };
        value[kind]["code"].as_str().unwrap().to_owned()
    };
    (
        code,
        serde_json::from_str(&out).unwrap_or(Value::Null),
        err.lines().map(said).collect(),
    )
}

fn report(phone: &Phone<'_>) -> String {
    phone.reports("过不了车")
}

#[test]
fn the_end_of_the_lease_is_shown_and_warned_of_and_a_sync_takes_the_warning_back() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let (_, whoami, said) = at(&xie, "2026-03-11T09:00:00+08:00", &["whoami"]);
    assert_eq!(
        (whoami["readable_until"].as_str(), said.len()),
        (Some("2026-03-15T01:00:00Z"), 0)
    );
    let (code, _, said) = at(&xie, SOON, &["cases"]);
    assert_eq!((code, said), (0, vec!["lease_ends_soon".to_owned()]));
    let (_, _, text) = xie.line(&["--now", SOON, "--lang", "en", "cases"]);
    assert!(text.contains("2026-03-15 09:00"), "{text}");
    town.set_clock(SOON);
    assert_eq!(at(&xie, SOON, &["sync"]).2, Vec::<String>::new());
    assert_eq!(at(&xie, OVER, &["cases"]).2, Vec::<String>::new());
}

#[test]
fn after_the_end_numbers_and_doors_are_left_and_recording_goes_on() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["sync"]);
    let over = |line: &[&str]| {
        let (code, value, said) = at(&xie, OVER, line);
        assert_eq!(
            said.first().map(String::as_str),
            Some("lease_ended"),
            "{line:?}"
        );
        (code, value, said)
    };
    let (_, cases, _) = over(&["cases"]);
    assert_eq!(
        (&cases[0]["number"], &cases[0]["readable"]),
        (&Value::from(number.as_str()), &Value::from(false))
    );
    assert_eq!(over(&["households"]).1[0]["door"], "橘园巷12号");
    assert_eq!(over(&["whoami"]).1["readable_until"], Value::Null);
    let (code, noted, _) = over(&["note", &number, "--text", "换了新的灯泡"]);
    assert_eq!((code, &noted["number"]), (0, &Value::from(number.as_str())));
    let (code, reported, _) = over(&[
        "report",
        "--category",
        "road",
        "--title",
        "井盖不见了",
        "--text",
        "一个",
    ]);
    assert_eq!(code, 0);
    assert_eq!(over(&["show", &number]).1["pending"], 1);
    let (_, pending, _) = over(&["pending"]);
    assert_eq!(pending.as_array().unwrap().len(), 2);
    assert_eq!(
        (&pending[0]["kind"], &pending[0]["readable"]),
        (&Value::from("note"), &Value::from(false))
    );
    for line in [
        &["conflicts", &number][..],
        &["escalate", &number, "--reason", "funds", "--tried", "x"],
    ] {
        let (code, _, said) = over(line);
        assert_eq!(
            (code, said.len(), said[1].as_str()),
            (3, 2, "lease_ended"),
            "{line:?}"
        );
    }

    town.set_clock(OVER);
    let (_, synced, said) = at(&xie, OVER, &["sync"]);
    assert_eq!(
        (&synced["admitted"], &synced["up_to_date"]),
        (&Value::from(2), &Value::from(true))
    );
    assert_eq!(said, Vec::<String>::new());
    let (_, shown, _) = at(&xie, OVER, &["show", reported["number"].as_str().unwrap()]);
    assert_eq!(shown["title"], "井盖不见了");
    assert_eq!(
        at(&xie, OVER, &["show", &number]).1["log"][1]["text"],
        "换了新的灯泡"
    );
}

#[test]
fn a_clock_that_was_in_1970_for_a_moment_locks_nothing() {
    for wrong in ["1970-01-01T08:00:10+08:00", "2025-12-31T08:00:10+08:00"] {
        let mut town = Town::new();
        let xie = town.device("xie", "xie").ready();
        assert_eq!(
            at(&xie, "2026-03-01T09:10:00+08:00", &["households"])
                .2
                .len(),
            0
        );
        let (_, _, said) = at(&xie, wrong, &["households"]);
        assert_eq!(said, ["clock_wrong"], "{wrong}");
        let line = [
            "report",
            "--category",
            "road",
            "--title",
            "橘园路坏了",
            "--text",
            "x",
        ];
        let (code, reported, _) = at(&xie, wrong, &line);
        assert_eq!(code, 0);
        let back = "2026-03-01T09:15:00+08:00";
        let (_, households, said) = at(&xie, back, &["households"]);
        assert!(!households[0]["contact"].is_null(), "{households}");
        assert_eq!(said, Vec::<String>::new());
        let (_, whoami, _) = at(&xie, back, &["whoami"]);
        let until = whoami["readable_until"].as_str().unwrap();
        assert!(until.starts_with("2026-03-15"), "{until}");
        town.set_clock(back);
        assert_eq!(at(&xie, back, &["sync"]).0, 0);
        let number = reported["number"].as_str().unwrap();
        let shown = at(&xie, back, &["show", number]).1;
        let is_flagged = wrong.starts_with("1970");
        assert_eq!(shown["log"][0]["clock_wrong"], is_flagged, "{shown}");
        let (_, text, _) = xie.line(&["--now", back, "--lang", "en", "show", number]);
        let told = if is_flagged {
            "[wrong clock]"
        } else {
            "2025-12-31 08:00"
        };
        assert!(text.contains(told), "{text}");
        assert!(!text.contains("2000-01-01"), "{text}");
    }
}

#[test]
fn at_the_end_the_store_gets_another_data_key_once() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    report(&xie);
    let read = |name| std::fs::read(xie.home().join(name)).unwrap_or_default();
    let seal = || ["device.1.seal", "device.2.seal"].map(read);
    let in_force = seal();
    xie.json(&["cases"]);
    assert_eq!(seal(), in_force);
    at(&xie, OVER, &["cases"]);
    let behind = seal();
    assert_ne!(behind, in_force);
    at(&xie, OVER, &["cases"]);
    assert_eq!(seal(), behind);
}
