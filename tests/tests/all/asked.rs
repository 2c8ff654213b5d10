//! What is asked of the server, over real processes: what is late, figures, and the archive; by an auditor
//! and by chiefs, as programs and as people read it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

use alleyway_tests::process::{Response, get_as};
use alleyway_tests::reads::{CASES, LATER, Proxy, ReadTown};
use serde_json::{Value, json};

/// Cases on a page.
const PAGE: usize = 50;

/// As a member reads it on a screen.
fn reads(town: &ReadTown, member: &str, args: &[&str]) -> String {
    let spoken = town.reads(member, args).unwrap();
    assert_eq!(spoken.exit, 0, "{}", spoken.text);
    spoken.text
}

/// The code that the server refuses with.
fn refused(town: &ReadTown, member: &str, args: &[&str]) -> String {
    let device = town.device(member).unwrap();
    let answer = device.run(Some(LATER), args).unwrap();
    answer.failed_with(6).unwrap()
}

/// The cases of all pages.
fn pages(town: &ReadTown, member: &str, args: &[&str]) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut after = None::<String>;
    loop {
        let mut line = args.to_vec();
        line.extend(after.iter().flat_map(|next| ["--after", next.as_str()]));
        let page = town.types(member, LATER, &line).unwrap();
        pages.push(page["cases"].as_array().unwrap().clone());
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            return pages;
        }
    }
}

fn lengths(pages: &[Vec<Value>]) -> Vec<usize> {
    pages.iter().map(Vec::len).collect()
}

#[test]
fn late_cases_figures_and_the_archive_are_read_by_an_auditor_and_chiefs_as_far_as_each_may() {
    let town = ReadTown::made().unwrap();
    late(&town);
    archive(&town);
    figures(&town);
    proved(&town);
}

fn late(town: &ReadTown) {
    // To be accepted by Thursday; told to the branch since, and to nobody higher.
    let told = pages(town, "xie", &["late"]);
    assert_eq!(lengths(&told), [PAGE, CASES - PAGE]);
    let case = &told[0][0];
    assert_eq!(
        json!([case["clock"], case["due"], case["status"], case["holder"]]),
        json!(["accept", "2026-02-26", "reported", "甜橙巷"])
    );
    assert_eq!(pages(town, "lan", &["late"]), [Vec::<Value>::new()]);
    let audited = pages(town, "deng", &["late", "--unit", "甜橙巷"]);
    assert_eq!(audited, told, "an auditor reads the town");
    assert!(reads(town, "lan", &["late"]).contains("没有超期的"));
    let table = reads(town, "deng", &["late"]);
    for shown in ["2026-02-26", "受理", "甜橙巷", "路灯", "--after"] {
        assert!(table.contains(shown), "{shown}: {table}");
    }
    let next = town.types("deng", LATER, &["late"]).unwrap()["next"].clone();
    let last = reads(town, "deng", &["late", "--after", next.as_str().unwrap()]);
    assert!(!last.contains("--after"), "{last}");
    assert_eq!(
        refused(town, "deng", &["late", "--after", "00"]),
        "bad_query"
    );
}

fn archive(town: &ReadTown) {
    let search = |member: &str, text: &str| pages(town, member, &["search", text, "--archive"]);
    for reader in ["xie", "deng"] {
        assert_eq!(lengths(&search(reader, "路灯")), [PAGE, CASES - PAGE]);
        assert_eq!(search(reader, "路灯50号").concat()[0]["title"], "路灯50号");
    }
    assert_eq!(search("lan", "路灯"), [Vec::<Value>::new()]);
    let found = reads(town, "deng", &["search", "路灯50", "--archive"]);
    assert!(
        found.contains("路灯50号") && found.contains("道路"),
        "{found}"
    );
    let none = reads(town, "lan", &["search", "路灯", "--archive"]);
    assert!(none.contains("没有找到"), "{none}");
}

fn figures(town: &ReadTown) {
    let february = ["figures", "--from", "2026-02"];
    let read = town.types("deng", LATER, &february).unwrap();
    let month = &read["months"][0];
    assert_eq!(month["month"], "2026-02");
    let amounts = month["amounts"].as_array().unwrap();
    let of_town = |figure: &str| {
        let parts = ["place", "class", "category"];
        let is_whole =
            |row: &&Value| row["figure"] == figure && parts.iter().all(|part| row[part].is_null());
        let row = amounts.iter().find(is_whole);
        row.unwrap_or_else(|| panic!("{figure}: {read}"))["amount"].clone()
    };
    for figure in ["reported", "late_ever", "late_now"] {
        assert_eq!(of_town(figure), json!(CASES), "{figure}");
    }
    let table = reads(town, "deng", &february);
    assert!(table.contains("2026-02") && table.contains("51"), "{table}");
    assert_eq!(refused(town, "xie", &february), "out_of_scope");
}

/// The proxy through which a tester reads proves what is to be proved, and nothing else.
fn proved(town: &ReadTown) {
    let proxy = Proxy::start(town).unwrap();
    let get = |target: &str, proof: &str| -> Response {
        let accept = format!("application/json\r\nalleyway-proof: {proof}");
        get_as(&format!("{}{target}", proxy.url()), &accept, "en").unwrap()
    };
    for target in [
        "/v1/q/late",
        "/v1/q/figures?from=2026-02",
        "/v1/q/coverage",
        "/v1/q/search?text=%E8%B7%AF",
        "/v1/q/devices",
    ] {
        let read = get(target, "prove");
        assert_eq!(read.status, 200, "{target}: {}", read.body);
        assert_eq!(get(target, "00").status, 401, "{target}");
    }
    let late = get("/v1/q/late", "prove").json().unwrap();
    assert_eq!(late["cases"].as_array().unwrap().len(), PAGE);
    assert_eq!(get("/v1/openapi.json", "00").status, 200);
}
