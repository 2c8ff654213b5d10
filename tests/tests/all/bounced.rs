//! A case that is sent back and forth over Spring Festival 2026, over real processes: by six devices,
//! two of them a year off. Nobody gains a day, and the resident is shown one.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

use std::path::Path;

use alleyway_tests::process::{Device, Port, Server, get_as};
use serde_json::Value;
use tempfile::TempDir;

const UNITS: &str = "\
unit,name,kind,parent
town,四排镇,town,
jufeng,橘丰村,village,town
branch,橘丰村党支部,branch,jufeng
juyuan,橘园巷,alley,jufeng
roads,交通办,department,town
works,建设办,department,town
";

const MEMBERS: &str = "\
member,name,post,unit,from,until
xie,谢桂兰,alley_chief,juyuan,2024-03-01,
qin,覃建国,branch_secretary,branch,2024-03-01,
wei,韦国强,town_dispatcher,town,2024-03-01,
lu,陆志明,department_handler,roads,2024-03-01,
mo,莫海燕,department_handler,works,2024-03-01,
huang,黄秀珍,auditor,town,2024-03-01,
zhou,周宏斌,administrator,town,2024-03-01,
";

/// The chief's phone is a year fast, the first department's a year slow.
const CLOCKS: [(&str, &str); 6] = [
    ("xie", "2027"),
    ("qin", "2026"),
    ("wei", "2026"),
    ("lu", "2025"),
    ("mo", "2026"),
    ("huang", "2026"),
];

/// Ten working days from 12 February 2026, over the festival and two Saturdays that are worked.
const HANDLED_BY: &str = "2026-03-04";

struct Stage {
    folder: TempDir,
    server: Server,
    now: String,
}

impl Stage {
    fn new(now: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (data, lists) = (folder.path().join("town"), folder.path().join("lists"));
        std::fs::create_dir_all(&lists).expect("a folder");
        for (name, rows) in [("units.csv", UNITS), ("members.csv", MEMBERS)] {
            std::fs::write(lists.join(name), rows).expect("a list");
        }
        std::fs::write(
            lists.join("households.csv"),
            "alley,door,contact,count\njuyuan,橘园巷12号,谢老三,4\n",
        )
        .expect("a list");
        let server = serve(&data, now);
        let stage = Self {
            folder,
            server,
            now: now.to_owned(),
        };
        stage.administers(&["import", &lists.display().to_string()]);
        stage.administers(&["by-time", "confirm"]);
        for (member, _) in CLOCKS {
            let code = stage.server.invite(member).expect("an invitation");
            stage.types(member, &["enrol", stage.server.url(), &code]);
            stage.types(member, &["sync"]);
        }
        stage
    }

    fn administers(&self, args: &[&str]) -> Value {
        self.server.administer(args).expect("an answer")
    }

    /// It is another day; the clock is right, as the administrator says. How many steps the server takes.
    fn goes_to(&mut self, now: &str) -> u64 {
        now.clone_into(&mut self.now);
        self.server.set_clock(now).expect("a clock");
        let shown = self.administers(&["by-time", "confirm"]);
        shown["steps"].as_u64().expect("a number of steps")
    }

    fn types(&self, member: &str, args: &[&str]) -> Value {
        let (_, year) = CLOCKS
            .into_iter()
            .find(|(known, _)| *known == member)
            .expect("a device");
        let now = self.now.replacen("2026", year, 1);
        let device = Device::new(&self.folder.path().join(member)).expect("the program");
        let answer = device.run(Some(&now), args).expect("the program runs");
        answer.done().expect("it is done")
    }

    /// A step of a member's on what the server has.
    fn does(&self, member: &str, args: &[&str]) -> Value {
        self.types(member, &["sync"]);
        let done = self.types(member, args);
        self.types(member, &["sync"]);
        done
    }

    fn shows(&self, member: &str, case: &str) -> Value {
        self.types(member, &["sync"]);
        self.types(member, &["show", case])
    }

    fn sees(&self, member: &str, case: &str) -> bool {
        self.types(member, &["sync"]);
        let cases = self.types(member, &["cases", "--all"]);
        let rows = cases.as_array().expect("a list").clone();
        rows.iter().any(|row| row["number"] == case)
    }

    /// The resident's page.
    fn page(&self, code: &str) -> Value {
        let url = format!("{}/v1/track/{code}", self.server.url());
        let answer = get_as(&url, "application/json", "en").expect("a page");
        answer.json().expect("a page")
    }

    /// All who have the case show the same date, and days that sum to the whole.
    fn agrees(&self, case: &str, code: &str, handled_by: Option<&str>) {
        assert_eq!(self.page(code)["due"], HANDLED_BY, "{}", self.now);
        for (member, _) in CLOCKS {
            if !self.sees(member, case) {
                continue;
            }
            let shown = self.shows(member, case);
            let clocks = shown["clocks"].as_array().expect("clocks");
            let handle = clocks.iter().find(|clock| clock["clock"] == "handle");
            let due = handle.map(|clock| clock["due"].as_str().expect("a day"));
            assert_eq!(due, handled_by, "{member}, {}", self.now);
            let days = shown["days"].as_array().expect("days");
            let sum: u64 = days
                .iter()
                .map(|row| row["days"].as_u64().expect("days"))
                .sum();
            assert_eq!(Some(sum), shown["days_in_all"].as_u64(), "{member}");
        }
    }
}

fn serve(data: &Path, now: &str) -> Server {
    let init = std::process::Command::new(
        alleyway_tests::process::Binaries::find()
            .expect("built")
            .server,
    )
    .args(["init", "--town-name", "四排镇", "--data"])
    .arg(data)
    .output()
    .expect("the program");
    assert!(init.status.success());
    std::fs::write(data.join("demo.json"), "{}").expect("a mark");
    let clock = ["--clock".to_owned(), now.to_owned()];
    Server::start(data, &Port::hidden().expect("a port"), &["demo"], &clock).expect("a server")
}

#[test]
fn a_case_that_is_bounced_over_spring_festival_gains_nobody_a_day() {
    let mut stage = Stage::new("2026-02-12T08:00:00+08:00");
    let report = [
        "report",
        "--category",
        "road",
        "--title",
        "橘园路坏了",
        "--text",
        "过不了车",
    ];
    let reported = stage.does("xie", &report);
    let case = reported["number"].as_str().expect("a number").to_owned();
    let shown = stage.types("xie", &["show", &case]);
    let code = shown["fields"]["tracking"].as_str().expect("a code");
    let code = code.to_owned();
    let escalate = ["escalate", &case, "--reason", "修不了", "--tried", "填过土"];
    stage.does("xie", &escalate);
    stage.does("qin", &["receive", &case]);
    stage.does("qin", &escalate);
    stage.does("wei", &["receive", &case]);
    // The dispatcher may ask for it later than the book; that is no extension.
    stage.does(
        "wei",
        &["dispatch", &case, "--to", "交通办", "--by", "2026-04-30"],
    );
    stage.agrees(&case, &code, Some(HANDLED_BY));

    assert_eq!(stage.goes_to("2026-02-13T09:00:00+08:00"), 0);
    stage.does("lu", &["return", &case, "--reason", "不是公路"]);
    assert_eq!(stage.goes_to("2026-02-14T09:00:00+08:00"), 0);
    stage.does(
        "wei",
        &["dispatch", &case, "--to", "建设办", "--by", "2026-03-03"],
    );
    stage.agrees(&case, &code, Some("2026-03-03"));

    assert_eq!(
        stage.goes_to("2026-02-24T09:00:00+08:00"),
        0,
        "the festival is nobody's delay"
    );
    stage.does("mo", &["return", &case, "--reason", "没有经费"]);
    stage.agrees(&case, &code, Some(HANDLED_BY));
    assert_eq!(stage.goes_to("2026-02-25T09:00:00+08:00"), 0);
    stage.does(
        "wei",
        &["rule", &case, "--to", "建设办", "--reason", "村道归建设办"],
    );
    stage.agrees(&case, &code, Some(HANDLED_BY));

    assert_eq!(stage.goes_to("2026-03-03T09:00:00+08:00"), 0);
    let light = &stage.shows("mo", &case)["light"];
    assert_eq!(
        (&light["light"], &light["reason"]),
        (&"yellow".into(), &"near".into())
    );
    stage.does("mo", &["start", &case]);
    stage.does(
        "mo",
        &[
            "resolve",
            &case,
            "--text",
            "水泥路修好了",
            "--resident-text",
            "路已修好，请您看看",
        ],
    );
    stage.agrees(&case, &code, None);
    let shown = stage.shows("huang", &case);
    let days: Vec<(&str, u64)> = shown["days"]
        .as_array()
        .expect("days")
        .iter()
        .map(|row| {
            (
                row["unit"].as_str().expect("a unit"),
                row["days"].as_u64().expect("days"),
            )
        })
        .collect();
    let expected = [
        ("橘园巷", 0),
        ("橘丰村党支部", 0),
        ("四排镇", 2),
        ("交通办", 1),
        ("建设办", 16),
    ];
    assert_eq!(days, expected);
}

#[test]
fn what_nobody_accepts_is_shown_one_level_higher_each_time_and_a_leap_waits() {
    let mut stage = Stage::new("2026-02-12T08:00:00+08:00");
    let report = [
        "report",
        "--category",
        "road",
        "--title",
        "灯不亮",
        "--text",
        "晚上看不见",
    ];
    let reported = stage.does("xie", &report);
    let case = reported["number"].as_str().expect("a number").to_owned();
    assert!(!stage.sees("qin", &case));

    // A day and more beyond what it last showed: the clock is not believed.
    stage.now = "2026-02-14T09:00:00+08:00".to_owned();
    stage.server.set_clock(&stage.now).expect("a clock");
    assert_eq!(stage.administers(&["by-time", "show"])["held"], true);
    assert!(!stage.sees("qin", &case));

    // Accepted by the 13th: the branch reads it from the 14th on.
    assert_eq!(stage.goes_to("2026-02-14T09:00:00+08:00"), 1);
    assert!(stage.sees("qin", &case));
    assert!(!stage.sees("wei", &case));
    assert_eq!(stage.goes_to("2026-02-14T10:00:00+08:00"), 0);

    // Told by the 27th: the town reads it from the 28th on.
    assert_eq!(stage.goes_to("2026-02-28T09:00:00+08:00"), 1);
    assert!(stage.sees("wei", &case));
    let late = stage.types("wei", &["cases", "--late"]);
    assert_eq!(late[0]["light"]["light"], "red");
    let log = &stage.shows("wei", &case)["log"];
    let kinds: Vec<&str> = log
        .as_array()
        .expect("a log")
        .iter()
        .map(|entry| entry["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["report", "late", "late"]);
}
