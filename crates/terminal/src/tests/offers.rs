//! Which steps a device offers, and that recording agrees.

use serde_json::Value;

use super::error_of;
use super::town::{Phone, Town};

fn of<'a>(offers: &'a [Value], step: &str) -> Vec<&'a Value> {
    offers
        .iter()
        .filter(|offer| offer["step"] == step)
        .collect()
}

/// Reports a case: its number, and the steps that are offered on it.
fn reported(phone: &Phone<'_>) -> (String, Vec<Value>) {
    let line = "report --category road --title 路 --text 坏了";
    let report = phone.json(&line.split(' ').collect::<Vec<_>>());
    let number = report["number"].as_str().unwrap().to_owned();
    let offers = phone.json(&["steps", &number]);
    (number, offers.as_array().unwrap().clone())
}

#[test]
fn an_offered_step_is_recorded_and_a_greyed_one_gets_the_refusal_it_shows() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let (number, offers) = reported(&xie);
    let number = number.as_str();
    let offers = offers.as_slice();
    let mut refused = 0;
    for offer in offers
        .iter()
        .filter(|offer| offer["fields"] == Value::Array(Vec::new()))
    {
        let step = offer["step"].as_str().unwrap();
        if offer["code"].is_null() {
            continue;
        }
        let (code, _, err) = xie.line(&["--json", step, number]);
        let (said, text) = error_of(&err);
        assert_eq!((code, &Value::from(said)), (3, &offer["code"]), "{step}");
        assert!(text.contains(offer["reason"].as_str().unwrap()), "{text}");
        refused += 1;
    }
    assert!(refused > 0, "{offers:?}");
    let note = of(offers, "note")[0];
    assert!(note["code"].is_null() && note["label"] == "记录", "{note}");
    let text = &note["fields"][0];
    assert_eq!(
        (&text["name"], &text["takes"], &text["needed"]),
        (&"text".into(), &"text".into(), &true.into())
    );
    xie.json(&["note", number, "--text", "看过"]);
}

#[test]
fn a_step_of_several_rows_is_one_line_for_people_and_fields_say_what_fills_them() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let (number, offers) = reported(&xie);
    let number = number.as_str();
    let offers = offers.as_slice();
    assert!(of(offers, "close").len() > 1);
    let wait = &of(offers, "wait")[0]["fields"][0];
    assert_eq!(
        (&wait["takes"], &wait["words"][0]["label"]),
        (&"code".into(), &"天气".into())
    );
    let to = &of(offers, "dispatch")[0]["fields"][0];
    assert_eq!(
        (&to["takes"], &to["needed"]),
        (&"unit".into(), &true.into())
    );
    let words = &of(offers, "verify")[0]["fields"][0]["words"];
    assert_eq!(words.as_array().unwrap().len(), 3);

    let shown = xie.text(&["--lang", "en", "steps", number]);
    let lines = |step: &str| {
        let lines = shown
            .lines()
            .filter(|line| line.split_whitespace().any(|word| word == step));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let close = lines("close");
    assert_eq!(
        (close.len(), close[0].starts_with('×')),
        (1, true),
        "{shown}"
    );
    let note = lines("note");
    assert!(
        !note[0].starts_with('×') && note[0].ends_with('*'),
        "{shown}"
    );
    let creates = xie.json(&["steps"]);
    let report = of(creates.as_array().unwrap(), "report")[0];
    assert!(report["code"].is_null(), "{report}");
    assert_eq!(xie.error(&["steps", "9999"]).0, 4);
}
