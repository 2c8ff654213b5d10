//! Lines typed on devices of a small town, over real TCP.

use serde_json::Value;

use super::town::{Phone, Town};

/// The names of an object's fields, sorted.
fn names(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    names.sort();
    names
}

fn sorted(names: &str) -> Vec<String> {
    let mut names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    names.sort();
    names
}

/// Reports the orange road; the case's number.
fn report(phone: &Phone<'_>) -> String {
    let value = phone.json(&[
        "report",
        "--household",
        "橘园巷12号",
        "--category",
        "road",
        "--title",
        "橘园路坏了",
        "--text",
        "580米长的路过不了车",
        "--place",
        "22.4167,109.3012",
    ]);
    assert_eq!(names(&value), sorted("command document number state"));
    assert_eq!(value["state"], "pending");
    assert_eq!(value["command"], value["document"]);
    value["number"].as_str().unwrap().to_owned()
}

fn sync(phone: &Phone<'_>) -> Value {
    let value = phone.json(&["sync"]);
    let fields = "sent admitted refused kept received forgotten carried bytes_up bytes_down tcp_up tcp_down \
                  round_trips up_to_date later_until confidential_changed void_codes";
    assert_eq!(names(&value), sorted(fields));
    assert_eq!(value["up_to_date"], true, "{value}");
    value
}

#[test]
fn a_device_knows_its_member_and_households_after_its_first_sync() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let whoami = xie.json(&["whoami"]);
    assert_eq!(
        names(&whoami),
        sorted("member name posts device carried last_contact proposals review readable_until")
    );
    assert_eq!(whoami["name"], "谢桂兰");
    assert_eq!(whoami["posts"][0]["post"], "alley_chief");
    assert_eq!(whoami["posts"][0]["unit"], "橘园巷");
    assert_eq!(whoami["last_contact"], "2026-03-01T00:00:00Z");
    let households = xie.json(&["households"]);
    assert_eq!(households.as_array().unwrap().len(), 2);
    assert_eq!(
        names(&households[0]),
        sorted("document door contact phone count")
    );
    assert_eq!(households[0]["door"], "橘园巷12号");
    assert_eq!(
        xie.error(&["enrol", "http://127.0.0.1:1", "0000-0000-0000-0000"])
            .0,
        3
    );
    assert!(xie.text(&["whoami"]).contains("巷长 · 橘园巷"));
}

#[test]
fn a_report_is_pending_until_a_sync_admits_it() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    let pending = xie.json(&["pending"]);
    assert_eq!(
        names(&pending[0]),
        sorted("command document number kind at code reason readable")
    );
    assert_eq!(
        (&pending[0]["kind"], &pending[0]["code"]),
        (&Value::from("report"), &Value::Null)
    );
    let text = xie.text(&["show", &number]);
    assert!(
        text.contains("[未确认]") && text.contains("查询码") && text.contains("橘园巷12号"),
        "{text}"
    );

    let summary = sync(&xie);
    assert_eq!(
        (
            &summary["sent"],
            &summary["admitted"],
            &summary["round_trips"]
        ),
        (&1.into(), &1.into(), &1.into())
    );
    assert!(summary["tcp_up"].as_u64() > summary["bytes_up"].as_u64());
    assert_eq!(xie.json(&["pending"]), Value::Array(Vec::new()));
    let cases = xie.json(&["cases"]);
    let fields = "document number title category status holder pending carried refused conflicts confidential light";
    assert_eq!(names(&cases[0]), sorted(fields));
    assert_eq!(
        (&cases[0]["status"], &cases[0]["holder"]),
        (&Value::from("reported"), &Value::from("橘园巷"))
    );
    let show = xie.json(&["show", &number]);
    let fields = "document number title status holder referral confidential light clocks days days_in_all fields log conflicts heads version";
    assert_eq!(names(&show), sorted(fields));
    assert_eq!(show["version"], 1);
    assert_eq!(show["heads"].as_array().unwrap().len(), 1);
    assert_eq!(show["fields"]["point"], "22.4167,109.3012");
    let entry =
        "command kind text resident_text author at clock_wrong received_at state mark code reason";
    assert_eq!(names(&show["log"][0]), sorted(entry));
    assert_eq!(
        (&show["log"][0]["state"], &show["log"][0]["author"]),
        (&"admitted".into(), &"谢桂兰".into())
    );
}

#[test]
fn two_phones_conflict_and_a_refused_step_is_mended() {
    let mut town = Town::new();
    let a = town.device("xie", "a").ready();
    let number = report(&a);
    a.json(&["accept", &number]);
    a.json(&["start", &number]);
    sync(&a);
    let b = town.device("xie", "b").ready();

    a.json(&["edit", &number, "--field", "contact", "--value", "谢老三"]);
    a.json(&["wait", &number, "--reason", "weather"]);
    b.json(&["edit", &number, "--field", "contact", "--value", "谢老四"]);
    b.json(&["wait", &number, "--reason", "funds"]);
    b.json(&["note", &number, "--text", "下雨"]);
    sync(&a);
    let summary = sync(&b);
    assert_eq!(
        (&summary["sent"], &summary["admitted"], &summary["refused"]),
        (&3.into(), &2.into(), &1.into())
    );

    let refused = b.json(&["refused"]);
    assert_eq!(
        names(&refused[0]),
        sorted("command document number kind at code reason readable")
    );
    assert_eq!(
        (&refused[0]["kind"], &refused[0]["code"]),
        (&Value::from("wait"), &Value::from("wrong_state"))
    );
    assert!(
        refused[0]["reason"].as_str().unwrap().contains("谢桂兰"),
        "{}",
        refused[0]["reason"]
    );
    let shown = b.json(&["show", &number]);
    assert_eq!(
        shown["log"].as_array().unwrap().last().unwrap()["state"],
        "refused"
    );

    let conflicts = b.json(&["conflicts", &number]);
    assert_eq!(names(&conflicts[0]), sorted("field values"));
    assert_eq!(names(&conflicts[0]["values"][0]), sorted("value author at"));
    assert!(b.text(&["show", &number]).contains("谢老四"));
    assert_eq!(
        b.error(&["pick", &number, "--field", "contact", "--value", "别人"])
            .0,
        3
    );
    b.json(&["pick", &number, "--field", "contact", "--value", "谢老四"]);
    assert_eq!(b.json(&["conflicts", &number]), Value::Array(Vec::new()));

    let command = refused[0]["command"].as_str().unwrap();
    assert_eq!(b.error(&["resend", command]), (3, "wrong_state".to_owned()));
    a.json(&["resume", &number, "--text", "天晴了"]);
    sync(&a);
    sync(&b);
    assert_eq!(
        b.error(&["mend", command, "--to", "交通办"]),
        (2, "usage".to_owned())
    );
    let mended = b.json(&["mend", &command[..8], "--reason", "material"]);
    assert_eq!(
        (&mended["state"], &mended["number"]),
        (&Value::from("pending"), &Value::from(number.as_str()))
    );
    assert_eq!(sync(&b)["admitted"], 1);
    assert_eq!(b.json(&["refused"]), Value::Array(Vec::new()));
    sync(&a);
    assert_eq!(
        a.json(&["show", &number])["heads"],
        b.json(&["show", &number])["heads"]
    );
    assert_eq!(a.json(&["show", &number])["status"], "waiting");
}

#[test]
fn a_refused_step_can_be_dropped_but_nothing_else_can() {
    let mut town = Town::new();
    let a = town.device("xie", "a").ready();
    let number = report(&a);
    sync(&a);
    let b = town.device("xie", "b").ready();
    a.json(&["accept", &number]);
    let accepted = b.json(&["accept", &number]);
    assert_eq!(
        b.error(&["drop", accepted["command"].as_str().unwrap()]),
        (3, "not_refused".to_owned())
    );
    sync(&a);
    sync(&b);
    let dropped = b.json(&["drop", accepted["command"].as_str().unwrap()]);
    assert_eq!(dropped["state"], "dropped");
    assert_eq!(b.json(&["refused"]), Value::Array(Vec::new()));
}

fn a_dispatch_that_is_not_understood_says_why(liang: &Phone<'_>, number: &str) {
    assert_eq!(
        liang
            .error(&["dispatch", number, "--to", "水利", "--by", "2026-06-30"])
            .0,
        4
    );
    assert_eq!(
        liang.error(&["dispatch", number, "--to", "橘园", "--by", "2026-06-30"]),
        (4, "ambiguous".to_owned())
    );
    assert_eq!(
        liang.error(&["dispatch", number, "--to", "交通", "--by", "30.6.2026"]),
        (2, "bad_date".to_owned())
    );
}

#[test]
fn the_orange_road_goes_up_and_down_and_is_closed() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["accept", &number]);
    xie.json(&["visit", &number, "--text", "量了路，580米"]);
    xie.json(&[
        "escalate",
        &number,
        "--reason",
        "巷里修不了",
        "--tried",
        "垫过石子",
    ]);
    sync(&xie);
    let wei = town.device("wei", "wei").ready();
    assert_eq!(wei.json(&["show", &number])["referral"]["to"], "橘园村支部");
    wei.json(&["receive", &number]);
    wei.json(&[
        "escalate",
        &number,
        "--reason",
        "村里没有资金",
        "--tried",
        "村民筹资",
    ]);
    sync(&wei);
    let liang = town.device("liang", "liang").ready();
    liang.json(&["receive", &number]);
    a_dispatch_that_is_not_understood_says_why(&liang, &number);
    liang.json(&["dispatch", &number, "--to", "交通", "--by", "2026-03-20"]);
    sync(&liang);
    let huang = town.device("huang", "huang").ready();
    for line in [
        &["receive", &number][..],
        &["start", &number],
        &[
            "resolve",
            &number,
            "--text",
            "路修好了",
            "--resident-text",
            "您反映的路已修好。",
        ],
    ] {
        huang.json(line);
    }
    assert_eq!(
        huang.error(&["note", &number]),
        (2, "needs_text".to_owned())
    );
    sync(&huang);
    sync(&xie);
    assert_eq!(xie.json(&["show", &number])["fields"]["due"], "2026-03-20");
    xie.json(&["verify", &number, "--result", "fixed"]);
    assert_eq!(xie.error(&["close", "9999"]), (4, "not_found".to_owned()));
    sync(&xie);
    xie.json(&["close", &number]);
    assert_eq!(xie.json(&["show", &number])["status"], "verified");
    sync(&xie);
    assert_eq!(xie.json(&["cases"]), Value::Array(Vec::new()));
    assert_eq!(xie.json(&["cases", "--all"])[0]["status"], "closed");
    assert_eq!(
        xie.json(&["cases", "--status", "closed", "--find", "石子"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        xie.json(&["cases", "--status", "closed", "--find", "大象"]),
        Value::Array(Vec::new())
    );
    assert_eq!(
        xie.error(&["cases", "--status", "asleep"]),
        (2, "bad_status".to_owned())
    );
    xie.json(&["reopen", &number, "--reason", "又坏了"]);
    assert_eq!(sync(&xie)["admitted"], 1);
}

#[test]
fn the_household_of_a_case_is_set_by_its_door_and_shown_as_an_id() {
    let mut town = Town::new();
    let xie = town.device("xie", "a").ready();
    let number = report(&xie);
    let household = xie.json(&["households"])[0].clone();
    xie.json(&[
        "edit",
        &number,
        "--field",
        "household",
        "--value",
        household["door"].as_str().unwrap(),
    ]);
    assert_eq!(
        xie.json(&["show", &number])["fields"]["household"],
        household["document"]
    );
    assert_eq!(
        xie.error(&[
            "edit",
            &number,
            "--field",
            "household",
            "--value",
            "没有这户"
        ])
        .0,
        4
    );
}

#[test]
fn changed_and_late_cases_are_picked_out() {
    let mut town = Town::new();
    let wei = town.device("wei", "wei").ready();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    xie.json(&["accept", &number]);
    xie.json(&["escalate", &number, "--reason", "修不了", "--tried", "试过"]);
    sync(&xie);
    sync(&wei);
    wei.json(&["receive", &number]);
    wei.json(&[
        "dispatch",
        &number,
        "--to",
        "橘园西巷",
        "--by",
        "2026-03-02",
    ]);
    sync(&wei);
    assert_eq!(wei.json(&["cases", "--late"]), Value::Array(Vec::new()));
    let later = wei.json(&["--now", "2026-03-04T09:00:00+08:00", "cases", "--late"]);
    assert_eq!(later.as_array().map(Vec::len), Some(1));
    assert_eq!(
        wei.json(&["cases", "--changed"]).as_array().map(Vec::len),
        Some(1)
    );
    wei.json(&["show", &number]);
    assert_eq!(wei.json(&["cases", "--changed"]), Value::Array(Vec::new()));
    sync(&xie);
    xie.json(&["note", &number, "--text", "村民来问"]);
    sync(&xie);
    sync(&wei);
    assert_eq!(
        wei.json(&["cases", "--changed"]).as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_broken_answer_is_no_loss_and_the_next_sync_goes_on() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    for cut in [0, 1, 20] {
        town.cut_next_answer(cut);
        assert_eq!(xie.error(&["sync"]).0, 5, "cut after {cut}");
    }
    sync(&xie);
    assert_eq!(xie.json(&["show", &number])["log"][0]["state"], "admitted");
    assert_eq!(xie.json(&["pending"]), Value::Array(Vec::new()));
}

#[test]
fn enrolment_after_a_lost_answer_is_the_same_device() {
    let mut town = Town::new();
    town.set_clock("2026-03-01T10:00:00+08:00");
    town.cut_next_answer(10);
    let phone = town.device("xie", "xie");
    assert_eq!(phone.error(&phone.enrol_line()).0, 5);
    assert_eq!(phone.error(&["cases"]).0, 9);
    let enrolled = phone.json(&phone.enrol_line());
    assert_eq!(names(&enrolled), sorted("town member name device"));
    let (other, code) = (tempfile::tempdir().unwrap(), phone.enrol_line());
    let (exit, _, err) = super::type_line(other.path(), &[&["--json"], code.as_slice()].concat());
    assert_eq!((exit, super::error_of(&err).0.as_str()), (6, "code_used"));
}
