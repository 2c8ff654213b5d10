//! Two terminal phones exchange a bundle without a server; then one of them syncs for both.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use alleyway_tests::process::{Device, Port, Server};
use serde_json::Value;
use tempfile::TempDir;

const CLOCK: &str = "2026-03-01T08:00:00+08:00";
const LATER: &str = "2026-03-01T09:00:00+08:00";

fn phone(folder: &Path, name: &str, server: &Server) -> Device {
    let device = Device::new(&folder.join(name)).expect("a program");
    let code = server.invite(name).expect("a member");
    run(&device, &["enrol", server.url(), &code]);
    run(&device, &["sync"]);
    device
}

fn run(device: &Device, args: &[&str]) -> Value {
    device
        .run(Some(LATER), args)
        .expect("a program")
        .done()
        .expect("a line that is carried out")
}

fn turned_down(device: &Device, args: &[&str], exit: i32) -> String {
    device
        .run(Some(LATER), args)
        .expect("a program")
        .failed_with(exit)
        .expect("a line that is turned down")
}

/// The states of a case's entries, as they are shown.
fn states(shown: &Value) -> Vec<String> {
    let log = shown["log"].as_array().unwrap();
    log.iter()
        .map(|row| row["state"].as_str().unwrap().to_owned())
        .collect()
}

/// Turns down what is wrong, with a code. The first bundle is for lu's phone, the second for xie's.
fn what_is_wrong_is_said(xie: &Device, lu: &Device, [to_lu, to_xie]: [&str; 2]) {
    assert_eq!(
        turned_down(xie, &["bundle", "import", to_lu], 3),
        "not_for_you"
    );
    let half = Path::new(to_lu).with_file_name("half.bundle");
    let bytes = std::fs::read(to_lu).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(
        turned_down(lu, &["bundle", "import", half.to_str().unwrap()], 3),
        "damaged_bundle"
    );
    assert_eq!(
        turned_down(lu, &["bundle", "import", "/nowhere/at.all"], 2),
        "file_unreadable"
    );
    assert_eq!(
        turned_down(xie, &["bundle", "export", "/nowhere/at.all"], 2),
        "file_unwritable"
    );
    assert_eq!(
        turned_down(xie, &["bundle", "export", to_xie, "--for", "nobody"], 4),
        "not_found"
    );
}

#[test]
fn two_phones_exchange_a_bundle_without_a_server_and_one_of_them_syncs_for_both() {
    let folder = TempDir::new().unwrap();
    let clock = ["--clock".to_owned(), CLOCK.to_owned()];
    let mut server = Server::start(
        &folder.path().join("town"),
        &Port::hidden().unwrap(),
        &["demo", "--town", "small"],
        &clock,
    )
    .unwrap();
    let (xie, lu) = (
        phone(folder.path(), "xie", &server),
        phone(folder.path(), "lu", &server),
    );
    // Xie's phone hears of lu's.
    run(&xie, &["sync"]);
    server.kill().unwrap();

    // No signal anywhere.
    let report = [
        "report",
        "--category",
        "road",
        "--title",
        "甜橙路坏了",
        "--text",
        "过不了车。",
    ];
    let number = run(&xie, &report)["number"].as_str().unwrap().to_owned();
    let handed = folder.path().join("handed");
    std::fs::create_dir(&handed).unwrap();
    let file = handed.join("to-lu.bundle");
    let file = file.to_str().unwrap();
    let lus_name = run(&lu, &["whoami"])["name"].as_str().unwrap().to_owned();
    let written = run(&xie, &["bundle", "export", file, "--for", &lus_name]);
    assert_eq!(
        (&written["batches"], &written["commands"]),
        (&1.into(), &1.into())
    );
    assert_eq!(
        std::fs::metadata(file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::read_dir(&handed).unwrap().count(),
        1,
        "no half file is left"
    );
    assert_eq!(run(&lu, &["bundle", "import", file])["commands"], 1);
    assert_eq!(
        run(&lu, &["bundle", "import", file])["known"],
        1,
        "a second time it is no news"
    );
    assert_eq!(run(&lu, &["bundle", "list"])[0]["commands"], 1);
    let shown = run(&lu, &["show", &number]);
    assert_eq!(
        (&shown["log"][0]["state"], &shown["log"][0]["author"]),
        (&"carried".into(), &run(&xie, &["whoami"])["name"])
    );
    let spoken = lu.speak(Some(LATER), "zh", &["show", &number]).unwrap();
    assert!(spoken.text.contains("未确认，手机转交"), "{}", spoken.text);

    run(&lu, &["note", &number, "--text", "我去看过。"]);
    let back = handed.join("to-xie.bundle");
    let back = back.to_str().unwrap();
    let xies_id = run(&xie, &["whoami"])["member"]
        .as_str()
        .unwrap()
        .to_owned();
    run(&lu, &["bundle", "export", back, "--for", &xies_id]);
    assert_eq!(run(&xie, &["bundle", "import", back])["commands"], 1);
    assert_eq!(
        states(&run(&xie, &["show", &number])),
        ["pending", "carried"]
    );
    assert_eq!(
        states(&run(&lu, &["show", &number])),
        ["carried", "pending"]
    );

    what_is_wrong_is_said(&xie, &lu, [file, back]);

    // Signal again, for one of them.
    server.restart().unwrap();
    let synced = run(&lu, &["sync"]);
    let counts = (
        &synced["admitted"],
        &synced["carried"],
        &synced["up_to_date"],
    );
    assert_eq!(counts, (&1.into(), &1.into(), &true.into()));
    assert_eq!(run(&lu, &["bundle", "list"]), Value::Array(Vec::new()));
    let synced = run(&xie, &["sync"]);
    let counts = (
        &synced["admitted"],
        &synced["refused"],
        &synced["up_to_date"],
    );
    assert_eq!(counts, (&1.into(), &0.into(), &true.into()));
    let (xies, lus) = (run(&xie, &["show", &number]), run(&lu, &["show", &number]));
    assert_eq!(
        (&xies["heads"], states(&xies)),
        (&lus["heads"], vec!["admitted".to_owned(); 2])
    );
}
