//! What is typed and was not handed over is taken back, with what stands on it.

use serde_json::Value;

use super::error_of;
use super::town::{Phone, Town};

/// A case with four steps that nobody else has; the command of its acceptance.
fn four_steps(phone: &Phone<'_>) -> String {
    let number = &phone.reports("过不了车");
    let accepted = phone.json(&["accept", number])["command"].clone();
    phone.json(&["note", number, "--text", "下雨了"]);
    phone.json(&["start", number]);
    accepted.as_str().unwrap().to_owned()
}

/// The kinds of what waits for the server.
fn pending(phone: &Phone<'_>) -> Vec<String> {
    let rows = phone.json(&["pending"]);
    let kinds = rows.as_array().unwrap().iter().map(|row| &row["kind"]);
    kinds
        .map(|kind| kind.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_goes_is_said_first_and_nothing_goes_unless_it_is_confirmed() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let accepted = four_steps(&xie);
    let (code, out, err) = xie.line(&["--json", "--lang", "en", "take-back", &accepted]);
    assert_eq!((code, out.as_str()), (2, ""));
    let (code, text) = error_of(&err);
    assert_eq!(code, "not_confirmed");
    let (named, rest) = text.split_once('\n').unwrap();
    assert!(
        named.contains("accept,") && !named.contains("start"),
        "{named}"
    );
    assert!(
        rest.contains("go too: start,") && rest.contains("--yes"),
        "{rest}"
    );
    assert!(!text.contains("note"), "it stands without: {text}");
    assert_eq!(pending(&xie), ["report", "accept", "note", "start"]);

    let taken = xie.json(&["take-back", &accepted, "--yes"]);
    let rows = taken.as_array().unwrap();
    let state = |row: &Value| row["state"].as_str().unwrap().to_owned();
    assert_eq!(
        rows.iter().map(state).collect::<Vec<_>>(),
        ["taken_back"; 2]
    );
    assert_eq!(rows[0]["command"], accepted);
    assert_eq!(pending(&xie), ["report", "note"]);
    assert_eq!(xie.json(&["cases"])[0]["status"], "reported");
    assert_eq!(xie.error(&["take-back", &accepted, "--yes"]).0, 4, "gone");
}

#[test]
fn a_report_goes_with_all_that_was_typed_on_it() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    four_steps(&xie);
    let first = xie.json(&["pending"])[0]["command"].clone();
    let line = ["take-back", first.as_str().unwrap(), "--yes"];
    let told = xie.text(&line);
    assert_eq!(told.lines().count(), 4, "{told}");
    assert!(
        told.lines().all(|line| line.starts_with("已撤销：")),
        "{told}"
    );
    assert_eq!(xie.json(&["cases"]).as_array().unwrap().len(), 0);
    assert_eq!(xie.json(&["sync"])["sent"], 0);
}

#[test]
fn what_was_handed_over_or_cannot_be_read_is_not_taken_back() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let accepted = four_steps(&xie);
    let later = [
        "take-back",
        &accepted,
        "--yes",
        "--now",
        "2026-03-20T09:00:00+08:00",
    ];
    let home = xie.home().with_extension("later");
    std::fs::create_dir(&home).unwrap();
    for file in std::fs::read_dir(xie.home()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), home.join(file.file_name())).unwrap();
    }
    let (code, _, err) = super::type_line(&home, &[&["--json"], &later[..]].concat());
    let last = error_of(err.lines().last().unwrap()).0;
    assert_eq!((code, last.as_str()), (3, "lease_ended"));

    let file = xie.home().with_extension("bundle");
    xie.json(&["bundle", "export", file.to_str().unwrap()]);
    let refused = xie.error(&["take-back", &accepted, "--yes"]);
    assert_eq!(refused, (3, "not_unsealed".to_owned()));
    assert_eq!(pending(&xie).len(), 4);
}
