//! Who handles a case: reports for others, orders and their answers, what residents are told.

use serde_json::{Value, json};

use super::town::{Phone, Town};

fn syncs(phones: &[&Phone<'_>]) {
    for phone in phones {
        assert_eq!(phone.json(&["sync"])["refused"], 0);
    }
}

#[test]
fn a_branch_takes_an_order_of_another_system_down_for_an_alley_and_finds_it_by_its_number() {
    let mut town = Town::new();
    let wei = town.device("wei", "wei").ready();
    let xie = town.device("xie", "xie").ready();
    let report = |owner| {
        [
            &["report", "--category", "road", "--title", "路灯不亮"][..],
            &["--text", "村民来电", "--for", owner, "--origin", "12345"],
            &["--external-system", "12345热线", "--external-number"],
            &["GX-77", "--external-due", "2026-03-20"],
        ]
        .concat()
    };
    let above = wei.error(&report("四排镇"));
    assert_eq!(above, (3, "not_permitted".to_owned()));
    let mut early = report("橘园巷");
    *early.last_mut().unwrap() = "2026-02-28";
    assert_eq!(wei.error(&early), (3, "date_in_past".to_owned()));
    let number = wei.json(&report("橘园巷"))["number"].clone();
    let number = number.as_str().unwrap();
    let shown = wei.json(&["show", number]);
    assert_eq!(shown["holder"], "橘园巷");
    assert_eq!(shown["fields"]["owner"], "橘园巷");
    assert_eq!(shown["fields"]["origin"], "12345");
    assert_eq!(shown["fields"]["external_due"], "2026-03-20");
    assert!(wei.text(&["show", number]).contains("12345热线"));
    let found = wei.json(&["cases", "--find", "gx-77"]);
    assert_eq!(found[0]["number"], number);
    syncs(&[&wei, &xie]);
    // The alley handles it, and the branch that took it down reads on.
    xie.json(&["accept", number]);
    syncs(&[&xie, &wei]);
    assert_eq!(wei.json(&["show", number])["status"], "accepted");
}

#[test]
fn a_telephone_number_is_whole_in_its_case_alone_and_mended_and_cleared_there() {
    let mut town = Town::new();
    let wei = town.device("wei", "wei").ready();
    let xie = town.device("xie", "xie").ready();
    let report = |phone| {
        [
            &["report", "--category", "road", "--title", "路灯不亮"][..],
            &["--text", "村民来电", "--phone", phone, "--may-text"],
        ]
        .concat()
    };
    assert_eq!(xie.error(&report("1234")), (3, "bad_phone".to_owned()));
    let number = xie.json(&report("138 1234-1234"))["number"].clone();
    let number = number.as_str().unwrap();
    let shown =
        |phone: &Phone<'_>, field: &str| phone.json(&["show", number])["fields"][field].clone();
    assert_eq!(shown(&xie, "phone"), "13812341234");
    assert_eq!(shown(&xie, "may_text"), "true");
    assert!(xie.text(&["show", number]).contains("可发短信"));
    let lists: [&[&str]; 6] = [
        &["cases", "--all"],
        &["households"],
        &["pending"],
        &["refused"],
        &["receipts"],
        &["sync"],
    ];
    for list in lists {
        for said in [xie.text(list), xie.json(list).to_string()] {
            assert!(!said.contains("1234123"), "{said}");
        }
    }
    syncs(&[&wei]);
    xie.json(&["accept", number]);
    xie.json(&["escalate", number, "--reason", "没钱", "--tried", "垫过"]);
    syncs(&[&xie, &wei]);
    wei.json(&["receive", number]);
    assert_eq!(shown(&wei, "phone"), "13812341234", "who reads the case");
    let edit = |field, value| ["edit", number, "--field", field, "--value", value];
    assert_eq!(
        wei.error(&edit("phone", "老四家")),
        (3, "bad_phone".to_owned())
    );
    assert_eq!(
        wei.error(&edit("may_text", "也许")),
        (3, "bad_value".to_owned())
    );
    wei.json(&edit("phone", "0771-1234567"));
    wei.json(&edit("may_text", "否"));
    assert_eq!(shown(&wei, "phone"), "07711234567");
    assert_eq!(shown(&wei, "may_text"), "false");
    wei.json(&edit("phone", ""));
    assert_eq!(shown(&wei, "phone"), Value::Null);
}

#[test]
fn a_complaint_about_a_person_goes_to_the_towns_desk_and_names_whom_it_is_about() {
    let mut town = Town::new();
    let wei = town.device("wei", "wei").ready();
    let xie = town.device("xie", "xie").ready();
    let complaint = [
        &["report", "--category", "conduct", "--title", "收了东西"][..],
        &["--text", "不愿留名", "--about", "橘园巷"],
    ]
    .concat();
    let without = wei.error(&complaint);
    assert_eq!(without, (3, "needs_desk".to_owned()), "there is none");
    town.opens_a_desk();
    syncs(&[&wei, &xie]);
    assert_eq!(xie.error(&complaint), (3, "about_them".to_owned()));
    let unread = wei.error(&complaint);
    assert_eq!(
        unread,
        (3, "nobody_cleared".to_owned()),
        "it found the desk"
    );
}

#[test]
fn an_order_is_answered_by_the_holder_and_ended_by_who_gave_it() {
    let mut town = Town::new();
    let wei = town.device("wei", "wei").ready();
    let xie = town.device("xie", "xie").ready();
    let number = xie.reports("路坏了");
    xie.json(&["accept", &number]);
    xie.json(&["escalate", &number, "--reason", "没钱", "--tried", "垫过"]);
    let early = xie.error(&["answer-supervision", &number, "--text", "明天"]);
    assert_eq!(early, (3, "not_supervised".to_owned()));
    syncs(&[&xie, &wei]);
    wei.json(&["return", &number, "--reason", "先自己修"]);
    wei.json(&["supervise", &number, "--text", "本周修好"]);
    syncs(&[&wei, &xie]);
    xie.json(&["answer-supervision", &number, "--text", "明天动工"]);
    assert!(xie.text(&["show", &number]).contains("督办已回复"));
    let not_mine = xie.error(&["end-supervision", &number]);
    assert_eq!(not_mine, (3, "not_permitted".to_owned()));
    syncs(&[&xie, &wei]);
    wei.json(&["end-supervision", &number]);
    let shown = wei.text(&["show", &number]);
    assert!(!shown.contains("督办已回复"), "{shown}");
}

#[test]
fn the_templates_of_the_towns_book_are_offered_for_what_the_resident_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut town = Town::new();
    let he = town.device("he", "he").ready();
    let fan = town.device("fan", "fan").ready();
    let xie = town.device("xie", "xie").ready();
    let number = xie.reports("路坏了");
    let texts = json!({ "templates": [
        { "step": "resolve", "title": "修好", "text": "您反映的事已办好。" },
        { "step": "extend", "title": "下雨", "text": "因下雨推迟。" },
    ] });
    let file = folder.path().join("texts.json");
    std::fs::write(&file, texts.to_string()).unwrap();
    he.json(&["book", "propose", "texts", file.to_str().unwrap()]);
    syncs(&[&he, &fan]);
    let sections = fan.json(&["book"]);
    let mut sections = sections.as_array().unwrap().iter();
    let section = sections.find(|section| section["section"] == "texts");
    let proposal = section.unwrap()["proposals"][0]["proposal"].clone();
    let proposal = proposal.as_str().unwrap();
    fan.json(&["book", "adopt", proposal, "--from", "2026-03-02"]);
    syncs(&[&fan, &xie]);
    let offered = |now: &str| {
        let offers = xie.json(&["--now", now, "steps", &number]);
        let mut offers = offers.as_array().unwrap().iter();
        let resolve = offers.find(|offer| offer["step"] == "resolve").unwrap();
        let mut fields = resolve["fields"].as_array().unwrap().iter();
        let told = fields.find(|field| field["name"] == "resident_text");
        told.unwrap()["templates"].clone()
    };
    assert_eq!(offered("2026-03-01T09:00:00+08:00"), Value::Array(vec![]));
    assert_eq!(
        offered("2026-03-02T09:00:00+08:00"),
        json!([{ "title": "修好", "text": "您反映的事已办好。" }])
    );
}

#[test]
fn who_sends_a_case_to_a_branch_without_anybody_is_warned_and_it_is_sent() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = xie.reports("路坏了");
    xie.json(&["accept", &number]);
    let escalate = ["escalate", &number, "--reason", "没钱", "--tried", "垫过"];
    town.empties_the_branch();
    syncs(&[&xie]);
    let sent = xie.json(&escalate);
    let warnings = &sent["warnings"];
    assert_eq!(warnings.as_array().map(Vec::len), Some(1), "{sent}");
    assert_eq!(warnings[0]["code"], "nobody_there");
    assert!(warnings[0]["text"].as_str().unwrap().contains("橘园村支部"));
    assert_eq!(xie.json(&["sync"])["admitted"], 1);
    assert_eq!(xie.json(&["show", &number])["referral"]["to"], "橘园村支部");
    // As people read it; the exit code is none of a failure.
    xie.json(&["recall", &number, "--reason", "没人"]);
    let told = xie.text(&[&["--lang", "en"], &escalate[..]].concat());
    assert!(told.contains("nobody acts for 橘园村支部 now"), "{told}");
}

#[test]
fn what_is_due_today_and_this_week_is_listed_over_a_sunday_and_not_while_its_clock_stands_still() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let wei = town.device("wei", "wei").ready();
    // Reported on a Sunday: accepted by Monday.
    let number = xie.reports("路坏了");
    syncs(&[&xie]);
    let is_due = |phone: &Phone<'_>, day: &str, due: &str| {
        let now = format!("{day}T09:00:00+08:00");
        let cases = phone.json(&["--now", &now, "cases", "--due", due]);
        let cases = cases.as_array().unwrap();
        assert!(cases.iter().all(|case| case["number"] == number));
        !cases.is_empty()
    };
    assert!(!is_due(&xie, "2026-03-01", "today"));
    assert!(!is_due(&xie, "2026-03-01", "week"));
    assert!(is_due(&xie, "2026-03-02", "today"));
    assert!(is_due(&xie, "2026-03-02", "week"));
    assert!(!is_due(&xie, "2026-03-03", "week"), "it is late");
    // Sent on, it is handled within ten working days: by Friday, the 13th.
    xie.json(&["accept", &number]);
    xie.json(&["escalate", &number, "--reason", "没钱", "--tried", "垫过"]);
    syncs(&[&xie, &wei]);
    wei.json(&["receive", &number]);
    wei.json(&["start", &number]);
    assert!(!is_due(&wei, "2026-03-08", "week"));
    assert!(is_due(&wei, "2026-03-09", "week"));
    assert!(!is_due(&wei, "2026-03-12", "today"));
    assert!(is_due(&wei, "2026-03-13", "today"));
    let wait = ["wait", &number, "--reason", "weather"];
    wei.json(&[&["--now", "2026-03-13T10:00:00+08:00"], &wait[..]].concat());
    let later = |due| {
        let now = ["--now", "2026-03-13T11:00:00+08:00"];
        wei.json(&[&now[..], &["cases", "--due", due]].concat())
    };
    assert_eq!(later("today"), json!([]));
    assert_eq!(later("week"), json!([]));
}

#[test]
fn a_household_is_shown_and_mended_and_its_number_is_whole_there_alone() {
    let mut town = Town::new();
    let wei = town.device("wei", "wei").ready();
    let xie = town.device("xie", "xie").ready();
    let door = xie.json(&["households"])[0]["door"].clone();
    let door = door.as_str().unwrap().to_owned();
    let edit = |field: &str, value: &str| {
        let line = [
            "household",
            &door,
            "edit",
            "--field",
            field,
            "--value",
            value,
        ];
        line.map(str::to_owned)
    };
    let typed = |field: &str, value: &str| {
        let line = edit(field, value);
        xie.json(&line.each_ref().map(String::as_str))
    };
    assert_eq!(typed("phone", "138 1234-1234")["state"], "pending");
    typed("may_text", "是");
    let shown = |phone: &Phone<'_>| phone.json(&["household", &door])["fields"].clone();
    assert_eq!(shown(&xie)["phone"], "13812341234");
    assert_eq!(shown(&xie)["may_text"], "true");
    assert_eq!(xie.json(&["household", &door])["pending"], 2);
    let listed = |phone: &Phone<'_>| phone.json(&["households"])[0]["phone"].clone();
    assert_eq!(listed(&xie), "138****1234", "worked out, for it is pending");
    syncs(&[&xie]);
    assert_eq!(listed(&xie), "138****1234", "of the row");
    let refused = edit("phone", "1234");
    assert_eq!(
        xie.error(&refused.each_ref().map(String::as_str)),
        (3, "bad_phone".to_owned())
    );
    let unknown = edit("title", "甜橙");
    assert_eq!(
        xie.error(&unknown.each_ref().map(String::as_str)),
        (3, "unknown_field".to_owned())
    );
    typed("phone", "");
    assert_eq!(shown(&xie)["phone"], Value::Null);
    assert_eq!(listed(&xie), "");
    assert_eq!(
        wei.error(&["household", &door]),
        (4, "not_found".to_owned())
    );
}
