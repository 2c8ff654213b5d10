//! What a resident did on the tracking page, on the devices of those who read the case.

use super::town::Town;

#[test]
fn a_word_of_the_resident_is_shown_as_the_residents() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let reported = xie.json(&[
        "report",
        "--category",
        "road",
        "--title",
        "路坏了",
        "--text",
        "路坏了",
    ]);
    let number = reported["number"].as_str().unwrap();
    xie.json(&["sync"]);
    let code = xie.json(&["show", number])["fields"]["tracking"]
        .as_str()
        .unwrap()
        .to_owned();
    town.resident_says(&code, "雨天还是积水");
    assert_eq!(xie.json(&["sync"])["up_to_date"], true);
    let shown = xie.json(&["show", number]);
    let said = shown["log"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&said["kind"], &said["author"], &said["text"]),
        (&"note".into(), &"居民".into(), &"雨天还是积水".into())
    );
    assert_eq!(said["mark"], "by_code");
    let english = xie.text(&["--lang", "en", "show", number]);
    assert!(
        english.contains("the resident") && english.contains("雨天还是积水"),
        "{english}"
    );
}

#[test]
fn another_code_is_printed_once_given_out_and_the_phone_of_the_first_is_told_that_it_is_void() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = xie.reports("路坏了");
    xie.json(&["sync"]);
    let tracking = |phone: &super::town::Phone<'_>| {
        let shown = phone.json(&["show", &number]);
        shown["fields"]["tracking"].as_str().map(str::to_owned)
    };
    let first = tracking(&xie).unwrap();
    // The same person's other phone knows who gave it out, and not the code.
    let other = town.device("xie", "xie-2").ready();
    other.json(&["sync"]);
    assert_eq!(tracking(&other), None);
    let shown = other.text(&["--lang", "en", "show", &number]);
    assert!(
        shown.contains("given out by 谢桂兰") && !shown.contains(&first),
        "{shown}"
    );
    let printed = other.text(&["new-code", &number]);
    let second = tracking(&other).unwrap();
    assert!(printed.contains(&second), "{printed}");
    other.json(&["sync"]);
    let told = xie.text(&["--lang", "en", "sync"]);
    assert!(told.contains(&first) && told.contains("void"), "{told}");
    let shown = xie.text(&["show", &number]);
    assert!(
        shown.contains("已作废的查询码") && shown.contains(&first),
        "{shown}"
    );
    assert!(
        shown.contains("补发查询码") && !shown.contains(&second),
        "{shown}"
    );
    assert_eq!(xie.json(&["sync"])["void_codes"], serde_json::json!([]));
    let help = xie.text(&["--lang", "en", "--help"]);
    assert!(help.contains("new-code"), "{help}");
}
