//! Two administrators clear a chief on their phones; he reports what only those who are cleared read.

use alleyway_core::id::CommandId;
use alleyway_core::kinds::unit::Clear;
use alleyway_core::kinds::unit::UnitCommand;

use super::town::{Phone, Town};

const REPORT: [&str; 8] = [
    "report",
    "--category",
    "dispute",
    "--title",
    "家里的事",
    "--text",
    "不想让别人知道",
    "--confidential",
];

/// The appointment of a person, as the list of posts that may be cleared has it.
fn appointment(phone: &Phone<'_>, name: &str) -> String {
    let posts = phone.json(&["confidential", "--all"])["posts"].clone();
    let of_them = posts
        .as_array()
        .unwrap()
        .iter()
        .find(|post| post["name"] == name)
        .unwrap();
    of_them["appointment"].as_str().unwrap().to_owned()
}

#[test]
fn two_persons_clear_a_third_and_their_second_phone_waits() {
    let mut town = Town::new();
    let he = town.device("he", "he").ready();
    let fan = town.device("fan", "fan").ready();
    let xie = town.device("xie", "xie").ready();
    assert_eq!(xie.error(&REPORT), (3, "not_cleared".to_owned()));
    let chief = appointment(&he, "谢桂兰");
    he.json(&["confidential", "clear", &chief[..13]]);
    assert_eq!(he.json(&["confidential"])["posts"][0]["asked_by"], "何静");
    he.json(&["sync"]);
    assert_eq!(
        he.error(&["confidential", "confirm", &chief]),
        (3, "second_person".to_owned())
    );
    let told = fan.json(&["sync"]);
    assert_eq!(told["confidential_changed"], serde_json::json!(["橘园巷"]));
    fan.json(&["confidential", "confirm", &chief]);
    assert!(
        fan.text(&["confidential"])
            .contains("已授权（何静申请，范平确认）")
    );
    assert_eq!(
        fan.json(&["sync"])["confidential_changed"],
        serde_json::json!([]),
        "it was looked at"
    );
    xie.json(&["sync"]);
    let number = xie.json(&REPORT)["number"].as_str().unwrap().to_owned();
    assert!(xie.text(&["cases"]).contains("保密"));
    assert_eq!(xie.json(&["show", &number])["confidential"], true);
    xie.json(&["sync"]);

    let second = town.device("xie", "second").ready();
    assert_eq!(second.json(&["cases"]), serde_json::json!([]));
    he.json(&["sync"]);
    let noted = he.json(&["confidential"])["devices"][0].clone();
    assert_eq!(
        (&noted["name"], noted["confirmed_by"].is_null()),
        (&"谢桂兰".into(), true)
    );
    assert_eq!(
        he.error(&["confidential", "confirm-device", "0000000000"]),
        (4, "not_found".to_owned())
    );
    he.json(&[
        "confidential",
        "confirm-device",
        noted["device"].as_str().unwrap(),
    ]);
    he.json(&["sync"]);
    second.json(&["sync"]);
    assert_eq!(second.json(&["cases"])[0]["number"], number.as_str());

    he.json(&["confidential", "end", &chief]);
    he.json(&["sync"]);
    xie.json(&["sync"]);
    assert_eq!(xie.json(&["cases"]), serde_json::json!([]));
}

#[test]
fn what_was_asked_for_at_the_servers_console_is_said_to_come_from_there() {
    let mut town = Town::new();
    let he = town.device("he", "he").ready();
    let fan = town.device("fan", "fan").ready();
    let chief = appointment(&he, "谢桂兰");
    town.console(UnitCommand::Clear(Clear {
        appointment: CommandId::parse(&chief).unwrap(),
    }));
    he.json(&["sync"]);
    let confirmed = he.text(&["confidential", "confirm", &chief]);
    assert!(confirmed.contains("橘园巷"), "the unit's name: {confirmed}");
    he.json(&["sync"]);
    assert!(
        he.text(&["confidential"])
            .contains("已授权（服务器控制台申请，何静确认）")
    );
    assert_eq!(
        he.json(&["confidential"])["posts"][0]["asked_by"],
        "服务器控制台"
    );
    assert!(
        he.text(&["--lang", "en", "confidential"])
            .contains("cleared by the server's console and 何静")
    );

    fan.json(&["sync"]);
    for phone in [&he, &fan] {
        let (code, _, err) = phone.line(&["--json", "confidential", "confirm", &chief]);
        assert_eq!(code, 3);
        assert!(
            err.contains("confirmed_already") && err.contains("已由何静确认"),
            "{err}"
        );
    }
}
