//! Two administrators lay down what a chief's phone then knows.

use serde_json::json;

use super::town::{Phone, Town};

/// A file with a section's JSON.
fn written(folder: &tempfile::TempDir, value: &serde_json::Value) -> String {
    let path = folder.path().join("section.json");
    std::fs::write(&path, value.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A section as a phone's list of the book has it.
fn section(phone: &Phone<'_>, name: &str) -> serde_json::Value {
    let sections = phone.json(&["book"]);
    let mut sections = sections.as_array().unwrap().iter();
    sections
        .find(|section| section["section"] == name)
        .unwrap()
        .clone()
}

#[test]
fn a_town_gets_a_category_of_its_own_from_two_administrators_and_a_chief_reports_under_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut town = Town::new();
    let he = town.device("he", "he").ready();
    let fan = town.device("fan", "fan").ready();
    let xie = town.device("xie", "xie").ready();
    let report = [
        "report",
        "--category",
        "well",
        "--title",
        "井盖坏了",
        "--text",
        "村口那口井",
    ];
    assert_eq!(xie.error(&report), (2, "unknown_code".to_owned()));
    // What ships is written out, changed, checked and proposed.
    let mut rows = he.json(&["book", "show", "categories"]);
    let well = json!({ "code": "well", "class": "safety", "zh": "水井" });
    rows.as_array_mut().unwrap().push(well);
    let file = written(&folder, &rows);
    let (code, _, told) = he.line(&["book", "propose", "categories", &file]);
    assert_eq!(code, 2);
    assert!(told.contains("[14].en"), "{told}");
    rows[13]["en"] = json!("well");
    let file = written(&folder, &rows);
    he.json(&["book", "check", "categories", &file]);
    he.json(&["book", "propose", "categories", &file]);
    he.json(&["sync"]);
    let proposal = section(&he, "categories")["proposals"][0]["proposal"].clone();
    let proposal = proposal.as_str().unwrap();
    let adopt = |day: &'static str| ["book", "adopt", proposal, "--from", day];
    assert_eq!(
        he.error(&adopt("2026-03-02")),
        (3, "second_person".to_owned())
    );
    fan.json(&["sync"]);
    assert!(fan.text(&["book"]).contains("何静"));
    assert_eq!(
        fan.json(&["book", "show", "categories", "--proposal", proposal]),
        rows
    );
    assert_eq!(fan.error(&adopt("2026-03-01")), (3, "too_early".to_owned()));
    fan.json(&adopt("2026-03-02"));
    fan.json(&["sync"]);
    assert_eq!(
        section(&fan, "categories")["coming"][0]["from"],
        "2026-03-02"
    );
    // From the day on it can be chosen, by its code or its name; what is known is taken before.
    xie.json(&["sync"]);
    let by_a_chief = xie.error(&["book", "adopt", proposal, "--from", "2026-03-05"]);
    assert_eq!(by_a_chief, (3, "not_permitted".to_owned()));
    let number = xie.json(&report)["number"].as_str().unwrap().to_owned();
    assert!(xie.text(&["cases"]).contains("水井"));
    assert_eq!(xie.json(&["show", &number])["fields"]["category"], "well");
    xie.json(&["edit", &number, "--field", "category", "--value", "道路"]);
    assert_eq!(xie.json(&["show", &number])["fields"]["category"], "road");
    let summary = xie.json(&["sync"]);
    assert_eq!(
        (&summary["admitted"], &summary["refused"]),
        (&json!(2), &json!(0))
    );
}

#[test]
fn what_is_no_section_and_what_is_no_json_is_told_and_nothing_is_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let mut town = Town::new();
    let he = town.device("he", "he").ready();
    let xie = town.device("xie", "xie").ready();
    let file = written(&folder, &json!({}));
    for (line, code) in [
        (["book", "check", "weather", &file], "unknown_section"),
        (
            ["book", "propose", "codes", "/nowhere.json"],
            "file_unreadable",
        ),
        (["book", "adopt", "abcd", "--from=2026-03-02"], "not_found"),
    ] {
        assert_eq!(he.error(&line).1, code, "{line:?}");
    }
    std::fs::write(folder.path().join("section.json"), "{").unwrap();
    assert_eq!(
        he.error(&["book", "propose", "codes", &file]).1,
        "bad_rules"
    );
    assert_eq!(section(&he, "codes")["proposals"], json!([]));
    // A chief reads the book and proposes nothing.
    let file = written(&folder, &json!({}));
    let refused = xie.error(&["book", "propose", "measures", &file]);
    assert_eq!(refused, (3, "not_permitted".to_owned()));
}
