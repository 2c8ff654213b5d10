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
    let english = xie.text(&["--lang", "en", "show", number]);
    assert!(
        english.contains("the resident") && english.contains("雨天还是积水"),
        "{english}"
    );
}
